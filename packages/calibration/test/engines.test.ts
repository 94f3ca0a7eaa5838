import { describe, expect, it } from 'vitest';
import { calibrate } from '../src/calibrate.js';
import { changedCatalog, shippedCatalog } from '../src/parameters/catalog-constants.js';
import { refitsWithoutGroups } from '../src/splits/problem-refits.js';
import { logNormal } from './noise.js';
import { predictServing, servingCases } from './serving-cases.js';

const GRID = {
  deviceId: 'h100-sxm',
  engineId: 'vllm',
  models: ['llama-3.2-1b', 'llama-3.1-8b', 'qwen3-32b', 'llama-3.1-70b'],
  users: [1, 4, 16, 64, 256],
  prompts: [256, 1024],
  tp: 4,
  figures: ['tpot_mean_ms', 'ttft_mean_ms'],
} as const;

const TRUTH = {
  'engines.vllm.layerFixedS': 22e-6,
  'engines.vllm.stepFixedS': 0.9e-3,
  'engines.vllm.stepPerSequenceS': 18e-6,
  'engines.vllm.apiS': 12e-3,
};

/** Where fits start: not where the catalog stands today, and a host fast enough to stay hidden behind the device. */
const START = {
  'engines.vllm.layerFixedS': 14e-6,
  'engines.vllm.stepFixedS': 0.5e-3,
  'engines.vllm.stepPerSequenceS': 10e-6,
  'engines.vllm.apiS': 8e-3,
  'engines.vllm.hostPerSequenceS': 5e-6,
};
const catalog = changedCatalog(shippedCatalog, START);

describe('engine constants', () => {
  it('are recovered from closed loops of four models of 16 to 80 layers with 2 % noise', async () => {
    const cases = servingCases(GRID, logNormal(31, 0.02), changedCatalog(catalog, TRUTH));
    const result = await calibrate({
      cases,
      catalog,
      predict: predictServing(catalog),
      mayMove: (path) => path in TRUTH,
    });
    const found = (path: keyof typeof TRUTH): number => result.set[path]! / TRUTH[path];
    expect(found('engines.vllm.layerFixedS')).toBeGreaterThan(0.9);
    expect(found('engines.vllm.layerFixedS')).toBeLessThan(1.1);
    expect(found('engines.vllm.stepFixedS')).toBeGreaterThan(0.8);
    expect(found('engines.vllm.stepFixedS')).toBeLessThan(1.25);
    expect(found('engines.vllm.stepPerSequenceS')).toBeGreaterThan(0.8);
    expect(found('engines.vllm.stepPerSequenceS')).toBeLessThan(1.2);
    expect(found('engines.vllm.apiS')).toBeGreaterThan(0.9);
    expect(found('engines.vllm.apiS')).toBeLessThan(1.1);
    expect(result.overall.held.after.median!).toBeLessThan(0.03);
    expect(result.overall.held.before.median!).toBeGreaterThan(0.1);
  });

  it('that one model size cannot tell apart are named, and one stays where it was', async () => {
    const cases = servingCases(
      { ...GRID, models: ['llama-3.1-8b'], users: [1, 2, 4, 8], figures: ['tpot_mean_ms'] },
      logNormal(32, 0.02),
      catalog,
    );
    const result = await calibrate({
      cases,
      heldShare: 0,
      catalog,
      predict: predictServing(catalog),
      mayMove: (path) => /layerFixedS|stepFixedS/.test(path),
    });
    const { held } = result.problems[0]!.result;
    expect(held).toHaveLength(1);
    expect(held[0]!.why.kind).toBe('together');
    expect(Math.abs(held[0]!.why.correlation!)).toBeGreaterThan(0.95);
    expect([held[0]!.path, held[0]!.why.partner].sort()).toEqual([
      'engines.vllm.layerFixedS',
      'engines.vllm.stepFixedS',
    ]);
    expect(result.set[held[0]!.path]).toBeUndefined();
    expect(result.constants.map(({ path }) => path)).toEqual([held[0]!.why.partner]);
  });

  it('without one model family are close to those that a calibration without it finds', async () => {
    const cases = servingCases(GRID, logNormal(35, 0.02), changedCatalog(catalog, TRUTH));
    const input = {
      heldShare: 0,
      catalog,
      predict: predictServing(catalog),
      mayMove: (path: string) => path in TRUTH,
    };
    const whole = await calibrate({ ...input, cases });
    const familyOf = new Map(cases.map(({ id, family }) => [id, family]));
    const refits = refitsWithoutGroups(whole.problems[0]!, (id) => familyOf.get(id)!);
    expect(refits.map(({ group, rows }) => [group, rows])).toEqual(GRID.models.map((model) => [model, 20]));
    for (const { group, constants } of refits) {
      const without = await calibrate({ ...input, cases: cases.filter(({ family }) => family !== group) });
      for (const [path, value] of Object.entries(constants)) {
        const full = without.set[path];
        if (full !== undefined) expect(Math.abs(Math.log(value / full)), `${path} without ${group}`).toBeLessThan(0.1);
      }
    }
  });

  it('of memory and power are found by their own metrics', async () => {
    const truth = {
      'engines.vllm.memoryOverheadBytes': 4e9,
      'devices.h100-sxm.power.dense.memoryW': 520,
      'devices.h100-sxm.power.dense.activeW': 110,
    };
    const figures = ['kv_blocks', 'power_w'] as const;
    const cases = servingCases({ ...GRID, figures }, logNormal(33, 0.01), changedCatalog(shippedCatalog, truth));
    const result = await calibrate({ cases, predict: predictServing(), mayMove: (path) => path in truth });
    expect(result.set['engines.vllm.memoryOverheadBytes']! / 4e9).toBeGreaterThan(0.8);
    expect(result.set['engines.vllm.memoryOverheadBytes']! / 4e9).toBeLessThan(1.2);
    expect(result.set['devices.h100-sxm.power.dense.memoryW']! / 520).toBeGreaterThan(0.9);
    expect(result.set['devices.h100-sxm.power.dense.memoryW']! / 520).toBeLessThan(1.1);
    expect(result.problems.map(({ stage }) => stage)).toEqual(['engines', 'power']);
  });
});
