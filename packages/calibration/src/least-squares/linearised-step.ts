/**
 * The robust bounded least-squares problem with the residuals taken as straight lines: r(u + d) = r + J d.
 *
 * Minimises sum_i w_i rho((r_i + (J d)_i)/s) + sum_k ((p_k + d_k)/sigma_k)^2 over low <= d <= high with the library's
 * Levenberg-Marquardt, which is given sqrt(w rho) and exact derivatives. Columns are scaled to unit length first because the
 * library adds the same damping to each. The library clamps to bounds but keeps pushing against them, so coordinates that
 * end on a wall are fixed there and the rest is solved again. No simulation runs here: this is the cheap half of a fit, and
 * the whole of a refit without a few rows.
 */

import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import type { Jacobian } from './fit-problem.js';
import { type LossKind, lossAt, lossRoot, lossRootSlope } from './robust-loss.js';

/** Residuals as lines in the step `d`, and what bounds and priors say about `d`. */
export interface LinearisedProblem {
  readonly jacobian: Jacobian;
  readonly residuals: Float64Array;
  readonly weights: ArrayLike<number>;
  readonly robustScale: number;
  readonly loss: LossKind;
  /** Coordinate minus prior, per parameter. */
  readonly priorOffsets: Float64Array;
  /** 1 / sigma^2 per parameter; 0 = no prior. */
  readonly priorPrecisions: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const ROUNDS = 30;

/** Cost of the lines at step `d`. */
export function linearisedCost(problem: LinearisedProblem, d: Float64Array): number {
  const { jacobian, residuals, weights, robustScale, loss, priorOffsets, priorPrecisions } = problem;
  let cost = 0;
  for (let i = 0; i < jacobian.rows; i++) {
    const weight = weights[i]!;
    if (weight > 0) cost += weight * lossAt(loss, lineAt(jacobian, residuals[i]!, i, d) / robustScale);
  }
  for (let k = 0; k < jacobian.columns; k++) cost += priorPrecisions[k]! * (priorOffsets[k]! + d[k]!) ** 2;
  return cost;
}

function lineAt(jacobian: Jacobian, residual: number, row: number, d: Float64Array): number {
  let r = residual;
  const at = row * jacobian.columns;
  for (let k = 0; k < jacobian.columns; k++) r += jacobian.values[at + k]! * d[k]!;
  return r;
}

/** The step that minimises the lines' cost within the box; coordinates that nothing depends on stay where they are. */
export function linearisedStep(problem: LinearisedProblem): Float64Array {
  const { columns } = problem.jacobian;
  const lengths = columnLengths(problem);
  const step = new Float64Array(columns);
  let free = Array.from({ length: columns }, (_, k) => k).filter(
    (k) => lengths[k]! > 0 && problem.high[k]! > problem.low[k]!,
  );
  while (free.length > 0) {
    solveFree(problem, free, lengths, step);
    const inside = free.filter((k) => step[k]! > problem.low[k]! && step[k]! < problem.high[k]!);
    if (inside.length === free.length) break;
    free = inside;
  }
  return step;
}

/** Moves the free coordinates of `step` to the best place with the others where they are. */
function solveFree(
  problem: LinearisedProblem,
  free: readonly number[],
  lengths: Float64Array,
  step: Float64Array,
): void {
  const { jacobian, weights, robustScale, loss, priorOffsets, priorPrecisions } = problem;
  const rows = countedRows(weights, jacobian.rows);
  const priors = free.filter((k) => priorPrecisions[k]! > 0);
  const roots = new Float64Array(rows.length + priors.length);
  const slopes = new Float64Array(rows.length);
  const moved = step.slice();

  const place = (scaled: readonly number[]): void => {
    for (let f = 0; f < free.length; f++) moved[free[f]!] = scaled[f]! / lengths[free[f]!]!;
    for (let n = 0; n < rows.length; n++) {
      const i = rows[n]!;
      const z = lineAt(jacobian, problem.residuals[i]!, i, moved) / robustScale;
      const root = Math.sqrt(weights[i]!);
      roots[n] = root * lossRoot(loss, z);
      slopes[n] = (root * lossRootSlope(loss, z)) / robustScale;
    }
    for (let n = 0; n < priors.length; n++) {
      const k = priors[n]!;
      roots[rows.length + n] = Math.sqrt(priorPrecisions[k]!) * (priorOffsets[k]! + moved[k]!);
    }
  };
  const partials = (n: number): number[] => {
    if (n >= rows.length) {
      const k = priors[n - rows.length]!;
      return free.map((f) => (f === k ? Math.sqrt(priorPrecisions[k]!) / lengths[k]! : 0));
    }
    const at = rows[n]! * jacobian.columns;
    return free.map((k) => (slopes[n]! * jacobian.values[at + k]!) / lengths[k]!);
  };

  // The library wants two rows or more; a row of zeros changes nothing.
  const count = Math.max(2, roots.length);
  const startCost = linearisedCost(problem, step);
  const solution = levenbergMarquardt(
    { x: Array.from({ length: count }, (_, n) => n), y: new Float64Array(count) },
    (scaled) => {
      place(scaled);
      return (n) => roots[n] ?? 0;
    },
    {
      initialValues: free.map((k) => step[k]! * lengths[k]!),
      minValues: free.map((k) => problem.low[k]! * lengths[k]!),
      maxValues: free.map((k) => problem.high[k]! * lengths[k]!),
      jacobianFunction: (scaled) => {
        place(scaled);
        return (n) => (n < roots.length ? partials(n) : free.map(() => 0));
      },
      damping: 1e-3,
      maxIterations: ROUNDS,
      errorTolerance: 1e-14 * startCost,
    },
  );
  for (let f = 0; f < free.length; f++) {
    const k = free[f]!;
    const d = solution.parameterValues[f]! / lengths[k]!;
    step[k] = Math.min(problem.high[k]!, Math.max(problem.low[k]!, d));
  }
}

function countedRows(weights: ArrayLike<number>, rows: number): number[] {
  return Array.from({ length: rows }, (_, i) => i).filter((i) => weights[i]! > 0);
}

/** Length of each column of the weighted problem, priors included: sqrt of the diagonal of its normal matrix. */
function columnLengths(problem: LinearisedProblem): Float64Array {
  const { jacobian, residuals, weights, robustScale, loss, priorPrecisions } = problem;
  const squares = priorPrecisions.slice();
  for (let i = 0; i < jacobian.rows; i++) {
    if (!(weights[i]! > 0)) continue;
    const slope = lossRootSlope(loss, residuals[i]! / robustScale) / robustScale;
    for (let k = 0; k < jacobian.columns; k++) {
      squares[k] = squares[k]! + weights[i]! * (slope * jacobian.values[i * jacobian.columns + k]!) ** 2;
    }
  }
  return squares.map(Math.sqrt);
}
