/**
 * BurstGPT traces, by column name: six columns (versions 1 and 2) or eight (version 3 adds Session ID and Elapsed
 * time).
 *
 * `Timestamp` in seconds; times become seconds after the first row's time. Two rules of this format drop a row and
 * count it instead of refusing the file: no response tokens is a failed call (`failed_no_response`), no request
 * tokens is a gap in the log (`no_prompt_tokens`). Rows of one Session ID are one session; an empty Session ID is
 * none.
 */

import { hashBytes } from './byte-hash.js';
import type { ByteLines } from './byte-lines.js';
import { CsvHeader, type RowFormat } from './row-format.js';
import type { TraceRow } from './trace-row.js';

const ALLOWED = 'columns Timestamp, Request tokens, Response tokens (optional: Session ID)';

export class BurstGptFormat implements RowFormat {
  readonly hasHeader = true;
  readonly hasTimes = true;
  #header: CsvHeader;
  #lines: ByteLines;
  #time = -1;
  #prompt = -1;
  #output = -1;
  #session = -1;
  #firstS = Number.NaN;

  constructor(lines: ByteLines) {
    this.#lines = lines;
    this.#header = new CsvHeader(lines);
  }

  readHeader(): void {
    this.#header.read();
    this.#time = this.#header.require('Timestamp', ALLOWED);
    this.#prompt = this.#header.require('Request tokens', ALLOWED);
    this.#output = this.#header.require('Response tokens', ALLOWED);
    this.#session = this.#header.find('Session ID');
  }

  parse(row: TraceRow): string | null {
    const { fields } = this.#header;
    this.#header.splitRow();
    const timeS = fields.time(this.#time, 'Timestamp');
    row.promptTokens = fields.tokens(this.#prompt, 'Request tokens');
    row.outputTokens = fields.tokens(this.#output, 'Response tokens');
    row.sessionKey = Number.NaN;
    if (this.#session >= 0 && !fields.isEmpty(this.#session)) {
      fields.checkText(this.#session, 'Session ID');
      row.sessionKey = hashBytes(this.#lines.bytes, fields.starts[this.#session]!, fields.ends[this.#session]!);
    }
    if (Number.isNaN(this.#firstS)) this.#firstS = timeS;
    row.timeS = timeS - this.#firstS;
    if (row.outputTokens === 0) return 'failed_no_response';
    return row.promptTokens === 0 ? 'no_prompt_tokens' : null;
  }
}
