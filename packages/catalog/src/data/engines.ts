/**
 * Overheads and defaults of inference engines, each at one version.
 *
 * Schedulers are code, these are their numbers. `vllm` is what to use when nothing is known: its constants predicted open
 * loops of vLLM 0.19 within a few per cent without being fitted to them. `vllm-2025` was fitted on ML.ENERGY runs, where
 * the larger layer overhead takes in host work that did not overlap, and its API time stands in for the admission delay
 * of one step that it does not model. `vllm-2023-eager` reproduces an engine without captured graphs, whose launch rate
 * sets the floor of a step. Defaults bear the engines' own option names; those of vLLM are from its source.
 */

import type { EngineEntry, MoeKernelConstants } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import { RECALL } from './sources.js';

const ML_ENERGY = 'fit to ML.ENERGY v3 runs on H100 (vLLM)';
const OPEN_LOOP = 'set beforehand, confirmed on open-loop vLLM 0.19 traces';
const BLOCKS = 'fit to KV block counts that vLLM reported on H100';
const SPLITWISE = 'fit to splitwise-sim step times (2023 vLLM)';
const LLAMA_CPP = 'estimate from single-stream llama.cpp rates on GeForce and Apple chips';

/** Many small experts (H100, vLLM). */
const manySmallExperts: MoeKernelConstants = {
  fixedS: fitted(68e-6, 's', ML_ENERGY, { low: 41e-6, high: 68e-6 }),
  computeEfficiency: fitted(0.9, '1', ML_ENERGY, { low: 0.4, high: 0.9 }),
  memoryEfficiency: fitted(0.58, '1', ML_ENERGY),
  routingSkew: fitted(0.27, '1', ML_ENERGY, { low: 0.27, high: 1 }),
  imbalance: fitted(1, '1', ML_ENERGY),
  paddingTokens: fitted(32, 'tokens', ML_ENERGY),
};

/** Few large experts: like dense products. */
const fewLargeExperts: MoeKernelConstants = {
  fixedS: assumed(55e-6, 's', 'aiconfigurator tables, H100 bf16 experts', { low: 25e-6, high: 68e-6 }),
  computeEfficiency: assumed(0.5, '1', 'aiconfigurator tables, balanced routing', { low: 0.4, high: 0.6 }),
  memoryEfficiency: assumed(0.84, '1', 'near the dense efficiency', { low: 0.7, high: 0.88 }),
  routingSkew: assumed(1, '1', 'near-uniform routing'),
  imbalance: assumed(0.2, '1', RECALL, { low: 0, high: 1 }),
  paddingTokens: assumed(32, 'tokens', ML_ENERGY),
};

const experts = {
  moe: manySmallExperts,
  moeLargeExperts: fewLargeExperts,
  moeLargeExpertBytes: assumed(100e6, 'B', 'between experts of 40 MB and 250 MB that behaved differently', {
    low: 50e6,
    high: 200e6,
  }),
} as const;

const sampling = {
  greedy: fitted(32, 'B', ML_ENERGY),
  topP: fitted(240, 'B', ML_ENERGY, { low: 240, high: 480 }),
} as const;

const vllmHost = {
  hostFixedS: fitted(1500e-6, 's', ML_ENERGY),
  hostPerSequenceS: fitted(58e-6, 's', ML_ENERGY),
} as const;

const vllmMemory = fitted(2e9, 'B', BLOCKS, {
  low: 0.5e9,
  high: 9e9,
  note: '0.5 to 2 GB seen for dense models, 5 and 9 GB in newer or partly 16-bit deployments',
});

const vllmLarge = {
  minMemoryBytes: 70 * 2 ** 30,
  exceptDevices: ['a100-40-sxm', 'a100-80-sxm'],
  maxNumSeqs: 1024,
  maxNumBatchedTokens: 8192,
} as const;

const vllmDefaults = {
  gpuMemoryUtilization: 0.9,
  blockSizeTokens: 16,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 2048,
  enableChunkedPrefill: true,
  enablePrefixCaching: true,
  maxGraphBatch: 512,
} as const;

const zero = (unit: string, why: string) => assumed(0, unit, why);

