/** `infersim merge`: the shards of a sweep joined to what one machine would have written. */

import { resolve } from 'node:path';
import { entryRows, mergeShards, openSweepFolder, sweepResult } from '@infersim/sweep';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import type { Invocation } from '../program.js';
import type { OutputFormat } from '../run-flags.js';
import { printSweep, sweepExitCode, sweepManifest } from '../sweep-output.js';
import type { Terminal } from '../terminal.js';
import { paretoMetrics } from './sweep.js';

export interface MergeFlags {
  readonly out: string;
  readonly force?: boolean;
  readonly pareto?: string;
  readonly format: OutputFormat;
  readonly gate: boolean;
}

/** Joins shards. Returns the exit code; throws what `reportError` tells. */
export function merge(
  folders: readonly string[],
  flags: MergeFlags,
  terminal: Terminal,
  invocation: Invocation,
): ExitCode {
  const metrics = paretoMetrics(flags.pareto);
  if (folders.some((folder) => resolve(folder) === resolve(flags.out)))
    throw new CliError(ExitCode.USAGE, `--out ${flags.out} is one of the shards`);
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const merged = mergeShards(folders);
  const ordered = [...merged.entries.values()].sort((a, b) => a.outcome.trial - b.outcome.trial);
  const hashes = new Map(ordered.map(({ outcome }) => [outcome.trial, outcome.hash]));
  const folder = openSweepFolder(flags.out, merged.header, hashes, flags.force === true ? 'overwrite' : 'refuse');
  try {
    for (const { entry, rows } of entryRows(ordered)) folder.journal.add({ ...entry.outcome, rows }, performance.now());
    const result = sweepResult(merged.header, folder.journal.entries, metrics);
    const wallS = (performance.now() - startMs) / 1000;
    const names = folder.write(
      result,
      sweepManifest(result, { argv: invocation.argv, jobs: 1, startedAt, wallS, inputs: [] }),
    );
    printSweep(result, { wallS: null, kept: 0 }, flags.out, names, flags.format, terminal);
    return sweepExitCode(result, flags.gate, []);
  } finally {
    folder.release();
  }
}
