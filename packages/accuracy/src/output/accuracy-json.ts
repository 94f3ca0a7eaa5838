/** From errors to the accuracy document, and the document as JSON. */

import { jsonText } from '@infersim/report';
import { sortedQuantile } from '@infersim/stats';
import type { MeasuredCase, MeasuredTables } from '../cases/measured-case.js';
import {
  type BandCoverage,
  bandCoverage,
  bandCoverageBy,
  COVERAGE_LIMITS_PCT,
  type ErrorBand,
  NOMINAL_COVERAGE_PCT,
} from '../errors/coverage.js';
import { type ErrorRow, type ErrorRows, isKernelRow, type Split, type UncomparedFigure } from '../errors/error-row.js';
import { type ErrorSummary, type GroupKey, groupErrors } from '../errors/error-summary.js';
import { type HeadlineFigure, headlineFigures } from '../errors/headline.js';
import {
  ACCURACY_SCHEMA,
  type AccuracyDocument,
  type DocumentBands,
  type DocumentCoverage,
  type DocumentErrors,
  type DocumentGroup,
  type DocumentHeadline,
  type DocumentLevel,
  type DocumentRow,
  type DocumentSetAside,
  type DocumentSplit,
  type DocumentUncompared,
} from './accuracy-document.js';

/** What the document is made of. */
export interface AccuracyInput {
  readonly tables: MeasuredTables;
  /** Errors with the catalog's constants, then those of left-out refits, in any number of parts. */
  readonly errors: readonly ErrorRows[];
  /** Bands of the rows of `bandedRows`. */
  readonly bands?: readonly ErrorBand[];
  /** Whether to carry every single row. */
  readonly withRows?: boolean;
}

/** Splits in the order shown. */
export const DOCUMENT_SPLITS: readonly DocumentSplit[] = ['in_sample', 'left_out_model_family', 'left_out_device'];

const WORST_ROWS = 10;

/** Groups that every summary has: per table and metric, and each attribute alone, by quantity and by metric. */
const GROUPINGS: readonly (readonly GroupKey[])[] = [
  ['metric'],
  ['dataset', 'metric'],
  ...(['source', 'device', 'family', 'model', 'precision', 'engine'] as const).flatMap(
    (key) => [[key], [key, 'quantity'], [key, 'metric']] as const,
  ),
];

/** The document of a comparison. The order of everything in it follows from the input alone. */
export function accuracyDocument({ tables, errors, bands, withRows }: AccuracyInput): AccuracyDocument {
  const rows = errors.flatMap((part) => part.rows);
  const inSample = rows.filter((row) => row.split.kind === 'in-sample');
  const files = tables.files.map(({ file, rows: read, cases, ignored }) => ({
    file,
    rows: read,
    cases,
    left_out: (ignored ?? []).map((item) => ({ reason: item.reason, rows: item.rows })),
  }));
  const setAside = setAsideCases(tables.cases, inSample);
  const uncompared = uniqueUncompared(errors.flatMap((part) => part.uncompared));
  return {
    schema: ACCURACY_SCHEMA,
    files,
    counts: {
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      rows_left_out: files.reduce((sum, file) => sum + file.left_out.reduce((part, item) => part + item.rows, 0), 0),
      cases: tables.cases.length,
      figures: inSample.filter((row) => row.setAside === '').length,
      figures_set_aside: inSample.filter((row) => row.setAside !== '').length,
      cases_set_aside: setAside.length,
      uncompared: uncompared.length,
      problems: tables.problems.length,
    },
    splits: DOCUMENT_SPLITS.filter((split) => rows.some((row) => splitName(row.split) === split)),
    headline: headlineFigures(rows).map(documentHeadline),
    groups: documentGroups(rows),
    worst: (['run', 'kernel'] as const).flatMap((level) =>
      worstRows(inSample.filter((row) => levelOf(row) === level)).map((row) => ({ ...documentRow(row), level })),
    ),
    bands: bands === undefined ? null : documentBands(rows, bands),
    set_aside: setAside,
    uncompared,
    problems: tables.problems.map(({ file, line, column, code, message, given, allowed }) => ({
      file,
      line,
      column,
      code,
      message,
      given,
      allowed,
    })),
    ...(withRows === true ? { rows: rows.map(documentRow) } : {}),
  };
}

/** The document as JSON text with a final line feed. */
export function accuracyJson(document: AccuracyDocument): string {
  return jsonText(document);
}

/** The split as documents and CSV files name it. */
export function splitName(split: Split): DocumentSplit {
  if (split.kind === 'in-sample') return 'in_sample';
  return split.by === 'model-family' ? 'left_out_model_family' : 'left_out_device';
}

/** Percent, rounded to 1e-4. */
export function percent(fraction: number): number {
  const rounded = Math.round(1e6 * fraction) / 1e4;
  // Never -0, which JSON would write as 0 and read back as another number.
  return rounded === 0 ? 0 : rounded;
}

function levelOf(row: ErrorRow): DocumentLevel {
  return isKernelRow(row) ? 'kernel' : 'run';
}

function documentErrors(summary: ErrorSummary): DocumentErrors {
  return {
    n: summary.n,
    median_abs_pct: percent(summary.medianAbs),
    p90_abs_pct: percent(summary.p90Abs),
    worst_abs_pct: percent(summary.worstAbs),
    worst_case: summary.worstCaseId,
    worst_metric: summary.worstMetric,
    bias_pct: percent(summary.bias),
  };
}

