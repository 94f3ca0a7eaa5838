/** A compiled pipeline over SRAM: everything is scheduled at compile time, so that only the API is left to the engine. */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, hostSampling, zero } from './shared.js';

/** The generic profile. */
export function sramPipeline(): EngineEntry {
  return {
    id: 'sram-pipeline',
    name: 'compiled pipeline over SRAM',
    version: 'generic',
    date: '2024-08',
    scheduler: 'pipeline',
    layerFixedS: zero('s', 'the stage time of the device holds it'),
    stepFixedS: zero('s', 'the stage time of the device holds it'),
    stepPerSequenceS: zero('s', 'the stage time of the device holds it'),
    hostFixedS: zero('s', 'scheduled at compile time'),
    hostPerSequenceS: zero('s', 'scheduled at compile time'),
    hostOverlap: true,
    samplingBytesPerLogit: hostSampling,
    apiS: assumed(5e-3, 's', RECALL, { low: 1e-3, high: 30e-3 }),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: zero('B', 'weightSramShare of the device leaves the room'),
    defaults: {
      gpuMemoryUtilization: 1,
      blockSizeTokens: 1,
      maxNumSeqs: 1024,
      maxNumBatchedTokens: 8192,
      enableChunkedPrefill: true,
      enablePrefixCaching: false,
      maxGraphBatch: 0,
    },
  };
}
