/**
 * Rows of the built-in table, as the readers of the measured tables take them.
 *
 * The figures stand in this folder as typed tuples. Each becomes the row that its table would hold and is read by that
 * table's own reader, so that a built-in figure and a measured row mean the same: lengths, jitter, formats, split, units.
 */

import type { MeasuredCase } from '../cases/measured-case.js';
import { isIgnored, type TableReader } from '../tables/table-reader.js';
import { TableRow } from '../tables/table-row.js';

/** In place of a file name, in ids and reports. */
export const BUILT_IN = 'built-in';

/** Where a figure was published. */
export interface PublicSource {
  /** Project, or who published. */
  readonly project: string;
  /** Path in the project's repository, or page. */
  readonly place: string;
  /** Commit, version or date of what was read; empty where nothing is known. */
  readonly revision: string;
}

/** One row: where its figures were published, and its cells by column. Absent columns are blank. */
export interface ReferenceRow {
  readonly source: PublicSource;
  readonly cells: Readonly<Record<string, string | number>>;
}

/** Rows that one reader reads together. */
export interface ReferencePart {
  readonly reader: TableReader;
  readonly rows: readonly ReferenceRow[];
}

/** A case of the built-in table and where its figures were published. */
export interface ReferenceCase {
  readonly measured: MeasuredCase;
  readonly source: PublicSource;
}

/** Reads parts in their order; lines are counted from 1 across them. Throws when a row cannot be read, which is our mistake. */
export function readReferenceParts(parts: readonly ReferencePart[]): readonly ReferenceCase[] {
  const cases: ReferenceCase[] = [];
  for (const { reader, rows } of parts) {
    const first = cases.length + 1;
    const tableRows = rows.map(({ cells }, index) => tableRow(first + index, cells));
    const read = reader.open(tableRows);
    rows.forEach(({ source }, index) => {
      const outcome = read(tableRows[index]!);
      if (isIgnored(outcome)) throw new Error(`${BUILT_IN}:${first + index} is left out: ${outcome.ignored}`);
      cases.push({ measured: outcome, source });
    });
  }
  return cases;
}

function tableRow(line: number, cells: ReferenceRow['cells']): TableRow {
  const columns = new Map(Object.keys(cells).map((column, index) => [column, index]));
  return new TableRow(BUILT_IN, line, columns, Object.values(cells).map(String));
}
