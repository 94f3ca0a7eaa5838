/** From paths on the command line to measured cases: folders are looked into, JSON is a client's result, the rest are tables. */

import { statSync } from 'node:fs';
import {
  type ClientContext,
  type MeasuredTables,
  measuredFiles,
  readClientResults,
  readMeasuredTables,
} from '@infersim/accuracy';
import { CliError } from './cli-error.js';
import { ExitCode } from './exit-code.js';

/**
 * Reads everything, tables first. A path that is not there is a file error; JSON without a place is a wrong command line, because
 * such results do not say on what they were measured.
 */
export async function readMeasured(paths: readonly string[], place: ClientContext | null): Promise<MeasuredTables> {
  const tables: string[] = [];
  const results: string[] = [];
  for (const path of paths) {
    if (statSync(path).isDirectory()) tables.push(...(await measuredFiles(path)));
    else if (/\.json$/i.test(path)) results.push(path);
    else tables.push(path);
  }
  if (results.length > 0 && place === null)
    throw new CliError(
      ExitCode.USAGE,
      `${results[0]} does not say on what it was measured; calibrate takes it with --device and --engine`,
    );
  const parts = [await readMeasuredTables(tables)];
  if (place !== null && results.length > 0) parts.push(await readClientResults(results, place));
  return {
    cases: parts.flatMap((part) => part.cases),
    problems: parts.flatMap((part) => part.problems),
    files: parts.flatMap((part) => part.files),
  };
}

/** The error for input of which no row can be used, with the first problem as the likely reason. */
export function nothingToRun({ problems, files }: MeasuredTables): CliError {
  const first = problems[0];
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more problems)` : '';
  const why =
    first === undefined
      ? `${files.length} tables read`
      : `${first.file}:${first.line}: ${first.message}; given: ${first.given}; allowed: ${first.allowed}${more}`;
  return new CliError(ExitCode.INVALID_INPUT, `no measured row can be used: ${why}`);
}
