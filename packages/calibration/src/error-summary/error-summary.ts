/**
 * How far predictions are off, in the numbers that tables print: median, 90th percentile, worst, bias of pred/meas - 1.
 *
 * Median and percentiles are of the absolute relative error, the bias is the mean of the signed one. Pairs that are not
 * finite and positive (a case that could not run) are counted apart and enter nothing.
 */

import { sortedQuantile } from '@infersim/stats';

/** Errors of one group of figures, as shares: 0.05 = 5 %. Undefined where there is no figure. */
export interface ErrorSummary {
  readonly count: number;
  readonly missing: number;
  readonly median: number | undefined;
  readonly p90: number | undefined;
  readonly worst: number | undefined;
  readonly bias: number | undefined;
}

/** A figure as measured and as predicted, in the same unit. */
export interface ErrorPair {
  readonly predicted: number;
  readonly measured: number;
}

/** Signed relative error, or undefined when the pair cannot be compared. */
export function relativeError(pair: ErrorPair): number | undefined {
  const error = pair.predicted / pair.measured - 1;
  return pair.measured > 0 && pair.predicted > 0 && Number.isFinite(error) ? error : undefined;
}

/** Summary of all pairs. */
export function errorSummary(pairs: readonly ErrorPair[]): ErrorSummary {
  const signed = pairs.map(relativeError).filter((error) => error !== undefined);
  const sorted = Float64Array.from(signed, Math.abs).sort();
  return {
    count: signed.length,
    missing: pairs.length - signed.length,
    median: sortedQuantile(sorted, 0.5),
    p90: sortedQuantile(sorted, 0.9),
    worst: sortedQuantile(sorted, 1),
    bias: signed.length === 0 ? undefined : signed.reduce((sum, error) => sum + error, 0) / signed.length,
  };
}

/** Summary per key, keys in the order of first appearance. */
export function errorSummaries<T extends ErrorPair>(
  pairs: readonly T[],
  keyOf: (pair: T) => string,
): ReadonlyMap<string, ErrorSummary> {
  const groups = new Map<string, T[]>();
  for (const pair of pairs) {
    const key = keyOf(pair);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [pair]);
    else members.push(pair);
  }
  return new Map([...groups].map(([key, members]) => [key, errorSummary(members)]));
}
