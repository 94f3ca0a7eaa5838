/**
 * vLLM v1 of 2025, fitted on ML.ENERGY runs.
 *
 * The larger layer overhead takes in host work that did not overlap, and its API time stands in for the admission delay of
 * one step that it does not model.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { experts, ML_ENERGY, OF_VLLM, sampling } from './shared.js';
import { vllmDefaults, vllmHost, vllmLarge, vllmMemory } from './vllm-constants.js';

/** The profile of 2025. */
export function vllm2025(): EngineEntry {
  return {
    id: 'vllm-2025',
    name: 'vLLM, 2025',
    version: '0.8 to 0.12',
    date: '2025-09',
    scheduler: 'vllm',
    layerFixedS: fitted(28e-6, 's', ML_ENERGY, { low: 25e-6, high: 32e-6 }),
    stepFixedS: fitted(0.6e-3, 's', ML_ENERGY),
    stepPerSequenceS: fitted(15e-6, 's', ML_ENERGY),
    ...vllmHost,
    hostOverlap: true,
    samplingBytesPerLogit: sampling,
    apiS: fitted(15e-3, 's', ML_ENERGY, { low: 10e-3, high: 15.6e-3 }),
    firstRequestS: assumed(0.1, 's', OF_VLLM, { low: 0.02, high: 5 }),
    blockScaledFixedS: assumed(30e-6, 's', 'between kernel tables (13 us) and an older backend (60 us)', {
      low: 10e-6,
      high: 60e-6,
    }),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: vllmMemory,
    defaults: vllmDefaults,
    defaultsLargeDevice: vllmLarge,
  };
}
