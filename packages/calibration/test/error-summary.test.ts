import { describe, expect, it } from 'vitest';
import { errorSummaries, errorSummary, relativeError } from '../src/error-summary/error-summary.js';

const pair = (predicted: number, measured = 100) => ({ predicted, measured });

describe('error summary', () => {
  it('takes median, p90 and worst of absolute errors, and the mean of signed ones', () => {
    const summary = errorSummary([pair(110), pair(80), pair(100), pair(105), pair(96)]);
    expect(summary.count).toBe(5);
    expect(summary.median).toBeCloseTo(0.05, 12);
    expect(summary.p90).toBeCloseTo(0.16, 12);
    expect(summary.worst).toBeCloseTo(0.2, 12);
    expect(summary.bias).toBeCloseTo(-0.018, 12);
  });

  it('counts what cannot be compared apart', () => {
    const summary = errorSummary([pair(Number.NaN), pair(0), pair(50, 0), pair(101)]);
    expect(summary).toMatchObject({ count: 1, missing: 3 });
    expect(relativeError(pair(101))).toBeCloseTo(0.01, 12);
    expect(errorSummary([])).toEqual({
      count: 0,
      missing: 0,
      median: undefined,
      p90: undefined,
      worst: undefined,
      bias: undefined,
    });
  });

  it('groups by key in the order of appearance', () => {
    const pairs = [
      { ...pair(120), metric: 'ttft' },
      { ...pair(90), metric: 'tpot' },
      { ...pair(110), metric: 'ttft' },
    ];
    const groups = errorSummaries(pairs, ({ metric }) => metric);
    expect([...groups.keys()]).toEqual(['ttft', 'tpot']);
    expect(groups.get('ttft')!.median).toBeCloseTo(0.15, 12);
    expect(groups.get('tpot')!.bias).toBeCloseTo(-0.1, 12);
  });
});
