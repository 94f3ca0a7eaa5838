/**
 * Builds `summary.json` from an experiment's result.
 *
 * Cost per token in parts: a part of a bill per million tokens is the token price times the part's share of the bill,
 * taken per replication and then averaged, so that the parts add up to the mean price exactly (up to rounding). For
 * input and output tokens the same shares are used: the accounts split the whole bill of a pool between prefill and
 * decode, not each part of it. That is exact for one pool, and an approximation for a scope whose pools differ.
 *
 * Half-widths of zero are left out: replications that came out alike say nothing about spread.
 */

import { ERROR_RECORD, type ErrorRecord, NOMINAL_COVERAGE } from '@infersim/confidence';
import {
  COST_COLUMNS,
  type ConservationCheck,
  type ExperimentResult,
  METRIC_COLUMNS,
  metricIndex,
  type ReplicationResult,
  type ScopeRef,
} from '@infersim/runner';
import { scopeGrade } from './confidence-grade.js';
import { jsonText } from './json-text.js';
import { mergeHistograms } from './merged-histograms.js';
import { replicationStatus } from './runs-csv.js';
import { type FigureBand, farthestBasisOf, outsideMeasuredOf, type ScopeBands, scopeBands } from './scope-bands.js';
import {
  type CostPerToken,
  SUMMARY_SCHEMA,
  type SummaryBand,
  type SummaryCheck,
  type SummaryDocument,
  type SummaryInput,
  type SummaryLimits,
  type SummaryMetric,
  type SummaryObjective,
  type SummaryScope,
} from './summary-document.js';

/** The text of summary.json. */
export function summaryJson(
  result: ExperimentResult,
  inputs: readonly SummaryInput[],
  record: ErrorRecord = ERROR_RECORD,
): string {
  return jsonText(summaryDocument(result, inputs, record));
}

/** The summary as plain data; the terminal, `report` and `compare` work from it alone. Bands come from `record`. */
export function summaryDocument(
  result: ExperimentResult,
  inputs: readonly SummaryInput[],
  record: ErrorRecord = ERROR_RECORD,
): SummaryDocument {
  const { plan } = result;
  const bands = scopeBands(result, record);
  return {
    schema: SUMMARY_SCHEMA,
    name: plan.name,
    status: result.interrupted ? 'interrupted' : 'complete',
    passed: result.objectives.every((outcome) => outcome.passed || outcome.objective.severity === 'warn'),
    objectives: objectives(result),
    replications: result.replications.length,
    replications_planned: plan.replications,
    seed: plan.seed,
    confidence: plan.confidence,
    deterministic: result.deterministic,
    stability: {
      stable: result.stable,
      unstable_replications: result.replications.filter((run) => !run.stable).map((run) => run.replication),
    },
    horizon_s: plan.world.horizonS,
    warmup_s: plan.world.warmupS,
    fingerprint: result.fingerprint,
    runs: result.replications.map((run) => ({
      replication: run.replication,
      seed: run.seed,
      status: replicationStatus(run),
      reached_s: run.reachedS,
      fingerprint: run.fingerprint,
    })),
    scopes: result.scopes.map((scope, scopeIdx) => summaryScope(result, scope, scopeIdx, bands[scopeIdx]!)),
    limits: limits(result),
    conservation: conservation(result),
    assumed: plan.assumed.map(({ where, name, value, unit, grade }) => ({ where, name, value, unit, grade })),
    outside_measured: outsideMeasuredOf(result, record),
    tallies: tallies(result.replications),
    thin_percentiles: thinPercentiles(result),
    warnings: [...new Set([...plan.warnings, ...result.warnings])],
    inputs: inputs.map(({ name, sha256 }) => ({ name, sha256 })),
    histograms: mergeHistograms(result),
  };
}

function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

