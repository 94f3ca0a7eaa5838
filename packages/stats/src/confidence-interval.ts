/**
 * Confidence intervals for a mean over independent replications: mean +- t(n - 1) s / sqrt(n), and the paired
 * interval of a difference under common random numbers (Law, "Simulation Modeling and Analysis", chapters 9 and 10).
 *
 * An interval says nothing where there is no spread to learn from. One replication has no half-width, and neither
 * have replications that came out identical to the bit (a replay without random parts, a count that was 0 each
 * time): both leave it undefined and say why, so that no table can print "+- 0".
 *
 * Assumed: independent values, nearly normal means. Values of one run are correlated; use batch means for them.
 */
import { StatisticsError } from './statistics-error.js';
import { studentTQuantile } from './student-t.js';
import { Tally } from './tally.js';

/** Why there is an interval or none: spread was seen; no value; one value; all values equal to the bit. */
export type IntervalBasis = 'spread' | 'empty' | 'single' | 'identical';

/** A mean with its half-width, in the unit of the values. */
export interface ConfidenceInterval {
  /** How many values the mean rests on. */
  readonly n: number;
  /** Undefined only when n is 0. */
  readonly mean: number | undefined;
  /** Half of the interval's length; undefined unless `basis` is "spread". */
  readonly halfWidth: number | undefined;
  /** Confidence level, for example 0.95. */
  readonly level: number;
  readonly basis: IntervalBasis;
}

/** The t interval of the mean of independent `values`. Throws `STATS_OUT_OF_RANGE` for a level outside (0, 1). */
export function confidenceInterval(values: ArrayLike<number>, level = 0.95): ConfidenceInterval {
  const tally = new Tally();
  for (let idx = 0; idx < values.length; idx++) tally.add(values[idx]!);
  return intervalOf(tally, level);
}

/**
 * The t interval of the mean of `first[i] - second[i]`, for two policies that met the same worlds. Throws
 * `STATS_MISMATCH` when the lengths differ.
 */
export function pairedInterval(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): ConfidenceInterval {
  if (first.length !== second.length) {
    throw new StatisticsError('STATS_MISMATCH', `pairs need equal lengths, not ${first.length} and ${second.length}`);
  }
  const tally = new Tally();
  for (let idx = 0; idx < first.length; idx++) tally.add(first[idx]! - second[idx]!);
  return intervalOf(tally, level);
}

/** The t interval of the mean of what a tally counted, taken as independent. */
export function intervalOf(tally: Tally, level = 0.95): ConfidenceInterval {
  checkLevel(level);
  const n = tally.count;
  const mean = tally.mean;
  if (n === 0) return { n, mean, halfWidth: undefined, level, basis: 'empty' };
  if (n === 1) return { n, mean, halfWidth: undefined, level, basis: 'single' };
  if (tally.min === tally.max) return { n, mean, halfWidth: undefined, level, basis: 'identical' };
  const halfWidth = studentTQuantile((1 + level) / 2, n - 1) * Math.sqrt(tally.variance! / n);
  return { n, mean, halfWidth, level, basis: 'spread' };
}

/** Half-width over the size of the mean, for a stopping rule; undefined when either is missing or the mean is 0. */
export function relativeHalfWidth(interval: ConfidenceInterval): number | undefined {
  if (interval.halfWidth === undefined || interval.mean === undefined || interval.mean === 0) return undefined;
  return interval.halfWidth / Math.abs(interval.mean);
}

/** Throws `STATS_OUT_OF_RANGE` for a confidence level outside (0, 1). */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new StatisticsError('STATS_OUT_OF_RANGE', `a confidence level lies within 0..1, not at ${level}`);
  }
}
