/** The small structures under the schedulers against naive ones. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockNeed } from '../src/block-need.js';
import { StepHeap } from '../src/step-heap.js';

describe('block need', () => {
  it('counts what decodes visited one by one would take', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 80 }),
        (block, offsets, step, steps, free) => {
          const need = new BlockNeed(block);
          for (const offset of offsets) need.change(offset, 1);
          // Blocks of a context of n tokens: ceil(n / block). A step with context n needs one more than n - 1 had.
          const inStep = (at: number) =>
            offsets.filter((offset) => Math.ceil((offset + at) / block) > Math.ceil((offset + at - 1) / block)).length;
          let total = 0;
          let lasting = 0;
          let left = free;
          for (let i = 0; i < steps; i++) {
            total += inStep(step + i);
            left -= inStep(step + i);
            if (left >= 0) lasting = i + 1;
          }
          expect(need.inStep(step)).toBe(inStep(step));
          expect(need.over(step, steps)).toBe(total);
          expect(need.lasting(step, free, steps)).toBe(lasting);
          for (const offset of offsets)
            expect(need.needs(offset, step)).toBe((((offset + step - 1) % block) + block) % block === 0);
          for (const offset of offsets) need.change(offset, -1);
          expect(need.over(step, steps)).toBe(0);
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('step heap', () => {
  it('yields the earliest step, then the smallest slot, whatever was removed between', () => {
    const operation = fc.record({ step: fc.integer({ min: 0, max: 20 }), slot: fc.integer({ min: 0, max: 15 }) });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const heap = new StepHeap();
        const places = new Int32Array(16);
        const held = new Map<number, number>();
        for (const { step, slot } of operations) {
          if (held.has(slot)) {
            heap.remove(slot, places);
            held.delete(slot);
          } else {
            heap.push(step, slot, places);
            held.set(slot, step);
          }
          const sorted = [...held].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
          expect(heap.size).toBe(sorted.length);
          expect(heap.minStep()).toBe(sorted[0]?.[1] ?? Number.POSITIVE_INFINITY);
          if (sorted.length > 0) expect(heap.minSlot()).toBe(sorted[0]![0]);
          for (const [slotHeld] of sorted) expect(heap.slotAt(places[slotHeld]!)).toBe(slotHeld);
        }
        heap.lower(3);
        const least = Math.min(...held.values());
        expect(heap.minStep()).toBe(held.size === 0 ? Number.POSITIVE_INFINITY : least - 3);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});
