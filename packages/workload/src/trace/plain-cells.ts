/**
 * Cells of plain rows, as nearly every row of a trace is one, read in one pass over their bytes.
 *
 * Plain is what needs no thought: digits and nothing else, few enough to be exact, tokens above 0, LF or CRLF behind them.
 * Whatever else a line holds, faults included, is left to the general way of reading (`CsvFields`), which alone says what
 * is wrong; a plain row gives the same numbers both ways. What is read is handed over in cells of this module, valid until
 * the next call.
 */

import { EXACT_DIGITS, powersOfTen } from './csv-fields.js';

const LF = 10;
const CR = 13;
const COMMA = 44;
const DOT = 46;
const ZERO = 48;
/** More digits might pass 2^31 - 1. */
const MAX_DIGITS = 9;

/** Bytes that must be at hand for a row to be read as a plain one: more than the longest of them. */
export const PLAIN_ROW_BYTES = 80;

/** Where `readPlainDecimal` leaves its number. */
export const plainDecimal = new Float64Array(1);
/** Where `readPlainLengths` leaves what it read. */
export const Plain = { PROMPT_TOKENS: 0, OUTPUT_TOKENS: 1, LINE_END: 2 } as const;
export const plainCells = new Int32Array(3);

/**
 * Reads `<prompt tokens>,<output tokens>` and the line's end from `start` on into `plainCells`. Returns where the next line
 * begins, or -1 when the row is no plain one.
 */
export function readPlainLengths(bytes: Uint8Array, start: number): number {
  let at = start;
  let prompt = 0;
  let digit = bytes[at]! - ZERO;
  while (digit >= 0 && digit <= 9) {
    prompt = (prompt * 10 + digit) | 0;
    digit = bytes[++at]! - ZERO;
  }
  if (digit !== COMMA - ZERO || prompt === 0 || at - start > MAX_DIGITS) return -1;
  const second = ++at;
  let output = 0;
  digit = bytes[at]! - ZERO;
  while (digit >= 0 && digit <= 9) {
    output = (output * 10 + digit) | 0;
    digit = bytes[++at]! - ZERO;
  }
  if (output === 0 || at - second > MAX_DIGITS) return -1;
  plainCells[Plain.PROMPT_TOKENS] = prompt;
  plainCells[Plain.OUTPUT_TOKENS] = output;
  plainCells[Plain.LINE_END] = at;
  if (digit === LF - ZERO) return at + 1;
  return digit === CR - ZERO && bytes[at + 1] === LF ? at + 2 : -1;
}

/** Reads a number without sign or exponent from `start` on into `plainDecimal`. Returns where it ends, or -1. */
export function readPlainDecimal(bytes: Uint8Array, start: number): number {
  let at = start;
  let value = 0;
  let dot = -1;
  for (;;) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === DOT - ZERO && dot < 0) dot = at;
    else break;
    at++;
  }
  const decimals = dot < 0 ? 0 : at - dot - 1;
  const digits = at - start - (dot < 0 ? 0 : 1);
  if (digits === 0 || digits > EXACT_DIGITS) return -1;
  plainDecimal[0] = decimals > 0 ? value / powersOfTen[decimals]! : value;
  return at;
}
