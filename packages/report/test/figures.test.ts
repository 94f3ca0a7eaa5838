import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatEstimate, formatFigure, formatRange } from '../src/figures.js';

test.each([
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [9999, '9999'],
  [9999.4, '9999'],
  [9999.5, '10k'],
  [12345, '12.35k'],
  [999949, '999.9k'],
  [999999, '1M'],
  [1234567890, '1.235G'],
  [0.00012346, '0.0001235'],
  [0.000012346, '1.235e-5'],
  [-45678, '-45.68k'],
  [Number.NaN, '-'],
  [Number.POSITIVE_INFINITY, '-'],
])('%f reads %s', (value, text) => {
  expect(formatFigure(value)).toBe(text);
});

test('a figure never has more than four significant digits and stays within half a unit of the last', () => {
  const factor: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
  fc.assert(
    fc.property(fc.double({ min: -1e16, max: 1e16, noNaN: true }), (value) => {
      const match = /^(-?[\d.]+(?:e-?\d+)?)([kMGTP]?)$/.exec(formatFigure(value));
      expect(match).not.toBeNull();
      const digits = match![1]!.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '');
      expect(digits.replace(/0+$/, '').length).toBeLessThanOrEqual(4);
      const back = Number(match![1]) * factor[match![2]!]!;
      expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) * 5.001e-4 + 1e-300);
    }),
  );
});

test.each([
  [12_050, 140, '12.05k ±0.14k'],
  [26_660, 1200, '26.7k ±1.2k'],
  [479.5, 24, '480 ±24'],
  [1234.6, 3.2, '1235 ±3'],
  [1234, 2000, '1234 ±2000'],
  [99.97, 0.04, '99.97 ±0.04'],
  [0.06291, 0.0036, '0.0629 ±0.0036'],
  [8.653, 0.0023, '8.653 ±0.002'],
  [8.653, 0.00002, '8.653 ±<0.001'],
  [1234, 0.01, '1234 ±<1'],
  [1e-6, 1e-7, '1e-6 ±1e-7'],
  [12.345, 0, '12.35'],
  [12.345, null, '12.35'],
  [null, 1, '-'],
])('%f with half-width %f reads %s', (value, halfWidth, text) => {
  expect(formatEstimate(value, halfWidth, '±')).toBe(text);
});

test('the sign of an interval can be ASCII', () => {
  expect(formatEstimate(12.345, 6.78, '+-')).toBe('12.3 +-6.8');
});

test('durations and bytes read as people write them', () => {
  expect([0, 0.08, 12.5, 90, 3600, 90061, Number.NaN].map(formatDuration)).toEqual([
    '0s',
    '80ms',
    '12.5s',
    '1m30s',
    '1h',
    '1d1h1m1s',
    '-',
  ]);
  expect([0, 1023, 85899345920].map(formatBytes)).toEqual(['0 B', '1020 B', '80 GiB']);
});

test.each([
  [268.4, 350.2, '268-350'],
  [7870, 19_400, '7.87k-19.4k'],
  [10_500, 14_250, '10.5k-14.3k'],
  [0.611, 1.1, '0.611-1.1'],
  [0, 0, '0'],
  [41.51, 41.52, '41.5'],
])('%f to %f reads %s', (low, high, text) => {
  expect(formatRange(low, high)).toBe(text);
});
