/** Arrivals whose number is known: stages and bursts. */

import { RandomStreams } from '@infersim/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanRatePerS, withMeanRate } from '../src/source/mean-rate.js';
import type { ArrivalSpec } from '../src/workload-plan.js';
import { drain, fixedLengths, plan, source } from './drained.js';

const stage = (ratePerS: number, startS: number, durationS: number): ArrivalSpec => ({
  process: 'poisson-count',
  ratePerS,
  startS,
  durationS,
});
const timesOf = (arrivals: ArrivalSpec, horizonS = 1_000, seed = 1, rateMultiplier = 1) =>
  drain(source(plan(arrivals, { lengths: fixedLengths }), { horizonS, rateMultiplier }, seed)).map(
    ({ timeS }) => timeS,
  );

describe('a stage of random times', () => {
  it('holds exactly rate x time requests, in order, all inside the stage', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 40, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 10, max: 400, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (ratePerS, startS, durationS, seed) => {
          const times = timesOf(stage(ratePerS, startS, durationS), 1_000, seed);
          expect(times).toHaveLength(Math.round(ratePerS * durationS));
          expect(times.every((timeS, i) => i === 0 || timeS >= times[i - 1]!)).toBe(true);
          expect(times[0]).toBeGreaterThanOrEqual(startS);
          expect(times.at(-1)).toBeLessThan(startS + durationS);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('loses none to a horizon that is the end of the stage', () => {
    for (let seed = 1; seed <= 200; seed++) expect(timesOf(stage(2, 0, 50), 50, seed)).toHaveLength(100);
  });

  it('has its times where order statistics of uniforms have them', () => {
    const n = 9;
    const runs = 4_000;
    const sums = new Float64Array(n);
    const squares = new Float64Array(n);
    for (let seed = 0; seed < runs; seed++) {
      const times = timesOf(stage(n, 0, 1), 1, seed);
      for (let k = 0; k < n; k++) {
        sums[k]! += times[k]!;
        squares[k]! += times[k]! ** 2;
      }
    }
    for (let k = 1; k <= n; k++) {
      // The k-th of n uniforms is Beta(k, n + 1 - k).
      const mean = k / (n + 1);
      const variance = (mean * (1 - mean)) / (n + 2);
      const seen = sums[k - 1]! / runs;
      expect(Math.abs(seen - mean)).toBeLessThan(4 * Math.sqrt(variance / runs));
      expect(squares[k - 1]! / runs - seen * seen).toBeCloseTo(variance, 2);
      expect(Math.abs((squares[k - 1]! / runs - seen * seen) / variance - 1)).toBeLessThan(0.1);
    }
  });

  it('has the gaps of a Poisson process when there are many', () => {
    const times = timesOf(stage(50, 0, 400), 400);
    const gaps = times.slice(1).map((timeS, i) => timeS - times[i]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
    expect(gaps.filter((gap) => gap > mean).length / gaps.length).toBeCloseTo(Math.exp(-1), 1);
  });

  it('stops at the horizon', () => {
    const times = timesOf(stage(10, 0, 100), 50);
    expect(times.length).toBeGreaterThan(400);
    expect(times.length).toBeLessThan(600);
    expect(times.at(-1)).toBeLessThan(50);
  });

  it('scales with its site', () => {
    expect(timesOf(stage(2, 0, 50), 50, 1, 3)).toHaveLength(300);
  });
});

describe('a burst', () => {
  const burst: ArrivalSpec = { process: 'burst', requests: 500, atS: 5, ratePerS: 0.5 };

  it('sends everything at one moment', () => {
    const times = timesOf(burst);
    expect(times).toHaveLength(500);
    expect(new Set(times)).toEqual(new Set([5]));
  });

  it('sends nothing behind the horizon', () => {
    expect(timesOf(burst, 5)).toHaveLength(0);
  });

  it('grows in requests with its rate and its site', () => {
    expect(meanRatePerS(burst)).toBe(0.5);
    expect(withMeanRate(burst, 1)).toEqual({ process: 'burst', requests: 1_000, atS: 5, ratePerS: 1 });
    expect(timesOf(burst, 1_000, 1, 2)).toHaveLength(1_000);
  });
});

describe('plans without sense', () => {
  it.each<[ArrivalSpec, RegExp]>([
    [stage(0, 0, 10), /rate/],
    [stage(1, -1, 10), /start/],
    [stage(1, 0, 0), /duration/],
    [stage(0.01, 0, 10), /requests of the stage/],
    [{ process: 'burst', requests: 0, atS: 0, ratePerS: 1 }, /requests/],
    [{ process: 'burst', requests: 1, atS: Number.NaN, ratePerS: 1 }, /time of the burst/],
  ])('%j is refused', (arrivals, message) => {
    expect(() => source(plan(arrivals), { streams: new RandomStreams(1, 0) })).toThrow(message);
  });
});
