/**
 * Times of the calendar: `YYYY-MM-DD HH:MM:SS`, a `T` allowed between, a fraction of up to nine digits, a zone at the end.
 *
 * Whole seconds since 1970 and the fraction are kept apart, so that every digit survives a difference. Rows come in order,
 * mostly within the minute of the one before: its bytes are compared, sixteen at once, and read only when they differ.
 * Gregorian calendar, no leap seconds.
 */

import type { ByteLines } from './byte-lines.js';
import { powersOfTen } from './csv-fields.js';

const DASH = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const SPACE = 32;
const LETTER_T = 84;
/** Bytes of `YYYY-MM-DD HH:MM` and of `YYYY-MM-DD HH:MM:SS`. */
const MINUTE_BYTES = 16;
const SECOND_BYTES = 19;
const MAX_FRACTION_DIGITS = 9;

/** Cells of a minute: its bytes as two numbers (no text is NaN), and its first second since 1970. */
export const Minute = { FIRST_HALF: 0, SECOND_HALF: 1, SECONDS: 2 } as const;

export class DateTime {
  /** What was read last: whole seconds since 1970 and the fraction. */
  wholeS = Number.NaN;
  fractionS = Number.NaN;
  readonly #lines: ByteLines;
  /** The minute that was read last, see `Minute`. */
  readonly minute = new Float64Array([Number.NaN, Number.NaN, Number.NaN]);

  constructor(lines: ByteLines) {
    this.#lines = lines;
  }

  /**
   * Reads a time without its zone from `start` on, at most up to `end`. Returns where it ends, or -1 when there is none
   * (what was read last is lost then).
   */
  read(start: number, end: number): number {
    const { bytes, view } = this.#lines;
    if (end - start < SECOND_BYTES) return -1;
    const { minute } = this;
    const isSameMinute =
      view.getFloat64(start, true) === minute[Minute.FIRST_HALF] &&
      view.getFloat64(start + MINUTE_BYTES / 2, true) === minute[Minute.SECOND_HALF];
    if (!isSameMinute && !this.#readMinute(start)) return -1;
    const tens = bytes[start + 17]! - ZERO;
    const ones = bytes[start + 18]! - ZERO;
    if (bytes[start + MINUTE_BYTES] !== COLON || tens < 0 || tens > 5 || ones < 0 || ones > 9) return -1;
    this.wholeS = minute[Minute.SECONDS]! + (tens * 10 + ones);
    this.fractionS = 0;
    let at = start + SECOND_BYTES;
    if (at === end || bytes[at] !== DOT) return at;
    const from = ++at;
    let fraction = 0;
    while (at < end) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      fraction = (fraction * 10 + digit) | 0;
      at++;
    }
    const count = at - from;
    if (count === 0 || count > MAX_FRACTION_DIGITS) return -1;
    this.fractionS = fraction / powersOfTen[count]!;
    return at;
  }

  /** Takes the minute at `start`; false (and the last one kept) when it is none. */
  #readMinute(start: number): boolean {
    const { bytes, view } = this.#lines;
    const separator = bytes[start + 10];
    if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return false;
    if ((separator !== SPACE && separator !== LETTER_T) || bytes[start + 13] !== COLON) return false;
    const year = digits(bytes, start, 4);
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    const hour = digits(bytes, start + 11, 2);
    const minute = digits(bytes, start + 14, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
    this.minute[Minute.SECONDS] = daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60;
    this.minute[Minute.FIRST_HALF] = view.getFloat64(start, true);
    this.minute[Minute.SECOND_HALF] = view.getFloat64(start + MINUTE_BYTES / 2, true);
    return true;
  }
}

/** Seconds east of UTC of a zone at the end of a time; 0 for none; NaN when what stands there is no zone. */
export function zoneSeconds(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0;
  const sign = bytes[at];
  if (sign === 90) return at + 1 === end ? 0 : Number.NaN;
  if ((sign !== 43 && sign !== 45) || end - at !== 6 || bytes[at + 3] !== COLON) return Number.NaN;
  const hours = digits(bytes, at + 1, 2);
  const minutes = digits(bytes, at + 4, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return Number.NaN;
  return (hours * 3_600 + minutes * 60) * (sign === 45 ? -1 : 1);
}

/** A number of exactly `count` digits, or -1. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 in the Gregorian calendar, years counted from March so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - 719_468;
}
