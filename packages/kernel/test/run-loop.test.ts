import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/event-queue.js';
import { Fingerprint } from '../src/fingerprint.js';
import { ModelError } from '../src/model-error.js';
import { type EventHandler, runUntil } from '../src/run-loop.js';

/** A little network of entities that set each other's events on an integer grid, so that ties and cascades are common. */
class Ripples implements EventHandler {
  readonly fingerprint = new Fingerprint();
  readonly queue: EventQueue;
  eventCount = 0;
  private state: number;

  constructor(seed: number) {
    this.state = seed;
    this.queue = new EventQueue();
    for (let source = 0; source < 5; source++) this.queue.replace(source, source % 3, 0, 1);
  }

  onEvent(kind: number, source: number, payload: number, timeS: number): void {
    this.fingerprint.add(source, kind, timeS);
    this.eventCount++;
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    const delayS = this.state >>> 30;
    if (kind === 1) this.queue.replace(source, timeS + delayS + (delayS === 0 && payload === 0 ? 1 : 0), 0, 1);
    if (this.queue.size < 12)
      this.queue.schedule(timeS + 1 + delayS, this.state & 1, (source + 1) % 5, 2, this.eventCount);
  }
}

describe('runUntil', () => {
  it('gives the same trajectory in one run and split at any times', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 6 }), (seed, halves) => {
        const whole = new Ripples(seed);
        runUntil(whole.queue, whole, { untilS: 60 });
        const parts = new Ripples(seed);
        for (const half of halves.sort((a, b) => a - b)) runUntil(parts.queue, parts, { untilS: half / 2 });
        runUntil(parts.queue, parts, { untilS: 60 });
        expect(parts.fingerprint.digest()).toBe(whole.fingerprint.digest());
        expect(parts.eventCount).toBe(whole.eventCount);
        expect(parts.queue.nowS).toBe(60);
      }),
      { numRuns: 100, seed: 20265 },
    );
  });

  it('gives the same trajectory when stopped by count and continued', () => {
    const whole = new Ripples(7);
    const { eventCount } = runUntil(whole.queue, whole, { untilS: 50 });
    const parts = new Ripples(7);
    const reasons: string[] = [];
    let count = 0;
    while (parts.queue.nowS < 50) {
      const outcome = runUntil(parts.queue, parts, { untilS: 50, maxEvents: 17 });
      reasons.push(outcome.reason);
      count += outcome.eventCount;
    }
    expect(count).toBe(eventCount);
    expect(parts.fingerprint.digest()).toBe(whole.fingerprint.digest());
    expect(new Set(reasons.slice(0, -1))).toEqual(new Set(['limit']));
    expect(reasons.at(-1)).toBe('time');
  });

  it('leaves events at exactly untilS pending and says why it stopped', () => {
    const seen: number[] = [];
    const handler: EventHandler = { onEvent: (_kind, _source, payload) => void seen.push(payload) };
    const queue = new EventQueue();
    for (const [timeS, payload] of [
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const)
      queue.schedule(timeS, 0, 0, 0, payload);
    expect(runUntil(queue, handler, { untilS: 2 })).toEqual({ reason: 'time', eventCount: 1, nowS: 2 });
    queue.schedule(2, -1, 0, 0, 9);
    expect(runUntil(queue, handler, { untilS: 10, until: () => seen.length === 3 })).toEqual({
      reason: 'condition',
      eventCount: 2,
      nowS: 2,
    });
    expect(runUntil(queue, handler, { untilS: 10, maxEvents: 0 })).toEqual({ reason: 'limit', eventCount: 0, nowS: 2 });
    expect(runUntil(queue, handler, { untilS: Number.POSITIVE_INFINITY })).toEqual({
      reason: 'empty',
      eventCount: 1,
      nowS: 3,
    });
    expect(runUntil(queue, handler, { untilS: 10, maxEvents: 0 })).toEqual({
      reason: 'empty',
      eventCount: 0,
      nowS: 10,
    });
    expect(seen).toEqual([1, 9, 2, 3]);
  });

  it('does not start when the condition holds already', () => {
    const queue = new EventQueue();
    queue.replace(0, 1, 0, 0);
    const outcome = runUntil(queue, { onEvent: () => expect.fail('dispatched') }, { untilS: 5, until: () => true });
    expect(outcome).toEqual({ reason: 'condition', eventCount: 0, nowS: 0 });
  });

  it('refuses limits that make no sense', () => {
    const queue = new EventQueue({ startS: 5 });
    const handler: EventHandler = { onEvent: () => undefined };
    expect(() => runUntil(queue, handler, { untilS: 4 })).toThrow(RangeError);
    expect(() => runUntil(queue, handler, { untilS: Number.NaN })).toThrow(RangeError);
    expect(() => runUntil(queue, handler, { untilS: 6, maxEvents: -1 })).toThrow(RangeError);
    expect(() => runUntil(queue, handler, { untilS: 6, maxEvents: Number.NaN })).toThrow(RangeError);
  });

  it('adds time, kind, source and count to what a handler throws, and keeps the original', () => {
    const queue = new EventQueue();
    queue.replace(3, 1.5, 0, 8);
    const original = new TypeError('no such slot');
    const handler: EventHandler = {
      onEvent: () => {
        throw original;
      },
    };
    try {
      runUntil(queue, handler, { untilS: 2 });
      expect.fail('should have thrown');
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({ code: 'EVENT_FAILED', cause: original });
      expect((error as Error).message).toBe('event kind 8 of source 3 at 1.5 s (event 1 of this run): no such slot');
    }
  });
});
