/** Order and bookkeeping of the event set against a naive sorted-array model, on integer times so that ties abound. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/event-queue.js';

interface ModelEvent {
  timeS: number;
  priority: number;
  source: number;
  /** -1 for the in-place event, else the source's own count. */
  sequence: number;
  kind: number;
  payload: number;
  ticket: number;
}

function compare(a: ModelEvent, b: ModelEvent): number {
  return a.timeS - b.timeS || a.priority - b.priority || a.source - b.source || a.sequence - b.sequence;
}

/** The oracle: a list sorted at each pop. */
class SortedArray {
  events: ModelEvent[] = [];
  sequences = new Map<number, number>();

  replace(source: number, timeS: number, priority: number, kind: number): void {
    this.clear(source);
    this.events.push({ timeS, priority, source, sequence: -1, kind, payload: 0, ticket: 0 });
  }

  clear(source: number): boolean {
    const kept = this.events.filter((e) => e.source !== source || e.sequence >= 0);
    const had = kept.length < this.events.length;
    this.events = kept;
    return had;
  }

  schedule(timeS: number, priority: number, source: number, kind: number, payload: number, ticket: number): void {
    const sequence = this.sequences.get(source) ?? 0;
    this.sequences.set(source, sequence + 1);
    this.events.push({ timeS, priority, source, sequence, kind, payload, ticket });
  }

  cancel(ticket: number): boolean {
    const kept = this.events.filter((e) => e.ticket !== ticket);
    const had = kept.length < this.events.length;
    this.events = kept;
    return had;
  }

  pop(): ModelEvent | undefined {
    this.events.sort(compare);
    return this.events.shift();
  }
}

const sources = fc.nat(11);
const delays = fc.nat(3);
const priorities = fc.integer({ min: -2, max: 2 });
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('schedule' as const), sources, delays, priorities) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('replace' as const), sources, delays, priorities) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('clear' as const), sources, fc.constant(0), fc.constant(0)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('cancel' as const), fc.nat(400), fc.constant(0), fc.constant(0)) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('pop' as const), fc.constant(0), fc.constant(0), fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('peek' as const), fc.constant(0), fc.constant(0), fc.constant(0)) },
);

function popBoth(queue: EventQueue, model: SortedArray): void {
  const expected = model.pop();
  const isPopped = queue.pop();
  expect(isPopped).toBe(expected !== undefined);
  if (expected === undefined) return;
  expect([queue.eventTimeS, queue.eventSource, queue.eventKind, queue.eventPayload]).toEqual([
    expected.timeS,
    expected.source,
    expected.kind,
    expected.payload,
  ]);
}

