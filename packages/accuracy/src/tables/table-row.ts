/**
 * One row of a table, read by column name.
 *
 * Column names are lower case. A cell is trimmed text; a column that the table lacks reads as a blank cell. Numbers are
 * plain decimals with an optional exponent: no thousands separators, no units, nothing infinite. What cannot be read is
 * thrown as a {@link RowFault} that names the column.
 */

import { RowFault } from './row-fault.js';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

export class TableRow {
  readonly file: string;
  /** Line of the file the row begins in, counted from 1. */
  readonly line: number;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly string[];

  constructor(file: string, line: number, columns: ReadonlyMap<string, number>, cells: readonly string[]) {
    this.file = file;
    this.line = line;
    this.#columns = columns;
    this.#cells = cells;
  }

  /** The trimmed cell; empty when it is blank or the table has no such column. */
  text(column: string): string {
    const index = this.#columns.get(column);
    return index === undefined ? '' : (this.#cells[index] ?? '').trim();
  }

  /** The trimmed cell; a blank one is a fault. */
  requiredText(column: string): string {
    const text = this.text(column);
    if (text === '') throw new RowFault('ROW_VALUE', column, `\`${column}\` is missing`, '', 'a value');
    return text;
  }

  /** A number of at least zero; blank cells are a fault. */
  number(column: string): number {
    return parseAmount(column, this.requiredText(column));
  }

  /** A number above zero; blank cells are a fault. */
  positive(column: string): number {
    const value = this.number(column);
    if (value === 0) throw new RowFault('ROW_VALUE', column, `\`${column}\` is zero`, this.text(column), 'above zero');
    return value;
  }

  /** A whole number above zero (`8.0` counts); blank cells are a fault. */
  count(column: string): number {
    const value = this.positive(column);
    if (!Number.isInteger(value)) {
      throw new RowFault('ROW_VALUE', column, `\`${column}\` is not whole`, this.text(column), 'a whole number');
    }
    return value;
  }

  /** As {@link number}, undefined for a blank cell. */
  optionalNumber(column: string): number | undefined {
    return this.text(column) === '' ? undefined : this.number(column);
  }

  /** As {@link positive}, undefined for a blank cell. */
  optionalPositive(column: string): number | undefined {
    return this.text(column) === '' ? undefined : this.positive(column);
  }

  /** As {@link count}, `fallback` for a blank cell. */
  countOr(column: string, fallback: number): number {
    return this.text(column) === '' ? fallback : this.count(column);
  }
}

/** Reads a number of at least zero; anything else is a fault of `column`. */
export function parseAmount(column: string, text: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new RowFault('ROW_VALUE', column, `\`${column}\` is not a number`, text, 'a decimal number');
  }
  if (value < 0) throw new RowFault('ROW_VALUE', column, `\`${column}\` is negative`, text, 'at least 0');
  return value;
}
