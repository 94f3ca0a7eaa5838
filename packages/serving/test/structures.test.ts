/** The small structures under the schedulers against naive ones. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockNeed } from '../src/block-need.js';
import { FutureTokens } from '../src/future-tokens.js';
import { NewTokenRatio } from '../src/new-token-ratio.js';
import { NEVER_STEP, StepHeap } from '../src/step-heap.js';

describe('block need', () => {
  it('counts what decodes visited one by one would take', () => {
    fc.assert(
      fc.property(
        // Up to 32 the residues that are there lie in the bits of a number; other sizes than powers of two divide.
        fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 32, 33, 64)),
        fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 140 }),
        fc.integer({ min: 0, max: 80 }),
        (block, offsets, step, steps, free) => {
          const need = new BlockNeed(block);
          for (const offset of offsets) need.join(offset);
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
          for (const offset of offsets) need.leave(offset);
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
      fc.property(fc.array(operation, { maxLength: 80 }), fc.boolean(), (operations, isLarge) => {
        const heap = new StepHeap();
        // The product of a step and the slots there can be needs more than 32 bits, and must lose none of them.
        const firstStep = isLarge ? 2 ** 26 : 0;
        const stride = isLarge ? 4099 : 1;
        const places = new Int32Array(16 * stride);
        const held = new Map<number, number>();
        for (const operation of operations) {
          const step = firstStep + operation.step;
          const slot = stride * operation.slot;
          if (held.has(slot)) {
            heap.remove(slot, places);
            held.delete(slot);
          } else {
            heap.push(step, slot, places);
            held.set(slot, step);
          }
          const sorted = [...held].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
          expect(heap.size).toBe(sorted.length);
          expect(heap.minStep).toBe(sorted[0]?.[1] ?? NEVER_STEP);
          if (sorted.length > 0) expect(heap.minSlot()).toBe(sorted[0]![0]);
          for (const [slotHeld] of sorted) expect(heap.slotAt(places[slotHeld]!)).toBe(slotHeld);
        }
        heap.lower(3);
        const least = Math.min(...held.values());
        expect(heap.minStep).toBe(held.size === 0 ? NEVER_STEP : least - 3);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
});

describe('future tokens', () => {
  it('are the clipped rests of all members added up, however many steps lie between', () => {
    const event = fc.record({
      kind: fc.constantFrom('join', 'join', 'leave', 'step'),
      left: fc.integer({ min: 1, max: 40 }),
      steps: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(2 ** 20)),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(event, { maxLength: 60 }), (clip, events) => {
        const future = new FutureTokens(clip);
        const places = new Int32Array(64);
        let members: { slot: number; left: number }[] = [];
        for (const [slot, { kind, left, steps }] of events.entries()) {
          if (kind === 'join') {
            // Far more than the clip now and then, so that some outlive a renumbering.
            const more = left > 30 ? left + 2 ** 21 : left;
            members.push({ slot, left: more });
            future.join(slot, more, places);
          } else if (kind === 'leave' && members.length > 0) {
            const gone = members.splice(left % members.length, 1)[0]!;
            future.leave(gone.slot, gone.left, places);
          } else if (kind === 'step') {
            const most = members.reduce((least, member) => Math.min(least, member.left), steps);
            future.advance(most);
            members = members.map((member) => ({ ...member, left: member.left - most }));
          }
          const expected = members.reduce((sum, member) => sum + Math.min(member.left, clip), 0);
          if (slot % 3 > 0) expect(future.total(places)).toBe(expected);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('the new token ratio', () => {
  it('falls from 0.7 to 0.14 of it in 600 steps, in one go or one by one', () => {
    const ratio = new NewTokenRatio(1);
    expect(ratio.value).toBe(0.7);
    const single = new NewTokenRatio(1);
    for (let i = 0; i < 300; i++) single.pass(1);
    ratio.pass(300);
    expect(ratio.value).toBe(single.value);
    expect(ratio.value).toBeCloseTo((0.7 + 0.098) / 2, 12);
    ratio.pass(5000);
    expect(ratio.value).toBeCloseTo(0.098, 12);
  });

  it('starts at 1 at most, jumps after a retraction, whose step lowers nothing, and starts afresh when idle', () => {
    const ratio = new NewTokenRatio(3);
    expect(ratio.value).toBe(1);
    ratio.jump(0.9);
    ratio.pass(1);
    expect(ratio.value).toBe(0.9);
    ratio.pass(1);
    expect(ratio.value).toBeCloseTo(0.9 - 0.86 / 600, 12);
    ratio.reset();
    expect(ratio.value).toBe(1);
  });
});
