/**
 * TensorRT-LLM 1.x with the PyTorch backend, with either capacity scheduler.
 *
 * `GUARANTEED_NO_EVICT` (the default) admits a request only when its whole declared output fits; `MAX_UTILIZATION` admits
 * when the next step fits and pauses the youngest when it does not. The numbers are the same.
 *
 * The host is Python: a step takes it 6 ms and more, hidden behind the kernels where those take longer. Decode-only steps replay
 * graphs; steps with prompt tokens launch kernel by kernel on the same thread.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, OF_VLLM } from './shared.js';
import { trtllmApi, trtllmMemory, trtllmSampling } from './trtllm-constants.js';

const RUNS =
  'fit to closed loops of Qwen3-32B FP8 on H100 and throughput of Qwen3-30B-A3B FP4 on B200, GB200 and RTX PRO 6000 (1.0)';

const shared = {
  version: '1.0 to 1.3, PyTorch backend',
  date: '2026-03',
  layerFixedS: fitted(18.8e-6, 's', RUNS, { low: 8e-6, high: 25e-6 }),
  stepFixedS: fitted(0.36e-3, 's', RUNS, { low: 0.1e-3, high: 0.6e-3 }),
  stepPerSequenceS: fitted(8.6e-6, 's', RUNS, { low: 3e-6, high: 15e-6 }),
  hostFixedS: fitted(5.7e-3, 's', RUNS, {
    low: 1e-3,
    high: 7e-3,
    note: 'on x86 hosts; what a step of few sequences takes on 8 H100',
  }),
  hostPerSequenceS: fitted(17.2e-6, 's', RUNS, { low: 5e-6, high: 40e-6 }),
  hostPerStreamedTokenS: fitted(78e-6, 's', RUNS, {
    low: 40e-6,
    high: 100e-6,
    note: 'the difference between serving and offline runs',
  }),
  hostOverlap: true,
  promptLayerLaunchS: fitted(0.5e-3, 's', RUNS, { low: 0.3e-3, high: 0.8e-3 }),
  samplingBytesPerLogit: trtllmSampling,
  apiS: trtllmApi,
  firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5, note: 'kernels are tuned at start' }),
  blockScaledFixedS: assumed(8e-6, 's', RECALL, { low: 4e-6, high: 25e-6 }),
  asyncScheduling: true,
  ...experts,
  moe: {
    fixedS: fitted(64e-6, 's', RUNS, { low: 30e-6, high: 90e-6 }),
    computeEfficiency: fitted(0.15, '1', RUNS, {
      low: 0.12,
      high: 0.5,
      note: 'of the FP4 peak on B200 and GB200; RTX PRO 6000 has a factor of its own',
    }),
    memoryEfficiency: fitted(0.98, '1', RUNS),
    routingSkew: fitted(0.53, '1', RUNS, { low: 0.25, high: 1 }),
    imbalance: assumed(0.3, '1', OF_VLLM),
    paddingTokens: fitted(8.4, 'tokens', RUNS),
  },
  memoryOverheadBytes: trtllmMemory,
  memoryShareOf: 'free',
  kernels: {
    gemmComputeShare: fitted(0.75, '1', RUNS, { note: 'FP8 on H100; others not told apart' }),
    gemmMemoryShare: fitted(0.95, '1', RUNS),
    decodeBandwidthEfficiency: fitted(0.98, '1', RUNS, { low: 0.85, high: 1 }),
    decodePerHeadShare: fitted(0.62, '1', RUNS),
    collectiveBusShare: fitted(1.01, '1', RUNS),
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
