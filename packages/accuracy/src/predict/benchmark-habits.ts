/**
 * What benchmarks do for all their rows alike and their tables do not say: how many requests a client sends, how many an
 * offline run queues, which token budget a laboratory's servers ran with, how long the prompts of a named task are.
 *
 * These are facts about the measuring, not about devices or models: one value per benchmark. Units: requests, tokens.
 */

import { findDevice } from '@infersim/catalog';
import type { CaseParallelism, LengthRange, MeasuredCase } from '../cases/measured-case.js';

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

/** Whether the lengths of this task's prompts are known. */
export function isKnownTask(task: string): boolean {
  return Object.hasOwn(TASKS, task);
}

/** Lengths of a task by name; an unknown one, whose cases are set aside, is taken as chat. */
export function taskLengths(task: string): TaskLengths {
  return TASKS[task] ?? TASKS['lm-arena-chat']!;
}

/** A range as the scenario's length: a number, or a uniform law over whole tokens. */
export function lengthLaw(range: LengthRange): unknown {
  return range.low === range.high ? range.low : { dist: 'uniform-whole', min: range.low, max: range.high };
}

/** What a benchmark sets alike and its table does not state; absent = the engine's default, or the table's word. */
export interface UnstatedOptions {
  readonly kv?: 'fp8';
  /** Greedy decoding, whatever the model's generation settings ask for. */
  readonly sampling?: 'greedy';
  readonly gpuMemoryUtilization?: number;
  readonly maxNumBatchedTokens?: number;
  readonly parallelism?: CaseParallelism;
  /** The model as it was run, by a catalog id. */
  readonly modelId?: string;
}

/** What is known about how the benchmark of a case was run beside its table. */
export function unstatedOptions(measured: MeasuredCase): UnstatedOptions {
  switch (measured.dataset) {
    case 'fixed-concurrency-serving':
      return closedLoopOptions(measured);
    case 'offline-throughput':
      return measured.engineId.startsWith('trtllm') ? trtllmBenchOptions(measured) : {};
    default:
      return {};
  }
}

/**
 * What the closed-loop collections leave unsaid. InferenceX serves on Blackwell with an FP8 KV cache and 95 % of the memory:
 * with the defaults, runs of 64 to 256 users at 8k tokens would queue for seconds where they did not. InferenceX decodes
 * greedily.
 *
 * The NVIDIA-internal runs of vLLM behave like a step budget of 2,048 tokens: with 8,192 their first tokens would come in
 * cohorts that are not there. Those of TensorRT-LLM behave like prompt length plus 1,500, the rule by which its configurator
 * sets `max_num_tokens`: with 2,048, 128 users at 4,096 tokens would wait six times as long as they did. Those of SGLang
 * behave like its default. TensorRT-LLM does not read a model's generation settings and decodes greedily unless asked.
 */
function closedLoopOptions({ source, deviceId, engineId, run }: MeasuredCase): UnstatedOptions {
  if (/inferencex/i.test(source)) {
    const isBlackwell = findDevice(deviceId)?.peakFlops.fp4 !== undefined;
    return { sampling: 'greedy', ...(isBlackwell ? { kv: 'fp8', gpuMemoryUtilization: 0.95 } : {}) };
  }
  if (!/nvidia/i.test(source) || run.kind !== 'closed-loop' || engineId === 'sglang') return {};
  if (!engineId.startsWith('trtllm')) return { maxNumBatchedTokens: 2048 };
  return { sampling: 'greedy', maxNumBatchedTokens: run.promptTokens.high + CONFIGURED_BESIDE_PROMPT };
}

/** Tokens that the configurator of TensorRT-LLM adds to the prompt for a step's budget. */
const CONFIGURED_BESIDE_PROMPT = 1500;

/** Models whose window `trtllm-bench` does not set, by the same shapes without one. */
const WITHOUT_WINDOW: Readonly<Record<string, string>> = { 'mistral-7b-v0.1': 'mistral-7b-v0.3' };

/**
 * `trtllm-bench` for the published overview decodes greedily. The PyTorch backend got 95 % of the free memory for KV. A compiled engine attends
 * over the whole context unless a window is set at run time, which the benchmark has no option for. Expert models of the PyTorch
 * backend on several devices ran data-parallel attention with the experts spread (the overview's "DEP"), also where the table
 * speaks of tensor parallelism: on eight cards the all-reduces of the rates it states would take more than PCIe carries.
 * Compiled engines are taken at the table's word.
 */
function trtllmBenchOptions({ engineId, isMoe, modelId, parallelism }: MeasuredCase): UnstatedOptions {
  const withoutWindow = WITHOUT_WINDOW[modelId];
  const { tp, pp, dpAttention } = parallelism;
  const isPyTorch = engineId === 'trtllm';
  return {
    sampling: 'greedy',
    ...(isPyTorch ? { gpuMemoryUtilization: 0.95 } : {}),
    ...(withoutWindow === undefined ? {} : { modelId: withoutWindow }),
    ...(isPyTorch && isMoe && tp > 1 && dpAttention === 1
      ? { parallelism: { tp: 1, pp, dpAttention: tp, ep: tp } }
      : {}),
  };
}
