/**
 * Every figure a result holds: the columns of runs.csv, in order, with unit and meaning. One list for the results, the
 * objectives that may name them, and the documentation.
 */

import type { COST_PARTS } from '@infersim/accounting';

/** `lower` and `higher` say which way is better; `neutral` figures may be bounded but not ranked. */
export type Better = 'lower' | 'higher' | 'neutral';

export interface MetricColumn {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  readonly better: Better;
  /** `sum` over parts makes the whole; anything else is computed anew for each scope. */
  readonly additive: boolean;
}

const columns: MetricColumn[] = [];
function add(name: string, unit: string, meaning: string, better: Better = 'neutral', additive = false): void {
  columns.push({ name, unit, meaning, better, additive });
}

add('requests_offered', 'requests', 'requests that clients sent (first attempts) since time zero', 'neutral', true);
add('requests_completed', 'requests', 'requests whose last token was received', 'neutral', true);
add(
  'requests_rejected',
  'requests',
  'requests refused for good: queues full, no permitted pool, or never able to fit',
  'lower',
  true,
);
add('requests_failed', 'requests', 'requests lost to a fault, retries used up', 'lower', true);
add('requests_timed_out', 'requests', 'requests their client gave up on, retries used up', 'lower', true);
add('requests_in_flight', 'requests', 'requests still on their way at the end', 'neutral', true);
add('attempts', 'attempts', 'tries of requests, retries included', 'neutral', true);
add('tokens_input', 'tokens', 'prompt tokens of completed requests', 'neutral', true);
add('tokens_cached', 'tokens', 'prompt tokens that were found in a prefix cache', 'neutral', true);
add('tokens_recomputed', 'tokens', 'tokens computed again after a preemption', 'lower', true);
add('tokens_output', 'tokens', 'tokens made for completed requests, thinking included', 'neutral', true);
add('tokens_budget_cut', 'tokens', 'tokens that requests wished for beyond their budget', 'neutral', true);
add('requests_budget_cut', 'requests', 'requests whose answer the token budget cut', 'neutral', true);

add('requests_per_s', 'requests/s', 'completed requests per second of the window', 'higher', true);
add('output_tokens_per_s', 'tokens/s', 'output tokens of completed requests per second', 'higher', true);
add('total_tokens_per_s', 'tokens/s', 'input and output tokens of completed requests per second', 'higher', true);
add('output_tokens_per_s_per_device', 'tokens/s', 'output tokens per second and device', 'higher');
add('output_tokens_per_s_per_user', 'tokens/s', 'one over the mean TPOT: what one user sees', 'higher');
add(
  'goodput_requests_per_s',
  'requests/s',
  'completed requests that met every objective of their class, per second',
  'higher',
  true,
);
add(
  'goodput_pct',
  '%',
  'share of offered requests in the window that completed and met every objective of their class',
  'higher',
);
add('served_pct', '%', 'share of ended requests that completed', 'higher');

export const LATENCY_METRICS = ['ttft', 'tpot', 'itl', 'e2e', 'queue'] as const;
export const LATENCY_STATS = ['mean', 'std', 'min', 'p50', 'p90', 'p95', 'p99', 'max', 'n'] as const;
const latencyMeaning: Record<(typeof LATENCY_METRICS)[number], string> = {
  ttft: 'time to first token: request sent to first output token received, queueing and network included',
  tpot: 'time per output token after the first: (E2E - TTFT)/(output - 1); undefined for fewer than 2 tokens',
  itl: 'inter-token latency: each gap between tokens of one request, pooled over tokens',
  e2e: 'request sent to last token received',
  queue: 'arrival at a replica to first being scheduled',
};
for (const metric of LATENCY_METRICS)
  for (const stat of LATENCY_STATS)
    add(
      `${metric}_ms_${stat}`,
      stat === 'n' ? 'samples' : 'ms',
      stat === 'n' ? `samples of ${metric}` : `${stat} of ${latencyMeaning[metric]}`,
      stat === 'n' ? 'neutral' : 'lower',
    );

