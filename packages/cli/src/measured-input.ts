/** From paths on the command line to measured cases: folders are looked into, JSON is a client's result, the rest are tables. */

import { statSync } from 'node:fs';
import { basename } from 'node:path';
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

/** What the command line asked for, to be named where nothing answers to it. */
export interface Choice {
  readonly paths: readonly string[];
  readonly only?: readonly string[];
  readonly metrics?: readonly string[];
}

/** The error for input of which no row can be used, with the likeliest reason and where it lies. */
export function nothingToRun(tables: MeasuredTables, choice: Choice): CliError {
  return new CliError(ExitCode.INVALID_INPUT, `no measured row can be used: ${reasonOf(tables, choice)}`);
}

function reasonOf({ cases, problems, files }: MeasuredTables, { paths, only = [], metrics = [] }: Choice): string {
  if (cases.length > 0) {
    const ofKind = cases.filter(({ dataset }) => only.length === 0 || only.includes(dataset));
    const read = counted(cases.length, 'row');
    if (ofKind.length === 0)
      return `of ${read} none is of ${only.join(', ')}; there are: ${listed(cases.map((item) => item.dataset))}`;
    const kinds = only.length === 0 ? '' : ` of ${only.join(', ')}`;
    const there = listed(ofKind.flatMap(({ measured }) => Object.keys(measured)));
    return `of ${counted(ofKind.length, 'row')}${kinds} none has ${metrics.join(', ')}; there are: ${there}`;
  }
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length > 1 ? ` (and ${counted(problems.length - 1, 'more problem')})` : '';
    const place = `${pathOf(first.file, paths)}:${first.line}`;
    return `${place}: ${first.message}; given: ${first.given}; allowed: ${first.allowed}${more}`;
  }
  if (files.length === 0) return `no .csv file in ${paths.join(', ')}`;
  const ignored = files.find((file) => (file.ignored?.length ?? 0) > 0);
  const reason = ignored?.ignored?.[0];
  if (ignored !== undefined && reason !== undefined)
    return `${counted(reason.rows, 'row')} of ${pathOf(ignored.file, paths)} left out: ${reason.reason}`;
  const names = files.map(({ file }) => pathOf(file, paths)).join(', ');
  return `${counted(files.length, 'table')} read, without a row below the header: ${names}`;
}

/** The path given for a file that is named by its base name; files of a folder keep their name. */
function pathOf(file: string, paths: readonly string[]): string {
  return paths.find((path) => basename(path) === file) ?? file;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].join(', ');
}

/** `1 row`, `2 rows`. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
