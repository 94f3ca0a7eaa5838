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
import { trtllmApi, trtllmMemory, trtllmSampling } from './trtllm-constants.js';

const shared = {
  version: '1.0 to 1.3, PyTorch backend',
  date: '2026-03',
  layerFixedS: assumed(12e-6, 's', RECALL),
  stepFixedS: assumed(0.4e-3, 's', RECALL),
  stepPerSequenceS: assumed(8e-6, 's', RECALL),
  hostFixedS: assumed(5e-3, 's', RECALL, { low: 0.3e-3, high: 3e-3 }),
  hostPerSequenceS: assumed(20e-6, 's', RECALL),
  hostPerStreamedTokenS: assumed(50e-6, 's', RECALL),
  hostOverlap: true,
  promptLayerLaunchS: assumed(0.0006, 's', RECALL),
  samplingBytesPerLogit: trtllmSampling,
  apiS: trtllmApi,
  firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5, note: 'kernels are tuned at start' }),
  blockScaledFixedS: assumed(8e-6, 's', RECALL, { low: 4e-6, high: 25e-6 }),
  asyncScheduling: true,
  ...experts,
  memoryOverheadBytes: trtllmMemory,
  memoryShareOf: 'free',
  kernels: {
    gemmComputeShare: assumed(0.9, '1', RECALL),
    gemmMemoryShare: assumed(1, '1', RECALL),
    decodeBandwidthEfficiency: assumed(0.88, '1', RECALL),
    decodePerHeadShare: assumed(0.6, '1', RECALL),
    collectiveBusShare: assumed(0.8, '1', RECALL),
    prefillComputeShare: assumed(1, '1', RECALL),
  },
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
