/** Constants by path: every one readable, changeable, and nothing else touched. */

import { describe, expect, it } from 'vitest';
import { classDefaults } from '../src/class-defaults.js';
import type { DeviceEntry } from '../src/entries.js';
import { devices, engines, findDevice, findEngine } from '../src/lookup.js';
import {
  type ConstantEntry,
  constantBounds,
  constantFlaw,
  constantPaths,
  readConstant,
  withConstants,
} from '../src/overlay.js';

const entries: readonly ConstantEntry[] = [...devices(), ...engines()];
const h100 = findDevice('h100-sxm')!;
const unfitted = devices().find(
  (device) => device.kernels === undefined && device.power === undefined && device.execution === 'batched',
)!;
const own = (value: number) => ({ value, grade: 'fitted' as const, source: 'test' });

describe('paths of constants', () => {
  it('are distinct, and each reads a number with its unit', () => {
    for (const entry of entries) {
      const paths = constantPaths(entry);
      expect(new Set(paths).size).toBe(paths.length);
      for (const path of paths) {
        const constant = readConstant(entry, path);
        expect(constant, `${entry.id} ${path}`).toBeDefined();
        expect(constantFlaw(path, constant!.value), `${entry.id} ${path} = ${constant!.value}`).toBeNull();
      }
    }
  });

  it('name rows of collectives by their ranks', () => {
    const row = h100.kernels!.collectives.find(({ ranks }) => ranks === 4)!;
    expect(readConstant(h100, 'kernels.collectives.4.busBps')).toEqual(row.busBps);
    expect(readConstant(h100, 'kernels.collectives.3.busBps')).toBeUndefined();
  });

  it('lead to the class where the device has nothing of its own', () => {
    const { kernels, power } = classDefaults(unfitted);
    expect(readConstant(unfitted, 'kernels.prefillAttention.computeEfficiency')).toEqual(
      kernels.prefillAttention.computeEfficiency,
    );
    expect(readConstant(unfitted, 'power.dense.computeW')).toEqual(power.dense.computeW);
  });

  it('leave settings and names out', () => {
    const paths = constantPaths(findEngine('vllm')!);
    expect(paths).toContain('layerFixedS');
    expect(paths).toContain('moe.fixedS');
    expect(paths.filter((path) => /defaults|name|version|scheduler/.test(path))).toEqual([]);
    expect(readConstant(findEngine('vllm')!, 'defaults.maxNumSeqs')).toBeUndefined();
    expect(readConstant(h100, 'kernels.gemm.fp16')).toBeUndefined();
    expect(readConstant(h100, '')).toBeUndefined();
    expect(readConstant(h100, '__proto__.value')).toBeUndefined();
  });
});

