/**
 * The project's own trace: CSV with a header, columns by name in any order.
 *
 *     arrival_s        seconds from the trace's start, decimals allowed, never running backwards
 *     prompt_tokens    whole, at least 1
 *     output_tokens    whole, at least 1, thinking included
 *     thinking_tokens  optional: thinking part of output_tokens
 *     session_id       optional text: rows of one session are thinned together
 *     prefix_group     optional text: rows of one group begin with the same tokens ...
 *     prefix_tokens    ... this many of them (needs prefix_group; at most prompt_tokens)
 *     client_id        optional text: who sent it
 *     priority         optional whole number; smaller is served first
 *
 * An optional cell may be empty. Rows share a beginning only when group and prefix_tokens are both equal. Other column
 * names are refused, so that a typing error does not lose a column in silence. Memory: one entry for each prefix group.
 */

import { hashBytes } from './byte-hash.js';
import type { ByteLines } from './byte-lines.js';
import { MAX_TIME } from './csv-fields.js';
import { PLAIN_ROW_BYTES, Plain, plainCells, plainDecimal, readPlainDecimal, readPlainLengths } from './plain-cells.js';
import { type PlainRows, ROWS_AHEAD } from './plain-rows.js';
import { CsvHeader, type RowFormat } from './row-format.js';
import type { TraceRow } from './trace-row.js';

export const CANONICAL_COLUMNS: readonly string[] = [
  'arrival_s',
  'prompt_tokens',
  'output_tokens',
  'thinking_tokens',
  'session_id',
  'prefix_group',
  'prefix_tokens',
  'client_id',
  'priority',
];
const ALLOWED = `columns ${CANONICAL_COLUMNS.join(', ')}; the first three are needed`;
const MAX_PRIORITY = 1_000_000;
const COMMA = 44;

export class CanonicalFormat implements RowFormat {
  readonly hasHeader = true;
  readonly hasTimes = true;
  #header: CsvHeader;
  #lines: ByteLines;
  #arrival = -1;
  #prompt = -1;
  #output = -1;
  #thinking = -1;
  #session = -1;
  #group = -1;
  #groupTokens = -1;
  #client = -1;
  #priority = -1;
  #groups = new Map<string, number>();
  /** 1 = the header has the first three columns in their order and no others. */
  #isPlain = 0;

  constructor(lines: ByteLines) {
    this.#lines = lines;
    this.#header = new CsvHeader(lines);
  }

  readHeader(): void {
    const header = this.#header;
    header.read();
    this.#arrival = header.require('arrival_s', ALLOWED);
    this.#prompt = header.require('prompt_tokens', ALLOWED);
    this.#output = header.require('output_tokens', ALLOWED);
    this.#thinking = header.find('thinking_tokens');
    this.#session = header.find('session_id');
    this.#group = header.find('prefix_group');
    this.#groupTokens = header.find('prefix_tokens');
    this.#client = header.find('client_id');
    this.#priority = header.find('priority');
    this.#isPlain = header.columns === 3 && this.#arrival === 0 && this.#prompt === 1 ? 1 : 0;
    for (let field = 0; field < header.columns; field++) {
      if (!CANONICAL_COLUMNS.includes(header.names[field]!)) {
        throw header.fields.error('trace-header', field, 'unknown column', ALLOWED);
      }
    }
    if (this.#groupTokens >= 0 && this.#group < 0) {
      throw header.fields.error('trace-header', this.#groupTokens, 'prefix_tokens needs prefix_group', ALLOWED);
    }
    if (this.#group >= 0 && this.#groupTokens < 0) {
      throw header.fields.error('trace-header', this.#group, 'prefix_group needs prefix_tokens', ALLOWED);
    }
  }

  readPlain(rows: PlainRows, leastS: number): void {
    if (this.#isPlain === 0) return;
    const lines = this.#lines;
    const { view } = lines;
    let lastS = leastS;
    while (rows.held < ROWS_AHEAD && lines.filled - lines.from >= PLAIN_ROW_BYTES) {
      const at = readPlainDecimal(view, lines.from);
      if (at < 0 || view.getUint8(at) !== COMMA) return;
      const next = readPlainLengths(view, at + 1);
      const timeS = plainDecimal[0]!;
      if (next < 0 || timeS < lastS || timeS > MAX_TIME) return;
      lastS = timeS;
      rows.add(timeS, plainCells[Plain.PROMPT_TOKENS]!, plainCells[Plain.OUTPUT_TOKENS]!);
      lines.skip(next, 1);
    }
  }

  parse(row: TraceRow): null {
    const { fields } = this.#header;
    this.#header.splitRow();
    row.timeS = fields.time(this.#arrival, 'arrival_s');
    row.promptTokens = fields.tokens(this.#prompt, 'prompt_tokens');
    row.outputTokens = fields.tokens(this.#output, 'output_tokens');
    if (row.promptTokens === 0) throw zeroTokens(this.#header, this.#prompt, 'prompt_tokens');
    if (row.outputTokens === 0) throw zeroTokens(this.#header, this.#output, 'output_tokens');
    row.thinkingTokens = this.#has(this.#thinking) ? fields.tokens(this.#thinking, 'thinking_tokens') : 0;
    if (row.thinkingTokens > row.outputTokens) {
      throw fields.error('trace-inconsistent', this.#thinking, 'more thinking than output', 'at most output_tokens');
    }
    row.sessionKey = this.#key(this.#session, 'session_id');
    row.clientKey = this.#key(this.#client, 'client_id');
    row.priority = this.#has(this.#priority) ? this.#readPriority() : Number.NaN;
    this.#readPrefix(row);
    return null;
  }

  #has(field: number): boolean {
    return field >= 0 && !this.#header.fields.isEmpty(field);
  }

  #key(field: number, name: string): number {
    if (!this.#has(field)) return Number.NaN;
    const { fields } = this.#header;
    fields.checkText(field, name);
    return hashBytes(this.#lines.bytes, fields.starts[field]!, fields.ends[field]!);
  }

  #readPriority(): number {
    const { fields } = this.#header;
    const value = fields.number(this.#priority);
    if (Number.isInteger(value) && Math.abs(value) <= MAX_PRIORITY) return value;
    const code = Number.isNaN(value)
      ? 'trace-not-a-number'
      : Number.isInteger(value)
        ? 'trace-too-large'
        : 'trace-not-whole';
    throw fields.error(code, this.#priority, 'priority is not usable', `a whole number within +-${MAX_PRIORITY}`);
  }

  #readPrefix(row: TraceRow): void {
    row.segmentCount = 0;
    if (!this.#has(this.#group)) return;
    const { fields } = this.#header;
    fields.checkText(this.#group, 'prefix_group');
    const tokens = this.#has(this.#groupTokens) ? fields.tokens(this.#groupTokens, 'prefix_tokens') : 0;
    if (tokens > row.promptTokens) {
      throw fields.error(
        'trace-inconsistent',
        this.#groupTokens,
        'prefix is longer than the prompt',
        'at most prompt_tokens',
      );
    }
    if (tokens === 0) return;
    const name = fields.text(this.#group);
    let id = this.#groups.get(name);
    if (id === undefined) {
      id = this.#groups.size;
      this.#groups.set(name, id);
    }
    row.segmentCount = 1;
    row.segmentIds[0] = id;
    row.segmentTokens[0] = tokens;
  }
}

/** The error of a request without tokens on one side. */
export function zeroTokens(header: CsvHeader, field: number, name: string) {
  return header.fields.error('trace-zero-tokens', field, `${name} is zero`, 'at least 1 token');
}
