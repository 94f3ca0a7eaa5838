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
/** One digit too many, and a point. */
const MAX_DECIMAL_BYTES = EXACT_DIGITS + 2;

/** Bytes that must be at hand for a row to be read as a plain one: more than the longest of them. */
export const PLAIN_ROW_BYTES = 80;

/** Where `readPlainDecimal` leaves its number. */
export const plainDecimal = new Float64Array(1);
/** Where `readPlainLengths` leaves what it read, in tokens, and the number that was read last. */
export const Plain = { PROMPT_TOKENS: 0, OUTPUT_TOKENS: 1, NUMBER: 2 } as const;
export const plainCells = new Int32Array(3);

/** Four bytes of text, the first one lowest, become digits by an exclusive or with this. */
export const ZEROS = 0x30303030;

/** A word of digits: the top bit of each byte that is none. A carry out of a byte comes only from one that is none. */
export function noDigits(word: number): number {
  return (word | (word + 0x76767676)) & 0x80808080;
}

/** The number of a word of four digits, the first one lowest. */
export function fourDigits(word: number): number {
  const pairs = Math.imul(word, 10) + (word >>> 8);
  return (pairs & 255) * 100 + ((pairs >>> 16) & 255);
}

/** Reads a count of tokens above 0 from `start` on into `plainCells`. Returns where it ends, or -1. */
function readPlainTokens(view: DataView, start: number): number {
  const word = view.getInt32(start, true) ^ ZEROS;
  const others = noDigits(word);
  if (others === 0) return readLongTokens(view, start, fourDigits(word));
  const count = (31 - Math.clz32(others & -others)) >> 3;
  // What stands behind the digits is shifted out, and zeros in before them.
  const value = count === 0 ? 0 : fourDigits(word << (32 - 8 * count));
  plainCells[Plain.NUMBER] = value;
  return value === 0 ? -1 : start + count;
}

/** The same for a count of at least four digits, whose number is `first`. */
function readLongTokens(view: DataView, start: number, first: number): number {
  let at = start + 4;
  let value = first;
  for (; at - start <= MAX_DIGITS; at++) {
    const digit = view.getUint8(at) ^ ZERO;
    if (digit > 9) break;
    value = (value * 10 + digit) | 0;
  }
  plainCells[Plain.NUMBER] = value;
  return value === 0 || at - start > MAX_DIGITS ? -1 : at;
}

/**
 * Reads `<prompt tokens>,<output tokens>` and the line's end from `start` on into `plainCells`. Returns where the next line
 * begins, or -1 when the row is no plain one.
 */
export function readPlainLengths(view: DataView, start: number): number {
  const comma = readPlainTokens(view, start);
  if (comma < 0 || view.getUint8(comma) !== COMMA) return -1;
  plainCells[Plain.PROMPT_TOKENS] = plainCells[Plain.NUMBER]!;
  const end = readPlainTokens(view, comma + 1);
  if (end < 0) return -1;
  plainCells[Plain.OUTPUT_TOKENS] = plainCells[Plain.NUMBER]!;
  const last = view.getUint8(end);
  if (last === LF) return end + 1;
  return last === CR && view.getUint8(end + 1) === LF ? end + 2 : -1;
}

/** Reads a number without sign or exponent from `start` on into `plainDecimal`. Returns where it ends, or -1. */
export function readPlainDecimal(view: DataView, start: number): number {
  let at = start;
  let value = 0;
  let dot = -1;
  for (; at - start < MAX_DECIMAL_BYTES; at++) {
    const byte = view.getUint8(at);
    const digit = byte ^ ZERO;
    if (digit <= 9) value = value * 10 + digit;
    else if (byte === DOT && dot < 0) dot = at;
    else break;
  }
  const decimals = dot < 0 ? 0 : at - dot - 1;
  const digits = at - start - (dot < 0 ? 0 : 1);
  if (digits === 0 || digits > EXACT_DIGITS) return -1;
  plainDecimal[0] = decimals > 0 ? value / powersOfTen[decimals]! : value;
  return at;
}
