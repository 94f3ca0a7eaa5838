/**
 * vLLM v1 of 2025, fitted on ML.ENERGY runs.
 *
 * The larger layer overhead takes in host work that did not overlap, and its API time stands in for the admission delay of
 * one step that it does not model.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { experts, ML_ENERGY, OF_VLLM } from './shared.js';
import { vllmDefaults, vllmHost, vllmLarge, vllmMemory, vllmVision } from './vllm-constants.js';

const FIT = 'joint fit to ML.ENERGY v3 on H100 and B200 and closed loops on H100 and H200 (docs/accuracy.md)';

/** Experts of vLLM's kernels of that year. */
const moe = {
  fixedS: fitted(66.4e-6, 's', FIT),
  computeEfficiency: fitted(0.282, '1', FIT),
  memoryEfficiency: fitted(0.867, '1', FIT),
  routingSkew: fitted(1, '1', FIT),
  imbalance: assumed(0.3, '1', OF_VLLM),
  paddingTokens: fitted(7.92, 'tokens', FIT),
} as const;

/** The profile of 2025. */
export function vllm2025(): EngineEntry {
  return {
    id: 'vllm-2025',
    name: 'vLLM, 2025',
    version: '0.8 to 0.12',
    date: '2025-09',
    scheduler: 'vllm',
    layerFixedS: fitted(24e-6, 's', FIT),
    stepFixedS: fitted(306e-6, 's', FIT),
    stepPerSequenceS: fitted(20.8e-6, 's', FIT),
    ...vllmHost,
    hostOverlap: true,
    samplingBytesPerLogit: { greedy: fitted(32, 'B', ML_ENERGY), topP: fitted(522, 'B', FIT) },
    apiS: fitted(15.6e-3, 's', FIT),
    firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5 }),
    blockScaledFixedS: fitted(96.5e-6, 's', FIT),
    asyncScheduling: false,
    ...experts,
    moe,
    memoryOverheadBytes: vllmMemory,
    visionOverheadBytes: vllmVision,
    defaults: vllmDefaults,
    defaultsLargeDevice: vllmLarge,
  };
}
