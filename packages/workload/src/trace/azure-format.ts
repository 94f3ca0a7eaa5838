/**
 * Azure LLM inference traces of 2023 and 2024: CSV with TIMESTAMP, ContextTokens, GeneratedTokens.
 *
 * A time is `YYYY-MM-DD HH:MM:SS`, a `T` allowed between, then optionally a fraction of up to nine digits and a zone
 * (`Z` or `+HH:MM`). Times become seconds after the first row's time (the first row is time 0). Whole seconds and
 * fractions are subtracted apart, so that the 100 ns digits survive. A zone shifts the time; rows without a zone are
 * taken as they are, and a file should not mix the two. Leap seconds do not exist. Other columns (2025: NumImages)
 * are ignored.
 */

import type { ByteLines } from './byte-lines.js';
import { zeroTokens } from './canonical-format.js';
import { CsvHeader, type RowFormat } from './row-format.js';
import type { TraceRow } from './trace-row.js';

/** Length of YYYY-MM-DD. */
const DATE_BYTES = 10;
const ALLOWED = 'columns TIMESTAMP, ContextTokens, GeneratedTokens';
const ALLOWED_TIME = 'YYYY-MM-DD HH:MM:SS with optional fraction and zone';

export class AzureFormat implements RowFormat {
  readonly hasHeader = true;
  readonly hasTimes = true;
  #header: CsvHeader;
  #lines: ByteLines;
  #time = -1;
  #prompt = -1;
  #output = -1;
  /** Time that was parsed last: whole seconds since 1970 and the fraction. */
  #wholeS = 0;
  #fractionS = 0;
  /** Date that was read last, as it stands in the file, and its first second since 1970: dates seldom change from row to row. */
  readonly #date = new Uint8Array(DATE_BYTES);
  #dateS = 0;
  #firstWholeS = Number.NaN;
  #firstFractionS = 0;

  constructor(lines: ByteLines) {
    this.#lines = lines;
    this.#header = new CsvHeader(lines);
  }

  readHeader(): void {
    this.#header.read();
    this.#time = this.#header.require('TIMESTAMP', ALLOWED);
    this.#prompt = this.#header.require('ContextTokens', ALLOWED);
    this.#output = this.#header.require('GeneratedTokens', ALLOWED);
  }

  parse(row: TraceRow): null {
    const { fields } = this.#header;
    this.#header.splitRow();
    if (!this.#parseTime(fields.starts[this.#time]!, fields.ends[this.#time]!)) {
      throw fields.error('trace-bad-time', this.#time, 'TIMESTAMP is not a time', ALLOWED_TIME);
    }
    row.promptTokens = fields.tokens(this.#prompt, 'ContextTokens');
    row.outputTokens = fields.tokens(this.#output, 'GeneratedTokens');
    if (row.promptTokens === 0) throw zeroTokens(this.#header, this.#prompt, 'ContextTokens');
    if (row.outputTokens === 0) throw zeroTokens(this.#header, this.#output, 'GeneratedTokens');
    if (Number.isNaN(this.#firstWholeS)) {
      this.#firstWholeS = this.#wholeS;
      this.#firstFractionS = this.#fractionS;
    }
    row.timeS = this.#wholeS - this.#firstWholeS + (this.#fractionS - this.#firstFractionS);
    return null;
  }

  #parseTime(start: number, end: number): boolean {
    const { bytes } = this.#lines;
    if (end - start < 19) return false;
    const separator = bytes[start + 10];
    if ((separator !== 32 && separator !== 84) || bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return false;
    if (!this.#isSameDate(bytes, start) && !this.#readDate(bytes, start)) return false;
    const hour = digits(bytes, start + 11, 2);
    const minute = digits(bytes, start + 14, 2);
    const second = digits(bytes, start + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
    let at = start + 19;
    this.#fractionS = 0;
    if (at < end && bytes[at] === 46) {
      let scale = 1;
      let fraction = 0;
      const from = ++at;
      while (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) {
        fraction = fraction * 10 + (bytes[at]! - 48);
        scale *= 10;
        at++;
      }
      if (at === from || at - from > 9) return false;
      this.#fractionS = fraction / scale;
    }
    const zoneS = zoneSeconds(bytes, at, end);
    if (Number.isNaN(zoneS)) return false;
    this.#wholeS = this.#dateS + hour * 3_600 + minute * 60 + second - zoneS;
    return true;
  }

  #isSameDate(bytes: Uint8Array, start: number): boolean {
    for (let i = DATE_BYTES - 1; i >= 0; i--) if (bytes[start + i] !== this.#date[i]) return false;
    return true;
  }

  /** Takes the date at `start`; false (and the last one kept) when it is none. */
  #readDate(bytes: Uint8Array, start: number): boolean {
    if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return false;
    const year = digits(bytes, start, 4);
    const month = digits(bytes, start + 5, 2);
    const day = digits(bytes, start + 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return false;
    this.#date.set(bytes.subarray(start, start + DATE_BYTES));
    this.#dateS = daysSince1970(year, month, day) * 86_400;
    return true;
  }
}

/** Seconds east of UTC of a zone at the end of a time; 0 for none; NaN when what stands there is no zone. */
function zoneSeconds(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0;
  const sign = bytes[at];
  if (sign === 90) return at + 1 === end ? 0 : Number.NaN;
  if ((sign !== 43 && sign !== 45) || end - at !== 6 || bytes[at + 3] !== 58) return Number.NaN;
  const hours = digits(bytes, at + 1, 2);
  const minutes = digits(bytes, at + 4, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return Number.NaN;
  return (hours * 3_600 + minutes * 60) * (sign === 45 ? -1 : 1);
}

/** A number of exactly `count` digits, or -1. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 48;
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
