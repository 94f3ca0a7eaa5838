/**
 * The parts of the event set at the sizes where they take over from each other (list, buckets, crowd), against a list kept
 * in order: times that all tie, tie often, never tie, come in two scales, or lie extremely far apart.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/event-queue.js';

const GENERATION_COLUMN = 5;
const LAST_LIVE_GENERATION = 2 ** 27 - 3;

interface ListedEvent {
  timeS: number;
  priority: number;
  source: number;
  /** -1 for the in-place event, else the source's own count. */
  sequence: number;
  payload: number;
  ticket: number;
}

function compare(a: ListedEvent, b: ListedEvent): number {
  return a.timeS - b.timeS || a.priority - b.priority || a.source - b.source || a.sequence - b.sequence;
}

/** The oracle: a list in order, each event put in where it belongs. */
class OrderedList {
  readonly events: ListedEvent[] = [];

  add(event: ListedEvent): void {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.events[middle]!, event) < 0) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, event);
  }

  drop(isMeant: (event: ListedEvent) => boolean): boolean {
    const index = this.events.findIndex(isMeant);
    if (index >= 0) this.events.splice(index, 1);
    return index >= 0;
  }
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const DELAYS: Record<string, (draw: () => number) => number> = {
  'all at one time': () => 0,
  'many ties': (draw) => Math.floor(4 * draw()),
  'few ties': (draw) => Math.floor(500 * draw()) / 8,
  exponential: (draw) => -Math.log(1 - draw()),
  'two scales': (draw) => (draw() < 0.9 ? draw() : 1000 * draw()),
  'far apart': (draw) => 10 ** (300 * draw() - 200),
  'ties and outliers': (draw) => (draw() < 0.95 ? Math.floor(3 * draw()) : 1e12 * draw()),
  'closer than doubles tell': (draw) => Math.floor(3 * draw()) * 2 ** -1074,
};

/** Drives both through phases of growth, holding and shrinking, with every operation in the mix. */
function compareRun(delayOf: (draw: () => number) => number, seed: number, most: number): void {
  const draw = generator(seed);
  const queue = new EventQueue();
  const list = new OrderedList();
  const sequences = new Map<number, number>();
  const tickets: number[] = [];
  const sourceCount = 1 + Math.floor(draw() * most);
  const popBoth = () => {
    const expected = list.events.shift();
    if (draw() < 0.5) expect(queue.peekTimeS()).toBe(expected?.timeS ?? Number.POSITIVE_INFINITY);
    expect(queue.pop()).toBe(expected !== undefined);
    if (expected === undefined) return;
    const popped = [queue.eventTimeS, queue.eventSource, queue.eventPayload];
    expect(popped).toEqual([expected.timeS, expected.source, expected.payload]);
  };
  for (let i = 1; i <= 6 * most; i++) {
    const growth = i < 2 * most ? 0.2 : i < 4 * most ? 0.5 : 0.6;
    const timeS = queue.nowS + delayOf(draw);
    const priority = Math.floor(3 * draw()) - 1;
    const source = Math.floor(draw() * sourceCount);
    const choice = draw();
    if (choice < growth) {
      popBoth();
    } else if (choice < growth + 0.03) {
      expect(queue.clear(source)).toBe(list.drop((e) => e.source === source && e.sequence < 0));
    } else if (choice < growth + 0.08) {
      const ticket = tickets[Math.floor(draw() * tickets.length)] ?? 1;
      expect(queue.cancel(ticket)).toBe(list.drop((e) => e.ticket === ticket));
    } else if (draw() < 0.5) {
      queue.replace(source, timeS, priority, 0);
      list.drop((e) => e.source === source && e.sequence < 0);
      list.add({ timeS, priority, source, sequence: -1, payload: 0, ticket: 0 });
      expect(queue.pendingTimeS(source)).toBe(timeS);
    } else {
      const ticket = queue.schedule(timeS, priority, source, 1, i);
      const sequence = sequences.get(source) ?? 0;
      sequences.set(source, sequence + 1);
      list.add({ timeS, priority, source, sequence, payload: i, ticket });
      tickets.push(ticket);
    }
    if (queue.size !== list.events.length) expect.fail(`size ${queue.size}, expected ${list.events.length}`);
  }
  while (list.events.length > 0) popBoth();
  expect([queue.size, queue.pop()]).toEqual([0, false]);
}

