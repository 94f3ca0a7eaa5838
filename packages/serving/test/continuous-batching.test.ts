/** vLLM v1's rules, each on a batch worked by hand. Every step takes one second, so times are step numbers. */

import { describe, expect, it } from 'vitest';
import { REAL_SHIFT, Real, WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { column, type Options, type Outcome, type RequestPlan, type SETTINGS, serve } from './world.js';

type Change = Partial<typeof SETTINGS>;
const unit = new LinearModel(UNIT);

/** Runs both ways and insists that they agree before anything is asserted. */
function run(change: Change, plans: RequestPlan[], options: Options = {}): Outcome {
  const leaping = serve(change, unit, plans, options);
  const stepping = serve(change, unit, plans, { ...options, stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(stepping.segments).toEqual(leaping.segments);
  return leaping;
}

const first = (outcome: Outcome, count: number) => column(outcome, 'FIRST_TOKEN_S', count);
const last = (outcome: Outcome, count: number) => column(outcome, 'LAST_TOKEN_S', count);

describe('token budget and order', () => {
  it('computes a prompt in one step and then one token a step', () => {
    const outcome = run({}, [{ atS: 0, prompt: 4, output: 3 }]);
    expect(outcome.notes).toEqual([
      [1, 'first', 0],
      [3, 'finished', 0],
    ]);
    expect(column(outcome, 'ADMITTED_S', 1)).toEqual([0]);
    expect(outcome.segments.map((s) => [s.fromS, s.toS, s.steps, s.decodes, s.prefillTokens])).toEqual([
      [0, 1, 1, 0, 4],
      [1, 3, 2, 1, 0],
    ]);
  });

  it('finishes a one-token answer at the end of its prefill', () => {
    const outcome = run({}, [{ atS: 2, prompt: 4, output: 1 }]);
    expect(outcome.notes).toEqual([
      [3, 'first', 0],
      [3, 'finished', 0],
    ]);
  });

  it('splits the second prompt where the budget ends and gives running requests theirs first', () => {
    // Budget 8. Step 1: A 6, B 2. Step 2: A decodes, B 4 of its last 4.
    const outcome = run({ maxNumBatchedTokens: 8 }, [
      { atS: 0, prompt: 6, output: 3 },
      { atS: 0, prompt: 6, output: 1 },
    ]);
    expect(first(outcome, 2)).toEqual([1, 2]);
    expect(outcome.segments.map((s) => [s.decodes, s.prefillTokens])).toEqual([
      [0, 8],
      [1, 4],
      [1, 0],
    ]);
  });

  it('spreads a long prompt over as many steps as the budget asks for', () => {
    // Budget 8, prompt 20: 8 + 8 + 4.
    const outcome = run({ maxNumBatchedTokens: 8 }, [{ atS: 0, prompt: 20, output: 2 }]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([8, 8, 4, 0]);
    expect(first(outcome, 1)).toEqual([3]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 1)).toEqual([20]);
  });

  it('leaves a decoding request its token while a long prompt fills the rest', () => {
    // Budget 8. Step 2: A's decode and 7 of B's 15; step 3: decode and 7; step 4: decode and the last 1.
    const outcome = run({ maxNumBatchedTokens: 8 }, [
      { atS: 0, prompt: 8, output: 6 },
      { atS: 0.5, prompt: 15, output: 1 },
    ]);
    expect(outcome.segments.map((s) => [s.fromS, s.decodes, s.prefillTokens])).toEqual([
      [0, 0, 8],
      [1, 1, 7],
      [2, 1, 7],
      [3, 1, 1],
      [4, 1, 0],
    ]);
    expect(first(outcome, 2)).toEqual([1, 4]);
  });

  it('clips a chunk at the long-prefill threshold so that a short prompt behind it can join', () => {
    // Budget 8, threshold 4. Step 1: A 4, B 3. Step 2: A 4 and B decodes. Step 3: A 2 and B decodes.
    const outcome = run({ maxNumBatchedTokens: 8, longPrefillTokenThreshold: 4 }, [
      { atS: 0, prompt: 10, output: 1 },
      { atS: 0, prompt: 3, output: 3 },
    ]);
    expect(first(outcome, 2)).toEqual([3, 1]);
    expect(outcome.segments.map((s) => [s.decodes, s.prefillTokens])).toEqual([
      [0, 7],
      [1, 4],
      [1, 2],
    ]);
  });

  it('shares steps between several partial prefills and the decodes behind them', () => {
    // Budget 5, threshold 2.
    const outcome = run({ maxNumSeqs: 4, maxNumBatchedTokens: 5, longPrefillTokenThreshold: 2 }, [
      { atS: 0, prompt: 3, output: 1 },
      { atS: 0, prompt: 20, output: 1 },
      { atS: 0, prompt: 20, output: 1 },
      { atS: 0.5, prompt: 1, output: 9 },
      { atS: 1.5, prompt: 20, output: 1 },
    ]);
    // Step 1: A 2, B 2, C 1. Step 2: A 1 (done at 2), B 2, C 2. Step 3: B 2, C 2, D 1 -> first token of D at 3.
    expect(first(outcome, 4).slice(0, 1)).toEqual([2]);
    expect(outcome.columns.real[(3 << REAL_SHIFT) | Real.FIRST_TOKEN_S]).toBe(3);
    // From step 4 on: B 2, C 2, D's decode; D done at 11. B has 20 after step 10, C (1 + 2 * 9 = 19) after step 11.
    expect(outcome.columns.real[(3 << REAL_SHIFT) | Real.LAST_TOKEN_S]).toBe(11);
    expect(first(outcome, 3).slice(1)).toEqual([10, 11]);
    // No token is free for E before B has gone.
    expect(outcome.columns.real[(4 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(10);
    expect(outcome.segments.slice(2, 5).map((s) => [s.decodes, s.prefillTokens])).toEqual([
      [0, 5],
      [1, 4],
      [1, 4],
    ]);
  });

  it('admits in order of arrival and lets nobody pass a head that does not fit', () => {
    // 4 blocks of 4. A holds 2 blocks and grows to 3; B needs 3 blocks and waits; C would fit but is behind B.
    const outcome = run({ numBlocks: 4 }, [
      { atS: 0, prompt: 8, output: 3 },
      { atS: 0.5, prompt: 10, output: 1 },
      { atS: 0.5, prompt: 2, output: 1 },
    ]);
    // A: prefill [0,1], decodes at contexts 9 and 10 -> done at 3. B and C join at 3.
    expect(last(outcome, 1)).toEqual([3]);
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0, 3, 3]);
    expect(first(outcome, 3)).toEqual([1, 4, 4]);
  });

  it('never runs more requests than max_num_seqs', () => {
    const outcome = run({ maxNumSeqs: 2 }, [
      { atS: 0, prompt: 2, output: 3 },
      { atS: 0, prompt: 2, output: 5 },
      { atS: 0, prompt: 2, output: 2 },
    ]);
    // A and B from 0; A done at 3, C joins at 3, first token 4, done 5; B done at 5.
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0, 0, 3]);
    expect(last(outcome, 3)).toEqual([3, 5, 5]);
  });

  it('needs the whole prompt to fit in the budget without chunked prefill', () => {
    const outcome = run({ enableChunkedPrefill: false, maxNumBatchedTokens: 8 }, [
      { atS: 0, prompt: 6, output: 3 },
      { atS: 0, prompt: 6, output: 1 },
      { atS: 0, prompt: 9, output: 1 },
    ]);
    // Step 1: A 6; B's 6 do not fit in 2. Step 2: A's decode and B's 6. C can never fit.
    expect(first(outcome, 2)).toEqual([1, 2]);
    expect(outcome.notes[0]).toEqual([0, 'refused', 2]);
  });

  it('sees an arrival at the next boundary, and starts an idle replica at once', () => {
    const outcome = run({}, [
      { atS: 0.25, prompt: 2, output: 10 },
      { atS: 3.5, prompt: 2, output: 1 },
      { atS: 5.25, prompt: 2, output: 1 },
    ]);
    // Boundaries at n + 0.25. B is seen at 4.25; C exactly at 5.25.
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0.25, 4.25, 5.25]);
    expect(first(outcome, 3)).toEqual([1.25, 5.25, 6.25]);
  });

  it('sees an arrival at the boundary of the same time in whatever order the owner tells', () => {
    const plans = [
      { atS: 0, prompt: 2, output: 10 },
      { atS: 4, prompt: 2, output: 1 },
    ];
    const late = run({}, plans, { boundaryFirst: true });
    expect(column(late, 'ADMITTED_S', 2)).toEqual([0, 4]);
    expect(run({}, plans).notes).toEqual(late.notes);
  });

  it('delays an arrival by one step under asynchronous scheduling while the engine is busy', () => {
    const outcome = run({ asyncScheduling: true }, [
      { atS: 0, prompt: 2, output: 10 },
      { atS: 3.5, prompt: 2, output: 1 },
      { atS: 6, prompt: 2, output: 1 },
      { atS: 30, prompt: 2, output: 1 },
    ]);
    // B arrives in step [3,4]: joins at 5 instead of 4. C arrives at boundary 6: joins at 7. D finds the engine idle.
    expect(column(outcome, 'ADMITTED_S', 4)).toEqual([0, 5, 7, 30]);
  });

  it('cuts outputs where the model length ends and refuses prompts that leave no room', () => {
    const outcome = run({ maxModelLenTokens: 10 }, [
      { atS: 0, prompt: 7, output: 50 },
      { atS: 0, prompt: 10, output: 1 },
      { atS: 0, prompt: 9, output: 5 },
    ]);
    expect(column(outcome, 'GENERATED_TOKENS', 3)).toEqual([3, 0, 1]);
    expect(outcome.notes[0]).toEqual([0, 'refused', 1]);
  });
});

