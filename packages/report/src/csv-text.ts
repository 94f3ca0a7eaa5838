/**
 * CSV for notebooks: RFC 4180 with LF line ends, one header row, an empty cell for "not available", numbers in their
 * shortest form that reads back to the same double. Made in chunks, so that a long table is never whole in memory.
 */

import { stringify } from 'csv-stringify/sync';

/** A cell: text, or a number of which every non-finite value means "not available". */
export type CsvCell = string | number;

const CHUNK_ROWS = 2048;

/** The header and the rows as chunks of text, in order. Every row has as many cells as the header. */
export function* csvChunks(header: readonly string[], rows: Iterable<readonly CsvCell[]>): Generator<string> {
  let pending: (readonly CsvCell[])[] = [header];
  for (const row of rows) {
    if (row.length !== header.length)
      throw new RangeError(`a row of ${row.length} cells under a header of ${header.length}`);
    pending.push(row);
    if (pending.length >= CHUNK_ROWS) {
      yield render(pending);
      pending = [];
    }
  }
  if (pending.length > 0) yield render(pending);
}

function render(rows: readonly (readonly CsvCell[])[]): string {
  return stringify(rows as CsvCell[][], {
    record_delimiter: '\n',
    // A lone carriage return ends a row for some readers, so such a cell is quoted too.
    quoted_match: /\r/,
    cast: { number: (value) => (Number.isFinite(value) ? String(value) : '') },
  });
}

/** One row without its line end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return render([cells]).slice(0, -1);
}

/** Joins chunks; for small tables and tests. */
export function joinChunks(chunks: Iterable<string>): string {
  let text = '';
  for (const chunk of chunks) text += chunk;
  return text;
}
