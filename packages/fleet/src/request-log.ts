/**
 * Per-request rows for those who ask for them: all, or a uniform sample of fixed size.
 *
 * The sample keeps the requests with the smallest hash of their id, so it does not depend on order or policy. Columns
 * are typed arrays that double; times in seconds. Rows stand in the order of (time sent, request id, traffic, origin site),
 * which no two requests have in common, so that it does not matter which thread a row comes from.
 *
 * Given a sink, a log of all requests lets go of rows as it runs: every row sent before the oldest request still on its
 * way has its place, because all that are still to come were sent later. What it holds is then the requests that have
 * ended since the oldest one in flight was sent, not those of the run. One request that stays for very long holds back
 * all that were sent after it; that is the price of the order.
 */

import { hashString, hashUniform } from '@infersim/kernel';

/** Numeric columns of the log. */
export const LOG_COLUMNS = [
  'requestId',
  'taskId',
  'sessionId',
  'attempts',
  'promptTokens',
  'cachedTokens',
  'wishedTokens',
  'outputTokens',
  'thinkingTokens',
  'sentS',
  'admittedS',
  'firstTokenS',
  'lastTokenS',
  'queueS',
  'returnS',
  'preemptions',
  'energyJ',
  'deviceS',
  'traffic',
  'originSite',
  'pool',
  'site',
  'outcome',
] as const;
export type LogColumn = (typeof LOG_COLUMNS)[number];
export type LogColumns = Readonly<Record<LogColumn, Float64Array>>;
const PURPOSE = hashString('request-log/sample');

/** Rows that have ended before the log looks whether it can let go of some. */
const RELEASE_ROWS = 1024;

/** How row `a` of one log stands to row `b` of the same or another: negative = before it. */
export function compareRows(one: LogColumns, a: number, other: LogColumns, b: number): number {
  return (
    one.sentS[a]! - other.sentS[b]! ||
    one.requestId[a]! - other.requestId[b]! ||
    one.traffic[a]! - other.traffic[b]! ||
    one.originSite[a]! - other.originSite[b]!
  );
}

/** Takes rows that have their place, in order: `columns[name][order[i]]` for i from 0 to `rows`. It keeps neither. */
export type RowSink = (columns: LogColumns, order: Uint32Array, rows: number) => void;

/** A log as plain data. */
export interface PackedLog {
  readonly columns: LogColumns;
  readonly priority: Float64Array;
}

export class RequestLog {
  rows = 0;
  /** The greatest number of rows held at once, and all that went to the sink. */
  peakRows = 0;
  releasedRows = 0;
  readonly columns: Record<LogColumn, Float64Array>;
  /** Rows wanted; Infinity = all. */
  readonly #limit: number;
  readonly #seed: number;
  readonly #sink: RowSink | null;
  #priority = new Float64Array(256);
  #threshold = 1;
  #releaseAt = RELEASE_ROWS;

  /** @param sink takes all rows, in the end or as soon as their place is known; null = they stay in `columns`. */
  constructor(limit: number, seed: number, sink: RowSink | null = null) {
    this.#limit = limit;
    this.#seed = seed;
    this.#sink = sink;
    this.columns = Object.fromEntries(LOG_COLUMNS.map((name) => [name, new Float64Array(256)])) as Record<
      LogColumn,
      Float64Array
    >;
  }

