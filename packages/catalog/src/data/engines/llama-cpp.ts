/**
 * llama.cpp server: slots, single-token cells, a logical batch run in physical micro-batches.
 *
 * Overheads are estimates from single-stream rates on GeForce and Apple chips.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts } from './shared.js';

const LLAMA_CPP = 'estimate from single-stream llama.cpp rates on GeForce and Apple chips';

/** The profile of 2025. */
export function llamaCpp(): EngineEntry {
  return {
    id: 'llama-cpp',
    name: 'llama.cpp server',
    version: 'b4000 and later',
    date: '2025-06',
    scheduler: 'llama-cpp',
    layerFixedS: assumed(30e-6, 's', LLAMA_CPP, { low: 10e-6, high: 120e-6 }),
    stepFixedS: assumed(0.5e-3, 's', LLAMA_CPP, { low: 0.2e-3, high: 2e-3 }),
    stepPerSequenceS: assumed(20e-6, 's', RECALL),
    hostFixedS: assumed(0.3e-3, 's', RECALL),
    hostPerSequenceS: assumed(50e-6, 's', RECALL),
    hostOverlap: false,
    samplingBytesPerLogit: { greedy: assumed(32, 'B', RECALL), topP: assumed(64, 'B', RECALL) },
    apiS: assumed(3e-3, 's', RECALL, { low: 1e-3, high: 10e-3 }),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: assumed(0.6e9, 'B', RECALL, { low: 0.3e9, high: 1.5e9 }),
    defaults: {
      gpuMemoryUtilization: 0.95,
      blockSizeTokens: 1,
      maxNumSeqs: 4,
      maxNumBatchedTokens: 2048,
      enableChunkedPrefill: true,
      enablePrefixCaching: true,
      maxGraphBatch: 1,
      microBatchTokens: 512,
    },
    notes:
      'maxNumSeqs is n_parallel (slots), maxNumBatchedTokens n_batch, microBatchTokens n_ubatch. Cells are single tokens.',
  };
}
