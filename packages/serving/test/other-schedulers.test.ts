/** Static batches, server slots, single streams and pipelines on batches worked by hand; one second a step where not said. */

import { Cost } from '@infersim/devices';
import { describe, expect, it } from 'vitest';
import { REAL_SHIFT, Real, WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { DYADIC, LinearModel, UNIT } from './linear-model.js';
import { chain, column, type Options, type Outcome, type RequestPlan, type SETTINGS, serve } from './world.js';

const unit = new LinearModel(UNIT);

function run(change: Partial<typeof SETTINGS>, plans: RequestPlan[], model = unit, options: Options = {}): Outcome {
  const leaping = serve(change, model, plans, options);
  const stepping = serve(change, model, plans, { ...options, stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(stepping.segments).toEqual(leaping.segments);
  return leaping;
}

/** A device whose clock can be lowered while it runs. */
class ThrottledModel extends LinearModel {
  slowness = 1;
  override priceDecode(work: Float64Array, cost: Float64Array): void {
    super.priceDecode(work, cost);
    cost[Cost.STEP_S] = cost[Cost.STEP_S]! * this.slowness;
  }
}

describe('static batching', () => {
  const settings = { scheduler: 'static-batch', staticBatchSize: 2, staticBatchTimeoutS: 10 } as const;

  it('waits for a full batch, pads it to the longest and releases it at its end', () => {
    const outcome = run(settings, [
      { atS: 0, prompt: 4, output: 3 },
      { atS: 2, prompt: 9, output: 5 },
      { atS: 3, prompt: 1, output: 1 },
    ]);
    // Starts at 2: prefill of 2 x 9 tokens until 3, then 4 decode steps of 2 rows until 7. C waits until 13 for company.
    expect(outcome.notes).toEqual([
      [3, 'first', 0],
      [3, 'first', 1],
      [7, 'finished', 0],
      [7, 'finished', 1],
      [14, 'first', 2],
      [14, 'finished', 2],
    ]);
    expect(outcome.segments.map((s) => [s.fromS, s.toS, s.decodes, s.prefillTokens])).toEqual([
      [2, 3, 0, 18],
      [3, 7, 2, 0],
      [13, 14, 0, 1],
    ]);
    expect(column(outcome, 'GENERATED_TOKENS', 3)).toEqual([3, 5, 1]);
    expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', 3)).toEqual([4, 9, 1]);
  });

  it('prices padded rows as if they were real', () => {
    const model = new LinearModel(DYADIC);
    const outcome = run(
      settings,
      [
        { atS: 0, prompt: 4, output: 3 },
        { atS: 0, prompt: 8, output: 3 },
      ],
      model,
    );
    // Two rows of 8: 16 tokens, area 2 * 32; then contexts 9 + 9 and 10 + 10.
    const c = DYADIC;
    const prefillS = c.fixedS + 16 * c.prefillTokenS + 64 * c.areaS;
    const decodeS = 2 * c.fixedS + 4 * c.decodeS + (18 + 20) * c.contextS;
    expect(column(outcome, 'LAST_TOKEN_S', 2)).toEqual([prefillS + decodeS, prefillS + decodeS]);
  });

  it('starts what waits when the batch before has ended late', () => {
    const outcome = run({ ...settings, staticBatchTimeoutS: 1 }, [
      { atS: 0, prompt: 1, output: 9 },
      { atS: 2, prompt: 1, output: 1 },
      { atS: 9.5, prompt: 1, output: 1 },
    ]);
    // A alone from 1 to 10; B and C start together at 10.
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([1, 10, 10]);
  });

  it('takes as many as memory holds when that is less than a batch', () => {
    const outcome = run({ ...settings, staticBatchSize: 3, numBlocks: 5 }, [
      { atS: 0, prompt: 4, output: 5 },
      { atS: 1, prompt: 4, output: 5 },
      { atS: 1, prompt: 4, output: 5 },
    ]);
    // 8 tokens a row: 2 blocks; three rows need 6 of 5, so two start as soon as a third waits.
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([1, 1, 11]);
    expect(outcome.segments[0]!.usedBlocksFrom).toBe(4);
  });

  it('ends a batch earlier when its longest member is withdrawn', () => {
    const outcome = run(settings, [
      { atS: 0, prompt: 1, output: 4 },
      { atS: 0, prompt: 1, output: 50, cancelS: 1.5 },
    ]);
    expect(outcome.notes.slice(2)).toEqual([
      [2, 'cancelled', 1],
      [4, 'finished', 0],
    ]);
    expect(outcome.replica.outstandingTokens).toBe(0);
  });

  it('serves jobs without a KV cache', () => {
    const outcome = run({ ...settings, hasKv: false }, [
      { atS: 0, prompt: 0, output: 1 },
      { atS: 0, prompt: 0, output: 1 },
    ]);
    expect(outcome.notes.map((note) => note[0])).toEqual([1, 1, 1, 1]);
  });
});

describe('llama.cpp slots', () => {
  const settings = {
    scheduler: 'llama-cpp',
    maxNumSeqs: 2,
    maxNumBatchedTokens: 8,
    ubatchTokens: 4,
    maxModelLenTokens: 100,
  } as const;

  it('fills a step up to n_batch, decodes first, prompts slot by slot', () => {
    const outcome = run(settings, [
      { atS: 0, prompt: 5, output: 6 },
      { atS: 0.5, prompt: 12, output: 1 },
    ]);
    // Steps of 8 run as passes of 4. Step 1: 5 tokens = 2 passes = 2 s. Step 2: 1 decode + 7 = 2 passes. Step 3: 1 + 5.
    expect(outcome.segments.map((s) => [s.fromS, s.toS, s.decodes, s.prefillTokens])).toEqual([
      [0, 2, 0, 5],
      [2, 4, 1, 7],
      [4, 6, 1, 5],
      [6, 9, 1, 0],
    ]);
    expect(column(outcome, 'FIRST_TOKEN_S', 2)).toEqual([2, 6]);
  });

  it('overlaps the passes of a step where devices take turns', () => {
    const split = new LinearModel({ ...UNIT, prefillTokenS: 1 });
    Object.assign(split, { passes: { stages: 2, overlap: 0.5 } });
    const outcome = run(settings, [{ atS: 0, prompt: 6, output: 2 }], split);
    // Passes of 4 and 2 tokens: 5 + 3 = 8 s in turn; ideal line 8/2 + 5/2 = 6.5 s; half of the gain is reached. One token: 1 s.
    expect(outcome.segments.map((s) => [s.fromS, s.toS, s.prefillS])).toEqual([
      [0, 7.25, 7.25],
      [7.25, 8.25, 0],
    ]);
    // One pass has nothing to overlap with.
    expect(column(run(settings, [{ atS: 0, prompt: 4, output: 1 }], split), 'FIRST_TOKEN_S', 1)).toEqual([5]);
  });

  it('keeps further requests waiting until a slot is free, and never preempts', () => {
    const outcome = run(settings, [
      { atS: 0, prompt: 2, output: 3 },
      { atS: 0, prompt: 2, output: 5 },
      { atS: 0, prompt: 2, output: 2 },
    ]);
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0, 0, 3]);
  });

  it('splits the context over the slots and ends outputs there', () => {
    const outcome = run({ ...settings, maxModelLenTokens: 20 }, [
      { atS: 0, prompt: 7, output: 9 },
      { atS: 0, prompt: 10, output: 9 },
    ]);
    // 10 tokens a slot.
    expect(outcome.notes[0]).toEqual([0, 'refused', 1]);
    expect(outcome.columns.whole[(0 << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]).toBe(3);
  });

  it('shares one context where KV is unified, by reservation', () => {
    const outcome = run({ ...settings, maxModelLenTokens: 20, unifiedKv: true }, [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0, prompt: 4, output: 4 },
    ]);
    // 13 + 8 > 20: B waits until A has gone at 9.
    expect(column(outcome, 'GENERATED_TOKENS', 2)).toEqual([9, 4]);
    expect(column(outcome, 'ADMITTED_S', 2)).toEqual([0, 9]);
  });

  it('goes back to the slot that holds the longest part of the prompt, otherwise to the oldest', () => {
    const outcome = run({ ...settings, enablePrefixCaching: true }, [
      { atS: 0, prompt: 8, output: 1, prefix: chain([1, 6]) },
      { atS: 0, prompt: 8, output: 4, prefix: chain([2, 6]) },
      { atS: 20, prompt: 8, output: 1, prefix: chain([2, 6]) },
      { atS: 30, prompt: 8, output: 1, prefix: chain([3, 6]) },
      { atS: 40, prompt: 8, output: 1, prefix: chain([1, 6]) },
      { atS: 50, prompt: 6, output: 1, prefix: chain([2, 6]) },
    ]);
    // C finds B's slot (6 tokens). D shares nothing and takes the slot least recently used, A's. E then finds nothing and
    // takes the oldest: C's. F, whose prefix was there, finds nothing.
    expect(column(outcome, 'CACHED_TOKENS', 6)).toEqual([0, 0, 6, 0, 0, 0]);
    expect([...outcome.columns.place.subarray(0, 6)]).toEqual([0, 1, 1, 0, 1, 0]);
  });
});

describe('single stream', () => {
  const settings = { scheduler: 'single-stream', maxNumBatchedTokens: 8 } as const;

  it('serves one request at a time in order of arrival', () => {
    const outcome = run({ ...settings, enableChunkedPrefill: false }, [
      { atS: 0, prompt: 20, output: 3 },
      { atS: 0.5, prompt: 20, output: 1 },
      { atS: 1, prompt: 1, output: 2 },
    ]);
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0, 3, 4]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([20, 0, 20, 1, 0]);
  });

  it('computes a prompt in pieces where chunked prefill is on', () => {
    const outcome = run(settings, [{ atS: 0, prompt: 20, output: 2 }]);
    expect(outcome.segments.map((s) => s.prefillTokens)).toEqual([8, 8, 4, 0]);
  });

  it('follows the price line in its pieces', () => {
    // Contexts below 40 cost double: the line breaks where the context reaches 40.
    const model = new LinearModel({ ...UNIT, contextS: 2 ** -6, kinkTokens: 40 });
    const outcome = run(settings, [{ atS: 0, prompt: 8, output: 60 }], model);
    expect(outcome.segments.slice(1).map((s) => s.steps)).toEqual([31, 28]);
    let expected = 1 + 2 * 2 ** -6 * 0;
    for (let context = 9; context < 68; context++)
      expected += 1 + (context < 40 ? 2 * context : 40 + context) * 2 ** -6;
    expect(outcome.columns.real[(0 << REAL_SHIFT) | Real.LAST_TOKEN_S]).toBe(expected);
  });
});

