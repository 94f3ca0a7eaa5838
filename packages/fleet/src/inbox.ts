/**
 * Requests that were drawn and routed ahead of the lane they go to, in the order in which they are sent.
 *
 * Whoever draws requests for several lanes runs a block of time ahead of them; a lane takes its requests from here when its own
 * clock gets there. The head is one in-place event of the lane. They lie in a ring of rows, a request's cells side by side,
 * because they are read again only after those of all other lanes were written. Seconds.
 */

import { type PrefixChain, REQUEST_ROW_BITS, REQUEST_ROW_FREE, type RequestTable } from '@infersim/workload';

/** Cells of a row beside those of the request. */
const Cell = { ORIGIN_SITE: REQUEST_ROW_FREE, DUE_S: REQUEST_ROW_FREE + 1 } as const;
/** Rows to begin with: a power of two, as always. */
const FIRST_ROWS = 16;

/** The requests that wait for one lane. */
export class Inbox {
  count = 0;
  #cells = new Float64Array(FIRST_ROWS << REQUEST_ROW_BITS);
  #prefix: (PrefixChain | null)[] = new Array<PrefixChain | null>(FIRST_ROWS).fill(null);
  /** Row of the first. */
  #head = 0;

  /** When the first of them is sent; Infinity when there is none. */
  get nextS(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.#cells[(this.#head << REQUEST_ROW_BITS) + Cell.DUE_S]!;
  }

  /** Origin site of the first. There must be one. */
  get nextOriginSite(): number {
    return this.#cells[(this.#head << REQUEST_ROW_BITS) + Cell.ORIGIN_SITE]!;
  }

  /** Adds a copy of a request of `from` that is sent no earlier than all before it. */
  push(from: RequestTable, slot: number, originSite: number, sentS: number): void {
    const rows = this.#prefix.length;
    if (this.count === rows) this.#grow();
    const row = (this.#head + this.count) & (this.#prefix.length - 1);
    const cells = this.#cells;
    const at = row << REQUEST_ROW_BITS;
    from.toRow(slot, cells, at);
    cells[at + Cell.ORIGIN_SITE] = originSite;
    cells[at + Cell.DUE_S] = sentS;
    this.#prefix[row] = from.prefix[slot]!;
    this.count++;
  }

  /** Moves the first into a slot of `to`. There must be one. */
  take(to: RequestTable, slot: number): void {
    const head = this.#head;
    to.fromRow(slot, this.#cells, head << REQUEST_ROW_BITS);
    to.prefix[slot] = this.#prefix[head]!;
    this.#prefix[head] = null;
    this.#head = (head + 1) & (this.#prefix.length - 1);
    this.count--;
  }

  /** Twice as many rows, the first of them in row 0. */
  #grow(): void {
    const rows = this.#prefix.length;
    const head = this.#head;
    const cells = new Float64Array(this.#cells.length * 2);
    cells.set(this.#cells.subarray(head << REQUEST_ROW_BITS));
    cells.set(this.#cells.subarray(0, head << REQUEST_ROW_BITS), (rows - head) << REQUEST_ROW_BITS);
    this.#cells = cells;
    this.#prefix = [...this.#prefix.slice(head), ...this.#prefix.slice(0, head)];
    for (let row = rows; row < 2 * rows; row++) this.#prefix.push(null);
    this.#head = 0;
  }
}
