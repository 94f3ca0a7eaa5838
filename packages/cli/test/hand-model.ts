/** A model made by hand for `accuracy` and `calibrate`: two cases, and predictions that are off by a factor. */

import type { MeasuredCase, MeasuredTables, Prediction } from '@infersim/accuracy';
import type { AccuracyModel } from '../src/accuracy-model.js';
import type { Terminal } from '../src/terminal.js';

export function handCase(line: number, tpotMs: number, deviceId = 'h100-sxm'): MeasuredCase {
  return {
    id: `runs.csv:${line}`,
    file: 'runs.csv',
    line,
    dataset: 'fixed-concurrency-serving',
    source: 'Lab A',
    deviceId,
    deviceName: deviceId,
    modelId: 'qwen3-32b',
    engineId: 'vllm',
    family: 'qwen3-dense',
    isMoe: false,
    precision: { weights: 'fp16' },
    parallelism: { tp: 1, pp: 1, dpAttention: 1, ep: 1 },
    peerAccess: true,
    options: {},
    run: {
      kind: 'closed-loop',
      users: 4,
      promptTokens: { low: 100, high: 100 },
      outputTokens: { low: 100, high: 100 },
      staggerS: 0,
    },
    measured: { tpot_mean_ms: tpotMs, ttft_mean_ms: 100 },
  };
}

export const TABLES: MeasuredTables = {
  cases: [handCase(2, 10), handCase(3, 20, 'b200-sxm')],
  problems: [
    {
      file: 'runs.csv',
      line: 4,
      column: 'device',
      code: 'ROW_DEVICE',
      message: 'unknown device',
      given: 'abacus',
      allowed: 'ids of the catalog',
    },
  ],
  files: [{ file: 'runs.csv', rows: 3, cases: 2 }],
};

/** Predicts TPOT `factor` times what was measured, TTFT as measured; 10 % more where the family was left out. */
export function handModel(factor: number, tables: MeasuredTables = TABLES): AccuracyModel {
  const predict = (cases: readonly MeasuredCase[], by: number): Prediction[] =>
    cases.map(({ id, measured }) => ({
      caseId: id,
      failure: '',
      predicted: Object.fromEntries(
        Object.entries(measured).map(([name, value]) => [name, name === 'tpot_mean_ms' ? by * value : value]),
      ),
    }));
  return {
    referenceTables: async () => tables,
    predict: async (cases, { onProgress }) => {
      onProgress(cases.length, cases.length);
      return predict(cases, factor);
    },
    predictLeftOut: async ({ predicted }) => [{ group: 'qwen3-dense', predictions: predict(predicted, 1.1 * factor) }],
    bandsOf: (rows) => rows.map(({ caseId, metric }) => ({ caseId, metric, lowFactor: 0.9, highFactor: 1.1 })),
    close: async () => undefined,
  };
}

/** A table of fixed-concurrency runs on an H100 and a B200, and a row on a device that nobody knows. */
export const CSV = `family,measured_date,device,tensor_parallel,model,precision,engine,engine_version,isl,osl,concurrency,ttft_ms,tpot_ms
lab,2026-04-22,h100_sxm,1,Qwen/Qwen3-32B,bf16,vllm,0.19.0,1024,1024,8,100,20
lab,2026-04-22,b200_sxm,1,Qwen/Qwen3-32B,bf16,vllm,0.19.0,1024,1024,8,50,10
lab,2026-04-22,abacus,1,Qwen/Qwen3-32B,bf16,vllm,0.19.0,1024,1024,8,50,10
`;

/** A result of `vllm bench serve`: four users, ten requests. */
export const BENCH_JSON = JSON.stringify({
  date: '20260422-101500',
  backend: 'vllm',
  model_id: 'Qwen/Qwen3-32B',
  request_rate: 'inf',
  max_concurrency: 4,
  num_prompts: 10,
  completed: 10,
  duration: 20,
  total_input_tokens: 1000,
  total_output_tokens: 1000,
  request_throughput: 0.5,
  mean_ttft_ms: 80,
  mean_tpot_ms: 12,
});

/** A terminal that keeps what it is told. */
export function capturedTerminal(): { terminal: Terminal; out: () => string; err: () => string } {
  let out = '';
  let err = '';
  return {
    terminal: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      outColor: false,
      errColor: false,
      errIsTty: false,
      ascii: true,
      columns: 80,
    },
    out: () => out,
    err: () => err,
  };
}
