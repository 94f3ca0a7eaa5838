import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatisticsError } from '../src/statistics-error.js';
import { Tally } from '../src/tally.js';

// Adding 0 takes the sign off a negative zero, which JSON would not keep.
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((v) => v + 0);

function tallyOf(values: readonly number[]): Tally {
  const tally = new Tally();
  for (const v of values) tally.add(v);
  return tally;
}

function expectAlike(a: Tally, b: Tally): void {
  expect(a.count).toBe(b.count);
  expect(a.min).toBe(b.min);
  expect(a.max).toBe(b.max);
  expect(a.mean ?? 0).toBeCloseTo(b.mean ?? 0, 8);
  expect(a.std ?? 0).toBeCloseTo(b.std ?? 0, 3);
}

describe('tally', () => {
  it('takes many values at once to the bit as one after the other', () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(fc.array(value), fc.nat(3), (values, from) => {
        const atOnce = new Tally();
        const array = Float64Array.from(values);
        atOnce.addAll(array, 0, Math.min(from, array.length));
        atOnce.addAll(array, Math.min(from, array.length), array.length);
        const single = new Tally();
        for (const each of values) single.add(each);
        expect(atOnce.toJSON()).toEqual(single.toJSON());
      }),
    );
    expect(() => new Tally().addAll(Float64Array.of(1, Number.NaN), 0, 2)).toThrow(/finite/);
  });

  it('gives the textbook values', () => {
    const tally = tallyOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(tally.count).toBe(8);
    expect(tally.mean).toBe(5);
    expect(tally.variance).toBeCloseTo(32 / 7, 12);
    expect(tally.min).toBe(2);
    expect(tally.max).toBe(9);
    expect(tally.sum).toBe(40);
  });

  it('keeps the variance of a small spread on a large mean', () => {
    expect(tallyOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance).toBeCloseTo(30, 9);
  });

  it('leaves undefined what does not exist', () => {
    const empty = new Tally();
    expect([empty.mean, empty.variance, empty.std, empty.min, empty.max]).toEqual(Array(5).fill(undefined));
    expect(tallyOf([3]).std).toBeUndefined();
    expect(tallyOf([3]).mean).toBe(3);
  });

  it('refuses what is not a finite number', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => new Tally().add(bad)).toThrow(StatisticsError);
    }
  });

  it('has a mean within its extremes and a two-pass variance', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 2 }), (values) => {
        const tally = tallyOf(values);
        expect(tally.mean).toBeGreaterThanOrEqual(tally.min!);
        expect(tally.mean).toBeLessThanOrEqual(tally.max!);
        const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
        const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
        expect(Math.abs(tally.variance! - variance)).toBeLessThanOrEqual(1e-9 * Math.max(1, variance));
      }),
    );
  });

  it('merges like one tally of everything, however the parts are grouped', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), fc.array(value), (a, b, c) => {
        const left = tallyOf(a);
        left.merge(tallyOf(b));
        left.merge(tallyOf(c));
        const tail = tallyOf(b);
        tail.merge(tallyOf(c));
        const right = tallyOf(a);
        right.merge(tail);
        expectAlike(left, right);
        expectAlike(left, tallyOf([...a, ...b, ...c]));
      }),
    );
  });

  it('survives JSON to the bit and goes on counting', () => {
    fc.assert(
      fc.property(fc.array(value), value, (values, next) => {
        const tally = tallyOf(values);
        const copy = Tally.fromJSON(JSON.parse(JSON.stringify(tally)));
        tally.add(next);
        copy.add(next);
        expect(copy.toJSON()).toEqual(tally.toJSON());
      }),
    );
    expect(() => Tally.fromJSON({ ...new Tally().toJSON(), count: -1 })).toThrow(/whole number/);
  });

  it('forgets everything on reset', () => {
    const tally = tallyOf([1, 2, 3]);
    tally.reset();
    expect(tally.toJSON()).toEqual(new Tally().toJSON());
  });
});
