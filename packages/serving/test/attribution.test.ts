/** Who is charged for a step, by hand; and that nothing is lost: energy, time, tokens and blocks in random scenarios. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PagedScheduler } from '../src/paged-scheduler.js';
import type { Replica } from '../src/replica.js';
import { ScheduledReplica } from '../src/scheduled-replica.js';
import { REAL_SHIFT, Real, RequestState, WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { KV_BYTES, LinearModel, UNIT, WEIGHT_BYTES } from './linear-model.js';
import { kinds, roughPhysics, traffic } from './random-scenarios.js';
import { column, type Outcome, serve } from './world.js';

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(expected), 1e-300));
}

/** Requests against segments: energy and time must be the same total. */
function expectConserved(outcome: Outcome, count: number): void {
  expectClose(sum(column(outcome, 'ENERGY_J', count)), sum(outcome.segments.map((s) => s.energyJ)));
  expectClose(sum(column(outcome, 'DEVICE_S', count)), sum(outcome.segments.map((s) => s.toS - s.fromS)));
}

describe('attribution', () => {
  it('charges half by tokens and half by bytes, the bytes of nobody by tokens', () => {
    const model = new LinearModel(UNIT);
    const outcome = serve({}, model, [
      { atS: 0, prompt: 4, output: 3 },
      { atS: 0.5, prompt: 6, output: 2 },
    ]);
    // Step 1: A's 4 prompt tokens. Step 2: A's decode reads 5, B's 6 prompt tokens. Step 3: A reads 6, B reads 7.
    const energy = (contexts: number, tokens: number) =>
      model.energyJ(1, 0.5, WEIGHT_BYTES + KV_BYTES * contexts, tokens / 1000);
    const share = (tokens: number, contexts: number, allTokens: number, allContexts: number) => {
      const bytes = WEIGHT_BYTES + KV_BYTES * allContexts;
      return tokens / allTokens / 2 + (KV_BYTES * contexts + (tokens / allTokens) * WEIGHT_BYTES) / bytes / 2;
    };
    const expectedA = energy(4, 4) + energy(11, 7) * share(1, 5, 7, 11) + energy(13, 2) * share(1, 6, 2, 13);
    const expectedB = energy(11, 7) * share(6, 6, 7, 11) + energy(13, 2) * share(1, 7, 2, 13);
    expectClose(outcome.columns.real[(0 << REAL_SHIFT) | Real.ENERGY_J]!, expectedA);
    expectClose(outcome.columns.real[(1 << REAL_SHIFT) | Real.ENERGY_J]!, expectedB);
    // Prefill causes half a second of step 2: (T(0,Q) + T(D,Q) - T(D,0)) / 2 = (1 + 1 - 1) / 2.
    expectClose(outcome.columns.real[(0 << REAL_SHIFT) | Real.DEVICE_S]!, 1 + 0.5 + 0.5);
    expectClose(outcome.columns.real[(1 << REAL_SHIFT) | Real.DEVICE_S]!, 0.5 + 0.5);
    expect(outcome.segments.map((s) => s.prefillS)).toEqual([1, 0.5, 0]);
  });

  it('charges recomputation again and keeps what was charged before', () => {
    const model = new LinearModel(UNIT);
    const outcome = serve({ numBlocks: 4 }, model, [
      { atS: 0, prompt: 4, output: 3 },
      { atS: 0, prompt: 4, output: 3 },
      { atS: 0, prompt: 4, output: 3 },
    ]);
    // C: a third of step 1, then alone: 5 tokens in [3,4] and one decode in [4,5].
    expect(outcome.columns.whole[(2 << WHOLE_SHIFT) | Whole.PREEMPTIONS]).toBe(1);
    expectClose(outcome.columns.real[(2 << REAL_SHIFT) | Real.DEVICE_S]!, 1 / 3 + 1 + 1);
    expectConserved(outcome, 3);
  });

  it('stays exact over hundreds of thousands of steps with somebody always in the batch', () => {
    const model = new LinearModel({ ...UNIT, fixedS: 0.01, contextS: 1e-6, windows: [3000] });
    const plans = Array.from({ length: 40 }, (_, i) => ({
      atS: i * 90,
      prompt: 10 + i,
      output: 9000 + ((i * 37) % 11) * 500,
    }));
    const outcome = serve({ maxModelLenTokens: 100_000, numBlocks: 100_000 }, model, plans);
    expect(outcome.notes.filter((note) => note[1] === 'finished').length).toBe(40);
    expectConserved(outcome, 40);
    expect(column(outcome, 'GENERATED_TOKENS', 40)).toEqual(plans.map((plan) => plan.output));
    // Every gap between tokens is a step of a segment: they add up to the time between first and last token.
    const first = outcome.columns.real[(7 << REAL_SHIFT) | Real.FIRST_TOKEN_S]!;
    const last = outcome.columns.real[(7 << REAL_SHIFT) | Real.LAST_TOKEN_S]!;
    const between = outcome.segments.filter((s) => s.fromS >= first && s.toS <= last);
    expect(sum(between.map((s) => s.steps))).toBe(plans[7]!.output - 1);
    expectClose(sum(between.map((s) => s.toS - s.fromS)), last - first);
  });
});

