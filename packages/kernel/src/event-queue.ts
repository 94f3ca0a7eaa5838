/**
 * The event set of a simulation: what happens next, in one total order.
 *
 * Two kinds of events under that order. In-place events (`replace`, `clear`): each entity has at most one, its next
 * boundary, and overwrites it. Timers (`schedule`, `cancel`): an entity may have many. Both lie in one `EventSet`, which
 * keeps them in order and the clock; here are the checks, and what belongs to which source. The order is
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
 * payloads 32-bit signed integers, 2^26 events at once. Nothing is allocated per event; what an event carries is read
 * from the public fields after `pop()`.
 *
 * An event has a slot of columns. A ticket is `generation * 2^26 + slot`, an exact integer below 2^53; the generation moves
 * on when a timer is set, fires or is cancelled, so an old ticket never hits a new timer, and a slot whose 2^27
 * generations are used up is retired. Ticket 0 is never given out. An entity keeps the slot of its in-place event for
 * good: such a slot has no tickets, and of its generation only the parity counts.
 */

import { COLUMN, widenInts } from './event-columns.js';
import { EventSet, SLOT_SPAN } from './event-set.js';
import { ModelError } from './model-error.js';

const { PRIORITY, RANK, KIND, PAYLOAD, SEQUENCE, GENERATION } = COLUMN;
/** A local copy is folded into compiled code. */
const TICKET_SPAN = SLOT_SPAN;
/** Time in seconds of the in-place event that is given a slot. */
const placedS = new Float64Array(new ArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

/** Sizes to start with; the queue grows by itself. */
export interface EventQueueOptions {
  /** Clock at the start in seconds, default 0. */
  readonly startS?: number;
  /** Expected number of source entities. */
  readonly sourceCount?: number;
  /** Expected number of timers pending at once. */
  readonly timerCount?: number;
}

export class EventQueue extends EventSet {
  /** Kind of the last popped event. */
  eventKind = 0;
  /** Source entity of the last popped event. */
  eventSource = 0;
  /** Payload of the last popped event; 0 for an in-place event. */
  eventPayload = 0;

  /** One more than the slot of the in-place event by source, 0 for a source that never had one. */
  private slotOfSource: Int32Array;
  /** Timers scheduled so far by source, modulo 2^32. */
  private sequenceOfSource: Int32Array;

  /** @throws RangeError when `startS` is not finite. */
  constructor(options: EventQueueOptions = {}) {
    const startS = options.startS ?? 0;
    // Few, so that the arrays are widened early in a run: V8 takes what never changed for constant until it does.
    super(Math.max(options.timerCount ?? 4, 4));
    if (!Number.isFinite(startS)) throw new RangeError(`startS must be finite, got ${startS}`);
    this.clockS = startS;
    const sourceCount = Math.max(options.sourceCount ?? 16, 16);
    this.slotOfSource = new Int32Array(sourceCount);
    this.sequenceOfSource = new Int32Array(sourceCount);
  }

  /** The clock in seconds: nothing can be scheduled before it. */
  get nowS(): number {
    return this.clockS;
  }

  /** Most events ever pending at once, timers and in-place ones: memory follows it. For diagnostics. */
  get heldTimers(): number {
    return this.slotCount;
  }

  /**
   * Sets the in-place event of `source`, in place of the one it had.
   * @throws ModelError when the time is before the clock, NaN or infinite (use `clear`), or another argument is out of range.
   */
  replace(source: number, timeS: number, priority: number, kind: number): void {
    if (
      !(timeS >= this.clockS && timeS < Number.POSITIVE_INFINITY) ||
      (source & 0x3ffffff) !== source ||
      (priority << 11) >> 11 !== priority ||
      (kind | 0) !== kind
    ) {
      throw this.refusal(timeS, source, priority, kind, 0);
    }
    const slot = (this.slotOfSource[source] ?? 0) - 1;
    if (slot < 0) {
      placedS[0] = timeS;
      this.placeFirst(source, priority, kind);
      return;
    }
    const { columns } = this;
    const base = slot << 3;
    columns[base | PRIORITY] = priority;
    columns[base | KIND] = kind;
    if ((columns[base | GENERATION]! & 1) === 1) this.remove(slot);
    else columns[base | GENERATION]!++;
    this.slotTimeS[slot] = timeS;
    this.add(slot);
  }

  /** Removes the in-place event of `source`; false when it had none. Its timers stay. */
  clear(source: number): boolean {
    const slot = this.pendingSlot(source);
    if (slot < 0) return false;
    this.remove(slot);
    this.columns[(slot << 3) | GENERATION]!++;
    return true;
  }

  /** Time in seconds of the in-place event of `source`, +Infinity when it has none. */
  pendingTimeS(source: number): number {
    const slot = this.pendingSlot(source);
    return slot < 0 ? Number.POSITIVE_INFINITY : this.slotTimeS[slot]!;
  }

  /**
   * Adds a timer of `source` and returns its ticket for `cancel`: a positive integer below 2^53 (keep it in a
   * Float64Array), never reused. Its value has no other meaning.
   * @throws ModelError when the time is before the clock, NaN or infinite, or another argument is out of range.
   */
  schedule(timeS: number, priority: number, source: number, kind: number, payload: number): number {
    // The masks hold a number to its integer range.
    if (
      !(timeS >= this.clockS && timeS < Number.POSITIVE_INFINITY) ||
      (source & 0x3ffffff) !== source ||
      (priority << 11) >> 11 !== priority ||
      (kind | 0) !== kind ||
      (payload | 0) !== payload
    ) {
      throw this.refusal(timeS, source, priority, kind, payload);
    }
    if (source >= this.sequenceOfSource.length) this.growSources(source + 1);
    const slot = this.claim();
    const { columns } = this;
    const base = slot << 3;
    columns[base | PRIORITY] = priority;
    columns[base | RANK] = 2 * source + 1;
    columns[base | KIND] = kind;
    columns[base | PAYLOAD] = payload;
    columns[base | SEQUENCE] = this.sequenceOfSource[source]!++;
    const generation = ++columns[base | GENERATION]!;
    this.slotTimeS[slot] = timeS;
    this.add(slot);
    return generation * TICKET_SPAN + slot;
  }

  /** Cancels a timer; false (and no effect) when it has fired, was cancelled before, or the ticket is unknown. */
  cancel(ticket: number): boolean {
    const generation = Math.floor(ticket / TICKET_SPAN);
    const slot = ticket - generation * TICKET_SPAN;
    // Written so that a ticket that is NaN or fractional falls through to "unknown".
    if (!(slot >= 0 && slot < this.slotCount)) return false;
    const base = slot << 3;
    const isLiveTimer = (generation & 1) === 1 && (this.columns[base | RANK]! & 1) === 1;
    if (!isLiveTimer || this.columns[base | GENERATION] !== generation) return false;
    this.remove(slot);
    this.release(slot);
    return true;
  }

  /** Takes the next event out, moves the clock to it and fills the `event...` fields; false (fields kept) when empty. */
  pop(): boolean {
    return this.popBefore(Number.POSITIVE_INFINITY);
  }

  /** The same for an event before `untilS` only, in seconds; one at `untilS` stays. */
  popBefore(untilS: number): boolean {
    const slot = this.takeBefore(untilS);
    if (slot < 0) return false;
    const { columns } = this;
    const base = slot << 3;
    const rank = columns[base | RANK]!;
    this.eventSource = rank >> 1;
    this.eventKind = columns[base | KIND]!;
    if ((rank & 1) === 0) {
      this.eventPayload = 0;
      columns[base | GENERATION]!++;
    } else {
      this.eventPayload = columns[base | PAYLOAD]!;
      this.release(slot);
    }
    return true;
  }

  /**
   * Moves the clock forward without an event: from here on nothing can be scheduled before `timeS`.
   * @throws ModelError when that would move the clock back or past an event that is still to happen.
   */
  advanceTo(timeS: number): void {
    const nextS = this.peekTimeS();
    if (!(timeS >= this.clockS && timeS <= nextS && timeS < Number.POSITIVE_INFINITY)) {
      throw new ModelError(
        'CLOCK_BACKWARDS',
        `cannot advance the clock to ${timeS} s: it stands at ${this.clockS} s and the next event is at ${nextS} s`,
      );
    }
    this.clockS = timeS;
  }

  /** Sets the first in-place event of a source, which gets a slot for good; its time is in `placedS`. */
  private placeFirst(source: number, priority: number, kind: number): void {
    if (source >= this.slotOfSource.length) this.growSources(source + 1);
    const slot = this.claim();
    this.slotOfSource[source] = slot + 1;
    const base = slot << 3;
    // A slot that timers have used keeps what they left in it.
    this.columns[base | RANK] = 2 * source;
    this.columns[base | SEQUENCE] = 0;
    this.replace(source, placedS[0]!, priority, kind);
  }

  /** Slot of the in-place event of a source, -1 when none is pending; for any number. */
  private pendingSlot(source: number): number {
    const slot = (this.slotOfSource[source] ?? 0) - 1;
    return slot >= 0 && (this.columns[(slot << 3) | GENERATION]! & 1) === 1 ? slot : -1;
  }

  private growSources(sourceCount: number): void {
    let length = this.slotOfSource.length;
    while (length < sourceCount) length *= 2;
    this.slotOfSource = widenInts(this.slotOfSource, length);
    this.sequenceOfSource = widenInts(this.sequenceOfSource, length);
  }

  private refusal(timeS: number, source: number, priority: number, kind: number, payload: number): ModelError {
    const event = `event kind ${kind} of source ${source} at ${timeS} s (priority ${priority}, payload ${payload}), clock ${this.clockS} s`;
    if (!Number.isFinite(timeS)) {
      return new ModelError(
        'EVENT_TIME_NOT_FINITE',
        `${event}: time must be finite; to remove an in-place event use clear`,
      );
    }
    if (timeS < this.clockS) return new ModelError('EVENT_IN_PAST', `${event}: in the past`);
    return new ModelError(
      'EVENT_ARGUMENT',
      `${event}: source must be an integer from 0 to 2^26 - 1, priority an integer from -2^20 to 2^20 - 1, ` +
        'kind and payload 32-bit signed integers',
    );
  }
}
