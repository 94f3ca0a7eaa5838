/**
 * vLLM of 2023 without captured graphs, whose launch rate sets the floor of a step.
 *
 * Besides the floor a step pays the host for every sequence: tokens were sampled and inputs prepared one by one. Query heads
 * that share a KV head read it each for itself. Do not calibrate a modern engine on runs of it: its NVLink all-reduce reached
 * a third of the rate of today, less beyond 2,048 tokens.
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
    stepFixedS: fitted(0.54e-3, 's', SPLITWISE, { low: 0.2e-3, high: 2e-3 }),
    stepPerSequenceS: assumed(15e-6, 's', RECALL),
    hostFixedS: zero('s', 'host time is inside the launch floor'),
    hostPerSequenceS: fitted(299e-6, 's', SPLITWISE),
    hostOverlap: false,
    eagerLayerFloorS: fitted(363e-6, 's', SPLITWISE, {
      low: 355e-6,
      high: 510e-6,
      note: 'hosts of H100 class; BLOOM needs about 510 us',
    }),
    eagerLayerFloorByDevice: {
      'a100-40-sxm': assumed(549e-6, 's', SPLITWISE, { note: 'as A100 80 GB' }),
      'a100-80-sxm': fitted(549e-6, 's', SPLITWISE, { low: 540e-6, high: 680e-6, note: 'BLOOM needs about 680 us' }),
    },
    samplingBytesPerLogit: sampling,
    apiS: fitted(7e-3, 's', SPLITWISE, { low: 3e-3, high: 30e-3, note: 'of a benchmark beside the engine' }),
    asyncScheduling: false,
    ...experts,
    kernels: {
      gemmComputeShare: fitted(0.975, '1', SPLITWISE),
      gemmMemoryShare: fitted(0.824, '1', SPLITWISE),
      decodeGroupRereads: fitted(0.3, '1', SPLITWISE),
      prefillComputeShare: fitted(0.985, '1', SPLITWISE),
      collectiveBusShare: fitted(0.32, '1', SPLITWISE),
      collectiveAddedS: fitted(12.6e-6, 's', SPLITWISE),
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
      'NVLink all-reduce reached a third of the rate of today in these runs: do not calibrate a modern engine on them.',
  };
}
