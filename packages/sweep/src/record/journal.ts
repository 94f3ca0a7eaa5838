/**
 * The journal of a sweep: what was finished, on disk at once, so that a sweep killed at any moment goes on from there.
 *
 * `trials.jsonl` is append-only text: a header line that names the design, then a line per finished trial; each line is
 * a checksum, a blank and JSON. A line that was cut off by a kill, or damaged since, fails its checksum and counts for
 * nothing; of several lines of one trial the last counts. Lines are flushed to the disk at least once a second and at
 * the end, so a power cut costs seconds of work, never a wrong result.
 *
 * Rows stay on disk: in memory are places of lines and what a summary needs.
 */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ResultsError, systemReason } from '@infersim/report';
import type { TrialRecord } from './trial-record.js';

/** Name of the journal in a sweep's folder. */
export const JOURNAL_FILE = 'trials.jsonl';
/** Name and major version of its format. */
export const JOURNAL_SCHEMA = 'infersim.sweep-journal/1';

/** The slice of a sweep that a folder holds: shard `index` of `count`, from 1; 1 of 1 for a whole sweep. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** One axis as results tell it. */
export interface JournalAxis {
  readonly path: string;
  /** As given, e.g. `1..8:4` or `[h100-sxm, b200-sxm]`. */
  readonly values: string;
  /** Number of its dimension: axes of one dimension moved together. */
  readonly dimension: number;
}

/** What a journal belongs to. */
export interface JournalHeader {
  readonly schema: typeof JOURNAL_SCHEMA;
  /** Version of infersim. */
  readonly version: string;
  /** Name of the scenario (of the first trial, should it be swept). */
  readonly scenario: string;
  /** Seed of the simulation (of the first trial, should it be swept). */
  readonly seed: number;
  /** Hash of version, assignments of all trials and content of the first trial. */
  readonly design: string;
  /** The parts of `design`, to say what differs. */
  readonly assignments: string;
  readonly content: string;
  readonly axes: readonly JournalAxis[];
  /** `grid`, `random` or `lhs`. */
  readonly method: string;
  /** Seed of the draws; null for a grid. */
  readonly drawSeed: number | null;
  /** Trials of the whole design. */
  readonly trials: number;
  readonly shard: Shard;
}

/** A record without its rows. */
export type TrialOutcome = Omit<TrialRecord, 'rows'>;

/** A trial in a journal: what it came to, and where its line lies. */
export interface JournalEntry {
  readonly outcome: TrialOutcome;
  readonly journal: string;
  readonly offset: number;
  readonly length: number;
}

/** A journal as read. */
export interface SavedJournal {
  readonly path: string;
  readonly header: JournalHeader;
  readonly entries: ReadonlyMap<number, JournalEntry>;
  /** Bytes that hold whole lines; what follows was cut off. */
  readonly soundBytes: number;
  /** Whole lines that fail their checksum. */
  readonly damaged: number;
}

const CHUNK_BYTES = 1 << 20;
const CHECKSUM = 16;

/**
 * Reads the journal of a folder; null when there is none, or its header was cut off. Throws `ResultsError` when it cannot be
 * read, or begins with anything but a sound header of this schema.
 */
export function readJournal(folder: string): SavedJournal | null {
  const path = join(folder, JOURNAL_FILE);
  const handle = openedJournal(path);
  if (handle === null) return null;
  try {
    let header: JournalHeader | null = null;
    let damaged = 0;
    let soundBytes = 0;
    let isFirst = true;
    const entries = new Map<number, JournalEntry>();
    for (const { text, offset, length } of wholeLines(handle)) {
      const value = checked(text);
      soundBytes = offset + length;
      if (isFirst) {
        isFirst = false;
        header = headerOf(value, path);
      } else if (value === null) damaged++;
      else {
        const { rows: _, ...outcome } = value as TrialRecord;
        entries.set(outcome.trial, { outcome, journal: path, offset, length });
      }
    }
    return header === null ? null : { path, header, entries, soundBytes, damaged };
  } catch (error) {
    if (error instanceof ResultsError) throw error;
    throw new ResultsError('RESULTS_READ', path, `cannot read ${path}: ${systemReason(error)}`);
  } finally {
    closeSync(handle);
  }
}

/** The header alone; null when there is no journal, or it was cut off. Throws `ResultsError` as `readJournal` does. */
export function readJournalHeader(folder: string): JournalHeader | null {
  const path = join(folder, JOURNAL_FILE);
  const handle = openedJournal(path);
  if (handle === null) return null;
  try {
    for (const { text } of wholeLines(handle)) return headerOf(checked(text), path);
    return null;
  } catch (error) {
    if (error instanceof ResultsError) throw error;
    throw new ResultsError('RESULTS_READ', path, `cannot read ${path}: ${systemReason(error)}`);
  } finally {
    closeSync(handle);
  }
}

