import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeastLoaded } from '../src/index.js';

const SITES = 3;

describe('LeastLoaded', () => {
  it('always names the least load, ties to the lower index, like a scan', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.array(fc.tuple(fc.nat(69), fc.integer({ min: -2, max: 3 })), { maxLength: 200 }),
        (count, updates) => {
          const trees = new LeastLoaded(SITES, count);
          const loads = Array.from({ length: SITES }, () => new Array<number>(count).fill(0));
          for (const [raw, delta] of updates) {
            const site = raw % SITES;
            const index = raw % count;
            loads[site]![index] = loads[site]![index]! + delta;
            trees.add(site, index, delta);
            for (let s = 0; s < SITES; s++)
              expect(trees.best(s)).toBe(count === 1 ? 0 : loads[s]!.indexOf(Math.min(...loads[s]!)));
            if (count > 1) expect(trees.loadOf(site, index)).toBe(loads[site]![index]);
          }
        },
      ),
    );
  });

  it('keeps nothing for one replica a site, and 24 bytes a replica otherwise', () => {
    expect(new LeastLoaded(1_000_000, 1).columnBytes).toBe(0);
    expect(new LeastLoaded(100, 64).columnBytes / 6400).toBeLessThanOrEqual(24);
    expect(new LeastLoaded(100, 8).columnBytes / 800).toBe(10);
  });
});
