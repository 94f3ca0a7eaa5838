/**
 * Request rows on their way from a run to a results file: temporary files of one replication, one for each thread that
 * works on it, written as the run goes and read again in stretches when prices are known, so that neither side holds more
 * than a stretch.
 *
 * Writing is synchronous: a run that makes rows faster than the disk takes them waits for it. The form is that of the
 * machine and of this version (blocks of up to `BLOCK_ROWS` rows, a column of doubles after the other) and is never
 * kept: whoever names the file removes it.
 */

import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { compareRows, LOG_COLUMNS, type LogColumn, type LogColumns } from '@infersim/fleet';

/** Rows of a block: 368 KiB are written at a time. */
const BLOCK_ROWS = 2048;

/** Where the rows lie that a thread made of a replication, in their order. */
export interface RequestSpool {
  readonly path: string;
  readonly rows: number;
}

/** The file system refused to take or give rows; the message says what it said. */
export class RequestSpoolError extends Error {
  override readonly name = 'RequestSpoolError';
  readonly path: string;
  /** The system's code (`ENOSPC`); undefined when it was not the system that refused. */
  readonly code: string | undefined;

  constructor(path: string, code: string | undefined, message: string, cause?: unknown) {
    super(message, { cause });
    this.path = path;
    this.code = code;
  }
}

/** Writes rows to a new file. */
export class RequestSpoolWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #block = new Float64Array(BLOCK_ROWS * LOG_COLUMNS.length);
  /** Rows in the block, and in all. */
  #pending = 0;
  #rows = 0;
  #isOpen = true;

  /** Replaces what is there. @throws RequestSpoolError when the file cannot be opened. */
  constructor(path: string) {
    this.#path = path;
    this.#file = guarded(path, () => openSync(path, 'w'));
  }

  /** Appends `rows` rows of `columns` in the given order. @throws RequestSpoolError, for one when the disk is full. */
  append(columns: LogColumns, order: Uint32Array, rows: number): void {
    let from = 0;
    while (from < rows) {
      const taken = Math.min(rows - from, BLOCK_ROWS - this.#pending);
      LOG_COLUMNS.forEach((name, index) => {
        const column = columns[name];
        const at = index * BLOCK_ROWS + this.#pending;
        for (let row = 0; row < taken; row++) this.#block[at + row] = column[order[from + row]!]!;
      });
      this.#pending += taken;
      from += taken;
      if (this.#pending === BLOCK_ROWS) this.#flush();
    }
  }

  /** Writes what is left and closes the file. */
  finish(): RequestSpool {
    // The last block is short: its columns move together.
    const rows = this.#pending;
    if (rows > 0 && rows < BLOCK_ROWS) {
      for (let index = 1; index < LOG_COLUMNS.length; index++) {
        this.#block.copyWithin(index * rows, index * BLOCK_ROWS, index * BLOCK_ROWS + rows);
      }
    }
    if (rows > 0) this.#flush();
    this.#close();
    return { path: this.#path, rows: this.#rows };
  }

  /** Closes and removes the file, after a failure. */
  discard(): void {
    this.#close();
    rmSync(this.#path, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#block.buffer, 0, this.#pending * LOG_COLUMNS.length * 8);
    guarded(this.#path, () => {
      let written = 0;
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    });
    this.#rows += this.#pending;
    this.#pending = 0;
  }
}

/** Some rows, one after the other. */
export interface LogBlock {
  readonly columns: LogColumns;
  readonly rows: number;
}

/**
 * The rows of one spool, or of several that each have a part of a world's requests, in their order (`compareRows`). A
 * block is good until the next one is asked for. Holds one block per spool and one more. @throws RequestSpoolError
 */
export function* spooledBlocks(spools: readonly RequestSpool[]): Generator<LogBlock> {
  if (spools.length === 1) {
    yield* blocksOf(spools[0]!);
    return;
  }
  const heads: SpoolHead[] = [];
  const block = new Float64Array(BLOCK_ROWS * LOG_COLUMNS.length);
  const merged = columnsOf(block, BLOCK_ROWS);
  let rows = 0;
  try {
    for (const spool of spools) heads.push(new SpoolHead(blocksOf(spool)));
    for (;;) {
      let first: SpoolHead | null = null;
      for (const head of heads) if (!head.isEmpty && (first === null || head.isBefore(first))) first = head;
      if (first === null) break;
      for (const name of LOG_COLUMNS) merged[name][rows] = first.columns[name][first.row]!;
      first.advance();
      if (++rows < BLOCK_ROWS) continue;
      yield { columns: merged, rows };
      rows = 0;
    }
  } finally {
    for (const head of heads) head.close();
  }
  if (rows === 0) return;
  yield { columns: merged, rows };
}

/** The next row of a spool that is merged with others. */
class SpoolHead {
  columns: LogColumns = columnsOf(new Float64Array(0), 0);
  row = 0;
  isEmpty = false;
  readonly #blocks: Generator<LogBlock>;
  #rows = 0;

  constructor(blocks: Generator<LogBlock>) {
    this.#blocks = blocks;
    this.#load();
  }

  advance(): void {
    if (++this.row === this.#rows) this.#load();
  }

  isBefore(other: SpoolHead): boolean {
    return compareRows(this.columns, this.row, other.columns, other.row) < 0;
  }

  close(): void {
    this.#blocks.return(undefined);
  }

  #load(): void {
    const next = this.#blocks.next();
    this.isEmpty = next.done === true;
    if (next.done === true) return;
    this.columns = next.value.columns;
    this.#rows = next.value.rows;
    this.row = 0;
  }
}

/** Columns of `rows` rows that stand one after the other. */
function columnsOf(block: Float64Array, rows: number): LogColumns {
  return Object.fromEntries(
    LOG_COLUMNS.map((name, index) => [name, block.subarray(index * rows, (index + 1) * rows)]),
  ) as Record<LogColumn, Float64Array>;
}

function* blocksOf(spool: RequestSpool): Generator<LogBlock> {
  const file = guarded(spool.path, () => openSync(spool.path, 'r'));
  try {
    const block = new Float64Array(BLOCK_ROWS * LOG_COLUMNS.length);
    for (let from = 0; from < spool.rows; from += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, spool.rows - from);
      const bytes = new Uint8Array(block.buffer, 0, rows * LOG_COLUMNS.length * 8);
      guarded(spool.path, () => {
        let read = 0;
        while (read < bytes.length) {
          const got = readSync(file, bytes, read, bytes.length - read, null);
          if (got === 0) throw new Error(`ends after ${from} of ${spool.rows} rows`);
          read += got;
        }
      });
      yield { columns: columnsOf(block, rows), rows };
    }
  } finally {
    closeSync(file);
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = (cause as { code?: string } | null)?.code;
    throw new RequestSpoolError(path, code, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