describe('changed constants', () => {
  it('are read back, with their units, and every other one stays', () => {
    for (const [index, bare] of entries.entries()) {
      // All that stands in is made its own first: what a class gives follows the device's rates and watts.
      const paths = constantPaths(bare);
      const entry = withConstants(bare, Object.fromEntries(paths.map((path) => [path, readConstant(bare, path)!])));
      expect(constantPaths(entry).sort(), bare.id).toEqual([...paths].sort());
      // Another part of the constants in each entry: by sevenths, then all at once.
      for (const isChanged of [(i: number) => i % 7 === index % 7, () => true]) {
        const chosen = paths.filter((_, i) => isChanged(i));
        const changes = Object.fromEntries(chosen.map((path, i) => [path, own(0.01 + (i % 100) / 60)]));
        const changed = withConstants(entry, changes);
        const seen = paths.map((path) => readConstant(changed, path));
        const expected = paths.map((path) => {
          const before = readConstant(entry, path)!;
          return changes[path] === undefined ? before : { ...changes[path], unit: before.unit };
        });
        expect(seen, entry.id).toEqual(expected);
        expect(constantPaths(changed).sort(), entry.id).toEqual([...paths].sort());
      }
    }
  });

  it('leave the catalog as it was, and share nothing with it', () => {
    const before = JSON.stringify(h100);
    const changed = withConstants(h100, { 'kernels.gemm.fp16.computeEfficiency': own(0.5) });
    expect(JSON.stringify(h100)).toBe(before);
    expect(changed.kernels).not.toBe(h100.kernels);
    expect(changed.kernels!.decodeAttention).not.toBe(h100.kernels!.decodeAttention);
    expect(structuredClone(changed)).toEqual(changed);
    expect(withConstants(h100, {})).toEqual(h100);
  });

  it('bring the kernels of the class along to a device without its own', () => {
    const changed = withConstants(unfitted, { 'kernels.gemm.fp16.memoryEfficiency': own(0.6) });
    const standIn = classDefaults(unfitted).kernels;
    expect(changed.kernels).toEqual({
      ...standIn,
      gemm: { ...standIn.gemm, fp16: { ...standIn.gemm.fp16, memoryEfficiency: { ...own(0.6), unit: '1' } } },
    });
    expect(changed.power).toEqual(unfitted.power);
  });

  it('add one format to the kernels of a device that lacks it, and no other', () => {
    const { fp8: _, ...gemm } = h100.kernels!.gemm;
    const without: DeviceEntry = { ...h100, kernels: { ...h100.kernels!, gemm } };
    const changed = withConstants(without, { 'kernels.gemm.fp8.fixedS': own(1e-6) });
    expect(Object.keys(changed.kernels!.gemm).sort()).toEqual([...Object.keys(gemm), 'fp8'].sort());
    expect(changed.kernels!.gemm.fp8).toEqual({
      ...classDefaults(without).kernels.gemm.fp8,
      fixedS: { ...own(1e-6), unit: 's' },
    });
  });

  it('add a single factor, not its neighbours', () => {
    const { moe: _, ...kernels } = h100.kernels!;
    const without: DeviceEntry = { ...h100, kernels };
    const changed = withConstants(without, { 'kernels.moe.memoryEfficiencyShare': own(0.8) });
    expect(changed.kernels!.moe).toEqual({ memoryEfficiencyShare: { ...own(0.8), unit: '1' } });
  });

  it('give experts power of their own, starting from that of dense models', () => {
    const { dense } = h100.power!;
    const changed = withConstants({ ...h100, power: { dense } }, { 'power.moe.activeW': own(99) });
    expect(changed.power).toEqual({ dense, moe: { ...dense, activeW: { ...own(99), unit: 'W' } } });
  });

  it('keep bounds and remark, and drop those of before', () => {
    const change = { ...own(0.7), low: 0.6, high: 0.8, note: 'from bench.csv' };
    const changed = withConstants(h100, { 'kernels.gemm.fp16.computeEfficiency': change });
    expect(changed.kernels!.gemm.fp16.computeEfficiency).toEqual({ ...change, unit: '1' });
    const plain = withConstants(changed, { 'kernels.gemm.fp16.computeEfficiency': own(0.7) });
    expect(plain.kernels!.gemm.fp16.computeEfficiency).toEqual({ ...own(0.7), unit: '1' });
  });

  it.each([
    ['kernels.gemm.fp16.computeEficiency', 0.5, /h100-sxm has no constant kernels.gemm.fp16.computeEficiency/],
    ['kernels.gemm.fp16', 0.5, /no constant/],
    ['memoryType', 1, /no constant/],
    ['constructor.name', 1, /no constant/],
    ['kernels.gemm.fp16.computeEfficiency', 2.5, /above 0, at most 2/],
    ['kernels.gemm.fp16.computeEfficiency', 0, /above 0/],
    ['kernels.gemm.fp16.fixedS', -1e-6, /at least 0/],
    ['kernels.collectives.4.busBps', Number.POSITIVE_INFINITY, /finite/],
    ['kernels.gemm.fp16.fixedS', Number.NaN, /finite/],
  ])('%s = %d is refused', (path, value, message) => {
    expect(() => withConstants(h100, { [path]: own(value) })).toThrow(message);
  });

  it('may be 0 where that means none, and efficiencies somewhat above 1', () => {
    expect(constantFlaw('kernels.gemm.fp16.halfEfficiencyTokens', 0)).toBeNull();
    expect(constantFlaw('kernels.decodeAttention.fp16.bandwidthEfficiency', 1.07)).toBeNull();
    expect(constantBounds('kernels.gemm.fp16.kneeExponent')).toEqual({ above: 0 });
    expect(constantBounds('layerFixedS')).toEqual({ min: 0 });
  });
});
