/**
 * Errors of many rows in five figures: how many, the median and 90th percentile of the absolute error, the worst and whose
 * it is, and the median of the signed error (the bias: what is left when high and low predictions cancel).
 *
 * Quantiles are R-7 (linear between neighbours), as everywhere here. Medians are used because single rows of published tables
 * are wrong now and then by a factor; the worst row is shown, so that none can hide.
 */

import { quantiles } from '@infersim/stats';
import type { MetricName } from '../cases/measured-case.js';
import type { ErrorRow } from './error-row.js';
import { METRIC_WORDS } from './metric-words.js';

/** Fractions, not percent. */
export interface ErrorSummary {
  readonly n: number;
  readonly medianAbs: number;
  readonly p90Abs: number;
  readonly worstAbs: number;
  /** The first case that has the worst error, and in which metric. */
  readonly worstCaseId: string;
  readonly worstMetric: MetricName;
  /** Median of the signed error. */
  readonly bias: number;
}

/** Summary of the rows as given (rows set aside are the caller's to leave out); null when there are none. */
export function summarizeErrors(rows: readonly ErrorRow[]): ErrorSummary | null {
  let worst = rows[0];
  if (worst === undefined) return null;
  for (const row of rows) if (row.absError > worst.absError) worst = row;
  const [medianAbs, p90Abs] = quantiles(
    Float64Array.from(rows, (row) => row.absError),
    [0.5, 0.9],
  );
  const [bias] = quantiles(
    Float64Array.from(rows, (row) => row.signedError),
    [0.5],
  );
  return {
    n: rows.length,
    medianAbs: medianAbs!,
    p90Abs: p90Abs!,
    worstAbs: worst.absError,
    worstCaseId: worst.caseId,
    worstMetric: worst.metric,
    bias: bias!,
  };
}

/** What rows can be grouped by. `quantity` is the kind of thing measured: latency, throughput, power. */
export type GroupKey =
  | 'dataset'
  | 'source'
  | 'device'
  | 'family'
  | 'model'
  | 'precision'
  | 'engine'
  | 'quantity'
  | 'metric';

const KEY_VALUES: Readonly<Record<GroupKey, (row: ErrorRow) => string>> = {
  dataset: (row) => row.dataset,
  source: (row) => row.source,
  device: (row) => row.deviceId,
  family: (row) => row.family,
  model: (row) => row.modelId,
  precision: (row) => row.precision,
  engine: (row) => row.engineId,
  quantity: (row) => METRIC_WORDS[row.metric].quantity,
  metric: (row) => row.metric,
};

/** One group: its values in the order of the keys asked for, and its errors. */
export interface ErrorGroup {
  readonly values: readonly string[];
  readonly rows: readonly ErrorRow[];
  readonly summary: ErrorSummary;
}

/** Groups of rows with equal keys, in ascending order of their values. Rows set aside are left out. */
export function groupErrors(rows: readonly ErrorRow[], keys: readonly GroupKey[]): ErrorGroup[] {
  const groups = new Map<string, { values: string[]; rows: ErrorRow[] }>();
  for (const row of rows) {
    if (row.setAside !== '') continue;
    const values = keys.map((key) => KEY_VALUES[key](row));
    const name = JSON.stringify(values);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { values, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()]
    .sort((a, b) => compareLists(a.values, b.values))
    .map((group) => ({ ...group, summary: summarizeErrors(group.rows)! }));
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < a.length; at++) {
    // By code unit, so that no locale changes the order of a file.
    if (a[at]! < b[at]!) return -1;
    if (a[at]! > b[at]!) return 1;
  }
  return 0;
}
