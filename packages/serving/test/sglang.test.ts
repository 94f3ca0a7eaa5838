/** SGLang's rules, each on a batch worked by hand. Every step takes one second, so times are step numbers; pages of one token. */

import { describe, expect, it } from 'vitest';
import { REAL_SHIFT, Real, WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { chain, column, type Options, type Outcome, type RequestPlan, type SETTINGS, serve } from './world.js';

type Change = Partial<typeof SETTINGS>;
const unit = new LinearModel(UNIT);
const sglang = { scheduler: 'sglang', blockSizeTokens: 1, numBlocks: 1000 } as const;

function run(change: Change, plans: RequestPlan[], options: Options = {}): Outcome {
  const leaping = serve(change, unit, plans, options);
  const stepping = serve(change, unit, plans, { ...options, stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(stepping.segments).toEqual(leaping.segments);
  return leaping;
}

const steps = (outcome: Outcome) => outcome.segments.map((s) => [s.fromS, s.toS, s.decodes, s.prefillTokens]);
const first = (outcome: Outcome, count: number) => column(outcome, 'FIRST_TOKEN_S', count);
const last = (outcome: Outcome, count: number) => column(outcome, 'LAST_TOKEN_S', count);
const admitted = (outcome: Outcome, count: number) => column(outcome, 'ADMITTED_S', count);

describe('prompts first', () => {
  const plans = [
    { atS: 0, prompt: 4, output: 4, workload: 2 },
    { atS: 0.5, prompt: 6, output: 2 },
  ];

  it('lets decodes stand still while a prompt is computed', () => {
    // 0-1: A's prompt. 1-2: B's prompt, A stands still. 2-3: A, B (done). 3-5: A.
    const outcome = run(sglang, plans);
    expect(steps(outcome)).toEqual([
      [0, 1, 0, 4],
      [1, 2, 0, 6],
      [2, 3, 2, 0],
      [3, 5, 1, 0],
    ]);
    expect(last(outcome, 2)).toEqual([5, 3]);
    // vLLM computes B's prompt beside A's second token.
    expect(last(run({}, plans), 2)).toEqual([4, 3]);
  });

  it('says who waited how long for its next token', () => {
    const [, , third, fourth] = run(sglang, plans).segments;
    expect([third!.stalls, third!.stallS, third!.stalledByWorkload]).toEqual([1, [1], [0, 0, 1]]);
    expect(fourth!.stalls).toBe(0);
    expect(run(sglang, plans).segments[1]!.decodesByWorkload).toEqual([0, 0, 0]);
  });

  it('adds the decodes to the chunk with mixed chunks', () => {
    const outcome = run({ ...sglang, enableMixedChunk: true }, plans);
    expect(steps(outcome)).toEqual([
      [0, 1, 0, 4],
      [1, 2, 1, 6],
      [2, 3, 2, 0],
      [3, 4, 1, 0],
    ]);
  });

  it('keeps apart who waited for both of two prompt batches and who for one', () => {
    // 0-1: A. 1-2: B alone (max_prefill_tokens). 2-3: C. 3-4: A waited 2, B 1, C not.
    const outcome = run({ ...sglang, maxPrefillTokens: 6 }, [
      { atS: 0, prompt: 4, output: 4 },
      { atS: 0.5, prompt: 6, output: 4, workload: 1 },
      { atS: 0.5, prompt: 6, output: 4, workload: 2 },
    ]);
    const segment = outcome.segments[3]!;
    expect([segment.fromS, segment.decodes, segment.stallS]).toEqual([3, 3, [2, 1]]);
    expect(segment.stalledByWorkload).toEqual([1, 0, 0, 0, 1, 0]);
  });
});

describe('the size of an extend batch', () => {
  it('cuts the prompt that does not fit and goes on with it first, until it is done', () => {
    // Chunks of 8. 0-1: A 3. 1-2: B 8. 2-3: B 8. 3-4: B 4, C 2. A stands still from 1 to 4, then makes 8 tokens.
    const outcome = run({ ...sglang, maxNumBatchedTokens: 8 }, [
      { atS: 0, prompt: 3, output: 9 },
      { atS: 0.5, prompt: 20, output: 1 },
      { atS: 0.5, prompt: 2, output: 1 },
    ]);
    expect(steps(outcome)).toEqual([
      [0, 1, 0, 3],
      [1, 2, 0, 8],
      [2, 3, 0, 8],
      [3, 4, 0, 6],
      [4, 12, 1, 0],
    ]);
    expect(first(outcome, 3)).toEqual([1, 4, 4]);
  });

  it('cuts at whole pages, and counts pages against the chunk', () => {
    // Pages of 4, chunks of 10: A's 5 tokens count as 8, of the 2 left no page fits; B gets 8, 8 and 4 of its 20.
    const outcome = run({ ...sglang, blockSizeTokens: 4, maxNumBatchedTokens: 10 }, [
      { atS: 0, prompt: 5, output: 1 },
      { atS: 0, prompt: 20, output: 1 },
    ]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([5, 8, 8, 4]);
  });

  it('leaves decodes of mixed chunks their part of the chunk', () => {
    // Chunks of 8: beside A's decode 7 tokens of B.
    const outcome = run({ ...sglang, maxNumBatchedTokens: 8, enableMixedChunk: true }, [
      { atS: 0, prompt: 3, output: 9 },
      { atS: 0.5, prompt: 20, output: 1 },
    ]);
    expect(outcome.segments.map((s) => [s.decodes, s.prefillTokens])).toEqual([
      [0, 3],
      [1, 7],
      [1, 7],
      [1, 6],
      [1, 0],
    ]);
  });

  it('ends at max_prefill_tokens, except for its first request', () => {
    // Of 10: A 4 and B 4, C's 4 are not below the 2 left. Then C 4, D's 20 do not fit. Then D alone.
    const outcome = run({ ...sglang, maxPrefillTokens: 10 }, [
      { atS: 0, prompt: 4, output: 1 },
      { atS: 0, prompt: 4, output: 1 },
      { atS: 0, prompt: 4, output: 1 },
      { atS: 0, prompt: 20, output: 1 },
    ]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([8, 4, 20]);
  });

  it('runs a prompt of any length whole without chunked prefill', () => {
    const outcome = run({ ...sglang, maxNumBatchedTokens: 8, enableChunkedPrefill: false }, [
      { atS: 0, prompt: 100, output: 1 },
    ]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([100]);
  });

  it('ends at the largest batch, and then leaves the queue alone until somebody leaves', () => {
    const outcome = run({ ...sglang, maxNumSeqs: 2 }, [
      { atS: 0, prompt: 1, output: 3 },
      { atS: 0, prompt: 1, output: 5 },
      { atS: 0, prompt: 1, output: 2 },
    ]);
    // 0-1: A, B. 1-3: A, B. 3-4: C's prompt, B stands still. 4-5: B, C.
    expect(admitted(outcome, 3)).toEqual([0, 0, 3]);
    expect(last(outcome, 3)).toEqual([3, 6, 5]);
  });
});

describe('memory reckoned with at admission', () => {
  const plans = [
    { atS: 0, prompt: 4, output: 3, declared: 20 },
    { atS: 0.5, prompt: 4, output: 2, declared: 6 },
    { atS: 0.5, prompt: 10, output: 1, declared: 6 },
  ];

  it('counts a share of what running requests declared and all that a candidate did', () => {
    // At 1: 36 free, A may make 19 more: 36 - 0.7*19 = 22.7. B wants 4 + 6. C wants 16 of 32 - 13.3 - 6 = 12.7: no.
    // At 3 B has gone, 35 free, A may make 18 more, one decode step has passed: 35 - 0.699*18 = 22.4 > 16.
    expect(admitted(run({ ...sglang, numBlocks: 40 }, plans), 3)).toEqual([0, 1, 3]);
    // vLLM looks at the free blocks only.
    expect(admitted(run({ blockSizeTokens: 1, numBlocks: 40 }, plans), 3)).toEqual([0, 1, 1]);
  });

  it('counts more of it when it is told to be conservative, at most all', () => {
    // At 1: 36 - 1*19 = 17: B's 10 fit. At 3 A may make 18 more, after one step: 35 - 0.9986*18 = 17.03 > 16.
    const conservative = { ...sglang, numBlocks: 40, scheduleConservativeness: 5 };
    expect(admitted(run(conservative, plans), 3)).toEqual([0, 1, 3]);
    // With C two tokens longer its 18 are not less than that: only when A has gone at 4.
    const longer = [plans[0]!, plans[1]!, { ...plans[2]!, prompt: 12 }];
    expect(admitted(run(conservative, longer), 3)).toEqual([0, 1, 4]);
    expect(admitted(run({ ...sglang, numBlocks: 40 }, longer), 3)).toEqual([0, 1, 3]);
  });

  it('reckons with 4096 tokens of a declared output at most', () => {
    const long = [
      { atS: 0, prompt: 4, output: 2, declared: 100_000 },
      { atS: 0, prompt: 4, output: 2, declared: 100_000 },
    ];
    // 8208 free: A wants 4 + 4096; B 4 + 4096 of 8204 - 4096 = 4108.
    const settings = { ...sglang, maxModelLenTokens: 200_000, numBlocks: 8208 };
    expect(admitted(run(settings, long), 2)).toEqual([0, 0]);
    // B's 4100 of 4100: no; and at 1, when only 0.7 of A's share counts, the queue is left alone: A has not gone yet.
    expect(admitted(run({ ...settings, numBlocks: 8200 }, long), 2)).toEqual([0, 2]);
  });

  it('ends outputs where the cache ends, and refuses a prompt that leaves no room', () => {
    const outcome = run({ ...sglang, numBlocks: 12 }, [
      { atS: 0, prompt: 6, output: 50 },
      { atS: 0, prompt: 11, output: 1 },
    ]);
    // 11 tokens are the longest that a cache of 12 serves.
    expect(outcome.columns.whole[(0 << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]).toBe(5);
    expect(outcome.notes[0]).toEqual([0, 'refused', 1]);
  });
});

describe('retraction', () => {
  // Hardly anything is reckoned with, so that all three are admitted: at 0, 1 and 2 with 28, 24 and 18 tokens free.
  const settings = { ...sglang, numBlocks: 28, scheduleConservativeness: 1e-3 };
  const plans = [
    { atS: 0, prompt: 4, output: 12 },
    { atS: 0.5, prompt: 6, output: 12 },
    { atS: 1.5, prompt: 4, output: 12 },
  ];
  // 3-7: A, B, C; 14 tokens free, 3 a step: 2 are left at 7 and 3 are needed. All have made 5, B has the longest prompt:
  // B goes (10 tokens, 12 free), 2*20 do not fit; of A and C, alike, C goes (8, 20 free), 1*20 fit. 7-14: A, alone.
  // At 8 the ratio is min(1, (5 + 20)/12) = 1: 19 - 6 free, B wants 11 + 7. At 14 it gets them; C's 9 + 7 do not fit
  // beside B's 7 and 17 free. 14-15: B's prompt and outputs, 15-21: B. 21-22 C's, 22-28: C.
  const expected = [
    [1, 'first', 0],
    [2, 'first', 1],
    [3, 'first', 2],
    [7, 'preempted', 1],
    [7, 'preempted', 2],
    [14, 'finished', 0],
    [21, 'finished', 1],
    [28, 'finished', 2],
  ];

  it('takes those with the fewest outputs and then the longest prompts until twenty steps fit', () => {
    const outcome = run(settings, plans);
    expect(outcome.notes).toEqual(expected);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 3)).toEqual([4, 17, 13]);
    expect(outcome.gaps.map(([slot, timeS, gapS]) => [slot, timeS, gapS])).toEqual([
      [1, 15, 8],
      [2, 22, 15],
    ]);
  });

  it('chooses otherwise than vLLM, which takes the last admitted and no more than it must', () => {
    // At 6, as nobody stood still: A 9 tokens, B 10, C 7; 2 are free, 3 are needed.
    const outcome = run({ blockSizeTokens: 1, numBlocks: 28 }, plans);
    expect(outcome.notes.filter((note) => note[0] === 6)).toEqual([[6, 'preempted', 2]]);
  });

  it('finds the prompts of retracted requests again, while their outputs are gone', () => {
    const outcome = run({ ...settings, enablePrefixCaching: true }, plans);
    expect(outcome.notes).toEqual(expected);
    // At 14 B's 6 are still there: A has used up the 10 without content only. Then C's 4 are the oldest, and B needs them.
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 3)).toEqual([4, 6 + 5, 4 + 9]);
  });

  it('takes an unfinished prompt when only one decode is left beside it', () => {
    // Mixed chunks of 2: A's token and one of B's. At 10 A holds 11 tokens of 20, B 9 of its 12, and nothing is free.
    // B comes back when A has gone at 17: 2 tokens a step until 23.
    const outcome = run({ ...settings, numBlocks: 20, maxNumBatchedTokens: 2, enableMixedChunk: true }, [
      { atS: 0, prompt: 2, output: 17 },
      { atS: 0.5, prompt: 12, output: 2 },
    ]);
    expect(outcome.notes).toEqual([
      [1, 'first', 0],
      [10, 'preempted', 1],
      [17, 'finished', 0],
      [23, 'first', 1],
      [24, 'finished', 1],
    ]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 2)).toEqual([2, 9 + 12]);
  });

  it('takes the one with the fewest outputs, whatever its prompt', () => {
    // C comes later and has made 2 at the time: it goes first.
    const outcome = run({ ...settings, numBlocks: 31 }, [
      { atS: 0, prompt: 4, output: 12 },
      { atS: 0.5, prompt: 6, output: 12 },
      { atS: 5.5, prompt: 3, output: 8 },
    ]);
    expect(outcome.notes.filter((note) => note[1] === 'preempted')[0]![2]).toBe(2);
  });
});

describe('the order of the queue', () => {
  const plans = [
    { atS: 0, prompt: 8, output: 1, prefix: chain([1, 8]) },
    { atS: 0.5, prompt: 8, output: 1 },
    { atS: 0.5, prompt: 9, output: 1, prefix: chain([1, 8]) },
  ];
  const settings = { ...sglang, enablePrefixCaching: true, maxNumBatchedTokens: 8 };

  it('is that of arrival by default', () => {
    // At 1 A's 8 tokens are cached. 1-2: B 8. 2-3: C 1.
    const outcome = run(settings, plans);
    expect(first(outcome, 3)).toEqual([1, 2, 3]);
    expect(column(outcome, 'CACHED_TOKENS', 3)).toEqual([0, 0, 8]);
  });

  it('is that of the longest cached prefix with lpm', () => {
    // 1-2: C 1, B 7. 2-3: B 1.
    const outcome = run({ ...settings, schedulePolicy: 'lpm' }, plans);
    expect(first(outcome, 3)).toEqual([1, 3, 2]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([8, 8, 1]);
  });

  it('is that of arrival with lpm too when more than 128 wait', () => {
    for (const [others, isFirst] of [
      [127, true],
      [128, false],
    ] as const) {
      const crowd = Array.from({ length: others }, () => ({ atS: 0.5, prompt: 8, output: 1 }));
      const outcome = run({ ...settings, schedulePolicy: 'lpm' }, [plans[0]!, ...crowd, plans[2]!]);
      expect(outcome.columns.real[((others + 1) << REAL_SHIFT) | Real.FIRST_TOKEN_S]! === 2).toBe(isFirst);
    }
  });

  it('does not let requests of one batch share what none of them has computed', () => {
    const twins = [
      { atS: 0, prompt: 8, output: 1, prefix: chain([1, 8]) },
      { atS: 0, prompt: 8, output: 1, prefix: chain([1, 8]) },
    ];
    const shared = { ...sglang, enablePrefixCaching: true };
    expect(column(run(shared, twins), 'CACHED_TOKENS', 2)).toEqual([0, 0]);
    expect(column(run({ ...shared, scheduler: 'vllm' }, twins), 'CACHED_TOKENS', 2)).toEqual([0, 7]);
  });
});

describe('the overlap scheduler', () => {
  it('sees a request one step late while the engine is busy', () => {
    const plans = [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 1.5, prompt: 4, output: 1 },
    ];
    expect(admitted(run(sglang, plans), 2)).toEqual([0, 2]);
    expect(admitted(run({ ...sglang, asyncScheduling: true }, plans), 2)).toEqual([0, 3]);
  });
});
