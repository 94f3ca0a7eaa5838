/** TensorRT-LLM's two capacity policies on batches worked by hand. Every step takes one second; blocks of four tokens. */

import { describe, expect, it } from 'vitest';
import { REAL_SHIFT, Real } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { chain, column, type Outcome, type RequestPlan, type SETTINGS, serve } from './world.js';

type Change = Partial<typeof SETTINGS>;
const unit = new LinearModel(UNIT);
const noEvict = { scheduler: 'trtllm-no-evict' } as const;
const maxUtilization = { scheduler: 'trtllm-max-utilization' } as const;

function run(change: Change, plans: RequestPlan[]): Outcome {
  const leaping = serve(change, unit, plans);
  const stepping = serve(change, unit, plans, { stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(stepping.segments).toEqual(leaping.segments);
  return leaping;
}

const steps = (outcome: Outcome) => outcome.segments.map((s) => [s.fromS, s.decodes, s.prefillTokens]);
const admitted = (outcome: Outcome, count: number) => column(outcome, 'ADMITTED_S', count);
const last = (outcome: Outcome, count: number) => column(outcome, 'LAST_TOKEN_S', count);

describe('no eviction', () => {
  const plans = [
    { atS: 0, prompt: 4, output: 3, declared: 12 },
    { atS: 0, prompt: 4, output: 2, declared: 8 },
  ];

  it('admits only what fits beside everything that running requests declared', () => {
    // A: 16 tokens, 4 blocks of 6. B: 12 tokens, 3 blocks: when A has gone, after 3 tokens of 12.
    const outcome = run({ ...noEvict, numBlocks: 6 }, plans);
    expect(admitted(outcome, 2)).toEqual([0, 3]);
    expect(column(outcome, 'PREEMPTIONS', 2)).toEqual([0, 0]);
    expect(admitted(run({ numBlocks: 6 }, plans), 2)).toEqual([0, 0]);
    expect(admitted(run({ ...noEvict, numBlocks: 7 }, plans), 2)).toEqual([0, 0]);
  });

  it('hands blocks out as tokens come', () => {
    const [first, second] = run({ ...noEvict, numBlocks: 6 }, plans).segments;
    expect([first!.usedBlocksFrom, second!.usedBlocksFrom, second!.usedBlocksTo]).toEqual([1, 2, 2]);
  });

  it('reserves no more than the cache holds, so that who declares too much is served alone', () => {
    const outcome = run({ ...noEvict, numBlocks: 6 }, [
      { atS: 0, prompt: 4, output: 2, declared: 1000 },
      { atS: 0, prompt: 4, output: 2, declared: 2 },
      { atS: 0, prompt: 20, output: 6 },
    ]);
    expect(admitted(outcome, 3)).toEqual([0, 2, Number.NaN]);
    expect(outcome.notes[0]).toEqual([0, 'refused', 2]);
  });

  it('counts blocks that several hold once', () => {
    // 17 tokens each: 5 blocks; the first two are shared once A has computed them. 5 + 5 + 5 - 2 = 13.
    const alike = [0, 1.5, 2.5].map((atS) => ({ atS, prompt: 9, output: 8, prefix: chain([1, 8]) }));
    const settings = { ...noEvict, numBlocks: 13, enablePrefixCaching: true };
    const outcome = run(settings, alike);
    expect(admitted(outcome, 3)).toEqual([0, 2, 3]);
    expect(column(outcome, 'CACHED_TOKENS', 3)).toEqual([0, 8, 8]);
    expect(admitted(run({ ...settings, enablePrefixCaching: false }, alike), 3)).toEqual([0, 2, 8]);
    expect(admitted(run({ ...settings, numBlocks: 12 }, alike), 3)).toEqual([0, 2, 8]);
  });
});

describe('maximal utilisation', () => {
  it('admits a prompt only when blocks for all of it are free', () => {
    // At 1 A holds 2 of 5 blocks. B's 16 tokens need 4; vLLM needs 2 for its first 7 tokens.
    const plans = [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0.5, prompt: 16, output: 1 },
    ];
    const settings = { numBlocks: 5, maxNumBatchedTokens: 8 };
    expect(admitted(run({ ...settings, ...maxUtilization }, plans), 2)).toEqual([0, 9]);
    expect(admitted(run(settings, plans), 2)).toEqual([0, 1]);
  });

  it('takes all blocks of a prompt with its first chunk', () => {
    const outcome = run({ ...maxUtilization, maxNumBatchedTokens: 8 }, [{ atS: 0, prompt: 20, output: 1 }]);
    expect(outcome.segments.map((s) => [s.prefillTokens, s.usedBlocksFrom])).toEqual([
      [8, 5],
      [8, 5],
      [4, 5],
    ]);
  });

  it('pauses the youngest when the next step does not fit, and computes it again', () => {
    // A and B hold 2 blocks each of 4 when both reach 8 tokens at 5. B is paused with 5 tokens made; 9 tokens need 3 blocks,
    // which are free when A has gone at 9. 9-10: B's 9 tokens; then tokens 7 to 9.
    const outcome = run({ ...maxUtilization, numBlocks: 4 }, [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0, prompt: 4, output: 9 },
    ]);
    expect(outcome.notes.slice(2)).toEqual([
      [5, 'preempted', 1],
      [9, 'finished', 0],
      [13, 'finished', 1],
    ]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 2)).toEqual([4, 13]);
  });

  it('pauses no more than it must', () => {
    // At 5 each of three needs a third block of 6: C's two do for A and B.
    const outcome = run({ ...maxUtilization, numBlocks: 6 }, [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0, prompt: 4, output: 9 },
    ]);
    expect(outcome.notes.filter((note) => note[1] === 'preempted')).toEqual([[5, 'preempted', 2]]);
    expect(last(outcome, 3)).toEqual([9, 9, 13]);
  });
});

