/**
 * Requests that were drawn and routed ahead of the lane they go to, in the order in which they are sent.
 *
 * Whoever draws requests for several lanes runs a block of time ahead of them; a lane takes its requests from here when its own
 * clock gets there. The head is one in-place event of the lane. Each lane's requests lie in a table of their own, side by side,
 * because they are read again only after those of all other lanes were written. Seconds.
 */

import { RequestTable } from '@infersim/workload';
import { SlotRing } from './slot-ring.js';

/** The requests that wait for one lane. */
export class Inbox {
  /** Where they are kept meanwhile. */
  readonly table = new RequestTable(64);
  /** Their slots and origin sites, by the time they are sent. */
  readonly #ring = new SlotRing();

  /** When the first of them is sent; Infinity when there is none. */
  get nextS(): number {
    return this.#ring.nextS;
  }

  /** Slot of the first in `table`. There must be one. */
  get nextSlot(): number {
    return this.#ring.nextSlot;
  }

  get nextOriginSite(): number {
    return this.#ring.nextNote;
  }

  /** Adds a copy of one that is sent no earlier than all before it. */
  push(from: RequestTable, request: number, originSite: number, sentS: number): void {
    const slot = this.table.allocate();
    this.table.copyFrom(from, request, slot);
    this.#ring.push(slot, originSite, sentS);
  }

  /** Lets the first go. */
  drop(): void {
    this.table.release(this.nextSlot);
    this.#ring.drop();
  }
}
