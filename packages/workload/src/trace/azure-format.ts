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
import { DateTime, zoneSeconds } from './date-time.js';
import { PLAIN_ROW_BYTES, Plain, plainCells, readPlainLengths } from './plain-cells.js';
import { CsvHeader, type RowFormat } from './row-format.js';
import type { TraceRow } from './trace-row.js';

const COMMA = 44;
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

  parsePlain(row: TraceRow, leastS: number): boolean {
    const lines = this.#lines;
    const dateTime = this.#dateTime;
    const { from } = lines;
    if (this.#isPlain === 0 || lines.filled - from < PLAIN_ROW_BYTES) return false;
    const at = dateTime.read(from, from + PLAIN_ROW_BYTES);
    if (at < 0 || lines.bytes[at] !== COMMA) return false;
    const next = readPlainLengths(lines.bytes, at + 1);
    const timeS = this.#sinceFirstS();
    if (next < 0 || timeS < leastS) return false;
    row.timeS = timeS;
    row.promptTokens = plainCells[Plain.PROMPT_TOKENS]!;
    row.outputTokens = plainCells[Plain.OUTPUT_TOKENS]!;
    lines.take(plainCells[Plain.LINE_END]!, next);
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
