/**
 * Whether a pool's throughput is set by what is sent to it, not by how fast it is.
 *
 * Below saturation a pool with open arrivals makes the tokens that are asked of it, whatever the model's error: its
 * throughput then has no band of model error. It counts as below saturation when nearly all its requests were served, queues
 * did not grow, and the tokens of the window would fill at most four fifths of its time even at the slow end of its
 * band. That time is worked out at the best decode batch and the longest prompt that `explain` prices, as in its
 * predicted load; prompts found in a cache count in full.
 *
 * Ignored: peaks within the window (what they delay is served later), and time-outs a slower pool would cause.
 */

import type { Band } from '@infersim/confidence';
import { describeStepModel } from '@infersim/devices';
import type { PoolPlan, WorldPlan } from '@infersim/fleet';

/** Largest share of its time that a pool may need at the slow end of its band. Grade: assumed. */
const MOST_LOAD = 0.8;
/** Least share of requests served, per cent. */
const LEAST_SERVED_PCT = 99.9;

/** Figures of a pool's scope, means over the window. */
export interface PoolLoad {
  readonly outputTokensPerS: number;
  readonly totalTokensPerS: number;
  readonly servedPct: number;
  readonly isStable: boolean;
}

/** Best rates of one replica, tokens per second. */
export interface PoolRates {
  readonly decodeTokensPerS: number;
  readonly prefillTokensPerS: number;
}

/** Whether the load leaves room even where the pool is as slow as `throughput` allows. */
export function hasRoom(load: PoolLoad, replicas: number, rates: PoolRates, throughput: Band): boolean {
  if (!load.isStable || !(load.servedPct >= LEAST_SERVED_PCT)) return false;
  const promptTokensPerS = load.totalTokensPerS - load.outputTokensPerS;
  const time = load.outputTokensPerS / rates.decodeTokensPerS + promptTokensPerS / rates.prefillTokensPerS;
  return time / replicas / throughput.lowFactor <= MOST_LOAD;
}

/** Arrivals that wait for answers, or that come all at once: how fast they are served is up to the pool. */
const PACED_BY_POOL: readonly string[] = ['closed', 'burst'];

/** Whether a pool of a world is bound by its load; false whenever requests whose pace it sets can reach it. */
export function isLoadBound(world: WorldPlan, poolIndex: number, load: PoolLoad, throughput: Band): boolean {
  const pool = world.pools[poolIndex]!;
  const reaching = world.traffic.filter((each) => each.route.stages.some((stage) => stage.includes(poolIndex)));
  if (reaching.length === 0) return false;
  if (reaching.some(({ workload }) => PACED_BY_POOL.includes(workload.arrivals.process))) return false;
  return hasRoom(load, pool.replicas * (world.groups[pool.group]?.count ?? 1), ratesOf(pool), throughput);
}

function ratesOf(pool: PoolPlan): PoolRates {
  const { maxTokensPerS, prefill } = describeStepModel(pool.deployment);
  return {
    decodeTokensPerS: maxTokensPerS,
    prefillTokensPerS: prefill.at(-1)?.tokensPerS ?? Number.POSITIVE_INFINITY,
  };
}
