/**
 * What the rows know about each constant, from the Jacobian at the end of a fit.
 *
 * Rows alone:   Cov_d = sigma^2 (sum_i w_i J_i J_i')^-1, with sigma of a robust fit (Huber 1981, 7.6):
 *               sigma^2 = s^2 [sum w psi^2 / (n - p)] / [sum w psi' / n]^2, n = sum w, psi = z rho'(z^2), z = r/s,
 *               shrunk towards s^2 by one row's worth, so that three rows do not claim to know a constant exactly.
 * With priors:  Cov = (Cov_d^-1 + diag(1/sigma_k^2))^-1.
 *
 * All in coordinates: on a log scale a standard error of 0.05 is five per cent. Correlations are those of the estimates from
 * the rows alone: for two constants they equal the cosine of their Jacobian columns, for more they also see that three
 * constants together do what one does. Rows are taken as independent; errors that a whole family of rows shares make the
 * truth worse than this says.
 */

import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import type { FitResult } from '../least-squares/fit-problem.js';
import { lossCurvature, lossWeight } from '../least-squares/robust-loss.js';
import { priorsOf } from '../least-squares/trust-region.js';

/** What the rows of a fit know. Arrays are in the order of the fit's parameters, in coordinates. */
export interface Information {
  /** Log error of one row beside the fit. */
  readonly noise: number;
  /** Rows that count minus constants they inform, plus the one that the prior on the noise stands for. */
  readonly degreesOfFreedom: number;
  /** Standard error with priors; for what no row depends on, the prior's (Infinity without one). */
  readonly standardErrors: Float64Array;
  /** Standard error from the rows alone, Infinity for what no row depends on. */
  readonly dataErrors: Float64Array;
  /** Standard error from the rows if all other constants were known. */
  readonly aloneErrors: Float64Array;
  /** Row-major, 1 on the diagonal, 0 for what no row depends on. */
  readonly correlations: Float64Array;
  /** Largest over smallest singular value of the Jacobian with columns of unit length; 1 = independent constants. */
  readonly conditionNumber: number;
}

/** Keeps the inverse finite where two columns are the same to rounding: their correlation then reads 1.00. */
const RIDGE = 1e-10;

/** Reads the Jacobian of a finished fit. */
export function informationOf(fit: FitResult): Information {
  const { jacobian, weights } = fit;
  const { columns, values } = jacobian;
  const normal = Matrix.zeros(columns, columns);
  for (let i = 0; i < jacobian.rows; i++) {
    const weight = weights[i]!;
    if (!(weight > 0)) continue;
    const at = i * columns;
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b <= a; b++) {
        normal.set(a, b, normal.get(a, b) + weight * values[at + a]! * values[at + b]!);
      }
    }
  }
  const touched = Array.from({ length: columns }, (_, k) => k).filter((k) => normal.get(k, k) > 0);
  const scaled = unitColumns(normal, touched);
  const { noise, degreesOfFreedom } = noiseOf(fit, touched.length);
  const { precisions } = priorsOf(fit.parameters);
  const size = touched.length;
  const lengths = touched.map((k) => Math.sqrt(normal.get(k, k)));

  const dataErrors = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const aloneErrors = new Float64Array(columns).fill(Number.POSITIVE_INFINITY);
  const standardErrors = precisions.map((p) => (p > 0 ? 1 / Math.sqrt(p) : Number.POSITIVE_INFINITY));
  const correlations = new Float64Array(columns * columns);
  for (let k = 0; k < columns; k++) correlations[k * columns + k] = 1;
  if (size === 0) {
    const none = { dataErrors, aloneErrors, standardErrors, correlations, conditionNumber: 1 };
    return { noise, degreesOfFreedom, ...none };
  }
  const rowsOnly = inverse(Matrix.add(scaled, Matrix.eye(size).mul(RIDGE)));
  const held = scaled.clone();
  for (let a = 0; a < size; a++) {
    held.set(a, a, held.get(a, a) + RIDGE + precisions[touched[a]!]! * (noise / lengths[a]!) ** 2);
  }
  const withPriors = inverse(held);
  for (let a = 0; a < size; a++) {
    const k = touched[a]!;
    const unit = noise / lengths[a]!;
    aloneErrors[k] = unit;
    dataErrors[k] = unit * Math.sqrt(Math.max(1, rowsOnly.get(a, a)));
    standardErrors[k] = unit * Math.sqrt(Math.max(0, withPriors.get(a, a)));
    for (let b = 0; b < size; b++) {
      if (a === b) continue;
      const correlation = rowsOnly.get(a, b) / Math.sqrt(rowsOnly.get(a, a) * rowsOnly.get(b, b));
      correlations[k * columns + touched[b]!] = Math.min(1, Math.max(-1, correlation));
    }
  }
  return {
    noise,
    degreesOfFreedom,
    standardErrors,
    dataErrors,
    aloneErrors,
    correlations,
    conditionNumber: conditionOf(scaled),
  };
}

function unitColumns(normal: Matrix, touched: readonly number[]): Matrix {
  const scaled = Matrix.eye(touched.length);
  for (let a = 0; a < touched.length; a++) {
    for (let b = 0; b < a; b++) {
      const [k, l] = [touched[a]!, touched[b]!];
      const value = normal.get(k, l) / Math.sqrt(normal.get(k, k) * normal.get(l, l));
      scaled.set(a, b, value);
      scaled.set(b, a, value);
    }
  }
  return scaled;
}

function noiseOf(fit: FitResult, informed: number): { noise: number; degreesOfFreedom: number } {
  const s = fit.robustScale;
  let count = 0;
  let squares = 0;
  let bends = 0;
  for (let i = 0; i < fit.residuals.length; i++) {
    const weight = fit.weights[i]!;
    if (!(weight > 0)) continue;
    const z = fit.residuals[i]! / s;
    const psi = z * lossWeight(fit.loss, z);
    count += weight;
    squares += weight * psi * psi;
    bends += weight * lossCurvature(fit.loss, z);
  }
  const spare = Math.max(0, count - informed);
  const bend = count > 0 ? Math.max(0.1, bends / count) : 1;
  const variance = spare > 0 ? squares / spare / (bend * bend) : 0;
  return { noise: s * Math.sqrt((spare * variance + 1) / (spare + 1)), degreesOfFreedom: spare + 1 };
}

function conditionOf(scaled: Matrix): number {
  const eigenvalues = new EigenvalueDecomposition(scaled, { assumeSymmetric: true }).realEigenvalues;
  const largest = Math.max(...eigenvalues);
  const smallest = Math.max(Math.min(...eigenvalues), largest * Number.EPSILON);
  return Math.sqrt(largest / smallest);
}
