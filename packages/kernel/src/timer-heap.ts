/**
 * Timers: events that an entity may have many of, and may cancel.
 *
 * A binary min-heap of two columns (time, slot); what a timer is lies in per-slot columns that do not move. Order: time,
 * then priority (lower first), then source entity (lower first), then that source's own sequence (first scheduled
 * first). There is no global counter: the order of two timers depends on what their sources did, never on how the
 * sources interleaved. All but the time is read only when two times are equal. A sequence is a 32-bit count compared
 * modulo 2^32: right unless a timer waits while its source schedules 2^31 others.
 *
 * A slot's generation is odd while its timer is live and even otherwise. Cancelling moves it on; the entry is skipped
 * when it surfaces, and when stale entries outnumber live ones the heap is rebuilt without them, so memory stays
 * proportional to live timers. A ticket is `generation * 2^26 + slot`, an exact integer below 2^53; the generation moves
 * on when a timer is set, fires or is cancelled, so an old ticket never hits a new timer. A slot whose 2^27 generations
 * are used up is retired. Ticket 0 is never given out.
 *
 * Taking the earliest leaves a vacancy at the root which the next `schedule` fills with one sift; hold-type workloads
 * (take one, schedule one) so pay half of a remove plus an insert. The child choice of the sift is branch-free for
 * unequal times (a comparison added as 0 or 1; +Infinity past the end stands in for a missing child).
 *
 * Bodies on the path of an event are kept small, so that the compiler inlines them: see the hold figures of the benchmark
 * before growing one. No allocation except doubling. Arguments are not checked here: the event queue does that. Times in seconds.
 */

import type { EventRecord } from './event-record.js';
import { ModelError } from './model-error.js';

const SLOT_SPAN = 2 ** 26;
const LAST_GENERATION = 2 ** 27 - 2;
/** Below this many stale entries (count) a rebuild is not worth its fixed cost; a round figure, nothing depends on it. */
const MIN_STALE = 64;

export class TimerHeap {
  /** Time in seconds of the next timer to schedule: a column, because a number argument of a call is boxed. */
  readonly stagedTimeS = new Float64Array(1);

  private capacity: number;
  private heapTimeS: Float64Array;
  private heapSlot: Int32Array;
  /** Entries in the heap, stale ones and the vacancy at the root included. */
  private entryCount = 0;
  private staleCount = 0;
  private hasVacancy = false;

  /**
   * Eight columns of each slot side by side, in one cache line: priority, source, kind, payload, sequence, generation,
   * two unused.
   */
  private slots: Int32Array;
  private freeSlots: Int32Array;
  private freeCount = 0;
  private usedSlots = 0;

  private sequenceOfSource: Int32Array;

  constructor(capacity: number, sourceCount: number) {
    this.capacity = Math.max(capacity, 16);
    // Two positions more than there can be entries: the sift reads one child past the end.
    this.heapTimeS = new Float64Array(this.capacity + 2).fill(Number.POSITIVE_INFINITY);
    this.heapSlot = new Int32Array(this.capacity + 2);
    this.slots = new Int32Array(8 * this.capacity);
    this.freeSlots = new Int32Array(this.capacity);
    this.sequenceOfSource = new Int32Array(Math.max(sourceCount, 16));
  }

  /** Number of timers that are going to fire. */
  get size(): number {
    return this.entryCount - this.staleCount - (this.hasVacancy ? 1 : 0);
  }

  /** Entries held in the heap, cancelled ones included; a measure of memory, at most about twice `size` plus a constant. */
  get heldEntries(): number {
    return this.entryCount;
  }

  /** Adds a timer at `stagedTimeS[0]` and returns its slot. */
  scheduleStaged(priority: number, source: number, kind: number, payload: number): number {
    // A vacancy at the root lends its slot.
    const slot = this.hasVacancy ? this.heapSlot[0]! : this.claimSlot();
    const slots = this.slots;
    const base = slot << 3;
    slots[base] = priority;
    slots[base + 1] = source;
    slots[base + 2] = kind;
    slots[base + 3] = payload;
    if (source >= this.sequenceOfSource.length) this.growSources(source + 1);
    slots[base + 4] = this.sequenceOfSource[source]!++;
    slots[base + 5]!++;
    if (this.hasVacancy) this.fillRoot();
    else this.append(slot);
    return slot;
  }

