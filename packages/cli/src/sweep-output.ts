/** What `sweep` and `merge` do with a result alike: manifest, stdout, exit code. */

import { join } from 'node:path';
import { manifestJson } from '@infersim/report';
import {
  meetsObjectives,
  SWEEP_FILES,
  type SweepFacts,
  type SweepResult,
  sweepFingerprint,
  sweepJson,
  sweepSummary,
} from '@infersim/sweep';
import { decideExitCode, ExitCode } from './exit-code.js';
import type { OutputFormat } from './run-flags.js';
import type { Terminal } from './terminal.js';
import { VERSION } from './version.js';

/** What only this call on this machine knows. */
export interface SweepCircumstances {
  readonly argv: readonly string[];
  readonly jobs: number;
  readonly startedAt: string;
  readonly wallS: number;
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
}

/** The manifest of a sweep. Events and steps are those of all its trials, whichever call ran them. */
export function sweepManifest(result: SweepResult, circumstances: SweepCircumstances): string {
  const sum = (of: 'events' | 'steps' | 'replications') =>
    result.entries.reduce((total, { outcome }) => total + outcome[of], 0);
  return manifestJson({
    version: VERSION,
    nodeVersion: process.version,
    platform: `${process.platform} ${process.arch}`,
    command: ['infersim', ...circumstances.argv],
    scenario: result.header.scenario,
    seed: result.header.seed,
    replications: sum('replications'),
    jobs: circumstances.jobs,
    status: result.entries.length === result.trials ? 'complete' : 'interrupted',
    fingerprint: sweepFingerprint(result),
    startedAt: circumstances.startedAt,
    wallS: circumstances.wallS,
    events: sum('events'),
    steps: sum('steps'),
    inputs: circumstances.inputs,
    files: SWEEP_FILES,
  });
}

/** Prints a result as asked for. */
export function printSweep(
  result: SweepResult,
  facts: Omit<SweepFacts, 'files'>,
  folder: string,
  names: readonly string[],
  format: OutputFormat,
  terminal: Terminal,
): void {
  if (format === 'json') terminal.out(sweepJson(result));
  if (format === 'text')
    terminal.out(
      sweepSummary(result, { ...facts, files: names.map((name) => join(folder, name)) }, { ascii: terminal.ascii }),
    );
}

/** The code that a result ends with: failed trials, missed objectives, and what else applies. */
export function sweepExitCode(result: SweepResult, gate: boolean, others: readonly ExitCode[]): ExitCode {
  const outcomes = result.entries.map(({ outcome }) => outcome);
  const codes = [...others];
  if (outcomes.some(({ status }) => status === 'failed')) codes.push(ExitCode.SOME_FAILED);
  if (gate && outcomes.some((outcome) => !meetsObjectives(outcome))) codes.push(ExitCode.OBJECTIVE_FAILED);
  return decideExitCode(codes);
}
