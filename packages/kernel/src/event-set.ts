/**
 * Pending events in their total order, for any number and any times; the event queue on top knows what they mean.
 *
 * Three parts. The next events lie in a short list in order, linked both ways, so that one that changes its time without
 * overtaking another stays where it is. What comes later waits in buckets (`FarBuckets`) and is put in order a bucket at
 * a time. Where a bucket, or a set too small for buckets, holds more than the list may, the crowd (`CrowdHeap`)
 * stands in for the list until few are left. Up to `NEAR_LIMIT` events there is the list alone.
 *
 * With exponential increments taking one and adding one costs the same at 100 and at 100,000 pending. With all times
 * equal it costs the logarithm of their number; so it does when buckets turn out too coarse, until as many events as are
 * pending went through the crowd and a new row is laid out. Which part an event belongs to is a function of its time, so
 * it is found again without a search. None of this can change the order, which is total: time, then
 * `precedes`.
 *
 * The parts of the fast path are written so that the compiler inlines them: see the hold figures of the benchmark before
 * growing one. No allocation except doubling. Arguments are not checked here. Times
 * in seconds.
 */

import { CrowdHeap } from './crowd-heap.js';
import { COLUMN, precedes, SLOT, widenFloats, widenInts } from './event-columns.js';
import { FarBuckets } from './far-buckets.js';
import { ModelError } from './model-error.js';

const { GENERATION, NEXT, PLACE } = COLUMN;
const { END } = SLOT;

/** Slots and generations share a ticket: 2^26 of the one, 2^27 of the other. */
export const SLOT_SPAN = 2 ** 26;
const LAST_GENERATION = 2 ** 27 - 2;
/** Longest list of next events: beyond it walking along it costs more than a bucket, by trial. */
const NEAR_LIMIT = 32;
/** Size at which a crowd becomes a list again, or a set needs no buckets; well below the limit, so as not to go to and fro. */
const FEW = 16;

export class EventSet {
  /** Time in seconds by slot. */
  protected slotTimeS: Float64Array;
  /** What happens, by slot: see `COLUMN`. `NEXT` of `END` is the next event, `END` when `refill()` is due. */
  protected columns: Int32Array;
  private freeSlot = -1;
  private usedSlots = END + 1;

  /** Number of events in the list. */
  protected nearCount = 0;
  /** Most entries of the list; 0 while the crowd stands in for it, and the list holds at most the crowd's first. */
  private nearLimit = NEAR_LIMIT;
  /** No time up to this one, in seconds, belongs into a bucket: spares most events the exact test. */
  private nearUntilS = Number.NaN;

  private readonly far: FarBuckets;
  private readonly crowd: CrowdHeap;
  /** Events that went into the crowd since buckets were last laid out. */
  private crowdedCount = 0;

  protected constructor(slotCount: number) {
    this.slotTimeS = new Float64Array(slotCount + 1);
    this.columns = new Int32Array((slotCount + 1) << 3);
    this.slotTimeS[END] = Number.POSITIVE_INFINITY;
    this.far = new FarBuckets(this.slotTimeS, this.columns);
    this.crowd = new CrowdHeap(this.slotTimeS, this.columns);
    this.nearUntilS = this.far.surelyOpenUntilS();
  }

  /** Number of events that are going to happen; cancelled timers do not count. */
  get size(): number {
    return this.nearCount + this.crowd.count + this.far.count;
  }

