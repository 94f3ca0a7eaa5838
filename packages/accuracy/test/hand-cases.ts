/** Cases and predictions made by hand: round numbers, so that every error can be worked out in the head. */

import type { MeasuredCase, MeasuredTables, MetricName, Prediction } from '../src/cases/measured-case.js';

export type Figures = Readonly<Partial<Record<MetricName, number>>>;

/** A closed-loop case on an H100; anything can be set. */
export function handCase(line: number, measured: Figures, parts: Partial<MeasuredCase> = {}): MeasuredCase {
  const file = parts.file ?? 'runs.csv';
  return {
    id: `${file}:${line}`,
    file,
    line,
    dataset: 'fixed-concurrency-serving',
    source: 'Lab A',
    deviceId: 'h100-sxm',
    deviceName: 'H100',
    modelId: 'qwen3-32b',
    engineId: 'vllm',
    family: 'qwen3-dense',
    isMoe: false,
    precision: { weights: 'fp16' },
    parallelism: { tp: 2, pp: 1, dpAttention: 1, ep: 1 },
    peerAccess: true,
    options: {},
    run: {
      kind: 'closed-loop',
      users: 16,
      promptTokens: { low: 800, high: 1000 },
      outputTokens: { low: 800, high: 1000 },
      staggerS: 0.005,
    },
    measured,
    ...parts,
  };
}

/** A stage of an open-loop test. */
export function openLoopCase(line: number, measured: Figures, isWarm: boolean): MeasuredCase {
  return handCase(line, measured, {
    file: 'open.csv',
    dataset: 'open-loop-serving',
    run: {
      kind: 'open-loop',
      ratePerS: 2,
      durationS: 600,
      sharedPrompts: 9,
      sharedPromptTokens: 100,
      promptsPerShared: 5,
      questionTokens: 447,
      outputTokens: 248,
      warm: isWarm,
    },
  });
}

/** A matrix product. */
export function gemmCase(line: number, measuredMs: number, dtype: 'fp16' | 'fp8' | 'fp4'): MeasuredCase {
  return handCase(
    line,
    { kernel_ms: measuredMs },
    {
      file: 'kernels.csv',
      dataset: 'kernels',
      modelId: '',
      engineId: '',
      family: `gemm ${dtype}`,
      run: { kind: 'gemm', m: 16, n: 4096, k: 4096, dtype, blockScaled: false },
    },
  );
}

export function said(measuredCase: MeasuredCase, predicted: Figures): Prediction {
  return { caseId: measuredCase.id, predicted, failure: '' };
}

export function tablesOf(cases: readonly MeasuredCase[], problems: MeasuredTables['problems'] = []): MeasuredTables {
  const files = [...new Set(cases.map((item) => item.file))].map((file) => {
    const n = cases.filter((item) => item.file === file).length;
    return { file, rows: n + problems.filter((problem) => problem.file === file).length, cases: n };
  });
  return { cases, problems, files };
}