describe('KV blocks and preemption', () => {
  it('takes a block when a context passes a block boundary and not a step earlier', () => {
    // Prompt 4 = 1 block of 4; contexts 5 to 8 need 2, context 9 needs 3.
    const used: number[] = [];
    run({}, [{ atS: 0, prompt: 4, output: 7 }], {
      stepByStep: true,
      check: (replica) => used.push(replica.usedBlocks),
    });
    // After enqueue, then at boundaries 0 to 7; context of the step that starts at boundary n is 4 + n.
    expect(used.slice(0, 9)).toEqual([0, 1, 2, 2, 2, 2, 3, 3, 0]);
  });

  it('preempts the request admitted last when the first needs a block, and admits nobody in that step', () => {
    // 4 blocks of 4. A: prompt 4, B: prompt 4, C: prompt 4 in the queue of step 1: 3 blocks used, 1 free.
    // Step 2 [1,2]: contexts 5, 5, 5 need 3 blocks, 1 is free. A takes it... B needs one: C (last) is preempted, its
    // block goes to B. D, waiting, must not be admitted at 1 although nothing else is in the way of its 0 blocks.
    const outcome = run({ numBlocks: 4 }, [
      { atS: 0, prompt: 4, output: 3 },
      { atS: 0, prompt: 4, output: 3 },
      { atS: 0, prompt: 4, output: 3 },
    ]);
    expect(outcome.notes.slice(0, 4)).toEqual([
      [1, 'first', 0],
      [1, 'first', 1],
      [1, 'first', 2],
      [1, 'preempted', 2],
    ]);
    // A and B: contexts 5 and 6, done at 3. C computes 4 + 1 tokens again from 3 on: second token at 4, third at 5.
    expect(last(outcome, 3)).toEqual([3, 3, 5]);
    expect(column(outcome, 'PREEMPTIONS', 3)).toEqual([0, 0, 1]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 3)).toEqual([4, 4, 9]);
    expect(column(outcome, 'RECOMPUTED_TOKENS', 3)).toEqual([0, 0, 5]);
    expect(outcome.gaps).toEqual([[2, 4, 3]]);
  });

  it('puts victims in front of the queue, the earlier admitted one first', () => {
    const outcome = run({ numBlocks: 5, blockSizeTokens: 2, maxNumSeqs: 4 }, [
      { atS: 0, prompt: 2, output: 4 },
      { atS: 0, prompt: 2, output: 4 },
      { atS: 0, prompt: 2, output: 4 },
      { atS: 0, prompt: 2, output: 2 },
      { atS: 0, prompt: 2, output: 1 },
    ]);
    // Step 1: A B C D, 4 blocks of 5; E waits for a place. At 1 four blocks are needed and 1 is free: D goes (2 free, 3
    // needed), C goes (3 free, 2 needed). A and B run with 2 blocks each. Queue: C, D, E.
    // At 2: contexts 4 need nothing; 1 block is free, C needs ceil(3/2) = 2: nobody passes it.
    // At 3: contexts 5 need 2 blocks, 1 is free: B goes to the front. Queue: B, C, D, E.
    expect(outcome.notes.filter((note) => note[1] === 'preempted')).toEqual([
      [1, 'preempted', 3],
      [1, 'preempted', 2],
      [3, 'preempted', 1],
    ]);
    expect(last(outcome, 1)).toEqual([4]);
    // At 4: B needs ceil(5/2) = 3 of 5, C ceil(3/2) = 2: both join; D has no block.
    // At 5: B has made its 4th token (3 before, re-prefill makes one): done. C joins D... C continues.
    expect(last(outcome, 2)[1]).toBe(5);
    expect(outcome.columns.real[(4 << REAL_SHIFT) | Real.ADMITTED_S]).toBeGreaterThanOrEqual(5);
    expect(column(outcome, 'GENERATED_TOKENS', 5)).toEqual([4, 4, 4, 2, 1]);
  });

  it('stops a leap exactly where the blocks run out', () => {
    // Two decodes with contexts of different residue; leap and step must meet the same preemption (run() compares).
    const outcome = run({ numBlocks: 7, blockSizeTokens: 4 }, [
      { atS: 0, prompt: 5, output: 12 },
      { atS: 0, prompt: 7, output: 12 },
    ]);
    // 2 + 2 blocks after prefill. Contexts at step n (from 1): 5+n, 7+n. B needs a block at 9 (n=2), 13 (n=6), 17 (n=10);
    // A at 9 (n=4), 13 (n=8). Free: 3. n=2, n=4, n=6 take them; at n=8 A needs one: B is preempted at boundary 8.
    expect(outcome.notes.filter((note) => note[1] === 'preempted')).toEqual([[8, 'preempted', 1]]);
  });

  it('counts the watermark at admission only', () => {
    // 10 blocks, 20 % spare. A takes 6; B needs 3 and 4 are free, but 2 must stay: B waits until A has gone.
    const outcome = run({ numBlocks: 10, watermark: 0.2 }, [
      { atS: 0, prompt: 24, output: 4 },
      { atS: 0, prompt: 12, output: 1 },
    ]);
    expect(column(outcome, 'ADMITTED_S', 2)).toEqual([0, 4]);
    expect(
      run({ numBlocks: 10 }, [
        { atS: 0, prompt: 24, output: 4 },
        { atS: 0, prompt: 12, output: 1 },
      ]).columns.real[(1 << REAL_SHIFT) | Real.ADMITTED_S],
    ).toBe(0);
  });

  it('holds fixed blocks of a sequence beside those of its tokens', () => {
    // 6 blocks, 2 fixed: A takes 3, B 3; at contexts of 5 both need a fourth: B is preempted.
    const outcome = run({ numBlocks: 6, fixedBlocksPerSequence: 2 }, [
      { atS: 0, prompt: 4, output: 2 },
      { atS: 0, prompt: 4, output: 2 },
    ]);
    expect(outcome.segments[0]!.usedBlocksFrom).toBe(6);
    expect(outcome.notes.filter((note) => note[1] === 'preempted')).toEqual([[1, 'preempted', 1]]);
  });

  it('refuses what the whole cache could not hold', () => {
    const outcome = run({ numBlocks: 2 }, [
      { atS: 0, prompt: 4, output: 6 },
      { atS: 0, prompt: 4, output: 5 },
    ]);
    // 4 + 6 - 1 = 9 tokens need 3 blocks; 4 + 5 - 1 = 8 need 2.
    expect(outcome.notes[0]).toEqual([0, 'refused', 0]);
    expect(last(outcome, 2)[1]).toBe(5);
  });

  it('preempts a partial prefill that cannot get its own next chunk', () => {
    // 6 blocks of 4, budget 9. Step 1: A 8 (2 blocks), B 1 of 12 (1 block). Step 2: A context 9 -> 3rd block, B 8 more:
    // 9 tokens, 3 blocks, 1 held: needs 2, 2 free. Step 3: A's decode, B's last 3: fits in block 3. Fine until A needs more.
    const outcome = run({ numBlocks: 5, maxNumBatchedTokens: 9 }, [
      { atS: 0, prompt: 8, output: 6 },
      { atS: 0, prompt: 12, output: 2 },
    ]);
    // With 5 blocks: step 2 leaves 5 - 3 - 1 = 1 free and B needs 2: B preempts itself at 1 and waits.
    expect(outcome.notes.slice(0, 2)).toEqual([
      [1, 'first', 0],
      [1, 'preempted', 1],
    ]);
    // At 2: B again takes 8 tokens (2 blocks, 2 free) ; at 3 it needs 1 block more (4 tokens): none free: preempts itself.
    expect(outcome.notes.filter((note) => note[1] === 'preempted').length).toBeGreaterThan(1);
    expect(column(outcome, 'GENERATED_TOKENS', 2)).toEqual([6, 2]);
    // Prompt identity: 12 = cached + computed - recomputed.
    const computed = outcome.columns.whole[(1 << WHOLE_SHIFT) | Whole.COMPUTED_PREFILL_TOKENS]!;
    expect(computed - outcome.columns.whole[(1 << WHOLE_SHIFT) | Whole.RECOMPUTED_TOKENS]!).toBe(12);
  });
});

