import { describe, expect, it } from 'vitest';
import { sumOf } from '../src/compensated-sum.js';
import { confidenceInterval, pairedInterval, relativeHalfWidth } from '../src/confidence-interval.js';
import { normals, uniforms, waitingTimes } from './queue-model.js';

const EXPERIMENTS = 1000;

describe('confidence interval', () => {
  it('is the textbook t interval', () => {
    const interval = confidenceInterval([1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09], 0.9);
    expect(interval.mean).toBeCloseTo(1.343, 12);
    expect(interval.halfWidth).toBeCloseTo(1.8331129326536337 * Math.sqrt(0.16751222222222223 / 10), 10);
    expect(interval).toMatchObject({ n: 10, level: 0.9, basis: 'spread' });
    expect(relativeHalfWidth(interval)).toBeCloseTo(interval.halfWidth! / 1.343, 12);
  });

  it('has no half-width without a spread, and says why', () => {
    expect(confidenceInterval([])).toEqual({
      n: 0,
      mean: undefined,
      halfWidth: undefined,
      level: 0.95,
      basis: 'empty',
    });
    expect(confidenceInterval([4])).toMatchObject({ n: 1, mean: 4, halfWidth: undefined, basis: 'single' });
    expect(confidenceInterval([0.1, 0.1, 0.1])).toMatchObject({
      n: 3,
      mean: 0.1,
      halfWidth: undefined,
      basis: 'identical',
    });
    expect(relativeHalfWidth(confidenceInterval([4]))).toBeUndefined();
    expect(relativeHalfWidth(confidenceInterval([-1, 1]))).toBeUndefined();
  });

  it('refuses other levels and unequal pairs', () => {
    for (const level of [0, 1, Number.NaN]) expect(() => confidenceInterval([1, 2], level)).toThrow(/level/);
    expect(() => pairedInterval([1, 2], [1])).toThrow(/equal lengths, not 2 and 1/);
  });

  it('is narrower in pairs when the worlds are shared', () => {
    const normal = normals(5);
    const worlds = Array.from({ length: 10 }, () => 100 + 30 * normal());
    const first = worlds.map((world) => world + normal());
    const second = worlds.map((world) => world - 2 + normal());
    const paired = pairedInterval(first, second);
    expect(Math.abs(paired.mean! - 2)).toBeLessThan(paired.halfWidth!);
    expect(paired.halfWidth).toBeLessThan(confidenceInterval(first).halfWidth! / 5);
  });

  it('covers the mean of normal replications in 93 to 97 of 100 experiments', () => {
    const normal = normals(11);
    let covered = 0;
    for (let experiment = 0; experiment < EXPERIMENTS; experiment++) {
      const interval = confidenceInterval(Array.from({ length: 5 }, () => 3 + 2 * normal()));
      if (Math.abs(interval.mean! - 3) <= interval.halfWidth!) covered++;
    }
    expect(covered / EXPERIMENTS).toBeGreaterThanOrEqual(0.93);
    expect(covered / EXPERIMENTS).toBeLessThanOrEqual(0.97);
  });

  it('covers the mean wait of M/M/1 replications in 93 to 97 of 100 experiments', () => {
    const load = 0.5;
    const truth = load / (1 - load);
    const uniform = uniforms(2024);
    let covered = 0;
    for (let experiment = 0; experiment < EXPERIMENTS; experiment++) {
      const means = Array.from({ length: 10 }, () => sumOf(waitingTimes(load, 1000, uniform)) / 1000);
      const interval = confidenceInterval(means);
      if (Math.abs(interval.mean! - truth) <= interval.halfWidth!) covered++;
    }
    expect(covered / EXPERIMENTS).toBeGreaterThanOrEqual(0.93);
    expect(covered / EXPERIMENTS).toBeLessThanOrEqual(0.97);
  });
});
