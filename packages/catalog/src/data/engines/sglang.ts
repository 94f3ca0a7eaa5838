/**
 * SGLang 0.5: prefill first, radix-tree prefix cache, requests put back when KV runs out.
 *
 * Kernels and host side are taken over from vLLM until fitted: both use the same attention and expert kernels, and both
 * overlap the scheduler with the device. Defaults follow the server's options: `mem_fraction_static` (weights and KV pool;
 * activations live in the rest), `chunked_prefill_size`, `max_prefill_tokens`, `page_size`, `schedule_conservativeness`.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, OF_VLLM, sampling } from './shared.js';

/** The current profile. */
export function sglang(): EngineEntry {
  return {
    id: 'sglang',
    name: 'SGLang',
    version: '0.5',
    date: '2026-01',
    scheduler: 'sglang',
    layerFixedS: assumed(14e-6, 's', OF_VLLM, { low: 6e-6, high: 28e-6 }),
    stepFixedS: assumed(0.4e-3, 's', OF_VLLM, { low: 0.1e-3, high: 0.8e-3 }),
    stepPerSequenceS: assumed(8e-6, 's', OF_VLLM, { low: 2e-6, high: 15e-6 }),
    hostFixedS: assumed(1.2e-3, 's', RECALL, { low: 0.5e-3, high: 3e-3 }),
    hostPerSequenceS: assumed(30e-6, 's', RECALL, { low: 5e-6, high: 58e-6 }),
    hostOverlap: true,
    promptLayerLaunchS: assumed(0.0004, 's', RECALL),
    samplingBytesPerLogit: {
      greedy: assumed(sampling.greedy.value, 'B', OF_VLLM, { low: 8, high: 64 }),
      topP: assumed(96, 'B', RECALL, { low: 32, high: 240, note: 'sampling without a sort' }),
    },
    apiS: assumed(8e-3, 's', OF_VLLM, { low: 5e-3, high: 20e-3 }),
    apiPerPromptTokenS: assumed(5e-6, 's', OF_VLLM),
    firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5 }),
    blockScaledFixedS: assumed(8e-6, 's', RECALL, { low: 4e-6, high: 50e-6 }),
    asyncScheduling: true,
    ...experts,
    kernels: {
      gemmComputeShare: assumed(0.95, '1', RECALL),
      gemmMemoryShare: assumed(1, '1', RECALL),
      collectiveBusShare: assumed(1, '1', RECALL),
    },
    memoryOverheadBytes: assumed(3.6e9, 'B', RECALL, {
      low: 0.4e9,
      high: 3e9,
      note: 'context and communication buffers; activations come out of the share left aside',
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
