/** Random engines, traffic and physics for the property tests: few blocks, many ties, shared prefixes, long queues. */

import type { PrefixChain } from '@infersim/workload';
import fc from 'fast-check';
import type { EngineSettings } from '../src/engine-settings.js';
import { DYADIC, type LinearCoefficients } from './linear-model.js';
import { chain, type RequestPlan, SETTINGS } from './world.js';

/** Chains over a small tree of segments, so that prompts often begin alike and sometimes part in the middle of a block. */
const chains: fc.Arbitrary<PrefixChain> = fc
  .tuple(fc.constantFrom(3, 4, 7), fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 6 }))
  .map(([length, choices]) => {
    let node = 1;
    return chain(
      ...choices.map((choice): [number, number] => {
        node = node * 2 + choice;
        return [node * 1000 + length, length];
      }),
    );
  });

/** A request before its times are put on a grid. */
interface Draft {
  readonly gap: number;
  readonly prompt: number;
  readonly output: number;
  readonly prefix: PrefixChain | null;
  readonly patience: number | null;
  readonly workload: number;
  readonly overdeclared: number;
  readonly follows: number | null;
}

const drafts = fc.array(
  fc.record<Draft>({
    gap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 8 })),
    prompt: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 30 })),
    output: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 })),
    prefix: fc.option(chains, { nil: null, freq: 2 }),
    patience: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, fc.integer({ min: 0, max: 40 })),
    workload: fc.integer({ min: 0, max: 2 }),
    overdeclared: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 40 })),
    follows: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.integer({ min: 1, max: 5 })),
  }),
  { minLength: 1, maxLength: 24, size: 'max' },
);

/**
 * Traffic on a grid of `gridS`; withdrawals lie `offGridS` behind grid points, so 0 makes them tie with everything else.
 * With `follow`, some requests are sent in the instant in which another one finishes.
 */
export function traffic(gridS: number, offGridS: number, follow = false): fc.Arbitrary<RequestPlan[]> {
  return drafts.map((list) => {
    let tick = 0;
    return list.map((draft, index) => {
      tick += draft.gap;
      const atS = tick * gridS;
      const prompt = Math.max(draft.prompt, draft.prefix?.totalTokens ?? 0);
      const { output, prefix, workload } = draft;
      const plan = { atS, prompt, output, prefix, workload, declared: output + draft.overdeclared };
      if (follow && draft.follows !== null && draft.follows <= index) return { ...plan, after: index - draft.follows };
      if (draft.patience === null) return plan;
      return { ...plan, cancelS: (tick + draft.patience) * gridS + offGridS };
    });
  });
}

/** One after the other, short prompts and long outputs: more is let in than the blocks hold in the end. */
export function growing(gridS: number): fc.Arbitrary<RequestPlan[]> {
  const one = fc.record({
    gap: fc.integer({ min: 0, max: 6 }),
    prompt: fc.integer({ min: 1, max: 6 }),
    output: fc.integer({ min: 12, max: 40 }),
    patience: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.integer({ min: 20, max: 80 })),
  });
  return fc.array(one, { minLength: 8, maxLength: 24, size: 'max' }).map((list) => {
    let tick = 0;
    return list.map(({ gap, patience, ...plan }) => {
      tick += gap;
      const atS = tick * gridS;
      return patience === null ? { ...plan, atS } : { ...plan, atS, cancelS: atS + patience * gridS };
    });
  });
}

export const engines: fc.Arbitrary<EngineSettings> = fc
  .record({
    maxNumSeqs: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 4, max: 12 })),
    maxNumBatchedTokens: fc.integer({ min: 12, max: 40 }),
    blockSizeTokens: fc.constantFrom(1, 2, 4, 5, 8),
    kvTokens: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 60, max: 160 }) }, fc.constant(2000)),
    enableChunkedPrefill: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    enablePrefixCaching: fc.boolean(),
    longPrefillTokenThreshold: fc.constantFrom(0, 0, 3, 8),
    maxModelLenTokens: fc.constantFrom(4096, 60),
    watermark: fc.constantFrom(0, 0, 0.1),
    asyncScheduling: fc.boolean(),
    fixedBlocksPerSequence: fc.constantFrom(0, 0, 2),
  })
  .map(({ kvTokens, ...settings }) => ({
    ...SETTINGS,
    ...settings,
    numBlocks: Math.ceil(kvTokens / settings.blockSizeTokens),
  }));

