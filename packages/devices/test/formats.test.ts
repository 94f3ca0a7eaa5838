import { classDefaults, findDevice, type Quantity } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { createGradedStepModel, createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { DeploymentError } from '../src/deployment-error.js';
import { gemmS } from '../src/gemm.js';
import { resolveKernels } from '../src/kernel-resolution.js';
import { planMemory } from '../src/memory.js';
import { countParams } from '../src/model-arithmetic.js';
import { sparseFormat, weightFormat } from '../src/precision.js';
import { Cost } from '../src/step-model.js';
import { decodeCost, deploy, frozen, mixedCost } from './deployments.js';

function fixed(value: number, unit = '1'): Quantity {
  return { value, unit, grade: 'fitted', source: 'test' };
}

const prompt = [{ cached: 0, tokens: 4096 }];
const h100 = frozen('llama-3.1-8b', 'h100-sxm').device;

function withKernels(
  spec: DeploymentSpec,
  change: Partial<NonNullable<DeploymentSpec['device']['kernels']>>,
): DeploymentSpec {
  const kernels = spec.device.kernels;
  if (kernels === undefined) throw new Error(`${spec.device.id} has no kernels`);
  return { ...spec, device: { ...spec.device, kernels: { ...kernels, ...change } } };
}

function decodeS(spec: DeploymentSpec, batch = 8): number {
  return decodeCost(createStepModel(spec), Array<number>(batch).fill(1000))[Cost.STEP_S]!;
}

function prefillS(spec: DeploymentSpec): number {
  return mixedCost(createStepModel(spec), [], prompt)[Cost.STEP_S]!;
}

describe('block-scaled fp8', () => {
  const plain = frozen('llama-3.1-8b', 'h100-sxm', { weightPrecision: 'fp8' });
  const block = { ...plain, blockScaledWeights: true };

  it('takes the fp8 shape of the class with 50 us per call where nobody measured it, and says assumed', () => {
    const fp8 = { weight: 'fp8', kv: 'fp16', activation: 'fp8', blockScaled: true } as const;
    const own = classDefaults(h100).kernels.gemm.fp8;
    const kernels = resolveKernels(h100, fp8);
    expect(kernels.linear).toMatchObject({ fixedS: 50e-6, computeEfficiency: own?.computeEfficiency.value });
    expect(kernels.assumed).toContain('kernels.gemmBlockScaled.fp8.fixedS');
    expect(kernels.fp16).toEqual(resolveKernels(h100, { ...fp8, blockScaled: false }).fp16);
  });

  it('takes the fit of the device where there is one, and the fixed time of the engine before both', () => {
    const gemm = h100.kernels?.gemm.fp8;
    if (gemm === undefined) throw new Error('no fp8 products');
    const slower = { ...gemm, fixedS: fixed(gemm.fixedS.value + 10e-6, 's') };
    const measured = withKernels(block, { gemmBlockScaled: { fp8: slower } });
    // Four products in each of 32 layers; the LM head stays in fp16.
    expect(decodeS(measured) - decodeS(plain)).toBeCloseTo(32 * 4 * 10e-6, 9);
    const engine = { ...measured.engine, blockScaledFixedS: fixed(gemm.fixedS.value + 1e-6, 's') };
    expect(decodeS({ ...measured, engine }) - decodeS(plain)).toBeCloseTo(32 * 4 * 1e-6, 9);
    expect(decodeS({ ...plain, engine })).toBe(decodeS(plain));
  });

  it('takes no more memory, and is refused for other weights', () => {
    expect(planMemory(block).blocks).toBe(planMemory(plain).blocks);
    expect(() => createStepModel({ ...block, weightPrecision: 'fp16', activationPrecision: 'fp16' })).toThrow(
      /blockScaledWeights is true with fp16 weights; allowed: fp8 weights/,
    );
  });
});

describe('2:4 sparsity', () => {
  const dense = frozen('llama-3.1-8b', 'h100-sxm');
  const sparse: DeploymentSpec = {
    ...dense,
    device: { ...dense.device, sparsityRate: fixed(2) },
    sparsity: '2:4',
  };

  it('halves the weights and adds two bits per kept one, embeddings excepted', () => {
    const format = sparseFormat(weightFormat('fp16', 'fp16', 'tensors'));
    expect(format).toMatchObject({ matrixBytes: 1.125, expertBytes: 1.125, embeddingBytes: 2 });
    expect(sparseFormat(weightFormat('fp8', 'fp16', 'tensors')).matrixBytes).toBe(0.625);
    const arch = dense.model.architecture;
    if (arch === undefined) throw new Error('no architecture');
    const { total, embedding } = countParams(arch);
    expect(planMemory(sparse).weightsBytes).toBe((total - embedding) * 1.125 + embedding * 2);
  });

  it('doubles the rate of the layers alone', () => {
    const fp16 = { weight: 'fp16', kv: 'fp16', activation: 'fp16' } as const;
    const plain = resolveKernels(sparse.device, fp16);
    const pruned = resolveKernels(sparse.device, { ...fp16, sparsity: '2:4' });
    expect(pruned.linear.peakFlops).toBe(2 * plain.linear.peakFlops);
    expect(pruned.fp16).toEqual(plain.fp16);
    const gain = prefillS(dense) / prefillS(sparse);
    expect(gain).toBeGreaterThan(1.4);
    expect(gain).toBeLessThan(2);
    expect(decodeS(dense) / decodeS(sparse)).toBeGreaterThan(1.2);
  });

  it('is refused where the device has no rate for it', () => {
    for (const spec of [
      { ...dense, sparsity: '2:4' as const },
      { ...deploy('llama-3.1-8b', 'apple-m4-max'), sparsity: '2:4' as const },
    ]) {
      expect(() => createStepModel(spec)).toThrow(DeploymentError);
      expect(() => planMemory(spec)).toThrow(/sparsity is 2:4; allowed: absent/);
    }
    expect(() => createStepModel({ ...deploy('llama-3.1-8b', 'l40s'), sparsity: '2:4' })).not.toThrow();
  });
});

describe('weight-only formats', () => {
  const fp16 = { kv: 'fp16', activation: 'fp16' } as const;

  it.each([
    ['fp8', 'eightBit', 0.9, 0.95],
    ['int8', 'eightBit', 0.9, 0.95],
    ['int4', 'fourBit', 0.82, 0.9],
    ['fp4', 'fourBit', 0.82, 0.9],
    ['int2', 'twoBit', 0.82, 0.9],
  ] as const)('%s weights with fp16 arithmetic take the %s shares', (weight, width, compute, memory) => {
    const plain = resolveKernels(h100, { ...fp16, weight: 'fp16' }).linear;
    const narrow = resolveKernels(h100, { ...fp16, weight });
    expect(narrow.linear.computeEfficiency).toBe(plain.computeEfficiency * compute);
    expect(narrow.linear.memoryEfficiency).toBe(plain.memoryEfficiency * memory);
    expect(narrow.assumed).toContain(`kernels.weightOnly.${width}.computeShare`);
    const own = { computeShare: fixed(0.5), memoryShare: fixed(0.25) };
    const device = withKernels(frozen('llama-3.1-8b', 'h100-sxm'), { weightOnly: { [width]: own } }).device;
    const fitted = resolveKernels(device, { ...fp16, weight });
    expect(fitted.linear.computeEfficiency).toBe(plain.computeEfficiency * 0.5);
    expect(fitted.linear.memoryEfficiency).toBe(plain.memoryEfficiency * 0.25);
    expect(fitted.assumed).not.toContain(`kernels.weightOnly.${width}.computeShare`);
  });

  it('do not touch products whose arithmetic is as narrow as the weights', () => {
    for (const dtype of ['fp8', 'int8'] as const) {
      const rates = resolveKernels(h100, { kv: 'fp16', weight: dtype, activation: dtype }).linear;
      expect(rates.computeEfficiency).toBe(h100.kernels?.gemm[dtype]?.computeEfficiency.value);
    }
  });
});

describe('every format', () => {
  it.each([
    ['fp16, KV in fp8', 'h100-sxm', { kvPrecision: 'fp8' }],
    ['fp16, KV in int8', 'h100-sxm', { kvPrecision: 'int8' }],
    ['fp8', 'h100-sxm', { weightPrecision: 'fp8', activationPrecision: 'fp8' }],
    ['W8A8', 'a100-80-sxm', { weightPrecision: 'int8', activationPrecision: 'int8' }],
    ['W8A16', 'a100-80-sxm', { weightPrecision: 'int8' }],
    ['W4A16', 'a100-80-sxm', { weightPrecision: 'int4' }],
    ['W2A16', 'a100-80-sxm', { weightPrecision: 'int2' }],
    ['nvfp4', 'b200-sxm', { weightPrecision: 'fp4', activationPrecision: 'fp4' }],
    ['fp4 weights, fp16 arithmetic', 'h100-sxm', { weightPrecision: 'fp4' }],
    ['GGUF of 4 bits', 'rtx-4090', { weightPrecision: 'int4', engineId: 'llama-cpp' }],
    ['GGUF of 2 bits', 'apple-m4-max', { weightPrecision: 'int2', engineId: 'llama-cpp' }],
  ] as const)('%s on %s decodes faster than plain fp16', (_name, deviceId, change) => {
    const narrow = deploy('llama-3.1-8b', deviceId, { maxModelLenTokens: 4096, ...change });
    const { engineId: _engine, ...rest } = { engineId: undefined, ...change };
    expect(Object.keys(rest).length).toBeGreaterThan(0);
    const plain = {
      ...narrow,
      weightPrecision: 'fp16',
      activationPrecision: 'fp16',
      kvPrecision: 'fp16',
    } as const;
    const contexts = Array<number>(4).fill(4000);
    const fast = decodeCost(createStepModel(narrow), contexts);
    const slow = decodeCost(createStepModel(plain), contexts);
    expect(fast[Cost.STEP_S]).toBeLessThan(slow[Cost.STEP_S]!);
    expect(fast[Cost.BYTES]).toBeLessThan(slow[Cost.BYTES]!);
  });

  it('stores nvfp4 in 4.5 bits and a published mxfp4 in 4.25', () => {
    expect(weightFormat('fp4', 'fp16', 'tensors').expertBytes).toBe(0.5625);
    expect(weightFormat('fp4', 'fp4', 'tensors').expertBytes).toBe(0.53125);
    expect(weightFormat('fp4', 'fp4', 'tensors').matrixBytes).toBe(2);
  });
});

describe('experts', () => {
  const mixtral = (change: Partial<DeploymentSpec> = {}) => deploy('mixtral-8x7b', 'h100-sxm', { tp: 2, ...change });
  const constants = (scale: number) => ({
    fixedS: fixed(scale * 50e-6, 's'),
    computeEfficiency: fixed(0.5),
    memoryEfficiency: fixed(0.8),
    routingSkew: fixed(1),
    imbalance: fixed(0.2),
    paddingTokens: fixed(32, 'tokens'),
  });
  // 3 * 4096 * 14336 * 2 bytes over two devices.
  const expertBytes = 176_160_768;
  const engineOf = (largeBytes: number, smallBytes?: number) => {
    const { moeSmallExpertBytes: _small, ...engine } = mixtral().engine;
    return {
      ...engine,
      moe: constants(1),
      moeLargeExperts: constants(3),
      moeLargeExpertBytes: fixed(largeBytes, 'B'),
      ...(smallBytes === undefined ? {} : { moeSmallExpertBytes: fixed(smallBytes, 'B') }),
    };
  };
  const layersFixedS = (spec: DeploymentSpec, other: DeploymentSpec) => (decodeS(spec) - decodeS(other)) / 32;

  it('take the engine constants of their size on one device, between the sizes in proportion to the logarithm', () => {
    const small = mixtral({ engine: engineOf(expertBytes * 4) });
    const large = mixtral({ engine: engineOf(expertBytes) });
    const between = mixtral({ engine: engineOf(expertBytes * 2, expertBytes / 2) });
    expect(layersFixedS(large, small)).toBeCloseTo(100e-6, 9);
    expect(layersFixedS(between, small)).toBeCloseTo(50e-6, 9);
    // Four devices hold an expert of half the size each.
    expect(decodeS(mixtral({ tp: 4, engine: engineOf(expertBytes) }))).toBeLessThan(decodeS(large));
    const { moeLargeExperts: _large, ...onlySmall } = engineOf(expertBytes);
    expect(decodeS(mixtral({ engine: onlySmall }))).toBe(decodeS(small));
    expect(createGradedStepModel(small).grade).toBe(createGradedStepModel(mixtral({ engine: onlySmall })).grade);
  });

  it('may cost otherwise on a device than the engine says', () => {
    const plain = withKernels(mixtral(), { moe: {} });
    const faster = withKernels(mixtral(), {
      moe: { computeEfficiencyShare: fixed(1.5), memoryEfficiencyShare: fixed(1.1), fixedS: fixed(10e-6, 's') },
    });
    expect(decodeS(faster)).toBeLessThan(decodeS(plain) - 32 * 10e-6);
    expect(prefillS(faster)).toBeLessThan(prefillS(plain));
    expect(() => createStepModel(withKernels(mixtral(), { moe: { memoryEfficiencyShare: fixed(0) } }))).toThrow(
      /kernels.moe.memoryEfficiencyShare is 0/,
    );
  });
});

describe('memory of engines that share out what weights leave', () => {
  it('takes the share of the free bytes', () => {
    const spec = frozen('llama-3.1-8b', 'h100-sxm');
    const ofDevice = planMemory(spec);
    const ofFree = planMemory({ ...spec, engine: { ...spec.engine, memoryShareOf: 'free' } });
    const free = spec.device.memoryBytes.value - ofDevice.weightsBytes - spec.memoryOverheadBytes;
    expect(ofFree.kvCapacityBytesPerDevice).toBeCloseTo(0.9 * free, 0);
    expect(ofFree.blocks).toBeGreaterThan(ofDevice.blocks);
  });
});

describe('catalog fits of block-scaled products', () => {
  it.each(['h100-sxm', 'h200-sxm', 'b200-sxm', 'gb200-nvl72'])('%s has one, slower than per-tensor fp8', (id) => {
    const device = findDevice(id);
    if (device === undefined) throw new Error(id);
    const fp8 = { weight: 'fp8', kv: 'fp16', activation: 'fp8' } as const;
    const block = resolveKernels(device, { ...fp8, blockScaled: true });
    const plain = resolveKernels(device, fp8);
    expect(block.assumed.filter((name) => name.includes('gemmBlockScaled'))).toEqual([]);
    for (const m of [1, 64, 4096]) {
      expect(gemmS(block.linear, m, 4096, 4096, 1)).toBeGreaterThan(gemmS(plain.linear, m, 4096, 4096, 1));
    }
  });
});
