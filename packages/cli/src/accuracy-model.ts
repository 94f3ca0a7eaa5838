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
  readonly onProgress: (done: number, total: number) => void;
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
    cases: readonly MeasuredCase[],
    by: LeaveOutKind,
    options: PredictOptions,
  ) => Promise<readonly LeftOutPredictions[]>;
  /** Error bands of the rows; rows that have none are absent. */
  readonly bandsOf: (rows: readonly ErrorRow[]) => readonly ErrorBand[];
}
