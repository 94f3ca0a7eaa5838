/**
 * One constant that a fit may move: where it lives in the catalog, where it starts, how far it may go, what is believed.
 *
 * A fit does not move values but coordinates. `log`: u = ln(value), so that a step is a ratio and a value stays positive.
 * `linear`: u = (value - low) / spread with spread = (high - low) / 4, for constants that may be 0 (no quantisation kernel,
 * no compute leg). Both make a coordinate step of 0.1 mean something like "ten per cent", which is what lets one trust
 * region and one weak prior serve all of them. Units: the value's own; coordinates have none.
 */

import type { ConstantSet } from '@infersim/accuracy';
import { CalibrationError } from '../calibration-error.js';

/** What is believed before any row is read: a normal of `logSigma` in coordinates about `value`; a pull, not a wall. */
export interface FitPrior {
  readonly value: number;
  /** Standard deviation in coordinates: of ln(value) on a log scale, of spreads on a linear one. */
  readonly logSigma: number;
}

/** A constant that a fit may move, between `low` and `high` (walls: physics ends there). */
export interface FitParameter {
  /** `devices.<id>.<path in the entry>` or `engines.<id>.<path in the entry>`. */
  readonly path: string;
  readonly start: number;
  readonly low: number;
  readonly high: number;
  readonly prior?: FitPrior;
  readonly scale: 'log' | 'linear';
}

export type { ConstantSet };

/** Shares of the bounds' distance that one linear coordinate unit spans. */
const SPREADS = 4;

/** Throws `CALIBRATION_PARAMETER` when bounds, start or prior of a parameter cannot be used. */
export function checkParameter(parameter: FitParameter): void {
  const { path, start, low, high, prior, scale } = parameter;
  if (!(low < high && Number.isFinite(low) && Number.isFinite(high))) {
    throw new CalibrationError(
      'CALIBRATION_PARAMETER',
      path,
      `bounds ${low} to ${high}`,
      'finite bounds, low below high',
    );
  }
  if (scale === 'log' && !(low > 0)) {
    throw new CalibrationError('CALIBRATION_PARAMETER', path, `a low bound of ${low}`, 'above 0 on a log scale');
  }
  if (!(start >= low && start <= high)) {
    throw new CalibrationError('CALIBRATION_PARAMETER', path, `a start of ${start}`, `${low} to ${high}`);
  }
  if (prior !== undefined && !(prior.value >= low && prior.value <= high && prior.logSigma > 0)) {
    const given = `a prior of ${prior.value} with sigma ${prior.logSigma}`;
    throw new CalibrationError('CALIBRATION_PARAMETER', path, given, `${low} to ${high}, sigma above 0`);
  }
}

/** Distance of values that one linear coordinate unit spans. */
export function spreadOf(parameter: FitParameter): number {
  return (parameter.high - parameter.low) / SPREADS;
}

/** Coordinate of `value`; not clamped. */
export function coordinateOf(parameter: FitParameter, value: number): number {
  return parameter.scale === 'log' ? Math.log(value) : (value - parameter.low) / spreadOf(parameter);
}

/** Value at coordinate `u`, clamped to the bounds so that rounding cannot leave them. */
export function valueAt(parameter: FitParameter, u: number): number {
  const value = parameter.scale === 'log' ? Math.exp(u) : parameter.low + u * spreadOf(parameter);
  return Math.min(parameter.high, Math.max(parameter.low, value));
}

/** Values at a point of coordinates, in the parameters' order. */
export function valuesAt(parameters: readonly FitParameter[], point: ArrayLike<number>): Float64Array {
  return Float64Array.from(parameters, (parameter, k) => valueAt(parameter, point[k] as number));
}

/** Values of a fit by path. */
export function constantsOf(parameters: readonly FitParameter[], values: ArrayLike<number>): ConstantSet {
  return Object.fromEntries(parameters.map((parameter, k) => [parameter.path, values[k] as number]));
}
