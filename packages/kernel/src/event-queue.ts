/**
 * The event set of a simulation: what happens next, in one total order.
 *
 * Two parts under that order. In-place events (`replace`, `clear`): each entity has at most one, its next boundary, and
 * overwrites it. Timers (`schedule`, `cancel`): an entity may have many. The order is
 *
 *   1. time in seconds, earlier first;
 *   2. priority, lower first;
 *   3. source entity, lower id first;
 *   4. within one source: its in-place event, then its timers in the order in which that source scheduled them.
 *
 * No global counter takes part, so the order survives sites that advance in parallel and a leap that is cut short and
 * set again: replacing an event with the same values changes nothing.
 *
 * The clock is the time of the last popped event, or a later time told by `advanceTo`; it never moves back. Scheduling
 * before the clock, at NaN or at an infinite time throws. Scheduling at the clock itself is allowed, whatever the
 * priority: the event is next among those of that time that are left.
 *
 * Limits: source ids 0 to 2^26 - 1 (columns grow to the largest id used), priorities -2^20 to 2^20 - 1, kinds and
 * payloads 32-bit signed integers, 2^26 timers at once. Nothing is allocated per event; what an event carries is read
 * from the public fields after `pop()`.
 */

import type { EventRecord } from './event-record.js';
import { ModelError } from './model-error.js';
import { PendingEvents } from './pending-events.js';
import { TimerHeap } from './timer-heap.js';

/** Sizes to start with; the queue grows by itself. */
export interface EventQueueOptions {
  /** Clock at the start in seconds, default 0. */
  readonly startS?: number;
  /** Expected number of source entities. */
  readonly sourceCount?: number;
  /** Expected number of timers pending at once. */
  readonly timerCount?: number;
}

export class EventQueue implements EventRecord {
  /** Time in seconds of the last popped event; NaN before the first. */
  eventTimeS = Number.NaN;
  /** Kind of the last popped event. */
  eventKind = 0;
  /** Source entity of the last popped event. */
  eventSource = 0;
  /** Payload of the last popped event; 0 for an in-place event. */
  eventPayload = 0;

  private readonly pending: PendingEvents;
  private readonly timers: TimerHeap;
  /** One element; a typed column keeps the clock from being boxed at each write. */
  private readonly clockS = new Float64Array(1);

  /** @throws RangeError when `startS` is not finite. */
  constructor(options: EventQueueOptions = {}) {
    const startS = options.startS ?? 0;
    if (!Number.isFinite(startS)) throw new RangeError(`startS must be finite, got ${startS}`);
    this.clockS[0] = startS;
    this.pending = new PendingEvents(options.sourceCount ?? 16);
    this.timers = new TimerHeap(options.timerCount ?? 16, options.sourceCount ?? 16);
  }

  /** The clock in seconds: nothing can be scheduled before it. */
  get nowS(): number {
    return this.clockS[0]!;
  }

  /** Number of events that are going to happen; cancelled timers do not count. */
  get size(): number {
    return this.pending.size + this.timers.size;
  }

  /** Entries in memory for timers, cancelled ones included; bounded by about twice the live ones. For diagnostics. */
  get heldTimers(): number {
    return this.timers.heldEntries;
  }

  /**
   * Sets the in-place event of `source`, in place of the one it had.
   * @throws ModelError when the time is before the clock, NaN or infinite (use `clear`), or another argument is out of range.
   */
  replace(source: number, timeS: number, priority: number, kind: number): void {
    if (
      !(timeS >= this.clockS[0]! && timeS - timeS === 0) ||
      (source & 0x3ffffff) !== source ||
      (priority << 11) >> 11 !== priority ||
      (kind | 0) !== kind
    ) {
      this.refuse(timeS, source, priority, kind, 0);
    }
    this.pending.replace(source, timeS, priority, kind);
  }

