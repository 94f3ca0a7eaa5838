/**
 * Queueing theory through the whole program: sources, network, router, real schedulers, real step prices, statistics.
 *
 * The pool serves a network without KV cache, whose step time depends on the batch alone; theory takes tau(b) from the
 * same step model. Outputs are exponential lengths rounded to whole passes, whose moments are summed exactly here.
 */

import type { WorldPlan } from '@infersim/fleet';
import type { ReplicationResult } from '@infersim/runner';
import { overReplications } from './acceptance.js';
import { batchDeathRate, birthDeathSojournS, mg1WaitS } from './queueing-formulas.js';
import { figureOf, imagePool, replicate, runPlanOf, stepSOf, trafficOf, worldOf } from './small-plans.js';
import type { TheoryCheck } from './theory-check.js';

const REPLICATIONS = 20;
const MEAN_PASSES = 100;

/** Mean and variance of an exponential length rounded to the nearest whole number, at least 1. */
export function roundedExponentialMoments(mean: number): { mean: number; variance: number } {
  // P(X > k) = exp(-(k + 1/2) / mean) for k >= 1 and 1 for k = 0; E X = sum P(X > k), E X^2 = sum (2k + 1) P(X > k).
  let first = 1;
  let second = 1;
  for (let k = 1; ; k++) {
    const above = Math.exp(-(k + 0.5) / mean);
    first += above;
    second += (2 * k + 1) * above;
    if (above < 1e-18) return { mean: first, variance: second - first ** 2 };
  }
}

const passes = roundedExponentialMoments(MEAN_PASSES);
const output = { dist: 'exponential', mean: MEAN_PASSES } as const;
const prompt = { dist: 'constant', value: 1 } as const;

function results(world: WorldPlan): ReplicationResult[] {
  const plan = runPlanOf(world);
  return overReplications(REPLICATIONS, (replication) => replicate(plan, replication));
}

const secondsOf = (runs: readonly ReplicationResult[], column: string) =>
  runs.map((run) => figureOf(run, column) / 1000);

/** Continuous batching of real step times at a share of its capacity. */
function batching(share: number, requests: number): TheoryCheck {
  const name = `world: continuous batching at ${Math.round(100 * share)} % load, time in system`;
  const figures = () => {
    const pool = imagePool(8);
    const ratePerS = (share * 8) / (passes.mean * stepSOf(pool, 8));
    const horizonS = requests / ratePerS;
    const traffic = trafficOf({
      arrivals: { process: 'poisson', ratePerS },
      lengths: { kind: 'independent', prompt, output },
    });
    const runs = results(worldOf({ horizonS, warmupS: 0.03 * horizonS, pools: [pool], traffic: [traffic] }));
    const truth = birthDeathSojournS(
      ratePerS,
      batchDeathRate(8, passes.mean, (batch) => stepSOf(pool, batch)),
    );
    return [{ name, truth, unit: 's', estimates: secondsOf(runs, 'e2e_ms_mean'), allowance: { bias: 0.01 } }];
  };
  return { name, figures };
}

/** Random choice among replicas thins Poisson traffic: each is an M/G/1 of its own. */
function randomSplit(): TheoryCheck {
  const name = 'world: random split over 4 replicas, wait as M/G/1 each';
  const figures = () => {
    const pool = imagePool(1, { replicas: 4, balance: 'random' });
    const stepS = stepSOf(pool, 1);
    const serviceS = passes.mean * stepS;
    const perReplica = 0.35 / serviceS;
    const requests = 55_000;
    const horizonS = requests / (4 * perReplica);
    const traffic = trafficOf({
      arrivals: { process: 'poisson', ratePerS: 4 * perReplica },
      lengths: { kind: 'independent', prompt, output },
    });
    const runs = results(worldOf({ horizonS, warmupS: 0.03 * horizonS, pools: [pool], traffic: [traffic] }));
    const truth = mg1WaitS(perReplica, serviceS, passes.variance * stepS ** 2);
    return [{ name, truth, unit: 's', estimates: secondsOf(runs, 'queue_ms_mean') }];
  };
  return { name, figures };
}

/** A queue limit of 2 behind one server: M/M/1/3 turns away (1 - rho) rho^3 / (1 - rho^4). */
function bounded(): TheoryCheck {
  const name = 'world: queue limit 2, share refused as in M/M/1/3';
  const figures = () => {
    const pool = imagePool(1, { queueLimit: 2 });
    const rho = 0.9;
    const ratePerS = rho / (passes.mean * stepSOf(pool, 1));
    const traffic = trafficOf({
      arrivals: { process: 'poisson', ratePerS },
      lengths: { kind: 'independent', prompt, output },
    });
    const runs = results(worldOf({ horizonS: 20_000 / ratePerS, pools: [pool], traffic: [traffic] }));
    const truth = ((1 - rho) * rho ** 3) / (1 - rho ** 4);
    const estimates = runs.map((run) => figureOf(run, 'requests_rejected') / figureOf(run, 'requests_offered'));
    return [{ name, truth, unit: '', estimates, allowance: { bias: 0.005 } }];
  };
  return { name, figures };
}

/** Users who think between requests: the machine-repair chain gives the throughput. */
function thinkingUsers(): TheoryCheck {
  const name = 'world: 12 users who think, throughput as in the closed chain';
  const figures = () => {
    const users = 12;
    const pool = imagePool(8);
    const thinkMeanS = passes.mean * stepSOf(pool, 8);
    const horizonS = 1_000 * thinkMeanS;
    const traffic = trafficOf({
      arrivals: { process: 'closed', users, thinkS: { dist: 'exponential', mean: thinkMeanS }, rampS: 0 },
      lengths: { kind: 'independent', prompt, output },
    });
    const runs = results(worldOf({ horizonS, warmupS: 0.03 * horizonS, pools: [pool], traffic: [traffic] }));
    const deathRate = batchDeathRate(8, passes.mean, (batch) => stepSOf(pool, batch));
    const truth = closedThroughputPerS(users, thinkMeanS, deathRate);
    return [
      {
        name,
        truth,
        unit: '1/s',
        estimates: runs.map((run) => figureOf(run, 'requests_per_s')),
        allowance: { bias: 0.005 },
      },
    ];
  };
  return { name, figures };
}

/** Completions per second of a closed chain: n present, users - n thinking. */
function closedThroughputPerS(users: number, thinkMeanS: number, deathRate: (state: number) => number): number {
  let weight = 1;
  let total = 1;
  let flow = 0;
  for (let n = 1; n <= users; n++) {
    weight *= (users - n + 1) / thinkMeanS / deathRate(n);
    total += weight;
    flow += weight * deathRate(n);
  }
  return flow / total;
}

/** All checks of worlds, in the order of the page. */
export function worldChecks(): TheoryCheck[] {
  return [batching(0.3, 7_000), batching(0.55, 24_000), randomSplit(), bounded(), thinkingUsers()];
}
