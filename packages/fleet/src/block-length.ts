/**
 * How long a block of simulated time is that lanes are run through one after the other.
 *
 * Long enough that a lane does a good deal of work while what it touches is in the processor's caches; short enough that requests
 * drawn ahead of their lane do not fill the memory, and that progress and the wish to stop are seen. Rates change, so the length
 * follows the number of events of the last block. It shows in no result. Seconds.
 */

/** Events of a block per replica, and least and most of all replicas. Measured on fleets of 1,000 and 10,000 replicas. */
const EVENTS_PER_REPLICA = 100;
const LEAST_EVENTS = 50_000;
const MOST_EVENTS = 1_000_000;
/** First block, as a share of the horizon, and the most that a block is longer than the last. */
const FIRST_SHARE = 1 / 8192;
const MOST_GROWTH = 4;

export class BlockLength {
  lengthS: number;
  readonly #wantedEvents: number;

  constructor(horizonS: number, replicas: number) {
    this.lengthS = horizonS * FIRST_SHARE;
    this.#wantedEvents = Math.min(MOST_EVENTS, Math.max(LEAST_EVENTS, EVENTS_PER_REPLICA * replicas));
  }

  /** A block of `lengthS` had so many events. */
  took(events: number, lengthS: number): void {
    this.lengthS = lengthS * Math.min(MOST_GROWTH, this.#wantedEvents / Math.max(events, 1));
  }
}
