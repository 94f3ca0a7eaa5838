/**
 * Where each request slot is on its way: one record per slot beside the request table, so that what a request does touches
 * few lines of memory.
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

/** Integer cells of a record, which is `1 << FLIGHT_BITS` of them. */
export const FlightCell = {
  /** `Flight`. */
  STATE: 0,
  /** Changes each time a slot is given back, so that a stale reference is recognised. */
  GENERATION: 1,
  /** Origin site number within its group; 0 for one place. */
  ORIGIN_SITE: 2,
  /** Pool and site number that the attempt was sent to; -1 = none. */
  POOL: 3,
  SITE: 4,
  /** Replica number within its pool; -1 = none yet. */
  REPLICA: 5,
  /** Slot of the client that waits for this attempt, where clients are kept apart from sites; -1 = none. */
  CLIENT: 6,
} as const;
export const FLIGHT_BITS = 3;

/** The times of a record, which is `1 << TIME_BITS` of them, seconds. */
export const FlightTime = {
  /** One-way time back to the client. */
  RETURN_S: 0,
  /** When it reached its replica. */
  JOINED_S: 1,
} as const;

export const TIME_BITS = 1;

export class Flights {
  capacity = 0;
  cells = new Int32Array(0);
  times = new Float64Array(0);

  /** Grows to at least `capacity` slots. */
  ensure(capacity: number): void {
    if (capacity <= this.capacity) return;
    const cells = new Int32Array(capacity << FLIGHT_BITS);
    cells.set(this.cells);
    for (let slot = this.capacity; slot < capacity; slot++) cells[(slot << FLIGHT_BITS) | FlightCell.CLIENT] = -1;
    const times = new Float64Array(capacity << TIME_BITS);
    times.set(this.times);
    this.cells = cells;
    this.times = times;
    this.capacity = capacity;
  }
}