describe('conservation', () => {
  it('loses no energy, time, token or block in any kind of engine', () => {
    fc.assert(
      fc.property(kinds, roughPhysics, traffic(0.1, 0.03, true), (settings, physics, plans) => {
        const check = (replica: Replica) => {
          expect(replica.heldBlocks()).toBe(replica.usedBlocks);
          if (!(replica instanceof ScheduledReplica && replica.scheduler instanceof PagedScheduler)) return;
          const { pool } = replica.scheduler;
          const blocks = settings.hasKv ? settings.numBlocks : 0;
          expect(replica.usedBlocks).toBeGreaterThanOrEqual(0);
          expect(replica.usedBlocks).toBeLessThanOrEqual(blocks);
          if (pool === null) return;
          expect(pool.audit().listedBlocks + replica.usedBlocks).toBeLessThanOrEqual(blocks);
        };
        const outcome = serve(settings, new LinearModel(physics), plans, { check });
        const count = plans.length;
        const { columns, replica } = outcome;
        expectConserved(outcome, count);
        // Everything that came has gone, and has left nothing behind.
        expect(replica.outstandingRequests).toBe(0);
        expect(replica.outstandingTokens).toBe(0);
        expect(replica.queuedPrefillTokens).toBe(0);
        expect(replica.contextTokens).toBe(0);
        expect(replica.usedBlocks).toBe(0);
        let decodeTokens = 0;
        let prefillTokens = 0;
        for (let slot = 0; slot < count; slot++) {
          const state = columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE]!;
          // AWAY: to be sent after one that was withdrawn.
          const { AWAY, DONE, REFUSED, CANCELLED } = RequestState;
          expect([AWAY, DONE, REFUSED, CANCELLED]).toContain(state);
          if (state === RequestState.DONE) {
            expect(columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]).toBe(
              columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS],
            );
            expect(columns.real[(slot << REAL_SHIFT) | Real.FIRST_TOKEN_S]).toBeLessThanOrEqual(
              columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]!,
            );
            if (settings.hasKv)
              expect(
                columns.whole[(slot << WHOLE_SHIFT) | Whole.CACHED_TOKENS]! +
                  columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_PREFILL_TOKENS]! -
                  columns.whole[(slot << WHOLE_SHIFT) | Whole.RECOMPUTED_TOKENS]!,
              ).toBe(columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]);
          }
          prefillTokens += columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_PREFILL_TOKENS]!;
          decodeTokens += columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]!;
        }
        if (settings.scheduler !== 'static-batch') {
          expect(sum(outcome.segments.map((s) => s.prefillTokens))).toBe(prefillTokens);
          const resumed = outcome.gaps.length;
          const firsts = settings.hasKv ? outcome.notes.filter((note) => note[1] === 'first').length : 0;
          expect(sum(outcome.segments.map((s) => s.decodes * s.steps))).toBe(decodeTokens - firsts - resumed);
        }
        // Every gap between two tokens of a request is a step, a stall in front of one, or reported by itself.
        if (settings.hasKv) {
          const between = column(outcome, 'FIRST_TOKEN_S', count).map((firstS, slot) => {
            const lastS = columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]!;
            return Number.isNaN(firstS) || Number.isNaN(lastS) ? 0 : lastS - firstS;
          });
          const stalled = outcome.segments.flatMap((s) =>
            s.stallS.map((stallS, group) => stallS * sum(s.stalledByWorkload.slice(3 * group, 3 * group + 3))),
          );
          const gaps = sum(outcome.segments.map((s) => s.decodes * s.workS)) + sum(stalled);
          expectClose(gaps + sum(outcome.gaps.map(([, , gapS]) => gapS!)), sum(between));
        }
        // Segments follow each other and say who decoded.
        let untilS = 0;
        for (const segment of outcome.segments) {
          expect(segment.fromS).toBeGreaterThanOrEqual(untilS);
          expect(segment.toS).toBeGreaterThan(segment.fromS);
          expect(sum(segment.decodesByWorkload)).toBe(segment.decodes);
          untilS = segment.toS;
        }
      }),
      { numRuns: Number(process.env['SOAK'] ?? 500), seed: 20264 },
    );
  });

  it('reports the same work in pieces when it is flushed, and moves nothing', () => {
    const model = new LinearModel({ ...UNIT, fixedS: 0.1, contextS: 1e-4 });
    const plans = [
      { atS: 0, prompt: 9, output: 40 },
      { atS: 1, prompt: 5, output: 30 },
    ];
    const whole = serve({}, model, plans);
    const pieces = serve({}, model, plans, { flushS: [0.05, 0.1, 0.777, 2, 2, 3.3] });
    expect(pieces.notes).toEqual(whole.notes);
    expect(pieces.segments.length).toBe(whole.segments.length + 3);
    expect(sum(pieces.segments.map((s) => s.steps))).toBe(sum(whole.segments.map((s) => s.steps)));
    expectClose(sum(pieces.segments.map((s) => s.bytes)), sum(whole.segments.map((s) => s.bytes)));
    expectConserved(pieces, 2);
  });
});