function objectives(result: ExperimentResult): SummaryObjective[] {
  return result.objectives.map(({ objective, actual, judged, limit, marginPct, passed, why }) => ({
    name: objective.name,
    passed,
    severity: objective.severity,
    metric: objective.metric,
    stat: objective.stat,
    column: objective.column,
    unit: objective.siteShare === undefined ? unitOf(objective.column) : '%',
    scope: objective.scopeKind,
    scope_id: objective.scopeId,
    actual: finite(actual),
    judged: finite(judged),
    bound: objective.siteShare === undefined && limit === objective.max ? 'max' : 'min',
    limit,
    margin_pct: finite(marginPct),
    ...(objective.siteShare === undefined
      ? {}
      : { site_share: objective.siteShare, site_limit: objective.max ?? objective.min ?? 0 }),
    why,
  }));
}

function unitOf(column: string): string {
  return METRIC_COLUMNS[metricIndex(column)]?.unit ?? '';
}

function summaryScope(result: ExperimentResult, scope: ScopeRef, scopeIdx: number, bands: ScopeBands): SummaryScope {
  const metrics: Record<string, SummaryMetric> = {};
  METRIC_COLUMNS.forEach((column, columnIdx) => {
    const estimate = result.estimates[scopeIdx * METRIC_COLUMNS.length + columnIdx];
    const halfWidth = finite(estimate?.halfWidth);
    const hasSpread = !result.deterministic && halfWidth !== null && halfWidth > 0;
    const value = finite(estimate?.mean);
    const band = bands.get(column.name);
    metrics[column.name] = {
      value,
      ci_half_width: hasSpread ? halfWidth : null,
      n: estimate?.n ?? 0,
      unit: column.unit,
      ...(value === null || band === undefined ? {} : { band: bandAround(value, band) }),
    };
  });
  const basis = farthestBasisOf(bands.values());
  return {
    scope: scope.kind,
    scope_id: scope.id,
    confidence_grade: scopeGrade(result.plan.world, scope) ?? null,
    ...(basis === undefined ? {} : { band_basis: basis }),
    metrics,
    load_factor_pct: loadFactorPct(metrics),
    cost_per_1m_tokens: {
      input: costInParts(result, scope, 'cost_usd_per_1m_input_tokens'),
      output: costInParts(result, scope, 'cost_usd_per_1m_output_tokens'),
      all: costInParts(result, scope, 'cost_usd_per_1m_tokens'),
    },
  };
}

function bandAround(value: number, { lowFactor, highFactor, basis, grade }: FigureBand): SummaryBand {
  return { low: value * lowFactor, high: value * highFactor, nominal: NOMINAL_COVERAGE, basis, grade };
}

function loadFactorPct(metrics: Readonly<Record<string, SummaryMetric>>): number | null {
  const mean = metrics['power_kw_facility_mean']?.value ?? null;
  const peak = metrics['power_kw_facility_peak_15min']?.value ?? metrics['power_kw_facility_peak']?.value ?? null;
  return mean === null || peak === null || !(peak > 0) ? null : (100 * mean) / peak;
}

function costInParts(result: ExperimentResult, scope: ScopeRef, column: string): CostPerToken {
  const names = COST_COLUMNS.map(([part]) => part);
  const sums = names.map(() => 0);
  let total = 0;
  let count = 0;
  for (const run of result.replications) {
    const price = figureOf(run, scope, column);
    const bill = figureOf(run, scope, 'cost_usd_total');
    if (!Number.isFinite(price) || !(bill > 0)) continue;
    count++;
    total += price;
    names.forEach((part, index) => {
      sums[index]! += (price * figureOf(run, scope, `cost_usd_${part}`)) / bill;
    });
  }
  return {
    unit: 'USD per 1M tokens',
    total: count === 0 ? null : total / count,
    parts: Object.fromEntries(names.map((part, index) => [part, count === 0 ? null : finite(sums[index]! / count)])),
  };
}

