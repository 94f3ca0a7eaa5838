/**
 * Closed loops of a fixed number of users on vLLM, SGLang and TensorRT-LLM: mean time per output token, and of some runs the mean
 * time to the first.
 *
 * Sources: the public results of SemiAnalysis InferenceX, by dump and day of measurement, and NVIDIA's own runs that stand
 * with aiconfigurator (`silicon_sample.csv`), by their path there. Figures are rounded to six digits.
 */

import { fixedConcurrency } from '../tables/datasets/fixed-concurrency.js';
import type { PublicSource, ReferencePart, ReferenceRow } from './reference-row.js';

/** Precision as the collections state it: of the checkpoint, and of its matrix products. */
type Format = readonly [precision: string, products: string];

/** What a row runs with that its collection states once: device, model, formats, engine, version. */
type Server = readonly [device: string, model: string, format: Format, engine: string, version: string];

const FP8: Format = ['fp8', 'fp8'];
const FP8_BLOCK: Format = ['fp8', 'fp8_block'];
const NVFP4: Format = ['fp4', 'nvfp4'];
const UNSTATED: Format = ['unstated', ''];

const MINIMAX = 'MiniMaxAI/MiniMax-M2.5';
const GPT_OSS = 'openai/gpt-oss-120b';
const QWEN_DENSE = 'Qwen/Qwen3-32B';
const QWEN_EXPERTS = 'Qwen/Qwen3-235B-A22B-FP8';

/** A run of InferenceX. Experts are split `expertWidth` x `expertRanks` as the collection counts them. */
type InferenceXRun = readonly [
  devices: number,
  attentionRanks: number,
  expertWidth: number,
  expertRanks: number,
  promptTokens: number,
  outputTokens: number,
  users: number,
  tpotMs: number,
  ttftMs?: number,
];

const INFERENCEX: readonly (readonly [dump: string, day: string, server: Server, runs: readonly InferenceXRun[]])[] = [
  [
    'db-dump/2026-04-27',
    '2026-04-22',
    ['b200_sxm', MINIMAX, NVFP4, 'vllm', '0.19.0'],
    [
      [1, 1, 1, 1, 8192, 1024, 4, 8.06929],
      [4, 4, 1, 16, 1024, 1024, 64, 10.227],
    ],
  ],
  [
    'db-dump/2026-04-27',
    '2026-04-08',
    ['b200_sxm', MINIMAX, NVFP4, 'vllm', '0.19.0'],
    [
      [2, 1, 2, 1, 1024, 1024, 128, 18.9627, 224.697],
      [4, 1, 4, 1, 1024, 1024, 128, 14.8892],
    ],
  ],
  [
    '2026-03-25.csv',
    '2026-04-03',
    ['b200_sxm', MINIMAX, NVFP4, 'vllm', 'nightly-5b8c30d62b754b57'],
    [[4, 1, 4, 1, 1024, 1024, 32, 11.3582]],
  ],
  [
    'db-dump/2026-04-27',
    '2026-04-03',
    ['b200_sxm', MINIMAX, FP8, 'vllm', '0.19.0'],
    [[2, 2, 1, 4, 1024, 1024, 256, 38.0396, 528.531]],
  ],
  [
    'db-dump/2026-04-27',
    '2026-04-22',
    ['b200_sxm', MINIMAX, FP8, 'vllm', '0.19.0'],
    [[2, 1, 2, 1, 8192, 1024, 4, 9.89942]],
  ],
  [
    '2026-03-25.csv',
    '2026-03-11',
    ['b200_sxm', MINIMAX, FP8, 'vllm', '0.17.0'],
    [[2, 1, 2, 1, 1024, 8192, 16, 15.1972]],
  ],
  [
    '2026-03-25.csv',
    '2026-04-03',
    ['b200_sxm', MINIMAX, FP8, 'vllm', '0.19.0'],
    [[2, 1, 1, 2, 1024, 1024, 128, 28.0802, 297.999]],
  ],
  [
    'db-dump/2026-04-27',
    '2026-04-08',
    ['b200_sxm', MINIMAX, FP8, 'vllm', '0.19.0'],
    [[4, 1, 4, 1, 1024, 1024, 512, 37.3492]],
  ],
  [
    '2026-04-06.csv',
    '2026-04-03',
    ['b200_sxm', MINIMAX, FP8, 'vllm', '0.19.0'],
    [[4, 1, 4, 1, 8192, 1024, 4, 9.03935]],
  ],
  [
    '2026-04-06.csv',
    '2025-11-02',
    ['h100_sxm', GPT_OSS, NVFP4, 'vllm', ''],
    [[8, 1, 8, 1, 8192, 1024, 64, 14.3917, 437.734]],
  ],
  [
    '2026-04-06.csv',
    '2026-03-27',
    ['h100_sxm', GPT_OSS, NVFP4, 'vllm', '0.18.0'],
    [
      [2, 1, 2, 1, 1024, 1024, 16, 8.17504],
      [4, 1, 4, 1, 8192, 1024, 8, 5.4162],
      [8, 1, 8, 1, 1024, 1024, 16, 4.76471, 52.4718],
    ],
  ],
  [
    '2026-04-06.csv',
    '2026-03-28',
    ['h100_sxm', MINIMAX, FP8, 'vllm', '0.18.0'],
    [[4, 4, 1, 16, 1024, 1024, 16, 15.4722]],
  ],
  [
    '2026-03-25.csv',
    '2026-03-27',
    ['h100_sxm', MINIMAX, FP8, 'vllm', '0.18.0'],
    [[4, 1, 1, 4, 8192, 1024, 64, 29.5925]],
  ],
];

