/**
 * A queue of request slots threaded through two shared columns: no memory per replica beyond head, tail and length,
 * and removal from the middle (a cancelled request, a finished one) costs as little as from either end.
 *
 * A slot is in at most one list at a time, so the waiting queue and the running batch share the same two columns.
 */

import { type ServiceColumns, WHOLE_SHIFT, Whole } from './service-columns.js';

/** First-in first-out list of slots with O(1) insertion at both ends and O(1) removal anywhere. */
export class SlotList {
  head = -1;
  tail = -1;
  size = 0;

  pushBack(columns: ServiceColumns, slot: number): void {
    const { whole } = columns;
    const wholes = slot << WHOLE_SHIFT;
    const tail = this.tail;
    whole[wholes | Whole.PREVIOUS] = tail;
    whole[wholes | Whole.NEXT] = -1;
    if (tail >= 0) whole[(tail << WHOLE_SHIFT) | Whole.NEXT] = slot;
    else this.head = slot;
    this.tail = slot;
    this.size++;
  }

  pushFront(columns: ServiceColumns, slot: number): void {
    const { whole } = columns;
    const wholes = slot << WHOLE_SHIFT;
    const head = this.head;
    whole[wholes | Whole.PREVIOUS] = -1;
    whole[wholes | Whole.NEXT] = head;
    if (head >= 0) whole[(head << WHOLE_SHIFT) | Whole.PREVIOUS] = slot;
    else this.tail = slot;
    this.head = slot;
    this.size++;
  }

  /** Takes out a slot that is in this list; a slot that is not corrupts it (not detected). Its own links stay as they are. */
  remove(columns: ServiceColumns, slot: number): void {
    const { whole } = columns;
    const wholes = slot << WHOLE_SHIFT;
    const before = whole[wholes | Whole.PREVIOUS]!;
    const after = whole[wholes | Whole.NEXT]!;
    if (before >= 0) whole[(before << WHOLE_SHIFT) | Whole.NEXT] = after;
    else this.head = after;
    if (after >= 0) whole[(after << WHOLE_SHIFT) | Whole.PREVIOUS] = before;
    else this.tail = before;
    this.size--;
  }
}
