/**
 * Plain lists of lengths without times: a source for bootstrapped lengths, never for a replay.
 *
 * CSV with `num_prefill_tokens, num_decode_tokens` (vidur) or `prompt_tokens, output_tokens`; other columns are
 * ignored.
 */

import type { ByteLines } from './byte-lines.js';
import { zeroTokens } from './canonical-format.js';
import { CsvHeader, type RowFormat } from './row-format.js';
import type { TraceRow } from './trace-row.js';

const ALLOWED = 'columns prompt_tokens, output_tokens or num_prefill_tokens, num_decode_tokens';

export class LengthsFormat implements RowFormat {
  readonly hasHeader = true;
  readonly hasTimes = false;
  #header: CsvHeader;
  #promptName = 'prompt_tokens';
  #outputName = 'output_tokens';
  #prompt = -1;
  #output = -1;

  constructor(lines: ByteLines) {
    this.#header = new CsvHeader(lines);
  }

  readHeader(): void {
    this.#header.read();
    if (this.#header.find('num_prefill_tokens') >= 0) {
      this.#promptName = 'num_prefill_tokens';
      this.#outputName = 'num_decode_tokens';
    }
    this.#prompt = this.#header.require(this.#promptName, ALLOWED);
    this.#output = this.#header.require(this.#outputName, ALLOWED);
  }

  parse(row: TraceRow): null {
    const { fields } = this.#header;
    this.#header.splitRow();
    row.timeS = Number.NaN;
    row.promptTokens = fields.tokens(this.#prompt, this.#promptName);
    row.outputTokens = fields.tokens(this.#output, this.#outputName);
    if (row.promptTokens === 0) throw zeroTokens(this.#header, this.#prompt, this.#promptName);
    if (row.outputTokens === 0) throw zeroTokens(this.#header, this.#output, this.#outputName);
    return null;
  }
}
