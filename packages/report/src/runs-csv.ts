/**
 * `runs.csv`: a row per trial, replication and scope; keys first, then every metric column, then the grade, then the bands
 * of model error of the figures most asked for.
 */

import { ERROR_RECORD, type ErrorRecord } from '@infersim/confidence';
import { type ExperimentResult, METRIC_COLUMNS, metricIndex, type ReplicationResult } from '@infersim/runner';
import { CSV_BAND_COLUMNS } from './band-columns.js';
import { scopeGrade } from './confidence-grade.js';
import { type CsvCell, csvChunks } from './csv-text.js';
import { farthestBasisOf, type ScopeBands, scopeBands } from './scope-bands.js';

/** Names of the key columns before the swept parameters. */
export const RUNS_KEY_COLUMNS = ['scenario', 'trial', 'replication', 'seed', 'scope', 'scope_id'] as const;

/** How one replication ended. */
export type RunStatus = 'ok' | 'unstable' | 'interrupted';

/** What a trial of a sweep adds to its rows; a single run is trial 0 without parameters. */
export interface TrialKeys {
  readonly trial: number;
  /** Swept scenario path -> value; becomes columns `param.<path>` in this order. */
  readonly params: Readonly<Record<string, string | number>>;
}

const SINGLE_RUN: TrialKeys = { trial: 0, params: {} };

/** How a replication ended: cut off wins over unstable, since then nothing can be said about stability. */
export function replicationStatus(run: ReplicationResult): RunStatus {
  if (run.interrupted) return 'interrupted';
  return run.stable ? 'ok' : 'unstable';
}

/** The header of runs.csv. */
export function runsHeader(params: readonly string[] = []): string[] {
  return [
    ...RUNS_KEY_COLUMNS,
    ...params.map((path) => `param.${path}`),
    'status',
    ...METRIC_COLUMNS.map((column) => column.name),
    'confidence_grade',
    'band_basis',
    ...CSV_BAND_COLUMNS.flatMap((name) => [`${name}_low`, `${name}_high`]),
  ];
}

/** The text of runs.csv in chunks. */
export function runsCsv(
  result: ExperimentResult,
  keys: TrialKeys = SINGLE_RUN,
  record: ErrorRecord = ERROR_RECORD,
): Generator<string> {
  return csvChunks(runsHeader(Object.keys(keys.params)), runsRows(result, keys, record));
}

/** The rows of runs.csv: replications in order, within each the scopes in order. */
export function* runsRows(
  result: ExperimentResult,
  keys: TrialKeys = SINGLE_RUN,
  record: ErrorRecord = ERROR_RECORD,
): Generator<CsvCell[]> {
  const width = METRIC_COLUMNS.length;
  const params = Object.values(keys.params);
  const bands = scopeBands(result, record);
  const ofScope = new Map(
    result.scopes.map((scope, index) => [
      `${scope.kind} ${scope.id}`,
      { grade: scopeGrade(result.plan.world, scope) ?? '', bands: bands[index]! },
    ]),
  );
  for (const run of result.replications) {
    for (let scopeIdx = 0; scopeIdx < run.scopes.length; scopeIdx++) {
      const scope = run.scopes[scopeIdx]!;
      const known = ofScope.get(`${scope.kind} ${scope.id}`)!;
      const row: CsvCell[] = [
        result.plan.name,
        keys.trial,
        run.replication,
        run.seed,
        scope.kind,
        scope.id,
        ...params,
        replicationStatus(run),
      ];
      const values = run.values.subarray(scopeIdx * width, (scopeIdx + 1) * width);
      for (const value of values) row.push(value);
      row.push(known.grade, ...bandCells(values, known.bands));
      yield row;
    }
  }
}

function bandCells(values: Float64Array, bands: ScopeBands): CsvCell[] {
  const cells = CSV_BAND_COLUMNS.flatMap((name): CsvCell[] => {
    const band = bands.get(name);
    const value = values[metricIndex(name)]!;
    return band === undefined ? ['', ''] : [value * band.lowFactor, value * band.highFactor];
  });
  const shown = CSV_BAND_COLUMNS.flatMap((name) => {
    const band = bands.get(name);
    return band === undefined || Number.isNaN(values[metricIndex(name)]!) ? [] : [band];
  });
  return [farthestBasisOf(shown) ?? '', ...cells];
}
