/**
 * Events too close together to tell apart by buckets: a binary min-heap with the place of each slot, for any number.
 *
 * The event set falls back on it where its sorted list of next events would grow too long, above all when very many
 * events share one time; so no set of times costs more than the logarithm of its size. Two columns (time, slot); all
 * but the time is read only when two times are equal. The child choice of the sift is branch-free for unequal times
 * (a comparison added as 0 or 1; +Infinity past the end stands in for a missing child).
 *
 * No allocation except doubling. Times in seconds.
 */

import { COLUMN, precedes, widenFloats, widenInts } from './event-columns.js';

const { PLACE } = COLUMN;

export class CrowdHeap {
  /** Number of events held. */
  count = 0;
  /** Times and columns of all slots. */
  private slotTimeS: Float64Array;
  private columns: Int32Array;
  // Two positions more than there can be entries: the sift reads one child past the end.
  private timeS: Float64Array = new Float64Array(130).fill(Number.POSITIVE_INFINITY);
  private slot: Int32Array = new Int32Array(130);

  constructor(slotTimeS: Float64Array, columns: Int32Array) {
    this.slotTimeS = slotTimeS;
    this.columns = columns;
  }

  /** Takes the longer columns after they have grown. */
  useColumns(slotTimeS: Float64Array, columns: Int32Array): void {
    this.slotTimeS = slotTimeS;
    this.columns = columns;
  }

  /** Slot at a heap position from 0 (the earliest) to `count` - 1. */
  slotAt(position: number): number {
    return this.slot[position]!;
  }

  /** Adds the event of a slot. */
  push(slot: number): void {
    if (this.count + 2 >= this.slot.length) this.grow();
    const last = this.count++;
    this.timeS[last] = this.slotTimeS[slot]!;
    this.slot[last] = slot;
    this.siftUp(last);
  }

  /** Takes the event of a slot out, wherever it is. */
  remove(slot: number): void {
    const position = this.columns[(slot << 3) + PLACE]!;
    const last = --this.count;
    const moved = this.slot[last]!;
    const movedS = this.timeS[last]!;
    this.timeS[last] = Number.POSITIVE_INFINITY;
    if (position === last) return;
    this.slot[position] = moved;
    this.timeS[position] = movedS;
    this.siftDown(position);
    if (this.slot[position] === moved) this.siftUp(position);
  }

  /** Forgets all events. */
  empty(): void {
    this.timeS.fill(Number.POSITIVE_INFINITY, 0, this.count);
    this.count = 0;
  }

  private siftUp(start: number): void {
    const { timeS, slot: heapSlot, columns } = this;
    const startS = timeS[start]!;
    const slot = heapSlot[start]!;
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const parentS = timeS[parent]!;
      if (parentS < startS) break;
      const parentSlot = heapSlot[parent]!;
      if (parentS === startS && precedes(columns, parentSlot, slot)) break;
      timeS[position] = parentS;
      heapSlot[position] = parentSlot;
      columns[(parentSlot << 3) + PLACE] = position;
      position = parent;
    }
    timeS[position] = startS;
    heapSlot[position] = slot;
    columns[(slot << 3) + PLACE] = position;
  }

  private siftDown(start: number): void {
    const { timeS, slot: heapSlot, columns, count } = this;
    const startS = timeS[start]!;
    const slot = heapSlot[start]!;
    let position = start;
    let child = (position << 1) + 1;
    while (child < count) {
      const leftS = timeS[child]!;
      const rightS = timeS[child + 1]!;
      if (leftS === rightS) child += precedes(columns, heapSlot[child + 1]!, heapSlot[child]!) ? 1 : 0;
      else child += +(rightS < leftS);
      const childS = timeS[child]!;
      const childSlot = heapSlot[child]!;
      if (childS >= startS && (childS > startS || precedes(columns, slot, childSlot))) break;
      timeS[position] = childS;
      heapSlot[position] = childSlot;
      columns[(childSlot << 3) + PLACE] = position;
      position = child;
      child = (position << 1) + 1;
    }
    timeS[position] = startS;
    heapSlot[position] = slot;
    columns[(slot << 3) + PLACE] = position;
  }

  private grow(): void {
    const length = 2 * this.slot.length;
    this.timeS = widenFloats(this.timeS, length, Number.POSITIVE_INFINITY);
    this.slot = widenInts(this.slot, length);
  }
}
