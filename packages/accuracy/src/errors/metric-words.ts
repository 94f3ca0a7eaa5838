/** What each metric is called, its unit, and the physical quantity that it is of. */

import type { MetricName } from '../cases/measured-case.js';

/** Quantities that share a scale: metrics of one can stand in one table column and in one panel of a plot. */
export type QuantityKind = 'latency' | 'throughput' | 'power' | 'energy' | 'memory' | 'kernel' | 'bandwidth';

/** Every kind, in the order shown. */
export const QUANTITY_KINDS: readonly QuantityKind[] = [
  'latency',
  'throughput',
  'power',
  'energy',
  'memory',
  'kernel',
  'bandwidth',
];

export interface MetricWords {
  readonly label: string;
  readonly unit: string;
  readonly quantity: QuantityKind;
}

function latency(label: string): MetricWords {
  return { label, unit: 'ms', quantity: 'latency' };
}

function throughput(label: string): MetricWords {
  return { label, unit: 'tokens/s', quantity: 'throughput' };
}

/** Words of every metric. */
export const METRIC_WORDS: Readonly<Record<MetricName, MetricWords>> = {
  ttft_mean_ms: latency('TTFT mean'),
  ttft_p50_ms: latency('TTFT p50'),
  ttft_p90_ms: latency('TTFT p90'),
  ttft_p99_ms: latency('TTFT p99'),
  tpot_mean_ms: latency('TPOT mean'),
  tpot_p50_ms: latency('TPOT p50'),
  tpot_p99_ms: latency('TPOT p99'),
  itl_p50_ms: latency('ITL p50'),
  itl_p90_ms: latency('ITL p90'),
  itl_p95_ms: latency('ITL p95'),
  itl_p99_ms: latency('ITL p99'),
  e2e_mean_ms: latency('E2E mean'),
  e2e_p50_ms: latency('E2E p50'),
  e2e_p90_ms: latency('E2E p90'),
  e2e_p99_ms: latency('E2E p99'),
  output_tok_s: throughput('output rate'),
  decode_tok_s: throughput('decode rate'),
  prefill_tok_s: throughput('prefill rate'),
  power_w: { label: 'power', unit: 'W', quantity: 'power' },
  energy_per_output_token_j: { label: 'energy per output token', unit: 'J', quantity: 'energy' },
  kv_blocks: { label: 'KV blocks', unit: 'blocks', quantity: 'memory' },
  kernel_ms: { label: 'kernel time', unit: 'ms', quantity: 'kernel' },
  bandwidth_gb_s: { label: 'bandwidth', unit: 'GB/s', quantity: 'bandwidth' },
};
