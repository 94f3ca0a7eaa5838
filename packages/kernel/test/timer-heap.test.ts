/** Slots at the end of their generations: a state that takes 67 million timers in one slot to reach, so it is set here. */
import { describe, expect, it } from 'vitest';
import { TimerHeap } from '../src/timer-heap.js';

const GENERATION_COLUMN = 5;
const LAST_LIVE_GENERATION = 2 ** 27 - 3;

function heapWithWornSlot(): TimerHeap {
  const heap = new TimerHeap(16, 16);
  (heap as unknown as { slots: Int32Array }).slots[GENERATION_COLUMN] = LAST_LIVE_GENERATION - 1;
  return heap;
}

function schedule(heap: TimerHeap, timeS: number, payload: number): number {
  heap.stagedTimeS[0] = timeS;
  return heap.ticketOf(heap.scheduleStaged(0, 0, 0, payload));
}

describe('TimerHeap with a worn-out slot', () => {
  it('retires the slot when its timer fires, and goes on with others', () => {
    const heap = heapWithWornSlot();
    const last = schedule(heap, 1, 11);
    expect(last).toBe(LAST_LIVE_GENERATION * 2 ** 26);
    expect(Number.isSafeInteger(last)).toBe(true);
    const record = { eventTimeS: 0, eventKind: 0, eventSource: 0, eventPayload: 0 };
    expect(heap.earliestTimeS()).toBe(1);
    heap.take(record);
    expect(record.eventPayload).toBe(11);
    const next = schedule(heap, 2, 12);
    expect(next % 2 ** 26).toBe(1);
    expect(heap.cancel(last)).toBe(false);
    expect(heap.earliestTimeS()).toBe(2);
    heap.take(record);
    expect([record.eventPayload, heap.size, heap.earliestTimeS()]).toEqual([12, 0, Number.POSITIVE_INFINITY]);
  });

  it('retires the slot when its timer is cancelled', () => {
    const heap = heapWithWornSlot();
    const last = schedule(heap, 1, 11);
    expect(heap.cancel(last)).toBe(true);
    expect(heap.cancel(last)).toBe(false);
    expect(heap.earliestTimeS()).toBe(Number.POSITIVE_INFINITY);
    expect(schedule(heap, 2, 12) % 2 ** 26).toBe(1);
    expect(heap.size).toBe(1);
  });
});
