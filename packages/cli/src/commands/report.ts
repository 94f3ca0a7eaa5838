/** `infersim report`: prints saved results again, from the folder alone. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ResultsError, readSavedResults, resultsPath, terminalSummary } from '@infersim/report';
import { type ParetoMetric, readJournal, SWEEP_FILES, SWEEP_SCHEMA, sweepResult } from '@infersim/sweep';
import { ExitCode } from '../exit-code.js';
import { printSweep } from '../sweep-output.js';
import type { Terminal } from '../terminal.js';

export interface ReportFlags {
  readonly format: 'text' | 'json';
}

/** Does not judge again: the exit code is 0 whatever the objectives said. */
export function report(path: string, flags: ReportFlags, terminal: Terminal): ExitCode {
  const folder = resultsPath(path);
  if (existsSync(join(folder, 'sweep.json'))) return reportSweep(folder, flags, terminal);
  const saved = readSavedResults(path);
  if (flags.format === 'json') {
    terminal.out(readFileSync(join(saved.path, 'summary.json'), 'utf8'));
    return ExitCode.OK;
  }
  if (saved.manifest === null) terminal.err(`warning: ${saved.path} has no manifest: its run was never completed\n`);
  terminal.out(
    terminalSummary(
      saved.summary,
      {
        events: saved.manifest?.events ?? Number.NaN,
        wallS: saved.manifest?.wallS ?? null,
        files: (saved.manifest?.files ?? []).map((file) => join(saved.path, file)),
      },
      { color: terminal.outColor, ascii: terminal.ascii },
    ),
  );
  return ExitCode.OK;
}

/** A sweep is told from its journal, with the metrics that its Pareto set was made by. */
function reportSweep(folder: string, flags: ReportFlags, terminal: Terminal): ExitCode {
  const path = join(folder, 'sweep.json');
  const text = readFileSync(path, 'utf8');
  if (flags.format === 'json') {
    terminal.out(text);
    return ExitCode.OK;
  }
  const journal = readJournal(folder);
  const document = parsed(path, text);
  if (journal === null || document.schema !== SWEEP_SCHEMA)
    throw new ResultsError('RESULTS_READ', folder, `${folder} holds no sweep of this version`);
  const result = sweepResult(journal.header, journal.entries, document.pareto?.metrics ?? []);
  printSweep(result, { wallS: null, kept: 0 }, folder, SWEEP_FILES, 'text', terminal);
  return ExitCode.OK;
}

interface SweepDocument {
  readonly schema?: string;
  readonly pareto?: { readonly metrics?: readonly ParetoMetric[] };
}

function parsed(path: string, text: string): SweepDocument {
  try {
    return (JSON.parse(text) as SweepDocument | null) ?? {};
  } catch (error) {
    throw new ResultsError('RESULTS_READ', path, `${path} is not JSON: ${(error as Error).message}`);
  }
}