  /** One more than the largest slot ever used; none from here on means anything. */
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
    const { slotTimeS, columns } = this;
    const timeS = slotTimeS[slot]!;
    if (!(timeS <= this.nearUntilS) && this.isFar(timeS)) {
      this.far.add(slot);
      return;
    }
    const count = this.nearCount;
    if (count >= this.nearLimit) {
      this.overflow(slot);
      return;
    }
    this.nearCount = count + 1;
    // As `placeOf`, which is too long to be inlined twice.
    let entry = columns[NEXT]!;
    while (slotTimeS[entry]! < timeS) {
      entry = columns[(entry << 3) | NEXT]!;
      if (slotTimeS[entry]! >= timeS) break;
      entry = columns[(entry << 3) | NEXT]!;
      if (slotTimeS[entry]! >= timeS) break;
      entry = columns[(entry << 3) | NEXT]!;
    }
    if (slotTimeS[entry] === timeS) entry = this.passEqual(slot, entry);
    this.link(slot, entry);
  }

  /** Takes the event of a slot out, wherever it is. */
  protected remove(slot: number): void {
    if (this.isFar(this.slotTimeS[slot]!)) {
      this.far.remove(slot);
    } else if (this.nearLimit > 0 || this.columns[NEXT] === slot) {
      this.nearCount--;
      this.unlink(slot);
    } else {
      this.crowd.remove(slot);
      if (this.crowd.count <= FEW) this.thinOut();
    }
  }

  /** Gives the event of a slot, which is in the set, another time in seconds; its other columns may have changed too. */
  protected move(slot: number, toS: number): void {
    const { nearUntilS } = this;
    if (!(this.slotTimeS[slot]! <= nearUntilS && toS <= nearUntilS && this.nearLimit > 0)) {
      this.remove(slot);
      this.slotTimeS[slot] = toS;
      this.add(slot);
      return;
    }
    const { slotTimeS, columns } = this;
    slotTimeS[slot] = toS;
    const next = columns[(slot << 3) | NEXT]!;
    const before = columns[(slot << 3) | PLACE]!;
    const place = this.placeOf(slot, before === END || this.isBefore(before, slot) ? next : columns[NEXT]!);
    if (place === next) return;
    this.unlink(slot);
    this.link(slot, place);
  }

  /** Fills the list when it is empty; false when there are no events. */
  protected refill(): boolean {
    const { crowd, far } = this;
    while (this.nearCount === 0) {
      if (this.nearLimit === 0) {
        if (this.crowdedCount > this.size && this.disperse()) continue;
        const slot = crowd.slotAt(0);
        crowd.remove(slot);
        this.nearCount = 1;
        this.link(slot, END);
        if (crowd.count <= FEW) this.thinOut();
      } else if (far.count > 0) {
        this.openBucket();
      } else {
        if (far.bucketsPerS > 0) {
          far.close();
          this.nearUntilS = far.surelyOpenUntilS();
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

  /** The entry of the list before which the event of a slot belongs, from entry `from` on. */
  private placeOf(slot: number, from: number): number {
    const { slotTimeS, columns } = this;
    const timeS = slotTimeS[slot]!;
    let entry = from;
    // Three steps a turn: a turn itself costs as much as a step.
    while (slotTimeS[entry]! < timeS) {
      entry = columns[(entry << 3) | NEXT]!;
      if (slotTimeS[entry]! >= timeS) break;
      entry = columns[(entry << 3) | NEXT]!;
      if (slotTimeS[entry]! >= timeS) break;
      entry = columns[(entry << 3) | NEXT]!;
    }
    return slotTimeS[entry] === timeS ? this.passEqual(slot, entry) : entry;
  }

  /** The same among events of its own time, of which `from` is one. */
  private passEqual(slot: number, from: number): number {
    const { slotTimeS, columns } = this;
    const timeS = slotTimeS[slot]!;
    let entry = from;
    while (slotTimeS[entry] === timeS && precedes(columns, entry, slot)) entry = columns[(entry << 3) | NEXT]!;
    return entry;
  }

  /** Puts a slot into the list before an entry. */
  private link(slot: number, next: number): void {
    const { columns } = this;
    const before = columns[(next << 3) | PLACE]!;
    columns[(slot << 3) | NEXT] = next;
    columns[(slot << 3) | PLACE] = before;
    columns[(before << 3) | NEXT] = slot;
    columns[(next << 3) | PLACE] = slot;
  }

  private unlink(slot: number): void {
    const { columns } = this;
    const next = columns[(slot << 3) | NEXT]!;
    const before = columns[(slot << 3) | PLACE]!;
    columns[(before << 3) | NEXT] = next;
    columns[(next << 3) | PLACE] = before;
  }

  private openBucket(): void {
    const { far, columns } = this;
    let slot = far.open();
    this.nearUntilS = far.surelyOpenUntilS();
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
    this.nearUntilS = far.surelyOpenUntilS();
    this.addList(list);
  }

  /** The list is full, or the crowd stands in for it. */
  private overflow(slot: number): void {
    const { crowd, columns } = this;
    const first = columns[NEXT]!;
    if (this.nearLimit > 0) {
      for (let entry = first; entry !== END; entry = columns[(entry << 3) | NEXT]!) crowd.push(entry);
      // A set without buckets gets them at the next look.
      this.crowdedCount = this.far.bucketsPerS > 0 ? this.crowdedCount + this.nearCount : SLOT_SPAN;
      this.emptyList();
      this.nearLimit = 0;
    } else if (first !== END && this.isBefore(slot, first)) {
      // The one in the list must be the first of all.
      this.emptyList();
      crowd.push(first);
    }
    crowd.push(slot);
    this.crowdedCount++;
  }

  private emptyList(): void {
    this.columns[NEXT] = END;
    this.columns[PLACE] = END;
    this.nearCount = 0;
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
    this.nearUntilS = far.surelyOpenUntilS();
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
