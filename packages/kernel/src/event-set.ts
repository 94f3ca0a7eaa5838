/**
 * Pending events in their total order, for any number and any times; the event queue on top knows what they mean.
 *
 * Three parts. The next events lie in a short list in order, latest first, so that taking the earliest only shortens it
 * and a new one moves those before it up by one. What comes later waits in buckets (`FarBuckets`) and is put in order
 * a bucket at a time. Where a bucket, or a set too small for buckets, holds more than the list may, the crowd (`CrowdHeap`)
 * stands in for the list until few are left. Up to `NEAR_LIMIT` events there is the list alone.
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
/** Longest list of next events: beyond it moving entries costs more than a bucket, by trial. */
const NEAR_LIMIT = 32;
/** Size at which a crowd becomes a list again, or a set needs no buckets; well below the limit, so as not to go to and fro. */
const FEW = 16;

export class EventSet {
  /** Time in seconds by slot. */
  protected slotTimeS: Float64Array;
  /** What happens, by slot: see `COLUMN`. */
  protected columns: Int32Array;
  private freeSlot = -1;
  private usedSlots = 0;

  /**
   * The next events, latest first: the time of each in seconds, then its slot. One array, as each takes its own checks in a
   * loop. Never empty after `refill()` as long as there is any event.
   */
  protected readonly near = new Float64Array(2 * NEAR_LIMIT);
  /** Length of `near` in use, twice the number of its events. */
  protected nearEnd = 0;
  /** Most of it that may be in use; 0 while the crowd stands in for it, and it holds at most the crowd's first. */
  private nearLimit = 2 * NEAR_LIMIT;
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
    return (this.nearEnd >> 1) + this.crowd.count + this.far.count;
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
    const end = this.nearEnd;
    if (end >= this.nearLimit) {
      this.overflow(slot);
      return;
    }
    this.nearEnd = end + 2;
    const { near } = this;
    let at = end;
    while (at > 0 && near[at - 2]! < timeS) {
      near[at] = near[at - 2]!;
      near[at + 1] = near[at - 1]!;
      at -= 2;
    }
    if (at > 0 && near[at - 2] === timeS) at = this.passEqual(slot, at);
    near[at] = timeS;
    near[at + 1] = slot;
  }

  /** Takes the event of a slot out, wherever it is. */
  protected remove(slot: number): void {
    if (this.isFar(this.slotTimeS[slot]!)) {
      this.far.remove(slot);
      return;
    }
    const at = this.placeOf(slot);
    if (at < 0) {
      this.crowd.remove(slot);
      if (this.crowd.count <= FEW) this.thinOut();
      return;
    }
    const { near } = this;
    this.nearEnd -= 2;
    const end = this.nearEnd;
    for (let i = at; i < end; i++) near[i] = near[i + 2]!;
  }

  /** Gives the event of a slot, which is in the set, another time in seconds; its other columns may have changed too. */
  protected move(slot: number, toS: number): void {
    const { openUntilS } = this;
    if (this.nearLimit > 0 && toS <= openUntilS && this.slotTimeS[slot]! <= openUntilS) {
      this.slotTimeS[slot] = toS;
      this.moveInList(slot);
      return;
    }
    this.remove(slot);
    this.slotTimeS[slot] = toS;
    this.add(slot);
  }

  /** Fills the list when it is empty; false when there are no events. */
  protected refill(): boolean {
    const { crowd, far } = this;
    while (this.nearEnd === 0) {
      if (this.nearLimit === 0) {
        if (this.crowdedCount > this.size && this.disperse()) continue;
        const slot = crowd.slotAt(0);
        crowd.remove(slot);
        this.near[0] = this.slotTimeS[slot]!;
        this.near[1] = slot;
        this.nearEnd = 2;
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

  /** Where a slot lies in `near`, -1 when it is not there. */
  private placeOf(slot: number): number {
    const { near } = this;
    let at = this.nearEnd - 2;
    while (at >= 0 && near[at + 1] !== slot) at -= 2;
    return at;
  }

  /** Moves up by one what goes before a slot among events of its own time; gives the place that is left free. */
  private passEqual(slot: number, start: number): number {
    const { near, columns } = this;
    const timeS = this.slotTimeS[slot]!;
    let at = start;
    while (at > 0 && near[at - 2] === timeS && precedes(columns, near[at - 1]!, slot)) {
      near[at] = timeS;
      near[at + 1] = near[at - 1]!;
      at -= 2;
    }
    return at;
  }

  /** Puts an entry of the list whose slot has changed where it belongs: to the later end or to the earlier one. */
  private moveInList(slot: number): void {
    const { near, columns } = this;
    const timeS = this.slotTimeS[slot]!;
    const last = this.nearEnd - 2;
    let at = this.placeOf(slot);
    while (at > 0 && near[at - 2]! < timeS) {
      near[at] = near[at - 2]!;
      near[at + 1] = near[at - 1]!;
      at -= 2;
    }
    if (at > 0 && near[at - 2] === timeS) at = this.passEqual(slot, at);
    // Where the loops above have moved anything, the next two end at once.
    while (at < last && near[at + 2]! > timeS) {
      near[at] = near[at + 2]!;
      near[at + 1] = near[at + 3]!;
      at += 2;
    }
    while (at < last && near[at + 2] === timeS && precedes(columns, slot, near[at + 3]!)) {
      near[at] = timeS;
      near[at + 1] = near[at + 3]!;
      at += 2;
    }
    near[at] = timeS;
    near[at + 1] = slot;
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
    const { crowd, near } = this;
    if (this.nearLimit > 0) {
      for (let at = 0; at < this.nearEnd; at += 2) crowd.push(near[at + 1]!);
      // A set without buckets gets them at the next look.
      this.crowdedCount = this.far.bucketsPerS > 0 ? this.crowdedCount + (this.nearEnd >> 1) : SLOT_SPAN;
      this.nearEnd = 0;
      this.nearLimit = 0;
    } else if (this.nearEnd > 0 && this.isBefore(slot, near[1]!)) {
      // The one in the list must be the first of all.
      crowd.push(near[1]!);
      this.nearEnd = 0;
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
    this.nearLimit = 2 * NEAR_LIMIT;
    far.layOut(total);
    this.openUntilS = far.surelyOpenUntilS();
    this.addList(list);
    this.addList(beyond);
    return true;
  }

  private thinOut(): void {
    const { crowd } = this;
    this.nearLimit = 2 * NEAR_LIMIT;
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
