/**
 * TensorRT-LLM 0.5 and 0.6 as `gptSessionBenchmark` drove it: one batch of equal requests from start to end.
 *
 * No server: no API time, no wait for the batch to fill, and the KV cache is laid out for the batch at hand, so nearly all
 * memory may be used. The prompts of a batch are prefilled together, however many tokens they are.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, zero } from './shared.js';
import { compiledStep, trtllmSampling } from './trtllm-constants.js';

const BATCHES = 'fit to static batches of GPT-J, LLaMA and Falcon on A100, H100 and L40S (0.5 and 0.6)';

/** The profile of the static-batch benchmark. */
export function trtllmStatic(): EngineEntry {
  return {
    id: 'trtllm-static',
    name: 'TensorRT-LLM, static batches',
    version: '0.5 and 0.6',
    date: '2023-12',
    scheduler: 'static-batch',
    ...compiledStep,
    stepPerSequenceS: fitted(3.4e-6, 's', BATCHES, { low: 1e-6, high: 15e-6 }),
    hostFixedS: assumed(0.2e-3, 's', RECALL, { low: 0.05e-3, high: 1e-3 }),
    hostPerSequenceS: assumed(1e-6, 's', RECALL, { low: 0, high: 10e-6 }),
    hostOverlap: false,
    samplingBytesPerLogit: trtllmSampling,
    apiS: zero('s', 'the benchmark calls the session directly'),
    asyncScheduling: false,
    ...experts,
    kernels: {
      gemmComputeShare: fitted(1.1, '1', BATCHES),
      gemmMemoryShare: fitted(1, '1', BATCHES),
      decodeBandwidthEfficiency: fitted(0.903, '1', BATCHES),
      decodeGroupRereads: fitted(0.54, '1', BATCHES, {
        low: 0.3,
        high: 0.8,
        note: 'each query head of a group reads the cache for itself, mostly out of L2; seen on LLaMA 70B and Falcon 180B',
      }),
      decodePerHeadShare: fitted(0.615, '1', BATCHES),
      prefillComputeShare: fitted(1, '1', BATCHES),
      collectiveBusShare: fitted(0.68, '1', BATCHES, { note: 'no all-reduce kernels of its own yet' }),
      collectiveAddedS: fitted(24e-6, 's', BATCHES),
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
