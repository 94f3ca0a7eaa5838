import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Band, bandOfMixture, bandOfSum, bandOfTokenCost, bandOfTotalCost, inverseOf } from '../src/index.js';

function band(lowFactor: number, highFactor: number, overrides: Partial<Band> = {}): Band {
  return { lowFactor, highFactor, basis: 'device+engine', n: 40, nominal: 0.8, ...overrides };
}

const anyBand = fc
  .tuple(fc.double({ min: 0.3, max: 1, noNaN: true }), fc.double({ min: 1, max: 3, noNaN: true }))
  .map(([low, high]) => band(low, high));

test('a latency has the hull of the pools that carry at least one request in a hundred', () => {
  const parts = [
    { band: band(0.9, 1.1), weight: 50 },
    { band: band(0.7, 1.05, { basis: 'device', n: 12 }), weight: 1 },
    { band: band(0.1, 10, { basis: 'none', n: 0 }), weight: 0.5 },
  ];
  expect(bandOfMixture(parts)).toEqual(band(0.7, 1.1, { basis: 'device', n: 12 }));
  expect(bandOfMixture([])).toBeUndefined();
  expect(bandOfMixture(parts.map((part) => ({ ...part, weight: 0 })))).toMatchObject({ lowFactor: 0.1, basis: 'none' });
});

test('a sum weighs the factors by what each pool carries', () => {
  const parts = [
    { band: band(0.9, 1.1), weight: 300 },
    { band: band(0.5, 1.5, { basis: 'none', n: 0 }), weight: 100 },
  ];
  expect(bandOfSum(parts)).toEqual({ lowFactor: 0.8, highFactor: 1.2, basis: 'none', n: 0, nominal: 0.8 });
  expect(bandOfSum([])).toBeUndefined();
});

test('real pools within their bands keep mixtures and sums within theirs', () => {
  const pool = fc.record({
    band: anyBand,
    weight: fc.double({ min: 1, max: 10, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(pool, { minLength: 1, maxLength: 5 }), (pools) => {
      const factors = pools.map(({ band: { lowFactor, highFactor }, at }) => lowFactor + at * (highFactor - lowFactor));
      const total = pools.reduce((sum, { weight }) => sum + weight, 0);
      const real = pools.reduce((sum, { weight }, index) => sum + weight * factors[index]!, 0) / total;
      for (const combined of [bandOfSum(pools)!, bandOfMixture(pools)!]) {
        expect(real).toBeGreaterThanOrEqual(combined.lowFactor - 1e-12);
        expect(real).toBeLessThanOrEqual(combined.highFactor + 1e-12);
      }
    }),
  );
});

test('capital does not vary with power, and all of it varies with throughput', () => {
  const throughput = band(0.8, 1.25);
  const energy = band(0.9, 1.2);
  expect(bandOfTotalCost(energy, 0)).toMatchObject({ lowFactor: 1, highFactor: 1 });
  expect(bandOfTotalCost(energy, 1)).toEqual(energy);
  expect(bandOfTokenCost(throughput, energy, 0)).toEqual(inverseOf(throughput));
  expect(bandOfTokenCost(throughput, energy, 1)).toEqual(energy);
  const mixed = bandOfTokenCost(throughput, energy, 0.25);
  expect(mixed.lowFactor).toBeCloseTo(0.75 * 0.8 + 0.25 * 0.9, 12);
  expect(mixed.highFactor).toBeCloseTo(0.75 * 1.25 + 0.25 * 1.2, 12);
});
