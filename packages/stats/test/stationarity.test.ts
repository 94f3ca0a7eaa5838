import { describe, expect, it } from 'vitest';
import { testQueueTrend } from '../src/stationarity.js';
import { numbersInSystem } from './queue-model.js';

function unstableShare(load: number, horizonS: number, runs: number): number {
  let unstable = 0;
  for (let seed = 1; seed <= runs; seed++) {
    if (testQueueTrend(numbersInSystem(load, horizonS, 400, seed)).verdict === 'unstable') unstable++;
  }
  return unstable / runs;
}

describe('queue trend', () => {
  it('calls an M/M/1 queue at load 0.8 stable, with the stated rate of false alarms', () => {
    expect(unstableShare(0.8, 1000, 200)).toBeLessThanOrEqual(0.01);
    expect(unstableShare(0.8, 3000, 200)).toBeLessThanOrEqual(0.01);
    expect(unstableShare(0.8, 300, 200)).toBeLessThanOrEqual(0.05);
  });

  it('calls an M/M/1 queue at load 1.1 unstable, as often as stated', () => {
    expect(unstableShare(1.1, 10_000, 50)).toBe(1);
    expect(unstableShare(1.1, 3000, 100)).toBeGreaterThanOrEqual(0.93);
    expect(unstableShare(1.1, 1000, 100)).toBeGreaterThanOrEqual(0.75);
  });

  it('finds a perfect ramp and reports its rise', () => {
    const trend = testQueueTrend(Float64Array.from({ length: 100 }, (_, idx) => idx));
    expect(trend.verdict).toBe('unstable');
    expect(trend.rise).toBeCloseTo(100, 9);
    expect(trend.mean).toBeCloseTo(49.5, 9);
  });

  it('leaves alone a constant, a falling queue, a small creep and a rise below one request', () => {
    expect(testQueueTrend(new Float64Array(100).fill(3))).toMatchObject({ verdict: 'stable', tValue: 0, rise: 0 });
    const ramp = (from: number, by: number) => Float64Array.from({ length: 100 }, (_, idx) => from + by * idx);
    expect(testQueueTrend(ramp(500, -5)).verdict).toBe('stable');
    expect(testQueueTrend(ramp(1000, 0.1)).verdict).toBe('stable');
    expect(testQueueTrend(ramp(0, 0.009)).verdict).toBe('stable');
  });

  it('does not judge fewer than 40 samples', () => {
    expect(testQueueTrend(new Float64Array(39))).toEqual({ verdict: 'too-short', rise: 0, mean: 0, tValue: 0 });
  });
});
