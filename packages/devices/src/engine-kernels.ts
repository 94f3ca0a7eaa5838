/**
 * Kernels and collectives of a deployment as its engine runs them: the device's constants, changed where the engine has kernels of
 * its own.
 *
 * The device's constants come from the kernels of one engine (vLLM of 2025 and later). Another engine's differ by few numbers that
 * hold on all devices: factors on the efficiencies of matrix products and prefill attention, the bandwidth that its decode
 * attention reaches, what a group of query heads reads again, and slower all-reduces. Without such numbers nothing changes.
 * Traffic to memory, which power is reckoned from, stays: reads again are served by the cache. Sources: the engine's entry.
 */

import type { EngineEntry } from '@infersim/catalog';
import type { AttentionRates } from './attention.js';
import type { CollectiveRates } from './collective.js';
import type { GemmRates } from './gemm.js';
import type { GradeTrail } from './grade-trail.js';
import type { ResolvedKernels } from './kernel-resolution.js';

type EngineKernels = NonNullable<EngineEntry['kernels']>;

/** The kernels as `engine` runs them; the same object where it has none of its own. */
export function engineKernels(kernels: ResolvedKernels, engine: EngineEntry, trail: GradeTrail): ResolvedKernels {
  const own = engine.kernels;
  if (own === undefined) return kernels;
  return {
    ...kernels,
    linear: ownGemm(kernels.linear, own, trail),
    fp16: ownGemm(kernels.fp16, own, trail),
    attention: ownAttention(kernels.attention, own, trail),
  };
}

/** The all-reduce as `engine` runs it. */
export function engineCollective(rates: CollectiveRates, engine: EngineEntry, trail: GradeTrail): CollectiveRates {
  const own = engine.kernels;
  if (own === undefined || rates.ranks <= 1) return rates;
  return {
    ...rates,
    latencyS: rates.latencyS + take(own, 'collectiveAddedS', 0, trail),
    busBps: rates.busBps * take(own, 'collectiveBusShare', 1, trail),
  };
}

function ownGemm(rates: GemmRates, own: EngineKernels, trail: GradeTrail): GemmRates {
  return {
    ...rates,
    computeEfficiency: rates.computeEfficiency * take(own, 'gemmComputeShare', 1, trail),
    memoryEfficiency: rates.memoryEfficiency * take(own, 'gemmMemoryShare', 1, trail),
  };
}

function ownAttention(rates: AttentionRates, own: EngineKernels, trail: GradeTrail): AttentionRates {
  return {
    ...rates,
    decodeBandwidthEfficiency: take(own, 'decodeBandwidthEfficiency', rates.decodeBandwidthEfficiency, trail),
    decodePerHeadS: rates.decodePerHeadS * take(own, 'decodePerHeadShare', 1, trail),
    decodeGroupRereads: take(own, 'decodeGroupRereads', 0, trail),
    prefillComputeEfficiency: rates.prefillComputeEfficiency * take(own, 'prefillComputeShare', 1, trail),
  };
}

function take(own: EngineKernels, name: keyof EngineKernels, otherwise: number, trail: GradeTrail): number {
  const quantity = own[name];
  return quantity === undefined ? otherwise : trail.take(`engine.kernels.${name}`, quantity);
}