/** Builds the engine entries. */
export function engineEntries(): EngineEntry[] {
  return [
    {
      id: 'vllm',
      name: 'vLLM',
      version: '0.19 to 0.24',
      date: '2026-08',
      scheduler: 'vllm',
      layerFixedS: fitted(14e-6, 's', OPEN_LOOP, { low: 12e-6, high: 25e-6 }),
      stepFixedS: fitted(0.5e-3, 's', OPEN_LOOP, { low: 0.34e-3, high: 0.6e-3 }),
      stepPerSequenceS: fitted(10e-6, 's', OPEN_LOOP, { low: 10e-6, high: 15e-6 }),
      ...vllmHost,
      hostOverlap: true,
      samplingBytesPerLogit: sampling,
      apiS: fitted(8e-3, 's', 'fit to open-loop vLLM serving on H100', { low: 7e-3, high: 10e-3 }),
      asyncScheduling: true,
      ...experts,
      memoryOverheadBytes: vllmMemory,
      defaults: vllmDefaults,
      defaultsLargeDevice: vllmLarge,
      notes: 'Admission sees the state one step late. With FP8 and fused kernels a layer overhead of 12 us was fitted.',
    },
    {
      id: 'vllm-2025',
      name: 'vLLM, 2025',
      version: '0.8 to 0.12',
      date: '2025-09',
      scheduler: 'vllm',
      layerFixedS: fitted(28e-6, 's', ML_ENERGY, { low: 25e-6, high: 32e-6 }),
      stepFixedS: fitted(0.6e-3, 's', ML_ENERGY),
      stepPerSequenceS: fitted(15e-6, 's', ML_ENERGY),
      ...vllmHost,
      hostOverlap: true,
      samplingBytesPerLogit: sampling,
      apiS: fitted(15e-3, 's', ML_ENERGY, { low: 10e-3, high: 15.6e-3 }),
      asyncScheduling: false,
      ...experts,
      memoryOverheadBytes: vllmMemory,
      defaults: vllmDefaults,
      defaultsLargeDevice: vllmLarge,
    },
    {
      id: 'vllm-2023-eager',
      name: 'vLLM of 2023 without graphs',
      version: '0.2',
      date: '2023-11',
      scheduler: 'vllm',
      layerFixedS: fitted(14e-6, 's', OPEN_LOOP),
      stepFixedS: assumed(0.5e-3, 's', RECALL),
      stepPerSequenceS: assumed(15e-6, 's', RECALL),
      hostFixedS: zero('s', 'host time is inside the launch floor'),
      hostPerSequenceS: assumed(20e-6, 's', RECALL),
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
    },
    {
      id: 'llama-cpp',
      name: 'llama.cpp server',
      version: 'b4000 and later',
      date: '2025-06',
      scheduler: 'llama-cpp',
      layerFixedS: assumed(30e-6, 's', LLAMA_CPP, { low: 10e-6, high: 120e-6 }),
      stepFixedS: assumed(0.5e-3, 's', LLAMA_CPP, { low: 0.2e-3, high: 2e-3 }),
      stepPerSequenceS: assumed(20e-6, 's', RECALL),
      hostFixedS: assumed(0.3e-3, 's', RECALL),
      hostPerSequenceS: assumed(50e-6, 's', RECALL),
      hostOverlap: false,
      samplingBytesPerLogit: { greedy: assumed(32, 'B', RECALL), topP: assumed(64, 'B', RECALL) },
      apiS: assumed(3e-3, 's', RECALL, { low: 1e-3, high: 10e-3 }),
      asyncScheduling: false,
      ...experts,
      memoryOverheadBytes: assumed(0.6e9, 'B', RECALL, { low: 0.3e9, high: 1.5e9 }),
      defaults: {
        gpuMemoryUtilization: 0.95,
        blockSizeTokens: 1,
        maxNumSeqs: 4,
        maxNumBatchedTokens: 2048,
        enableChunkedPrefill: true,
        enablePrefixCaching: true,
        maxGraphBatch: 1,
        microBatchTokens: 512,
      },
      notes:
        'maxNumSeqs is n_parallel (slots), maxNumBatchedTokens n_batch, microBatchTokens n_ubatch. Cells are single tokens.',
    },
    {
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
    },
    {
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
      samplingBytesPerLogit: { greedy: assumed(4, 'B', RECALL), topP: assumed(16, 'B', RECALL) },
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
    },
    {
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
      samplingBytesPerLogit: { greedy: assumed(4, 'B', RECALL), topP: assumed(16, 'B', RECALL) },
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
    },
    {
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
      samplingBytesPerLogit: { greedy: assumed(4, 'B', RECALL), topP: assumed(16, 'B', RECALL) },
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
    },
  ];
}
