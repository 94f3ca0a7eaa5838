/** Errors of predictions before and after a fit, metric by metric, and the cases that could not be predicted. */

import type { MeasuredCase, MetricName, Prediction } from '@infersim/accuracy';
import { isKernelCase, STAGES, stageOf } from '../stages/stage.js';
import { type ErrorSummary, errorSummaries, errorSummary } from './error-summary.js';

/** Errors of one metric on one side of the split; of kernels, each operation apart. */
export interface MetricErrors {
  readonly metric: MetricName;
  /** Operation that was timed (`gemm fp8`); empty for whole runs. */
  readonly operation: string;
  readonly before: ErrorSummary;
  readonly after: ErrorSummary;
}

/** Predictions by case id, with the constants before and after a fit. */
export interface Comparison {
  readonly before: ReadonlyMap<string, Prediction>;
  readonly after: ReadonlyMap<string, Prediction>;
}

function pairsOf(cases: readonly MeasuredCase[], predictions: Comparison['before']) {
  return cases.flatMap(({ id, measured, run, family }) =>
    (Object.entries(measured) as [MetricName, number][]).map(([metric, value]) => ({
      metric,
      operation: isKernelCase(run) ? family : '',
      measured: value,
      predicted: predictions.get(id)?.predicted[metric] ?? Number.NaN,
    })),
  );
}

/** Errors by metric, in the order of the stages, then of first appearance. */
export function metricErrors(cases: readonly MeasuredCase[], comparison: Comparison): readonly MetricErrors[] {
  const pairs = pairsOf(cases, comparison.before);
  const keyOf = ({ metric, operation }: { metric: string; operation: string }): string => `${metric} ${operation}`;
  const before = errorSummaries(pairs, keyOf);
  const after = errorSummaries(pairsOf(cases, comparison.after), keyOf);
  const kinds = [...new Map(pairs.map((pair) => [keyOf(pair), pair])).values()];
  kinds.sort((a, b) => STAGES.indexOf(stageOf(a.metric)) - STAGES.indexOf(stageOf(b.metric)));
  return kinds.map((kind) => ({
    metric: kind.metric,
    operation: kind.operation,
    before: before.get(keyOf(kind))!,
    after: after.get(keyOf(kind))!,
  }));
}

/** Errors of all metrics together. */
export function overallErrors(
  cases: readonly MeasuredCase[],
  comparison: Comparison,
): { readonly before: ErrorSummary; readonly after: ErrorSummary } {
  return {
    before: errorSummary(pairsOf(cases, comparison.before)),
    after: errorSummary(pairsOf(cases, comparison.after)),
  };
}

/** Cases that one of the predictions lacks, and why. */
export function failuresOf(
  cases: readonly MeasuredCase[],
  comparison: Comparison,
): readonly { readonly caseId: string; readonly failure: string }[] {
  return cases.flatMap(({ id }) => {
    const answers = [comparison.before.get(id), comparison.after.get(id)];
    const failure = answers.map((answer) => answer?.failure ?? 'no prediction').find((text) => text !== '');
    return failure === undefined ? [] : [{ caseId: id, failure }];
  });
}