  /** Row to fill for this request, or -1 when the sample leaves it out. */
  open(requestId: number): number {
    let priority = 0;
    if (this.#limit !== Number.POSITIVE_INFINITY) {
      priority = hashUniform(this.#seed, PURPOSE, requestId, 0);
      if (priority >= this.#threshold) return -1;
      if (this.rows >= 2 * this.#limit) this.#thin();
      if (priority >= this.#threshold) return -1;
    }
    if (this.rows === this.#priority.length) this.#grow();
    this.#priority[this.rows] = priority;
    const row = this.rows++;
    if (this.rows > this.peakRows) this.peakRows = this.rows;
    return row;
  }

  /** Whether enough has ended for `release` to be worth its while. */
  get isDue(): boolean {
    return this.#sink !== null && this.#limit === Number.POSITIVE_INFINITY && this.rows >= this.#releaseAt;
  }

  /** Hands over the rows sent before `beforeS`, when no request sent earlier than that is still to end or to come. */
  release(beforeS: number): void {
    const { sentS } = this.columns;
    let ready = 0;
    for (let row = 0; row < this.rows; row++) if (sentS[row]! < beforeS) ready++;
    if (ready > 0) {
      const order = new Uint32Array(ready);
      let at = 0;
      let kept = 0;
      // Those that stay move up only after the sink has seen the others.
      const stay = new Uint32Array(this.rows - ready);
      for (let row = 0; row < this.rows; row++) {
        if (sentS[row]! < beforeS) order[at++] = row;
        else stay[kept++] = row;
      }
      this.#handOver(order);
      for (const name of LOG_COLUMNS) {
        const column = this.columns[name];
        for (let row = 0; row < kept; row++) column[row] = column[stay[row]!]!;
      }
      this.rows = kept;
    }
    // Looking again only when as many have come as are left keeps the cost per row constant.
    this.#releaseAt = Math.max(RELEASE_ROWS, 2 * this.rows);
  }

  /** Cuts the sample to its size and puts the rows in their order, or hands them over so. */
  finish(): void {
    if (this.rows > this.#limit) this.#thin();
    const order = Uint32Array.from({ length: this.rows }, (_, row) => row);
    if (this.#sink === null) {
      this.#sort(order);
      this.#arrange(order);
      return;
    }
    this.#handOver(order);
    this.rows = 0;
  }

  #handOver(order: Uint32Array): void {
    this.#sort(order);
    this.#sink!(this.columns, order, order.length);
    this.releasedRows += order.length;
  }

  #sort(order: Uint32Array): void {
    const { columns } = this;
    order.sort((a, b) => compareRows(columns, a, columns, b));
  }

  /** All rows, as plain data. */
  pack(): PackedLog {
    const columns = Object.fromEntries(LOG_COLUMNS.map((name) => [name, this.columns[name].slice(0, this.rows)]));
    return { columns: columns as Record<LogColumn, Float64Array>, priority: this.#priority.slice(0, this.rows) };
  }

  /** Adds rows of another part of the world, of a log with the same limit and seed. Call before `finish`. */
  absorb({ columns, priority }: PackedLog): void {
    for (let row = 0; row < priority.length; row++) {
      const to = this.open(columns.requestId[row]!);
      if (to < 0) continue;
      for (const name of LOG_COLUMNS) this.columns[name][to] = columns[name][row]!;
    }
  }

  #thin(): void {
    const order = Uint32Array.from({ length: this.rows }, (_, row) => row);
    order.sort((a, b) => this.#priority[a]! - this.#priority[b]! || a - b);
    const kept = order.subarray(0, Math.min(this.#limit, this.rows));
    this.#threshold = this.rows > this.#limit ? this.#priority[kept[kept.length - 1]!]! : this.#threshold;
    this.#arrange(kept);
  }

  #arrange(order: Uint32Array): void {
    for (const name of LOG_COLUMNS) {
      const old = this.columns[name];
      this.columns[name] = permute(old, order);
    }
    this.#priority = permute(this.#priority, order);
    this.rows = order.length;
  }

  #grow(): void {
    const double = (old: Float64Array) => {
      const next = new Float64Array(old.length * 2);
      next.set(old);
      return next;
    };
    for (const name of LOG_COLUMNS) this.columns[name] = double(this.columns[name]);
    this.#priority = double(this.#priority);
  }
}

function permute(old: Float64Array, order: Uint32Array): Float64Array<ArrayBuffer> {
  const next = new Float64Array(old.length);
  for (let row = 0; row < order.length; row++) next[row] = old[order[row]!]!;
  return next;
}
