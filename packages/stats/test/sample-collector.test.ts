import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_HISTOGRAM_RELATIVE_ERROR } from '../src/log-buckets.js';
import { LogHistogram } from '../src/log-histogram.js';
import { SampleBudget, SampleCollector, transferListOf } from '../src/sample-collector.js';
import { summarize } from '../src/sample-summary.js';
import { Tally } from '../src/tally.js';

const latency = fc.double({ min: 0, max: 1e4, noNaN: true });

function collectorOf(values: readonly number[], exactLimit?: number): SampleCollector {
  const collector = new SampleCollector(exactLimit);
  for (const value of values) collector.add(value);
  return collector;
}

describe('sample collector', () => {
  it('is exact up to its limit and a histogram beyond', () => {
    fc.assert(
      fc.property(fc.array(latency, { maxLength: 40 }), fc.nat(40), (values, limit) => {
        const collector = collectorOf(values, limit);
        const histogram = new LogHistogram();
        for (const value of values) histogram.add(value);
        const exact = summarize(Float64Array.from(values));
        expect(collector.isExact).toBe(values.length <= limit);
        for (const q of [0, 0.5, 0.95, 0.99, 1]) {
          const sorted = Float64Array.from(values).sort();
          const expected = collector.isExact ? summarizeAt(sorted, q) : histogram.quantile(q);
          expect(collector.quantile(q)).toBe(expected);
        }
        expect(collector.count).toBe(exact.n);
        expect(collector.min).toBe(exact.min);
        expect(collector.max).toBe(exact.max);
        expect(collector.mean ?? 0).toBeCloseTo(exact.mean ?? 0, 9);
      }),
    );
  });

  it('goes on collecting after a quantile was asked', () => {
    const collector = collectorOf([5, 1, 3]);
    expect(collector.quantile(0.5)).toBe(3);
    collector.add(0);
    expect(collector.quantile(0.5)).toBe(2);
  });

  it('answers after merging as one that saw everything, however grouped', () => {
    const list = fc.array(latency, { maxLength: 12 });
    fc.assert(
      fc.property(list, list, list, fc.nat(30), (a, b, c, limit) => {
        const left = collectorOf(a, limit);
        left.merge(collectorOf(b, limit));
        left.merge(collectorOf(c, limit));
        const tail = collectorOf(b, limit);
        tail.merge(collectorOf(c, limit));
        const right = collectorOf(a, limit);
        right.merge(tail);
        const whole = collectorOf([...a, ...b, ...c], limit);
        for (const merged of [left, right]) {
          expect(merged.isExact).toBe(whole.isExact);
          expect(merged.count).toBe(whole.count);
          for (const q of [0, 0.3, 0.9, 1]) expect(merged.quantile(q)).toBe(whole.quantile(q));
          expect(merged.mean ?? 0).toBeCloseTo(whole.mean ?? 0, 9);
        }
      }),
    );
  });

  it('counts to the bit as if each value had been taken at once, however many stretches they come in', () => {
    // 5,000 values are several stretches beyond a limit, and none is full at the end.
    const values = Array.from({ length: 5000 }, (_, idx) => (idx * 7919.7) % 311);
    for (const limit of [0, 1, 700, 4999, 5000]) {
      const collector = new SampleCollector(limit);
      const tally = new Tally();
      const histogram = new LogHistogram();
      values.forEach((value, idx) => {
        collector.add(value);
        tally.add(value);
        histogram.add(value);
        // A look in between changes nothing.
        if (idx % 977 === 0) expect([collector.count, collector.mean]).toEqual([tally.count, tally.mean]);
      });
      const { sum, mean, std, min, max, count } = collector;
      expect({ sum, mean, std, min, max, count }).toEqual({
        sum: tally.sum,
        mean: tally.mean,
        std: tally.std,
        min: tally.min,
        max: tally.max,
        count: tally.count,
      });
      expect(collector.pack().tally).toEqual(tally.toJSON());
      if (limit < 5000) expect(collector.pack().histogram).toEqual(histogram.pack());
    }
  });

  it('holds no more than its limit and a stretch, however much it collects', () => {
    const collector = new SampleCollector(1000);
    let most = 0;
    for (let idx = 0; idx < 100_000; idx++) {
      collector.add(idx);
      if (idx % 500 === 0) most = Math.max(most, collector.pack().values.length);
    }
    expect(most).toBeLessThanOrEqual(1000);
    expect(collector.pack().values).toHaveLength(0);
    expect(collector.count).toBe(100_000);
  });

  it('merges sorted collectors, long with short and equal ones, as one that saw everything', () => {
    const sizes = fc.array(fc.constantFrom(0, 1, 3, 20, 400), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (lengths, asked) => {
        const all: number[] = [];
        const merged = new SampleCollector();
        lengths.forEach((length, part) => {
          // Few different values, so that runs tie.
          const values = Array.from({ length }, (_, idx) => ((idx + part) * 31) % 17);
          all.push(...values);
          const next = collectorOf(values);
          if (asked[part]) next.quantile(0.5);
          merged.merge(next);
          expect(next.count).toBe(length);
        });
        const whole = collectorOf(all);
        for (const q of [0, 0.1, 0.5, 0.77, 1]) expect(merged.quantile(q)).toBe(whole.quantile(q));
        merged.add(5);
        whole.add(5);
        expect(merged.quantile(0.4)).toBe(whole.quantile(0.4));
      }),
      { numRuns: 60 },
    );
  });

  it('shares a budget: many that will be merged hold little more than one, and their merger is the same', () => {
    const limit = 4096;
    const parts = 50;
    for (const total of [limit, limit + 1, 3 * limit, 100 * limit]) {
      const budget = new SampleBudget();
      const shared = Array.from({ length: parts }, () => new SampleCollector(limit, budget));
      const alone = Array.from({ length: parts }, () => new SampleCollector(limit));
      let most = 0;
      for (let idx = 0; idx < total; idx++) {
        // Unevenly: the first gets half of all.
        const part = idx % 2 === 0 ? 0 : idx % parts;
        const value = (idx * 7919) % 10_007;
        shared[part]!.add(value);
        alone[part]!.add(value);
        if (idx % 5000 === 0)
          most = Math.max(
            most,
            shared.map((each) => each.pack().values.length).reduce((a, b) => a + b),
          );
      }
      expect(most).toBeLessThanOrEqual(2 * limit + parts * 256);
      // However much came, no part gave up its values while one could have held them all.
      if (total <= limit) expect(shared.every((each) => each.isExact)).toBe(true);
      const merged = new SampleCollector(limit);
      const expected = new SampleCollector(limit);
      for (const each of shared) merged.merge(each);
      for (const each of alone) expected.merge(each);
      expect(merged.isExact).toBe(total <= limit);
      expect(merged.summary()).toEqual(expected.summary());
    }
    const budget = new SampleBudget();
    const collector = new SampleCollector(1000, budget);
    for (let idx = 0; idx < 900; idx++) collector.add(idx);
    expect(budget.reported).toBeGreaterThan(0);
    collector.reset();
    expect(budget.reported).toBe(0);
  });

  it('takes columns of rows as it takes values one by one, but for NaN', () => {
    const cell = fc.oneof(latency, fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 300 }), fc.nat(400), (rows, limit) => {
        const table = Float64Array.from(rows.flat());
        for (const column of [0, 1]) {
          const whole = new SampleCollector(limit);
          const half = (table.length >> 2) << 1;
          whole.addColumn(table, column, 2, half);
          whole.addColumn(table, column + half, 2, table.length);
          const single = collectorOf(
            rows.map((row) => row[column]!).filter((value) => !Number.isNaN(value)),
            limit,
          );
          expect(whole.pack()).toEqual(single.pack());
        }
      }),
    );
    const short = new SampleCollector();
    short.addColumn(Float64Array.of(1, 2), 0, 1, 4);
    expect(short.count).toBe(2);
    const collector = new SampleCollector();
    expect(() => collector.addColumn(Float64Array.of(1, -1), 0, 1, 2)).toThrow('a finite number from 0');
    expect(() => collector.addColumn(Float64Array.of(1 / 0), 0, 1, 1)).toThrow('a finite number from 0');
  });

  it('shows its values in ascending order while exact', () => {
    expect(Array.from(collectorOf([3, 1, 2], 3).ascending() ?? [])).toEqual([1, 2, 3]);
    expect(collectorOf([3, 1, 2], 2).ascending()).toBeUndefined();
  });

  it('shows every value once, or every bucket that is not empty with its count', () => {
    for (const limit of [100, 2]) {
      const collector = collectorOf([0, 0, 3, 3, 9], limit);
      let count = 0;
      let zeros = 0;
      let sum = 0;
      collector.forEachWeighted((value, weight) => {
        count += weight;
        if (value === 0) zeros += weight;
        sum += value * weight;
      });
      expect([count, zeros]).toEqual([5, 2]);
      expect(Math.abs(sum / 15 - 1)).toBeLessThanOrEqual(limit === 100 ? 0 : LOG_HISTOGRAM_RELATIVE_ERROR);
    }
  });

  it('crosses a message with its buffers and goes on', () => {
    for (const limit of [2, 100]) {
      const collector = collectorOf([3, 1, 2, 8], limit);
      const packed = collector.pack();
      const transfer = transferListOf(packed);
      const arrived = structuredClone(packed, { transfer });
      expect(transfer.every((buffer) => buffer.byteLength === 0)).toBe(true);
      const copy = SampleCollector.unpack(arrived);
      for (const both of [collector, copy]) both.add(4);
      expect(copy.summary()).toEqual(collector.summary());
      expect(copy.isExact).toBe(limit === 100);
    }
  });

  it('summarises with marks', () => {
    const values = Array.from({ length: 1500 }, (_, idx) => (idx * 7919) % 1500);
    const summary = collectorOf(values).summary();
    const reference = summarize(Float64Array.from(values));
    expect({ ...summary, std: 0 }).toEqual({ ...reference, std: 0 });
    expect(summary.std).toBeCloseTo(reference.std!, 9);
    expect(summary.hasFewSamples).toEqual({ p50: false, p90: false, p95: true, p99: true });
  });

  it('refuses what it cannot hold, the same on either side of the limit', () => {
    for (const limit of [0, 10]) {
      for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
        expect(() => new SampleCollector(limit).add(bad)).toThrow(/finite number from 0/);
      }
    }
    expect(() => new SampleCollector(1).merge(new SampleCollector(2))).toThrow(/equal exact limits, not 1 and 2/);
    expect(() => new SampleCollector(-1)).toThrow(/whole number/);
    const packed = collectorOf([1, 2]).pack();
    expect(() => SampleCollector.unpack({ ...packed, values: new Float64Array(1) })).toThrow(/hold 1 values but say 2/);
  });

  it('forgets everything on reset and is exact again', () => {
    const collector = collectorOf([1, 2, 3], 2);
    collector.reset();
    expect(collector.isExact).toBe(true);
    collector.add(9);
    expect(collector.quantile(0.5)).toBe(9);
    expect(collector.count).toBe(1);
  });
});

function summarizeAt(sorted: Float64Array, q: number): number | undefined {
  if (sorted.length === 0) return undefined;
  const position = (sorted.length - 1) * q;
  const rank = Math.floor(position);
  const lower = sorted[rank]!;
  const upper = sorted[Math.min(rank + 1, sorted.length - 1)]!;
  return lower + (upper - lower) * (position - rank);
}
