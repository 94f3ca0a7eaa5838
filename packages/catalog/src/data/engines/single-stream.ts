/**
 * One request at a time on a neural engine, for no runtime in particular.
 *
 * What a step costs is in the device; here is only the host beside it.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, hostSampling, zero } from './shared.js';

/** The generic profile. */
export function singleStream(): EngineEntry {
  return {
    id: 'single-stream',
    name: 'single stream on a neural engine',
    version: 'generic',
    date: '2025-01',
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
      maxNumBatchedTokens: 512,
      enableChunkedPrefill: true,
      enablePrefixCaching: false,
      maxGraphBatch: 1,
    },
  };
}