function documentHeadline({ target, inSample, leftOut, judgements, verdict }: HeadlineFigure): DocumentHeadline {
  const orNull = (summary: ErrorSummary | null) => (summary === null ? null : documentErrors(summary));
  return {
    id: target.id,
    group: target.group,
    label: target.label,
    table: target.table,
    verdict,
    limits: {
      in_sample_median_pct: target.limits.inSampleMedianPct,
      in_sample_p90_pct: target.limits.inSampleP90Pct,
      left_out_median_pct: target.limits.leftOutMedianPct,
    },
    judgements: judgements.map((judgement) => ({
      figure: judgement.figure,
      value_pct: percent(judgement.valuePct / 100),
      limit_pct: judgement.limitPct,
      met: judgement.isMet,
      margin_points: percent(judgement.marginPct / 100),
    })),
    in_sample: orNull(inSample),
    left_out_model_family: orNull(leftOut['model-family']),
    left_out_device: orNull(leftOut.device),
  };
}

function documentGroups(rows: readonly ErrorRow[]): DocumentGroup[] {
  return DOCUMENT_SPLITS.flatMap((split) =>
    (['run', 'kernel'] as const).flatMap((level) => {
      const chosen = rows.filter((row) => splitName(row.split) === split && levelOf(row) === level);
      return GROUPINGS.flatMap((keys) =>
        groupErrors(chosen, keys).map(({ values, summary }) => ({
          split,
          level,
          by: keys.join('+'),
          values: Object.fromEntries(keys.map((key, at) => [key, values[at]!])),
          ...documentErrors(summary),
        })),
      );
    }),
  );
}

function worstRows(rows: readonly ErrorRow[]): ErrorRow[] {
  return rows
    .filter((row) => row.setAside === '')
    .sort((a, b) => b.absError - a.absError)
    .slice(0, WORST_ROWS);
}

function documentRow(row: ErrorRow): DocumentRow {
  return {
    case: row.caseId,
    dataset: row.dataset,
    source: row.source,
    device: row.deviceId,
    model: row.modelId,
    family: row.family,
    precision: row.precision,
    engine: row.engineId,
    metric: row.metric,
    measured: row.measured,
    predicted: row.predicted,
    signed_error_pct: percent(row.signedError),
    split: splitName(row.split),
    left_out: row.split.kind === 'left-out' ? row.split.group : '',
    set_aside: row.setAside,
  };
}

function setAsideCases(cases: readonly MeasuredCase[], inSample: readonly ErrorRow[]): DocumentSetAside[] {
  const errorsOf = new Map<string, number[]>();
  for (const row of inSample) {
    if (row.setAside === '') continue;
    const list = errorsOf.get(row.caseId);
    if (list === undefined) errorsOf.set(row.caseId, [row.absError]);
    else list.push(row.absError);
  }
  return cases.flatMap(({ id, file, line, setAside }) => {
    if (setAside === undefined) return [];
    const sorted = Float64Array.from(errorsOf.get(id) ?? []).sort();
    const median = sortedQuantile(sorted, 0.5);
    return [
      {
        case: id,
        file,
        line,
        reason: setAside,
        figures: sorted.length,
        median_abs_pct: median === undefined ? null : percent(median),
      },
    ];
  });
}

/** A figure that fails in-sample fails left out too: each is named once. */
function uniqueUncompared(figures: readonly UncomparedFigure[]): DocumentUncompared[] {
  const seen = new Set<string>();
  return figures.flatMap(({ caseId, file, line, metric, reason }) => {
    const key = JSON.stringify([caseId, metric, reason]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ case: caseId, file, line, metric, reason }];
  });
}

/** The rows that bands are judged on: left-out model families, or in-sample rows where no family was left out. */
export function bandedRows(rows: readonly ErrorRow[]): ErrorRow[] {
  const split = bandedSplit(rows);
  return rows.filter((row) => splitName(row.split) === split);
}

function bandedSplit(rows: readonly ErrorRow[]): DocumentSplit {
  const hasLeftOut = rows.some((row) => splitName(row.split) === 'left_out_model_family');
  return hasLeftOut ? 'left_out_model_family' : 'in_sample';
}

function documentBands(rows: readonly ErrorRow[], bands: readonly ErrorBand[]): DocumentBands {
  const judged = bandedRows(rows);
  return {
    nominal_pct: NOMINAL_COVERAGE_PCT,
    low_limit_pct: COVERAGE_LIMITS_PCT.low,
    high_limit_pct: COVERAGE_LIMITS_PCT.high,
    split: bandedSplit(rows),
    all: documentCoverage(bandCoverage(judged, bands)),
    groups: bandCoverageBy(judged, bands, ['dataset', 'metric']).map(({ values, coverage }) => ({
      dataset: values[0]!,
      metric: values[1]!,
      ...documentCoverage(coverage),
    })),
  };
}

function documentCoverage(coverage: BandCoverage): DocumentCoverage {
  return {
    n: coverage.n,
    covered: coverage.covered,
    below: coverage.below,
    above: coverage.above,
    coverage_pct: coverage.coveragePct === null ? null : percent(coverage.coveragePct / 100),
    without_band: coverage.withoutBand,
  };
}
