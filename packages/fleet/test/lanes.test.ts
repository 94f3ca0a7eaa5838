import { describe, expect, it } from 'vitest';
import { Count, lanePlanOf, parallelism, type TrafficPlan, type WorldPlan } from '../src/index.js';
import { content, inParts, whole } from './parts.js';
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

describe('the lanes of a world', () => {
  it.each(Object.entries(CASES))('give the same bytes in one world and in several: %s', (_, worldPlan) => {
    expect(lanePlanOf(worldPlan).lanes).toBeGreaterThan(5);
    const alone = whole(worldPlan);
    expect(alone.log!.rows).toBe(50);
    const expected = content(alone);
    for (const threads of [2, 3, 5]) expect(content(inParts(worldPlan, threads))).toEqual(expected);
  });
});
