/**
 * What a fit is asked and what it answers.
 *
 *   cost(u) = sum_i w_i rho(r_i / s) + sum_k ((u_k - u_prior,k) / sigma_k)^2
 *
 * r_i = ln(predicted / measured) of row i, s the robust scale (0.1: a tenth is the error at which a row starts to count
 * less), w_i the row's weight, u the coordinates of fit-parameter.ts. A prior thus counts as much as one row that is off
 * by s when the constant is off by sigma. Rows that are not finite at the start (a case that cannot run) weigh nothing and
 * are counted; a point at which a counted row is not finite costs infinity and is never accepted.
 */

import type { ConstantSet, FitParameter } from '../parameters/fit-parameter.js';
import type { LossKind } from './robust-loss.js';

/** Rows by parameters, row-major: d residual_i / d coordinate_k at `values[i * columns + k]`. */
export interface Jacobian {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Everything about a fit but the residuals, which the caller computes. */
export interface FitSetup {
  readonly parameters: readonly FitParameter[];
  /** Weight per row, at least 0; absent = 1. Rows that belong together (metrics of one run) should sum to about 1. */
  readonly weights?: ArrayLike<number>;
  /** Residual at which a row starts to count less; absent = 0.1. */
  readonly robustScale?: number;
  /** Absent = `soft-l1`. */
  readonly loss?: LossKind;
  /** Coordinate step of the finite differences; absent = 1e-4. Simulated runs are rough: give them about 0.02. */
  readonly differenceStep?: number;
  /** Absent = 40. */
  readonly maxIterations?: number;
  /** Relative fall of the cost below which a fit has ended; absent = 1e-8. */
  readonly tolerance?: number;
}

/** Log errors of all rows at one set of values (in the parameters' order and units). */
export type Residuals = (values: Float64Array) => Float64Array;

/** Log errors at several sets of values at once, in their order; may run them in parallel. */
export type ResidualsAsync = (points: readonly Float64Array[]) => Promise<readonly Float64Array[]>;

/** A fit whose residuals are computed in place. */
export interface FitProblem extends FitSetup {
  readonly residuals: Residuals;
}

/** A fit whose residuals are computed elsewhere, many points at a time. */
export interface AsyncFitProblem extends FitSetup {
  readonly residuals: ResidualsAsync;
}

/**
 * Why a fit ended: `converged` (no step would lower the cost by more than the tolerance), `no-descent` (steps promised
 * more but none kept it, as at the noise floor of simulated runs), `max-iterations`, `nothing-to-fit`.
 */
export type FitReason = 'converged' | 'no-descent' | 'max-iterations' | 'nothing-to-fit';

/** The end of a fit. Arrays per parameter and per row are in the order of the problem. */
export interface FitResult {
  readonly parameters: readonly FitParameter[];
  readonly values: Float64Array;
  readonly coordinates: Float64Array;
  readonly constants: ConstantSet;
  readonly costBefore: number;
  readonly costAfter: number;
  readonly residualsBefore: Float64Array;
  readonly residuals: Float64Array;
  /** Weights as used: 0 for rows that were not finite at the start. */
  readonly weights: Float64Array;
  readonly robustScale: number;
  readonly loss: LossKind;
  /** At `values`; a constant that no row depends on has a column of zeros. */
  readonly jacobian: Jacobian;
  readonly iterations: number;
  /** Points at which all residuals were computed. */
  readonly evaluations: number;
  readonly reason: FitReason;
  readonly ignoredRows: readonly number[];
}
