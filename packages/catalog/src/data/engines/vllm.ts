/**
 * vLLM as of today: what to use when nothing is known about the engine.
 *
 * Fitted jointly to open-loop load tests of dense and expert models on H100 and to closed loops of expert models on H100 and
 * B200: one set for all of them. What a request spends outside the engine grows with its prompt (tokeniser).
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts } from './shared.js';
import { vllmDefaults, vllmHost, vllmLarge, vllmMemory, vllmVision } from './vllm-constants.js';

const FIT = 'joint fit to open-loop serving on H100 and closed loops on H100 and B200 (docs/accuracy.md)';

/** Experts of vLLM's fused kernels: many small ones, and few large ones that behave more like dense products. */
const vllmExperts = {
  moe: {
    fixedS: fitted(45.8e-6, 's', FIT),
    computeEfficiency: fitted(0.209, '1', FIT),
    memoryEfficiency: fitted(0.958, '1', FIT),
    routingSkew: fitted(0.664, '1', FIT),
    imbalance: fitted(0.3, '1', FIT),
    paddingTokens: fitted(5.96, 'tokens', FIT),
  },
  moeLargeExperts: {
    fixedS: fitted(73.3e-6, 's', FIT),
    computeEfficiency: fitted(0.673, '1', FIT),
    memoryEfficiency: fitted(1, '1', FIT),
    routingSkew: assumed(1, '1', 'near-uniform routing'),
    imbalance: assumed(0.2, '1', RECALL, { low: 0, high: 1 }),
    paddingTokens: assumed(32, 'tokens', RECALL),
  },
  moeLargeExpertBytes: experts.moeLargeExpertBytes,
} as const;

/** The current profile. */
export function vllm(): EngineEntry {
  return {
    id: 'vllm',
    name: 'vLLM',
    version: '0.13 to 0.24',
    date: '2026-08',
    scheduler: 'vllm',
    layerFixedS: fitted(3.67e-6, 's', FIT),
    stepFixedS: fitted(168e-6, 's', FIT),
    stepPerSequenceS: fitted(18.9e-6, 's', FIT),
    ...vllmHost,
    hostOverlap: true,
    samplingBytesPerLogit: { greedy: fitted(32, 'B', FIT), topP: fitted(380, 'B', FIT) },
    apiS: fitted(1.94e-3, 's', FIT, { low: 1.5e-3, high: 10e-3 }),
    apiPerPromptTokenS: fitted(11.2e-6, 's', FIT, { low: 3e-6, high: 15e-6 }),
    firstRequestS: assumed(0.1, 's', 'tail of first stages against later ones, open-loop vLLM serving on H100', {
      low: 0.02,
      high: 2,
      note: 'kernels compiled or loaded on first use; more without the warm-up at start',
    }),
    asyncScheduling: true,
    ...vllmExperts,
    blockScaledFixedS: fitted(21.5e-6, 's', FIT),
    memoryOverheadBytes: vllmMemory,
    visionOverheadBytes: vllmVision,
    defaults: vllmDefaults,
    defaultsLargeDevice: vllmLarge,
    notes: 'Admission sees the state one step late.',
  };
}
