/**
 * Results side by side. The first folder is the baseline A; every other one is compared with it.
 *
 * Pairs are formed by seed and replication (common random numbers: they met the same requests), and the interval of the
 * difference B - A is Student's t over the pairs. Where the seeds differ, or where replications came out alike or there
 * is one only, there is no interval: the verdict then rests on the plain difference and says so by its `basis`.
 *
 * Verdict: `same` when the difference is below `threshold` (a share of A), `unclear` when it is larger but its interval
 * holds zero (more replications would tell); else `better` or
 * `worse` by the direction of the metric, `changed` where neither direction is better. A regression is a headline
 * figure of scope `all` that is worse, or an objective met in A and missed in B.
 */

import { METRIC_COLUMNS, type MetricColumn, type ScopeKind } from '@infersim/runner';
import { pairedInterval } from '@infersim/stats';
import { ResultsError } from './results-error.js';
import { readSavedRuns, type SavedResults } from './saved-results.js';

/** Figures that decide about a regression. */
export const HEADLINE_METRICS: readonly string[] = [
  'served_pct',
  'output_tokens_per_s',
  'goodput_pct',
  'ttft_ms_p50',
  'ttft_ms_p95',
  'ttft_ms_p99',
  'tpot_ms_mean',
  'e2e_ms_p95',
  'power_kw_facility_mean',
  'power_kw_facility_peak_15min',
  'energy_kwh_facility',
  'energy_j_per_output_token',
  'carbon_kg',
  'cost_usd_total',
  'cost_usd_per_1m_output_tokens',
  'cost_usd_per_1m_tokens',
];

export type Verdict = 'better' | 'worse' | 'same' | 'unclear' | 'changed' | 'unknown';

export interface ComparedMetric {
  readonly scope: ScopeKind;
  readonly scope_id: string;
  readonly metric: string;
  readonly unit: string;
  /** Means over the replications that were compared. */
  readonly a: number | null;
  readonly b: number | null;
  readonly delta: number | null;
  readonly delta_pct: number | null;
  /** Half-width of the interval of the difference; null without one. */
  readonly ci_half_width: number | null;
  readonly pairs: number;
  /** `paired`: by seed with spread; `identical`: every pair differs by the same; `single`: one pair; `unpaired`: no common seed. */
  readonly basis: 'paired' | 'identical' | 'single' | 'unpaired';
  readonly verdict: Verdict;
}

export interface ComparedObjective {
  readonly name: string;
  readonly a: boolean | null;
  readonly b: boolean | null;
  readonly verdict: Verdict;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly confidence: number;
  readonly threshold_pct: number;
  /** Replications that both have with the same seed and number. */
  readonly common_worlds: number;
  readonly objectives: readonly ComparedObjective[];
  readonly metrics: readonly ComparedMetric[];
  readonly regressions: readonly string[];
  readonly notes: readonly string[];
}

export interface CompareOptions {
  /** Differences below this share of A count as none. */
  readonly thresholdPct: number;
}

type Table = Map<string, Map<string, number[]>>;

/** Replications with the same seed and number met the same random world. */
function worldKey(seed: number | string, replication: number | string): string {
  return `${seed}/${replication}`;
}

/** Compares B with A. Throws `ResultsError` RESULTS_READ when the rows of a folder cannot be read. */
export function compareResults(a: SavedResults, b: SavedResults, options: CompareOptions): Comparison {
  const rowsA = tableOf(a);
  const rowsB = tableOf(b);
  const confidence = a.summary.confidence;
  const worldsA = new Set(a.summary.runs.map((run) => worldKey(run.seed, run.replication)));
  const commonWorlds = b.summary.runs.filter((run) => worldsA.has(worldKey(run.seed, run.replication))).length;
  const metrics: ComparedMetric[] = [];
  for (const [scopeKey, valuesA] of rowsA) {
    const valuesB = rowsB.get(scopeKey);
    if (valuesB === undefined) continue;
    const separator = scopeKey.indexOf(' ');
    const scope = scopeKey.slice(0, separator) as ScopeKind;
    METRIC_COLUMNS.forEach((column, columnIdx) => {
      metrics.push({
        scope,
        scope_id: scopeKey.slice(separator + 1),
        ...compareColumn(column, columnIdx, valuesA, valuesB, confidence, options.thresholdPct),
      });
    });
  }
  const objectives = compareObjectives(a, b);
  const regressions = [
    ...objectives.filter((item) => item.verdict === 'worse').map((item) => `objective ${item.name}`),
    ...metrics
      .filter((item) => item.scope === 'all' && item.verdict === 'worse' && HEADLINE_METRICS.includes(item.metric))
      .map((item) => item.metric),
  ];
  return {
    a: a.label,
    b: b.label,
    confidence,
    threshold_pct: options.thresholdPct,
    common_worlds: commonWorlds,
    objectives,
    metrics,
    regressions,
    notes: notesOf(a, b, rowsA, rowsB, commonWorlds),
  };
}

