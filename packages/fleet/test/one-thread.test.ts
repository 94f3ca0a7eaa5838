/** Worlds of one thread share places that a step of the simulation leaves its numbers in; none may show in another. */
import { describe, expect, it } from 'vitest';
import { World } from '../src/index.js';
import { content } from './parts.js';
import { deployment, engine, group, plan, pool, traffic, workload } from './small-world.js';

const HORIZON_S = 5;
const cramped = { ...deployment(), gpuMemoryUtilization: 0.25 };

/** Jitter, deadlines, retries, full memory; many like sites in the second. */
const plans = [
  plan({
    horizonS: HORIZON_S,
    networkJitterSigma: 0.3,
    pools: [
      pool({ replicas: 3, balance: 'least-tokens', deployment: cramped, engine: engine(cramped), queueLimit: 20 }),
    ],
    traffic: [
      traffic({
        workload: workload({ arrivals: { process: 'poisson', ratePerS: 60 } }),
        client: { timeoutS: 2, maxRetries: 2, backoffS: 0.5, cancelOnTimeout: true },
      }),
    ],
  }),
  plan({
    horizonS: HORIZON_S,
    networkJitterSigma: 0.2,
    groups: [group({ count: 40 })],
    origins: [{ id: 'shops', siteGroup: 0, rttS: [0.01] }],
    pools: [pool({ replicas: 2, balance: 'power-of-two' })],
  }),
];

const worldOf = (which: number) =>
  new World({
    plan: plans[which]!,
    seed: 7 + which,
    replication: 1,
    openBytes: () => {
      throw new Error('no traces in these tests');
    },
    requestRows: Number.POSITIVE_INFINITY,
    series: true,
    stepByStep: false,
  });

function finished(world: World): object {
  world.advance(HORIZON_S, Number.POSITIVE_INFINITY);
  world.close(HORIZON_S, false);
  return content(world.record);
}

describe('two worlds of one thread', () => {
  it('run by turns, some events each, as each does alone', () => {
    const alone = plans.map((_, which) => finished(worldOf(which)));
    const worlds = plans.map((_, which) => worldOf(which));
    for (let untilS = 0.01; untilS < HORIZON_S; untilS += 0.01) {
      for (const world of worlds) world.advance(untilS, Number.POSITIVE_INFINITY);
    }
    expect(worlds.map(finished)).toEqual(alone);
  });

  it('run as ever after one that was left in the middle', () => {
    const [first, second] = plans.map((_, which) => finished(worldOf(which)));
    worldOf(0).advance(HORIZON_S / 2, Number.POSITIVE_INFINITY);
    expect(finished(worldOf(1))).toEqual(second);
    worldOf(1).advance(HORIZON_S / 3, Number.POSITIVE_INFINITY);
    expect(finished(worldOf(0))).toEqual(first);
  });
});
