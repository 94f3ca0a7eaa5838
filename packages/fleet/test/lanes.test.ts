import type { WorkloadPlan } from '@infersim/workload';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Count,
  lanePlanOf,
  parallelism,
  type Refusal,
  type TrafficPlan,
  type WorldPlan,
  type WorldRecord,
} from '../src/index.js';
import { content, inParts, inSlices, whole } from './parts.js';
import { deployment, engine, group, plan, pool, traffic, workload } from './small-world.js';

const spec = { ...deployment(), maxNumSeqs: 4 };
const small = (over: Parameters<typeof pool>[0] = {}) => pool({ deployment: spec, engine: engine(spec), ...over });
const client = (over: Partial<TrafficPlan['client']>) => ({
  client: { timeoutS: -1, maxRetries: 0, backoffS: 0.2, cancelOnTimeout: true, ...over },
});
const closed = (users: number) =>
  workload({ arrivals: { process: 'closed', users, thinkS: { dist: 'exponential', mean: 0.3 }, rampS: 1 } });
const open = (ratePerS: number) => workload({ arrivals: { process: 'poisson', ratePerS } });

/** One central source before 7 like sites. */
const spread = (over: Partial<WorldPlan> & { traffic: WorldPlan['traffic'] }, rttS = 0.04) =>
  plan({
    groups: [group({ count: 7 })],
    origins: [{ id: 'here', siteGroup: -1, rttS: [rttS] }],
    pools: [small({ replicas: 2 })],
    horizonS: 20,
    warmupS: 4,
    ...over,
  });

const tight = { queueLimit: 0, replicas: 1 };
const CASES: Readonly<Record<string, WorldPlan>> = {
  'edge sites with customers of their own': plan({
    groups: [group({ id: 'shops', grid: 'edge', count: 9 })],
    origins: [{ id: 'shops', siteGroup: 0, rttS: [0.002] }],
    pools: [small()],
    horizonS: 30,
    traffic: [
      traffic({ workload: workload({ siteRateSigma: 0.5, arrivals: { process: 'poisson', ratePerS: 3 } }) }),
      traffic({ workload: { ...closed(3), id: 'staff' }, ...client({ timeoutS: 1, maxRetries: 2 }) }),
    ],
  }),
  'open arrivals spread by hash': spread({ traffic: [traffic({ workload: open(60) })] }),
  'open arrivals with deadlines and no retries': spread({
    traffic: [traffic({ workload: open(120), ...client({ timeoutS: 0.7 }) })],
  }),
  'a closed loop over all sites': spread({ traffic: [traffic({ workload: closed(40) })] }),
  'refusals and retries': spread({
    pools: [small(tight)],
    traffic: [traffic({ workload: open(90), ...client({ maxRetries: 3 }) })],
  }),
  'deadlines, withdrawn at the server': spread({
    traffic: [traffic({ workload: closed(120), ...client({ timeoutS: 0.8, maxRetries: 1 }) })],
  }),
  'deadlines, the server works on': spread({
    traffic: [traffic({ workload: open(150), ...client({ timeoutS: 0.8, maxRetries: 2, cancelOnTimeout: false }) })],
  }),
  'refusals that come after the deadline': spread(
    {
      pools: [small(tight)],
      traffic: [traffic({ workload: open(90), ...client({ timeoutS: 0.3, maxRetries: 2 }) })],
    },
    0.4,
  ),
  jitter: spread({
    networkJitterSigma: 0.2,
    pools: [small(tight)],
    traffic: [traffic({ workload: open(80), ...client({ timeoutS: 1, maxRetries: 2 }) })],
  }),
  'ties: a burst, constant arrivals, no pauses': spread({
    pools: [small({ ...tight, queueLimit: 1 })],
    traffic: [
      traffic({ workload: workload({ arrivals: { process: 'constant', ratePerS: 50 } }) }),
      traffic({
        workload: workload({ id: 'burst', arrivals: { process: 'burst', requests: 80, atS: 2, ratePerS: 4 } }),
        ...client({ maxRetries: 2, backoffS: 0 }),
      }),
    ],
  }),
  'sites of two groups, long prompts to the second': plan({
    groups: [group({ count: 4 }), group({ id: 'far', count: 3 })],
    origins: [{ id: 'here', siteGroup: 0, rttS: [0.01, 0.06] }],
    pools: [small({ engine: engine(spec, { maxModelLenTokens: 560 }) }), small({ id: 'long', group: 1, apiS: 0.01 })],
    horizonS: 20,
    traffic: [
      traffic({
        workload: workload({
          arrivals: { process: 'poisson', ratePerS: 4 },
          lengths: {
            kind: 'independent',
            prompt: { dist: 'exponential', mean: 500 },
            output: { dist: 'exponential', mean: 30 },
          },
        }),
        route: { ...traffic().route, stages: [[0], [1]] },
        ...client({ timeoutS: 2, maxRetries: 1 }),
      }),
    ],
  }),
  'requests that fit nowhere': spread({
    pools: [small({ engine: engine(spec, { maxModelLenTokens: 3000 }) })],
    traffic: [
      traffic({
        workload: workload({
          lengths: {
            kind: 'independent',
            prompt: { dist: 'exponential', mean: 5000 },
            output: { dist: 'constant', value: 20 },
          },
        }),
        ...client({ maxRetries: 1 }),
      }),
      traffic({
        workload: workload({
          id: 'forgotten',
          lengths: {
            kind: 'independent',
            prompt: { dist: 'exponential', mean: 5000 },
            output: { dist: 'constant', value: 20 },
          },
        }),
      }),
    ],
  }),
};

