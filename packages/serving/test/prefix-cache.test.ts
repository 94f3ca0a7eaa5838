/** Prefix caching on batches worked by hand (blocks of 4 tokens, one second a step), and the block pool by itself. */

import { describe, expect, it } from 'vitest';
import { BlockPool } from '../src/block-pool.js';
import { REAL_SHIFT, Real, ServiceColumns, WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { chain, column, type RequestPlan, type SETTINGS, serve } from './world.js';

const unit = new LinearModel(UNIT);
const run = (change: Partial<typeof SETTINGS>, plans: RequestPlan[]) => {
  const outcome = serve({ enablePrefixCaching: true, ...change }, unit, plans);
  expect(serve({ enablePrefixCaching: true, ...change }, unit, plans, { stepByStep: true }).notes).toEqual(
    outcome.notes,
  );
  return outcome;
};

describe('prefix hits', () => {
  it('reuses full blocks of the shared prefix only', () => {
    // 10 shared tokens are 2 full blocks of 4; the third block holds 2 shared and other tokens.
    const outcome = run({}, [
      { atS: 0, prompt: 14, output: 1, prefix: chain([7, 10]) },
      { atS: 5, prompt: 14, output: 1, prefix: chain([7, 10]) },
    ]);
    expect(column(outcome, 'CACHED_TOKENS', 2)).toEqual([0, 8]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 2)).toEqual([14, 6]);
  });

  it('computes one token at least, which costs a prompt that is cached in full its last block', () => {
    const outcome = run({}, [
      { atS: 0, prompt: 12, output: 1, prefix: chain([7, 12]) },
      { atS: 5, prompt: 12, output: 1, prefix: chain([7, 12]) },
    ]);
    expect(column(outcome, 'CACHED_TOKENS', 2)).toEqual([0, 8]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 2)).toEqual([12, 4]);
  });

  it('hits blocks that another request only began to compute in the same step', () => {
    const outcome = run({}, [
      { atS: 0, prompt: 9, output: 1, prefix: chain([7, 8]) },
      { atS: 0, prompt: 9, output: 1, prefix: chain([7, 8]) },
    ]);
    expect(column(outcome, 'CACHED_TOKENS', 2)).toEqual([0, 8]);
  });

  it('shares exactly the segments that agree in id and length', () => {
    const first = { atS: 0, prompt: 21, output: 1, prefix: chain([1, 6], [2, 6], [3, 8]) };
    const cached = (prefix: ReturnType<typeof chain>) =>
      run({}, [first, { atS: 5, prompt: 30, output: 1, prefix }]).columns.whole[
        (1 << WHOLE_SHIFT) | Whole.CACHED_TOKENS
      ];
    expect(cached(chain([1, 6], [2, 6], [3, 8]))).toBe(20);
    // The block of tokens 8 to 11 ends with segment 2, the next one lies in segment 3.
    expect(cached(chain([1, 6], [2, 6], [4, 8]))).toBe(12);
    // Segment 2 has another length: only block 0 lies within segment 1.
    expect(cached(chain([1, 6], [2, 7], [3, 8]))).toBe(4);
    expect(cached(chain([2, 6], [1, 6], [3, 8]))).toBe(0);
  });

  it('finds nothing without prefix caching', () => {
    const outcome = run({ enablePrefixCaching: false }, [
      { atS: 0, prompt: 12, output: 1, prefix: chain([7, 12]) },
      { atS: 5, prompt: 12, output: 1, prefix: chain([7, 12]) },
    ]);
    expect(column(outcome, 'CACHED_TOKENS', 2)).toEqual([0, 0]);
  });

  it('evicts what was freed first, and of one sequence its tail first', () => {
    const outcome = run({ numBlocks: 8 }, [
      { atS: 0, prompt: 9, output: 1, prefix: chain([1, 8]) },
      { atS: 5, prompt: 9, output: 1, prefix: chain([2, 8]) },
      // Free list: 2 never used, A's private block, A1, A0, B's private block, B1, B0. Four blocks: as far as A1.
      { atS: 10, prompt: 16, output: 1 },
    ]);
    expect(outcome.replica.cachedPrefixTokens(0)).toBe(4);
    expect(outcome.replica.cachedPrefixTokens(1)).toBe(8);
  });

  it('counts free blocks that are hit as taken when it admits', () => {
    // 4 blocks: A's prefix is cached in 2 free ones. B runs with 2 blocks. C hits 2 and needs 1: 3 > 2 free.
    const outcome = run({ numBlocks: 4 }, [
      { atS: 0, prompt: 8, output: 1, prefix: chain([1, 8]) },
      { atS: 5, prompt: 7, output: 2 },
      { atS: 5.5, prompt: 9, output: 1, prefix: chain([1, 8]) },
    ]);
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0, 5, 7]);
    expect(outcome.columns.whole[(2 << WHOLE_SHIFT) | Whole.CACHED_TOKENS]).toBe(8);
  });

  it('gives a preempted request its own blocks back as far as nobody took them', () => {
    // 6 blocks. A: 8 tokens, B: 9 tokens (3 blocks). At 1 A needs a third block, B has room until context 12.
    const outcome = run({ numBlocks: 5 }, [
      { atS: 0, prompt: 8, output: 3 },
      { atS: 0, prompt: 9, output: 3 },
    ]);
    // At 1: A needs a block, none is free: B goes and frees 3 (1 partial, 2 full); A takes the partial one, B's tail.
    // At 2 B needs 2 hits + 1 new = 3, free are 2. At 3 A has gone: B hits 8 of its 10 tokens and computes 2.
    expect(outcome.notes.filter((note) => note[1] === 'preempted')).toEqual([[1, 'preempted', 1]]);
    expect(outcome.columns.real[(1 << REAL_SHIFT) | Real.LAST_TOKEN_S]).toBe(5);
    expect(outcome.columns.whole[(1 << WHOLE_SHIFT) | Whole.COMPUTED_PREFILL_TOKENS]).toBe(11);
    expect(outcome.columns.whole[(1 << WHOLE_SHIFT) | Whole.RECOMPUTED_TOKENS]).toBe(2);
    expect(outcome.columns.whole[(1 << WHOLE_SHIFT) | Whole.CACHED_TOKENS]).toBe(0);
  });

  it('tells how much of a prompt is cached now', () => {
    const outcome = run({}, [
      { atS: 0, prompt: 14, output: 1, prefix: chain([7, 10]) },
      { atS: 1, prompt: 8, output: 1, prefix: chain([7, 8]) },
    ]);
    expect(outcome.replica.cachedPrefixTokens(0)).toBe(8);
    // One token is always computed.
    expect(outcome.replica.cachedPrefixTokens(1)).toBe(4);
  });
});

