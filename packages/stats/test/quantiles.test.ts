import { quantile as d3Quantile } from 'd3-array';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiles, samplesNeeded, sortedQuantile } from '../src/quantiles.js';
import { fewSampleMarks, summarize } from '../src/sample-summary.js';

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('quantiles', () => {
  it('interpolates as R-7 does', () => {
    const sorted = Float64Array.of(1, 2, 3, 4);
    expect(sortedQuantile(sorted, 0.5)).toBe(2.5);
    expect(sortedQuantile(sorted, 0.25)).toBe(1.75);
    expect(sortedQuantile(sorted, 0)).toBe(1);
    expect(sortedQuantile(sorted, 1)).toBe(4);
    expect(sortedQuantile(new Float64Array(0), 0.5)).toBeUndefined();
    expect(() => sortedQuantile(sorted, 1.5)).toThrow(/0..1/);
  });

  it('equals d3.quantile', () => {
    fc.assert(
      fc.property(fc.array(finite), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        expect(quantiles(Float64Array.from(values), [q])[0]).toBe(d3Quantile(values, q));
      }),
    );
  });

  it('needs 100 / (1 - q) samples', () => {
    expect([0.5, 0.9, 0.95, 0.99, 0.999].map(samplesNeeded)).toEqual([200, 1000, 2000, 10_000, 100_000]);
  });
});

describe('sample summary', () => {
  it('describes a known sample', () => {
    const values = Float64Array.from({ length: 101 }, (_, idx) => 100 - idx);
    const summary = summarize(values);
    expect(summary).toMatchObject({ n: 101, mean: 50, min: 0, p50: 50, p90: 90, p95: 95, p99: 99, max: 100 });
    expect(summary.std).toBeCloseTo(Math.sqrt(858.5), 12);
    expect(summary.hasFewSamples).toEqual({ p50: true, p90: true, p95: true, p99: true });
    expect(summary.isExact).toBe(true);
  });

  it('marks each percentile by its own need', () => {
    expect(fewSampleMarks(1000)).toEqual({ p50: false, p90: false, p95: true, p99: true });
    expect(fewSampleMarks(9999).p99).toBe(true);
    expect(fewSampleMarks(10_000).p99).toBe(false);
  });

  it('does not depend on the order of the sample', () => {
    fc.assert(
      fc.property(fc.array(finite), (values) => {
        expect(summarize(Float64Array.from(values).reverse())).toEqual(summarize(Float64Array.from(values)));
      }),
    );
  });

  it('leaves undefined what does not exist', () => {
    expect(summarize(new Float64Array(0))).toMatchObject({ n: 0, mean: undefined, std: undefined, p99: undefined });
    expect(summarize(Float64Array.of(4))).toMatchObject({ n: 1, mean: 4, std: undefined, p50: 4 });
  });
});
