/**
 * What comes back from runs: plain data and typed arrays, safe to post from a worker, the same bytes for any number of
 * workers. Nothing here depends on the machine or the wall clock.
 */

import type { RequestSpool } from './request-spool.js';
import type { ObjectivePlan, RunPlan, ScopeKind } from './run-plan.js';

export interface ScopeRef {
  readonly kind: ScopeKind;
  /** `all` for the whole; a grid, site group, pool (`group/pool`), workload or origin id otherwise. */
  readonly id: string;
}

/** One exact identity that was checked at the end of a run. `relative` is |left-right| / max(|left|,|right|), 0 when equal. */
export interface ConservationCheck {
  readonly name: 'requests' | 'tokens' | 'kv-blocks' | 'energy' | 'energy-facility' | 'money' | 'little' | 'time';
  readonly left: number;
  readonly right: number;
  readonly relative: number;
  /** Counts have tolerance 0, sums 1e-9. */
  readonly tolerance: number;
  readonly passed: boolean;
  readonly meaning: string;
}

/** Columns of timeseries.csv after (replication, time_s, scope, scope_id); one cell per (row, column), NaN = not available. */
export const TIMESERIES_COLUMNS = [
  'interval_s',
  'requests_offered',
  'requests_completed',
  'tokens_output',
  'running_mean',
  'waiting_mean',
  'kv_used_pct_mean',
  'power_kw_it',
  'power_kw_facility',
  'pue',
  'energy_kwh_it',
  'energy_kwh_facility',
  'price_usd_per_kwh',
  'carbon_g_per_kwh',
] as const;

export interface TimeSeries {
  readonly timeS: Float64Array;
  /** Index into the result's `scopes`, per row. */
  readonly scope: Int32Array;
  /** Rows x TIMESERIES_COLUMNS, row-major. */
  readonly cells: Float64Array;
}

export const REQUEST_OUTCOMES = ['completed', 'rejected', 'failed', 'timed_out', 'in_flight'] as const;

/** Numeric columns of requests.csv, one Float64Array each; NaN = not available. */
export const REQUEST_COLUMNS = [
  'request_id',
  'task_id',
  'session_id',
  'attempts',
  'prompt_tokens',
  'cached_tokens',
  'wished_tokens',
  'output_tokens',
  'thinking_tokens',
  'sent_s',
  'admitted_s',
  'first_token_s',
  'last_token_s',
  'ttft_ms',
  'tpot_ms',
  'e2e_ms',
  'queue_ms',
  'preemptions',
  'energy_j',
  'device_s',
  'cost_usd',
] as const;

export interface RequestRows {
  readonly rows: number;
  /** Index into plan.world.traffic. */
  readonly workload: Int32Array;
  /** Origin site number (0 for a single place). */
  readonly originSite: Int32Array;
  /** Index into plan.world.pools, -1 = never placed; and the site number in its group. */
  readonly pool: Int32Array;
  readonly site: Int32Array;
  /** Index into REQUEST_OUTCOMES. */
  readonly outcome: Int32Array;
  readonly columns: Readonly<Record<(typeof REQUEST_COLUMNS)[number], Float64Array>>;
}

/** USD that a request causes per second on the devices of a pool and per joule of its own. */
export interface RequestRates {
  readonly usdPerDeviceS: number;
  readonly usdPerJ: number;
}

/** Rows that lie in temporary files instead of in memory, and what turns them into those of requests.csv. */
export interface SpooledRequests {
  /** One, or several whose rows belong between each other. */
  readonly spools: readonly RequestSpool[];
  /** By pool. */
  readonly rates: readonly RequestRates[];
}

/** Pooled latency distribution of a scope: ascending (value_ms, count) pairs. */
export interface LatencyHistogram {
  readonly scope: number;
  readonly metric: string;
  readonly lowerMs: Float64Array;
  readonly upperMs: Float64Array;
  readonly count: Float64Array;
}

/** What holds a pool back, as shares of replica time (they need not add up to one). */
export interface PoolLimits {
  /** Index into `scopes`. */
  readonly scope: number;
  readonly busyPct: number;
  readonly kvFullPct: number;
  readonly batchFullPct: number;
  readonly queueNonEmptyPct: number;
  readonly memoryBoundPct: number;
  readonly computeBoundPct: number;
}

export interface ReplicationResult {
  readonly replication: number;
  readonly seed: number;
  readonly fingerprint: string;
  readonly events: number;
  readonly steps: number;
  /** Simulated seconds reached (less than the horizon when interrupted). */
  readonly reachedS: number;
  readonly interrupted: boolean;
  readonly scopes: readonly ScopeRef[];
  /** scopes x METRIC_COLUMNS, row-major; NaN = not available. */
  readonly values: Float64Array;
  /** Percentile columns that rest on fewer than 100/(1-q) samples, as scope * METRIC_COLUMNS.length + column. */
  readonly thinCells: Int32Array;
  readonly timeseries: TimeSeries | null;
  /** Rows of requests.csv in memory; null when none were recorded, or when they were spooled. `requestBlocks` reads either. */
  readonly requests: RequestRows | null;
  readonly spooledRequests: SpooledRequests | null;
  readonly histograms: readonly LatencyHistogram[];
  readonly limits: readonly PoolLimits[];
  readonly conservation: readonly ConservationCheck[];
  /** Refusals by reason, drops of trace rows by reason: `workload/reason` -> count. */
  readonly tallies: Readonly<Record<string, number>>;
  /** For each objective judged per like site: share of its sites that met it, percent; NaN = judged as a whole. */
  readonly siteSharesPct: Float64Array;
  /** False when the queue only grew: no steady state, means are not to be trusted. */
  readonly stable: boolean;
  readonly warnings: readonly string[];
}

/** A figure over replications: mean, half-width of its confidence interval (NaN with one replication), count. */
export interface Estimate {
  readonly mean: number;
  readonly halfWidth: number;
  readonly n: number;
}

export interface ObjectiveResult {
  readonly objective: ObjectivePlan;
  /** Null when the figure is not available (then it has not passed). */
  readonly actual: number | null;
  /** The figure the verdict rests on: the confidence bound with replications, else `actual`. */
  readonly judged: number | null;
  readonly limit: number;
  readonly marginPct: number | null;
  readonly passed: boolean;
  /** For a failed one: where it is worst and why, in words. */
  readonly why: string;
}

export interface ExperimentResult {
  readonly plan: RunPlan;
  readonly replications: readonly ReplicationResult[];
  readonly scopes: readonly ScopeRef[];
  /** scopes x METRIC_COLUMNS, row-major. */
  readonly estimates: readonly Estimate[];
  readonly objectives: readonly ObjectiveResult[];
  /** Over all replications, in order. */
  readonly fingerprint: string;
  /** Replications that are not here because their worker died, a sentence each. */
  readonly lost: readonly string[];
  readonly interrupted: boolean;
  readonly deterministic: boolean;
  readonly stable: boolean;
  readonly conserved: boolean;
  readonly warnings: readonly string[];
}