/** A run of NVIDIA's. `tensorParallel` is that of attention; the experts' split counts the devices of expert models. */
type NvidiaRun = readonly [
  tensorParallel: number,
  expertWidth: number,
  expertRanks: number,
  promptTokens: number,
  outputTokens: number,
  users: number,
  tpotMs: number,
  ttftMs?: number,
];

const NVIDIA: readonly (readonly [file: string, day: string, server: Server, runs: readonly NvidiaRun[]])[] = [
  [
    'h100_sxm/sglang/0.5.8.post1/Qwen_Qwen3-32B.csv',
    '',
    ['h100_sxm', QWEN_DENSE, UNSTATED, 'sglang', '0.5.8.post1'],
    [[1, 1, 1, 2048, 128, 16, 24.6584, 16425.3]],
  ],
  [
    'h100_sxm/sglang/0.5.1.post1/Qwen_Qwen3-32B.csv',
    '',
    ['h100_sxm', QWEN_DENSE, UNSTATED, 'sglang', '0.5.1.post1'],
    [
      [2, 1, 1, 1024, 512, 16, 15.7984],
      [2, 1, 1, 4096, 128, 16, 29.6528],
      [4, 1, 1, 1024, 512, 64, 15.1681, 1142.7],
      [4, 1, 1, 4096, 128, 128, 93.8976],
      [8, 1, 1, 1024, 512, 64, 10.9979],
      [8, 1, 1, 4096, 128, 128, 60.878, 5606.76],
    ],
  ],
  [
    'h100_sxm/trtllm/1.0.0rc3/Qwen_Qwen3-32B.csv',
    '',
    ['h100_sxm', QWEN_DENSE, FP8, 'trtllm', '1.0.0rc3'],
    [
      [1, 1, 1, 4096, 256, 8, 22.0471],
      [1, 1, 1, 4096, 128, 32, 92.0159],
      [1, 1, 1, 2048, 256, 128, 102.765],
      [2, 1, 1, 4096, 128, 16, 29.3426],
      [2, 1, 1, 4096, 128, 64, 103.312],
      [4, 1, 1, 2048, 512, 8, 7.90195],
      [4, 1, 1, 2048, 256, 32, 15.6702],
      [4, 1, 1, 2048, 128, 128, 64.4424],
      [8, 1, 1, 1024, 512, 16, 7.12837],
      [8, 1, 1, 1024, 128, 64, 24.2023],
      [8, 1, 1, 4096, 512, 128, 32.5971, 932.073],
    ],
  ],
  [
    'h100_sxm/vllm/0.12.0/Qwen_Qwen3-32B.csv',
    '',
    ['h100_sxm', QWEN_DENSE, UNSTATED, 'vllm', '0.12.0'],
    [
      [2, 1, 1, 1024, 1024, 64, 26.0891],
      [2, 1, 1, 4096, 1024, 32, 29.3267],
      [4, 1, 1, 1024, 1024, 16, 11.5669, 156.261],
      [4, 1, 1, 4096, 1024, 8, 11.7863],
      [8, 1, 1, 1024, 512, 128, 21.2915],
      [8, 1, 1, 4096, 512, 64, 23.5298, 583.206],
    ],
  ],
  [
    'h100_sxm/trtllm/1.3.0rc1/openai_gpt-oss-120b.csv',
    '2026-03-18',
    ['h100_sxm', GPT_OSS, FP8, 'trtllm', '1.3.0rc1'],
    [[4, 2, 2, 4000, 1000, 160, 47.2623]],
  ],
  [
    'h200_sxm/sglang/0.5.6.post2/Qwen_Qwen3-235B-A22B-FP8.csv',
    '',
    ['h200_sxm', QWEN_EXPERTS, FP8_BLOCK, 'sglang', '0.5.6.post2'],
    [[4, 4, 1, 1000, 100, 8, 15.06, 331.22]],
  ],
  [
    'h200_sxm/vllm/0.12.0/Qwen_Qwen3-235B-A22B-FP8.csv',
    '',
    ['h200_sxm', QWEN_EXPERTS, FP8, 'vllm', '0.12.0'],
    [
      [1, 2, 1, 2000, 100, 5, 57.78],
      [1, 4, 1, 4000, 500, 6, 42.75],
      [2, 2, 1, 8000, 500, 7, 53.54, 979.75],
      [2, 4, 1, 8000, 100, 4, 43.82],
      [4, 4, 1, 8000, 100, 8, 45.99],
    ],
  ],
];

