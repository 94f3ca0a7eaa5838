import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit } from '../src/least-squares/fit.js';
import type { FitParameter } from '../src/parameters/fit-parameter.js';
import { everyKth, groupIndices, textHash } from '../src/splits/hold-out.js';
import { leaveOut } from '../src/splits/leave-out.js';
import { oneStepRefits } from '../src/splits/one-step-refits.js';
import { logNormal } from './noise.js';

const ids = Array.from({ length: 103 }, (_, n) => `table.csv:${n + 2}`);

describe('hold-out', () => {
  it('puts every row on one side, the share of each stratum in the held one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.integer(), fc.integer({ min: 1, max: 7 }), (k, seed, strata) => {
        const { fitted, held } = everyKth(ids, k, seed, (index) => String(index % strata));
        expect([...fitted, ...held].sort((a, b) => a - b)).toEqual([...ids.keys()]);
        for (let stratum = 0; stratum < strata; stratum++) {
          const members = [...ids.keys()].filter((index) => index % strata === stratum);
          const heldOnes = held.filter((index) => index % strata === stratum);
          expect(heldOnes).toHaveLength(Math.floor(members.length / k));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not depend on the order of the rows, but on the seed', () => {
    const names = (order: readonly string[], seed: number) =>
      everyKth(order, 4, seed)
        .held.map((index) => order[index]!)
        .sort();
    expect(names([...ids].reverse(), 1)).toEqual(names(ids, 1));
    expect(names(ids, 2)).not.toEqual(names(ids, 1));
    expect(() => everyKth(ids, 1, 1)).toThrow(/every 1-th row/);
  });

  it('hashes texts that differ little far apart', () => {
    const buckets = new Float64Array(16);
    for (let n = 0; n < 4096; n++) {
      const bucket = textHash(`row ${n}`, 5) >>> 28;
      buckets[bucket] = buckets[bucket]! + 1;
    }
    const chi = buckets.reduce((sum, count) => sum + (count - 256) ** 2 / 256, 0);
    expect(chi).toBeLessThan(37.7);
  });
});

describe('leave-out', () => {
  it('shows each fit all rows but the group, and judges it on the group', async () => {
    const families = ['llama', 'qwen', 'llama', 'gemma', 'qwen'];
    const folds = await leaveOut(
      groupIndices(families.length, (index) => families[index]!),
      (kept) => kept.map((index) => families[index]!),
      (model, left, group) => ({ model, left, group }),
    );
    expect(folds.map(({ group, left, model }) => ({ group, left, model }))).toEqual([
      { group: 'llama', left: [0, 2], model: ['qwen', 'gemma', 'qwen'] },
      { group: 'qwen', left: [1, 4], model: ['llama', 'llama', 'gemma'] },
      { group: 'gemma', left: [3], model: ['llama', 'qwen', 'llama', 'qwen'] },
    ]);
    expect(folds[1]!.evaluation.group).toBe('qwen');
  });
});

describe('one-step refits', () => {
  const sizes = Float64Array.from({ length: 60 }, (_, n) => 2 ** (n % 12));
  const groups = Array.from({ length: 60 }, (_, n) => `family ${Math.floor(n / 12)}`);
  const parameters: FitParameter[] = [
    { path: 'devices.d.a', start: 2, low: 0.1, high: 50, scale: 'log', prior: { value: 2, logSigma: 0.5 } },
    { path: 'devices.d.b', start: 0.5, low: 0.01, high: 5, scale: 'log' },
    { path: 'devices.d.p', start: 1.5, low: 1, high: 6, scale: 'linear' },
  ];

  /** Rows whose families differ by `spread` from the common truth. */
  function problemOf(spread: number) {
    const draw = logNormal(17, spread);
    const family = Array.from({ length: 5 }, () => draw());
    const rows = sizes.map((x, i) => (3 ** 2.2 + (0.2 * x) ** 2.2) ** (1 / 2.2) * family[Math.floor(i / 12)]! * draw());
    const residuals = (v: Float64Array): Float64Array =>
      sizes.map((x, i) => Math.log((v[0]! ** v[2]! + (v[1]! * x) ** v[2]!) ** (1 / v[2]!) / rows[i]!));
    return { parameters, residuals };
  }

  /** Largest difference of a one-step refit from the full refit, and largest move of a full refit, in ln(value). */
  function compare(spread: number): { difference: number; move: number } {
    const problem = problemOf(spread);
    const whole = fit(problem);
    let difference = 0;
    let move = 0;
    for (const refit of oneStepRefits({ ...whole, groups })) {
      const weights = groups.map((group) => (group === refit.group ? 0 : 1));
      const full = fit({ ...problem, weights });
      full.values.forEach((value, k) => {
        difference = Math.max(difference, Math.abs(Math.log(refit.values[k]! / value)));
        move = Math.max(move, Math.abs(Math.log(whole.values[k]! / value)));
      });
    }
    return { difference, move };
  }

  it('agree with full refits to second order of the move', () => {
    const wide = compare(0.08);
    const narrow = compare(0.02);
    expect(wide.move).toBeGreaterThan(0.02);
    expect(wide.difference).toBeLessThan(0.15 * wide.move);
    // A quarter of the spread: moves shrink by four, differences by about sixteen.
    expect(narrow.difference).toBeLessThan(0.12 * wide.difference);
    expect(narrow.difference).toBeLessThan(0.05 * narrow.move);
  });

  it('say what the left-out rows would then read, and keep the bounds', () => {
    const problem = problemOf(0.03);
    const whole = fit(problem);
    const tight = parameters.map((p, k) => (k === 0 ? { ...p, high: whole.values[0]! } : p));
    for (const refit of oneStepRefits({ ...whole, parameters: tight, groups })) {
      expect(refit.rows).toBe(12);
      expect(refit.values[0]!).toBeLessThanOrEqual(whole.values[0]!);
      const exact = problem.residuals(refit.values);
      refit.residuals.forEach((residual, i) => {
        expect(Math.abs(residual - exact[i]!)).toBeLessThan(0.01);
      });
      expect(refit.constants['devices.d.b']).toBe(refit.values[1]);
    }
  });

  it('refuse rows that do not match', () => {
    expect(() => oneStepRefits({ ...fit(problemOf(0.02)), groups: ['a'] })).toThrow(/1 groups/);
  });
});
