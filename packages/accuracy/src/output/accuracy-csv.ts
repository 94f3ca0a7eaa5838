/**
 * Errors for notebooks: `errors.csv`, a row per figure, and `summary.csv`, a row per group. RFC 4180, LF, keys first, an empty
 * cell for what does not apply. Measured and predicted values are in the unit that the metric's name ends in and keep every digit.
 */

import { type CsvCell, csvChunks } from '@infersim/report';
import type { ErrorRow } from '../errors/error-row.js';
import type { AccuracyDocument } from './accuracy-document.js';
import { splitName } from './accuracy-json.js';

/** Columns of `errors.csv`. New ones are appended only. */
export const ERROR_COLUMNS = [
  'case_id',
  'file',
  'line',
  'dataset',
  'source',
  'device',
  'model',
  'family',
  'is_moe',
  'precision',
  'engine',
  'device_count',
  'run_kind',
  'metric',
  'split',
  'left_out',
  'set_aside',
  'measured',
  'predicted',
  'signed_error_pct',
  'abs_error_pct',
] as const;

/** Keys of groups, as columns of `summary.csv`; empty where a group is not made by it. */
const GROUP_COLUMNS = [
  'dataset',
  'source',
  'device',
  'family',
  'model',
  'precision',
  'engine',
  'quantity',
  'metric',
] as const;

/** Columns of `summary.csv`. New ones are appended only. */
export const SUMMARY_COLUMNS = [
  'split',
  'level',
  'grouped_by',
  ...GROUP_COLUMNS,
  'n',
  'median_abs_error_pct',
  'p90_abs_error_pct',
  'worst_abs_error_pct',
  'bias_pct',
  'worst_case_id',
  'worst_metric',
] as const;

/** `errors.csv` in chunks, rows in the order given; rows set aside are there with their reason. */
export function errorsCsv(rows: Iterable<ErrorRow>): Iterable<string> {
  return csvChunks(ERROR_COLUMNS, errorCells(rows));
}

/** `summary.csv` in chunks, a row per group of the document. */
export function accuracySummaryCsv(document: Pick<AccuracyDocument, 'groups'>): Iterable<string> {
  return csvChunks(
    SUMMARY_COLUMNS,
    document.groups.map((group) => [
      group.split,
      group.level,
      group.by,
      ...GROUP_COLUMNS.map((column) => group.values[column] ?? ''),
      group.n,
      group.median_abs_pct,
      group.p90_abs_pct,
      group.worst_abs_pct,
      group.bias_pct,
      group.worst_case,
      group.worst_metric,
    ]),
  );
}

function* errorCells(rows: Iterable<ErrorRow>): Generator<readonly CsvCell[]> {
  for (const row of rows)
    yield [
      row.caseId,
      row.file,
      row.line,
      row.dataset,
      row.source,
      row.deviceId,
      row.modelId,
      row.family,
      row.isMoe ? 'true' : 'false',
      row.precision,
      row.engineId,
      row.deviceCount,
      row.runKind,
      row.metric,
      splitName(row.split),
      row.split.kind === 'left-out' ? row.split.group : '',
      row.setAside,
      row.measured,
      row.predicted,
      100 * row.signedError,
      100 * row.absError,
    ];
}
