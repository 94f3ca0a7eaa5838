import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isInShard, parseShard } from '../src/index.js';

it('shards share the trials out: each trial belongs to exactly one, sizes differ by at most one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 30 }), (trials, count) => {
      const sizes = new Array<number>(count).fill(0);
      for (let trial = 1; trial <= trials; trial++) {
        const owners = sizes.flatMap((_, at) => (isInShard(trial, { index: at + 1, count }) ? [at] : []));
        expect(owners.length).toBe(1);
        sizes[owners[0]!]!++;
      }
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

it.each(['0/3', '4/3', '1/0', '1', 'a/b', '1/3/4', '-1/3', ''])('%j is no shard', (text) => {
  expect(parseShard(text)).toBeNull();
});

it('2/3 is a shard', () => {
  expect(parseShard('2/3')).toEqual({ index: 2, count: 3 });
});