/** Exact on doubles: sums of step times do not depend on their order. */
export const dyadicPhysics: fc.Arbitrary<LinearCoefficients> = fc
  .record({
    windows: fc.constantFrom([], [], [6], [5, 16]),
    kinkTokens: fc.constantFrom(0, 40, 120),
    contextS: fc.constantFrom(0, 2 ** -10, 2 ** -6),
    decodeS: fc.constantFrom(0, 2 ** -5),
    prefillTokenS: fc.constantFrom(0, 2 ** -7),
  })
  .map((some) => ({ ...DYADIC, ...some, fixedS: 2 ** -2 }));

/** Nothing exact about these: leaping and stepping must agree all the same. */
export const roughPhysics: fc.Arbitrary<LinearCoefficients> = fc.record({
  fixedS: fc.constantFrom(0.1, 0.0137, 1),
  decodeS: fc.constantFrom(0, 1.3e-3, 0.01),
  contextS: fc.constantFrom(0, 3.7e-5, 0.0021),
  prefillTokenS: fc.constantFrom(0, 7.1e-4),
  areaS: fc.constantFrom(0, 1.7e-6),
  windows: fc.constantFrom([], [7], [5, 16]),
  windowS: fc.constantFrom(1.9e-5),
  kinkTokens: fc.constantFrom(0, 50, 150),
});

export const sglang: fc.Arbitrary<EngineSettings> = fc
  .record({
    settings: engines,
    chunkTokens: fc.integer({ min: 8, max: 40 }),
    enableMixedChunk: fc.boolean(),
    maxPrefillTokens: fc.constantFrom(20, 16_384),
    // Close to nothing lets too many in, so that some must be retracted.
    scheduleConservativeness: fc.constantFrom(1e-3, 1e-3, 0.3, 1),
    schedulePolicy: fc.constantFrom('fcfs' as const, 'lpm' as const),
    pageTokens: fc.option(fc.constant(1), { nil: null, freq: 2 }),
    kvTokens: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 60, max: 110 }) }, fc.constant(2000)),
  })
  .map(({ settings, chunkTokens, pageTokens, kvTokens, ...own }) => {
    const blockSizeTokens = pageTokens ?? settings.blockSizeTokens;
    return {
      ...settings,
      ...own,
      scheduler: 'sglang',
      maxNumBatchedTokens: chunkTokens,
      blockSizeTokens,
      numBlocks: Math.ceil(kvTokens / blockSizeTokens),
    };
  });

export const trtllm: fc.Arbitrary<EngineSettings> = fc
  .tuple(engines, fc.constantFrom('trtllm-no-evict' as const, 'trtllm-max-utilization' as const))
  .map(([settings, scheduler]) => ({ ...settings, scheduler }));

export const tgi: fc.Arbitrary<EngineSettings> = fc
  .record({
    settings: engines,
    waitingServedRatio: fc.constantFrom(0, 0.3, 0.6, 1.2),
    maxWaitingTokens: fc.constantFrom(1, 2, 5, 20),
    maxBatchTotalTokens: fc.option(fc.integer({ min: 60, max: 160 }), { nil: null }),
  })
  .map(({ settings, maxBatchTotalTokens, ...own }) => ({
    ...settings,
    ...own,
    scheduler: 'tgi',
    ...(maxBatchTotalTokens === null ? {} : { maxBatchTotalTokens }),
  }));

/** The kinds of other engines than vLLM. */
export const otherEngines: fc.Arbitrary<EngineSettings> = fc.oneof(sglang, trtllm, tgi);

/** All scheduler kinds. */
export const kinds: fc.Arbitrary<EngineSettings> = fc.oneof(
  { weight: 6, arbitrary: engines },
  { weight: 3, arbitrary: sglang },
  { weight: 2, arbitrary: trtllm },
  { weight: 2, arbitrary: tgi },
  engines.map((settings): EngineSettings => ({ ...settings, scheduler: 'pipeline' })),
  engines.map((settings): EngineSettings => ({ ...settings, hasKv: false })),
  fc
    .tuple(engines, fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0.25, 2), fc.boolean())
    .map(([settings, staticBatchSize, staticBatchTimeoutS, hasKv]): EngineSettings => {
      return { ...settings, scheduler: 'static-batch', staticBatchSize, staticBatchTimeoutS, hasKv };
    }),
  fc
    .tuple(engines, fc.boolean(), fc.constantFrom(12, 13, 16))
    .map(([settings, unifiedKv, ubatchTokens]): EngineSettings => {
      return { ...settings, scheduler: 'llama-cpp', unifiedKv, ubatchTokens };
    }),
  fc.tuple(engines, fc.boolean()).map(([settings, hasKv]): EngineSettings => {
    return { ...settings, scheduler: 'single-stream', hasKv };
  }),
);