describe('EventQueue order', () => {
  it('equals a sorted array under any mix of schedule, replace, clear, cancel, peek and pop', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 250, size: 'max' }), (operations) => {
        const queue = new EventQueue();
        const model = new SortedArray();
        const tickets: number[] = [];
        let serial = 0;
        for (const [name, source, delay, priority] of operations) {
          serial++;
          switch (name) {
            case 'schedule': {
              const timeS = queue.nowS + delay;
              const ticket = queue.schedule(timeS, priority, source, serial % 7, serial);
              model.schedule(timeS, priority, source, serial % 7, serial, ticket);
              tickets.push(ticket);
              break;
            }
            case 'replace':
              queue.replace(source, queue.nowS + delay, priority, serial % 5);
              model.replace(source, queue.nowS + delay, priority, serial % 5);
              break;
            case 'clear':
              expect(queue.clear(source)).toBe(model.clear(source));
              break;
            case 'cancel': {
              const ticket = tickets[source % Math.max(tickets.length, 1)] ?? 12_345;
              expect(queue.cancel(ticket)).toBe(model.cancel(ticket));
              break;
            }
            case 'peek':
              model.events.sort(compare);
              expect(queue.peekTimeS()).toBe(model.events[0]?.timeS ?? Number.POSITIVE_INFINITY);
              break;
            default:
              popBoth(queue, model);
          }
          expect(queue.size).toBe(model.events.length);
        }
        while (model.events.length > 0) popBoth(queue, model);
        expect(queue.pop()).toBe(false);
        expect(new Set(tickets).size).toBe(tickets.length);
      }),
      { numRuns: 400, seed: 20261 },
    );
  });

  it('yields any list of timers by time, priority, source and that source’s own order', () => {
    const timer = fc.record({ timeS: fc.nat(6), priority: priorities, source: sources });
    fc.assert(
      fc.property(fc.array(timer, { maxLength: 120, size: 'max' }), (timers) => {
        const queue = new EventQueue();
        const model = new SortedArray();
        timers.forEach((t, i) => {
          model.schedule(t.timeS, t.priority, t.source, 0, i, queue.schedule(t.timeS, t.priority, t.source, 0, i));
        });
        for (let i = 0; i <= timers.length; i++) popBoth(queue, model);
      }),
      { numRuns: 200, seed: 20262 },
    );
  });

  it('does not depend on how the schedules of different sources interleave', () => {
    const timer = fc.record({ timeS: fc.nat(4), source: fc.nat(4), key: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(timer, { maxLength: 80, size: 'max' }), (timers) => {
        const order = (list: typeof timers): number[] => {
          const queue = new EventQueue();
          for (const t of list) queue.schedule(t.timeS, 0, t.source, 0, t.key);
          const keys: number[] = [];
          while (queue.pop()) keys.push(queue.eventPayload);
          return keys;
        };
        const bySource = [...timers].sort((a, b) => b.source - a.source);
        expect(order(bySource)).toEqual(order(timers));
      }),
      { numRuns: 200, seed: 20263 },
    );
  });

  it('does not depend on how often an in-place event was set before it settled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(39), { maxLength: 40 }),
        (times, again) => {
          const order = (repeats: number[]): number[] => {
            const queue = new EventQueue();
            times.forEach((timeS, source) => void queue.replace(source, timeS, 0, 1));
            for (const pick of repeats) {
              const source = pick % times.length;
              queue.replace(source, 9, 0, 1);
              queue.replace(source, times[source]!, 0, 1);
            }
            const popped: number[] = [];
            while (queue.pop()) popped.push(queue.eventSource);
            return popped;
          };
          expect(order(again)).toEqual(order([]));
        },
      ),
      { numRuns: 200, seed: 20264 },
    );
  });

  it('puts an in-place event before the timers of the same source, time and priority, whatever was set first', () => {
    const queue = new EventQueue();
    queue.schedule(1, 0, 3, 10, 1);
    queue.replace(3, 1, 0, 20);
    queue.schedule(1, 0, 2, 30, 2);
    queue.schedule(1, -1, 9, 40, 3);
    const kinds: number[] = [];
    while (queue.pop()) kinds.push(queue.eventKind);
    expect(kinds).toEqual([40, 30, 20, 10]);
  });

  it('stays in order over thousands of entities and timers that come and go', () => {
    const queue = new EventQueue();
    let state = 12_345;
    const draw = (n: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    for (let source = 0; source < 3000; source++) queue.replace(source, draw(50), 0, 0);
    for (let i = 0; i < 3000; i++) queue.schedule(draw(50), 0, draw(3000), 1, i);
    let lastKey = [-1, -1];
    for (let i = 0; i < 40_000; i++) {
      expect(queue.pop()).toBe(true);
      const { eventTimeS, eventSource, eventKind } = queue;
      const key = [eventTimeS, eventSource];
      const isOrdered = lastKey[0]! < key[0]! || (lastKey[0] === key[0] && lastKey[1]! <= key[1]!);
      if (!isOrdered) expect.fail(`event ${i}: ${lastKey} before ${key}`);
      lastKey = key;
      // Later than now, so that the order among events of one time is the queue's alone.
      if (eventKind === 0) queue.replace(eventSource, eventTimeS + 1 + draw(50), 0, 0);
      else queue.schedule(eventTimeS + 1 + draw(50), 0, draw(3000), 1, i);
    }
    expect(queue.size).toBe(6000);
  });
});
