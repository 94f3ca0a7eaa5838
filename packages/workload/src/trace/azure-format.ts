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
import { DateTime, Minute, zoneSeconds } from './date-time.js';
import { fourDigits, noDigits, PLAIN_ROW_BYTES, Plain, plainCells, readPlainLengths, ZEROS } from './plain-cells.js';
import { type PlainRows, ROWS_AHEAD } from './plain-rows.js';
import { CsvHeader, type RowFormat } from './row-format.js';
import type { TraceRow } from './trace-row.js';

const COMMA = 44;
/** Bytes of `YYYY-MM-DD HH:MM:SS.fffffff,`. */
const SEVENS_BYTES = 28;
/** `:00.`, and `000,`: what is left of a word after an exclusive or are digits. */
const SECONDS = 0x2e30303a;
const THREE_AND_COMMA = 0x2c303030;
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
  #dateTime: DateTime;
  #firstWholeS = Number.NaN;
  #firstFractionS = Number.NaN;
  /** 1 = the header has the three columns in their order and no others, and the first row was read. */
  #isPlain = 0;

  constructor(lines: ByteLines) {
    this.#lines = lines;
    this.#header = new CsvHeader(lines);
    this.#dateTime = new DateTime(lines);
  }

  readHeader(): void {
    this.#header.read();
    this.#time = this.#header.require('TIMESTAMP', ALLOWED);
    this.#prompt = this.#header.require('ContextTokens', ALLOWED);
    this.#output = this.#header.require('GeneratedTokens', ALLOWED);
  }

  readPlain(rows: PlainRows, leastS: number): void {
    if (this.#isPlain === 0) return;
    this.#readSevens(rows, leastS);
    // What begins a new minute or has another fraction is read with care; what follows may be plainer again.
    if (rows.held === 0 && this.#readOne(rows, leastS)) this.#readSevens(rows, rows.timesS[0]!);
  }

  /** Takes rows of the minute that was read last, with fractions of seven digits as they mostly have, a word at a time. */
  #readSevens(rows: PlainRows, leastS: number): void {
    const lines = this.#lines;
    const { view } = lines;
    const { minute } = this.#dateTime;
    const firstHalf = minute[Minute.FIRST_HALF]!;
    const secondHalf = minute[Minute.SECOND_HALF]!;
    const minuteS = minute[Minute.SECONDS]! - this.#firstWholeS;
    const firstFractionS = this.#firstFractionS;
    const lastStart = lines.filled - PLAIN_ROW_BYTES;
    const { timesS, tokens } = rows;
    let lastS = leastS;
    let at = lines.from;
    let held = rows.held;
    const before = held;
    while (held < ROWS_AHEAD && at <= lastStart) {
      if (view.getFloat64(at, true) !== firstHalf || view.getFloat64(at + 8, true) !== secondHalf) break;
      const seconds = view.getInt32(at + 16, true) ^ SECONDS;
      const four = view.getInt32(at + 20, true) ^ ZEROS;
      const three = view.getInt32(at + 24, true) ^ THREE_AND_COMMA;
      if ((noSeconds(seconds) | noDigits(four) | noDigits(three) | (three >>> 24)) !== 0) break;
      const second = ((seconds >>> 8) & 15) * 10 + (seconds >>> 16);
      const fraction = fourDigits(four) * 1_000 + fourDigits(three << 8);
      const timeS = minuteS + second + (fraction / 1e7 - firstFractionS);
      if (timeS < lastS) break;
      const next = readPlainLengths(view, at + SEVENS_BYTES);
      if (next < 0) break;
      timesS[held] = timeS;
      lastS = timeS;
      tokens[held << 1] = plainCells[Plain.PROMPT_TOKENS]!;
      tokens[(held << 1) + 1] = plainCells[Plain.OUTPUT_TOKENS]!;
      held++;
      at = next;
    }
    rows.held = held;
    lines.skip(at, held - before);
  }

  /** Takes one row, with any time that has no zone. */
  #readOne(rows: PlainRows, leastS: number): boolean {
    const lines = this.#lines;
    const { from, view } = lines;
    if (lines.filled - from < PLAIN_ROW_BYTES) return false;
    const at = this.#dateTime.read(from, from + PLAIN_ROW_BYTES);
    if (at < 0 || view.getUint8(at) !== COMMA) return false;
    const next = readPlainLengths(view, at + 1);
    const timeS = this.#sinceFirstS();
    if (next < 0 || timeS < leastS) return false;
    rows.add(timeS, plainCells[Plain.PROMPT_TOKENS]!, plainCells[Plain.OUTPUT_TOKENS]!);
    lines.skip(next, 1);
    return true;
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
    if (Number.isNaN(this.#firstWholeS)) this.#beginTimes();
    row.timeS = this.#sinceFirstS();
    return null;
  }

  /** Makes the time that was read last time 0. */
  #beginTimes(): void {
    this.#firstWholeS = this.#dateTime.wholeS;
    this.#firstFractionS = this.#dateTime.fractionS;
    this.#isPlain = this.#header.columns === 3 && this.#time === 0 && this.#prompt === 1 ? 1 : 0;
  }

  #sinceFirstS(): number {
    const { wholeS, fractionS } = this.#dateTime;
    return wholeS - this.#firstWholeS + (fractionS - this.#firstFractionS);
  }

  #parseTime(start: number, end: number): boolean {
    const at = this.#dateTime.read(start, end);
    if (at < 0) return false;
    const zoneS = zoneSeconds(this.#lines.bytes, at, end);
    if (Number.isNaN(zoneS)) return false;
    this.#dateTime.wholeS -= zoneS;
    return true;
  }
}

/** What is wrong with `:SS.`, taken apart by `SECONDS`: 0 for 00 to 59. */
function noSeconds(word: number): number {
  return (word | (word + 0x00767a00)) & 0xff8080ff;
}
