/**
 * How a device answers to its clock: which rates follow it.
 *
 *   T_c(phi) = T_c/phi    T_m(phi) = T_m/min(1, phi/phi_m)    host, links and fixed times of kernels unchanged
 *
 * phi = f/f_max. The p-norm of a matrix product and the pieces of attention are evaluated with the slower rates, so a step
 * slows by what is on its critical path: prompts with the clock, decoding hardly until phi_m. Peak rates that utilisation refers
 * to stay those of the full clock. phi_m is an assumption of the catalog (`clockResponse`). Source: docs/modelling.md, power.
 */

import { clockResponse } from '@infersim/catalog';
import type { AttentionRates } from './attention.js';
import type { GemmRates } from './gemm.js';
import type { GradeTrail } from './grade-trail.js';

/** Speeds of a device at one clock, as shares of those at the highest. */
export interface ClockSpeeds {
  /** phi itself. */
  readonly ratio: number;
  /** Bandwidth that is left. */
  readonly memory: number;
}

/** Speeds at clock ratio `ratio`; the assumption enters the trail only below the full clock. */
export function clockSpeeds(ratio: number, trail: GradeTrail): ClockSpeeds {
  if (ratio >= 1) return { ratio: 1, memory: 1 };
  return {
    ratio,
    memory: Math.min(1, ratio / trail.take('clockResponse.memoryKneeRatio', clockResponse.memoryKneeRatio)),
  };
}

/** Matrix products at that clock. */
export function gemmAtClock(rates: GemmRates, clock: ClockSpeeds): GemmRates {
  if (clock.ratio === 1) return rates;
  const { expansion } = rates;
  return {
    ...rates,
    bandwidthBps: rates.bandwidthBps * clock.memory,
    computeEfficiency: rates.computeEfficiency * clock.ratio,
    ...(expansion === undefined ? {} : { expansion: { ...expansion, bps: expansion.bps * clock.memory } }),
  };
}

/** Attention at that clock. */
export function attentionAtClock(rates: AttentionRates, clock: ClockSpeeds): AttentionRates {
  if (clock.ratio === 1) return rates;
  return {
    ...rates,
    bandwidthBps: rates.bandwidthBps * clock.memory,
    decodePerHeadS: rates.decodePerHeadS / clock.memory,
    decodeComputeInefficiency: rates.decodeComputeInefficiency / clock.ratio,
    prefillComputeEfficiency: rates.prefillComputeEfficiency * clock.ratio,
  };
}
