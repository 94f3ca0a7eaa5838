/**
 * Constants that all vLLM profiles share: host side of a step, memory beside weights and KV, and the engine's own defaults.
 *
 * Defaults bear the engine's option names and come from its source (`EngineArgs.get_batch_defaults`).
 */

import { fitted } from '../../grading.js';
import { BLOCKS, ML_ENERGY } from './shared.js';

export const vllmHost = {
  hostFixedS: fitted(1500e-6, 's', ML_ENERGY),
  hostPerSequenceS: fitted(58e-6, 's', ML_ENERGY),
} as const;

export const vllmMemory = fitted(2e9, 'B', BLOCKS, {
  low: 0.5e9,
  high: 9e9,
  note: '0.9 to 2.0 GB seen for dense models, 5 GB in a newer deployment',
});

export const vllmVision = fitted(4.7e9, 'B', 'KV blocks that vLLM reported for Llama 4 Scout on H100', {
  note: 'set aside for the largest image input when the engine starts; one deployment seen',
});

export const vllmLarge = {
  minMemoryBytes: 70 * 2 ** 30,
  exceptDevices: ['a100-40-sxm', 'a100-80-sxm', 'a100-40-pcie', 'a100-80-pcie'],
  maxNumSeqs: 1024,
  maxNumBatchedTokens: 8192,
} as const;

export const vllmDefaults = {
  gpuMemoryUtilization: 0.9,
  blockSizeTokens: 16,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 2048,
  enableChunkedPrefill: true,
  enablePrefixCaching: true,
  maxGraphBatch: 512,
} as const;
