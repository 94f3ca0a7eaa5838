/**
 * Exact quantiles of a sample, definition R-7 of Hyndman and Fan (1996), which d3-array, NumPy and R use by default:
 * with the values sorted, position (n - 1) q, linear interpolation between neighbours. The arithmetic is d3's.
 *
 * A percentile needs tail samples to mean something: at least 100 / (1 - q) of them (10,000 for p99), so that about
 * a hundred lie beyond it. Fewer do not make it wrong, only noisy; the caller marks it.
 */
import { quantileSorted } from 'd3-array';
import { StatisticsError } from './statistics-error.js';

/** The q-quantile of values in ascending order; undefined when there are none. Order is not checked. */
export function sortedQuantile(sorted: Float64Array, q: number): number | undefined {
  if (!(q >= 0 && q <= 1)) throw new StatisticsError('STATS_OUT_OF_RANGE', `a quantile is asked at 0..1, not ${q}`);
  // The published types know only arrays of objects; the function reads length and indices.
  return quantileSorted(sorted as unknown as number[], q);
}

/** The q-quantiles of `values`, which are sorted in place; undefined for each when there are none. */
export function quantiles(values: Float64Array, qs: readonly number[]): (number | undefined)[] {
  values.sort();
  return qs.map((q) => sortedQuantile(values, q));
}

/** How many samples the q-quantile needs so as not to be marked: 100 / (1 - q). */
export function samplesNeeded(q: number): number {
  // 1 - 0.9 is not a tenth in binary: twelve digits keep 1,000 from becoming 1,001.
  return Math.ceil(Number((100 / (1 - q)).toPrecision(12)));
}
