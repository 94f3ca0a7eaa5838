/** What must not go wrong with the event set, one test per hazard. */
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/event-queue.js';
import { ModelError, type ModelErrorCode } from '../src/model-error.js';

function codeOf(act: () => unknown): ModelErrorCode | 'nothing thrown' {
  try {
    act();
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('EventQueue hazards', () => {
  it('past: refuses a time before the clock, in both parts, and says which event', () => {
    const queue = new EventQueue();
    queue.schedule(5, 0, 0, 1, 0);
    queue.pop();
    expect(codeOf(() => queue.schedule(4.999, 0, 7, 3, 0))).toBe('EVENT_IN_PAST');
    expect(codeOf(() => queue.replace(7, 4.999, 0, 3))).toBe('EVENT_IN_PAST');
    expect(() => queue.replace(7, 4.999, 0, 3)).toThrow(/kind 3 of source 7 at 4.999 s.*clock 5 s/);
    expect(codeOf(() => queue.schedule(5, 0, 7, 3, 0))).toBe('nothing thrown');
    expect(codeOf(() => new EventQueue({ startS: 2 }).schedule(1, 0, 0, 0, 0))).toBe('EVENT_IN_PAST');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('not finite: refuses %s', (timeS) => {
    const queue = new EventQueue();
    expect(codeOf(() => queue.schedule(timeS, 0, 0, 0, 0))).toBe('EVENT_TIME_NOT_FINITE');
    expect(codeOf(() => queue.replace(0, timeS, 0, 0))).toBe('EVENT_TIME_NOT_FINITE');
    expect(() => new EventQueue({ startS: timeS })).toThrow(RangeError);
    expect(queue.size).toBe(0);
  });

  it.each([
    ['source', -1, 0, 0, 0],
    ['source', 0.5, 0, 0, 0],
    ['source', 2 ** 26, 0, 0, 0],
    ['source', 2 ** 32, 0, 0, 0],
    ['source', Number.NaN, 0, 0, 0],
    ['priority', 0, 2 ** 20, 0, 0],
    ['priority', 0, -(2 ** 20) - 1, 0, 0],
    ['priority', 0, 0.5, 0, 0],
    ['kind', 0, 0, 2 ** 31, 0],
    ['kind', 0, 0, 1.5, 0],
    ['payload', 0, 0, 0, 2 ** 31],
    ['payload', 0, 0, 0, Number.NaN],
  ])('bad %s: refused instead of truncated', (name, source, priority, kind, payload) => {
    const queue = new EventQueue();
    expect(codeOf(() => queue.schedule(0, priority, source, kind, payload))).toBe('EVENT_ARGUMENT');
    if (name !== 'payload') expect(codeOf(() => queue.replace(source, 0, priority, kind))).toBe('EVENT_ARGUMENT');
  });

  it('extremes: keeps the widest source, priority, kind and payload', () => {
    const queue = new EventQueue();
    queue.schedule(1, 2 ** 20 - 1, 70_000, 2 ** 31 - 1, -(2 ** 31));
    queue.schedule(1, -(2 ** 20), 3, -(2 ** 31), 2 ** 31 - 1);
    queue.pop();
    expect([queue.eventSource, queue.eventKind, queue.eventPayload]).toEqual([3, -(2 ** 31), 2 ** 31 - 1]);
    queue.pop();
    expect([queue.eventSource, queue.eventKind, queue.eventPayload]).toEqual([70_000, 2 ** 31 - 1, -(2 ** 31)]);
  });

  it('double cancel, cancel after fire, unknown ticket: false and without effect', () => {
    const queue = new EventQueue();
    const first = queue.schedule(1, 0, 0, 0, 1);
    const second = queue.schedule(2, 0, 0, 0, 2);
    expect(queue.cancel(first)).toBe(true);
    expect(queue.cancel(first)).toBe(false);
    expect(queue.pop() && queue.eventPayload).toBe(2);
    expect(queue.cancel(second)).toBe(false);
    for (const ticket of [0, -1, 0.5, 1e15, Number.NaN, Number.POSITIVE_INFINITY])
      expect(queue.cancel(ticket)).toBe(false);
    expect(queue.pop()).toBe(false);
    expect(queue.cancel(second)).toBe(false);
  });

  it('slot reuse: an old ticket never cancels the timer that took its slot', () => {
    const queue = new EventQueue();
    const old = queue.schedule(1, 0, 0, 0, 1);
    queue.pop();
    const next = queue.schedule(1, 0, 0, 0, 2);
    expect(next).not.toBe(old);
    expect(queue.cancel(old)).toBe(false);
    expect(queue.cancel(next)).toBe(true);
    queue.schedule(1, 0, 0, 0, 3);
    expect(queue.cancel(next)).toBe(false);
    expect(queue.pop() && queue.eventPayload).toBe(3);
  });

  it('cancelled far timers: memory stays with the live ones', () => {
    const queue = new EventQueue();
    queue.schedule(1e6, 0, 0, 9, 0);
    for (let i = 0; i < 100_000; i++) {
      const ticket = queue.schedule(600 + i, 0, i % 10, 1, i);
      expect(queue.cancel(ticket)).toBe(true);
    }
    expect(queue.size).toBe(1);
    expect(queue.heldTimers).toBeLessThan(200);
    expect(queue.pop() && queue.eventKind).toBe(9);
    expect(queue.pop()).toBe(false);
  });

  it('cancel while the popped root is still vacant: nothing is lost or repeated', () => {
    const queue = new EventQueue();
    const tickets = Array.from({ length: 300 }, (_, i) => queue.schedule(i, 0, 0, 0, i));
    queue.pop();
    for (let i = 1; i < 300; i += 2) queue.cancel(tickets[i]!);
    for (let i = 4; i < 300; i += 4) queue.cancel(tickets[i]!);
    const left: number[] = [];
    while (queue.pop()) left.push(queue.eventPayload);
    expect(left).toEqual(Array.from({ length: 75 }, (_, i) => 4 * i + 2));
  });

  it('clear: removes only the in-place event, once, and ids never used have none', () => {
    const queue = new EventQueue();
    queue.replace(2, 5, 0, 1);
    queue.schedule(6, 0, 2, 2, 0);
    expect(queue.pendingTimeS(2)).toBe(5);
    expect(queue.clear(2)).toBe(true);
    expect(queue.clear(2)).toBe(false);
    for (const source of [-1, 0.5, 1e9, Number.NaN]) {
      expect(queue.clear(source)).toBe(false);
      expect(queue.pendingTimeS(source)).toBe(Number.POSITIVE_INFINITY);
    }
    expect(queue.pop() && queue.eventKind).toBe(2);
  });

  it('popped in-place event: is gone, also when another entity is set before the next look', () => {
    const queue = new EventQueue();
    queue.replace(0, 1, 0, 0);
    queue.pop();
    expect(queue.pendingTimeS(0)).toBe(Number.POSITIVE_INFINITY);
    expect(queue.clear(0)).toBe(false);
    queue.replace(1, 2, 0, 0);
    expect(queue.size).toBe(1);
    expect(queue.pop() && queue.eventSource).toBe(1);
    expect(queue.pop()).toBe(false);
  });

  it('growth: keeps what is pending when entity ids and timers outgrow the first sizes', () => {
    const queue = new EventQueue({ sourceCount: 1, timerCount: 1 });
    for (let i = 0; i < 1000; i++) {
      queue.replace(999 - i, i, 0, 1);
      queue.schedule(i + 0.5, 0, 5 * i, 2, i);
    }
    for (let i = 0; i < 1000; i++) {
      expect(queue.pop() && queue.eventSource).toBe(999 - i);
      expect(queue.pop() && queue.eventPayload).toBe(i);
    }
    expect(queue.size).toBe(0);
    expect(queue.peekTimeS()).toBe(Number.POSITIVE_INFINITY);
  });

  it('clock jump: advances only to where nothing is pending before, and never back', () => {
    const queue = new EventQueue();
    queue.replace(0, 10, 0, 0);
    queue.advanceTo(10);
    expect(queue.nowS).toBe(10);
    for (const timeS of [9, 10.5, Number.NaN]) expect(codeOf(() => queue.advanceTo(timeS))).toBe('CLOCK_BACKWARDS');
    queue.pop();
    expect(codeOf(() => queue.advanceTo(Number.POSITIVE_INFINITY))).toBe('CLOCK_BACKWARDS');
    queue.advanceTo(11);
    expect(codeOf(() => queue.replace(0, 10.5, 0, 0))).toBe('EVENT_IN_PAST');
  });
});
