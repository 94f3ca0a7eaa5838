/**
 * Which figures of a result carry a band of model error, and which error they share.
 *
 * All statistics of a latency share its error; queueing is taken with time to first token, of which it is a part. Energy
 * over a fixed window is power. Counts, shares, loads and prices carry none: they are set by the scenario, or follow
 * from banded figures in steps (a goodput, an objective met) that no factor describes. Prices of input and output tokens
 * move with throughput and energy as that of all tokens does; how the bill splits between prefill and decode is not banded.
 */

import { COST_COLUMNS, LATENCY_METRICS, METRIC_COLUMNS } from '@infersim/runner';

/** How a figure follows the errors of its pools. */
export type BandedBy =
  | { readonly by: 'latency'; readonly metricKind: 'ttft' | 'tpot' | 'e2e'; readonly isInverse: boolean }
  | { readonly by: 'throughput' | 'power' | 'energy-per-token' | 'total-cost' | 'token-cost' };

const LATENCY_KINDS: Readonly<Record<(typeof LATENCY_METRICS)[number], 'ttft' | 'tpot' | 'e2e'>> = {
  ttft: 'ttft',
  tpot: 'tpot',
  itl: 'tpot',
  e2e: 'e2e',
  queue: 'ttft',
};

const BY_NAME: Readonly<Record<string, BandedBy>> = {
  requests_per_s: { by: 'throughput' },
  output_tokens_per_s: { by: 'throughput' },
  total_tokens_per_s: { by: 'throughput' },
  output_tokens_per_s_per_device: { by: 'throughput' },
  output_tokens_per_s_per_user: { by: 'latency', metricKind: 'tpot', isInverse: true },
  energy_kwh_it: { by: 'power' },
  energy_kwh_facility: { by: 'power' },
  energy_j_per_output_token: { by: 'energy-per-token' },
  carbon_kg: { by: 'power' },
  carbon_g_per_1m_output_tokens: { by: 'energy-per-token' },
  cost_usd_energy: { by: 'power' },
  cost_usd_cooling: { by: 'power' },
  cost_usd_demand: { by: 'power' },
  cost_usd_carbon: { by: 'power' },
  cost_usd_total: { by: 'total-cost' },
  cost_usd_per_1m_input_tokens: { by: 'token-cost' },
  cost_usd_per_1m_output_tokens: { by: 'token-cost' },
  cost_usd_per_1m_tokens: { by: 'token-cost' },
  cost_usd_per_request: { by: 'token-cost' },
};

/** Cost parts that follow power; the rest is fixed for a window. */
export const POWER_COST_COLUMNS: readonly string[] = COST_COLUMNS.map(([part]) => `cost_usd_${part}`).filter(
  (name) => BY_NAME[name]?.by === 'power',
);

function bandedBy(name: string): BandedBy | undefined {
  const known = BY_NAME[name];
  if (known !== undefined) return known;
  if (name.startsWith('power_kw_')) return { by: 'power' };
  if (name.startsWith('site_ttft_ms_')) return { by: 'latency', metricKind: 'ttft', isInverse: false };
  const metric = LATENCY_METRICS.find((each) => name.startsWith(`${each}_ms_`));
  if (metric === undefined || name.endsWith('_n')) return undefined;
  return { by: 'latency', metricKind: LATENCY_KINDS[metric], isInverse: false };
}

/** Columns with a band, in the order of runs.csv. */
export const BANDED_COLUMNS: readonly (readonly [string, BandedBy])[] = METRIC_COLUMNS.flatMap(({ name }) => {
  const how = bandedBy(name);
  return how === undefined ? [] : [[name, how] as const];
});

/** Columns whose bands runs.csv carries, as `<name>_low` and `<name>_high`. */
export const CSV_BAND_COLUMNS: readonly string[] = [
  'ttft_ms_p95',
  'tpot_ms_mean',
  'tpot_ms_p95',
  'e2e_ms_p95',
  'output_tokens_per_s',
  'power_kw_it_mean',
  'cost_usd_per_1m_output_tokens',
];