describe('block pool', () => {
  const build = () => {
    const columns = new ServiceColumns(8);
    for (let slot = 0; slot < 8; slot++) columns.start(slot, 0, 0, 1, 1);
    return { pool: new BlockPool(4, columns), columns };
  };

  it('keeps several blocks with one content and hits the oldest that is left', () => {
    const { pool, columns } = build();
    const prefix = chain([1, 4]);
    for (let slot = 0; slot < 4; slot++) pool.publish(slot, prefix, 1);
    expect(pool.audit()).toEqual({ listedBlocks: 0, cachedFreeBlocks: 0, heldKeyedBlocks: 4 });
    // Freed in the order 1, 0, 3, 2; the oldest copy, 0, is hit although 1 was freed before it.
    for (const slot of [1, 0, 3, 2]) pool.release(slot, 1, 1, false);
    expect(pool.lookUp(prefix, 1)).toBe(1);
    pool.takeHits(5, 1);
    expect(columns.whole[(5 << WHOLE_SHIFT) | Whole.KEYED_BLOCKS]).toBe(1);
    expect(pool.audit()).toEqual({ listedBlocks: 3, cachedFreeBlocks: 3, heldKeyedBlocks: 1 });
    pool.release(5, 1, 1, false);
    // Old end: copies 1, 3, 2, 0. Each eviction leaves the content findable until the last.
    for (let left = 4; left > 0; left--) {
      expect(pool.lookUp(prefix, 1)).toBe(1);
      pool.evict(1);
    }
    expect(pool.lookUp(prefix, 1)).toBe(0);
    expect(pool.audit().listedBlocks).toBe(0);
  });

  it('lists blocks without content behind those that have it, never alone', () => {
    const { pool } = build();
    const prefix = chain([1, 8]);
    pool.release(0, 2, 0, false);
    expect(pool.audit().listedBlocks).toBe(0);
    pool.publish(0, prefix, 2);
    // Its partial block goes first and is not listed, its two shared ones are; then come two of another's.
    expect(pool.release(0, 3, 2, false)).toBe(3);
    expect(pool.release(1, 2, 2, false)).toBe(2);
    expect(pool.audit()).toEqual({ listedBlocks: 4, cachedFreeBlocks: 2, heldKeyedBlocks: 0 });
    pool.evict(1);
    expect(pool.lookUp(prefix, 2)).toBe(1);
    pool.evict(2);
    expect(pool.lookUp(prefix, 2)).toBe(0);
    expect(pool.audit()).toEqual({ listedBlocks: 1, cachedFreeBlocks: 0, heldKeyedBlocks: 0 });
  });

  it('throws when more blocks are evicted than are in the list', () => {
    const { pool } = build();
    expect(() => pool.evict(1)).toThrow(/1 blocks wanted, 0 in the free list/);
  });

  it('holds ten thousand keys through growth and eviction', () => {
    const { pool } = build();
    for (let id = 0; id < 20_000; id++) {
      if (id >= 10_000) pool.evict(1);
      pool.publish(0, chain([id * 4_294_967_296 + (id % 7), 4]), 1);
      pool.release(0, 1, 1, false);
    }
    expect(pool.audit()).toEqual({ listedBlocks: 10_000, cachedFreeBlocks: 10_000, heldKeyedBlocks: 0 });
    let found = 0;
    for (let id = 0; id < 20_000; id++) {
      const hit = pool.lookUp(chain([id * 4_294_967_296 + (id % 7), 4]), 1);
      expect(hit).toBe(id < 10_000 ? 0 : 1);
      found += hit;
    }
    expect(found).toBe(10_000);
  });
});
