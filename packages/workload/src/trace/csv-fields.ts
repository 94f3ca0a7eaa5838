/**
 * One CSV line cut into fields at byte level, and the numbers in them, without making strings.
 *
 * RFC 4180 with two limits that suit traces: a quoted field ends on its own line, and spaces around an unquoted field
 * do not count. Numbers are plain decimals, with exponent allowed; anything else (NaN, Infinity, hex, thousands
 * separators) is no number. Values of up to 15 digits are exact to the last bit.
 */

import type { ByteLines } from './byte-lines.js';
import { TraceError, type TraceErrorCode } from './trace-error.js';

const QUOTE = 34;
const COMMA = 44;
const SPACE = 32;
const TAB = 9;
const DOT = 46;
const MINUS = 45;
const PLUS = 43;
const ZERO = 48;
const NINE = 57;

/** Largest count of tokens that a row may hold: what fits a signed 32-bit column. */
export const MAX_TOKENS = 2 ** 31 - 1;
/** Largest time, in the file's unit. */
export const MAX_TIME = 1e12;
const MAX_FIELDS = 256;
/** A number of so many digits is exact, whatever its digits are. */
export const EXACT_DIGITS = 15;
const decimalPattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const decoder = new TextDecoder();
/** 1, 10, 100 and so on up to 10^15, all exact. */
export const powersOfTen = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => Number(`1e${exponent}`));

export class CsvFields {
  count = 0;
  readonly starts = new Int32Array(MAX_FIELDS);
  readonly ends = new Int32Array(MAX_FIELDS);
  readonly #quoted = new Uint8Array(MAX_FIELDS);
  #lines: ByteLines;

  constructor(lines: ByteLines) {
    this.#lines = lines;
  }

  /**
   * Cuts the present line.
   *
   * @throws TraceError `trace-quote` for a quote that does not end on the line or has text behind it,
   *   `trace-column-count` for more than 256 fields.
   */
  split(): void {
    const { bytes, start, end } = this.#lines;
    let at = start;
    let count = 0;
    for (;;) {
      if (count === MAX_FIELDS) {
        throw this.#errorAt('trace-column-count', at, 'too many columns', `at most ${MAX_FIELDS} columns`);
      }
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
      if (at < end && bytes[at] === QUOTE) {
        const close = this.#closingQuote(at);
        this.starts[count] = at + 1;
        this.ends[count] = close;
        this.#quoted[count] = 1;
        at = close + 1;
        while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
        if (at < end && bytes[at] !== COMMA) {
          throw this.#errorAt('trace-quote', at, 'text behind a closing quote', 'a comma or the end of the line');
        }
      } else {
        const from = at;
        while (at < end && bytes[at] !== COMMA) at++;
        let to = at;
        while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === TAB)) to--;
        this.starts[count] = from;
        this.ends[count] = to;
        this.#quoted[count] = 0;
      }
      count++;
      if (at >= end) break;
      at++;
    }
    this.count = count;
  }

  /** Text of a field, doubled quotes undone. */
  text(field: number): string {
    const text = decoder.decode(this.#lines.bytes.subarray(this.starts[field], this.ends[field]));
    return this.#quoted[field] === 1 ? text.replaceAll('""', '"') : text;
  }

  isEmpty(field: number): boolean {
    return this.starts[field] === this.ends[field];
  }

  /** The number in a field; NaN when it is none. */
  number(field: number): number {
    return parseDecimal(this.#lines.bytes, this.starts[field]!, this.ends[field]!);
  }

  /**
   * A count of tokens: whole, from 0 to 2^31 - 1 (a decimal point with zeros behind it is accepted).
   *
   * @throws TraceError `trace-not-a-number`, `trace-not-whole`, `trace-negative` or `trace-too-large`.
   */
  tokens(field: number, name: string): number {
    const value = this.number(field);
    if (value >= 0 && value <= MAX_TOKENS && Number.isInteger(value)) return value;
    const allowed = `a whole number from 0 to ${MAX_TOKENS}`;
    if (Number.isNaN(value)) throw this.error('trace-not-a-number', field, `${name} is not a number`, allowed);
    if (value < 0) throw this.error('trace-negative', field, `${name} is negative`, allowed);
    if (value > MAX_TOKENS) throw this.error('trace-too-large', field, `${name} is too large`, allowed);
    throw this.error('trace-not-whole', field, `${name} is not whole`, allowed);
  }

  /**
   * A time of at least 0, in the file's unit.
   *
   * @throws TraceError `trace-not-a-number`, `trace-negative` or `trace-too-large` (above 1e12).
   */
  time(field: number, name: string): number {
    const value = this.number(field);
    if (value >= 0 && value <= MAX_TIME) return value;
    const allowed = 'a number from 0 to 1e12';
    if (Number.isNaN(value)) throw this.error('trace-not-a-number', field, `${name} is not a number`, allowed);
    if (value < 0) throw this.error('trace-negative', field, `${name} is negative`, allowed);
    throw this.error('trace-too-large', field, `${name} is too large`, allowed);
  }

  /**
   * Checks a text cell: what a spreadsheet would run as a formula is refused.
   *
   * @throws TraceError `trace-formula-text` when it begins with = + - @.
   */
  checkText(field: number, name: string): void {
    const first = this.#lines.bytes[this.starts[field]!]!;
    if (this.isEmpty(field) || (first !== 61 && first !== PLUS && first !== MINUS && first !== 64)) return;
    throw this.error(
      'trace-formula-text',
      field,
      `${name} begins like a formula`,
      'text that does not begin with = + - @',
    );
  }

  /** An error at a field of the present line. */
  error(code: TraceErrorCode, field: number, problem: string, allowed: string): TraceError {
    const { path, line, start } = this.#lines;
    const column = this.starts[field]! - start + 1;
    return new TraceError({ code, path, line, column, given: this.text(field), allowed }, problem);
  }

  #closingQuote(open: number): number {
    const { bytes, end } = this.#lines;
    for (let at = open + 1; at < end; at++) {
      if (bytes[at] !== QUOTE) continue;
      if (at + 1 < end && bytes[at + 1] === QUOTE) at++;
      else return at;
    }
    throw this.#errorAt('trace-quote', open, 'quote is not closed on its line', 'a closing quote on the same line');
  }

  #errorAt(code: TraceErrorCode, at: number, problem: string, allowed: string): TraceError {
    const { path, line, start, bytes, end } = this.#lines;
    const given = decoder.decode(bytes.subarray(at, Math.min(end, at + 80)));
    return new TraceError({ code, path, line, column: at - start + 1, given, allowed }, problem);
  }
}

/** The decimal number in a byte range; NaN when the range holds anything else. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = at < end && bytes[at] === MINUS;
  if (negative) at++;
  let value = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === DOT && decimals < 0) decimals = 0;
    else return parseSlowly(bytes, start, end);
  }
  if (digits === 0) return Number.NaN;
  if (digits > EXACT_DIGITS) return parseSlowly(bytes, start, end);
  if (decimals > 0) value /= powersOfTen[decimals]!;
  return negative ? -value : value;
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 64) return Number.NaN;
  const text = decoder.decode(bytes.subarray(start, end));
  return decimalPattern.test(text) ? Number(text) : Number.NaN;
}