describe('event set', () => {
  it.each(Object.keys(DELAYS))('keeps the order of a list: %s', (name) => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.constantFrom(12, 40, 100, 400), (seed, most) => {
        compareRun(DELAYS[name]!, seed, most);
      }),
      { numRuns: 15, seed: 20266 },
    );
  });

  it('orders a hundred thousand events of one time, set in the worst order', () => {
    const queue = new EventQueue();
    for (let source = 99_999; source >= 0; source--) queue.replace(source, 1, 0, 0);
    for (let source = 0; source < 100_000; source++) {
      if (!queue.pop() || queue.eventSource !== source) expect.fail(`source ${queue.eventSource}, expected ${source}`);
    }
    expect(queue.size).toBe(0);
  });

  it('finds events before all buckets after the clock has stood still', () => {
    const queue = new EventQueue();
    for (let source = 0; source < 200; source++) queue.replace(source, 1000 + source, 0, 0);
    expect(queue.peekTimeS()).toBe(1000);
    for (let source = 0; source < 200; source++) queue.schedule(source / 256, 0, source, 1, source);
    for (let source = 0; source < 200; source++) expect(queue.pop() && queue.eventPayload).toBe(source);
    for (let source = 0; source < 200; source++) expect(queue.pop() && queue.eventSource).toBe(source);
    expect(queue.pop()).toBe(false);
  });
});

/** A state that takes 67 million timers in one slot to reach, so it is set here. */
function queueWithWornSlot(): EventQueue {
  const queue = new EventQueue();
  (queue as unknown as { columns: Int32Array }).columns[GENERATION_COLUMN] = LAST_LIVE_GENERATION - 1;
  return queue;
}

describe('a slot at the end of its generations', () => {
  it('is retired when its timer fires', () => {
    const queue = queueWithWornSlot();
    const last = queue.schedule(1, 0, 0, 0, 11);
    expect(last).toBe(LAST_LIVE_GENERATION * 2 ** 26);
    expect(Number.isSafeInteger(last)).toBe(true);
    expect(queue.pop() && queue.eventPayload).toBe(11);
    const next = queue.schedule(2, 0, 0, 0, 12);
    expect(next % 2 ** 26).toBe(1);
    expect(queue.cancel(last)).toBe(false);
    expect(queue.pop() && queue.eventPayload).toBe(12);
    expect([queue.size, queue.peekTimeS()]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('is retired when its timer is cancelled', () => {
    const queue = queueWithWornSlot();
    const last = queue.schedule(1, 0, 0, 0, 11);
    expect([queue.cancel(last), queue.cancel(last)]).toEqual([true, false]);
    expect(queue.peekTimeS()).toBe(Number.POSITIVE_INFINITY);
    expect(queue.schedule(2, 0, 0, 0, 12) % 2 ** 26).toBe(1);
    expect(queue.size).toBe(1);
  });

  it('is not cancelled by the ticket that an in-place event would have', () => {
    const queue = new EventQueue();
    queue.replace(3, 1, 0, 7);
    expect(queue.cancel(2 ** 26)).toBe(false);
    expect(queue.pop() && queue.eventKind).toBe(7);
  });
});

describe('several event sets', () => {
  it.each([3, 20, 200])('used by turns with %i sources keep their own order', (sources) => {
    const draw = generator(sources);
    const queues = [new EventQueue(), new EventQueue(), new EventQueue()];
    const pending = queues.map(() => new Map<number, number>());
    const set = (which: number, source: number) => {
      const timeS = queues[which]!.nowS + Math.floor(8 * draw()) / 4;
      queues[which]!.replace(source, timeS, 0, which);
      pending[which]!.set(source, timeS);
    };
    for (let which = 0; which < 3; which++) for (let source = 0; source < sources; source++) set(which, source);
    for (let i = 0; i < 3000; i++) {
      const which = Math.floor(3 * draw());
      const queue = queues[which]!;
      const first = [...pending[which]!].reduce((a, b) => (b[1] < a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a));
      expect(queue.peekTimeS()).toBe(first[1]);
      expect(queue.pop()).toBe(true);
      expect([queue.eventSource, queue.eventTimeS, queue.eventKind]).toEqual([...first, which]);
      set(which, queue.eventSource);
      set(which, Math.floor(sources * draw()));
      expect(queue.size).toBe(sources);
    }
  });
});