  /** Ticket of the timer that holds a slot. */
  ticketOf(slot: number): number {
    return this.slots[(slot << 3) + 5]! * SLOT_SPAN + slot;
  }

  /** Cancels a timer; false when it has fired, was cancelled before, or the ticket was never given out. */
  cancel(ticket: number): boolean {
    const generation = Math.floor(ticket / SLOT_SPAN);
    const slot = ticket - generation * SLOT_SPAN;
    // Written so that a ticket that is NaN or fractional falls through to "unknown".
    if (!(slot >= 0 && slot < this.usedSlots)) return false;
    if ((generation & 1) === 0 || this.slots[(slot << 3) + 5] !== generation) return false;
    this.slots[(slot << 3) + 5] = generation + 1;
    this.staleCount++;
    if (this.staleCount > MIN_STALE && 2 * this.staleCount > this.entryCount) this.dropStale();
    return true;
  }

  /** Time of the earliest live timer in seconds, +Infinity when there is none. Drops stale entries from the top. */
  earliestTimeS(): number {
    if (this.hasVacancy || this.staleCount > 0) this.settle();
    return this.heapTimeS[0]!;
  }

  /** Slot of the earliest timer; meaningful only right after `earliestTimeS()` gave a finite time. */
  get earliestSlot(): number {
    return this.heapSlot[0]!;
  }

  /** Priority of a slot. */
  priorityOf(slot: number): number {
    return this.slots[slot << 3]!;
  }

  /** Source entity of a slot. */
  sourceOf(slot: number): number {
    return this.slots[(slot << 3) + 1]!;
  }

  /** Takes the earliest timer out into `record`; call right after `earliestTimeS()` gave a finite time. */
  take(record: EventRecord): void {
    const slot = this.heapSlot[0]!;
    const slots = this.slots;
    const base = slot << 3;
    record.eventTimeS = this.heapTimeS[0]!;
    record.eventSource = slots[base + 1]!;
    record.eventKind = slots[base + 2]!;
    record.eventPayload = slots[base + 3]!;
    // A slot at its last generation cannot be lent on: settle at once, which retires it.
    if (++slots[base + 5]! < LAST_GENERATION) this.hasVacancy = true;
    else this.removeRoot();
  }

  private fillRoot(): void {
    this.hasVacancy = false;
    this.heapTimeS[0] = this.stagedTimeS[0]!;
    this.siftDown(0);
  }

  private append(slot: number): void {
    const last = this.entryCount++;
    this.heapTimeS[last] = this.stagedTimeS[0]!;
    this.heapSlot[last] = slot;
    this.siftUp(last);
  }

  private settle(): void {
    if (this.hasVacancy) {
      this.hasVacancy = false;
      this.removeRoot();
    }
    while (this.staleCount > 0 && this.entryCount > 0 && this.isStale(this.heapSlot[0]!)) {
      this.staleCount--;
      this.removeRoot();
    }
  }

  private isStale(slot: number): boolean {
    return (this.slots[(slot << 3) + 5]! & 1) === 0;
  }

  /** Gives a slot whose generation is even back for use, unless its generations are used up. */
  private release(slot: number): void {
    if (this.slots[(slot << 3) + 5]! < LAST_GENERATION) this.freeSlots[this.freeCount++] = slot;
  }

  private removeRoot(): void {
    this.release(this.heapSlot[0]!);
    const last = --this.entryCount;
    this.heapTimeS[0] = this.heapTimeS[last]!;
    this.heapSlot[0] = this.heapSlot[last]!;
    this.heapTimeS[last] = Number.POSITIVE_INFINITY;
    if (last > 0) this.siftDown(0);
  }

