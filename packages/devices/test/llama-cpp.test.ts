/** What llama.cpp's deployments add: GGUF blocks, expansion before large products, layers split over devices. */

import type { GgufFormat, Quantity } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { type GemmRates, gemmBytes, gemmS } from '../src/gemm.js';
import { resolveKernels } from '../src/kernel-resolution.js';
import { planMemory } from '../src/memory.js';
import { usualGguf, weightFormat } from '../src/precision.js';
import { Cost } from '../src/step-model.js';
import { decodeCost, deploy, mixedCost } from './deployments.js';

const LLAMA = {
  engineId: 'llama-cpp',
  gpuMemoryUtilization: 1,
  memoryOverheadBytes: 0.6e9,
  blockSizeTokens: 1,
} as const;

function card(change: Partial<DeploymentSpec> = {}): DeploymentSpec {
  return deploy('llama-3.1-8b', 'rtx-4090', { ...LLAMA, maxNumSeqs: 4, maxNumBatchedTokens: 2048, ...change });
}

function known(value: number, unit = '1'): Quantity {
  return { value, unit, grade: 'fitted', source: 'test' };
}

describe('GGUF files', () => {
  // Published sizes of Llama-3-8B and 70B files, bytes.
  it.each([
    ['llama-3.1-8b', 'fp16', 'F16', 16.07e9],
    ['llama-3.1-8b', 'int8', 'Q8_0', 8.54e9],
    ['llama-3.1-8b', 'int4', 'Q4_0', 4.66e9],
    ['llama-3.1-8b', 'int4', 'Q4_K_M', 4.92e9],
    ['llama-3.1-70b', 'int4', 'Q4_K_M', 42.52e9],
    ['llama-3.1-8b', 'int4', 'Q3_K_M', 4.02e9],
    ['llama-3.1-8b', 'int4', 'IQ4_XS', 4.45e9],
    ['llama-3.1-8b', 'int4', 'Q5_0', 5.6e9],
    ['llama-3.1-8b', 'int4', 'Q5_K_S', 5.6e9],
    ['llama-3.1-8b', 'int4', 'Q5_K_M', 5.73e9],
    ['llama-3.1-8b', 'int8', 'Q6_K', 6.6e9],
  ] as const)('%s in %s as %s takes what the file takes, within 1 %%', (model, weightPrecision, gguf, bytes) => {
    const plan = planMemory(deploy(model, 'apple-m1-max', { ...LLAMA, weightPrecision, gguf, maxModelLenTokens: 512 }));
    expect(Math.abs(plan.weightsBytes / bytes - 1)).toBeLessThan(0.01);
  });

  it('go by the usual format of their width', () => {
    expect(weightFormat('int4', 'fp16', 'gguf')).toEqual(weightFormat('int4', 'fp16', 'gguf', 'Q4_K_M'));
    expect(usualGguf('int8')).toBe('Q8_0');
    expect(decodeCost(createStepModel(card({ weightPrecision: 'int4' })), [9])).toEqual(
      decodeCost(createStepModel(card({ weightPrecision: 'int4', gguf: 'Q4_K_M' })), [9]),
    );
  });

  it('are ignored by other engines', () => {
    const plain = deploy('llama-3.1-8b', 'rtx-4090', { weightPrecision: 'int4' });
    expect(decodeCost(createStepModel({ ...plain, gguf: 'Q4_0' }), [9])).toEqual(
      decodeCost(createStepModel(plain), [9]),
    );
  });

  it('decode the faster the fewer bytes they have', () => {
    const stepS = (gguf: GgufFormat, weightPrecision: 'fp16' | 'int8' | 'int4') =>
      decodeCost(createStepModel(card({ gguf, weightPrecision })), [512])[Cost.STEP_S]!;
    const times = [
      stepS('F16', 'fp16'),
      stepS('Q8_0', 'int8'),
      stepS('Q6_K', 'int8'),
      stepS('Q5_K_M', 'int4'),
      stepS('Q5_K_S', 'int4'),
      stepS('Q4_K_M', 'int4'),
      stepS('Q4_0', 'int4'),
    ];
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });
});

