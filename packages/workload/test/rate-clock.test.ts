import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateProfiles } from '../src/profile/rate-profiles.js';
import { RateClock } from '../src/source/rate-clock.js';
import { TimeHeap } from '../src/source/time-heap.js';

describe('rate clock', () => {
  it('integrates the hourly multipliers from the start hour', () => {
    const clock = new RateClock({ multipliers: [...new Array<number>(22).fill(1), 3, 0], startHour: 21.5 });
    expect(clock.operational(1_800)).toBeCloseTo(1_800, 9);
    expect(clock.operational(1_800 + 3_600)).toBeCloseTo(1_800 + 3 * 3_600, 9);
    expect(clock.operational(1_800 + 2 * 3_600)).toBeCloseTo(1_800 + 3 * 3_600, 9);
    expect(clock.time(1_800 + 1.5 * 3_600)).toBeCloseTo(1_800 + 1_800, 9);
    expect(clock.time(1_800 + 3 * 3_600 + 60)).toBeCloseTo(1_800 + 2 * 3_600 + 60, 6);
    expect(clock.time(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it('inverts itself and never runs backwards, for any profile', () => {
    const multipliers = fc
      .array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 10, noNaN: true })), { minLength: 1, maxLength: 168 })
      .filter((list) => list.some((value) => value > 0));
    const times = fc.array(fc.double({ min: 0, max: 2e6, noNaN: true }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(multipliers, fc.integer({ min: 0, max: 200 }), times, (list, startHour, unsorted) => {
        const clock = new RateClock({ multipliers: list, startHour });
        const operational = unsorted.sort((a, b) => a - b).map((timeS) => clock.operational(timeS));
        const back = operational.map((value) => clock.time(value));
        for (let i = 0; i < back.length; i++) {
          expect(clock.operational(back[i]!)).toBeCloseTo(operational[i]!, 4);
          if (i === 0) continue;
          expect(operational[i]!).toBeGreaterThanOrEqual(operational[i - 1]!);
          expect(back[i]!).toBeGreaterThanOrEqual(back[i - 1]!);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses profiles without traffic or with impossible hours', () => {
    expect(() => new RateClock({ multipliers: [0, 0], startHour: 0 })).toThrow(RangeError);
    expect(() => new RateClock({ multipliers: [], startHour: 0 })).toThrow(RangeError);
    expect(() => new RateClock({ multipliers: [1, -1], startHour: 0 })).toThrow(/hour 1/);
    expect(() => new RateClock({ multipliers: [1], startHour: -1 })).toThrow(RangeError);
  });
});

describe('ready rate profiles', () => {
  it('are days or weeks of mean 1, each with a source', () => {
    for (const { id, multipliers, source } of rateProfiles()) {
      expect([24, 168]).toContain(multipliers.length);
      expect(multipliers.reduce((sum, value) => sum + value, 0) / multipliers.length).toBeCloseTo(1, 12);
      expect(Math.min(...multipliers)).toBeGreaterThan(0);
      expect(source.length).toBeGreaterThan(20);
      expect(rateProfiles().filter((other) => other.id === id)).toHaveLength(1);
    }
  });
});

describe('time heap', () => {
  it('gives pairs by time, then by number, like a sorted list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 50 }), (times) => {
        const heap = new TimeHeap(times.length);
        times.forEach((time, number) => {
          heap.push(time, number);
        });
        expect(() => heap.push(0, 0)).toThrow(RangeError);
        const first = heap.firstNumber;
        const moved = heap.firstTime + 2;
        heap.replaceFirst(moved);
        const expected = times.map((time, number) => [number === first ? moved : time, number] as const);
        expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        for (const [time, number] of expected) {
          expect([heap.firstTime, heap.firstNumber]).toEqual([time, number]);
          heap.removeFirst();
        }
        expect(heap.firstTime).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
