/**
 * Deadlines of one constant length: a first-in first-out ring per class of clients, not a heap.
 *
 * Entries whose request ended in time stay until they reach the front; the caller tells stale ones by generation.
 */

import { SlotRing } from './slot-ring.js';

export class TimeOuts {
  readonly lengthS: number;
  readonly #ring = new SlotRing();

  constructor(lengthS: number) {
    this.lengthS = lengthS;
  }

  get count(): number {
    return this.#ring.count;
  }

  /** Deadline at the front, seconds; Infinity when empty. */
  get nextS(): number {
    return this.#ring.nextS;
  }

  get nextSlot(): number {
    return this.#ring.nextSlot;
  }

  get nextGeneration(): number {
    return this.#ring.nextNote;
  }

  /** Adds a deadline `lengthS` after `nowS`; calls come in time order. */
  push(slot: number, generation: number, nowS: number): void {
    this.#ring.push(slot, generation, nowS + this.lengthS);
  }

  drop(): void {
    this.#ring.drop();
  }
}
