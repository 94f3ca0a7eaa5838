/** TGI's rules, each on a batch worked by hand. Every step takes one second; blocks of four tokens. */

import { describe, expect, it } from 'vitest';
import { REAL_SHIFT, Real } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { chain, column, type Outcome, type RequestPlan, type SETTINGS, serve } from './world.js';

type Change = Partial<typeof SETTINGS>;
const unit = new LinearModel(UNIT);
const tgi = { scheduler: 'tgi' } as const;

function run(change: Change, plans: RequestPlan[]): Outcome {
  const leaping = serve(change, unit, plans);
  const stepping = serve(change, unit, plans, { stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(stepping.segments).toEqual(leaping.segments);
  return leaping;
}

const steps = (outcome: Outcome) => outcome.segments.map((s) => [s.fromS, s.decodes, s.prefillTokens]);
const admitted = (outcome: Outcome, count: number) => column(outcome, 'ADMITTED_S', count);

describe('prompt batches', () => {
  const plans = [
    { atS: 0, prompt: 4, output: 4 },
    { atS: 0.5, prompt: 4, output: 3 },
    { atS: 1.5, prompt: 4, output: 1 },
  ];

  it('pause decoding, and a decode step comes before the next', () => {
    // 0-1: A. 1-2: B, A stands still. 2-3: A, B. 3-4: C. 4-5: A, B (done). 5-6: A.
    expect(steps(run(tgi, plans))).toEqual([
      [0, 0, 4],
      [1, 0, 4],
      [2, 2, 0],
      [3, 0, 4],
      [4, 2, 0],
      [5, 1, 0],
    ]);
    // SGLang computes C's prompt before A and B go on; vLLM beside them.
    expect(admitted(run({ scheduler: 'sglang' }, plans), 3)).toEqual([0, 1, 2]);
    expect(column(run({}, plans), 'LAST_TOKEN_S', 3)).toEqual([4, 4, 3]);
  });

  it('report who stood still for how long', () => {
    const stalls = run(tgi, plans).segments.map((s) => [s.fromS, ...s.stallS, ...s.stalledByWorkload]);
    expect(stalls.filter((stall) => stall.length > 1)).toEqual([
      [2, 1, 1, 0, 0],
      [4, 1, 2, 0, 0],
    ]);
  });

  it('hold whole prompts within the prompt budget, and refuse longer ones', () => {
    const outcome = run({ ...tgi, maxNumBatchedTokens: 8 }, [
      { atS: 0, prompt: 5, output: 1 },
      { atS: 0, prompt: 5, output: 1 },
      { atS: 0, prompt: 3, output: 1 },
      { atS: 0, prompt: 9, output: 1 },
    ]);
    expect(outcome.notes[0]).toEqual([0, 'refused', 3]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([5, 8]);
  });

  it('end at the largest batch', () => {
    const outcome = run({ ...tgi, maxNumSeqs: 2 }, [
      { atS: 0, prompt: 1, output: 3 },
      { atS: 0, prompt: 1, output: 5 },
      { atS: 0, prompt: 1, output: 1 },
    ]);
    expect(admitted(outcome, 3)).toEqual([0, 0, 3]);
  });
});

describe('when decoding is paused', () => {
  const four = Array.from({ length: 4 }, () => ({ atS: 0, prompt: 2, output: 40 }));
  const settings = { ...tgi, waitingServedRatio: 0.5 };

  it('is when enough wait for how many run', () => {
    // Half of 4: the fifth waits for the sixth, who comes at 5.5.
    const outcome = run(settings, [...four, { atS: 1.5, prompt: 2, output: 1 }, { atS: 5.5, prompt: 2, output: 1 }]);
    expect(admitted(outcome, 6).slice(4)).toEqual([6, 6]);
    // Three tenths of 4, rounded down: at once.
    expect(admitted(run(tgi, [...four, { atS: 1.5, prompt: 2, output: 1 }]), 5)[4]).toBe(2);
  });

  it('is after twenty steps at the latest, the prompt batch counted', () => {
    const alone = [...four, { atS: 1.5, prompt: 2, output: 1 }];
    expect(run(settings, alone).columns.real[(4 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(20);
    expect(run({ ...settings, maxWaitingTokens: 7 }, alone).columns.real[(4 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(7);
    // Who comes after them finds the steps gone by.
    const late = [...four, { atS: 25.5, prompt: 2, output: 1 }];
    expect(run(settings, late).columns.real[(4 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(26);
  });

  it('is not for a batch that memory makes too small', () => {
    // 40 of 60 tokens reserved, two wait with 15 each: one fits, half of 4 are needed. When A has gone at 4, both fit.
    const plans = [
      { atS: 0, prompt: 2, output: 4, declared: 8 },
      ...Array.from({ length: 3 }, () => ({ atS: 0, prompt: 2, output: 8 })),
      { atS: 1.5, prompt: 2, output: 1, declared: 13 },
      { atS: 1.5, prompt: 2, output: 1, declared: 13 },
    ];
    expect(admitted(run({ ...settings, maxBatchTotalTokens: 60 }, plans), 6).slice(4)).toEqual([4, 4]);
    expect(admitted(run({ ...tgi, maxBatchTotalTokens: 60 }, plans), 6).slice(4)).toEqual([2, 4]);
  });

  it('looks again when somebody who did not fit gives up', () => {
    // Half of 4 are needed; C (30 tokens) blocks D and E until it goes at 5.5.
    const plans = [
      ...four.map((plan) => ({ ...plan, output: 8 })),
      { atS: 1.5, prompt: 2, output: 28, cancelS: 5.5 },
      { atS: 1.5, prompt: 2, output: 1 },
      { atS: 1.5, prompt: 2, output: 1 },
    ];
    expect(admitted(run({ ...settings, maxBatchTotalTokens: 60 }, plans), 7).slice(5)).toEqual([6, 6]);
  });
});

describe('memory', () => {
  it('is reserved in full for what was declared', () => {
    const plans = [
      { atS: 0, prompt: 4, output: 3, declared: 8 },
      { atS: 0, prompt: 4, output: 2, declared: 8 },
    ];
    // 12 tokens each of 20; in blocks 3 (11 tokens) each of 5.
    expect(admitted(run({ ...tgi, maxBatchTotalTokens: 20 }, plans), 2)).toEqual([0, 3]);
    const outcome = run({ ...tgi, numBlocks: 5 }, plans);
    expect(admitted(outcome, 2)).toEqual([0, 3]);
    expect(outcome.segments.map((s) => s.usedBlocksFrom)).toEqual([3, 3, 3, 3]);
    expect(admitted(run({ numBlocks: 5 }, plans), 2)).toEqual([0, 0]);
  });

  it('is never too small for who declares too much', () => {
    const outcome = run({ ...tgi, numBlocks: 5, maxBatchTotalTokens: 18 }, [
      { atS: 0, prompt: 4, output: 3, declared: 1000 },
      { atS: 0, prompt: 10, output: 9 },
    ]);
    expect(outcome.notes).toEqual([
      [0, 'refused', 1],
      [1, 'first', 0],
      [3, 'finished', 0],
    ]);
  });

  it('keeps prefixes for others when a request has finished', () => {
    const alike = [0, 0.5, 20].map((atS) => ({ atS, prompt: 9, output: 3, prefix: chain([1, 8]) }));
    const outcome = run({ ...tgi, enablePrefixCaching: true }, alike);
    expect(column(outcome, 'CACHED_TOKENS', 3)).toEqual([0, 0, 8]);
  });
});
