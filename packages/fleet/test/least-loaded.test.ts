import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeastLoaded } from '../src/index.js';

describe('LeastLoaded', () => {
  it('always names the least load, ties to the lower index, like a scan', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.integer({ min: -2, max: 3 })), { maxLength: 200 }),
        (count, updates) => {
          const tree = new LeastLoaded(count);
          const loads = new Array<number>(count).fill(0);
          for (const [raw, delta] of updates) {
            const index = raw % count;
            loads[index] = loads[index]! + delta;
            tree.add(index, delta);
            expect(tree.best).toBe(loads.indexOf(Math.min(...loads)));
            expect(tree.loadOf(index)).toBe(loads[index]);
          }
        },
      ),
    );
  });
});
