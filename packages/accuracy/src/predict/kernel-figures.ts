/**
 * Times of single kernels, streaming memory and idle draw, from the constants that price whole steps.
 *
 * FP8 and FP4 products are priced with the quantisation of their activations as a kernel of its own, as stand-alone benchmarks
 * run them. Decode attention reads a cache that the benchmark's loop before may have left in the chip (see devices). Vendor
 * collectives start later than an engine's own kernels: their latency is the measured one of that library.
 */

import type { DeviceEntry } from '@infersim/catalog';
import {
  kernelAllReduceS,
  kernelDecodeAttentionS,
  kernelGemmS,
  kernelMemoryCopyBps,
  kernelPrefillAttentionS,
} from '@infersim/devices';
import type { CaseRun } from '../cases/measured-case.js';
import type { Figures } from './run-figures.js';

const MS_PER_S = 1000;

/** Figures of a single kernel on `device`, or null for runs that need an engine. Throws `DeploymentError` where it cannot run. */
export function kernelFigures(run: CaseRun, device: DeviceEntry): Figures | null {
  switch (run.kind) {
    case 'gemm': {
      const { m, n, k, blockScaled } = run;
      const dtype = run.dtype === 'fp32' ? 'fp16' : run.dtype;
      return { kernel_ms: MS_PER_S * kernelGemmS(device, { m, n, k, dtype, blockScaled, separateQuantisation: true }) };
    }
    case 'decode-attention':
      return { kernel_ms: MS_PER_S * kernelDecodeAttentionS(device, run) };
    case 'prefill-attention': {
      const { queries, ...shape } = run;
      return { kernel_ms: MS_PER_S * kernelPrefillAttentionS(device, { ...shape, sequences: 1, tokens: queries }) };
    }
    case 'collective':
      if (run.operation !== 'all-reduce') return {};
      return { kernel_ms: MS_PER_S * kernelAllReduceS(device, { ranks: run.ranks, bytes: run.bytes }) };
    case 'memory-copy':
      return { bandwidth_gb_s: kernelMemoryCopyBps(device) / 1e9 };
    case 'idle':
      return { power_w: run.loaded ? device.idleLoadedW.value : device.idleW.value };
    default:
      return null;
  }
}
