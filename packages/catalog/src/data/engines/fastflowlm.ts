/**
 * FastFlowLM on the XDNA 2 neural engine of Ryzen AI chips: one stream, 4-bit weights, 16-bit KV cache.
 *
 * What a step costs is in the device; here is only the host beside it. Prompts run in chunks of up to 2,048 tokens.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, hostSampling, zero } from './shared.js';

/** The profile of the current version. */
export function fastFlowLm(): EngineEntry {
  return {
    id: 'fastflowlm',
    name: 'FastFlowLM on an XDNA 2 NPU',
    version: '0.9',
    date: '2026-03',
    scheduler: 'single-stream',
    layerFixedS: zero('s', 'the step time of the device holds it'),
    stepFixedS: zero('s', 'the step time of the device holds it'),
    stepPerSequenceS: zero('s', 'one stream'),
    hostFixedS: assumed(0.5e-3, 's', RECALL),
    hostPerSequenceS: zero('s', 'one stream'),
    hostOverlap: false,
    samplingBytesPerLogit: hostSampling,
    apiS: assumed(1e-3, 's', RECALL, { low: 0.2e-3, high: 5e-3 }),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: assumed(0.3e9, 'B', RECALL, { low: 0.1e9, high: 1e9 }),
    defaults: {
      gpuMemoryUtilization: 0.9,
      blockSizeTokens: 1,
      maxNumSeqs: 1,
      maxNumBatchedTokens: 2048,
      enableChunkedPrefill: true,
      enablePrefixCaching: false,
      maxGraphBatch: 1,
    },
  };
}
