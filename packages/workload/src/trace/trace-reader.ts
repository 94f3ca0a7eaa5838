/**
 * Reads a recorded trace row by row, checks every row, and accounts for each: rows read = emitted + dropped by reason.
 *
 * The file is streamed (plain or gzip); memory does not grow with it, save for one entry for each prefix group of the
 * canonical format. A row that cannot be a request stops the reading with a TraceError, or is dropped and counted under
 * its error code when `badRows` is 'drop'. Damage of the file itself (gzip, header, endless line) always stops it.
 */

import type { OpenBytes } from '../request-source.js';
import type { TraceFormat, TraceSpec } from '../workload-plan.js';
import { AzureFormat } from './azure-format.js';
import { BurstGptFormat } from './burstgpt-format.js';
import { ByteLines } from './byte-lines.js';
import { CanonicalFormat } from './canonical-format.js';
import { openPlainBytes } from './gunzip-bytes.js';
import { LengthsFormat } from './lengths-format.js';
import { MooncakeFormat } from './mooncake-format.js';
import { PlainRows } from './plain-rows.js';
import type { RowFormat } from './row-format.js';
import { TraceError } from './trace-error.js';
import { TraceRow } from './trace-row.js';

/** The part of a trace spec that says how to read the file; scaling is not the reader's business. */
export type TraceFile = Pick<TraceSpec, 'path' | 'format' | 'badRows'>;

export class TraceReader {
  /** The row that `next` found; overwritten by the following call. */
  readonly row = new TraceRow();
  /** Whether rows carry arrival times. */
  readonly hasTimes: boolean;
  emitted = 0;
  /** Rows dropped so far, for whatever reason. */
  droppedRows = 0;
  readonly dropped: Record<string, number> = {};
  /** The first row that was dropped as bad, if any. */
  firstBadRow: TraceError | null = null;
  readonly path: string;
  #lines: ByteLines;
  #format: RowFormat;
  /** Rows read ahead; null where the format has no pass for plain ones. */
  readonly #ahead: PlainRows | null;
  #dropBad: boolean;
  #lastS = 0;
  #begun = false;
  #closed = false;

  constructor(open: OpenBytes, file: TraceFile) {
    this.path = file.path;
    this.#dropBad = file.badRows === 'drop';
    this.#lines = new ByteLines(openPlainBytes(open, file.path), file.path);
    this.#format = rowFormat(file.format, this.#lines);
    this.#ahead = this.#format.readPlain === undefined ? null : new PlainRows();
    this.hasTimes = this.#format.hasTimes;
  }

  /**
   * Moves to the next usable row; false at the end. The file is closed at the end and when an error is thrown.
   *
   * @throws TraceError for damage, a bad row under 'refuse', an empty file, or a file without a usable row.
   */
  next(): boolean {
    const ahead = this.#ahead;
    if (ahead !== null) {
      const given = ahead.given;
      if (given < ahead.held) {
        ahead.given = given + 1;
        const { row } = this;
        const { tokens } = ahead;
        row.timeS = ahead.timesS[given]!;
        row.promptTokens = tokens[2 * given]!;
        row.outputTokens = tokens[2 * given + 1]!;
        row.ordinal = this.emitted++;
        row.line++;
        return true;
      }
    }
    return this.#readOn();
  }

  /** Rows read so far: emitted and dropped. */
  get rowsRead(): number {
    return this.emitted + this.droppedRows;
  }

  /** Closes the file; needed only when reading stops early, harmless otherwise. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines.close();
  }

  #readOn(): boolean {
    try {
      return this.#readAhead() ? this.next() : this.#next();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Takes the plain rows that stand next; false when there are none. */
  #readAhead(): boolean {
    const ahead = this.#ahead;
    if (ahead === null) return false;
    const { held, timesS } = ahead;
    if (held > 0) this.#lastS = timesS[held - 1]!;
    ahead.clear();
    this.row.line = this.#lines.line;
    this.#format.readPlain!(ahead, this.#lastS);
    return ahead.held > 0;
  }

  #next(): boolean {
    if (!this.#begun) this.#begin();
    while (this.#lines.next()) {
      if (this.#accept()) {
        this.row.ordinal = this.emitted++;
        this.row.line = this.#lines.line;
        return true;
      }
    }
    return this.#end();
  }

  #begin(): void {
    this.#begun = true;
    if (!this.#format.hasHeader) return;
    if (!this.#lines.next()) throw this.#fileError('trace-empty', 'file is empty', 'a header and rows');
    this.#format.readHeader();
  }

  #end(): false {
    this.close();
    if (this.emitted > 0) return false;
    if (this.rowsRead === 0 && !this.#format.hasHeader) {
      throw this.#fileError('trace-empty', 'file is empty', 'at least one row');
    }
    const read = this.rowsRead === 0 ? 'no rows' : `${this.rowsRead} rows, all dropped`;
    throw this.#fileError('trace-no-rows', 'no usable row', 'at least one usable row', read);
  }

  #accept(): boolean {
    let reason: string | null;
    try {
      reason = this.#format.parse(this.row);
      this.#checkOrder();
      if (reason === null) return true;
      this.droppedRows++;
    } catch (error) {
      this.droppedRows++;
      if (!this.#dropBad || !(error instanceof TraceError)) throw error;
      this.firstBadRow ??= error;
      reason = error.code;
    }
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
    return false;
  }

  #checkOrder(): void {
    const { timeS } = this.row;
    if (timeS < this.#lastS) {
      const { path, line } = this.#lines;
      throw new TraceError(
        {
          code: 'trace-time-backwards',
          path,
          line,
          column: 0,
          given: `${timeS} s after ${this.#lastS} s`,
          allowed: 'times that do not decrease',
        },
        'time runs backwards',
      );
    }
    if (this.hasTimes) this.#lastS = timeS;
  }

  #fileError(code: 'trace-empty' | 'trace-no-rows', problem: string, allowed: string, given = ''): TraceError {
    return new TraceError({ code, path: this.path, line: 0, column: 0, given, allowed }, problem);
  }
}

function rowFormat(format: TraceFormat, lines: ByteLines): RowFormat {
  switch (format) {
    case 'canonical':
      return new CanonicalFormat(lines);
    case 'azure-llm':
      return new AzureFormat(lines);
    case 'mooncake':
      return new MooncakeFormat(lines);
    case 'burstgpt':
      return new BurstGptFormat(lines);
    case 'lengths':
      return new LengthsFormat(lines);
  }
}
