import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompensatedSum, sumOf } from '../src/compensated-sum.js';

describe('compensated sum', () => {
  it('keeps what plain addition loses', () => {
    const series = [1, 1e100, 1, -1e100];
    expect(series.reduce((sum, x) => sum + x, 0)).toBe(0);
    expect(sumOf(series)).toBe(2);
    const tenths = new CompensatedSum();
    for (let idx = 0; idx < 1e6; idx++) tenths.add(0.1);
    expect(tenths.value).toBe(1e5);
  });

  it('agrees with exact integer arithmetic to one rounding', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (integers) => {
        const exact = Number(integers.reduce((sum, x) => sum + BigInt(x), 0n));
        expect(Math.abs(sumOf(integers) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -52);
      }),
    );
  });

  it('merges to the sum of all parts', () => {
    const parts = [
      [1e16, 1],
      [1, -1e16],
      [0.5, 3],
    ].map((amounts) => {
      const sum = new CompensatedSum();
      for (const amount of amounts) sum.add(amount);
      return sum;
    });
    const all = new CompensatedSum();
    for (const part of parts) all.merge(part);
    expect(all.value).toBe(5.5);
    all.reset();
    expect(all.value).toBe(0);
  });

  it('is 0 for nothing', () => {
    expect(sumOf([])).toBe(0);
    expect(new CompensatedSum().value).toBe(0);
  });
});
