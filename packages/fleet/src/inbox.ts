/**
 * Requests that were drawn and routed ahead of the lane they go to, in the order in which they are sent.
 *
 * Whoever draws requests for several lanes runs a block of time ahead of them; a lane takes its requests from here when its own
 * clock gets there. A first-in first-out ring: its head is one in-place event of the lane. Each lane's requests lie in a table of
 * their own, side by side, because they are read again only after those of all other lanes were written. Seconds.
 */

import { RequestTable } from '@infersim/workload';

/** The requests that wait for one lane. */
export class Inbox {
  /** Where they are kept meanwhile. */
  readonly table = new RequestTable(64);
  #slot = new Int32Array(64);
  #originSite = new Int32Array(64);
  #sentS = new Float64Array(64);
  #head = 0;
  #count = 0;

  /** When the first of them is sent; Infinity when there is none. */
  get nextS(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#sentS[this.#head]!;
  }

  /** Slot of the first in `table`. There must be one. */
  get nextSlot(): number {
    return this.#slot[this.#head]!;
  }

  get nextOriginSite(): number {
    return this.#originSite[this.#head]!;
  }

  /** Adds a copy of one that is sent no earlier than all before it. */
  push(from: RequestTable, request: number, originSite: number, sentS: number): void {
    if (this.#count === this.#slot.length) this.#grow();
    const slot = this.table.allocate();
    this.table.copyFrom(from, request, slot);
    const at = (this.#head + this.#count) & (this.#slot.length - 1);
    this.#slot[at] = slot;
    this.#originSite[at] = originSite;
    this.#sentS[at] = sentS;
    this.#count++;
  }

  /** Lets the first go. */
  drop(): void {
    this.table.release(this.nextSlot);
    this.#head = (this.#head + 1) & (this.#slot.length - 1);
    this.#count--;
  }

  #grow(): void {
    const { length } = this.#slot;
    const slot = new Int32Array(2 * length);
    const originSite = new Int32Array(2 * length);
    const sentS = new Float64Array(2 * length);
    for (let i = 0; i < length; i++) {
      const from = (this.#head + i) & (length - 1);
      slot[i] = this.#slot[from]!;
      originSite[i] = this.#originSite[from]!;
      sentS[i] = this.#sentS[from]!;
    }
    this.#slot = slot;
    this.#originSite = originSite;
    this.#sentS = sentS;
    this.#head = 0;
  }
}
