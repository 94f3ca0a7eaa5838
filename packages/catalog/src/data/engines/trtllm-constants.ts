/**
 * Constants that the TensorRT-LLM profiles share.
 *
 * Time per layer and step of compiled engines is what published estimates say; their benchmarks run batches so large that it
 * cannot be told. Option names and defaults follow the engine's documentation: `max_num_tokens`, `max_batch_size`,
 * `tokens_per_block`, `free_gpu_memory_fraction` (a share of the memory that is free once weights are loaded).
 */

import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { sampling } from './shared.js';

const ESTIMATE = 'estimate for compiled kernels and a C++ runtime, not fitted';

/** Time outside the kernels of a compiled engine. */
export const compiledStep = {
  layerFixedS: assumed(4e-6, 's', ESTIMATE, { low: 2e-6, high: 14e-6 }),
  stepFixedS: assumed(100e-6, 's', ESTIMATE, { low: 50e-6, high: 500e-6 }),
} as const;

export const trtllmSampling = {
  greedy: assumed(sampling.greedy.value, 'B', ESTIMATE, { low: 8, high: 64 }),
  topP: assumed(96, 'B', ESTIMATE, { low: 32, high: 240, note: 'fused sampling kernels, no full sort' }),
} as const;

export const trtllmApi = assumed(8e-3, 's', RECALL, { low: 5e-3, high: 15e-3 });

export const trtllmMemory = assumed(3e9, 'B', RECALL, {
  low: 1e9,
  high: 10e9,
  note: 'workspaces grow with max_num_tokens and max_batch_size',
});
