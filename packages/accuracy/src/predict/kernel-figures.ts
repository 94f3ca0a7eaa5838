/**
 * Times of single kernels, streaming memory and idle draw, from the constants that price whole steps.
 *
 * FP8 and FP4 products of an engine's benchmark quantise their activations in a kernel of its own; the vendor's bare products
 * find them ready. Decode attention reads a cache that the benchmark's loop before may have left in the chip (see devices). The
 * vendor's collectives are called from the host and have constants of their own.
 *
 * A load that repeats one product, or a copy, for a share of the time draws what the law of power says of that share: the same
 * law, with the same meaning of its shares, that prices steps. It is at full clock; where the cap holds the device back the law
 * cuts the watts, not the rates. Bytes are those of a product that finds nothing in the chip's cache.
 */

import type { DeviceEntry } from '@infersim/catalog';
import {
  DevicePower,
  ELEMENT_BYTES,
  GradeTrail,
  gemmBytes,
  kernelAllReduceS,
  kernelDecodeAttentionS,
  kernelGemmS,
  kernelMemoryCopyBps,
  kernelPrefillAttentionS,
  kernelSendS,
  resolveKernels,
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
      const activations = run.quantisesActivations === true ? 'separate' : 'given';
      return { kernel_ms: MS_PER_S * kernelGemmS(device, { m, n, k, dtype, blockScaled, activations }) };
    }
    case 'decode-attention':
      return { kernel_ms: MS_PER_S * kernelDecodeAttentionS(device, { ...run, repeated: true }) };
    case 'prefill-attention': {
      const { queries, ...shape } = run;
      return { kernel_ms: MS_PER_S * kernelPrefillAttentionS(device, { ...shape, sequences: 1, tokens: queries }) };
    }
    case 'collective':
      return { kernel_ms: MS_PER_S * collectiveS(run, device) };
    case 'memory-copy':
      return { bandwidth_gb_s: kernelMemoryCopyBps(device) / 1e9 };
    case 'idle':
      return { power_w: run.loaded ? device.idleLoadedW.value : device.idleW.value };
    case 'load-power':
      return { power_w: loadW(run, device) };
    default:
      return null;
  }
}

/** Watts of the device under a repeated product or copy. */
function loadW(run: Extract<CaseRun, { kind: 'load-power' }>, device: DeviceEntry): number {
  const { product, dutyShare } = run;
  const trail = new GradeTrail();
  const power = new DevicePower(device, 1, false, trail);
  if (product === undefined) {
    const copyShare = kernelMemoryCopyBps(device) / device.memoryBandwidthBps.value;
    return power.deviceW(dutyShare, dutyShare * copyShare, 0);
  }
  const { m, n, k } = product;
  const dtype = run.dtype === 'fp32' ? 'fp16' : run.dtype;
  const rates = resolveKernels(device, { weight: dtype, kv: 'fp16', activation: dtype }, trail).linear;
  const kernelS = kernelGemmS(device, { m, n, k, dtype, activations: 'given' });
  const bytes = gemmBytes(rates, m, n, k, ELEMENT_BYTES[dtype]);
  const peakS = (2 * m * n * k) / rates.peakFlops;
  return power.energyJ(kernelS / dutyShare, kernelS, bytes, peakS) / (kernelS / dutyShare);
}

function collectiveS(run: Extract<CaseRun, { kind: 'collective' }>, device: DeviceEntry): number {
  const { operation, ranks, bytes } = run;
  if (operation === 'send-receive') return kernelSendS(device, bytes);
  return kernelAllReduceS(device, { ranks, bytes, library: run.library === 'vendor' ? 'vendor' : 'engine' });
}