/** What must have happened in a case for it to test anything. */
const EXERCISED: Readonly<Record<string, (record: WorldRecord) => number>> = {
  'refusals and retries': (record) => refusals(record, 'queue_full'),
  'deadlines, withdrawn at the server': (record) => counted(record, Count.TIMED_OUT),
  'deadlines, the server works on': (record) => counted(record, Count.TIMED_OUT),
  'refusals that come after the deadline': (record) => counted(record, Count.TIMED_OUT),
  jitter: (record) => refusals(record, 'queue_full'),
  'ties: a burst, constant arrivals, no pauses': (record) => counted(record, Count.REJECTED),
  'sites of two groups, long prompts to the second': (record) =>
    record.statistics.cells.peek(1, 0)!.counts[Count.COMPLETED]!,
  'requests that fit nowhere': (record) => refusals(record, 'too_long'),
};

const counted = (record: WorldRecord, counter: number) => {
  let sum = 0;
  for (let p = -1; p < record.plan.pools.length; p++) {
    for (let t = 0; t < record.plan.traffic.length; t++) {
      sum += record.statistics.cells.peek(p, t)?.counts[counter] ?? 0;
    }
  }
  return sum;
};
const refusals = (record: WorldRecord, reason: Refusal) =>
  record.statistics.refusals.reduce((sum, reasons) => sum + (reasons.get(reason) ?? 0), 0);

function expectConserved(record: WorldRecord): void {
  const outcomes: readonly number[] = [Count.COMPLETED, Count.REJECTED, Count.FAILED, Count.TIMED_OUT];
  const ended = outcomes.reduce((sum, counter) => sum + counted(record, counter), 0);
  const offered = record.statistics.offeredByTraffic.reduce((a, b) => a + b, 0);
  expect(ended + record.inFlight).toBe(offered);
  expect(record.usedBlocks).toBe(record.heldBlocks);
  expect(record.little.integral).toBeCloseTo(record.little.sojourns, 6);
}

