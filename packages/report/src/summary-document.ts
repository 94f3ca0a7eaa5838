/**
 * The shape of `summary.json`, schema `infersim.summary/1`. Numbers that are not available are null, never 0. Nothing in
 * it depends on the machine, the number of jobs or the wall clock. New keys may be added; a changed meaning is a new
 * major version of the schema.
 */

import type { Grade } from '@infersim/catalog';
import type { ScopeKind } from '@infersim/runner';
import type { FigureBasis, OutsideMeasured } from './scope-bands.js';

/** Name and major version of the schema. */
export const SUMMARY_SCHEMA = 'infersim.summary/1';

export interface SummaryObjective {
  readonly name: string;
  readonly passed: boolean;
  readonly severity: 'fail' | 'warn';
  readonly metric: string;
  readonly stat: string;
  /** Column of runs.csv that is judged. */
  readonly column: string;
  readonly unit: string;
  readonly scope: ScopeKind;
  readonly scope_id: string;
  /** The figure; with `site_share`, the share of like sites that met the bound, in per cent. */
  readonly actual: number | null;
  /** What the verdict rests on: the confidence bound with replications, else `actual`. */
  readonly judged: number | null;
  readonly bound: 'max' | 'min';
  /** What `actual` is held against; with `site_share`, that share in per cent. */
  readonly limit: number;
  /** Room left to the limit, as a share of it; negative when exceeded. */
  readonly margin_pct: number | null;
  /** Share of like sites that have to meet `site_limit`; both absent = the scope is judged as a whole. */
  readonly site_share?: number;
  readonly site_limit?: number;
  /** For a failed one: where it is worst and why. */
  readonly why: string;
}

/** Where the real figure lies in four of five cases, as far as measured neighbours tell: model error, no run-to-run spread. */
export interface SummaryBand {
  readonly low: number;
  readonly high: number;
  /** Share of cases the band is made to cover. */
  readonly nominal: number;
  /** Neighbours it rests on; `none` where nothing alike was measured; `load` where the load sets the figure. */
  readonly basis: FigureBasis;
  /** Worst grade of the constants behind the figure; assumed where nothing alike was measured. */
  readonly grade: Grade;
}

/** A figure over replications. */
export interface SummaryMetric {
  readonly value: number | null;
  /** Half-width of the confidence interval; null without spread over at least two replications. */
  readonly ci_half_width: number | null;
  readonly n: number;
  readonly unit: string;
  /** Latency, throughput, power, energy and what they cost, where available; absent in results before bands. */
  readonly band?: SummaryBand;
}

/** One price per million tokens and the parts it is made of; they add up to the total. */
export interface CostPerToken {
  readonly unit: 'USD per 1M tokens';
  readonly total: number | null;
  readonly parts: Readonly<Record<string, number | null>>;
}

export interface SummaryScope {
  readonly scope: ScopeKind;
  readonly scope_id: string;
  readonly confidence_grade: Grade | null;
  /** What the scope's bands rest on at worst. */
  readonly band_basis?: FigureBasis;
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
  /** Mean over 15-minute peak of facility power, in per cent. */
  readonly load_factor_pct: number | null;
  readonly cost_per_1m_tokens: {
    readonly input: CostPerToken;
    readonly output: CostPerToken;
    readonly all: CostPerToken;
  };
}

export interface SummaryLimits {
  readonly pool: string;
  readonly busy_pct: number | null;
  readonly kv_full_pct: number | null;
  readonly batch_full_pct: number | null;
  readonly queue_non_empty_pct: number | null;
  readonly memory_bound_pct: number | null;
  readonly compute_bound_pct: number | null;
}

export interface SummaryHistogram {
  readonly scope: ScopeKind;
  readonly scope_id: string;
  readonly metric: string;
  readonly lower_ms: readonly number[];
  readonly upper_ms: readonly number[];
  readonly count: readonly number[];
}

/** One identity, as it came out in the replication where it was worst. */
export interface SummaryCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly meaning: string;
  readonly replication: number;
  readonly left: number;
  readonly right: number;
  readonly relative: number;
  readonly tolerance: number;
}

/** A file the results rest on. */
export interface SummaryInput {
  /** File name without folders: paths differ between machines. */
  readonly name: string;
  readonly sha256: string;
}

export interface SummaryAssumption {
  readonly where: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly grade: Grade;
}

export interface SummaryDocument {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly name: string;
  readonly status: 'complete' | 'interrupted';
  /** False when an objective of severity `fail` was missed. */
  readonly passed: boolean;
  readonly objectives: readonly SummaryObjective[];
  readonly replications: number;
  readonly replications_planned: number;
  readonly seed: number;
  /** Confidence level of the intervals. */
  readonly confidence: number;
  /** True when nothing in the world is random: replications would be copies, and intervals would say nothing. */
  readonly deterministic: boolean;
  readonly stability: { readonly stable: boolean; readonly unstable_replications: readonly number[] };
  readonly horizon_s: number;
  readonly warmup_s: number;
  readonly fingerprint: string;
  readonly runs: readonly {
    readonly replication: number;
    readonly seed: number;
    readonly status: string;
    readonly reached_s: number;
    readonly fingerprint: string;
  }[];
  readonly scopes: readonly SummaryScope[];
  readonly limits: readonly SummaryLimits[];
  readonly conservation: {
    readonly passed: boolean;
    readonly statement: string;
    readonly checks: readonly SummaryCheck[];
  };
  readonly assumed: readonly SummaryAssumption[];
  /** Where pools lie outside everything that was measured, with the constant that is taken on trust. */
  readonly outside_measured?: readonly OutsideMeasured[];
  /** Refusals and dropped trace rows by reason, over all replications. */
  readonly tallies: Readonly<Record<string, number>>;
  /** Percentiles that rest on too few samples in at least one replication. */
  readonly thin_percentiles: readonly {
    readonly scope: ScopeKind;
    readonly scope_id: string;
    readonly column: string;
    readonly replications: number;
  }[];
  readonly warnings: readonly string[];
  readonly inputs: readonly SummaryInput[];
  readonly histograms: readonly SummaryHistogram[];
}
