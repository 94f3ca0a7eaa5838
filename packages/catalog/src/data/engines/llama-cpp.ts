/**
 * llama.cpp: slots, single-token cells, a logical batch run in physical micro-batches.
 *
 * One set of overheads for CUDA and Metal, fitted to single streams of 8B and 70B models in four formats on GeForce cards, L40S
 * and M1 Max. Activations are 32-bit and element-wise kernels are not fused, so they move several times what an engine with
 * fused 16-bit kernels moves. On several devices the layers are split: devices take turns, a decode step costs a hand-over per
 * device, and only the micro-batches of a prompt overlap. Products of GGUF weights are the devices' (their `kernels.gguf`).
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts } from './shared.js';

const RATES = 'fit to single-stream llama.cpp rates of 2024-05 on RTX 3090, RTX 4090, L40S and M1 Max';

/** The version that the public tables of single streams were made with. */
export function llamaCpp(): EngineEntry {
  return {
    id: 'llama-cpp',
    name: 'llama.cpp',
    version: 'b2700 to b3000',
    date: '2024-05',
    scheduler: 'llama-cpp',
    layerFixedS: fitted(35e-6, 's', RATES, { low: 25e-6, high: 60e-6 }),
    stepFixedS: assumed(0.5e-3, 's', RECALL, { low: 0.2e-3, high: 1e-3 }),
    stepPerSequenceS: assumed(20e-6, 's', RECALL),
    hostFixedS: assumed(0.3e-3, 's', RECALL),
    hostPerSequenceS: assumed(50e-6, 's', RECALL),
    hostOverlap: false,
    samplingBytesPerLogit: { greedy: assumed(32, 'B', RECALL), topP: assumed(64, 'B', RECALL) },
    apiS: assumed(3e-3, 's', RECALL, { low: 1e-3, high: 10e-3 }),
    asyncScheduling: false,
    kernels: {
      activationTraffic: fitted(5.9, '1', RATES, { low: 4, high: 8 }),
    },
    sumsInHalf: true,
    layerSplit: {
      handoverS: fitted(0.131e-3, 's', RATES, { low: 0.1e-3, high: 0.2e-3 }),
      overlap: fitted(0.773, '1', RATES, { low: 0.5, high: 1, note: 'prompts of 1,024 tokens, two micro-batches' }),
    },
    ...experts,
    memoryOverheadBytes: assumed(0.6e9, 'B', RECALL, { low: 0.3e9, high: 1.5e9 }),
    defaults: {
      gpuMemoryUtilization: 1,
      blockSizeTokens: 1,
      maxNumSeqs: 4,
      maxNumBatchedTokens: 2048,
      enableChunkedPrefill: true,
      enablePrefixCaching: true,
      maxGraphBatch: 1,
      microBatchTokens: 512,
    },
    notes:
      'maxNumSeqs is n_parallel (slots), maxNumBatchedTokens n_batch, microBatchTokens n_ubatch. Cells are single tokens. The server takes what it needs of the memory; builds since mid-2024 compute prompts in 8-bit integers, which is not modelled.',
  };
}
