/** What a reader of one kind of table offers: the columns it is recognised by, and what each row becomes. */

import type { MeasuredCase } from '../cases/measured-case.js';
import type { TableRow } from './table-row.js';

/** A row that is understood and left out, with the reason in words that rows can be counted by. */
export interface IgnoredRow {
  readonly ignored: string;
}

export type RowOutcome = MeasuredCase | IgnoredRow;

export interface TableReader {
  /** Short name of the kind of table, for messages. */
  readonly name: string;
  /** Columns that a header must have, lower case; more are allowed. */
  readonly columns: readonly string[];
  /**
   * Begins a table: gets all its rows, because some rows can only be read next to another, and gives the function that
   * reads one. That function throws a RowFault for a row it cannot read.
   */
  readonly open: (rows: readonly TableRow[]) => (row: TableRow) => RowOutcome;
}

/** Whether a row was left out. */
export function isIgnored(outcome: RowOutcome): outcome is IgnoredRow {
  return 'ignored' in outcome;
}
