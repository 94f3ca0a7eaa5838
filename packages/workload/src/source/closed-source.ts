/**
 * Closed loop: N users who send, wait for the end of their request, think, and send again.
 *
 * User u of N starts at u/N of the ramp. However a request ends (completed, rejected, failed or timed out, after all
 * retries), its user thinks and goes on, so never more than N requests are outstanding. Think time runs in
 * operational time: under a profile users come back later in quiet hours. A user is a session; a request is its turn.
 *
 * After a request that did not complete the user stays away for the client's pause at least, thinking included. Without
 * it users who do not think would be refused without end at one moment of simulated time; so the pause is never below
 * `LEAST_PAUSE_S`, whatever the plan says.
 *
 * The turns of users are drawn from numbers hashed by (user, turn), not from one sequence, because the order of turns
 * depends on how fast requests are served: with another policy turn 3 of user 7 still has the same lengths and think
 * time.
 */

import type { Sampler } from '@infersim/kernel';
import { Outcome, type RequestSource, type SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import type { RateClock } from './rate-clock.js';
import type { RequestBirth } from './request-birth.js';
import { TimeHeap } from './time-heap.js';
import type { TurnStreams } from './turn-streams.js';

/** Least time between the end of a request that did not complete and the user's next one, seconds. Assumed. */
export const LEAST_PAUSE_S = 1e-3;

export class ClosedSource implements RequestSource {
  nextS: number;
  readonly counts: SourceCounts;
  readonly #waiting: TimeHeap;
  /** Turns each user has begun. */
  readonly #turns: Int32Array;
  readonly #think: Sampler;
  readonly #pauseS: number;
  readonly #clock: RateClock;
  readonly #birth: RequestBirth;
  readonly #streams: TurnStreams;
  readonly #horizonS: number;
  readonly #maxRequests: number;
  #requests = 0;

  constructor(
    users: number,
    rampS: number,
    think: Sampler,
    pauseS: number,
    clock: RateClock,
    birth: RequestBirth,
    streams: TurnStreams,
    horizonS: number,
    maxRequests: number,
  ) {
    this.counts = birth.counts;
    this.#waiting = new TimeHeap(users);
    this.#turns = new Int32Array(users);
    this.#think = think;
    this.#pauseS = Math.max(LEAST_PAUSE_S, pauseS);
    this.#clock = clock;
    this.#birth = birth;
    this.#streams = streams;
    this.#horizonS = horizonS;
    this.#maxRequests = maxRequests;
    for (let user = 0; user < users; user++) this.#waiting.push((user / users) * rampS, user);
    this.nextS = this.#next();
  }

  take(table: RequestTable, slot: number): void {
    const user = this.#waiting.firstNumber;
    const timeS = this.nextS;
    this.#waiting.removeFirst();
    this.#streams.select(user, this.#turns[user]!++);
    this.#birth.write(table, slot, this.#requests++, timeS, this.#streams);
    table.sessionId[slot] = this.#birth.id(user);
    this.counts.emitted++;
    this.nextS = this.#next();
  }

  settle(table: RequestTable, slot: number, timeS: number, outcome: number): boolean {
    const user = this.#birth.numberOf(table.sessionId[slot]!);
    this.#streams.select(user, this.#turns[user]! - 1);
    const thinkS = Math.max(0, this.#think.sample(this.#streams.think));
    const backS = this.#clock.time(this.#clock.operational(timeS) + thinkS);
    const earliestS = outcome === Outcome.COMPLETED ? timeS : timeS + this.#pauseS;
    this.#waiting.push(Math.max(earliestS, backS), user);
    const before = this.nextS;
    this.nextS = this.#next();
    return this.nextS !== before;
  }

  #next(): number {
    if (this.#requests >= this.#maxRequests) return Number.POSITIVE_INFINITY;
    const nextS = this.#waiting.firstTime;
    return nextS < this.#horizonS ? nextS : Number.POSITIVE_INFINITY;
  }
}
