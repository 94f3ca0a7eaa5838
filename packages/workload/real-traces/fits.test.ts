/** How near the ready workloads come to the records that they were fitted to: distances of marginals and the joint shape. */

import { describe, expect, it } from 'vitest';
import { ArrivalObserver } from '../src/inspect/arrival-statistics.js';
import { findLengthProfile } from '../src/profile/length-profiles.js';
import type { TraceFile } from '../src/trace/trace-reader.js';
import { drain, plan, source, type Taken } from '../test/drained.js';
import { ARXIV, AZURE_CODE, AZURE_CONV, lengthsOf, MOONCAKE, tracesFolder } from './recorded.js';

const DRAWS = 60_000;

function draw(id: string): Taken[] {
  const profile = findLengthProfile(id)!;
  const arrivals = { process: 'poisson', ratePerS: 100 } as const;
  return drain(source(plan(arrivals, { ...profile, arrivals, id }), { horizonS: 1e6 }), DRAWS);
}

/** Kolmogorov-Smirnov distance of two samples of whole numbers. */
function distance(a: readonly number[], b: readonly number[]): number {
  const left = Float64Array.from(a).sort();
  const right = Float64Array.from(b).sort();
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < left.length && j < right.length) {
    const value = Math.min(left[i]!, right[j]!);
    while (i < left.length && left[i] === value) i++;
    while (j < right.length && right[j] === value) j++;
    most = Math.max(most, Math.abs(i / left.length - j / right.length));
  }
  return most;
}

function quantile(values: number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor((sorted.length - 1) * p)]!;
}

const records: [string, TraceFile][] = [
  ['azure-conv-2023', AZURE_CONV],
  ['azure-code-2023', AZURE_CODE],
  ['mooncake-conv', MOONCAKE],
  ['arxiv-summarization', ARXIV],
];

describe.skipIf(tracesFolder === undefined)('fitted workloads', () => {
  it.each(records)('%s keeps both marginals within a distance of 0.05', (id, file) => {
    const rows = lengthsOf(file);
    const taken = draw(id);
    const prompts = distance(
      rows.map(([prompt]) => prompt),
      taken.map(({ prompt }) => prompt),
    );
    const outputs = distance(
      rows.map(([, output]) => output),
      taken.map(({ output }) => output),
    );
    expect(prompts).toBeLessThanOrEqual(0.05);
    expect(outputs).toBeLessThanOrEqual(0.05);
  });

  it('azure-conv-2023 keeps the outputs by prompt size', () => {
    const taken = draw('azure-conv-2023');
    // Prompts below, share, and p10, p50, p90 of the outputs, from the analysis of the trace.
    const classes: [number, number, number, number, number, number][] = [
      [0, 500, 0.39, 60, 98, 181],
      [500, 1_500, 0.44, 94, 397, 462],
      [1_500, 3_500, 0.08, 49, 88, 142],
      [3_500, 1e9, 0.09, 34, 55, 125],
    ];
    for (const [from, to, share, p10, p50, p90] of classes) {
      const outputs = taken.filter(({ prompt }) => prompt >= from && prompt < to).map(({ output }) => output);
      expect(Math.abs(outputs.length / DRAWS - share)).toBeLessThan(0.011);
      expect(Math.abs(quantile(outputs, 0.1) / p10 - 1)).toBeLessThan(0.05);
      expect(Math.abs(quantile(outputs, 0.5) / p50 - 1)).toBeLessThan(0.05);
      expect(Math.abs(quantile(outputs, 0.9) / p90 - 1)).toBeLessThan(0.05);
    }
  });

  it('azure-code-2023 bursts like its record', () => {
    const profile = findLengthProfile('azure-code-2023')!;
    const observer = new ArrivalObserver();
    const of = plan(profile.arrivals, { ...profile, id: profile.id });
    for (const { timeS } of drain(source(of, { horizonS: 100_000 }))) observer.add(timeS);
    const { meanRatePerS, interArrivalCv, dispersion } = observer.result();
    expect(Math.abs(meanRatePerS / 2.57 - 1)).toBeLessThan(0.06);
    expect(Math.abs(interArrivalCv / 13.2 - 1)).toBeLessThan(0.2);
    expect(Math.abs(dispersion[0]!.indexOfDispersion / 13 - 1)).toBeLessThan(0.35);
    expect(Math.abs(dispersion[1]!.indexOfDispersion / 72 - 1)).toBeLessThan(0.35);
  });
});
