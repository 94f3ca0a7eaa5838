import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, fitAsync } from '../src/least-squares/fit.js';
import type { FitParameter } from '../src/parameters/fit-parameter.js';
import { logNormal, uniforms } from './noise.js';

const scale = (path: string, start: number, low: number, high: number): FitParameter => ({
  path: `devices.d.${path}`,
  start,
  low,
  high,
  scale: 'log',
});

/** ln((a + b x) / measured) over x = 1, 2, 4 ... */
const SIZES = Float64Array.from({ length: 20 }, (_, n) => 2 ** (n / 1.5));
const lineErrors = (measured: Float64Array) => (values: Float64Array) =>
  SIZES.map((x, i) => Math.log((values[0]! + values[1]! * x) / measured[i]!));

describe('fit', () => {
  const measured = SIZES.map((x) => 3 + 0.2 * x);
  const parameters = [scale('a', 1, 0.01, 100), scale('b', 5, 0.01, 100)];

  it('finds the constants that made exact rows', () => {
    const result = fit({ parameters, residuals: lineErrors(measured) });
    expect(result.values[0]).toBeCloseTo(3, 6);
    expect(result.values[1]).toBeCloseTo(0.2, 6);
    expect(result.reason).toBe('converged');
    expect(result.costAfter).toBeLessThan(1e-10);
    expect(result.costBefore).toBeGreaterThan(10);
    expect(result.constants['devices.d.b']).toBe(result.values[1]);
  });

  it('finds a linear constant that is 0', () => {
    const start: FitParameter = { path: 'devices.d.a', start: 4, low: 0, high: 8, scale: 'linear' };
    const result = fit({
      parameters: [start, parameters[1]!],
      residuals: lineErrors(SIZES.map((x) => 0.2 * x)),
    });
    expect(result.values[0]).toBeLessThan(1e-6);
    expect(result.values[1]).toBeCloseTo(0.2, 6);
  });

  it('takes the same steps when residuals are awaited, one batch for all differences', async () => {
    const residuals = lineErrors(measured);
    const sizes: number[] = [];
    const awaited = await fitAsync({
      parameters,
      residuals: async (points) => {
        sizes.push(points.length);
        return points.map((values) => residuals(values));
      },
    });
    const inPlace = fit({ parameters, residuals });
    expect(awaited).toEqual(inPlace);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(inPlace.evaluations);
    expect(sizes.slice(0, 3)).toEqual([1, 2, 1]);
  });

  it('hardly minds that a tenth of the rows are wild', () => {
    const noise = logNormal(3, 0.03);
    const rows = SIZES.map((x, i) => (3 + 0.2 * x) * noise() * (i % 10 === 4 ? 4 : 1));
    const robust = fit({ parameters, residuals: lineErrors(rows) });
    const plain = fit({ parameters, residuals: lineErrors(rows), loss: 'square' });
    const off = (values: Float64Array): number =>
      Math.abs(Math.log(values[0]! / 3)) + Math.abs(Math.log(values[1]! / 0.2));
    expect(off(robust.values)).toBeLessThan(0.08);
    expect(off(plain.values)).toBeGreaterThan(2 * off(robust.values));
    expect(off(fit({ parameters, residuals: lineErrors(rows), loss: 'cauchy' }).values)).toBeLessThan(0.08);
  });

  it('is pulled to the prior where rows say nothing, and away from it where they do', () => {
    const prior = { value: 2, logSigma: 0.3 };
    const blind = { ...scale('c', 1, 0.1, 10), prior };
    const result = fit({
      parameters: [{ ...parameters[1]!, prior }, blind],
      residuals: (v) => lineErrors(measured)(new Float64Array([3, v[0]!])),
    });
    expect(result.values[1]).toBeCloseTo(2, 6);
    expect(result.values[0]).toBeGreaterThan(0.2);
    expect(result.values[0]).toBeLessThan(0.21);
    expect(result.jacobian.values.filter((_, n) => n % 2 === 1).every((slope) => slope === 0)).toBe(true);
  });

  it('leaves rows out that cannot be computed at the start, and points where others cannot', () => {
    const residuals = (values: Float64Array): Float64Array => {
      const errors = lineErrors(measured)(values);
      errors[7] = Number.NaN;
      if (values[1]! < 0.15) errors[3] = Number.NaN;
      return errors;
    };
    const result = fit({ parameters, residuals });
    expect(result.ignoredRows).toEqual([7]);
    expect(result.weights[7]).toBe(0);
    expect(result.values[1]).toBeCloseTo(0.2, 4);
  });

  it('never leaves the bounds and never ends worse than it started', () => {
    const number = fc.double({ min: 0.05, max: 20, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, fc.integer(), (a, b, startA, startB, seed) => {
        const next = uniforms(seed);
        const rows = SIZES.map((x) => (a + b * x) * (0.7 + 0.6 * next()));
        const seen: number[] = [];
        const result = fit({
          parameters: [scale('a', Math.min(2, Math.max(0.5, startA)), 0.5, 2), scale('b', startB, 0.05, 20)],
          residuals: (values) => {
            seen.push(values[0]!, values[1]!);
            return lineErrors(rows)(values);
          },
          maxIterations: 25,
        });
        expect(result.costAfter).toBeLessThanOrEqual(result.costBefore);
        for (let n = 0; n < seen.length; n += 2) {
          expect(seen[n]).toBeGreaterThanOrEqual(0.5);
          expect(seen[n]).toBeLessThanOrEqual(2);
        }
        expect(result.values[1]).toBeGreaterThanOrEqual(0.05);
        expect(result.values[1]).toBeLessThanOrEqual(20);
      }),
      { numRuns: 40 },
    );
  });

  it('ends in a place that no small move improves', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.1, max: 5, noNaN: true }), (seed, b) => {
        const next = uniforms(seed);
        const rows = SIZES.map((x) => (2 + b * x) * (0.8 + 0.4 * next()));
        const problem = { parameters, residuals: lineErrors(rows) };
        const result = fit(problem);
        for (const k of [0, 1]) {
          for (const factor of [0.98, 1.02]) {
            const values = result.values.slice();
            values[k] = values[k]! * factor;
            const moved = fit({
              ...problem,
              parameters: parameters.map((p, n) => ({ ...p, start: Math.min(p.high, Math.max(p.low, values[n]!)) })),
            });
            expect(moved.costBefore).toBeGreaterThanOrEqual(result.costAfter * (1 - 1e-9));
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('works on noise of its own: a rough function with a wide difference step', () => {
    // Steps of whole tokens, as a simulated run has them: the value jumps by up to half a per cent.
    const rough = (values: Float64Array): Float64Array =>
      lineErrors(measured)(values).map((error) => Math.round(error * 200) / 200);
    const result = fit({ parameters, residuals: rough, differenceStep: 0.05, tolerance: 1e-4 });
    expect(Math.abs(Math.log(result.values[0]! / 3))).toBeLessThan(0.02);
    expect(Math.abs(Math.log(result.values[1]! / 0.2))).toBeLessThan(0.02);
  });

  it('has an answer when there is nothing to fit', () => {
    const none = fit({ parameters: [], residuals: () => new Float64Array([0.1, 0.2]) });
    expect(none.reason).toBe('nothing-to-fit');
    expect(none.costAfter).toBe(none.costBefore);
    const flat = fit({ parameters: [scale('a', 1, 0.1, 2)], residuals: () => new Float64Array([0.1, 0.2]) });
    expect(flat.reason).toBe('nothing-to-fit');
    expect(flat.values[0]).toBe(1);
  });

  it('refuses parameters and rows that cannot be used', () => {
    const residuals = lineErrors(measured);
    const wrong = (parameter: FitParameter) => () => fit({ parameters: [parameter, parameters[1]!], residuals });
    expect(wrong(scale('a', 5, 1, 4))).toThrow(/start of 5/);
    expect(wrong(scale('a', 1, 0, 4))).toThrow(/above 0 on a log scale/);
    expect(wrong(scale('a', 1, 4, 1))).toThrow(/bounds 4 to 1/);
    expect(wrong({ ...scale('a', 1, 0.5, 4), prior: { value: 8, logSigma: 1 } })).toThrow(/prior of 8/);
    expect(() => fit({ parameters, residuals, weights: [1, 2] })).toThrow(/2 for 20 rows/);
    expect(() => fit({ parameters, residuals: () => new Float64Array([Number.NaN]) })).toThrow(/no finite row/);
    let calls = 0;
    expect(() => fit({ parameters, residuals: () => new Float64Array(++calls > 1 ? 3 : 4).fill(1) })).toThrow(/3 rows/);
  });
});