describe('products of GGUF blocks', () => {
  const rates: GemmRates = {
    peakFlops: 100e12,
    bandwidthBps: 1e12,
    fixedS: 1e-6,
    computeEfficiency: 0.5,
    memoryEfficiency: 0.8,
    kneeExponent: 2,
    halfEfficiencyTokens: 0,
    quantisationFactor: 0,
    activationBytes: 2,
    expansion: { fromRows: 33, bps: 0.5e12, memoryEfficiency: 1 },
  };

  it('read the blocks for few rows and expand them first for many', () => {
    const weights = 4096 * 4096;
    const few = (weights * 0.5 + 32 * 4096 * 4) / 0.8e12;
    expect(gemmS(rates, 32, 4096, 4096, 0.5)).toBeCloseTo(1e-6 + Math.hypot((2 * weights * 32) / 50e12, few), 12);
    const many = (weights * 2 + 33 * 4096 * 4) / 1e12;
    const expandS = (weights * 2.5) / 0.5e12;
    expect(gemmS(rates, 33, 4096, 4096, 0.5)).toBeCloseTo(
      1e-6 + Math.hypot((2 * weights * 33) / 50e12, many) + expandS,
      12,
    );
    expect(gemmBytes(rates, 32, 4096, 4096, 0.5)).toBe(weights * 0.5 + 32 * 4096 * 4);
    expect(gemmBytes(rates, 33, 4096, 4096, 0.5)).toBe(weights * 4.5 + 33 * 4096 * 4);
  });

  it('take the shares of their format, the class default where the device has none', () => {
    const { device } = card();
    const choice = { weight: 'int4', kv: 'fp16', activation: 'fp16' } as const;
    const plain = resolveKernels(device, { ...choice, weight: 'fp16' }).linear;
    const own = {
      ...device,
      kernels: {
        ...device.kernels!,
        gguf: { formats: { Q4_0: { computeShare: known(0.5), memoryShare: known(0.25) } } },
      },
    };
    const q40 = resolveKernels(own, { ...choice, gguf: 'Q4_0' });
    expect(q40.linear.memoryEfficiency).toBe(plain.memoryEfficiency * 0.25);
    expect(q40.linear.computeEfficiency).toBe(plain.computeEfficiency * 0.5);
    expect(q40.assumed).not.toContain('kernels.gguf.formats.Q4_0.memoryShare');
    expect(q40.linear.expansion?.memoryEfficiency).toBe(plain.memoryEfficiency);
    const q8 = resolveKernels(own, { ...choice, gguf: 'Q8_0' });
    expect(q8.assumed).toContain('kernels.gguf.formats.Q8_0.memoryShare');
    expect(resolveKernels(own, { ...choice, gguf: 'F16' }).linear.expansion).toBeUndefined();
  });

  it('sum in 16 bits at the higher rate of GeForce cards, which attention does not have', () => {
    const { device } = card();
    const choice = { weight: 'fp16', kv: 'fp16', activation: 'fp16', gguf: 'F16' } as const;
    const wide = resolveKernels(device, choice);
    const half = resolveKernels(device, { ...choice, sumsInHalf: true });
    expect(half.linear.peakFlops).toBe(2 * wide.linear.peakFlops);
    expect(half.attention).toEqual(wide.attention);
  });
});

describe('layers split over devices', () => {
  const one = card({ weightPrecision: 'int4' });
  const four: DeploymentSpec = { ...one, pp: 4, peerAccess: false };

  it('take turns: a step lasts as long as on one device plus the hand-overs, and the mean device does a quarter', () => {
    const single = decodeCost(createStepModel(one), [512]);
    const split = decodeCost(createStepModel(four), [512]);
    const handover = four.engine.layerSplit!.handoverS.value;
    const perHop = (split[Cost.STEP_S]! - single[Cost.STEP_S]!) / 3;
    // Beside it the latency of the fabric (20 us) and the bytes of one token.
    expect(perHop).toBeGreaterThan(handover + 20e-6);
    expect(perHop).toBeLessThan(handover + 25e-6);
    expect(split[Cost.BYTES]).toBeCloseTo(single[Cost.BYTES]! / 4, 3);
    expect(split[Cost.COMPUTE_S]).toBeCloseTo(single[Cost.COMPUTE_S]! / 4, 12);
  });

  it('run a pass through all devices and say how passes overlap', () => {
    const chunk = [{ cached: 0, tokens: 512 }];
    const single = mixedCost(createStepModel(one), [], chunk)[Cost.STEP_S]!;
    const model = createStepModel(four);
    const split = mixedCost(model, [], chunk)[Cost.STEP_S]!;
    expect(split).toBeGreaterThan(single);
    expect(split).toBeLessThan(1.1 * single);
    expect(model.passes).toEqual({ stages: 4, overlap: four.engine.layerSplit!.overlap.value });
    expect(createStepModel(one).passes).toBeUndefined();
    const limited = createStepModel({ ...four, powerLimitW: 300 });
    expect(limited.passes).toEqual(model.passes);
  });

  it('deal a batch out to micro-batches under other engines', () => {
    const piped = createStepModel(deploy('llama-3.1-8b', 'h100-sxm', { pp: 4 }));
    expect(piped.passes).toBeUndefined();
    expect(decodeCost(piped, Array<number>(64).fill(512))[Cost.STEP_S]).toBeGreaterThan(0);
  });

  it('draw the less per device the more of them take turns', () => {
    const watts = (spec: DeploymentSpec): number => {
      const model = createStepModel(spec);
      const cost = decodeCost(model, [512]);
      const stepS = cost[Cost.STEP_S]!;
      return (
        model.energyJ(stepS, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!) / stepS / model.devices
      );
    };
    expect(watts(four)).toBeLessThan(watts(one));
    expect(watts(four)).toBeGreaterThanOrEqual(one.device.idleLoadedW.value);
  });
});
