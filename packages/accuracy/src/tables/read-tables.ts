/**
 * Measured tables to cases.
 *
 * A table is recognised by its header, not by its name, so a user's own file with the same columns reads alike. Nothing a file
 * holds stops the others: a header nobody knows, a row that cannot be read, a name the catalog lacks are listed with file
 * and line. Rows that are understood and left out (no load stated, a link that is not modelled) are counted by reason.
 */

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FileRows, IgnoredRows, MeasuredCase, MeasuredTables, RowProblem } from '../cases/measured-case.js';
import { type CsvTable, readCsv } from './csv-table.js';
import { RowFault } from './row-fault.js';
import { nearestKind, tableKindOf } from './table-kinds.js';
import { isIgnored } from './table-reader.js';
import type { TableRow } from './table-row.js';

/** What one file came to. */
export interface FileCases {
  readonly cases: readonly MeasuredCase[];
  readonly problems: readonly RowProblem[];
  readonly rows: FileRows;
}

/** The `.csv` files right in a folder, sorted by name; a missing folder rejects. Headers are looked at when they are read. */
export async function measuredFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.csv$/i.test(entry.name))
    .map((entry) => join(dir, entry.name))
    .sort();
}

/**
 * Reads tables in the order given. Cases are named after the file's base name, or its path where two share one; a file
 * that cannot be opened is a problem of its own. Does not reject for anything a file holds.
 */
export async function readMeasuredTables(files: readonly string[]): Promise<MeasuredTables> {
  const read: FileCases[] = [];
  const names = caseNames(files);
  for (const [index, path] of files.entries()) {
    const name = names[index] ?? path;
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    read.push(typeof text === 'string' ? tableCases(name, text) : unreadable(name, text));
  }
  return joinTables(read);
}

/** Reads the text of one table. */
export function tableCases(file: string, text: string): FileCases {
  const table = readCsv(file, text);
  const problems = [...table.problems];
  const kind = tableKindOf(table.header);
  if (kind === undefined) {
    if (table.header.length > 0) problems.push(unknownHeader(table));
    return { cases: [], problems, rows: { file, rows: table.rowCount, cases: 0, ignored: [] } };
  }
  const cases: MeasuredCase[] = [];
  const ignored = new Map<string, number>();
  const read = kind.open(table.rows);
  for (const row of table.rows) {
    try {
      const outcome = read(row);
      if (isIgnored(outcome)) ignored.set(outcome.ignored, (ignored.get(outcome.ignored) ?? 0) + 1);
      else cases.push(outcome);
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      problems.push(rowProblem(row, error));
    }
  }
  problems.sort((a, b) => a.line - b.line);
  const reasons: IgnoredRows[] = [...ignored].map(([reason, rows]) => ({ reason, rows }));
  return { cases, problems, rows: { file, rows: table.rowCount, cases: cases.length, ignored: reasons } };
}

/** Puts files together, in their order. */
export function joinTables(files: readonly FileCases[]): MeasuredTables {
  return {
    cases: files.flatMap((file) => file.cases),
    problems: files.flatMap((file) => file.problems),
    files: files.map((file) => file.rows),
  };
}

/** Base names, and whole paths where two files share a base name. */
export function caseNames(files: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const path of files) times.set(basename(path), (times.get(basename(path)) ?? 0) + 1);
  return files.map((path) => (times.get(basename(path)) === 1 ? basename(path) : path));
}

/** A file that could not be opened. */
export function unreadable(file: string, error: Error): FileCases {
  const given = (error as NodeJS.ErrnoException).code ?? error.name;
  const problem: RowProblem = {
    file,
    line: 1,
    column: '',
    code: 'ROW_SHAPE',
    message: 'the file cannot be read',
    given,
    allowed: 'a readable file',
  };
  return { cases: [], problems: [problem], rows: { file, rows: 0, cases: 0, ignored: [] } };
}

function unknownHeader(table: CsvTable): RowProblem {
  const { kind, missing } = nearestKind(table.header);
  return {
    file: table.file,
    line: 1,
    column: missing[0] ?? '',
    code: 'ROW_SHAPE',
    message: 'the header belongs to no known kind of table',
    given: table.header.join(','),
    allowed: `nearest is ${kind.name}, which also needs ${missing.join(', ')}`,
  };
}

function rowProblem(row: TableRow, fault: RowFault): RowProblem {
  return {
    file: row.file,
    line: row.line,
    column: fault.column,
    code: fault.code,
    message: fault.message,
    given: fault.given,
    allowed: fault.allowed,
  };
}
