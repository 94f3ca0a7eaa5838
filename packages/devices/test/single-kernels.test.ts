import { describe, expect, it } from 'vitest';
import { DeploymentError } from '../src/deployment-error.js';
import { gemmS } from '../src/gemm.js';
import { resolveKernels } from '../src/kernel-resolution.js';
import {
  kernelAllReduceS,
  kernelDecodeAttentionS,
  kernelGemmS,
  kernelMemoryCopyBps,
  kernelPrefillAttentionS,
} from '../src/single-kernels.js';
import { frozen } from './deployments.js';

const h100 = frozen('llama-3.1-8b', 'h100-sxm').device;
const a100 = frozen('llama-2-7b', 'a100-80-sxm').device;

describe('kernelGemmS', () => {
  it('is worked by hand: 16 x 4096 x 4096 in fp16', () => {
    const compute = (2 * 16 * 4096 * 4096) / (989e12 * 0.812);
    const memory = (4096 * 4096 * 2 + 16 * 4096 * 2 + 2 * 16 * 4096) / (3.35e12 * 0.875);
    const expected = 3.8e-6 + (compute ** 3.13 + memory ** 3.13) ** (1 / 3.13);
    expect(kernelGemmS(h100, { m: 16, n: 4096, k: 4096, dtype: 'fp16' })).toBeCloseTo(expected, 12);
  });

  it('quantises activations apart only where asked and fitted', () => {
    const shape = { m: 4096, n: 4096, k: 4096, dtype: 'fp8' } as const;
    const fused = kernelGemmS(h100, shape);
    const separate = kernelGemmS(h100, { ...shape, activations: 'separate' });
    const compute = (2 * 4096 ** 3) / (1979e12 * 0.649);
    const memory = (4096 * 4096 * 2 + 2 * 4096 * 4096) / (3.35e12 * 0.836);
    const quantise = (3.4 * 4096 * 4096 * 3) / 3.35e12;
    expect(separate).toBeCloseTo(6.4e-6 + (compute ** 1.53 + memory ** 1.53) ** (1 / 1.53) + quantise, 12);
    expect(fused).toBeLessThan(separate);
    const given = kernelGemmS(h100, { ...shape, activations: 'given' });
    expect(given).toBeCloseTo(fused - (0.5 * 4096 * 4096 * 3) / 3.35e12, 12);
    const fp16 = { ...shape, dtype: 'fp16' } as const;
    expect(kernelGemmS(h100, { ...fp16, activations: 'separate' })).toBe(kernelGemmS(h100, fp16));
  });

  it('prices block scales by their own constants', () => {
    const rates = resolveKernels(h100, { weight: 'fp8', kv: 'fp16', activation: 'fp8', blockScaled: true }).linear;
    const kernel = { m: 64, n: 7168, k: 2048, dtype: 'fp8', blockScaled: true } as const;
    expect(kernelGemmS(h100, kernel)).toBe(gemmS(rates, 64, 7168, 2048, 1));
    expect(() => kernelGemmS(a100, kernel)).toThrow(DeploymentError);
    expect(() => kernelGemmS(h100, { ...kernel, dtype: 'fp16' })).toThrow(/block-scaled product is fp16/);
    expect(() => kernelGemmS(a100, { m: 1, n: 1, k: 1, dtype: 'fp8' })).toThrow(DeploymentError);
  });
});

describe('attention kernels', () => {
  const heads = { heads: 32, kvHeads: 8, headDim: 128, kv: 'fp16' } as const;

  it('are worked by hand for 32 sequences of 4,096 tokens', () => {
    const context = 32 * 4096;
    const read = (context * 2 * 8 * 128 * 2) / (3.35e12 * 0.886);
    const compute = (1.7 * context * 4 * 32 * 128) / 989e12;
    const expected = 11.6e-6 + Math.max(read, 29e-9 * 32 * 8) + compute;
    expect(kernelDecodeAttentionS(h100, { sequences: 32, contextTokens: 4096, ...heads })).toBeCloseTo(expected, 12);
    expect(kernelDecodeAttentionS(h100, { sequences: 0, contextTokens: 4096, ...heads })).toBe(0);
  });

  it('read fp8 caches in less time', () => {
    const kernel = { sequences: 64, contextTokens: 8192, ...heads };
    expect(kernelDecodeAttentionS(h100, { ...kernel, kv: 'fp8' })).toBeLessThan(kernelDecodeAttentionS(h100, kernel));
  });

  it('prefill chunks of any number alike, and cached tokens cost', () => {
    const one = kernelPrefillAttentionS(h100, { sequences: 1, tokens: 2048, ...heads });
    const four = kernelPrefillAttentionS(h100, { sequences: 4, tokens: 2048, ...heads });
    expect(four - 12.6e-6).toBeCloseTo(4 * (one - 12.6e-6), 12);
    expect(kernelPrefillAttentionS(h100, { sequences: 1, tokens: 2048, cachedTokens: 2048, ...heads })).toBeGreaterThan(
      one,
    );
    expect(kernelPrefillAttentionS(h100, { sequences: 1, tokens: 0, ...heads })).toBe(0);
  });
});

describe('other kernels', () => {
  it('all-reduces 1 GB over 8 devices at the bus rate', () => {
    expect(kernelAllReduceS(h100, { ranks: 8, bytes: 1e9 })).toBeCloseTo(4.8e-6 + (1e9 * 1.75) / 468e9, 9);
    expect(kernelAllReduceS(h100, { ranks: 1, bytes: 1e9 })).toBe(0);
    expect(kernelAllReduceS(h100, { ranks: 2, bytes: 1e8, peerAccess: false })).toBeGreaterThan(
      kernelAllReduceS(h100, { ranks: 2, bytes: 1e8 }),
    );
  });

  it('copies memory at the rate of element-wise kernels', () => {
    expect(kernelMemoryCopyBps(h100)).toBe(0.8 * 3.35e12);
  });
});