describe('withdrawals', () => {
  it('lets a waiting request go at once and a running one at the next boundary', () => {
    const outcome = run({ maxNumSeqs: 1 }, [
      { atS: 0, prompt: 2, output: 50, cancelS: 4.5 },
      { atS: 0, prompt: 2, output: 5, cancelS: 2.25 },
      { atS: 0, prompt: 2, output: 2 },
    ]);
    expect(outcome.notes).toEqual([
      [1, 'first', 0],
      [2.25, 'cancelled', 1],
      [5, 'cancelled', 0],
      [6, 'first', 2],
      [7, 'finished', 2],
    ]);
    expect(outcome.columns.whole[(0 << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]).toBe(5);
    expect(outcome.replica.outstandingTokens).toBe(0);
    expect(outcome.replica.usedBlocks).toBe(0);
  });

  it('looks at the new head when the blocking one goes', () => {
    const outcome = run({ numBlocks: 5 }, [
      { atS: 0, prompt: 8, output: 9 },
      { atS: 0.5, prompt: 16, output: 1, cancelS: 3.5 },
      { atS: 0.5, prompt: 4, output: 1 },
    ]);
    expect(outcome.columns.real[(2 << REAL_SHIFT) | Real.ADMITTED_S]).toBe(4);
  });
});

describe('no KV cache', () => {
  it('ignores prompts, counts one unit a step and finishes one-unit jobs', () => {
    const outcome = run({ hasKv: false, maxNumSeqs: 2 }, [
      { atS: 0, prompt: 500, output: 1 },
      { atS: 0, prompt: 0, output: 3 },
      { atS: 0, prompt: 7, output: 2 },
    ]);
    expect(outcome.notes).toEqual([
      [1, 'first', 0],
      [1, 'first', 1],
      [1, 'finished', 0],
      [2, 'first', 2],
      [3, 'finished', 1],
      [3, 'finished', 2],
    ]);
    expect(column(outcome, 'GENERATED_TOKENS', 3)).toEqual([1, 3, 2]);
    expect(outcome.replica.usedBlocks).toBe(0);
  });
});
