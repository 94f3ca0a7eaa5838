/** What is kept of a finished trial: all that results are made of, as plain JSON. */

import { csvLine, runsHeader, runsRows } from '@infersim/report';
import { type ExperimentResult, METRIC_COLUMNS } from '@infersim/runner';
import type { Assignment } from '../design/design.js';

/** How a trial ended; `unstable` when its queues only grew in some replication. */
export type TrialStatus = 'ok' | 'unstable' | 'failed';

/** An objective as this trial met or missed it. */
export interface TrialObjective {
  readonly name: string;
  readonly passed: boolean;
  readonly severity: 'fail' | 'warn';
}

export interface TrialRecord {
  readonly trial: number;
  /** Content hash of what was run. */
  readonly hash: string;
  readonly status: TrialStatus;
  /** Why it failed, one line; empty otherwise. */
  readonly error: string;
  readonly params: readonly Assignment[];
  readonly replications: number;
  readonly fingerprint: string;
  readonly objectives: readonly TrialObjective[];
  /** Means over replications of every metric column, of the whole; null = not available. */
  readonly figures: readonly (number | null)[];
  readonly events: number;
  readonly steps: number;
  /** Lines of runs.csv without the columns that only a whole sweep knows. */
  readonly rows: readonly string[];
}

/** A trial as the design has it, with what checking it found. */
export interface TrialFacts {
  readonly trial: number;
  readonly hash: string;
  readonly assignments: readonly Assignment[];
  readonly scenario: string;
  readonly seed: number;
}

/** The record of a trial that ran to its end. A result that breaks conservation is our bug and counts as failed. */
export function finishedRecord(trial: TrialFacts, result: ExperimentResult): TrialRecord {
  const broken = result.replications.flatMap((run) =>
    run.conservation
      .filter((check) => !check.passed)
      .map((check) => `replication ${run.replication}: conservation of ${check.name} is broken`),
  );
  if (broken.length > 0) return failedRecord(trial, `${broken.join('; ')}; this is a bug of infersim`);
  const params = Object.fromEntries(trial.assignments.map(({ path, text }) => [path, text]));
  const rows = [...runsRows(result, { trial: trial.trial, params })].map(csvLine);
  const whole = result.scopes.findIndex((scope) => scope.kind === 'all');
  const means = result.estimates.slice(whole * METRIC_COLUMNS.length, (whole + 1) * METRIC_COLUMNS.length);
  return {
    trial: trial.trial,
    hash: trial.hash,
    status: result.stable ? 'ok' : 'unstable',
    error: '',
    params: trial.assignments,
    replications: result.replications.length,
    fingerprint: result.fingerprint,
    objectives: result.objectives.map(({ objective, passed }) => ({
      name: objective.name,
      passed,
      severity: objective.severity,
    })),
    figures: means.map(({ mean }) => (Number.isFinite(mean) ? mean : null)),
    events: result.replications.reduce((sum, run) => sum + run.events, 0),
    steps: result.replications.reduce((sum, run) => sum + run.steps, 0),
    rows,
  };
}

/** The record of a trial that failed: one row without figures. */
export function failedRecord(trial: TrialFacts, error: string): TrialRecord {
  const paths = trial.assignments.map(({ path }) => path);
  const keys = [
    trial.scenario,
    trial.trial,
    '',
    trial.seed,
    'all',
    'all',
    ...trial.assignments.map(({ text }) => text),
  ];
  const row = [...keys, 'failed', ...new Array<string>(runsHeader(paths).length - keys.length - 1).fill('')];
  return {
    trial: trial.trial,
    hash: trial.hash,
    status: 'failed',
    error: oneLine(error),
    params: trial.assignments,
    replications: 0,
    fingerprint: '',
    objectives: [],
    figures: METRIC_COLUMNS.map(() => null),
    events: 0,
    steps: 0,
    rows: [csvLine(row)],
  };
}

const MAX_ERROR = 500;

/** Errors go into a cell and onto a line: no line ends, no control characters, nothing a spreadsheet would run. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a file or terminal
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  const safe = /^[=+@-]/.test(line) ? `(${line})` : line;
  return (safe === '' ? 'failed without a reason' : safe).slice(0, MAX_ERROR);
}
