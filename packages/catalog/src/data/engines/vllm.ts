/**
 * vLLM as of today: what to use when nothing is known about the engine.
 *
 * Its constants predicted open loops of vLLM 0.19 within a few per cent without being fitted to them.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { experts, OPEN_LOOP, sampling } from './shared.js';
import { vllmDefaults, vllmHost, vllmLarge, vllmMemory } from './vllm-constants.js';

/** The current profile. */
export function vllm(): EngineEntry {
  return {
    id: 'vllm',
    name: 'vLLM',
    version: '0.19 to 0.24',
    date: '2026-08',
    scheduler: 'vllm',
    layerFixedS: fitted(14e-6, 's', OPEN_LOOP, { low: 12e-6, high: 25e-6 }),
    stepFixedS: fitted(0.5e-3, 's', OPEN_LOOP, { low: 0.34e-3, high: 0.6e-3 }),
    stepPerSequenceS: fitted(10e-6, 's', OPEN_LOOP, { low: 10e-6, high: 15e-6 }),
    ...vllmHost,
    hostOverlap: true,
    samplingBytesPerLogit: sampling,
    apiS: fitted(8e-3, 's', 'fit to open-loop vLLM serving on H100', { low: 7e-3, high: 10e-3 }),
    apiPerPromptTokenS: assumed(5e-6, 's', 'tokenisers of 100,000 to 500,000 tokens/s', { low: 1e-6, high: 15e-6 }),
    blockScaledFixedS: assumed(13e-6, 's', 'aiconfigurator tables, block-scaled products', { low: 5e-6, high: 60e-6 }),
    firstRequestS: assumed(0.1, 's', 'tail of first stages against later ones, open-loop vLLM serving on H100', {
      low: 0.02,
      high: 2,
      note: 'kernels compiled or loaded on first use; more without the warm-up at start',
    }),
    asyncScheduling: true,
    ...experts,
    memoryOverheadBytes: vllmMemory,
    defaults: vllmDefaults,
    defaultsLargeDevice: vllmLarge,
    notes: 'Admission sees the state one step late. With FP8 and fused kernels a layer overhead of 12 us was fitted.',
  };
}
