/**
 * Load stages of vLLM servers on H100: random arrivals at a steady rate, prompts from a recycled pool, answers of fixed length.
 *
 * Source: the runs behind the error records that the inference-sim project publishes; experiments and stages carry its numbers.
 * The copy that was read names no commit. Block counts stand with the first stage on each server, tails with warm stages only.
 */

import { openLoopServing } from '../tables/datasets/open-loop-serving.js';
import type { PublicSource, ReferencePart } from './reference-row.js';

function source(experiment: string, stage: number): PublicSource {
  return {
    project: 'inference-sim/sim-to-real-accuracy-validation',
    place: `vLLM runs, experiment ${experiment}, stage ${stage}`,
    revision: '',
  };
}

type Server = readonly [model: string, tensorParallel: number, format: string, batchedTokens: number];

/** What the client of an experiment sent. */
type Load = readonly [
  beginningTokens: number,
  beginnings: number,
  questionTokens: number,
  promptsPerBeginning: number,
  outputTokens: number,
  stageS: number,
];

type Stage = readonly [
  stage: number,
  ratePerS: number,
  ttftMeanMs: number,
  e2eMeanMs: number,
  more?: { readonly kvBlocksOf16?: number; readonly ttftP99Ms?: number; readonly e2eP99Ms?: number },
];

type Experiment = readonly [experiment: string, server: Server, load: Load, stages: readonly Stage[]];

const SCOUT = 'RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic';
const LLAMA_70B = 'meta-llama/Llama-3.1-70B-Instruct';
const LLAMA_2_7B = 'meta-llama/Llama-2-7b-hf';
const NEMO = 'mistralai/Mistral-Nemo-Instruct-2407';
const QWEN_7B = 'Qwen/Qwen2.5-7B-Instruct';

const GENERAL: Load = [100, 9, 447, 5, 248, 600];
const CODE: Load = [100, 11, 466, 4, 247, 600];
const ROLES: Load = [150, 10, 600, 5, 251, 1200];
const REASONING: Load = [100, 23, 934, 1, 1448, 1200];

const EXPERIMENTS: readonly Experiment[] = [
  [
    '17',
    [SCOUT, 2, 'fp8', 2048],
    GENERAL,
    [
      [0, 2.5, 57.8, 4460.333, { kvBlocksOf16: 8253 }],
      [1, 6, 64.798, 5607.488, { ttftP99Ms: 79.844, e2eP99Ms: 6018.014 }],
    ],
  ],
  [
    '20',
    [SCOUT, 2, 'fp8', 2048],
    CODE,
    [
      [0, 5, 65.22, 5391.002],
      [1, 10, 76.626, 6661.96, { ttftP99Ms: 105.146, e2eP99Ms: 7035.286 }],
    ],
  ],
  [
    '20260217-155451',
    [LLAMA_2_7B, 1, 'bf16', 2048],
    CODE,
    [
      [0, 5, 25.037, 1810.322, { kvBlocksOf16: 7463 }],
      [1, 10, 29.454, 2215.948, { ttftP99Ms: 50.752, e2eP99Ms: 2579.964 }],
    ],
  ],
  ['21', [SCOUT, 2, 'fp8', 2048], ROLES, [[0, 6, 67.028, 5803.83]]],
  ['48', [SCOUT, 2, 'fp8', 2048], REASONING, [[0, 1, 138.162, 40835.006]]],
  [
    '60',
    [LLAMA_70B, 4, 'bf16', 8192],
    GENERAL,
    [
      [0, 2.5, 51.955, 4207.896, { kvBlocksOf16: 30251 }],
      [1, 6, 54.427, 4624.547, { ttftP99Ms: 65.877, e2eP99Ms: 4936.284 }],
    ],
  ],
  [
    '61',
    [LLAMA_70B, 4, 'bf16', 2048],
    CODE,
    [
      [0, 5, 54.736, 4494.733, { kvBlocksOf16: 30425 }],
      [1, 10, 59.804, 5013.708, { ttftP99Ms: 72.142, e2eP99Ms: 5233.709 }],
    ],
  ],
  [
    '62',
    [NEMO, 2, 'bf16', 1024],
    GENERAL,
    [
      [0, 2.5, 22.004, 1497.473, { kvBlocksOf16: 48009 }],
      [1, 6, 21.561, 1549.27, { ttftP99Ms: 25.621, e2eP99Ms: 1607.207 }],
    ],
  ],
  [
    '63',
    [NEMO, 1, 'bf16', 2048],
    CODE,
    [
      [0, 5, 31.9, 2449.781, { kvBlocksOf16: 19251 }],
      [1, 10, 33.726, 2627.902, { ttftP99Ms: 40.742, e2eP99Ms: 2773.883 }],
    ],
  ],
  ['64', [QWEN_7B, 1, 'bf16', 2048], ROLES, [[0, 6, 26.716, 1771.8, { kvBlocksOf16: 65352 }]]],
  [
    '65',
    ['01-ai/Yi-34B', 2, 'bf16', 2048],
    GENERAL,
    [
      [0, 2.5, 46.648, 3780.217, { kvBlocksOf16: 20793 }],
      [1, 6, 47.12, 3939.479, { ttftP99Ms: 55.833, e2eP99Ms: 4083.341 }],
    ],
  ],
  ['66', [QWEN_7B, 1, 'bf16', 1024], REASONING, [[0, 1, 30.765, 10662.16, { kvBlocksOf16: 65368 }]]],
  ['67', [LLAMA_2_7B, 1, 'bf16', 2048], REASONING, [[0, 1, 55.096, 17062.127]]],
];

/** The open-loop part of the table. */
export function openLoopPart(): ReferencePart {
  const rows = EXPERIMENTS.flatMap(([experiment, server, load, stages]) =>
    stages.map(([stage, ratePerS, ttftMeanMs, e2eMeanMs, more = {}]) => {
      const [model, tensorParallel, format, batchedTokens] = server;
      const [beginningTokens, beginnings, questionTokens, promptsPerBeginning, outputTokens, stageS] = load;
      const cells = {
        stage,
        model,
        device: 'H100-SXM-80GB',
        tensor_parallel: tensorParallel,
        precision: format,
        engine: 'vLLM v1',
        max_num_seqs: 128,
        max_num_batched_tokens: batchedTokens,
        kv_blocks_of_16: more.kvBlocksOf16 ?? '',
        system_prompt_tokens: beginningTokens,
        distinct_system_prompts: beginnings,
        question_tokens: questionTokens,
        prompts_per_system_prompt: promptsPerBeginning,
        output_tokens: outputTokens,
        request_rate_per_s: ratePerS,
        duration_s: stageS,
        ttft_mean_ms: ttftMeanMs,
        ttft_p99_ms: more.ttftP99Ms ?? '',
        e2e_mean_ms: e2eMeanMs,
        e2e_p99_ms: more.e2eP99Ms ?? '',
      };
      return { source: source(experiment, stage), cells };
    }),
  );
  return { reader: openLoopServing, rows };
}
