/**
 * Mooncake traces (conversation, tool-agent): one JSON object a line, with the prompt's blocks of 512 tokens by id.
 *
 * `timestamp` in milliseconds from the start, `input_length` and `output_length` in tokens, `hash_ids` = one id for
 * each block of 512 prompt tokens (the last block may be partly filled), so ceil(input_length / 512) of them. Ids are
 * whole numbers below 2^32. Blocks become prefix segments; the last one has the tokens that are left. Other keys are
 * ignored.
 */

import type { ByteLines } from './byte-lines.js';
import { MAX_TOKENS } from './csv-fields.js';
import type { RowFormat } from './row-format.js';
import { TraceError, type TraceErrorCode } from './trace-error.js';
import type { TraceRow } from './trace-row.js';

/** Tokens of a block. Source: the trace's publication (Qin et al., FAST 2025); grade: specified. */
export const MOONCAKE_BLOCK_TOKENS = 512;
const MAX_ID = 2 ** 32 - 1;
const decoder = new TextDecoder();

export class MooncakeFormat implements RowFormat {
  readonly hasHeader = false;
  readonly hasTimes = true;
  #lines: ByteLines;

  constructor(lines: ByteLines) {
    this.#lines = lines;
  }

  readHeader(): void {}

  parse(row: TraceRow): null {
    const { bytes, start, end } = this.#lines;
    const text = decoder.decode(bytes.subarray(start, end));
    const record = this.#record(text);
    row.timeS = this.#number(record, 'timestamp', 1e15) / 1_000;
    row.promptTokens = this.#tokens(record, 'input_length');
    row.outputTokens = this.#tokens(record, 'output_length');
    const ids = record['hash_ids'];
    const blocks = Math.ceil(row.promptTokens / MOONCAKE_BLOCK_TOKENS);
    if (!Array.isArray(ids) || ids.length !== blocks) {
      const given = Array.isArray(ids) ? `${ids.length} ids for ${row.promptTokens} tokens` : String(ids);
      throw this.#error('trace-hash-ids', 'hash_ids do not match input_length', given, `a list of ${blocks} ids`);
    }
    row.reserveSegments(blocks);
    row.segmentCount = blocks;
    for (let block = 0; block < blocks; block++) {
      const id: unknown = ids[block];
      if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > MAX_ID) {
        throw this.#error(
          'trace-hash-ids',
          'hash_ids hold something else than an id',
          String(id),
          `whole numbers from 0 to ${MAX_ID}`,
        );
      }
      row.segmentIds[block] = id;
      row.segmentTokens[block] = MOONCAKE_BLOCK_TOKENS;
    }
    row.segmentTokens[blocks - 1] = row.promptTokens - (blocks - 1) * MOONCAKE_BLOCK_TOKENS;
    return null;
  }

  #record(text: string): Record<string, unknown> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw this.#error('trace-json', 'line is not JSON', text, 'one JSON object a line');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#error('trace-json', 'line is not a JSON object', text, 'one JSON object a line');
    }
    return value as Record<string, unknown>;
  }

  #number(record: Record<string, unknown>, key: string, max: number): number {
    const value = record[key];
    const allowed = `a number from 0 to ${max}`;
    if (typeof value !== 'number' || Number.isNaN(value)) {
      throw this.#error('trace-not-a-number', `${key} is not a number`, JSON.stringify(value) ?? 'nothing', allowed);
    }
    if (value < 0) throw this.#error('trace-negative', `${key} is negative`, String(value), allowed);
    if (value > max) throw this.#error('trace-too-large', `${key} is too large`, String(value), allowed);
    return value;
  }

  #tokens(record: Record<string, unknown>, key: string): number {
    const value = this.#number(record, key, MAX_TOKENS);
    if (!Number.isInteger(value))
      throw this.#error('trace-not-whole', `${key} is not whole`, String(value), 'whole tokens');
    if (value === 0) throw this.#error('trace-zero-tokens', `${key} is zero`, '0', 'at least 1 token');
    return value;
  }

  #error(code: TraceErrorCode, problem: string, given: string, allowed: string): TraceError {
    return new TraceError({ code, path: this.#lines.path, line: this.#lines.line, column: 0, given, allowed }, problem);
  }
}
