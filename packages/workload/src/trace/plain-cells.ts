/**
 * The end of a plain row, as nearly every row of a trace has it, read in one pass over its bytes: two lengths.
 *
 * Plain is what needs no thought: digits and nothing else, at most nine of them, a number above 0, a comma, the same again,
 * LF or CRLF. Whatever else a line holds, faults included, is left to the general way of reading (`CsvFields`), which
 * alone says what is wrong; a plain row gives the same numbers both ways.
 */

const LF = 10;
const CR = 13;
const COMMA = 44;
const ZERO = 48;
/** More digits might pass 2^31 - 1. */
const MAX_DIGITS = 9;

/** Bytes that must be at hand for a row to be read as a plain one: more than the longest of them. */
export const PLAIN_ROW_BYTES = 80;

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