add('busy_pct', '%', 'share of time that replicas ran a step (not utilisation: a small batch keeps a device busy)');
add('batch_size_mean', 'sequences', 'decode sequences per replica, mean over time');
add('batch_size_peak', 'sequences', 'most decode sequences in one replica');
add('kv_used_pct_mean', '%', 'KV blocks in use, mean over time');
add('kv_used_pct_peak', '%', 'most KV blocks in use in one replica');
add('queue_length_mean', 'requests', 'requests waiting at a replica, mean over time', 'lower');
add('queue_length_peak', 'requests', 'most requests waiting at one replica', 'lower');
add('preemptions', 'preemptions', 'times a running request was put back for want of KV blocks', 'lower', true);
add('devices', 'devices', 'devices that serve', 'neutral', true);

add('power_kw_it_mean', 'kW', 'IT power, mean over the window', 'lower', true);
add('power_kw_it_peak', 'kW', 'highest mean IT power of a meter interval', 'lower');
add('power_kw_it_peak_15min', 'kW', 'highest 15-minute mean of IT power', 'lower');
add('power_kw_facility_mean', 'kW', 'facility power (IT times the PUE of the interval), mean', 'lower', true);
add('power_kw_facility_peak', 'kW', 'highest mean facility power of a meter interval', 'lower');
add('power_kw_facility_peak_15min', 'kW', 'highest 15-minute mean of facility power', 'lower');
add('pue', 'ratio', 'facility energy over IT energy', 'lower');
add('energy_kwh_it', 'kWh', 'IT energy of the window', 'lower', true);
add('energy_kwh_facility', 'kWh', 'facility energy of the window', 'lower', true);
add('energy_j_per_output_token', 'J/token', 'IT energy, idle included, per output token', 'lower');
add('energy_idle_pct', '%', 'share of device energy drawn while nothing ran', 'lower');
add('carbon_kg', 'kg CO2e', 'carbon of the facility energy', 'lower', true);
add('carbon_g_per_1m_output_tokens', 'g CO2e', 'carbon per million output tokens', 'lower');

/** Pairs of name and meaning, name for name those of a list. */
type Described<Names extends readonly string[]> = { readonly [I in keyof Names]: readonly [Names[I], string] };

/** Cost parts with their meaning, in the order of COST_PARTS. */
export const COST_COLUMNS = [
  ['device', 'devices, servers and racks, amortised or rented'],
  ['facility', 'building, power and cooling plant, amortised'],
  ['energy', 'IT energy at the tariff'],
  ['cooling', 'facility energy beyond IT at the tariff'],
  ['demand', 'demand charge of the 15-minute peak, prorated to the window'],
  ['network', 'network gear and egress'],
  ['operations', 'staff, repair, software'],
  ['carbon', 'priced carbon'],
] as const satisfies Described<typeof COST_PARTS>;
for (const [part, meaning] of COST_COLUMNS)
  add(`cost_usd_${part}`, 'USD', `cost of ${meaning}, in this window`, 'lower', true);
add('cost_usd_total', 'USD', 'sum of the cost parts', 'lower', true);
add('cost_usd_idle', 'USD', 'part of the total that idle time carries', 'lower', true);
add(
  'cost_usd_per_1m_input_tokens',
  'USD',
  'cost that prefill caused, idle shared in proportion, per million input tokens',
  'lower',
);
add(
  'cost_usd_per_1m_output_tokens',
  'USD',
  'cost that decode caused, idle shared in proportion, per million output tokens',
  'lower',
);
add('cost_usd_per_1m_tokens', 'USD', 'total cost per million input and output tokens', 'lower');
add('cost_usd_per_request', 'USD', 'total cost per completed request', 'lower');

add('availability_pct', '%', 'share of replica time that was up; empty as long as failures are not modelled', 'higher');
add('sites', 'sites', 'sites of the scope');
add('sites_meeting_pct', '%', 'share of sites that meet every objective judged per site', 'higher');
add('site_ttft_ms_p95_p5', 'ms', '5th percentile over sites of their p95 TTFT', 'lower');
add('site_ttft_ms_p95_p50', 'ms', 'median over sites of their p95 TTFT', 'lower');
add('site_ttft_ms_p95_p95', 'ms', '95th percentile over sites of their p95 TTFT', 'lower');
add('site_ttft_ms_p95_worst', 'ms', 'p95 TTFT of the worst site', 'lower');

/** All metric columns, in the order of runs.csv (after the key columns). */
export const METRIC_COLUMNS: readonly MetricColumn[] = columns;

const indexByName = new Map(columns.map((column, index) => [column.name, index]));

/** Position of a column, or -1 when there is none of that name. */
export function metricIndex(name: string): number {
  return indexByName.get(name) ?? -1;
}
