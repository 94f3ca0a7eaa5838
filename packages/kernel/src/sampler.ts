/**
 * What every distribution offers, and the parameter checks they share.
 *
 * A sampler is immutable and holds no randomness: the stream passed to `sample` does. Samples use 53-bit draws wherever
 * a tail depends on them. Moments are in the unit of the values (tokens, seconds ...), which the kernel does not know.
 */

import type { RandomStream } from './random-streams.js';

/** Order of a moment: 0 is probability, 1 the mean, 2 the mean square. */
export type MomentOrder = 0 | 1 | 2;

/** A distribution that can be drawn from. */
export interface Sampler {
  /** One value. How many draws it takes from the stream is not fixed. */
  sample(stream: RandomStream): number;
  /** Expected value. */
  readonly mean: number;
  /** Variance; +Infinity where it overflows. */
  readonly variance: number;
  /**
   * Expectation of X^order over the part of the distribution below `x`, with `x` itself when `isIncluded` (it matters
   * only for distributions with atoms). Order 0 gives the distribution function. Exact up to the special functions.
   */
  partialMoment(order: MomentOrder, x: number, isIncluded: boolean): number;
}

/** @throws RangeError unless the value is finite and above 0. */
export function requirePositive(name: string, value: number): number {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name} must be a finite number above 0, got ${value}`);
  }
  return value;
}

/** @throws RangeError unless the value is finite and at least 0. */
export function requireNonNegative(name: string, value: number): number {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name} must be a finite number of at least 0, got ${value}`);
  }
  return value;
}

/** @throws RangeError unless the value is finite. */
export function requireFinite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name} must be a finite number, got ${value}`);
  return value;
}
