/**
 * Plays a trace as a stream of rows in time, scaled as its spec says, streamed as the reader is.
 *
 *  - `speed` divides times (after all else); it keeps the shape of bursts and shortens days.
 *  - `copies` repeats each row as that many clients at the same time; each copy is a client of its own, with its
 *    own session and prefix content. Bursts grow with the copies.
 *  - `keep` is the probability that one client's row stays, decided by a hash of (seed, session, client) or, for rows
 *    without a session, (seed, row, client): whole sessions stay or go, and no other draw is shifted. Thinning drives arrivals
 *    towards Poisson. With `copies` it gives broken factors: copies 3 and keep 0.5 is 1.5 times the traffic.
 *  - `repeat` plays the whole file again, each pass beginning one mean gap after the last row of the one before (1 s
 *    for a file of one row); a later pass is new clients with new content.
 *  - `spreadS` spreads the rows of one time stamp (a tick) over that many seconds, uniformly, never past the next tick,
 *    in the order of the file. The rows of one tick are held in memory, at most a million.
 *
 * Counting is per client row: a row of the file counts `copies` times, in each pass. Rows read = emitted + dropped by
 * reason holds for the rows played so far; thinned rows are dropped for the reason `thinned`.
 */

import type { OpenBytes, SourceCounts } from '../request-source.js';
import type { TraceSpec } from '../workload-plan.js';
import { TraceError } from './trace-error.js';
import { TraceReader } from './trace-reader.js';
import { TraceRow } from './trace-row.js';

const MAX_TICK_ROWS = 1_000_000;
/** Gap between two passes over a file of one row, seconds. Grade: assumed. */
const LONE_ROW_GAP_S = 1;

export class TraceReplay {
  /** Row to be sent next; valid after `next` returned true, until the following call. */
  row: TraceRow;
  /** When it is sent: seconds from the start of the replay, all scaling done. */
  timeS = 0;
  /** Which client of the row it is, over copies and passes: 0 .. clones - 1. */
  clone = 0;
  readonly #open: OpenBytes;
  readonly #spec: TraceSpec;
  readonly #uniformOf: (key: number, clone: number) => number;
  readonly #counts: SourceCounts;
  readonly #spread: () => number;
  readonly #copies: number;
  readonly #speed: number;
  /** 1 = no row is thinned out. */
  readonly #keepsAll: number;
  /** 1 = every row is sent once in each pass, at its own time. */
  readonly #isStraight: number;
  #reader: TraceReader;
  #pass = 0;
  #offsetS = 0;
  /** Time of the present row before `speed`, and copies of it still to come. */
  #rowS = 0;
  #copiesLeft = 0;
  /** With spreading: rows of the present tick, their times, how many, and which one comes next. */
  #tick: TraceRow[] = [];
  #tickTimesS = new Float64Array(16);
  #tickRows = 0;
  #atRow = 0;
  /** With spreading: the first row of the next tick was read already and waits here. */
  #ahead = new TraceRow();
  #hasAhead = false;
  #passEnded = false;
  #done = false;
  #firstS = Number.NaN;
  #lastS = 0;
  /** Dropped rows of the present pass that are counted already: by reason and all together. */
  #droppedSeen: Record<string, number> = {};
  #droppedRowsSeen = 0;

