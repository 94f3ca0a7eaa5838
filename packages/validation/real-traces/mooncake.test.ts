import { openFileBytes, type ReplicationResult } from '@infersim/runner';
import { inspectTrace } from '@infersim/workload';
import { describe, expect, it } from 'vitest';
import { figureOf } from '../src/small-plans.js';
import { expectAccountedFor, replay, tracePath } from './accounts.js';

const FILE = 'mooncake-conversation.jsonl.gz';
const REQUESTS = 12_031;
const BLOCK_TOKENS = 512;

/** Share of prompt tokens, and of the trace's blocks of 512 tokens, that were found in the cache. */
function hitShares(result: ReplicationResult): { tokens: number; blocks: number } {
  const { prompt_tokens: prompts, cached_tokens: cached } = result.requests!.columns;
  let promptTokens = 0;
  let cachedTokens = 0;
  let promptBlocks = 0;
  let cachedBlocks = 0;
  prompts.forEach((tokens, row) => {
    promptTokens += tokens;
    cachedTokens += cached[row]!;
    promptBlocks += Math.ceil(tokens / BLOCK_TOKENS);
    cachedBlocks += Math.ceil(cached[row]! / BLOCK_TOKENS);
  });
  return { tokens: cachedTokens / promptTokens, blocks: cachedBlocks / promptBlocks };
}

describe('the Mooncake conversation trace with prefix caching', () => {
  it('eight replicas with real memory: every request is accounted for, the cache helps, and less than without limit', () => {
    const result = replay('mooncake.yaml', FILE);
    expectAccountedFor(result, REQUESTS);
    expect(figureOf(result, 'requests_completed')).toBe(REQUESTS);
    const { tokens } = hitShares(result);
    expect(tokens).toBeGreaterThan(0.05);
    expect(tokens).toBeLessThan(0.374);
    expect(figureOf(result, 'tokens_cached')).toBe(
      result.requests!.columns.cached_tokens.reduce((sum, n) => sum + n, 0),
    );
  });

  it('one replica without limit, blocks of 512: 36.6 % of blocks and 37.3 % of tokens, all whole blocks there are', () => {
    // The trace shares 37.4 % of tokens counting blocks that are partly filled; an engine reuses only whole blocks.
    const result = replay('mooncake-unlimited.yaml', FILE);
    expectAccountedFor(result, REQUESTS);
    expect(figureOf(result, 'requests_completed')).toBe(REQUESTS);
    expect(figureOf(result, 'preemptions')).toBe(0);
    const { blocks, tokens } = hitShares(result);
    expect(blocks).toBeCloseTo(0.366, 3);
    expect(tokens).toBeCloseTo(0.3734, 4);
  });

  it('one replica without limit, blocks of 16: 36.6 % of blocks and 37.4 % of tokens', () => {
    const result = replay('mooncake-unlimited.yaml', FILE, [
      'grids.cloud.sites.virginia.pools.chat-8b.engine.block_size=16',
      'grids.cloud.sites.virginia.pools.chat-8b.engine.num_gpu_blocks_override=20000000',
    ]);
    const { blocks, tokens } = hitShares(result);
    expect(blocks).toBeCloseTo(0.366, 3);
    expect(tokens).toBeCloseTo(0.374, 3);
  });

  it('the curve of a cache of limited size: 4.5, 21.2, 32.6, 35.5 and 36.4 % of blocks', () => {
    const capacities = [1_000, 10_000, 30_000, 50_000, 100_000];
    const { prefix, emitted } = inspectTrace(
      openFileBytes,
      {
        path: tracePath(FILE),
        format: 'mooncake',
        badRows: 'refuse',
      },
      { lruCapacitiesBlocks: capacities },
    );
    expect(emitted).toBe(REQUESTS);
    expect(prefix!.hitBlockShare).toBeCloseTo(0.366, 3);
    expect(prefix!.hitTokenShare).toBeCloseTo(0.374, 3);
    const curve = prefix!.lru.map(({ hitBlockShare }) => Math.round(1000 * hitBlockShare) / 10);
    expect(curve).toEqual([4.5, 21.2, 32.6, 35.5, 36.4]);
  });
});
