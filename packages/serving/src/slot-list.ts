/**
 * A queue of request slots threaded through two shared columns: no memory per replica beyond head, tail and length,
 * and removal from the middle (a cancelled request, a finished one) costs as little as from either end.
 *
 * A slot is in at most one list at a time, so the waiting queue and the running batch share the same two columns.
 */

import type { ServiceColumns } from './service-columns.js';

/** First-in first-out list of slots with O(1) insertion at both ends and O(1) removal anywhere. */
export class SlotList {
  head = -1;
  tail = -1;
  size = 0;

  pushBack(columns: ServiceColumns, slot: number): void {
    const tail = this.tail;
    columns.previous[slot] = tail;
    columns.next[slot] = -1;
    if (tail >= 0) columns.next[tail] = slot;
    else this.head = slot;
    this.tail = slot;
    this.size++;
  }

  pushFront(columns: ServiceColumns, slot: number): void {
    const head = this.head;
    columns.previous[slot] = -1;
    columns.next[slot] = head;
    if (head >= 0) columns.previous[head] = slot;
    else this.tail = slot;
    this.head = slot;
    this.size++;
  }

  /** Takes out a slot that is in this list; a slot that is not corrupts it (not detected). */
  remove(columns: ServiceColumns, slot: number): void {
    const before = columns.previous[slot]!;
    const after = columns.next[slot]!;
    if (before >= 0) columns.next[before] = after;
    else this.head = after;
    if (after >= 0) columns.previous[after] = before;
    else this.tail = before;
    this.size--;
  }
}
