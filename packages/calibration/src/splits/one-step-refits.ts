/**
 * Refits without a group of rows that need no new prediction: one Gauss-Newton step from the fit of all rows.
 *
 * With the residuals and the Jacobian at the full fit, the robust bounded problem of the remaining rows is solved with the
 * residuals as straight lines (linearised-step.ts: losses, priors and bounds as in the fit). A refit moves by d; the lines are
 * wrong by O(d^2), so the values agree with a full refit to second order. Good for leaving a family out of an engine's fit,
 * where constants move by a few per cent; where a group alone determines a constant, the move is large and the prior takes over.
 */

import { CalibrationError } from '../calibration-error.js';
import type { Jacobian } from '../least-squares/fit-problem.js';
import { linearisedStep } from '../least-squares/linearised-step.js';
import type { LossKind } from '../least-squares/robust-loss.js';
import { DEFAULT_ROBUST_SCALE, priorsOf } from '../least-squares/trust-region.js';
import {
  type ConstantSet,
  constantsOf,
  coordinateOf,
  type FitParameter,
  valuesAt,
} from '../parameters/fit-parameter.js';

/** The full fit (a `FitResult` will do) and which rows are left out together. */
export interface OneStepProblem {
  readonly parameters: readonly FitParameter[];
  readonly values: ArrayLike<number>;
  readonly jacobian: Jacobian;
  readonly residuals: Float64Array;
  /** Absent = 1. */
  readonly weights?: ArrayLike<number>;
  readonly robustScale?: number;
  readonly loss?: LossKind;
  /** Group of each row. */
  readonly groups: readonly string[];
}

/** Constants as a refit without one group would give them. */
export interface OneStepRefit {
  readonly group: string;
  readonly rows: number;
  readonly values: Float64Array;
  readonly constants: ConstantSet;
  /** Residuals of all rows along the lines at the refit, the left-out ones included. */
  readonly residuals: Float64Array;
}

/** One refit per distinct group, in the order of first appearance. Throws `CALIBRATION_ROWS` when rows do not match. */
export function oneStepRefits(problem: OneStepProblem): readonly OneStepRefit[] {
  const { parameters, jacobian, residuals, groups } = problem;
  if (groups.length !== jacobian.rows || residuals.length !== jacobian.rows) {
    const given = `${groups.length} groups, ${residuals.length} residuals, ${jacobian.rows} Jacobian rows`;
    throw new CalibrationError('CALIBRATION_ROWS', 'one-step refits', given, 'the same number of each');
  }
  const point = Float64Array.from(parameters, (p, k) => coordinateOf(p, problem.values[k]!));
  const { centres, precisions } = priorsOf(parameters);
  return [...new Set(groups)].map((group) => {
    const weights = Float64Array.from(groups, (g, i) => (g === group ? 0 : (problem.weights?.[i] ?? 1)));
    const step = linearisedStep({
      jacobian,
      residuals: residuals.map((r) => (Number.isFinite(r) ? r : 0)),
      weights,
      robustScale: problem.robustScale ?? DEFAULT_ROBUST_SCALE,
      loss: problem.loss ?? 'soft-l1',
      priorOffsets: point.map((u, k) => u - centres[k]!),
      priorPrecisions: precisions,
      low: Float64Array.from(parameters, (p, k) => coordinateOf(p, p.low) - point[k]!),
      high: Float64Array.from(parameters, (p, k) => coordinateOf(p, p.high) - point[k]!),
    });
    const moved = point.map((u, k) => u + step[k]!);
    const values = valuesAt(parameters, moved);
    return {
      group,
      rows: groups.filter((g) => g === group).length,
      values,
      constants: constantsOf(parameters, values),
      residuals: movedResiduals(jacobian, residuals, step),
    };
  });
}

function movedResiduals(jacobian: Jacobian, residuals: Float64Array, step: Float64Array): Float64Array {
  return residuals.map((r, i) => {
    let moved = r;
    for (let k = 0; k < step.length; k++) moved += jacobian.values[i * jacobian.columns + k]! * step[k]!;
    return moved;
  });
}
