/**
 * What `accuracy` and `calibrate` ask of the program: predict rows, refit without a group, the built-in table. The commands do
 * the rest (flags, files, text, exit codes), so that they can be tried with a model made by hand.
 */

import type { ErrorBand, ErrorRow, LeaveOutKind, MeasuredCase, MeasuredTables, Prediction } from '@infersim/accuracy';
import type { ConstantSet } from '@infersim/calibration';

export interface PredictOptions {
  /** Worker threads. */
  readonly jobs: number;
  /** Values that replace the catalog's, by path; empty = the catalog as it is. */
  readonly constants: ConstantSet;
  /** Once aborted, calls reject as soon as they can. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Rows to leave out, and those that the fits without them are made on. */
export interface LeaveOutRows {
  readonly by: LeaveOutKind;
  /** All rows that were read: what is not predicted still tells about the constants. */
  readonly fitted: readonly MeasuredCase[];
  /** Rows to predict, each with the metrics wanted. */
  readonly predicted: readonly MeasuredCase[];
}

/** Predictions for the rows of one group, by constants that were fitted without it. */
export interface LeftOutPredictions {
  readonly group: string;
  readonly predictions: readonly Prediction[];
}

export interface AccuracyModel {
  /** The table that the product carries. */
  readonly referenceTables: () => Promise<MeasuredTables>;
  /** One prediction per case, in any order. */
  readonly predict: (cases: readonly MeasuredCase[], options: PredictOptions) => Promise<readonly Prediction[]>;
  /** Fits without each group in turn; groups that cannot be left out (the only one of their kind) are absent. */
  readonly predictLeftOut: (
    rows: LeaveOutRows,
    options: Omit<PredictOptions, 'constants'>,
  ) => Promise<readonly LeftOutPredictions[]>;
  /** Error bands of the rows, which are of `cases`; rows that have none are absent. */
  readonly bandsOf: (rows: readonly ErrorRow[], cases: readonly MeasuredCase[]) => readonly ErrorBand[];
  /** Ends what the model holds (threads); calls under way reject. */
  readonly close: () => Promise<void>;
}
