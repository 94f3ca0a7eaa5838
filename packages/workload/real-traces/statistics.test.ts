/** Statistics of recorded traces against the tables of workload analysis, each within half a unit of its last digit. */

import { describe, expect, it } from 'vitest';
import { inspectTrace, type TraceStatistics } from '../src/inspect/inspect-trace.js';
import type { LengthStatistics } from '../src/inspect/value-counts.js';
import { scanTrace } from '../src/trace/trace-scan.js';
import { drain, plan, source, trace } from '../test/drained.js';
import { openDisk } from '../test/memory-files.js';
import { ARXIV, AZURE_CODE, AZURE_CONV, MOONCAKE, tracesFolder } from './recorded.js';

/** mean, sd, p50, p90, p95, p99, max, to the last printed digit (quantiles between two tokens may be printed either way). */
type Row = readonly [number, number, number, number, number, number, number];

function expectLengths(found: LengthStatistics, row: Row, meanUnit = 1): void {
  const { mean, sd, p50, p90, p95, p99, max } = found;
  expect(Math.abs(mean - row[0])).toBeLessThanOrEqual(meanUnit / 2);
  expect(Math.abs(sd - row[1])).toBeLessThanOrEqual(meanUnit / 2);
  [p50, p90, p95, p99, max].forEach((value, i) => {
    expect(Math.abs(value - row[i + 2]!)).toBeLessThanOrEqual(0.5 + 1e-9);
  });
}

function dispersion(found: TraceStatistics, windowS: number) {
  return found.arrivals!.dispersion.find((entry) => entry.windowS === windowS)!;
}

describe.skipIf(tracesFolder === undefined)('recorded traces', () => {
  it('Azure 2023 conversation', () => {
    const found = inspectTrace(openDisk, AZURE_CONV);
    expect(found).toMatchObject({ rowsRead: 19_366, emitted: 19_366, dropped: {}, prefix: null });
    expectLengths(found.prompt, [1_155, 1_109, 1_020, 2_734, 4_083, 4_142, 14_050]);
    expectLengths(found.output, [211, 163, 129, 424, 451, 601, 1_000]);
    const arrivals = found.arrivals!;
    expect(arrivals.meanRatePerS).toBeCloseTo(5.53, 2);
    expect(Math.floor(arrivals.spanS)).toBe(3_501);
    expect(arrivals.interArrivalCv).toBeCloseTo(1.09, 2);
    expect(arrivals.localCv).toBeCloseTo(1.03, 2);
    expect(dispersion(found, 1).indexOfDispersion).toBeCloseTo(1.4, 1);
    expect(dispersion(found, 10).indexOfDispersion).toBeCloseTo(3.9, 1);
    expect(dispersion(found, 60).indexOfDispersion).toBeCloseTo(16, 0);
    expect(dispersion(found, 60).peakToMean).toBeCloseTo(1.5, 1);
  });

  it('Azure 2023 code, with its bursts', () => {
    const found = inspectTrace(openDisk, AZURE_CODE);
    expect(found).toMatchObject({ rowsRead: 8_819, emitted: 8_819, dropped: {} });
    expectLengths(found.prompt, [2_048, 1_974, 1_469, 5_188, 7_303, 7_436, 7_437]);
    expectLengths(found.output, [27.9, 59.9, 13, 55, 90, 251, 1_899], 0.1);
    const arrivals = found.arrivals!;
    expect(arrivals.meanRatePerS).toBeCloseTo(2.57, 2);
    expect(arrivals.interArrivalCv).toBeCloseTo(13.2, 1);
    expect(arrivals.localCv).toBeCloseTo(10.2, 1);
    expect(dispersion(found, 1).indexOfDispersion).toBeCloseTo(13, 0);
    expect(dispersion(found, 10).indexOfDispersion).toBeCloseTo(72, 0);
    expect(dispersion(found, 60).indexOfDispersion).toBeCloseTo(164, 0);
    expect(dispersion(found, 60).peakToMean).toBeCloseTo(4.2, 1);
    expect(dispersion(found, 1).emptyShare).toBeCloseTo(0.73, 2);
    const { bursts } = arrivals;
    expect(bursts.bursts).toBe(58);
    expect(bursts.onMeanS).toBeCloseTo(16.7, 1);
    expect(bursts.offMeanS).toBeCloseTo(43, 0);
    expect(bursts.requestsPerBurst).toBeCloseTo(152, 0);
    expect(bursts.onRatePerS).toBeCloseTo(9.1, 1);
    expect(bursts.onShare).toBeCloseTo(0.28, 2);
  });

  it('Mooncake conversation, with its prefixes and the LRU curve', () => {
    const found = inspectTrace(openDisk, MOONCAKE);
    expect(found).toMatchObject({ rowsRead: 12_031, emitted: 12_031, dropped: {} });
    expectLengths(found.prompt, [12_035, 15_800, 6_909, 27_367, 39_550, 85_400, 126_195]);
    expectLengths(found.output, [343, 250, 350, 597, 698, 1_119, 2_000]);
    expect(found.arrivals!.meanRatePerS).toBeCloseTo(3.4, 2);
    expect(dispersion(found, 10).indexOfDispersion).toBeCloseTo(2.1, 1);
    expect(dispersion(found, 60).indexOfDispersion).toBeCloseTo(2.9, 1);
    expect(dispersion(found, 60).peakToMean).toBeCloseTo(1.2, 1);
    const prefix = found.prefix!;
    expect(prefix.hitBlockShare).toBeCloseTo(0.366, 3);
    expect(prefix.hitTokenShare).toBeCloseTo(0.374, 3);
    expect(prefix.lru.map(({ capacityBlocks }) => capacityBlocks)).toEqual([1_000, 10_000, 30_000, 50_000, 100_000]);
    [0.045, 0.212, 0.326, 0.355, 0.364].forEach((share, i) => {
      expect(prefix.lru[i]!.hitBlockShare).toBeCloseTo(share, 3);
    });
  });

  it('arXiv summarization lengths', () => {
    const found = inspectTrace(openDisk, ARXIV);
    expect(found).toMatchObject({ rowsRead: 28_257, emitted: 28_257, dropped: {}, arrivals: null });
    expectLengths(found.prompt, [2_588, 945, 2_730, 3_702, 3_813, 3_933, 4_054]);
    expectLengths(found.output, [291, 531, 167, 372, 736, 3_271, 4_056]);
  });

  it('every row of each holds, and each is replayed to the last row', () => {
    for (const file of [AZURE_CONV, AZURE_CODE, MOONCAKE, ARXIV]) {
      const scan = scanTrace(openDisk, file);
      expect(scan).toMatchObject({ usable: true, firstError: null, dropped: {} });
      if (!scan.hasTimes) continue;
      const replay = plan(
        { process: 'replay', trace: trace(file) },
        { lengths: { kind: 'recorded' }, maxPromptTokens: 1e6 },
      );
      const of = source(replay, { openBytes: openDisk, horizonS: 1e6 });
      const taken = drain(of);
      expect(taken).toHaveLength(scan.rowsRead);
      expect(of.counts).toMatchObject({
        rowsRead: scan.rowsRead,
        emitted: scan.rowsRead,
        dropped: {},
        budgetCutTokens: 0,
      });
      expect(taken.at(-1)!.timeS).toBe(scan.lastS);
      expect(taken.reduce((sum, { prompt }) => sum + prompt, 0)).toBe(scan.promptTokens);
      expect(taken.reduce((sum, { output }) => sum + output, 0)).toBe(scan.outputTokens);
    }
  });
});