  /** Removes the in-place event of `source`; false when it had none. Its timers stay. */
  clear(source: number): boolean {
    return this.pending.clear(source);
  }

  /** Time in seconds of the in-place event of `source`, +Infinity when it has none. */
  pendingTimeS(source: number): number {
    return this.pending.timeS(source);
  }

  /**
   * Adds a timer of `source` and returns its ticket for `cancel`: a positive integer below 2^53 (keep it in a
   * Float64Array), never reused. Its value has no other meaning.
   * @throws ModelError when the time is before the clock, NaN or infinite, or another argument is out of range.
   */
  schedule(timeS: number, priority: number, source: number, kind: number, payload: number): number {
    // A difference with itself is 0 for finite numbers only; the masks hold a number to its integer range.
    if (
      !(timeS >= this.clockS[0]! && timeS - timeS === 0) ||
      (source & 0x3ffffff) !== source ||
      (priority << 11) >> 11 !== priority ||
      (kind | 0) !== kind ||
      (payload | 0) !== payload
    ) {
      this.refuse(timeS, source, priority, kind, payload);
    }
    const timers = this.timers;
    timers.stagedTimeS[0] = timeS;
    return timers.ticketOf(timers.scheduleStaged(priority, source, kind, payload));
  }

  /** Cancels a timer; false (and no effect) when it has fired, was cancelled before, or the ticket is unknown. */
  cancel(ticket: number): boolean {
    return this.timers.cancel(ticket);
  }

  /** Time of the next event in seconds, +Infinity when there is none. */
  peekTimeS(): number {
    return Math.min(this.pending.earliestTimeS(), this.timers.earliestTimeS());
  }

  /** Takes the next event out, moves the clock to it and fills the `event...` fields; false (fields kept) when empty. */
  pop(): boolean {
    const pendingS = this.pending.earliestTimeS();
    const timerS = this.timers.earliestTimeS();
    if (timerS < pendingS || (timerS === pendingS && this.isTimerFirst())) this.timers.take(this);
    else if (pendingS - pendingS === 0) this.pending.take(this);
    else return false;
    this.clockS[0] = this.eventTimeS;
    return true;
  }

  /**
   * Moves the clock forward without an event: from here on nothing can be scheduled before `timeS`.
   * @throws ModelError when that would move the clock back or past an event that is still to happen.
   */
  advanceTo(timeS: number): void {
    const nextS = this.peekTimeS();
    if (!(timeS >= this.clockS[0]! && timeS <= nextS && timeS < Number.POSITIVE_INFINITY)) {
      throw new ModelError(
        'CLOCK_BACKWARDS',
        `cannot advance the clock to ${timeS} s: it stands at ${this.clockS[0]} s and the next event is at ${nextS} s`,
      );
    }
    this.clockS[0] = timeS;
  }

  private isTimerFirst(): boolean {
    if (this.timers.size === 0) return false;
    const source = this.pending.earliestSource;
    const slot = this.timers.earliestSlot;
    const lead = this.timers.priorityOf(slot) - this.pending.priority(source);
    return lead < 0 || (lead === 0 && this.timers.sourceOf(slot) < source);
  }

  private refuse(timeS: number, source: number, priority: number, kind: number, payload: number): never {
    const event = `event kind ${kind} of source ${source} at ${timeS} s (priority ${priority}, payload ${payload}), clock ${this.clockS[0]} s`;
    if (!Number.isFinite(timeS)) {
      throw new ModelError(
        'EVENT_TIME_NOT_FINITE',
        `${event}: time must be finite; to remove an in-place event use clear`,
      );
    }
    if (timeS < this.clockS[0]!) throw new ModelError('EVENT_IN_PAST', `${event}: in the past`);
    throw new ModelError(
      'EVENT_ARGUMENT',
      `${event}: source must be an integer from 0 to 2^26 - 1, priority an integer from -2^20 to 2^20 - 1, ` +
        'kind and payload 32-bit signed integers',
    );
  }
}
