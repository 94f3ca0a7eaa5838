/**
 * TensorRT-LLM 1.x with the PyTorch backend, with either capacity scheduler.
 *
 * `GUARANTEED_NO_EVICT` (the default) admits a request only when its whole declared output fits; `MAX_UTILIZATION` admits
 * when the next step fits and pauses the youngest when it does not. The numbers are the same.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, OF_VLLM } from './shared.js';
import { trtllmApi, trtllmMemory, trtllmSampling, trtllmStep } from './trtllm-constants.js';

const shared = {
  version: '1.0 to 1.3, PyTorch backend',
  date: '2026-03',
  ...trtllmStep,
  hostFixedS: assumed(1e-3, 's', RECALL, { low: 0.3e-3, high: 3e-3 }),
  hostPerSequenceS: assumed(20e-6, 's', RECALL, { low: 5e-6, high: 58e-6 }),
  hostOverlap: true,
  samplingBytesPerLogit: trtllmSampling,
  apiS: trtllmApi,
  firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5, note: 'kernels are tuned at start' }),
  blockScaledFixedS: assumed(8e-6, 's', RECALL, { low: 4e-6, high: 25e-6 }),
  asyncScheduling: true,
  ...experts,
  memoryOverheadBytes: trtllmMemory,
  memoryShareOf: 'free',
  defaults: {
    gpuMemoryUtilization: 0.9,
    blockSizeTokens: 32,
    maxNumSeqs: 2048,
    maxNumBatchedTokens: 8192,
    enableChunkedPrefill: true,
    enablePrefixCaching: true,
    maxGraphBatch: 128,
  },
} as const;

const OPTIONS =
  'maxNumBatchedTokens is max_num_tokens, maxNumSeqs max_batch_size, blockSizeTokens tokens_per_block, gpuMemoryUtilization free_gpu_memory_fraction. Benchmarks capture graphs for larger batches than the default of 128, and chunk prompts that exceed max_num_tokens, which the engine has to be asked for.';

/** The default scheduler: nothing is ever evicted. */
export function trtllm(): EngineEntry {
  return { id: 'trtllm', name: 'TensorRT-LLM', scheduler: 'trtllm-no-evict', ...shared, notes: OPTIONS };
}

/** The scheduler that fills the KV cache and pauses requests. */
export function trtllmMaxUtilization(): EngineEntry {
  return {
    id: 'trtllm-max-utilization',
    name: 'TensorRT-LLM, maximum utilisation',
    scheduler: 'trtllm-max-utilization',
    ...shared,
    notes: OPTIONS,
  };
}
