/**
 * The beginning of a run, run once before it in each thread that runs whole replications, and thrown away, so that V8 has met
 * what a run is made of before it optimises its code.
 *
 * Code that is optimised during a thread's first run has never met the end of one, nor the beginning with records of what it meets
 * there. Once the run ends and the next begins, most of it is thrown away and made again: 48 times code was
 * found wanting in three runs of 190,000 requests, and 22 times with a rehearsal, with 168 functions optimised instead of 212. A hundred
 * requests meet both, and are too few to have much optimised. Results are not touched: a run keeps nothing for the next.
 */

import type { WorldPlan } from '@infersim/fleet';
import type { RunPlan } from './run-plan.js';

/** Requests of a rehearsal, about. Measured: with a thousand, V8 begins to optimise what it has met too little of. */
const REQUESTS = 100;
/** Requests of a run below which a rehearsal is not worth its time. Chosen. */
const LEAST_REQUESTS = 100_000;
/** Sites above which making a world takes longer, and more memory, than a rehearsal is worth. Chosen: a million took seconds. */
const MOST_SITES = 10_000;

let isDue = true;

/** The plan to rehearse in this thread before a run of about so many requests; null = none, or none any more. */
export function rehearsalOf(plan: RunPlan, expectedRequests: number): RunPlan | null {
  if (!isDue || expectedRequests < LEAST_REQUESTS || !isSoonMade(plan.world)) return null;
  isDue = false;
  const { world, record } = plan;
  return {
    ...plan,
    world: { ...world, horizonS: (world.horizonS * REQUESTS) / expectedRequests, warmupS: 0 },
    record: { ...record, requests: { mode: 'none', sample: 0 }, timeseriesS: 0 },
  };
}

/** Whether a world is not long in the making: of few sites, and without lengths that are drawn from the whole of a file. */
function isSoonMade({ groups, traffic }: WorldPlan): boolean {
  const sites = groups.reduce((sum, { count }) => sum + count, 0);
  return sites <= MOST_SITES && traffic.every(({ workload }) => workload.lengths.kind !== 'bootstrap');
}