  /**
   * `uniformOf` gives the uniform number in [0, 1) of a session or row and a client that decides on thinning,
   * `spread` gives uniform numbers for spreading, `counts` takes the drops.
   *
   * @throws TraceError `trace-no-times` for a list of lengths; RangeError for scaling that makes no sense.
   */
  constructor(
    open: OpenBytes,
    spec: TraceSpec,
    uniformOf: (key: number, clone: number) => number,
    spread: () => number,
    counts: SourceCounts,
  ) {
    checkScaling(spec);
    this.#open = open;
    this.#spec = spec;
    this.#copies = spec.copies;
    this.#speed = spec.speed;
    this.#keepsAll = spec.keep >= 1 ? 1 : 0;
    this.#isStraight = spec.keep >= 1 && spec.copies === 1 && spec.spreadS === 0 ? 1 : 0;
    this.#uniformOf = uniformOf;
    this.#spread = spread;
    this.#counts = counts;
    this.#reader = new TraceReader(open, spec);
    if (!this.#reader.hasTimes) {
      this.#reader.close();
      throw new TraceError(
        {
          code: 'trace-no-times',
          path: spec.path,
          line: 0,
          column: 0,
          given: `format ${spec.format}`,
          allowed:
            'a trace with times, or this list as the source of bootstrapped lengths beside another arrival process',
        },
        'a list of lengths cannot be replayed',
      );
    }
    this.row = this.#reader.row;
  }

  /** Clients that one row of the file may stand for. */
  get clones(): number {
    return this.#spec.copies * this.#spec.repeat;
  }

