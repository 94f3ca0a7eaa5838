/**
 * TensorRT-LLM 0.9 to 0.17 with an engine compiled by TensorRT and the C++ executor.
 *
 * One C++ loop without overlap between host and device; no captured graphs, but launches are so cheap that no launch floor
 * binds. Blocks of 64 tokens; prompts are chunked, as builds for long ones have it.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts } from './shared.js';
import { trtllmApi, trtllmMemory, trtllmSampling, trtllmStep } from './trtllm-constants.js';

/** The profile of compiled engines. */
export function trtllmEngine(): EngineEntry {
  return {
    id: 'trtllm-engine',
    name: 'TensorRT-LLM, compiled engine',
    version: '0.9 to 0.17',
    date: '2024-11',
    scheduler: 'trtllm-no-evict',
    ...trtllmStep,
    hostFixedS: assumed(0.3e-3, 's', RECALL, { low: 0.1e-3, high: 1e-3 }),
    hostPerSequenceS: assumed(3e-6, 's', RECALL, { low: 1e-6, high: 15e-6 }),
    hostOverlap: false,
    samplingBytesPerLogit: trtllmSampling,
    apiS: trtllmApi,
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: trtllmMemory,
    memoryShareOf: 'free',
    kernels: {
      gemmComputeShare: assumed(1, '1', RECALL),
      gemmMemoryShare: assumed(1, '1', RECALL),
      decodeBandwidthEfficiency: assumed(0.88, '1', RECALL),
      decodePerHeadShare: assumed(0.7, '1', RECALL),
      prefillComputeShare: assumed(1, '1', RECALL),
    },
    defaults: {
      gpuMemoryUtilization: 0.9,
      blockSizeTokens: 64,
      maxNumSeqs: 2048,
      maxNumBatchedTokens: 8192,
      enableChunkedPrefill: true,
      enablePrefixCaching: false,
      maxGraphBatch: 0,
    },
  };
}
