/**
 * Intervals for the mean of one long stationary, autocorrelated series (waiting times of one run).
 *
 * Non-overlapping: the series is cut into `batchCount` runs of equal length whose means are nearly independent when
 * batches are long against the memory of the series; t interval on b - 1 degrees of freedom. 20 batches by default:
 * Schmeiser (1982, "Batch size effects in the analysis of simulation output") finds little to gain beyond 30.
 *
 * Overlapping (Meketon and Schmeiser 1984, "Overlapping batch means: something for nothing?"): all n - m + 1 windows
 * of length m; variance of the mean = m / ((n - m + 1)(n - m)) times the sum of squared deviations of window means;
 * about 1.5 times the degrees of freedom of the non-overlapping estimate.
 *
 * The warm-up must be deleted first (`mser.ts`). Values that do not fill a batch are left out at the front. A lag-one
 * correlation of the batch means well above zero says that the batches are too short and the interval too narrow.
 */

import { sumOf } from './compensated-sum.js';
import { type ConfidenceInterval, checkLevel, confidenceInterval } from './confidence-interval.js';
import { StatisticsError } from './statistics-error.js';
import { studentTQuantile } from './student-t.js';

/** Batches when none are asked for. */
export const DEFAULT_BATCH_COUNT = 20;

/** A batch-means interval; `n` counts the values that its mean rests on. */
export interface BatchMeansInterval extends ConfidenceInterval {
  /** Values in a batch. */
  readonly batchSize: number;
  /** Non-overlapping batches that fit into the series. */
  readonly batchCount: number;
  /** Correlation of neighbouring non-overlapping batch means; undefined when they do not vary. */
  readonly lagOneCorrelation: number | undefined;
}

/** Means of consecutive batches of `batchSize` values; a remainder is left out at the front. */
export function batchMeans(series: Float64Array, batchSize: number): Float64Array {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new StatisticsError('STATS_OUT_OF_RANGE', `a batch holds a whole number of values from 1, not ${batchSize}`);
  }
  const count = Math.floor(series.length / batchSize);
  const start = series.length - count * batchSize;
  const means = new Float64Array(count);
  for (let batch = 0; batch < count; batch++) {
    const from = start + batch * batchSize;
    means[batch] = sumOf(series.subarray(from, from + batchSize)) / batchSize;
  }
  return means;
}

/**
 * The interval from non-overlapping batches; without half-width when the series is shorter than two batches or does
 * not vary. The mean is that of the batched values. Throws `STATS_OUT_OF_RANGE` for fewer than two batches.
 */
export function batchMeansInterval(
  series: Float64Array,
  batchCount: number = DEFAULT_BATCH_COUNT,
  level = 0.95,
): BatchMeansInterval {
  const { batchSize, means, plain } = batch(series, batchCount, level);
  if (plain.basis !== 'spread') return plain;
  return { ...plain, ...confidenceInterval(means, level), n: means.length * batchSize };
}

/**
 * The interval from overlapping windows as long as a batch: the same width on average as that of batches, but less
 * scattered. The mean is that of the whole series. Throws `STATS_OUT_OF_RANGE` for fewer than two batches.
 */
export function overlappingBatchMeansInterval(
  series: Float64Array,
  batchCount: number = DEFAULT_BATCH_COUNT,
  level = 0.95,
): BatchMeansInterval {
  const { batchSize, plain } = batch(series, batchCount, level);
  if (plain.basis !== 'spread') return plain;
  const n = series.length;
  const mean = sumOf(series) / n;
  // Prefix sums of deviations from the mean stay small, so their differences do not cancel.
  const prefix = new Float64Array(n + 1);
  for (let idx = 0; idx < n; idx++) prefix[idx + 1] = prefix[idx]! + (series[idx]! - mean);
  let squares = 0;
  for (let end = batchSize; end <= n; end++) squares += ((prefix[end]! - prefix[end - batchSize]!) / batchSize) ** 2;
  const variance = (batchSize * squares) / ((n - batchSize + 1) * (n - batchSize));
  const degrees = 1.5 * (n / batchSize - 1);
  return { ...plain, mean, halfWidth: studentTQuantile((1 + level) / 2, degrees) * Math.sqrt(variance) };
}

/** Correlation of neighbours in a series; undefined for fewer than three values or no spread. */
export function lagOneCorrelation(series: Float64Array): number | undefined {
  const n = series.length;
  if (n < 3) return undefined;
  const mean = sumOf(series) / n;
  let squares = 0;
  let products = 0;
  for (let idx = 0; idx < n; idx++) {
    const deviation = series[idx]! - mean;
    squares += deviation * deviation;
    if (idx > 0) products += deviation * (series[idx - 1]! - mean);
  }
  return squares > 0 ? products / squares : undefined;
}

interface Batched {
  readonly batchSize: number;
  readonly means: Float64Array;
  /** The interval before its half-width: final unless its basis is "spread". */
  readonly plain: BatchMeansInterval;
}

function batch(series: Float64Array, batchCount: number, level: number): Batched {
  checkLevel(level);
  if (!Number.isSafeInteger(batchCount) || batchCount < 2) {
    throw new StatisticsError('STATS_OUT_OF_RANGE', `batch means need at least 2 batches, not ${batchCount}`);
  }
  const n = series.length;
  const batchSize = Math.max(1, Math.floor(n / batchCount));
  const means = batchMeans(series, batchSize);
  const first = series[0];
  const isFlat = series.every((value) => value === first);
  const basis = n === 0 ? 'empty' : n === 1 ? 'single' : isFlat ? 'identical' : 'spread';
  const plain = {
    n,
    mean: first,
    halfWidth: undefined,
    level,
    basis,
    batchSize,
    batchCount: means.length,
    lagOneCorrelation: lagOneCorrelation(means),
  } as const;
  return { batchSize, means, plain };
}
