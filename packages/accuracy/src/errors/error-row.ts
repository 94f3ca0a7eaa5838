/**
 * How far a prediction is from a measurement: one row per measured run and metric.
 *
 * The signed error is predicted / measured - 1, so +0.1 reads "predicts a tenth too much" whatever the unit; the absolute
 * error is its size. Nothing is dropped on the way: a figure that has no error (the run failed in the program, the metric was
 * not predicted, the measured value is not positive) comes back as an `UncomparedFigure` with its reason.
 *
 * Units: errors are fractions; `measured` and `predicted` are in the unit that the metric's name ends in.
 */

import type { Precision } from '@infersim/catalog';
import type { CaseRun, DatasetId, MeasuredCase, MetricName, Prediction } from '../cases/measured-case.js';
import { precisionText } from './precision-text.js';

/** What is taken out of a fit as a whole, so that the error on it is that of something never seen. */
export type LeaveOutKind = 'model-family' | 'device';

/** Every kind of group that can be left out. */
export const LEAVE_OUT_KINDS: readonly LeaveOutKind[] = ['model-family', 'device'];

/** With which constants predictions were made: fitted on all rows, or on all rows but those of one group. */
export type Split =
  | { readonly kind: 'in-sample' }
  | { readonly kind: 'left-out'; readonly by: LeaveOutKind; readonly group: string };

/** The constants in the catalog, fitted on everything. */
export const IN_SAMPLE: Split = { kind: 'in-sample' };

/** One compared figure. */
export interface ErrorRow {
  readonly caseId: string;
  readonly file: string;
  readonly line: number;
  readonly dataset: DatasetId;
  readonly source: string;
  readonly deviceId: string;
  /** Empty for kernels, like `engineId`. */
  readonly modelId: string;
  readonly family: string;
  readonly isMoe: boolean;
  /** As `precisionText` says it, e.g. `fp8 block`. */
  readonly precision: string;
  readonly engineId: string;
  /** Devices of one replica. */
  readonly deviceCount: number;
  readonly runKind: CaseRun['kind'];
  /** False only for the first, cold stage of an open-loop test. */
  readonly isWarm: boolean;
  /** Operands of a matrix product, KV cache of an attention kernel; empty for everything else. */
  readonly kernelFormat: Precision | '';
  readonly metric: MetricName;
  readonly measured: number;
  readonly predicted: number;
  /** predicted / measured - 1. */
  readonly signedError: number;
  readonly absError: number;
  /** Why the row is in no headline; empty for most. */
  readonly setAside: string;
  readonly split: Split;
}

/** A measured figure without an error, and why. `metric` is empty when the whole case has none. */
export interface UncomparedFigure {
  readonly caseId: string;
  readonly file: string;
  readonly line: number;
  readonly metric: MetricName | '';
  readonly reason: string;
}

/** Compared and uncompared figures of some cases, in the order of the cases. */
export interface ErrorRows {
  readonly rows: readonly ErrorRow[];
  readonly uncompared: readonly UncomparedFigure[];
}

/**
 * The errors of `predictions` on `cases`. Cases and predictions meet by case id, whatever their order; a case without a
 * prediction is named as uncompared. Throws on two predictions for one case and on a prediction for no case: both are
 * mistakes of the caller.
 */
export function errorRows(
  cases: readonly MeasuredCase[],
  predictions: readonly Prediction[],
  split: Split = IN_SAMPLE,
): ErrorRows {
  const byCase = new Map<string, Prediction>();
  for (const prediction of predictions) {
    if (byCase.has(prediction.caseId)) throw new RangeError(`two predictions for case ${prediction.caseId}`);
    byCase.set(prediction.caseId, prediction);
  }
  const rows: ErrorRow[] = [];
  const uncompared: UncomparedFigure[] = [];
  for (const measuredCase of cases) {
    const prediction = byCase.get(measuredCase.id);
    byCase.delete(measuredCase.id);
    const place = { caseId: measuredCase.id, file: measuredCase.file, line: measuredCase.line };
    if (prediction === undefined || prediction.failure !== '') {
      uncompared.push({ ...place, metric: '', reason: prediction?.failure ?? 'no prediction was made' });
      continue;
    }
    for (const [name, measured] of Object.entries(measuredCase.measured)) {
      const metric = name as MetricName;
      const predicted = prediction.predicted[metric];
      const reason = whyUncompared(measured, predicted);
      if (reason !== '') uncompared.push({ ...place, metric, reason });
      else rows.push(errorRow(measuredCase, metric, measured, predicted!, split));
    }
  }
  const [stray] = byCase.keys();
  if (stray !== undefined) throw new RangeError(`a prediction for ${stray}, which is no case`);
  return { rows, uncompared };
}

function whyUncompared(measured: number, predicted: number | undefined): string {
  if (!(Number.isFinite(measured) && measured > 0)) return `the measured value ${measured} is not a positive number`;
  if (predicted === undefined) return 'the metric was not predicted';
  if (!(Number.isFinite(predicted) && predicted >= 0)) return `the predicted value is ${predicted}`;
  return '';
}

function errorRow(
  measuredCase: MeasuredCase,
  metric: MetricName,
  measured: number,
  predicted: number,
  split: Split,
): ErrorRow {
  const { run, parallelism } = measuredCase;
  const signedError = predicted / measured - 1;
  return {
    caseId: measuredCase.id,
    file: measuredCase.file,
    line: measuredCase.line,
    dataset: measuredCase.dataset,
    source: measuredCase.source,
    deviceId: measuredCase.deviceId,
    modelId: measuredCase.modelId,
    family: measuredCase.family,
    isMoe: measuredCase.isMoe,
    precision: precisionText(measuredCase),
    engineId: measuredCase.engineId,
    deviceCount: parallelism.tp * parallelism.pp * parallelism.dpAttention,
    runKind: run.kind,
    isWarm: run.kind !== 'open-loop' || run.warm,
    kernelFormat: kernelFormat(run),
    metric,
    measured,
    predicted,
    signedError,
    absError: Math.abs(signedError),
    setAside: measuredCase.setAside ?? '',
    split,
  };
}

function kernelFormat(run: CaseRun): Precision | '' {
  switch (run.kind) {
    case 'gemm':
      return run.dtype;
    case 'decode-attention':
    case 'prefill-attention':
      return run.kv;
    default:
      return '';
  }
}

/** Whether a row is of a single kernel or a link or memory test, not of a model that ran. */
export function isKernelRow(row: ErrorRow): boolean {
  switch (row.runKind) {
    case 'gemm':
    case 'decode-attention':
    case 'prefill-attention':
    case 'collective':
    case 'memory-copy':
      return true;
    default:
      return false;
  }
}
