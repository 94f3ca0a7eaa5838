/** What a benchmark's client sends and measures, in the real engine: recycled prompts, chunks, everything at once. */

import type { WorkloadPlan } from '@infersim/workload';
import { describe, expect, it } from 'vitest';
import type { World, WorldPlan } from '../src/index.js';
import { deployment, engine, plan, pool, run, traffic, workload } from './small-world.js';

const spec = deployment();
const caching = pool({ deployment: spec, engine: engine(spec, { enablePrefixCaching: true }) });
const lengths: WorkloadPlan['lengths'] = {
  kind: 'independent',
  prompt: { dist: 'constant', value: 1_000 },
  output: { dist: 'constant', value: 40 },
};
const withWorkload = (over: Partial<WorkloadPlan>, more: Partial<WorldPlan> = {}) =>
  plan({ pools: [caching], traffic: [traffic({ workload: workload({ lengths, ...over }) })], ...more });

/** Rows of the log in order of sending. */
const column = (world: World, name: 'cachedTokens' | 'firstTokenS' | 'lastTokenS' | 'sentS' | 'outcome') => [
  ...world.log!.columns[name].subarray(0, world.log!.rows),
];

describe('a recycled pool of prompts', () => {
  const recycled = (order: 'cycle' | 'shuffled') =>
    run(
      withWorkload({
        arrivals: { process: 'constant', ratePerS: 1 },
        promptPool: { beginnings: 3, beginningTokens: 200, promptsPerBeginning: 5, order },
      }),
    );

  it.each(['cycle', 'shuffled'] as const)('is all hits after the first pass (%s)', (order) => {
    const cached = column(recycled(order), 'cachedTokens');
    expect(cached.length).toBeGreaterThan(60);
    // A block of 16 tokens is reusable when it is full, and one token has to be computed: 62 of 62.5 blocks.
    const afterFirstPass = cached.slice(15).filter((tokens) => !Number.isNaN(tokens));
    expect(new Set(afterFirstPass)).toEqual(new Set([992]));
  });

  it('hits only the shared beginnings in the first pass', () => {
    // 12 full blocks of the 200 tokens; the first prompt of each beginning has nothing to hit.
    expect(column(recycled('cycle'), 'cachedTokens').slice(0, 15)).toEqual([
      0, 192, 192, 192, 192, 0, 192, 192, 192, 192, 0, 192, 192, 192, 192,
    ]);
  });

  it('computes whole prompts where the engine keeps none', () => {
    const world = run(
      withWorkload(
        {
          arrivals: { process: 'constant', ratePerS: 1 },
          promptPool: { beginnings: 1, beginningTokens: 200, promptsPerBeginning: 5, order: 'cycle' },
        },
        { pools: [pool({ deployment: spec, engine: engine(spec, { enablePrefixCaching: false }) })] },
      ),
    );
    expect(new Set(column(world, 'cachedTokens').slice(0, 60))).toEqual(new Set([0]));
  });
});

describe('a client that receives chunks', () => {
  const chunked = (tokens: number | undefined, outputTokens = 40) => {
    const base = traffic({
      workload: workload({
        arrivals: { process: 'poisson', ratePerS: 4 },
        lengths: { ...lengths, output: { dist: 'constant', value: outputTokens } },
      }),
    });
    const client = { ...base.client, ...(tokens === undefined ? {} : { streamIntervalTokens: tokens }) };
    return run(plan({ traffic: [{ ...base, client }] }));
  };
  const tallies = (world: World) => world.statistics.cells.peek(0, 0)!;

  it('sees its first token when the first chunk is full, everything else as before', () => {
    const each = chunked(undefined);
    const chunks = chunked(20);
    expect(chunks.fingerprint).toBe(each.fingerprint);
    expect(tallies(chunks).e2eS.mean).toBe(tallies(each).e2eS.mean!);
    expect(tallies(chunks).itlS.mean).toBe(tallies(each).itlS.mean!);
    const first = column(each, 'firstTokenS');
    const last = column(each, 'lastTokenS');
    for (const [row, seenS] of column(chunks, 'firstTokenS').entries())
      if (!Number.isNaN(seenS)) expect(seenS).toBeCloseTo(first[row]! + ((last[row]! - first[row]!) * 19) / 39, 9);
    const shiftS = tallies(chunks).ttftS.mean! - tallies(each).ttftS.mean!;
    expect(shiftS).toBeCloseTo(19 * tallies(each).tpotS.mean!, 9);
    // (E2E - TTFT) / (output - 1), as the client works it out.
    expect(tallies(chunks).tpotS.mean!).toBeCloseTo((tallies(each).tpotS.mean! * 20) / 39, 9);
  });

  it('is the same client when chunks are single tokens', () => {
    expect(tallies(chunked(1)).ttftS.mean).toBe(tallies(chunked(undefined)).ttftS.mean!);
  });

  it('gets a short answer whole, without a time per token', () => {
    const world = chunked(20, 12);
    expect(tallies(world).ttftS.mean).toBe(tallies(world).e2eS.mean!);
    expect(tallies(world).ttftS.count).toBeGreaterThan(100);
    expect(tallies(world).tpotS.count).toBe(0);
  });

  it('judges good answers by what it sees', () => {
    const base = traffic({ workload: workload({ arrivals: { process: 'poisson', ratePerS: 4 }, lengths }) });
    const limitS = tallies(chunked(undefined)).ttftS.mean! * 1.5;
    const goodOf = (tokens: number) => {
      const client = { ...base.client, streamIntervalTokens: tokens };
      const world = run(plan({ traffic: [{ ...base, client, goodput: { ttftS: limitS, tpotS: -1, e2eS: -1 } }] }));
      return tallies(world).counts.join();
    };
    expect(goodOf(40)).not.toBe(goodOf(1));
  });
});

describe('everything queued at once', () => {
  it('is sent at one moment and served in the order of its numbers', () => {
    const world = run(
      withWorkload({ arrivals: { process: 'burst', requests: 300, atS: 2, ratePerS: 2.5 } }, { horizonS: 600 }),
    );
    expect(world.statistics.offeredByTraffic[0]).toBe(300);
    expect(new Set(column(world, 'sentS'))).toEqual(new Set([2]));
    expect(new Set(column(world, 'outcome'))).toEqual(new Set([0]));
    const last = column(world, 'lastTokenS');
    expect(last.every((timeS, row) => row === 0 || timeS >= last[row - 1]!)).toBe(true);
  });
});

describe('API time', () => {
  it('is half before and half after the engine: both TTFT and E2E hold all of it', () => {
    const timed = (apiS: number) => {
      const world = run(
        plan({
          pools: [pool({ apiS })],
          traffic: [traffic({ workload: workload({ arrivals: { process: 'constant', ratePerS: 0.2 }, lengths }) })],
        }),
      );
      return world.statistics.cells.peek(0, 0)!;
    };
    const without = timed(0);
    const with7ms = timed(0.007);
    expect(with7ms.ttftS.mean! - without.ttftS.mean!).toBeCloseTo(0.007, 9);
    expect(with7ms.e2eS.mean! - without.e2eS.mean!).toBeCloseTo(0.007, 9);
    expect(with7ms.queueS.mean!).toBeCloseTo(without.queueS.mean!, 9);
  });
});
