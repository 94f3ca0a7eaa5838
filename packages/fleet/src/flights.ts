/**
 * Where each request slot is on its way, as columns beside the request table.
 */

/** States of an attempt. An abandoned one still occupies a server, but its client no longer waits. */
export const Flight = {
  FREE: 0,
  BACKING_OFF: 1,
  IN_TRANSIT: 2,
  AT_REPLICA: 3,
  /** The last token is on its way to the client and arrives after the horizon or the client's deadline. */
  RESPONDING: 4,
  ABANDONED: 5,
} as const;

export class Flights {
  capacity = 0;
  state = new Uint8Array(0);
  /** Changes each time a slot is given back, so that a stale reference is recognised. */
  generation = new Int32Array(0);
  /** Origin site number within its group; 0 for one place. */
  originSite = new Int32Array(0);
  /** Pool and site number that the attempt was sent to; -1 = none. */
  pool = new Int32Array(0);
  site = new Int32Array(0);
  /** Replica number within its pool; -1 = none yet. */
  replica = new Int32Array(0);
  /** Slot of the client that waits for this attempt, where clients are kept apart from sites; -1 = none. */
  client = new Int32Array(0);
  /** One-way time back to the client, seconds. */
  returnS = new Float64Array(0);
  /** When it reached its replica, seconds. */
  joinedS = new Float64Array(0);

  /** Grows all columns to at least `capacity`. */
  ensure(capacity: number): void {
    if (capacity <= this.capacity) return;
    const state = new Uint8Array(capacity);
    state.set(this.state);
    this.state = state;
    this.generation = grownInts(this.generation, capacity);
    this.originSite = grownInts(this.originSite, capacity);
    this.pool = grownInts(this.pool, capacity);
    this.site = grownInts(this.site, capacity);
    this.replica = grownInts(this.replica, capacity);
    this.client = grownInts(this.client, capacity).fill(-1, this.capacity);
    this.returnS = grownFloats(this.returnS, capacity);
    this.joinedS = grownFloats(this.joinedS, capacity);
    this.capacity = capacity;
  }
}

function grownInts(old: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(capacity);
  grown.set(old);
  return grown;
}

function grownFloats(old: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity);
  grown.set(old);
  return grown;
}
