/**
 * SGLang 0.5: prefill first, radix-tree prefix cache, requests put back when KV runs out.
 *
 * Attention kernels are vLLM's, and both overlap the scheduler with the device. Batches of prompts replay no graph: the host
 * launches their kernels one by one. What the server sets aside is more a fixed size than a share: on H100 it left 67.5 GB
 * for weights and KV, which share and overhead here are set to. Defaults follow the server's options: `mem_fraction_static` (weights and KV pool;
 * activations live in the rest), `chunked_prefill_size`, `max_prefill_tokens`, `page_size`, `schedule_conservativeness`.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, OF_VLLM, sampling } from './shared.js';

const LOOPS = 'fit to closed loops of Qwen3-32B on H100 and Qwen3-235B FP8 on H200 (0.5)';

/** The current profile. */
export function sglang(): EngineEntry {
  return {
    id: 'sglang',
    name: 'SGLang',
    version: '0.5',
    date: '2026-01',
    scheduler: 'sglang',
    layerFixedS: fitted(14e-6, 's', LOOPS, { low: 6e-6, high: 28e-6 }),
    stepFixedS: fitted(0.39e-3, 's', LOOPS, { low: 0.1e-3, high: 0.8e-3 }),
    stepPerSequenceS: fitted(8.3e-6, 's', LOOPS, { low: 2e-6, high: 15e-6 }),
    hostFixedS: assumed(1.2e-3, 's', RECALL, { low: 0.5e-3, high: 3e-3 }),
    hostPerSequenceS: assumed(30e-6, 's', RECALL, { low: 5e-6, high: 58e-6 }),
    hostOverlap: true,
    promptLayerLaunchS: assumed(0.35e-3, 's', 'the runs do not tell it apart from the rest', {
      low: 0.1e-3,
      high: 0.6e-3,
    }),
    samplingBytesPerLogit: {
      greedy: assumed(sampling.greedy.value, 'B', OF_VLLM, { low: 8, high: 64 }),
      topP: assumed(96, 'B', RECALL, { low: 32, high: 240, note: 'sampling without a sort' }),
    },
    apiS: fitted(10e-3, 's', LOOPS, { low: 5e-3, high: 20e-3 }),
    apiPerPromptTokenS: fitted(10e-6, 's', LOOPS, { low: 3e-6, high: 20e-6 }),
    firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5 }),
    blockScaledFixedS: fitted(12.6e-6, 's', LOOPS, { low: 4e-6, high: 50e-6 }),
    asyncScheduling: true,
    ...experts,
    moe: {
      fixedS: fitted(71e-6, 's', LOOPS, { low: 40e-6, high: 100e-6 }),
      computeEfficiency: fitted(0.16, '1', LOOPS, { low: 0.12, high: 0.5 }),
      memoryEfficiency: fitted(1, '1', LOOPS, { low: 0.8, high: 1 }),
      routingSkew: fitted(0.31, '1', LOOPS, { low: 0.2, high: 1 }),
      imbalance: assumed(0.3, '1', OF_VLLM),
      paddingTokens: fitted(4.2, 'tokens', LOOPS),
    },
    kernels: {
      gemmComputeShare: fitted(0.9, '1', LOOPS),
      gemmMemoryShare: fitted(1.05, '1', LOOPS),
      collectiveBusShare: fitted(1.1, '1', LOOPS),
    },
    memoryOverheadBytes: fitted(3.6e9, 'B', 'set to six closed loops of Qwen3-32B that queue for KV on one H100', {
      low: 0.4e9,
      high: 8e9,
      note: 'with the share: context, buffers and what is left aside for activations',
    }),
    defaults: {
      gpuMemoryUtilization: 0.83,
      blockSizeTokens: 1,
      maxNumSeqs: 2048,
      maxNumBatchedTokens: 2048,
      enableChunkedPrefill: true,
      enablePrefixCaching: true,
      maxGraphBatch: 256,
      maxPrefillTokens: 16_384,
      scheduleConservativeness: 1,
    },
    defaultsLargeDevice: {
      minMemoryBytes: 60 * 2 ** 30,
      exceptDevices: [],
      maxNumSeqs: 2048,
      maxNumBatchedTokens: 8192,
    },
    notes:
      'maxNumBatchedTokens is chunked_prefill_size, maxPrefillTokens max_prefill_tokens, gpuMemoryUtilization mem_fraction_static, which the server lowers with more parallelism or larger chunks.',
  };
}