function figureOf(run: ReplicationResult, scope: ScopeRef, column: string): number {
  const scopeIdx = run.scopes.findIndex((other) => other.kind === scope.kind && other.id === scope.id);
  return scopeIdx < 0 ? Number.NaN : run.values[scopeIdx * METRIC_COLUMNS.length + metricIndex(column)]!;
}

const LIMIT_FIELDS = [
  ['busy_pct', 'busyPct'],
  ['kv_full_pct', 'kvFullPct'],
  ['batch_full_pct', 'batchFullPct'],
  ['queue_non_empty_pct', 'queueNonEmptyPct'],
  ['memory_bound_pct', 'memoryBoundPct'],
  ['compute_bound_pct', 'computeBoundPct'],
] as const;

function limits(result: ExperimentResult): SummaryLimits[] {
  const pools = new Map<string, { sums: number[]; count: number }>();
  for (const run of result.replications)
    for (const limit of run.limits) {
      const pool = run.scopes[limit.scope]?.id ?? String(limit.scope);
      let entry = pools.get(pool);
      if (entry === undefined) {
        entry = { sums: LIMIT_FIELDS.map(() => 0), count: 0 };
        pools.set(pool, entry);
      }
      entry.count++;
      LIMIT_FIELDS.forEach(([, field], index) => {
        entry.sums[index]! += limit[field];
      });
    }
  return [...pools].map(([pool, { sums, count }]) => {
    const means = Object.fromEntries(LIMIT_FIELDS.map(([name], index) => [name, finite(sums[index]! / count)]));
    return { pool, ...(means as Omit<SummaryLimits, 'pool'>) };
  });
}

function conservation(result: ExperimentResult): SummaryDocument['conservation'] {
  const worst = new Map<string, SummaryCheck>();
  for (const run of result.replications)
    for (const check of run.conservation) {
      const known = worst.get(check.name);
      if (known === undefined || excess(check) > excess(known) || (known.passed && !check.passed))
        worst.set(check.name, {
          name: check.name,
          passed: check.passed,
          meaning: check.meaning,
          replication: run.replication,
          left: check.left,
          right: check.right,
          relative: check.relative,
          tolerance: check.tolerance,
        });
    }
  const checks = [...worst.values()];
  const broken = checks.filter((check) => !check.passed).map((check) => check.name);
  const passed = result.conserved && broken.length === 0 && checks.length > 0;
  const runs = result.replications.length === 1 ? 'the replication' : `all ${result.replications.length} replications`;
  const statement = passed
    ? `conserved in ${runs}: ${checks.map((check) => check.name).join(', ')} (counts exactly, sums to 1e-9)`
    : `NOT conserved: ${broken.length > 0 ? broken.join(', ') : 'no check was made'}`;
  return { passed, statement, checks };
}

function excess(check: Pick<ConservationCheck, 'relative' | 'tolerance'>): number {
  return check.relative - check.tolerance;
}

function tallies(runs: readonly ReplicationResult[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const run of runs)
    for (const [name, count] of Object.entries(run.tallies)) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function thinPercentiles(result: ExperimentResult): SummaryDocument['thin_percentiles'] {
  const width = METRIC_COLUMNS.length;
  const cells = new Map<string, { scope: ScopeRef; column: string; replications: number; order: number }>();
  for (const run of result.replications)
    for (const cell of run.thinCells) {
      const scope = run.scopes[Math.floor(cell / width)];
      const column = METRIC_COLUMNS[cell % width];
      if (scope === undefined || column === undefined) throw new RangeError(`thin cell ${cell} lies outside the table`);
      const key = `${scope.kind} ${scope.id} ${column.name}`;
      const known = cells.get(key);
      if (known === undefined) cells.set(key, { scope, column: column.name, replications: 1, order: cell });
      else known.replications++;
    }
  return [...cells.values()]
    .sort((a, b) => a.order - b.order)
    .map(({ scope, column, replications }) => ({ scope: scope.kind, scope_id: scope.id, column, replications }));
}
