/**
 * What an error of the model can be an error of, and which figure of a measurement counts for which.
 *
 * A rate of a single stream is the inverse of a time: tokens per second of decode count as time per output token,
 * those of prefill as time to first token. Kernels and bandwidths are parts of a prediction, no figure of a run.
 */

/** Kinds of figures that share one error: all statistics of a latency, all readings of a meter. */
export type MetricKind = 'ttft' | 'tpot' | 'e2e' | 'throughput' | 'power' | 'energy' | 'memory';

/** All kinds, in the order of reports. */
export const METRIC_KINDS: readonly MetricKind[] = ['ttft', 'tpot', 'e2e', 'throughput', 'power', 'energy', 'memory'];

/** By the words before the statistic and the unit (`ttft_p99_ms` begins with `ttft_`), and whether as the inverse. */
const BEGINNINGS: readonly (readonly [string, MetricKind, boolean])[] = [
  ['ttft_', 'ttft', false],
  ['prefill_tok_s', 'ttft', true],
  ['tpot_', 'tpot', false],
  ['itl_', 'tpot', false],
  ['decode_tok_s', 'tpot', true],
  ['e2e_', 'e2e', false],
  ['output_tok_s', 'throughput', false],
  ['power_w', 'power', false],
  ['energy_', 'energy', false],
  ['kv_blocks', 'memory', false],
];

/** The kind a metric of a measured table belongs to, and whether it is the inverse of it; null for no figure of a run. */
export function kindOfMetric(metric: string): { readonly metricKind: MetricKind; readonly isInverse: boolean } | null {
  const found = BEGINNINGS.find(([beginning]) => metric.startsWith(beginning));
  return found === undefined ? null : { metricKind: found[1], isInverse: found[2] };
}

/** Kind and ln(measured/predicted) of one measured figure; null when it is no figure of a run or not positive. */
export function errorOf(
  metric: string,
  measured: number,
  predicted: number,
): { readonly metricKind: MetricKind; readonly logError: number } | null {
  const kind = kindOfMetric(metric);
  if (kind === null || !(measured > 0) || !(predicted > 0)) return null;
  const logError = Math.log(measured / predicted);
  if (!Number.isFinite(logError)) return null;
  return { metricKind: kind.metricKind, logError: kind.isInverse ? -logError : logError };
}