function notesOf(a: SavedResults, b: SavedResults, rowsA: Table, rowsB: Table, commonWorlds: number): string[] {
  const notes: string[] = [];
  if (commonWorlds === 0) notes.push('no common seeds: means are compared without an interval');
  for (const side of [a, b]) {
    if (side.summary.status === 'interrupted') notes.push(`${side.label} was interrupted: its results are partial`);
    if (!side.summary.stability.stable) notes.push(`${side.label} is unstable: its latencies have no mean to speak of`);
  }
  const onlyOne = [
    ...[...rowsA.keys()].filter((key) => !rowsB.has(key)).map((key) => `${key} only in ${a.label}`),
    ...[...rowsB.keys()].filter((key) => !rowsA.has(key)).map((key) => `${key} only in ${b.label}`),
  ];
  return [...notes, ...onlyOne];
}

/** Scope -> world -> values in the order of METRIC_COLUMNS. Interrupted replications are kept out. */
function tableOf(saved: SavedResults): Table {
  const { header, records } = readSavedRuns(saved.path);
  for (const key of ['seed', 'replication', 'scope', 'scope_id', 'status'])
    if (!header.includes(key))
      throw new ResultsError('RESULTS_READ', saved.path, `runs.csv in ${saved.path} has no column ${key}`);
  const table: Table = new Map();
  for (const record of records) {
    if (record['status'] === 'interrupted') continue;
    const key = `${record['scope']} ${record['scope_id']}`;
    let byWorld = table.get(key);
    if (byWorld === undefined) {
      byWorld = new Map();
      table.set(key, byWorld);
    }
    // A column that an older version did not have is not available; so is an empty cell.
    byWorld.set(
      worldKey(record['seed']!, record['replication']!),
      METRIC_COLUMNS.map(({ name }) => {
        const cell = record[name] ?? '';
        return cell === '' ? Number.NaN : Number(cell);
      }),
    );
  }
  return table;
}

function compareColumn(
  column: MetricColumn,
  columnIdx: number,
  valuesA: ReadonlyMap<string, number[]>,
  valuesB: ReadonlyMap<string, number[]>,
  confidence: number,
  thresholdPct: number,
): Omit<ComparedMetric, 'scope' | 'scope_id'> {
  const pairedA: number[] = [];
  const pairedB: number[] = [];
  for (const [world, row] of valuesA) {
    const other = valuesB.get(world)?.[columnIdx] ?? Number.NaN;
    if (!Number.isFinite(row[columnIdx]!) || !Number.isFinite(other)) continue;
    pairedA.push(row[columnIdx]!);
    pairedB.push(other);
  }
  const base = { metric: column.name, unit: column.unit };
  if (pairedA.length === 0) {
    const a = meanOf([...valuesA.values()].map((row) => row[columnIdx]!));
    const b = meanOf([...valuesB.values()].map((row) => row[columnIdx]!));
    return {
      ...base,
      ...differenceOf(a, b),
      ci_half_width: null,
      pairs: 0,
      basis: 'unpaired',
      verdict: verdictOf(column, a, b, null, thresholdPct),
    };
  }
  const a = meanOf(pairedA)!;
  const b = meanOf(pairedB)!;
  const interval = pairedInterval(pairedB, pairedA, confidence);
  const halfWidth = interval.halfWidth ?? null;
  return {
    ...base,
    ...differenceOf(a, b),
    ci_half_width: halfWidth,
    pairs: pairedA.length,
    basis: halfWidth !== null ? 'paired' : pairedA.length === 1 ? 'single' : 'identical',
    verdict: verdictOf(column, a, b, halfWidth, thresholdPct),
  };
}

function meanOf(values: readonly number[]): number | null {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function differenceOf(a: number | null, b: number | null): Pick<ComparedMetric, 'a' | 'b' | 'delta' | 'delta_pct'> {
  if (a === null || b === null) return { a, b, delta: null, delta_pct: null };
  return { a, b, delta: b - a, delta_pct: a === 0 ? (b === 0 ? 0 : null) : (100 * (b - a)) / Math.abs(a) };
}

function verdictOf(
  column: MetricColumn,
  a: number | null,
  b: number | null,
  halfWidth: number | null,
  thresholdPct: number,
): Verdict {
  if (a === null || b === null) return a === b ? 'same' : 'unknown';
  const delta = b - a;
  if (delta === 0 || Math.abs(delta) <= (thresholdPct / 100) * Math.abs(a)) return 'same';
  if (halfWidth !== null && Math.abs(delta) <= halfWidth) return 'unclear';
  if (column.better === 'neutral') return 'changed';
  return delta > 0 === (column.better === 'higher') ? 'better' : 'worse';
}

function compareObjectives(a: SavedResults, b: SavedResults): ComparedObjective[] {
  const names = new Set([...a.summary.objectives, ...b.summary.objectives].map((objective) => objective.name));
  return [...names].map((name) => {
    const passedA = a.summary.objectives.find((objective) => objective.name === name)?.passed ?? null;
    const passedB = b.summary.objectives.find((objective) => objective.name === name)?.passed ?? null;
    let verdict: Verdict = 'same';
    if (passedA === null || passedB === null) verdict = 'unknown';
    else if (passedA !== passedB) verdict = passedB ? 'better' : 'worse';
    return { name, a: passedA, b: passedB, verdict };
  });
}
