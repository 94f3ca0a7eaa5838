/**
 * TensorRT-LLM 0.9 to 0.17 with an engine compiled by TensorRT and the C++ executor.
 *
 * Kernels are the engine's own: matrix products as those of the devices' fits, decode attention alike on all of them. One C++
 * loop without overlap between host and device; no captured graphs, but launches are so cheap that no launch floor
 * binds. Blocks of 64 tokens; prompts are chunked, as builds for long ones have it.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts } from './shared.js';
import { compiledStep, trtllmApi, trtllmMemory, trtllmSampling } from './trtllm-constants.js';

const BENCH = 'fit to trtllm-bench throughput of Mistral 7B on A100, H100, H200 and L40S (0.14)';

/** The profile of compiled engines. */
export function trtllmEngine(): EngineEntry {
  return {
    id: 'trtllm-engine',
    name: 'TensorRT-LLM, compiled engine',
    version: '0.9 to 0.17',
    date: '2024-11',
    scheduler: 'trtllm-no-evict',
    ...compiledStep,
    stepPerSequenceS: fitted(2.3e-6, 's', BENCH, { low: 1e-6, high: 15e-6 }),
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
      gemmComputeShare: fitted(0.99, '1', BENCH),
      gemmMemoryShare: fitted(0.88, '1', BENCH),
      decodeBandwidthEfficiency: fitted(0.883, '1', BENCH, {
        low: 0.8,
        high: 1,
        note: 'fused attention reads FP8 caches at the rate of 16-bit ones',
      }),
      decodePerHeadShare: fitted(0.56, '1', BENCH),
      prefillComputeShare: fitted(0.97, '1', BENCH),
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