  /** Moves to the next row to be sent; false at the end. @throws TraceError as the reader does */
  next(): boolean {
    if (this.#isStraight === 0) return this.#nextOfCopies();
    if (this.#done) return false;
    while (!this.#read()) if (!this.#nextPass()) return false;
    this.timeS = (this.#lastS + this.#offsetS) / this.#speed;
    return true;
  }

  #nextOfCopies(): boolean {
    for (;;) {
      if (this.#copiesLeft === 0) {
        if (!this.#nextRow()) return false;
        this.#copiesLeft = this.#copies;
      }
      const copies = this.#copies;
      const clone = (this.#pass + 1) * copies - this.#copiesLeft--;
      if (this.#keepsAll === 1 || this.#keeps(this.row, clone)) {
        this.timeS = this.#rowS / this.#speed;
        this.clone = clone;
        return true;
      }
      this.#drop('thinned', 1);
    }
  }

  /** Closes the file; needed only when the replay stops early. */
  close(): void {
    this.#done = true;
    this.#reader.close();
  }

  #keeps(row: TraceRow, clone: number): boolean {
    return this.#uniformOf(Number.isNaN(row.sessionKey) ? row.ordinal : row.sessionKey, clone) < this.#spec.keep;
  }

  /** Makes the next row of the file, or of the tick that is spread, the present one; false at the end. */
  #nextRow(): boolean {
    if (this.#done) return false;
    if (this.#spec.spreadS > 0) return this.#nextSpread();
    while (!this.#read()) if (!this.#nextPass()) return false;
    this.#rowS = this.#lastS + this.#offsetS;
    return true;
  }

  #nextSpread(): boolean {
    while (this.#atRow === this.#tickRows) {
      if (this.#passEnded && !this.#nextPass()) return false;
      this.#tickRows = 0;
      this.#atRow = 0;
      this.#gatherTick();
    }
    this.row = this.#tick[this.#atRow]!;
    this.#rowS = this.#tickTimesS[this.#atRow++]!;
    return true;
  }

  #gatherTick(): void {
    if (!this.#hasAhead && !this.#readAhead()) {
      this.#passEnded = true;
      return;
    }
    const tickS = this.#ahead.timeS;
    do {
      if (this.#tickRows === MAX_TICK_ROWS) throw this.#tickTooLarge();
      this.#pooledRow(this.#tickRows++).copyFrom(this.#ahead);
    } while (this.#readAhead() && this.#ahead.timeS === tickS);
    const { spreadS } = this.#spec;
    const nextTickS = this.#hasAhead
      ? this.#ahead.timeS
      : this.#isLastPass
        ? Number.POSITIVE_INFINITY
        : tickS + this.#passGapS;
    const roomS = Math.min(spreadS, nextTickS - tickS);
    if (this.#tickTimesS.length < this.#tickRows) this.#tickTimesS = new Float64Array(this.#tickRows * 2);
    const times = this.#tickTimesS.subarray(0, this.#tickRows);
    for (let i = 0; i < times.length; i++) times[i] = this.#spread();
    times.sort();
    for (let i = 0; i < times.length; i++) times[i] = tickS + this.#offsetS + times[i]! * roomS;
    if (!this.#hasAhead) this.#passEnded = true;
  }

  #readAhead(): boolean {
    this.#hasAhead = this.#read();
    if (this.#hasAhead) this.#ahead.copyFrom(this.#reader.row);
    return this.#hasAhead;
  }

  #pooledRow(index: number): TraceRow {
    const row = this.#tick[index] ?? new TraceRow();
    this.#tick[index] = row;
    return row;
  }

  /** Reads one row of the file and books what was dropped on the way. */
  #read(): boolean {
    const reader = this.#reader;
    const got = reader.next();
    if (reader.droppedRows !== this.#droppedRowsSeen) this.#bookDropped(reader);
    if (!got) return false;
    this.#lastS = reader.row.timeS;
    if (reader.emitted === 1) this.#firstS = this.#lastS;
    return true;
  }

  #bookDropped({ dropped, droppedRows }: TraceReader): void {
    this.#droppedRowsSeen = droppedRows;
    for (const reason in dropped) {
      const fresh = dropped[reason]! - (this.#droppedSeen[reason] ?? 0);
      if (fresh === 0) continue;
      this.#drop(reason, fresh * this.#copies);
      this.#droppedSeen[reason] = dropped[reason]!;
    }
  }

  get #isLastPass(): boolean {
    return this.#pass + 1 === this.#spec.repeat;
  }

  /** Time from the last row of the present pass to the first of the next. */
  get #passGapS(): number {
    const rows = this.#reader.emitted;
    return rows > 1 ? (this.#lastS - this.#firstS) / (rows - 1) : LONE_ROW_GAP_S;
  }

  #nextPass(): boolean {
    if (++this.#pass >= this.#spec.repeat) {
      this.#done = true;
      return false;
    }
    this.#offsetS += this.#lastS - this.#firstS + this.#passGapS;
    this.#reader = new TraceReader(this.#open, this.#spec);
    this.row = this.#reader.row;
    this.clone = this.#pass * this.#copies;
    this.#passEnded = false;
    this.#hasAhead = false;
    this.#droppedSeen = {};
    this.#droppedRowsSeen = 0;
    return true;
  }

  #drop(reason: string, rows: number): void {
    this.#counts.rowsRead += rows;
    this.#counts.dropped[reason] = (this.#counts.dropped[reason] ?? 0) + rows;
  }

  #tickTooLarge(): TraceError {
    return new TraceError(
      {
        code: 'trace-inconsistent',
        path: this.#spec.path,
        line: this.#ahead.line,
        column: 0,
        given: `more than ${MAX_TICK_ROWS} rows at one time`,
        allowed: 'fewer rows at one time, or no spreading',
      },
      'too many rows at one time to spread them',
    );
  }
}

/** @throws RangeError for a factor outside its range. */
export function checkScaling(spec: TraceSpec): void {
  const check = (ok: boolean, name: string, given: number, allowed: string) => {
    if (!ok) throw new RangeError(`trace ${spec.path}: ${name} must be ${allowed}, got ${given}`);
  };
  check(spec.speed > 0 && spec.speed < Number.POSITIVE_INFINITY, 'speed', spec.speed, 'above 0 and finite');
  check(spec.keep > 0 && spec.keep <= 1, 'keep', spec.keep, 'above 0 and at most 1');
  check(Number.isInteger(spec.copies) && spec.copies >= 1, 'copies', spec.copies, 'a whole number of at least 1');
  check(Number.isInteger(spec.repeat) && spec.repeat >= 1, 'repeat', spec.repeat, 'a whole number of at least 1');
  check(spec.spreadS >= 0 && spec.spreadS < Number.POSITIVE_INFINITY, 'spreadS', spec.spreadS, 'at least 0 and finite');
}
