import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile, normalUpperTail } from '../src/normal-distribution.js';
import { studentTQuantile, studentTUpperTail } from '../src/student-t.js';

/** Quantiles computed with 40-digit arithmetic; rows are probabilities, columns these degrees of freedom. */
const DEGREES = [0.5, 1, 2, 3, 4.5, 9, 28.5, 99, 1000, 50_000, Number.POSITIVE_INFINITY];
const TABLE: readonly (readonly [number, readonly number[]])[] = [
  [
    0.6,
    [
      0.3979754267847907, 0.32491969623290634, 0.28867513459481287, 0.2766706623326899, 0.2687518355421752,
      0.260955336473911, 0.255724839431459, 0.25402901215180673, 0.25341451583949876, 0.2533484511806964,
      0.2533471031357998,
    ],
  ],
  [
    0.975,
    [
      164.55767348048852, 12.706204736174705, 4.302652729749464, 3.1824463052837095, 2.658912347204404,
      2.2621571627982053, 2.0467893427202686, 1.9842169515864174, 1.9623390808264085, 1.96001143109368,
      1.9599639845400543,
    ],
  ],
  [
    0.9995,
    [
      411396.4625261714, 636.6192487687197, 31.59905457644362, 12.923978636687483, 7.580740499372559, 4.780912585931139,
      3.666516240235022, 3.3915288333636506, 3.300282648423913, 3.2907213365587937, 3.290526731491895,
    ],
  ],
  [
    0.999999,
    [
      102849115631.634, 318309.8861827435, 707.1057205259337, 103.29946778041933, 31.08135658314924, 10.7201604099095,
      5.941536944544506, 5.051973998252516, 4.781608620458351, 4.753985152851937, 4.753424308822899,
    ],
  ],
];

function expectClose(answer: number, truth: number, relative: number): void {
  expect(Math.abs(answer - truth)).toBeLessThanOrEqual(relative * Math.abs(truth));
}

describe('normal distribution', () => {
  it('has the known tails', () => {
    const known: readonly (readonly [number, number])[] = [
      [0.1, 0.460172162722971],
      [1, 0.15865525393145705],
      [2.5, 0.006209665325776135],
      [2.6, 0.00466118802371875],
      [5, 2.866515718791939e-7],
      [10, 7.619853024160525e-24],
      [30, 4.906713927148187e-198],
    ];
    for (const [z, tail] of known) expectClose(normalUpperTail(z), tail, 1e-12);
    expect(normalUpperTail(-1)).toBeCloseTo(1 - 0.15865525393145705, 14);
  });

  it('inverts its tail', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.5, minExcluded: false, noNaN: true }), (tail) => {
        expectClose(normalUpperTail(-normalQuantile(tail)), tail, 1e-11);
      }),
    );
  });
});

describe('Student t', () => {
  it('has the known quantiles to 1e-10, limited by 1 - p far out', () => {
    for (const [p, row] of TABLE) {
      row.forEach((truth, idx) => {
        expectClose(studentTQuantile(p, DEGREES[idx]!), truth, p > 0.9999 ? 1e-9 : 1e-10);
      });
    }
  });

  it('agrees with the closed forms of one and two degrees', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 0.499, noNaN: true }), (u) => {
        expectClose(studentTQuantile(u, 1), -1 / Math.tan(Math.PI * u), 1e-10);
        expectClose(studentTQuantile(u, 2), -(1 - 2 * u) / Math.sqrt(2 * u * (1 - u)), 1e-10);
      }),
    );
  });

  it('inverts its tail for any degrees of freedom', () => {
    const degrees = fc.double({ min: 0.2, max: 99_000, noNaN: true });
    fc.assert(
      fc.property(degrees, fc.double({ min: 1e-12, max: 0.4999, noNaN: true }), (df, tail) => {
        expectClose(studentTUpperTail(-studentTQuantile(tail, df), df), tail, 1e-10);
      }),
      { numRuns: 300 },
    );
  });

  it('is symmetric, zero at the middle and continuous where the expansion takes over', () => {
    expect(studentTQuantile(0.5, 7)).toBe(0);
    expect(studentTQuantile(0.25, 7)).toBe(-studentTQuantile(0.75, 7));
    for (const p of [0.6, 0.975, 0.99999]) {
      expectClose(studentTQuantile(p, 100_000), studentTQuantile(p, 99_999.99), 1e-9);
    }
    expectClose(studentTQuantile(0.5 + 2 ** -40, 5), 2 ** -40 / 0.37960668982249446, 1e-4);
  });

  it('has a heavy tail that may exceed all doubles, and says so', () => {
    expect(studentTQuantile(1 - 1e-9, 0.01)).toBe(Number.POSITIVE_INFINITY);
    expectClose(studentTUpperTail(2, 7), 0.04280966428148804, 1e-13);
  });

  it('refuses what is no probability or degree of freedom', () => {
    for (const p of [0, 1, -1, Number.NaN]) expect(() => studentTQuantile(p, 3)).toThrow(/probability/);
    for (const df of [0, -1, Number.NaN]) expect(() => studentTQuantile(0.9, df)).toThrow(/degrees/);
    expect(() => studentTUpperTail(-1, 3)).toThrow(/t >= 0/);
    expect(() => normalQuantile(1)).toThrow(/probability/);
  });
});
