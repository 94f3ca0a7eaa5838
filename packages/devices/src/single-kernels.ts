/**
 * Times of single kernels on a device, from the very constants and formulas that price whole steps: for comparing the device's
 * constants with kernel benchmarks. No engine, no model, no overhead beside the kernel's own launch.
 *
 * Units: seconds, bytes, tokens.
 */

import type { ComputeDtype, DeviceEntry, Precision } from '@infersim/catalog';
import { attentionShape, chunkArea, decodeAttentionS, prefillAttentionS } from './attention.js';
import { allReduceS } from './collective.js';
import { DeploymentError } from './deployment-error.js';
import { gemmS } from './gemm.js';
import { copyBps } from './glue.js';
import { GradeTrail } from './grade-trail.js';
import {
  blockScaledGemm,
  gemmFromCatalog,
  kernelConstants,
  resolveCollective,
  resolveKernels,
} from './kernel-resolution.js';
import { ELEMENT_BYTES } from './precision.js';
import { vendorAllReduceS, vendorSendS } from './vendor-collective.js';
import { warmConstants, warmDecodeAttentionS } from './warm-attention.js';

/** A matrix product of `m` rows with a `k` x `n` weight, weights and activations in `dtype`, result in 16 bit. */
export interface GemmKernel {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly dtype: ComputeDtype;
  /** One scale per 128 x 128 block of weights (fp8 only). */
  readonly blockScaled?: boolean;
  /**
   * How narrow activations come about: `fused` into the kernel before, as in engines (absent = this), `separate` by a kernel of
   * their own that is timed too, where the device has that fit, or `given`.
   */
  readonly activations?: 'fused' | 'separate' | 'given';
}

/** One decode step of one attention layer: every sequence at `contextTokens`. Heads are those on the device. */
export interface DecodeAttentionKernel {
  readonly sequences: number;
  readonly contextTokens: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly kv: Precision;
  /** Repeated over the same cache, as benchmarks do; absent = every read goes to memory. */
  readonly repeated?: boolean;
}

/** Prefill of one attention layer: `sequences` chunks of `tokens` after `cachedTokens` each. */
export interface PrefillAttentionKernel {
  readonly sequences: number;
  readonly tokens: number;
  readonly cachedTokens?: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly kv: Precision;
}

/** An all-reduce of `bytes` on every rank. */
export interface AllReduceKernel {
  readonly ranks: number;
  readonly bytes: number;
  /** Absent = yes. */
  readonly peerAccess?: boolean;
  /** Kernels of an engine inside a captured graph (absent = this), or the vendor's library called from the host. */
  readonly library?: 'engine' | 'vendor';
}

/** Seconds of a matrix product. Throws `DeploymentError` for arithmetic that the device does not have. */
export function kernelGemmS(device: DeviceEntry, kernel: GemmKernel): number {
  const { m, n, k, dtype } = kernel;
  const weightBytes = ELEMENT_BYTES[dtype];
  const trail = new GradeTrail();
  if (kernel.blockScaled === true) {
    const block = dtype === 'fp8' ? blockScaledGemm(device) : undefined;
    if (block === undefined) {
      throw new DeploymentError(
        'DEPLOYMENT_PRECISION',
        `${device.id}: block-scaled product`,
        dtype,
        'fp8 on devices with fp8 arithmetic',
      );
    }
    return gemmS(gemmFromCatalog(dtype, block, trail), m, n, k, weightBytes);
  }
  const separate =
    kernel.activations === 'separate' ? kernelConstants(device).gemmSeparateQuantisation?.[dtype] : undefined;
  const rates =
    separate === undefined
      ? resolveKernels(device, { weight: dtype, kv: 'fp16', activation: dtype }, trail).linear
      : gemmFromCatalog(dtype, separate, trail);
  const bare = kernel.activations === 'given' ? { ...rates, quantisationFactor: 0 } : rates;
  return gemmS(bare, m, n, k, weightBytes);
}

/** Seconds of a decode attention kernel. */
export function kernelDecodeAttentionS(device: DeviceEntry, kernel: DecodeAttentionKernel): number {
  const { sequences, contextTokens, kv } = kernel;
  const rates = resolveKernels(device, { weight: 'fp16', kv, activation: 'fp16' }).attention;
  const shape = attentionShape(kernel, rates, 1);
  const warm = kernel.repeated === true ? warmConstants(kernelConstants(device).benchmarks, kv) : undefined;
  if (warm === undefined) return decodeAttentionS(shape, rates.decodeFixedS, sequences, sequences * contextTokens);
  const reads = { sequences, contextTokens, groupHeads: kernel.heads / kernel.kvHeads };
  return warmDecodeAttentionS(shape, rates.decodeFixedS, reads, warm.constants, warm.cacheBytes);
}

/** Seconds of a prefill attention kernel. */
export function kernelPrefillAttentionS(device: DeviceEntry, kernel: PrefillAttentionKernel): number {
  const { sequences, tokens, kv } = kernel;
  if (sequences <= 0 || tokens <= 0) return 0;
  const cached = kernel.cachedTokens ?? 0;
  const rates = resolveKernels(device, { weight: 'fp16', kv, activation: 'fp16' }).attention;
  const area = sequences * chunkArea(tokens, cached);
  const shape = attentionShape(kernel, rates, 1);
  return rates.prefillFixedS + prefillAttentionS(shape, area, sequences * (cached + tokens), sequences * tokens);
}

/** Seconds of an all-reduce; 0 for one rank. */
export function kernelAllReduceS(device: DeviceEntry, kernel: AllReduceKernel): number {
  if (kernel.library === 'vendor') return vendorAllReduceS(device, kernel.ranks, kernel.bytes);
  return allReduceS(resolveCollective(device, kernel.ranks, kernel.peerAccess ?? true, new GradeTrail()), kernel.bytes);
}

/** Seconds to send `bytes` to one other device with the vendor's library. */
export function kernelSendS(device: DeviceEntry, bytes: number): number {
  return vendorSendS(device, bytes);
}

/** Bytes read and written per second by a copy within the device's memory. */
export function kernelMemoryCopyBps(device: DeviceEntry): number {
  return copyBps(device.memoryBandwidthBps.value);
}
