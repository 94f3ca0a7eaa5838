/**
 * Constants that several engine profiles share.
 *
 * Sampling and mixture-of-experts kernels were fitted on vLLM runs; other engines take them over as assumptions until their
 * own file says otherwise. Units: seconds, bytes, tokens. Sources stand beside the numbers.
 */

import type { MoeKernelConstants } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import type { Quantity } from '../../quantity.js';
import { RECALL } from '../sources.js';

export const ML_ENERGY = 'fit to ML.ENERGY v3 runs on H100 (vLLM)';
export const OPEN_LOOP = 'set beforehand, confirmed on open-loop vLLM 0.19 traces';
export const BLOCKS = 'fit to KV block counts that vLLM reported on H100';
export const OF_VLLM = 'as fitted for vLLM';

/** A constant that is nought by construction; `why` says what takes its place. */
export const zero = (unit: string, why: string): Quantity => assumed(0, unit, why);

/** Many small experts (H100, vLLM). */
const manySmallExperts: MoeKernelConstants = {
  fixedS: fitted(68e-6, 's', ML_ENERGY, { low: 41e-6, high: 68e-6 }),
  computeEfficiency: fitted(0.9, '1', ML_ENERGY, { low: 0.4, high: 0.9 }),
  memoryEfficiency: fitted(0.58, '1', ML_ENERGY),
  routingSkew: fitted(0.27, '1', ML_ENERGY, { low: 0.27, high: 1 }),
  imbalance: fitted(1, '1', ML_ENERGY),
  paddingTokens: fitted(32, 'tokens', ML_ENERGY),
};

/** Few large experts: like dense products. */
const fewLargeExperts: MoeKernelConstants = {
  fixedS: assumed(55e-6, 's', 'aiconfigurator tables, H100 bf16 experts', { low: 25e-6, high: 68e-6 }),
  computeEfficiency: assumed(0.5, '1', 'aiconfigurator tables, balanced routing', { low: 0.4, high: 0.6 }),
  memoryEfficiency: assumed(0.84, '1', 'near the dense efficiency', { low: 0.7, high: 0.88 }),
  routingSkew: assumed(1, '1', 'near-uniform routing'),
  imbalance: assumed(0.2, '1', RECALL, { low: 0, high: 1 }),
  paddingTokens: assumed(32, 'tokens', ML_ENERGY),
};

/** Mixture-of-experts constants of vLLM, which others take over. */
export const experts = {
  moe: manySmallExperts,
  moeLargeExperts: fewLargeExperts,
  moeLargeExpertBytes: assumed(100e6, 'B', 'between experts of 40 MB and 250 MB that behaved differently', {
    low: 50e6,
    high: 200e6,
  }),
} as const;

/** Sampling on the GPU, by full sort where top-p or top-k is asked for. */
export const sampling = {
  greedy: fitted(32, 'B', ML_ENERGY),
  topP: fitted(240, 'B', ML_ENERGY, { low: 240, high: 480 }),
} as const;

/** Sampling of one stream on the host. */
export const hostSampling = { greedy: assumed(4, 'B', RECALL), topP: assumed(16, 'B', RECALL) } as const;
