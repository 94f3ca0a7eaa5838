/**
 * Text Generation Inference 2.x: whole prompts in batches of their own, between decode steps.
 *
 * A router in Rust in front of a Python shard. Admission reserves prompt and declared output (`max_batch_total_tokens`, worked
 * out at start from the free memory); `waiting_served_ratio` and `max_waiting_tokens` decide when a prefill interrupts the
 * decodes. Kernels and overheads are taken over from vLLM of the same years.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, OF_VLLM, sampling } from './shared.js';

/** The profile of version 2. */
export function tgi(): EngineEntry {
  return {
    id: 'tgi',
    name: 'Text Generation Inference',
    version: '2.0 to 2.4',
    date: '2024-10',
    scheduler: 'tgi',
    layerFixedS: assumed(14e-6, 's', OF_VLLM, { low: 8e-6, high: 30e-6 }),
    stepFixedS: assumed(0.6e-3, 's', OF_VLLM, { low: 0.3e-3, high: 1.5e-3 }),
    stepPerSequenceS: assumed(20e-6, 's', OF_VLLM, { low: 10e-6, high: 60e-6 }),
    hostFixedS: assumed(2e-3, 's', RECALL, { low: 1e-3, high: 5e-3 }),
    hostPerSequenceS: assumed(40e-6, 's', RECALL, { low: 10e-6, high: 100e-6 }),
    hostOverlap: false,
    samplingBytesPerLogit: {
      greedy: assumed(sampling.greedy.value, 'B', OF_VLLM, { low: 8, high: 64 }),
      topP: assumed(sampling.topP.value, 'B', OF_VLLM, { low: 120, high: 480 }),
    },
    apiS: assumed(5e-3, 's', RECALL, { low: 2e-3, high: 15e-3 }),
    firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5, note: 'a warm-up pass runs at start' }),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: assumed(2e9, 'B', RECALL, {
      low: 0.5e9,
      high: 8e9,
      note: 'the largest prefill of the warm-up',
    }),
    memoryShareOf: 'free',
    defaults: {
      gpuMemoryUtilization: 0.95,
      blockSizeTokens: 16,
      maxNumSeqs: 128,
      maxNumBatchedTokens: 4096,
      enableChunkedPrefill: false,
      enablePrefixCaching: false,
      maxGraphBatch: 32,
      waitingServedRatio: 0.3,
      maxWaitingTokens: 20,
    },
    notes:
      'maxNumBatchedTokens is max_batch_prefill_tokens, maxNumSeqs max_concurrent_requests of the router. Version 1 had a waiting_served_ratio of 1.2.',
  };
}