function serverCells([device, model, [precision, products], engine, version]: Server, day: string) {
  return { device, model, precision, gemm_quant: products, engine, engine_version: version, measured_date: day };
}

function inferenceXRows(): ReferenceRow[] {
  return INFERENCEX.flatMap(([dump, day, server, runs]) => {
    const source: PublicSource = {
      project: 'SemiAnalysisAI/InferenceX',
      place: `published results, dump ${dump.replace(/^db-dump\/|\.csv$/g, '')}`,
      revision: `measured ${day}`,
    };
    return runs.map(([devices, ranks, width, expertRanks, promptTokens, outputTokens, users, tpotMs, ttftMs]) => ({
      source,
      cells: {
        family: 'InferenceX',
        ...serverCells(server, day),
        device_count: devices,
        tensor_parallel: devices,
        attention_dp: ranks,
        moe_tp: width,
        moe_ep: expertRanks,
        isl: promptTokens,
        osl: outputTokens,
        concurrency: users,
        tpot_ms: tpotMs,
        ttft_ms: ttftMs ?? '',
      },
    }));
  });
}

function nvidiaRows(): ReferenceRow[] {
  return NVIDIA.flatMap(([file, day, server, runs]) => {
    const source: PublicSource = {
      project: 'ai-dynamo/aiconfigurator',
      place: `aic-core/src/aiconfigurator_core/systems/silicon_sample.csv, ${file}`,
      revision: '095f58a5',
    };
    return runs.map(([tensorParallel, width, expertRanks, promptTokens, outputTokens, users, tpotMs, ttftMs]) => ({
      source,
      cells: {
        family: 'NVIDIA-internal',
        ...serverCells(server, day),
        device_count: tensorParallel,
        tensor_parallel: tensorParallel,
        moe_tp: width,
        moe_ep: expertRanks,
        isl: promptTokens,
        osl: outputTokens,
        concurrency: users,
        tpot_ms: tpotMs,
        ttft_ms: ttftMs ?? '',
      },
    }));
  });
}

/** The fixed-concurrency part of the table. */
export function fixedConcurrencyPart(): ReferencePart {
  return { reader: fixedConcurrency, rows: [...nvidiaRows(), ...inferenceXRows()] };
}
