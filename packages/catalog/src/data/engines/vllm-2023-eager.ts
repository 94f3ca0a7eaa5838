/**
 * vLLM of 2023 without captured graphs, whose launch rate sets the floor of a step.
 *
 * Do not calibrate a modern engine on runs of it: its NVLink all-reduce reached a fifth of the rate of today.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, OPEN_LOOP, sampling, zero } from './shared.js';
import { vllmMemory } from './vllm-constants.js';

const SPLITWISE = 'fit to splitwise-sim step times (2023 vLLM)';

/** The eager profile of 2023. */
export function vllm2023Eager(): EngineEntry {
  return {
    id: 'vllm-2023-eager',
    name: 'vLLM of 2023 without graphs',
    version: '0.2',
    date: '2023-11',
    scheduler: 'vllm',
    layerFixedS: fitted(14e-6, 's', OPEN_LOOP),
    stepFixedS: assumed(0.5e-3, 's', RECALL),
    stepPerSequenceS: assumed(15e-6, 's', RECALL),
    hostFixedS: zero('s', 'host time is inside the launch floor'),
    hostPerSequenceS: assumed(200e-6, 's', RECALL),
    hostOverlap: false,
    eagerLayerFloorS: fitted(372e-6, 's', SPLITWISE, {
      low: 365e-6,
      high: 510e-6,
      note: 'hosts of H100 class; BLOOM needs about 510 us',
    }),
    eagerLayerFloorByDevice: {
      'a100-40-sxm': assumed(560e-6, 's', SPLITWISE, { note: 'as A100 80 GB' }),
      'a100-80-sxm': fitted(560e-6, 's', SPLITWISE, { low: 550e-6, high: 680e-6, note: 'BLOOM needs about 680 us' }),
    },
    samplingBytesPerLogit: sampling,
    apiS: assumed(15e-3, 's', RECALL, { low: 10e-3, high: 30e-3 }),
    asyncScheduling: false,
    ...experts,
    kernels: {
      gemmComputeShare: assumed(1, '1', RECALL),
      gemmMemoryShare: assumed(0.8, '1', RECALL),
      decodeGroupRereads: assumed(0.3, '1', RECALL),
      prefillComputeShare: assumed(0.9, '1', RECALL),
      collectiveBusShare: assumed(0.25, '1', RECALL),
      collectiveAddedS: assumed(10e-6, 's', RECALL),
    },
    memoryOverheadBytes: vllmMemory,
    defaults: {
      gpuMemoryUtilization: 0.9,
      blockSizeTokens: 16,
      maxNumSeqs: 256,
      maxNumBatchedTokens: 2560,
      enableChunkedPrefill: false,
      enablePrefixCaching: false,
      maxGraphBatch: 0,
      watermarkShare: 0.01,
    },
    notes:
      'NVLink all-reduce reached a fifth of the rate of today in these runs: do not calibrate a modern engine on them.',
  };
}
