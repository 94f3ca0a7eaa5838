/**
 * Pending events in their total order, for any number and any times, and the clock; the event queue on top knows what they
 * mean.
 *
 * Three parts. The next events lie in a short list in order, kept in a ring, so that taking the earliest moves nothing and a
 * new or leaving one moves those on the shorter side of it by one. What comes later waits in buckets (`FarBuckets`) and is
 * put in order a bucket at a time. Where a bucket, or a set too small for buckets, holds more than the list may, the crowd
 * (`CrowdHeap`) stands in for the list until few are left. Up to `NEAR_LIMIT` events there is the list alone.
 *
 * There is one ring, of constant place and length, which compiled code therefore need not look up; it holds the list of the
 * set that was used last, and another set that is used puts that list away with its owner first. Sets that are used by turns,
 * an event each, would pay for that; those of lanes are used for a block of time each.
 *
 * With exponential increments taking one and adding one costs the same at 100 and at 100,000 pending. With all times
 * equal it costs the logarithm of their number; so it does when buckets turn out too coarse, until as many events as are
 * pending went through the crowd and a new row is laid out. Which part an event belongs to is a function of its time, so
 * it is found again without a search, except in the list. None of this can change the order, which is total: time, then
 * `precedes`.
 *
 * The parts of the fast path are written so that the compiler inlines them and needs no call within a loop: see the
 * hold figures of the benchmark before growing one. No allocation except doubling. Arguments are not checked here. Times
 * in seconds.
 */

import { CrowdHeap } from './crowd-heap.js';
import { COLUMN, precedes, widenFloats, widenInts } from './event-columns.js';
import { FarBuckets } from './far-buckets.js';
import { ModelError } from './model-error.js';

const { GENERATION, NEXT } = COLUMN;

/** Slots and generations share a ticket: 2^26 of the one, 2^27 of the other. */
export const SLOT_SPAN = 2 ** 26;
const LAST_GENERATION = 2 ** 27 - 2;
/** Longest list of next events: beyond it moving entries costs more than a bucket, by trial. A power of two. */
const NEAR_LIMIT = 32;
const RING_MASK = NEAR_LIMIT - 1;
/** Size at which a crowd becomes a list again, or a set needs no buckets; well below the limit, so as not to go to and fro. */
const FEW = 16;

