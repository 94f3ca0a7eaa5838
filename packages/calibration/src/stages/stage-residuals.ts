/**
 * Log errors of a problem's rows at many points: predicts every case under the constants of each point.
 *
 * A figure that a prediction lacks, or that is not above 0, has no log error: the row reads NaN, which a fit leaves out when
 * that happens at its start and avoids afterwards.
 */

import type { MeasuredCase, Prediction } from '@infersim/accuracy';
import type { ResidualsAsync } from '../least-squares/fit-problem.js';
import { type ConstantSet, constantsOf, type FitParameter } from '../parameters/fit-parameter.js';
import type { StageRow } from './stage.js';

/** What the program says to cases under constants that replace the catalog's; answers may come in any order. */
export type Predict = (
  cases: readonly MeasuredCase[],
  constants: ConstantSet,
) => Promise<readonly Prediction[]> | readonly Prediction[];

/** ln(predicted / measured), or NaN. */
export function logError(predicted: number | undefined, measured: number): number {
  if (predicted === undefined || !(predicted > 0) || !(measured > 0)) return Number.NaN;
  const error = Math.log(predicted / measured);
  return Number.isFinite(error) ? error : Number.NaN;
}

/** Predictions by case id. */
export function predictionsById(predictions: readonly Prediction[]): ReadonlyMap<string, Prediction> {
  return new Map(predictions.map((prediction) => [prediction.caseId, prediction]));
}

/** Residuals of `rows` for points of `parameters` on top of `constants`. */
export function stageResiduals(
  cases: readonly MeasuredCase[],
  rows: readonly StageRow[],
  parameters: readonly FitParameter[],
  constants: ConstantSet,
  predict: Predict,
): ResidualsAsync {
  return (points) =>
    Promise.all(
      points.map(async (values) => {
        const answers = predictionsById(await predict(cases, { ...constants, ...constantsOf(parameters, values) }));
        return Float64Array.from(rows, ({ caseIndex, metric, measured }) =>
          logError(answers.get(cases[caseIndex]!.id)?.predicted[metric], measured),
        );
      }),
    );
}
