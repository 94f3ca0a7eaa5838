import { quantile as exactQuantile } from 'd3-array';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_HISTOGRAM_RELATIVE_ERROR } from '../src/log-buckets.js';
import { LogHistogram } from '../src/log-histogram.js';

const latency = fc.oneof(
  fc.double({ min: 0, max: 1e4, noNaN: true }),
  fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
  fc.constantFrom(0, 1, 2, 0.5, 1 + 1 / 64, 1 + 1 / 128, 5e-324),
);

function histogramOf(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('log histogram', () => {
  it('keeps quantiles within the stated relative error of R-7', () => {
    expect(LOG_HISTOGRAM_RELATIVE_ERROR).toBeLessThan(0.01);
    const normalLatency = latency.filter((v) => v === 0 || v > 1e-307);
    fc.assert(
      fc.property(
        fc.array(normalLatency, { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const exact = exactQuantile(values, q)!;
          const answer = histogramOf(values).quantile(q)!;
          expect(Math.abs(answer - exact)).toBeLessThanOrEqual(
            exact * (LOG_HISTOGRAM_RELATIVE_ERROR + 1e-14) + 2 ** -1022,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reaches the stated error and no more at the lower edge of a bucket', () => {
    const histogram = histogramOf([0.5, 1, 2]);
    expect(histogram.quantile(0.5)).toBe(1 + LOG_HISTOGRAM_RELATIVE_ERROR);
  });

  it('is exact in count, zeros, mean, minimum and maximum', () => {
    const histogram = histogramOf([0, 0, 3, 7, 10]);
    expect(histogram.count).toBe(5);
    expect(histogram.zeros).toBe(2);
    expect(histogram.mean).toBe(4);
    expect(histogram.min).toBe(0);
    expect(histogram.max).toBe(10);
    expect(histogram.quantile(0)).toBe(0);
    expect(histogram.quantile(0.25)).toBe(0);
    expect(histogram.quantile(1)).toBe(10);
  });

  it('takes a weight as that many values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(latency, fc.nat(5))), (pairs) => {
        const weighted = new LogHistogram();
        const oneByOne = new LogHistogram();
        for (const [value, weight] of pairs) {
          weighted.add(value, weight);
          for (let copy = 0; copy < weight; copy++) oneByOne.add(value);
        }
        expect(weighted.pack().counts).toEqual(oneByOne.pack().counts);
        expect(weighted.pack().keys).toEqual(oneByOne.pack().keys);
        expect(weighted.min).toBe(oneByOne.min);
        expect(weighted.count).toBe(oneByOne.count);
      }),
    );
  });

  it('takes many values at once to the bit as one after the other, up to one that cannot be', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), fc.nat(5), (before, values, from) => {
        const atOnce = histogramOf(before);
        const array = Float64Array.from(values);
        atOnce.addAll(array, Math.min(from, array.length), array.length);
        expect(atOnce.pack()).toEqual(histogramOf([...before, ...values.slice(from)]).pack());
      }),
    );
    const histogram = new LogHistogram();
    expect(() => histogram.addAll(Float64Array.of(1, 0, -1, 2), 0, 4)).toThrow(/finite values from 0/);
    expect(histogram.pack()).toEqual(histogramOf([1, 0]).pack());
  });

  it('is undefined where nothing was counted', () => {
    const empty = new LogHistogram();
    expect([empty.mean, empty.min, empty.max, empty.quantile(0.5), empty.cdf(1)]).toEqual(Array(5).fill(undefined));
    empty.add(1, 0);
    expect(empty.count).toBe(0);
    expect(empty.max).toBeUndefined();
  });

  it('refuses negative and non-finite values, odd weights and other quantiles', () => {
    const histogram = new LogHistogram();
    for (const bad of [-1, -5e-324, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => histogram.add(bad)).toThrow(expect.objectContaining({ code: 'STATS_OUT_OF_RANGE' }));
    }
    for (const weight of [-1, 0.5, Number.NaN]) expect(() => histogram.add(1, weight)).toThrow(/whole number/);
    for (const q of [-0.1, 1.1, Number.NaN]) expect(() => histogram.quantile(q)).toThrow(/0..1/);
    histogram.add(-0);
    expect(histogram.zeros).toBe(1);
  });

  it('has a share at or below that is exact at the ends and at bucket edges', () => {
    const histogram = histogramOf([0, 1, 1, 2, 4]);
    expect(histogram.cdf(-1)).toBe(0);
    expect(histogram.cdf(0)).toBe(0.2);
    expect(histogram.cdf(0.5)).toBe(0.2);
    expect(histogram.cdf(1.5)).toBeCloseTo(0.6, 12);
    expect(histogram.cdf(3)).toBeCloseTo(0.8, 12);
    expect(histogram.cdf(4)).toBe(1);
    expect(histogram.cdf(1e9)).toBe(1);
  });

  it('lists its buckets in ascending order with their values inside', () => {
    fc.assert(
      fc.property(fc.array(latency), (values) => {
        const histogram = histogramOf(values);
        let seen = 0;
        let before = -1;
        histogram.forEachBucket((lower, upper, weight) => {
          expect(lower).toBeGreaterThan(before);
          const tiny = 2 ** -1022;
          const inside = values.filter((v) => (upper === 0 ? v < tiny : v >= tiny && v >= lower && v < upper));
          expect(inside.length).toBe(weight);
          before = lower;
          seen += weight;
        });
        expect(seen).toBe(values.length);
      }),
    );
  });
});

