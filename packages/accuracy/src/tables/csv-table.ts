/**
 * The text of a CSV file as rows with line numbers.
 *
 * Line ends may be LF, CRLF or CR, a byte order mark is dropped, cells may be quoted and hold line ends, blank lines do not
 * count as rows. Column names are trimmed and lowered. What is broken is reported with its line and the rest is read; a quote
 * that never closes takes the rest of the file with it, because everything after it is inside the cell.
 */

import { parse } from 'csv-parse/sync';
import type { RowProblem } from '../cases/measured-case.js';
import { TableRow } from './table-row.js';

export interface CsvTable {
  readonly file: string;
  /** Column names in their order; empty for an empty file. */
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
  /** Data rows met, broken ones included. */
  readonly rowCount: number;
  readonly problems: readonly RowProblem[];
}

interface LocatedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Reads CSV text; never throws for what the text holds. */
export function readCsv(file: string, text: string): CsvTable {
  const problems: RowProblem[] = [];
  const shape = (line: number, message: string, given: string, allowed: string) => {
    problems.push({ file, line, column: '', code: 'ROW_SHAPE', message, given, allowed });
  };
  // One kind of line end, because the parser counts CRLF inside quotes as two lines.
  const records = parse(text.replace(/\r\n?/g, '\n'), {
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const at = error as (Error & { code?: string; lines?: number }) | undefined;
      shape(
        at?.lines ?? 1,
        'a quoted cell is not closed; nothing after it can be read',
        at?.code ?? '',
        'a closing quote',
      );
      return undefined;
    },
  }) as unknown as LocatedRecord[];

  const [head, ...body] = records;
  if (head === undefined) {
    if (problems.length === 0) shape(1, 'the file is empty', '', 'a header row and rows');
    return { file, header: [], rows: [], rowCount: 0, problems };
  }
  const header = head.record.map((name) => name.trim().toLowerCase());
  const columns = new Map<string, number>();
  for (const [index, name] of header.entries()) {
    if (columns.has(name) && name !== '') shape(1, `column \`${name}\` occurs twice; the first is read`, name, 'once');
    else columns.set(name, index);
  }
  const rows: TableRow[] = [];
  for (const { record, info } of body) {
    const breaks = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
    const line = info.lines - breaks;
    if (record.length === header.length) rows.push(new TableRow(file, line, columns, record));
    else shape(line, 'the row has another number of cells than the header', `${record.length}`, `${header.length}`);
  }
  return { file, header, rows, rowCount: body.length, problems };
}