describe('the micro-batch', () => {
  it('cuts prompts at multiples of the block', () => {
    // Budget 7: 4, then all of the 6 left; vLLM takes 7 and 3.
    const plans = [{ atS: 0, prompt: 10, output: 1 }];
    const budget = { maxNumBatchedTokens: 7, maxNumSeqs: 7 };
    expect(run({ ...noEvict, ...budget }, plans).segments.map((s) => s.prefillTokens)).toEqual([4, 6]);
    expect(run(budget, plans).segments.map((s) => s.prefillTokens)).toEqual([7, 3]);
  });

  it('starts nobody behind a prompt that is cut', () => {
    // Budget 8. 0-1: A 6, of the 2 left no block. 1-2: B 4 of 10 beside A's token. 2-3: B 6, C does not fit. 3-4: C 2.
    const outcome = run({ ...noEvict, maxNumBatchedTokens: 8 }, [
      { atS: 0, prompt: 6, output: 5 },
      { atS: 0, prompt: 10, output: 1 },
      { atS: 0, prompt: 2, output: 1 },
    ]);
    expect(steps(outcome)).toEqual([
      [0, 0, 6],
      [1, 1, 4],
      [2, 1, 6],
      [3, 1, 2],
      [4, 1, 0],
    ]);
    expect(admitted(outcome, 3)).toEqual([0, 1, 3]);
  });

  it('serves decodes first, so that a prompt may have to wait for a block of budget', () => {
    // Five decodes leave 3 of 8 tokens until they end at 6; vLLM starts the prompt with 3 tokens at 1.
    const plans = [
      ...Array.from({ length: 5 }, () => ({ atS: 0, prompt: 1, output: 6 })),
      { atS: 0.5, prompt: 8, output: 1 },
    ];
    expect(run({ ...noEvict, maxNumBatchedTokens: 8 }, plans).columns.real[(5 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(
      6,
    );
    expect(run({ maxNumBatchedTokens: 8 }, plans).columns.real[(5 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(1);
  });

  it('waits with a prompt until it fits whole where chunked prefill is off', () => {
    const outcome = run({ ...noEvict, maxNumBatchedTokens: 10, enableChunkedPrefill: false }, [
      { atS: 0, prompt: 6, output: 3 },
      { atS: 0, prompt: 6, output: 1 },
      { atS: 0, prompt: 11, output: 1 },
    ]);
    expect(steps(outcome)).toEqual([
      [0, 0, 6],
      [1, 1, 6],
      [2, 1, 0],
    ]);
    expect(outcome.notes[0]).toEqual([0, 'refused', 2]);
  });

  it('sees a request one step late with the overlap scheduler', () => {
    const plans = [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 1.5, prompt: 4, output: 1 },
    ];
    for (const kind of [noEvict, maxUtilization]) {
      expect(admitted(run(kind, plans), 2)).toEqual([0, 2]);
      expect(admitted(run({ ...kind, asyncScheduling: true }, plans), 2)).toEqual([0, 3]);
    }
  });

  it('makes prompts findable when they are computed, not while they are', () => {
    const twins = [0, 0, 1.5].map((atS) => ({ atS, prompt: 9, output: 9, prefix: chain([1, 8]) }));
    expect(column(run({ ...noEvict, enablePrefixCaching: true }, twins), 'CACHED_TOKENS', 3)).toEqual([0, 0, 8]);
  });
});