  private siftUp(start: number): void {
    const heapTimeS = this.heapTimeS;
    const heapSlot = this.heapSlot;
    const slots = this.slots;
    const timeS = heapTimeS[start]!;
    const slot = heapSlot[start]!;
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const parentTimeS = heapTimeS[parent]!;
      if (parentTimeS < timeS) break;
      const parentSlot = heapSlot[parent]!;
      if (parentTimeS === timeS && precedes(slots, parentSlot, slot)) break;
      heapTimeS[position] = parentTimeS;
      heapSlot[position] = parentSlot;
      position = parent;
    }
    heapTimeS[position] = timeS;
    heapSlot[position] = slot;
  }

  private siftDown(start: number): void {
    const heapTimeS = this.heapTimeS;
    const heapSlot = this.heapSlot;
    const slots = this.slots;
    const timeS = heapTimeS[start]!;
    const slot = heapSlot[start]!;
    const entryCount = this.entryCount;
    let position = start;
    let child = (position << 1) + 1;
    while (child < entryCount) {
      const leftTimeS = heapTimeS[child]!;
      const rightTimeS = heapTimeS[child + 1]!;
      if (leftTimeS === rightTimeS) child += precedes(slots, heapSlot[child + 1]!, heapSlot[child]!) ? 1 : 0;
      else child += +(rightTimeS < leftTimeS);
      const childTimeS = heapTimeS[child]!;
      const childSlot = heapSlot[child]!;
      if (childTimeS >= timeS && (childTimeS > timeS || precedes(slots, slot, childSlot))) break;
      heapTimeS[position] = childTimeS;
      heapSlot[position] = childSlot;
      position = child;
      child = (position << 1) + 1;
    }
    heapTimeS[position] = timeS;
    heapSlot[position] = slot;
  }

  /** Rebuilds the heap from its live entries; the order is total, so what comes out does not change. */
  private dropStale(): void {
    if (this.hasVacancy) {
      this.hasVacancy = false;
      this.removeRoot();
    }
    const heapTimeS = this.heapTimeS;
    const heapSlot = this.heapSlot;
    let kept = 0;
    for (let position = 0; position < this.entryCount; position++) {
      const slot = heapSlot[position]!;
      if (this.isStale(slot)) {
        this.release(slot);
      } else {
        heapTimeS[kept] = heapTimeS[position]!;
        heapSlot[kept++] = slot;
      }
    }
    heapTimeS.fill(Number.POSITIVE_INFINITY, kept, this.entryCount);
    this.entryCount = kept;
    this.staleCount = 0;
    for (let position = (kept >> 1) - 1; position >= 0; position--) {
      this.siftDown(position);
    }
  }

  private claimSlot(): number {
    if (this.freeCount > 0) return this.freeSlots[--this.freeCount]!;
    if (this.usedSlots === this.capacity) this.grow();
    return this.usedSlots++;
  }

  private grow(): void {
    const old = this.capacity;
    if (old >= SLOT_SPAN) throw new ModelError('EVENT_SET_FULL', `more than ${SLOT_SPAN} timers pending at once`);
    const capacity = Math.min(2 * old, SLOT_SPAN);
    const heapTimeS = new Float64Array(capacity + 2).fill(Number.POSITIVE_INFINITY);
    heapTimeS.set(this.heapTimeS);
    this.heapTimeS = heapTimeS;
    this.heapSlot = widenInts(this.heapSlot, capacity + 2);
    this.slots = widenInts(this.slots, 8 * capacity);
    this.freeSlots = widenInts(this.freeSlots, capacity);
    this.capacity = capacity;
  }

  private growSources(sourceCount: number): void {
    let length = this.sequenceOfSource.length;
    while (length < sourceCount) length *= 2;
    this.sequenceOfSource = widenInts(this.sequenceOfSource, length);
  }
}

/** Whether slot a goes before slot b given equal times. */
function precedes(slots: Int32Array, a: number, b: number): boolean {
  const byPriority = slots[a << 3]! - slots[b << 3]!;
  if (byPriority !== 0) return byPriority < 0;
  const bySource = slots[(a << 3) + 1]! - slots[(b << 3) + 1]!;
  return bySource < 0 || (bySource === 0 && ((slots[(a << 3) + 4]! - slots[(b << 3) + 4]!) | 0) < 0);
}

function widenInts(column: Int32Array, length: number): Int32Array {
  const wide = new Int32Array(length);
  wide.set(column);
  return wide;
}
