/** What a trace format is to the reader: a header (where there is one) and a way from a line to a row. */

import type { ByteLines } from './byte-lines.js';
import { CsvFields } from './csv-fields.js';
import type { PlainRows } from './plain-rows.js';
import { TraceError } from './trace-error.js';
import type { TraceRow } from './trace-row.js';

export interface RowFormat {
  /** Whether the first line is a header. */
  readonly hasHeader: boolean;
  /** Whether rows carry arrival times. */
  readonly hasTimes: boolean;
  /** Reads the header from the present line. @throws TraceError `trace-header` */
  readHeader(): void;
  /**
   * Moves over the lines that stand next and takes their rows into `rows`, which are empty, as long as they are whole in the
   * buffer, have nothing unusual and their times do not decrease, from `leastS` on. The first line that is not so is left to
   * `parse`, which gives the same row for the others too. Absent in formats that have no such pass.
   */
  readPlain?(rows: PlainRows, leastS: number): void;
  /**
   * Fills a row from the present line. Returns null, or the reason why the format's own rule drops the row.
   *
   * @throws TraceError for a row that cannot be a request.
   */
  parse(row: TraceRow): string | null;
}

/** Columns of a CSV header found by name: names match exactly after trimming. */
export class CsvHeader {
  readonly fields: CsvFields;
  /** Number of columns of the header: every row must have as many. */
  columns = 0;
  #names: string[] = [];
  #lines: ByteLines;

  constructor(lines: ByteLines) {
    this.#lines = lines;
    this.fields = new CsvFields(lines);
  }

  /** Takes the names of the present line. */
  read(): void {
    this.fields.split();
    this.columns = this.fields.count;
    this.#names = Array.from({ length: this.columns }, (_, field) => this.fields.text(field));
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** Index of a column, or -1. @throws TraceError `trace-header` when the header names it twice */
  find(name: string): number {
    const last = this.#names.lastIndexOf(name);
    if (this.#names.indexOf(name) === last) return last;
    throw this.fields.error('trace-header', last, 'column name repeats', 'each column name once');
  }

  /** Index of a column that must be there. @throws TraceError `trace-header` */
  require(name: string, allowed: string): number {
    const index = this.find(name);
    if (index >= 0) return index;
    throw new TraceError(
      {
        code: 'trace-header',
        path: this.#lines.path,
        line: this.#lines.line,
        column: 0,
        given: this.#names.join(','),
        allowed,
      },
      `header has no column ${name}`,
    );
  }

  /** Cuts the present line and checks its number of fields. @throws TraceError `trace-column-count` */
  splitRow(): void {
    this.fields.split();
    if (this.fields.count === this.columns) return;
    throw new TraceError(
      {
        code: 'trace-column-count',
        path: this.#lines.path,
        line: this.#lines.line,
        column: 0,
        given: `${this.fields.count} columns`,
        allowed: `${this.columns} columns, as in the header`,
      },
      'row has another number of columns than the header',
    );
  }
}
