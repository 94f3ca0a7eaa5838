/**
 * Genie, the runtime of compiled graphs on a Hexagon neural engine: one stream, prompts in chunks of 128 tokens.
 *
 * What a step costs is in the device; here is only the host beside it.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, hostSampling, zero } from './shared.js';

/** The profile of 2025. */
export function qualcommNpu(): EngineEntry {
  return {
    id: 'qualcomm-npu',
    name: 'Genie on a Hexagon NPU',
    version: 'QNN 2.3x',
    date: '2025-09',
    scheduler: 'single-stream',
    layerFixedS: zero('s', 'the step time of the device holds it'),
    stepFixedS: zero('s', 'the step time of the device holds it'),
    stepPerSequenceS: zero('s', 'one stream'),
    hostFixedS: assumed(0.2e-3, 's', RECALL),
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
      maxNumBatchedTokens: 128,
      enableChunkedPrefill: true,
      enablePrefixCaching: false,
      maxGraphBatch: 1,
    },
  };
}