describe('a progression in a log histogram', () => {
  function expectLikeOneByOne(first: number, step: number, count: number, weight: number): void {
    const leaped = new LogHistogram();
    leaped.add(0.25);
    leaped.addProgression(first, step, count, weight);
    const stepped = new LogHistogram();
    stepped.add(0.25);
    for (let j = 0; j < count; j++) stepped.add(first + j * step, weight);
    expect(leaped.pack().keys).toEqual(stepped.pack().keys);
    expect(leaped.pack().counts).toEqual(stepped.pack().counts);
    expect(leaped.count).toBe(stepped.count);
    expect(leaped.zeros).toBe(stepped.zeros);
    expect(leaped.min).toBe(stepped.min);
    expect(leaped.max).toBe(stepped.max);
    expect(Math.abs(leaped.sum - stepped.sum)).toBeLessThanOrEqual(1e-12 * stepped.sum + 1e-300);
  }

  const start = fc.oneof(
    fc.double({ min: 0, max: 10, noNaN: true }),
    fc.constantFrom(0, 0.5, 1, 1 - 2 ** -53, 1 + 1 / 64, 2 ** -1022, 2 ** -1022 - 5e-324),
  );

  it('equals adding each value, rising', () => {
    const step = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1 / 64, 2 ** -53, 1e-18, 1e-320),
    );
    fc.assert(
      fc.property(start, step, fc.nat(300), fc.nat(4), (first, by, count, weight) => {
        expectLikeOneByOne(first, by, count, weight);
      }),
      { numRuns: 1000 },
    );
  });

  it('equals adding each value, falling', () => {
    fc.assert(
      fc.property(
        start,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 2, max: 300 }),
        (high, share, count) => {
          const step = (-high * share * (1 - 1e-9)) / (count - 1);
          fc.pre(high + (count - 1) * step >= 0);
          expectLikeOneByOne(high, step, count, 1);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('equals adding each value where the step is lost in rounding', () => {
    expectLikeOneByOne(1 - 2 ** -50, 2 ** -56, 2000, 1);
    expectLikeOneByOne(1 + 2 ** -50, -(2 ** -56), 2000, 3);
    expectLikeOneByOne(1, 1e-30, 2000, 1);
  });

  it('is the same by its ends', () => {
    const byEnds = new LogHistogram();
    byEnds.addRange(0.02, 0.05, 31, 8);
    const byStep = new LogHistogram();
    byStep.addProgression(0.02, (0.05 - 0.02) / 30, 31, 8);
    expect(byEnds.toJSON()).toEqual(byStep.toJSON());
    const single = new LogHistogram();
    single.addRange(3, 3, 1);
    expect(single.mean).toBe(3);
  });

  it('may fall to zero without rounding below it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 400 }), (first, count) => {
        const histogram = new LogHistogram();
        histogram.addRange(first, 0, count);
        expect(histogram.count).toBe(count);
        expect(histogram.min).toBeLessThanOrEqual(first * 2 ** -50);
      }),
    );
  });

  it('counts nothing when an end is impossible', () => {
    const histogram = new LogHistogram();
    expect(() => histogram.addProgression(1, -1, 3)).toThrow(/from 0, not -1/);
    expect(() => histogram.addProgression(1, 1e308, 3)).toThrow(/finite/);
    expect(() => histogram.addProgression(1, 1, 2.5)).toThrow(/whole number/);
    expect(histogram.count).toBe(0);
    histogram.addProgression(1, 1, 0);
    expect(histogram.max).toBeUndefined();
  });
});

describe('merging and storing log histograms', () => {
  it('merges to the counts of everything, however grouped', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), fc.array(latency), (a, b, c) => {
        const left = histogramOf(a);
        left.merge(histogramOf(b));
        left.merge(histogramOf(c));
        const tail = histogramOf(b);
        tail.merge(histogramOf(c));
        const right = histogramOf(a);
        right.merge(tail);
        const whole = histogramOf([...a, ...b, ...c]);
        for (const merged of [left, right]) {
          expect(merged.pack().keys).toEqual(whole.pack().keys);
          expect(merged.pack().counts).toEqual(whole.pack().counts);
          expect([merged.count, merged.zeros, merged.min, merged.max]).toEqual([
            whole.count,
            whole.zeros,
            whole.min,
            whole.max,
          ]);
          expect(Math.abs(merged.sum - whole.sum)).toBeLessThanOrEqual(1e-13 * whole.sum);
        }
      }),
    );
  });

  it('survives JSON and packing to the bit', () => {
    fc.assert(
      fc.property(fc.array(latency), latency, (values, next) => {
        const histogram = histogramOf(values);
        const fromText = LogHistogram.fromJSON(JSON.parse(JSON.stringify(histogram)));
        const unpacked = LogHistogram.unpack(structuredClone(histogram.pack()));
        for (const copy of [histogram, fromText, unpacked]) copy.add(next);
        expect(fromText.toJSON()).toEqual(histogram.toJSON());
        expect(unpacked.toJSON()).toEqual(histogram.toJSON());
      }),
    );
  });

  it('refuses forms that do not add up', () => {
    const json = histogramOf([1, 2, 3]).toJSON();
    for (const broken of [
      { ...json, subBuckets: 32 },
      { ...json, count: 4 },
      { ...json, keys: [1, 2, 3] },
      { ...json, counts: [1, 2] },
    ]) {
      expect(() => LogHistogram.fromJSON(broken)).toThrow(expect.objectContaining({ code: 'STATS_BAD_FORM' }));
    }
  });

  it('forgets everything on reset', () => {
    const histogram = histogramOf([0, 1, 1e6]);
    histogram.reset();
    expect(histogram.toJSON()).toEqual(new LogHistogram().toJSON());
  });
});
