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
  /** One-way time back to the client, seconds. */
  returnS = new Float64Array(0);
  /** When it reached its replica, seconds. */
  joinedS = new Float64Array(0);

  /** Grows all columns to at least `capacity`. */
  ensure(capacity: number): void {
    if (capacity <= this.capacity) return;
    const i32 = (old: Int32Array) => {
      const next = new Int32Array(capacity);
      next.set(old);
      return next;
    };
    const state = new Uint8Array(capacity);
    state.set(this.state);
    this.state = state;
    this.generation = i32(this.generation);
    this.originSite = i32(this.originSite);
    this.pool = i32(this.pool);
    this.site = i32(this.site);
    this.replica = i32(this.replica);
    const f64 = (old: Float64Array) => {
      const next = new Float64Array(capacity);
      next.set(old);
      return next;
    };
    this.returnS = f64(this.returnS);
    this.joinedS = f64(this.joinedS);
    this.capacity = capacity;
  }
}
