import { constantPaths, devices, engines } from '@infersim/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedCatalog, quantityAt, shippedCatalog, splitPath } from '../src/parameters/catalog-constants.js';
import { fitParameterAt } from '../src/parameters/constant-ranges.js';
import { checkParameter, coordinateOf, type FitParameter, valueAt } from '../src/parameters/fit-parameter.js';

describe('parameters', () => {
  it('of every catalog entry have usable starts, bounds and priors', () => {
    let movable = 0;
    const entries = [
      ...devices().map((entry) => ({ prefix: `devices.${entry.id}`, entry })),
      ...engines().map((entry) => ({ prefix: `engines.${entry.id}`, entry })),
    ];
    for (const { prefix, entry } of entries) {
      for (const path of constantPaths(entry)) {
        const parameter = fitParameterAt(shippedCatalog, `${prefix}.${path}`);
        if (parameter === undefined) continue;
        movable++;
        checkParameter(parameter);
        expect(parameter.start, parameter.path).toBe(quantityAt(shippedCatalog, parameter.path)!.value);
      }
    }
    expect(movable).toBeGreaterThan(50 * 20);
  });

  it('never are peaks, memory, prices or settings', () => {
    for (const path of ['tdpW', 'memoryBytes', 'kernels.gemm.fp16.peakFlops', 'kernels.smCount', 'cloudUsdPerH']) {
      expect(fitParameterAt(shippedCatalog, `devices.h100-sxm.${path}`), path).toBeUndefined();
    }
    expect(fitParameterAt(shippedCatalog, 'devices.unheard-of.kernels.gemm.fp16.fixedS')).toBeUndefined();
    expect(() => splitPath('h100-sxm.kernels')).toThrow(/devices.<id>/);
  });

  it('believe wide catalog ranges less, and start where they are told to', () => {
    const overhead = fitParameterAt(shippedCatalog, 'engines.vllm.memoryOverheadBytes')!;
    const layer = fitParameterAt(shippedCatalog, 'engines.vllm.layerFixedS', { 'engines.vllm.layerFixedS': 9e-6 })!;
    expect(layer.start).toBe(9e-6);
    expect(layer.prior!.value).toBe(9e-6);
    expect(overhead.prior!.logSigma).toBeGreaterThan(layer.prior!.logSigma);
  });

  it('survive the way to coordinates and back', () => {
    const scale = fc.constantFrom('log' as const, 'linear' as const);
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0, max: 1, noNaN: true }), scale, (a, ratio, share, kind) => {
        const high = a * (1 + ratio);
        const parameter: FitParameter = { path: 'engines.e.c', start: a, low: a, high, scale: kind };
        const value = a + share * (high - a);
        const back = valueAt(parameter, coordinateOf(parameter, value));
        expect(Math.abs(back / value - 1)).toBeLessThan(1e-9);
        expect(valueAt(parameter, coordinateOf(parameter, high) + 1)).toBe(high);
      }),
    );
  });

  it('changes copies of entries only', () => {
    const path = 'devices.h100-sxm.kernels.collectives.8.busBps';
    const before = quantityAt(shippedCatalog, path)!.value;
    const changed = changedCatalog(shippedCatalog, { [path]: 1e11, 'engines.vllm.apiS': 1 });
    expect(quantityAt(changed, path)).toMatchObject({ value: 1e11, grade: 'fitted', unit: 'B/s' });
    expect(quantityAt(shippedCatalog, path)!.value).toBe(before);
    expect(changed.engine('sglang')).toBe(shippedCatalog.engine('sglang'));
    expect(changed.device('h100-sxm')).toBe(changed.device('h100-sxm'));
  });
});
