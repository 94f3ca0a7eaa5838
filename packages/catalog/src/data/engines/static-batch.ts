/** Static batching of no engine in particular: a batch waits to fill or times out, and slots free at its end. */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, sampling } from './shared.js';

/** The generic profile. */
export function staticBatch(): EngineEntry {
  return {
    id: 'static-batch',
    name: 'static batching',
    version: 'generic',
    date: '2023-01',
    scheduler: 'static-batch',
    layerFixedS: assumed(30e-6, 's', RECALL),
    stepFixedS: assumed(1e-3, 's', RECALL),
    stepPerSequenceS: assumed(15e-6, 's', RECALL),
    hostFixedS: assumed(0.5e-3, 's', RECALL),
    hostPerSequenceS: assumed(10e-6, 's', RECALL),
    hostOverlap: false,
    samplingBytesPerLogit: sampling,
    apiS: assumed(5e-3, 's', RECALL),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: assumed(1.5e9, 'B', RECALL, { low: 0.5e9, high: 4e9 }),
    defaults: {
      gpuMemoryUtilization: 0.9,
      blockSizeTokens: 16,
      maxNumSeqs: 8,
      maxNumBatchedTokens: 65_536,
      enableChunkedPrefill: false,
      enablePrefixCaching: false,
      maxGraphBatch: 8,
    },
    batchWaitS: assumed(0.05, 's', RECALL, { low: 0.005, high: 0.5 }),
    notes: 'A batch waits to fill or for batchWaitS; every sequence is padded to the longest; slots free at the end.',
  };
}
