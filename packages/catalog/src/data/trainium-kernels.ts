/**
 * Kernel constants of Trainium1, fitted to Transformers NeuronX on sixteen chips.
 *
 * Two 70B models with prompts of 128 to 2,048 tokens tell the efficiencies of matrix products, the rate of the all-reduce over
 * sixteen chips, and that prompts grow faster than linearly from 1,024 tokens on, which shows as a prefill attention far below
 * the arithmetic peak (scores written out to memory would do that; it is not published). What single streams cannot tell stands as the
 * class has it. Batches were not measured.
 */

import type { KernelConstants } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import { RECALL } from './sources.js';

const NEURON = 'fit to AWS Neuron SDK benchmarks of Llama-2-70B and Llama-3-70B on trn1.32xlarge (SDK 2.18)';
const CLASS = 'as the class of batching accelerators';
const LINK = 'share of the NeuronLink rate, as the class has it';

/** Constants by device id. */
export const trainiumFits: { readonly [deviceId: string]: KernelConstants } = {
  trainium1: {
    gemm: {
      fp16: {
        peakFlops: assumed(190e12, 'FLOP/s', RECALL, { note: 'both cores of a chip' }),
        bandwidthBps: assumed(880e9, 'B/s', RECALL),
        fixedS: assumed(8e-6, 's', CLASS),
        computeEfficiency: fitted(0.619, '1', NEURON, { low: 0.3, high: 0.7 }),
        memoryEfficiency: fitted(0.724, '1', NEURON, { low: 0.6, high: 0.85 }),
        kneeExponent: assumed(2, '1', CLASS),
        halfEfficiencyTokens: assumed(0, 'tokens', CLASS),
        quantisationFactor: assumed(0, '1', CLASS),
      },
    },
    decodeAttention: {
      fp16: {
        fixedS: assumed(20e-6, 's', CLASS),
        bandwidthEfficiency: assumed(0.6, '1', CLASS),
        perHeadS: assumed(40e-9, 's', CLASS),
        computeInefficiency: assumed(2, '1', CLASS),
      },
    },
    prefillAttention: {
      fixedS: assumed(20e-6, 's', CLASS),
      computeEfficiency: fitted(0.0124, '1', NEURON, {
        low: 0.005,
        high: 0.1,
        note: 'an effective rate: why it is so low is not known',
      }),
      underfillFactor: assumed(0.6, '1', CLASS),
      bandwidthEfficiency: assumed(0.35, '1', CLASS),
    },
    collectives: [
      { ranks: 2, latencyS: assumed(12e-6, 's', CLASS), busBps: assumed(115e9, 'B/s', LINK) },
      { ranks: 4, latencyS: assumed(15e-6, 's', CLASS), busBps: assumed(115e9, 'B/s', LINK) },
      { ranks: 8, latencyS: assumed(20e-6, 's', CLASS), busBps: assumed(115e9, 'B/s', LINK) },
      {
        ranks: 16,
        latencyS: assumed(20e-6, 's', CLASS, { note: 'not separate from the time per layer' }),
        busBps: fitted(71.5e9, 'B/s', NEURON, { low: 30e9, high: 120e9 }),
      },
    ],
    collectiveMidSizeSlowdown: false,
    smCount: assumed(32, 'cores', CLASS),
  },
};
