import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestTable } from '../src/index.js';

describe('slots of a request table', () => {
  it('go up one by one, and come back last in first out', () => {
    const table = new RequestTable(8);
    const slots = Array.from({ length: 200 }, () => table.allocate());
    expect(slots).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(table.capacity).toBe(256);
    table.release(7);
    table.release(3);
    expect([table.allocate(), table.allocate(), table.allocate()]).toEqual([3, 7, 200]);
    expect(table.inUse).toBe(201);
  });

  it('of a list are in the same order whatever is allocated in the others', () => {
    // What is done to list 0: true = allocate, false = release the oldest; in between, other lists are used.
    const steps = fc.array(fc.boolean(), { maxLength: 300 });
    const noise = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 20 });
    const ranks = (doings: readonly boolean[], others: readonly number[]) => {
      const table = new RequestTable(64, 3);
      const held: number[] = [];
      const seen: number[] = [];
      doings.forEach((isNew, step) => {
        const other = others[step % Math.max(1, others.length)];
        if (other !== undefined) expect(table.listOf(table.allocate(other))).toBe(other);
        if (isNew) {
          const slot = table.allocate(0);
          expect(table.listOf(slot)).toBe(0);
          expect(held).not.toContain(slot);
          held.push(slot);
          seen.push(slot);
        } else if (held.length > 0) table.release(held.shift()!);
      });
      const ascending = [...new Set(seen)].sort((a, b) => a - b);
      return seen.map((slot) => ascending.indexOf(slot));
    };
    fc.assert(
      fc.property(steps, noise, (doings, others) => {
        expect(ranks(doings, others)).toEqual(ranks(doings, []));
      }),
    );
  });

  it('of a list lie together in runs of 64, and no more runs are begun than the lists need', () => {
    const table = new RequestTable(64, 3);
    const lists = Array.from({ length: 3 * 200 }, (_, step) => step % 3);
    const runs = (list: number, slots: readonly number[]) =>
      new Set(slots.filter((_, step) => lists[step] === list).map((slot) => Math.floor(slot / 64)));
    const first = lists.map((list) => table.allocate(list));
    expect(new Set(first).size).toBe(600);
    for (const list of [0, 1, 2]) expect(runs(list, first).size).toBe(Math.ceil(200 / 64));
    for (let round = 0; round < 50; round++) {
      for (const slot of first) table.release(slot);
      expect(new Set(lists.map((list) => table.allocate(list)))).toEqual(new Set(first));
    }
    expect(table.capacity).toBe(1024);
  });

  it('take what a request is from a slot of another table', () => {
    const from = new RequestTable(8);
    const slot = from.allocate();
    from.requestId[slot] = 77;
    from.promptTokens[slot] = 500;
    from.sentS[slot] = 1.5;
    from.prefix[slot] = { ids: Float64Array.of(1), tokens: Int32Array.of(20), totalTokens: 20 };
    const to = new RequestTable(8, 2);
    const taken = to.allocate(1);
    to.copyFrom(from, slot, taken);
    expect([to.requestId[taken], to.promptTokens[taken], to.sentS[taken]]).toEqual([77, 500, 1.5]);
    expect(to.prefix[taken]).toBe(from.prefix[slot]);
  });
});