const randomPlans: fc.Arbitrary<WorldPlan> = fc
  .record({
    sites: fc.integer({ min: 2, max: 6 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    balance: fc.constantFrom(
      'round-robin',
      'random',
      'least-requests',
      'least-tokens',
      'power-of-two',
      'prefix-affinity',
    ),
    queueLimit: fc.constantFrom(-1, 0, 2),
    apiS: fc.constantFrom(0, 0.004),
    rttMs: fc.integer({ min: 1, max: 300 }),
    sigma: fc.constantFrom(0, 0, 0.15),
    isLocal: fc.boolean(),
    arrivals: fc.constantFrom<WorkloadPlan['arrivals']>(
      { process: 'poisson', ratePerS: 25 },
      { process: 'constant', ratePerS: 20 },
      { process: 'burst', requests: 40, atS: 1, ratePerS: 5 },
      { process: 'closed', users: 12, thinkS: { dist: 'constant', value: 0 }, rampS: 0 },
      { process: 'closed', users: 30, thinkS: { dist: 'exponential', mean: 0.4 }, rampS: 1 },
    ),
    timeoutS: fc.constantFrom(-1, 0.25, 1),
    maxRetries: fc.integer({ min: 0, max: 2 }),
    backoffS: fc.constantFrom(0, 0.1),
    cancelOnTimeout: fc.boolean(),
    tokens: fc.constantFrom(1, 12, 60),
  })
  .map((draw) =>
    plan({
      groups: [group({ count: draw.sites })],
      origins: [{ id: 'here', siteGroup: draw.isLocal ? 0 : -1, rttS: [draw.rttMs / 1000] }],
      pools: [small({ replicas: draw.replicas, balance: draw.balance, queueLimit: draw.queueLimit, apiS: draw.apiS })],
      networkJitterSigma: draw.sigma,
      horizonS: 5,
      warmupS: 1,
      traffic: [
        traffic({
          workload: workload({
            arrivals: draw.arrivals,
            lengths: {
              kind: 'independent',
              prompt: { dist: 'exponential', mean: 300 },
              output: { dist: 'constant', value: draw.tokens },
            },
          }),
          client: {
            timeoutS: draw.timeoutS,
            maxRetries: draw.maxRetries,
            backoffS: draw.backoffS,
            cancelOnTimeout: draw.cancelOnTimeout,
          },
        }),
      ],
    }),
  );

describe('the lanes of a world', () => {
  it.each(Object.entries(CASES))('give the same bytes in one world and in several: %s', (name, worldPlan) => {
    expect(lanePlanOf(worldPlan).lanes).toBeGreaterThan(5);
    const alone = whole(worldPlan);
    expect(alone.log!.rows).toBe(50);
    expectConserved(alone);
    if (EXERCISED[name]) expect(EXERCISED[name](alone)).toBeGreaterThan(10);
    const expected = content(alone);
    for (const threads of [2, 3, 5]) expect(content(inParts(worldPlan, threads))).toEqual(expected);
  });

  it('give the same bytes whatever the plan', () => {
    fc.assert(
      fc.property(randomPlans, fc.integer({ min: 2, max: 4 }), (worldPlan, threads) => {
        const alone = whole(worldPlan);
        expectConserved(alone);
        expect(content(inParts(worldPlan, threads))).toEqual(content(alone));
      }),
      { numRuns: 40 },
    );
  });

  it.each(
    Object.entries(CASES).filter(([, worldPlan]) => lanePlanOf(worldPlan).lookaheadS === Number.POSITIVE_INFINITY),
  )('that run apart give the same bytes however long their blocks of time are: %s', (_, worldPlan) => {
    const expected = content(whole(worldPlan));
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: worldPlan.horizonS, noNaN: true }), { maxLength: 12 }), (cuts) => {
        expect(content(inSlices(worldPlan, cuts))).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('serve the same requests as one lane does, in other words and the same figures', () => {
    // Bound together by a route that looks at the sites, but never has reason to go elsewhere.
    const { groups, pools, origins, traffic: apart, ...rest } = CASES['open arrivals spread by hash']!;
    const bound = {
      ...rest,
      groups,
      pools,
      origins,
      traffic: apart.map((one) => ({ ...one, route: { ...one.route, stages: [[0], [1]], spillQueue: 1e6 } })),
    };
    const two = (worldPlan: WorldPlan): WorldPlan => ({
      ...worldPlan,
      groups: [...groups, group({ id: 'unused' })],
      pools: [...pools, small({ id: 'unused', group: 1 })],
      origins: [{ ...origins[0]!, rttS: [0.04, 0.04] }],
    });
    const one = whole(two(bound));
    expect(lanePlanOf(two(bound)).lanes).toBe(1);
    const several = whole(two({ ...rest, groups, pools, origins, traffic: apart }));
    expect(lanePlanOf(two({ ...rest, groups, pools, origins, traffic: apart })).lanes).toBeGreaterThan(5);
    const mine = several.statistics.cells.peek(0, 0)!;
    const theirs = one.statistics.cells.peek(0, 0)!;
    expect(mine.ttftS.count).toBe(theirs.ttftS.count);
    for (const q of [0, 0.1, 0.5, 0.9, 1]) expect(mine.ttftS.quantile(q)).toBe(theirs.ttftS.quantile(q));
    expect(mine.e2eS.mean!).toBeCloseTo(theirs.e2eS.mean!, 9);
    expect(several.events).toBe(one.events);
    expect(several.fingerprint).not.toBe(one.fingerprint);
  });
});

const routes = (stages: readonly (readonly number[])[], over: Partial<TrafficPlan['route']> = {}) => ({
  route: { ...traffic().route, stages, ...over },
});

describe('the plan of lanes', () => {
  const two = (...traffics: TrafficPlan[]) =>
    plan({
      groups: [group({ count: 40 }), group({ id: 'core', count: 2 })],
      origins: [
        { id: 'each', siteGroup: 0, rttS: [0.001, 0.03] },
        { id: 'region', siteGroup: -1, rttS: [0.05, 0.02] },
      ],
      pools: [pool(), pool({ id: 'core', group: 1, replicas: 5 })],
      traffic: traffics,
    });

  it('parts sites that nobody compares', () => {
    const lanes = lanePlanOf(two(traffic({ origin: 0 }), traffic({ origin: 1, ...routes([[1]]) })));
    expect(lanes.lanes).toBeGreaterThan(12);
    expect(lanes.lookaheadS).toBe(Number.POSITIVE_INFINITY);
    for (const [index, first] of lanes.firstSite.entries()) {
      expect([...first]).toEqual([...first].sort((a, b) => a - b));
      expect(first[0]).toBe(0);
      expect(first[lanes.lanes]).toBe([40, 2][index]);
    }
  });

  it('keeps in one lane what a router compares, and says so', () => {
    const spill = traffic({ origin: 0, ...routes([[0], [1]], { spillQueue: 4 }) });
    expect(parallelism(two(spill))).toMatchObject({ lanes: 1, reason: expect.stringContaining('state of its sites') });
    const limited = two(traffic({ origin: 0, ...routes([[0], [1]]) }));
    expect(lanePlanOf(limited).lanes).toBeGreaterThan(12);
    const pools = [pool({ queueLimit: 3 }), limited.pools[1]!];
    expect(lanePlanOf({ ...limited, pools }).lanes).toBe(1);
    const spread = traffic({ origin: 1, ...routes([[0, 1]], { siteOrder: 'spread' }) });
    expect(lanePlanOf(two(spread)).lanes).toBe(1);
  });

  it('looks no further ahead than the shortest answer', () => {
    const answered = traffic({ origin: 1, ...routes([[1]]), ...client({ maxRetries: 1 }) });
    expect(lanePlanOf(two(traffic({ origin: 0 }), answered)).lookaheadS).toBeCloseTo(0.00999, 8);
    const shaky = { ...two(traffic({ origin: 0 }), answered), networkJitterSigma: 0.2 };
    expect(lanePlanOf(shaky).lookaheadS).toBeCloseTo(0.00999 * Math.exp(-0.2 * Math.sqrt(106 * Math.LN2) - 0.02), 8);
    const near = {
      ...two(traffic({ origin: 0 }), answered),
      origins: two().origins.map((o) => ({ ...o, rttS: [0, 0] })),
    };
    expect(lanePlanOf(near)).toMatchObject({ lookaheadS: Number.POSITIVE_INFINITY });
    // Answered at once, the two sites of the core share a lane.
    expect(new Set(lanePlanOf(near).firstSite[1])).toEqual(new Set([0, 2]));
  });

  it('has one lane where one site has nearly everything', () => {
    expect(parallelism(plan())).toMatchObject({ lanes: 1, reason: expect.stringContaining('one site') });
  });
});
