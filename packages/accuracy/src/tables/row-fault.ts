/** A row that cannot become a case, thrown while it is read and turned into a {@link RowProblem} by the reader of the file. */

import type { RowProblem } from '../cases/measured-case.js';

/** What is wrong with one cell of one row: thrown inside a table reader, never out of the package. */
export class RowFault extends Error {
  readonly code: RowProblem['code'];
  readonly column: string;
  readonly given: string;
  readonly allowed: string;

  constructor(code: RowProblem['code'], column: string, message: string, given: string, allowed: string) {
    super(message);
    this.name = 'RowFault';
    this.code = code;
    this.column = column;
    this.given = given;
    this.allowed = allowed;
  }
}