/** The list of the set in use: times in seconds, and slots. Buffers of their own stay where they are, however short. */
const ringS = new Float64Array(new ArrayBuffer(NEAR_LIMIT * Float64Array.BYTES_PER_ELEMENT));
const ringSlot = new Int32Array(new ArrayBuffer(NEAR_LIMIT * Int32Array.BYTES_PER_ELEMENT));
/** Number of the set in use, and how many sets there were. Comparing numbers costs less than comparing objects. */
const ringUser = new Int32Array(new ArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
const USER = 0;
const SETS = 1;
let user: EventSet | null = null;

export class EventSet {
  /** Time in seconds by slot. */
  protected slotTimeS: Float64Array;
  /** What happens, by slot: see `COLUMN`. */
  protected columns: Int32Array;
  private freeSlot = -1;
  private usedSlots = 0;

  // NaN at first: a number field that begins with an integer costs more to read and write ever after.
  /** Time in seconds of the last event taken out; NaN before the first. */
  eventTimeS = Number.NaN;
  /** The clock in seconds: the same, or a later time; nothing can be added before it. */
  protected clockS = Number.NaN;

  private readonly setNumber = ++ringUser[SETS]!;
  /** Place in the ring of the first of the list, and how many there are; never 0 after `refill()` as long as there is any event. */
  private nearFirst = 0;
  private nearCount = 0;
  /** Most of the list; 0 while the crowd stands in for it, and it holds at most the crowd's first. */
  private nearLimit = NEAR_LIMIT;
  /** The ring as this set left it to another; null before the first time. */
  private keptS: Float64Array | null = null;
  private keptSlot: Int32Array | null = null;
  /** No time up to this one, in seconds, belongs into a bucket that is not open: spares most events the exact test. */
  private openUntilS = Number.NaN;

  private readonly far: FarBuckets;
  private readonly crowd: CrowdHeap;
  /** Events that went into the crowd since buckets were last laid out. */
  private crowdedCount = 0;

  protected constructor(slotCount: number) {
    this.slotTimeS = new Float64Array(slotCount);
    this.columns = new Int32Array(slotCount << 3);
    this.far = new FarBuckets(this.slotTimeS, this.columns);
    this.crowd = new CrowdHeap(this.slotTimeS, this.columns);
    this.openUntilS = this.far.surelyOpenUntilS();
  }

  /** Number of events that are going to happen; cancelled timers do not count. */
  get size(): number {
    return this.nearCount + this.crowd.count + this.far.count;
  }

  /** Number of slots ever used; none beyond them means anything. */
  protected get slotCount(): number {
    return this.usedSlots;
  }

  /** A slot that nothing uses; its generation is even. */
  protected claim(): number {
    const slot = this.freeSlot;
    if (slot < 0) return this.claimNew();
    this.freeSlot = this.columns[(slot << 3) | NEXT]!;
    return slot;
  }

  /** Ends the life of a timer and gives its slot back for use, unless its generations are used up. */
  protected release(slot: number): void {
    const { columns } = this;
    const base = slot << 3;
    if (++columns[base | GENERATION]! >= LAST_GENERATION) return;
    columns[base | NEXT] = this.freeSlot;
    this.freeSlot = slot;
  }

  /** Adds the event of a slot, which has its time and columns. */
  protected add(slot: number): void {
    const timeS = this.slotTimeS[slot]!;
    if (!(timeS <= this.openUntilS) && this.isFar(timeS)) {
      this.far.add(slot);
      return;
    }
    const count = this.nearCount;
    if (count >= this.nearLimit) {
      this.overflow(slot);
      return;
    }
    if (ringUser[USER] !== this.setNumber) this.takeRing();
    const first = this.nearFirst;
    this.nearCount = count + 1;
    let at = first;
    if (count > 0) {
      // From the nearer end inwards, as far as the middle one at most.
      let step = -1;
      if (timeS < ringS[(first + (count >> 1)) & RING_MASK]!) {
        step = 1;
        at = (first - 1) & RING_MASK;
        this.nearFirst = at;
      } else at = (first + count) & RING_MASK;
      let next = (at + step) & RING_MASK;
      let nextS = ringS[next]!;
      while ((nextS - timeS) * step < 0) {
        ringS[at] = nextS;
        ringSlot[at] = ringSlot[next]!;
        at = next;
        next = (next + step) & RING_MASK;
        nextS = ringS[next]!;
      }
      if (nextS === timeS) at = this.passEqual(slot, at, step);
    }
    ringS[at] = timeS;
    ringSlot[at] = slot;
  }

  /** Takes the event of a slot out, wherever it is. */
  protected remove(slot: number): void {
    const timeS = this.slotTimeS[slot]!;
    if (!(timeS <= this.openUntilS) && this.isFar(timeS)) {
      this.far.remove(slot);
      return;
    }
    if (ringUser[USER] !== this.setNumber) this.takeRing();
    if (this.nearLimit === 0) {
      this.removeFromCrowd(slot);
      return;
    }
    const first = this.nearFirst;
    const count = this.nearCount;
    this.nearCount = count - 1;
    // Those between the nearer end and the slot move up by one.
    let at = first;
    let step = 1;
    if (timeS < ringS[(first + (count >> 1)) & RING_MASK]!) this.nearFirst = (first + 1) & RING_MASK;
    else {
      at = (first + count - 1) & RING_MASK;
      step = -1;
    }
    let movedS = ringS[at]!;
    let moved = ringSlot[at]!;
    while (moved !== slot) {
      at = (at + step) & RING_MASK;
      const nextS = ringS[at]!;
      const next = ringSlot[at]!;
      ringS[at] = movedS;
      ringSlot[at] = moved;
      movedS = nextS;
      moved = next;
    }
  }

  /** Time of the next event in seconds, +Infinity when there is none. */
  peekTimeS(): number {
    if (ringUser[USER] !== this.setNumber) this.takeRing();
    return this.nearCount > 0 || this.refill() ? ringS[this.nearFirst]! : Number.POSITIVE_INFINITY;
  }

  /** Takes the next event out if it happens before `untilS` and moves the clock to it; its slot, -1 when there is none. */
  protected takeBefore(untilS: number): number {
    if (ringUser[USER] !== this.setNumber) this.takeRing();
    if (this.nearCount === 0 && !this.refill()) return -1;
    const first = this.nearFirst;
    const timeS = ringS[first]!;
    if (!(timeS < untilS)) return -1;
    if (timeS < this.clockS) throw this.backwards(timeS);
    this.nearFirst = (first + 1) & RING_MASK;
    this.nearCount--;
    this.clockS = timeS;
    this.eventTimeS = timeS;
    return ringSlot[first]!;
  }

  private backwards(timeS: number): ModelError {
    return new ModelError('CLOCK_BACKWARDS', `event at ${timeS} s after the clock was at ${this.clockS} s`);
  }

  /** Fills the list, which is empty and in the ring; false when there are no events. */
  private refill(): boolean {
    const { crowd, far } = this;
    while (this.nearCount === 0) {
      if (this.nearLimit === 0) {
        if (this.crowdedCount > this.size && this.disperse()) continue;
        const slot = crowd.slotAt(0);
        crowd.remove(slot);
        ringS[this.nearFirst] = this.slotTimeS[slot]!;
        ringSlot[this.nearFirst] = slot;
        this.nearCount = 1;
        if (crowd.count <= FEW) this.thinOut();
      } else if (far.count > 0) {
        this.openBucket();
      } else {
        if (far.bucketsPerS > 0) {
          far.close();
          this.openUntilS = far.surelyOpenUntilS();
        }
        return false;
      }
    }
    return true;
  }

  private isFar(timeS: number): boolean {
    const { far } = this;
    return (timeS - far.baseS) * far.bucketsPerS >= far.nextBucket;
  }

  /**
   * Moves those at the time of a slot that lie on the wrong side of it past the free place at `start`, towards which `step`
   * comes from the end; gives the place that is left free.
   */
  private passEqual(slot: number, start: number, step: number): number {
    const { columns } = this;
    const timeS = this.slotTimeS[slot]!;
    const first = this.nearFirst;
    let at = start;
    // Of equal times none lies beyond the first; on the way to later ones the middle one is later.
    while (step > 0 || at !== first) {
      const next = (at + step) & RING_MASK;
      const other = ringSlot[next]!;
      if (ringS[next] !== timeS || precedes(columns, other, slot) !== step > 0) break;
      ringS[at] = timeS;
      ringSlot[at] = other;
      at = next;
    }
    return at;
  }

  /** Takes a slot out of the crowd, or out of the list of the crowd's first. */
  private removeFromCrowd(slot: number): void {
    if (this.nearCount > 0 && ringSlot[this.nearFirst] === slot) {
      this.nearCount = 0;
      return;
    }
    this.crowd.remove(slot);
    if (this.crowd.count <= FEW) this.thinOut();
  }

  /** Puts the list of the set in use away and this set's into the ring. */
  private takeRing(): void {
    user?.leaveRing();
    if (this.keptS !== null && this.keptSlot !== null) {
      ringS.set(this.keptS);
      ringSlot.set(this.keptSlot);
    }
    user = this;
    ringUser[USER] = this.setNumber;
  }

  private leaveRing(): void {
    this.keptS ??= new Float64Array(NEAR_LIMIT);
    this.keptSlot ??= new Int32Array(NEAR_LIMIT);
    this.keptS.set(ringS);
    this.keptSlot.set(ringSlot);
  }

  private openBucket(): void {
    const { far, columns } = this;
    let slot = far.open();
    this.openUntilS = far.surelyOpenUntilS();
    if (slot < 0) {
      this.layOutBeyond();
      return;
    }
    while (slot >= 0) {
      const next = columns[(slot << 3) | NEXT]!;
      far.count--;
      this.add(slot);
      slot = next;
    }
  }

  /** The buckets are used up: a new row for what lies beyond, or none if that is little or all at one time. */
  private layOutBeyond(): void {
    const { far } = this;
    const { count } = far;
    const list = far.drain();
    this.crowdedCount = 0;
    if (count > FEW && far.plan(list, count)) far.layOut(count);
    this.openUntilS = far.surelyOpenUntilS();
    this.addList(list);
  }

  /** The list is full, or the crowd stands in for it. */
  private overflow(slot: number): void {
    const { crowd, nearFirst } = this;
    if (ringUser[USER] !== this.setNumber) this.takeRing();
    if (this.nearLimit > 0) {
      for (let i = 0; i < this.nearCount; i++) crowd.push(ringSlot[(nearFirst + i) & RING_MASK]!);
      // A set without buckets gets them at the next look.
      this.crowdedCount = this.far.bucketsPerS > 0 ? this.crowdedCount + this.nearCount : SLOT_SPAN;
      this.nearCount = 0;
      this.nearLimit = 0;
    } else if (this.nearCount > 0 && this.isBefore(slot, ringSlot[nearFirst]!)) {
      // The one in the list must be the first of all.
      crowd.push(ringSlot[nearFirst]!);
      this.nearCount = 0;
    }
    crowd.push(slot);
    this.crowdedCount++;
  }

  private isBefore(a: number, b: number): boolean {
    const leadS = this.slotTimeS[a]! - this.slotTimeS[b]!;
    return leadS < 0 || (leadS === 0 && precedes(this.columns, a, b));
  }

  /** Lays out buckets as fine as the crowd asks for and deals everything out anew; false when that cannot help. */
  private disperse(): boolean {
    const { crowd, far, columns } = this;
    const total = this.size;
    this.crowdedCount = 0;
    // A slot of the crowd has a place and no next, so linking them does no harm if it is in vain.
    let list = -1;
    for (let position = 0; position < crowd.count; position++) {
      const slot = crowd.slotAt(position);
      columns[(slot << 3) | NEXT] = list;
      list = slot;
    }
    if (!far.plan(list, crowd.count)) return false;
    const beyond = far.drain();
    crowd.empty();
    this.nearLimit = NEAR_LIMIT;
    far.layOut(total);
    this.openUntilS = far.surelyOpenUntilS();
    this.addList(list);
    this.addList(beyond);
    return true;
  }

  private thinOut(): void {
    const { crowd } = this;
    this.nearLimit = NEAR_LIMIT;
    for (let position = 0; position < crowd.count; position++) this.add(crowd.slotAt(position));
    crowd.empty();
  }

  /** Adds a detached list of slots. */
  private addList(first: number): void {
    const { columns } = this;
    let slot = first;
    while (slot >= 0) {
      const next = columns[(slot << 3) | NEXT]!;
      this.add(slot);
      slot = next;
    }
  }

  private claimNew(): number {
    const capacity = this.slotTimeS.length;
    if (this.usedSlots === capacity) {
      if (capacity >= SLOT_SPAN)
        throw new ModelError('EVENT_SET_FULL', `more than ${SLOT_SPAN} events pending at once`);
      const wider = Math.min(2 * capacity, SLOT_SPAN);
      this.slotTimeS = widenFloats(this.slotTimeS, wider, 0);
      this.columns = widenInts(this.columns, wider << 3);
      this.far.useColumns(this.slotTimeS, this.columns);
      this.crowd.useColumns(this.slotTimeS, this.columns);
    }
    return this.usedSlots++;
  }
}
