/**
 * TensorRT-LLM 0.5 and 0.6 as `gptSessionBenchmark` drove it: one batch of equal requests from start to end.
 *
 * No server: no API time, no wait for the batch to fill, and the KV cache is laid out for the batch at hand, so nearly all
 * memory may be used. The prompts of a batch are prefilled together, however many tokens they are.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, zero } from './shared.js';
import { trtllmSampling, trtllmStep } from './trtllm-constants.js';

/** The profile of the static-batch benchmark. */
export function trtllmStatic(): EngineEntry {
  return {
    id: 'trtllm-static',
    name: 'TensorRT-LLM, static batches',
    version: '0.5 and 0.6',
    date: '2023-12',
    scheduler: 'static-batch',
    ...trtllmStep,
    hostFixedS: assumed(0.2e-3, 's', RECALL, { low: 0.05e-3, high: 1e-3 }),
    hostPerSequenceS: assumed(1e-6, 's', RECALL, { low: 0, high: 10e-6 }),
    hostOverlap: false,
    samplingBytesPerLogit: trtllmSampling,
    apiS: zero('s', 'the benchmark calls the session directly'),
    asyncScheduling: false,
    ...experts,
    kernels: {
      gemmComputeShare: assumed(1, '1', RECALL),
      gemmMemoryShare: assumed(1, '1', RECALL),
      decodeBandwidthEfficiency: assumed(0.88, '1', RECALL),
      decodeGroupRereads: assumed(0.3, '1', RECALL),
      decodePerHeadShare: assumed(0.7, '1', RECALL),
      prefillComputeShare: assumed(1, '1', RECALL),
      collectiveBusShare: assumed(0.8, '1', RECALL),
      collectiveAddedS: assumed(10e-6, 's', RECALL),
    },
    memoryOverheadBytes: assumed(1e9, 'B', RECALL, { low: 0.5e9, high: 8e9 }),
    defaults: {
      gpuMemoryUtilization: 1,
      blockSizeTokens: 64,
      maxNumSeqs: 2048,
      maxNumBatchedTokens: 65_536,
      enableChunkedPrefill: false,
      enablePrefixCaching: false,
      maxGraphBatch: 0,
    },
    batchWaitS: zero('s', 'the whole batch is handed over at once'),
    notes: 'The batch size is what the benchmark was told; maxNumSeqs only bounds it.',
  };
}
