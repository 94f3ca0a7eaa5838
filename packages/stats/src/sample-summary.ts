/**
 * The row that a table shows for a sample: n, mean, std, min, p50, p90, p95, p99, max, with a mark beside every
 * percentile that rests on fewer than 100 / (1 - q) samples. Percentiles are R-7 (`quantiles.ts`).
 *
 * The values are summed in ascending order, so the same sample gives the same bytes whatever order it came in.
 * Never average the percentiles of two summaries: merge the samples and summarise again.
 */
import { sumOf } from './compensated-sum.js';
import { samplesNeeded, sortedQuantile } from './quantiles.js';

/** The percentiles that a summary holds, by name. */
export const SUMMARY_QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** The name of a percentile in a summary. */
export type PercentileName = keyof typeof SUMMARY_QUANTILES;

/** A sample's summary in the unit of its values; a statistic that does not exist is undefined, never 0 or NaN. */
export interface SampleSummary {
  readonly n: number;
  readonly mean: number | undefined;
  /** Sample standard deviation (divisor n - 1). */
  readonly std: number | undefined;
  readonly min: number | undefined;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly max: number | undefined;
  /** True beside a percentile that rests on fewer than 100 / (1 - q) samples. */
  readonly hasFewSamples: Readonly<Record<PercentileName, boolean>>;
  /** False when the percentiles come from a log histogram, within its stated relative error. */
  readonly isExact: boolean;
}

/** Which percentiles of `n` samples are to be marked. */
export function fewSampleMarks(n: number): Record<PercentileName, boolean> {
  const { p50, p90, p95, p99 } = SUMMARY_QUANTILES;
  return {
    p50: n < samplesNeeded(p50),
    p90: n < samplesNeeded(p90),
    p95: n < samplesNeeded(p95),
    p99: n < samplesNeeded(p99),
  };
}

/** Summarises finite values, which are sorted in place. */
export function summarize(values: Float64Array): SampleSummary {
  values.sort();
  const n = values.length;
  const mean = n === 0 ? undefined : sumOf(values) / n;
  return {
    n,
    mean,
    std: mean === undefined || n < 2 ? undefined : Math.sqrt(sumOf(values.map((v) => (v - mean) ** 2)) / (n - 1)),
    min: n === 0 ? undefined : values[0]!,
    p50: sortedQuantile(values, SUMMARY_QUANTILES.p50),
    p90: sortedQuantile(values, SUMMARY_QUANTILES.p90),
    p95: sortedQuantile(values, SUMMARY_QUANTILES.p95),
    p99: sortedQuantile(values, SUMMARY_QUANTILES.p99),
    max: n === 0 ? undefined : values[n - 1]!,
    hasFewSamples: fewSampleMarks(n),
    isExact: true,
  };
}
