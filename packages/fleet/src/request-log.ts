/**
 * Per-request rows for those who ask for them: all, or a uniform sample of fixed size.
 *
 * The sample keeps the requests with the smallest hash of their id, so it does not depend on order or policy. Columns
 * are typed arrays that double; times in seconds.
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
const PURPOSE = hashString('request-log/sample');

/** A log as plain data. */
export interface PackedLog {
  readonly columns: Readonly<Record<LogColumn, Float64Array>>;
  readonly priority: Float64Array;
}

export class RequestLog {
  rows = 0;
  readonly columns: Record<LogColumn, Float64Array>;
  /** Rows wanted; Infinity = all. */
  readonly #limit: number;
  readonly #seed: number;
  #priority = new Float64Array(256);
  #threshold = 1;

  constructor(limit: number, seed: number) {
    this.#limit = limit;
    this.#seed = seed;
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
    return this.rows++;
  }

  /** Cuts the sample to its size and puts the rows in order of (time sent, request id). */
  finish(): void {
    if (this.rows > this.#limit) this.#thin();
    const { sentS, requestId } = this.columns;
    const order = Array.from({ length: this.rows }, (_, row) => row);
    order.sort((a, b) => sentS[a]! - sentS[b]! || requestId[a]! - requestId[b]!);
    this.#arrange(order);
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
    const order = Array.from({ length: this.rows }, (_, row) => row);
    order.sort((a, b) => this.#priority[a]! - this.#priority[b]!);
    order.length = Math.min(this.#limit, this.rows);
    this.#threshold = this.rows > this.#limit ? this.#priority[order[order.length - 1]!]! : this.#threshold;
    this.#arrange(order);
  }

  #arrange(order: readonly number[]): void {
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

function permute(old: Float64Array, order: readonly number[]): Float64Array<ArrayBuffer> {
  const next = new Float64Array(old.length);
  for (let row = 0; row < order.length; row++) next[row] = old[order[row]!]!;
  return next;
}