describe('pipeline', () => {
  it('reserves a request in full at admission and never preempts', () => {
    const outcome = run({ scheduler: 'pipeline', numBlocks: 6 }, [
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0, prompt: 4, output: 9 },
      { atS: 0, prompt: 4, output: 1 },
    ]);
    // 12 tokens are 3 blocks each: A and B fill the memory until 9.
    expect(column(outcome, 'ADMITTED_S', 3)).toEqual([0, 0, 9]);
    expect(column(outcome, 'PREEMPTIONS', 3)).toEqual([0, 0, 0]);
    expect(outcome.segments[0]!.usedBlocksFrom).toBe(6);
  });
});

describe('any engine', () => {
  it('says whose request does not belong here', () => {
    const outcome = run({}, [{ atS: 0, prompt: 4, output: 1 }]);
    expect(() => outcome.replica.cancel(0, 5)).toThrow(/cancel of slot 0/);
    expect(() => outcome.replica.onBoundary(7)).toThrow(/boundary at 7 s/);
  });

  it('does not accept a request without tokens', () => {
    expect(() => run({}, [{ atS: 0, prompt: 0, output: 1 }])).toThrow(/0 prompt/);
    expect(() => run({}, [{ atS: 0, prompt: 1, output: 0 }])).toThrow(/0 output/);
  });

  it('does not accept a step of no length', () => {
    expect(() => run({}, [{ atS: 0, prompt: 1, output: 1 }], new LinearModel({ ...UNIT, fixedS: 0 }))).toThrow(
      /priced at 0 s/,
    );
  });

  it('prices anew from the next boundary on when it is told to', () => {
    for (const stepByStep of [false, true]) {
      const model = new ThrottledModel(UNIT);
      const plans = [
        { atS: 0, prompt: 1, output: 6 },
        { atS: 30, prompt: 9, output: 1 },
      ];
      const outcome = serve({}, model, plans, {
        stepByStep,
        flushS: [3.5],
        check: (replica, _columns, nowS) => {
          if (nowS !== 3.5) return;
          model.slowness = 2;
          replica.reprice?.(nowS);
        },
      });
      // Tokens at 1, 2, 3, 4 (the step under way keeps its price), then at 6 and 8.
      expect(outcome.columns.real[(0 << REAL_SHIFT) | Real.LAST_TOKEN_S]).toBe(8);
      expect(outcome.segments.map((s) => [s.fromS, s.toS, s.steps])).toEqual([
        [0, 1, 1],
        [1, 3, 2],
        [3, 4, 1],
        [4, 8, 2],
        [30, 32, 1],
      ]);
    }
  });
});
