/**
 * What benchmarks do for all their rows alike and their tables do not say: how many requests a client sends, how many an
 * offline run queues, which token budget a laboratory's servers ran with, how long the prompts of a named task are.
 *
 * These are facts about the measuring, not about devices or models: one value per benchmark. Units: requests, tokens.
 */

import { findDevice } from '@infersim/catalog';
import type { LengthRange, MeasuredCase } from '../cases/measured-case.js';

/** Requests of a closed-loop run per user: InferenceX and aiperf send ten times the concurrency. */
export const REQUESTS_PER_USER = 10;

/** Requests that `trtllm-bench` queues for the lengths of its published overview; the rest use the last row. */
const OFFLINE_REQUESTS: readonly (readonly [promptTokens: number, outputTokens: number, requests: number])[] = [
  [128, 128, 30_000],
  [128, 2048, 3000],
  [128, 4096, 1500],
  [500, 2000, 3000],
  [1000, 1000, 3000],
  [1000, 2000, 1500],
  [1024, 2048, 1500],
  [2048, 128, 3000],
  [2048, 2048, 1500],
  [5000, 500, 1500],
  [20_000, 2000, 1000],
];
const OTHER_OFFLINE_REQUESTS = 1500;

/** Requests of an offline run with these lengths. */
export function offlineRequests(promptTokens: number, outputTokens: number): number {
  const row = OFFLINE_REQUESTS.find(([prompt, output]) => prompt === promptTokens && output === outputTokens);
  return row?.[2] ?? OTHER_OFFLINE_REQUESTS;
}

/** Lengths of one task, of which the measured table states the mean output only. */
export interface TaskLengths {
  readonly promptTokens: number;
  readonly promptCv: number;
  readonly outputCv: number;
}

/** ML.ENERGY: single-turn chats, and multiple-choice science questions answered with long reasoning. */
const TASKS: Readonly<Record<string, TaskLengths>> = {
  'lm-arena-chat': { promptTokens: 375, promptCv: 1.5, outputCv: 0.83 },
  gpqa: { promptTokens: 320, promptCv: 0.5, outputCv: 0.41 },
};

/** Lengths of a task by name; an unknown one is taken as chat. */
export function taskLengths(task: string): TaskLengths {
  return TASKS[task] ?? TASKS['lm-arena-chat']!;
}

/** A range as the scenario's length: a number, or a uniform law over whole tokens. */
export function lengthLaw(range: LengthRange): unknown {
  return range.low === range.high ? range.low : { dist: 'uniform-whole', min: range.low, max: range.high };
}

/** Options of a server that a benchmark sets alike and its table does not state; absent = the engine's default. */
export interface UnstatedOptions {
  readonly kv?: 'fp8';
  /** Greedy decoding, whatever the model's generation settings ask for. */
  readonly sampling?: 'greedy';
  readonly gpuMemoryUtilization?: number;
  readonly maxNumBatchedTokens?: number;
}

/**
 * What the closed-loop collections leave unsaid. InferenceX serves on Blackwell with an FP8 KV cache and 95 % of the memory:
 * with the defaults, runs of 64 to 256 users at 8k tokens would queue for seconds where they did not. The NVIDIA-internal
 * runs behave like a step budget of 2,048 tokens: with 8,192 their first tokens would come in cohorts that are not there.
 * InferenceX and the TensorRT-LLM benchmarks decode greedily.
 */
export function unstatedOptions({ dataset, source, deviceId }: MeasuredCase): UnstatedOptions {
  if (dataset === 'offline-throughput' || dataset === 'static-batch') return { sampling: 'greedy' };
  if (dataset !== 'fixed-concurrency-serving') return {};
  if (/inferencex/i.test(source)) {
    const isBlackwell = findDevice(deviceId)?.peakFlops.fp4 !== undefined;
    return { sampling: 'greedy', ...(isBlackwell ? { kv: 'fp8', gpuMemoryUtilization: 0.95 } : {}) };
  }
  return /nvidia/i.test(source) ? { maxNumBatchedTokens: 2048 } : {};
}
