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
  rowsRead = 0;
  emitted = 0;
  readonly dropped: Record<string, number> = {};
  /** The first row that was dropped as bad, if any. */
  firstBadRow: TraceError | null = null;
  readonly path: string;
  #lines: ByteLines;
  #format: RowFormat;
  /** 1 = the format has a pass for plain rows. */
  #hasPlainRows: number;
  #dropBad: boolean;
  #lastS = 0;
  #begun = false;
  #closed = false;

  constructor(open: OpenBytes, file: TraceFile) {
    this.path = file.path;
    this.#dropBad = file.badRows === 'drop';
    this.#lines = new ByteLines(openPlainBytes(open, file.path), file.path);
    this.#format = rowFormat(file.format, this.#lines);
    this.#hasPlainRows = this.#format.parsePlain === undefined ? 0 : 1;
    this.hasTimes = this.#format.hasTimes;
  }

  /**
   * Moves to the next usable row; false at the end. The file is closed at the end and when an error is thrown.
   *
   * @throws TraceError for damage, a bad row under 'refuse', an empty file, or a file without a usable row.
   */
  next(): boolean {
    try {
      return this.#next();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Rows dropped so far, for whatever reason. */
  get droppedRows(): number {
    return this.rowsRead - this.emitted;
  }

  /** Closes the file; needed only when reading stops early, harmless otherwise. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines.close();
  }

  #next(): boolean {
    const { row } = this;
    if (this.#hasPlainRows === 1 && this.#format.parsePlain!(row, this.#lastS)) {
      this.rowsRead++;
      this.#lastS = row.timeS;
      return this.#emit(row);
    }
    if (!this.#begun) this.#begin();
    while (this.#lines.next()) {
      this.rowsRead++;
      if (this.#accept()) return this.#emit(row);
    }
    return this.#end();
  }

  #emit(row: TraceRow): true {
    row.ordinal = this.emitted++;
    row.line = this.#lines.line;
    return true;
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
    } catch (error) {
      if (!this.#dropBad || !(error instanceof TraceError)) throw error;
      this.firstBadRow ??= error;
      reason = error.code;
    }
    if (reason === null) return true;
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