function openedJournal(path: string): number | null {
  try {
    return statSync(path).isFile() ? openSync(path, 'r') : null;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw new ResultsError('RESULTS_READ', path, `cannot read ${path}: ${systemReason(error)}`);
  }
}

function headerOf(value: unknown, path: string): JournalHeader {
  const header = value as JournalHeader | null;
  if (header?.schema === JOURNAL_SCHEMA) return header;
  throw new ResultsError('RESULTS_READ', path, `${path} does not begin with the header of a sweep's journal`);
}

/** The rows of entries, in the order given. Throws `ResultsError` when a journal has changed since it was read. */
export function* entryRows(
  entries: Iterable<JournalEntry>,
): Generator<{ entry: JournalEntry; rows: readonly string[] }> {
  const handles = new Map<string, number>();
  try {
    for (const entry of entries) {
      let handle = handles.get(entry.journal);
      if (handle === undefined) {
        handle = openSync(entry.journal, 'r');
        handles.set(entry.journal, handle);
      }
      const bytes = Buffer.alloc(entry.length);
      readSync(handle, bytes, 0, entry.length, entry.offset);
      const record = checked(bytes.toString('utf8').trimEnd()) as TrialRecord | null;
      if (record === null || record.trial !== entry.outcome.trial)
        throw new ResultsError('RESULTS_READ', entry.journal, `${entry.journal} has changed while it was read`);
      yield { entry, rows: record.rows };
    }
  } finally {
    for (const handle of handles.values()) closeSync(handle);
  }
}

/** Appends records to the journal of a folder. */
export class JournalWriter {
  readonly entries: Map<number, JournalEntry>;
  readonly #path: string;
  readonly #handle: number;
  #offset: number;
  #flushedAtMs = 0;

  /** Starts a journal, or goes on behind the whole lines of `saved`. Throws `ResultsError`. */
  constructor(folder: string, header: JournalHeader, saved: SavedJournal | null) {
    this.#path = join(folder, JOURNAL_FILE);
    this.entries = new Map(saved?.entries);
    this.#offset = saved?.soundBytes ?? 0;
    this.#handle = this.#guarded(() => openSync(this.#path, saved === null ? 'w' : 'r+'));
    if (saved === null) {
      this.#append(header);
      this.#flush();
    } else this.#guarded(() => ftruncateSync(this.#handle, this.#offset));
  }

  /** Adds a finished trial. `nowMs` is the wall clock, for flushing. */
  add(record: TrialRecord, nowMs: number): void {
    const { rows: _, ...outcome } = record;
    const offset = this.#offset;
    this.#append(record);
    this.entries.set(record.trial, { outcome, journal: this.#path, offset, length: this.#offset - offset });
    if (nowMs - this.#flushedAtMs < 1000) return;
    this.#flush();
    this.#flushedAtMs = nowMs;
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#handle);
    }
  }

  #append(value: unknown): void {
    const json = JSON.stringify(value);
    const bytes = Buffer.from(`${checksum(json)} ${json}\n`, 'utf8');
    this.#guarded(() => {
      for (let at = 0; at < bytes.length; )
        at += writeSync(this.#handle, bytes, at, bytes.length - at, this.#offset + at);
    });
    this.#offset += bytes.length;
  }

  #flush(): void {
    this.#guarded(() => fsyncSync(this.#handle));
  }

  #guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new ResultsError('RESULTS_WRITE', this.#path, `cannot write ${this.#path}: ${systemReason(error)}`);
    }
  }
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, CHECKSUM);
}

/** The value of a line, or null when its checksum does not hold. */
function checked(line: string): unknown {
  const json = line.slice(CHECKSUM + 1);
  if (line[CHECKSUM] !== ' ' || checksum(json) !== line.slice(0, CHECKSUM)) return null;
  return JSON.parse(json) as unknown;
}

/** Lines that end with a line feed, with their place in bytes. */
function* wholeLines(handle: number): Generator<{ text: string; offset: number; length: number }> {
  let pending: Buffer = Buffer.alloc(0);
  let offset = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const count = readSync(handle, chunk, 0, chunk.length, null);
    if (count === 0) return;
    const bytes = Buffer.concat([pending, chunk.subarray(0, count)]);
    let from = 0;
    for (let end = bytes.indexOf(10, from); end >= 0; end = bytes.indexOf(10, from)) {
      yield { text: bytes.toString('utf8', from, end), offset: offset + from, length: end + 1 - from };
      from = end + 1;
    }
    pending = Buffer.from(bytes.subarray(from));
    offset += from;
  }
}
