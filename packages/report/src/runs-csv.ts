/**
 * `runs.csv`: a row per trial, replication and scope; keys first, then every metric column, then the grade.
 */

import { type ExperimentResult, METRIC_COLUMNS, type ReplicationResult } from '@infersim/runner';
import { scopeGrade } from './confidence-grade.js';
import { type CsvCell, csvChunks } from './csv-text.js';

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
  ];
}

/** The text of runs.csv in chunks. */
export function runsCsv(result: ExperimentResult, keys: TrialKeys = SINGLE_RUN): Generator<string> {
  return csvChunks(runsHeader(Object.keys(keys.params)), runsRows(result, keys));
}

/** The rows of runs.csv: replications in order, within each the scopes in order. */
export function* runsRows(result: ExperimentResult, keys: TrialKeys = SINGLE_RUN): Generator<CsvCell[]> {
  const width = METRIC_COLUMNS.length;
  const params = Object.values(keys.params);
  const grades = new Map<string, string>();
  for (const run of result.replications) {
    for (let scopeIdx = 0; scopeIdx < run.scopes.length; scopeIdx++) {
      const scope = run.scopes[scopeIdx]!;
      const gradeKey = `${scope.kind} ${scope.id}`;
      let grade = grades.get(gradeKey);
      if (grade === undefined) {
        grade = scopeGrade(result.plan.world, scope) ?? '';
        grades.set(gradeKey, grade);
      }
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
      for (let column = 0; column < width; column++) row.push(run.values[scopeIdx * width + column]!);
      row.push(grade);
      yield row;
    }
  }
}
