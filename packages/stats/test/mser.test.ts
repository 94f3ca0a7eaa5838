import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MSER_BATCH_SIZE, mser5 } from '../src/mser.js';
import { normals, numbersInSystem } from './queue-model.js';

describe('MSER-5', () => {
  it('cuts off a warm-up of known length', () => {
    const normal = normals(1);
    const series = Float64Array.from({ length: 1000 }, (_, idx) => (idx < 200 ? 50 - idx / 4 : 0) + normal());
    const { truncation, verdict } = mser5(series);
    expect(verdict).toBe('stationary');
    expect(truncation).toBeGreaterThanOrEqual(170);
    expect(truncation).toBeLessThanOrEqual(220);
  });

  it('says that a ramp is not stationary', () => {
    const normal = normals(2);
    expect(mser5(Float64Array.from({ length: 500 }, (_, idx) => idx + normal())).verdict).toBe('not-stationary');
  });

  it('deletes nothing from a constant series', () => {
    expect(mser5(new Float64Array(300).fill(7))).toEqual({ truncation: 0, verdict: 'stationary' });
  });

  it('finds the least marginal standard error, as the definition does', () => {
    const series = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 50, maxLength: 150 });
    fc.assert(
      fc.property(series, (values) => {
        const batches = Math.floor(values.length / MSER_BATCH_SIZE);
        const means = Array.from(
          { length: batches },
          (_, b) => values.slice(5 * b, 5 * b + 5).reduce((s, v) => s + v, 0) / 5,
        );
        const error = (deleted: number): number => {
          const left = means.slice(deleted);
          const mean = left.reduce((s, v) => s + v, 0) / left.length;
          return left.reduce((s, v) => s + (v - mean) ** 2, 0) / left.length ** 2;
        };
        const keep = Math.max(5, Math.ceil(batches / 10));
        const errors = Array.from({ length: batches - keep + 1 }, (_, deleted) => error(deleted));
        const { truncation, verdict } = mser5(Float64Array.from(values));
        expect(truncation % MSER_BATCH_SIZE).toBe(0);
        expect(errors[truncation / MSER_BATCH_SIZE]).toBeCloseTo(Math.min(...errors), 9);
        expect(verdict).toBe(truncation / MSER_BATCH_SIZE > batches / 2 ? 'not-stationary' : 'stationary');
      }),
    );
  });

  it('accepts most long runs of a stable queue and few of an overloaded one', () => {
    let stable = 0;
    let overloaded = 0;
    for (let seed = 1; seed <= 100; seed++) {
      if (mser5(numbersInSystem(0.8, 10_000, 1000, seed)).verdict === 'stationary') stable++;
      if (mser5(numbersInSystem(1.2, 10_000, 1000, seed)).verdict === 'stationary') overloaded++;
    }
    expect(stable).toBeGreaterThanOrEqual(90);
    expect(overloaded).toBeLessThanOrEqual(5);
  });

  it('does not judge fewer than 50 values', () => {
    expect(mser5(new Float64Array(49))).toEqual({ truncation: 0, verdict: 'too-short' });
    expect(mser5(new Float64Array(50)).verdict).toBe('stationary');
  });
});
