/**
 * How many threads an experiment uses: replications side by side, and beyond that several threads on the lanes of each
 * where that pays.
 *
 * It pays when there is work enough: a thread costs its start and the traffic that all threads draw alike, a window costs a
 * meeting. The work is estimated from mean rates, users and file sizes; the estimate decides about time only, never about
 * bytes.
 */

import { statSync } from 'node:fs';
import { parallelism, type WorldPlan } from '@infersim/fleet';
import { meanRatePerS } from '@infersim/workload';
import type { RunPlan } from './run-plan.js';

/**
 * Requests of a replication below which a second thread is not worth its start: about a second of work, of which loading
 * and compiling the model in another thread takes some tenths. Measured.
 */
const LEAST_REQUESTS = 200_000;
/** Events of a window below which the meetings eat much of the gain: one takes as long as some tens of events. Measured. */
const LEAST_WINDOW_EVENTS = 250;
/** Events of a request, near enough: arrival, delivery and a batch change or two. */
const EVENTS_PER_REQUEST = 4;
/** Shortest row of a trace, bytes; and seconds that a request of a closed loop takes. Assumed, for estimates. */
const ROW_BYTES = 30;
const SERVICE_S = 5;

/** What an experiment makes of the threads it may use. */
export interface ThreadPlan {
  /** Threads in all, at least 1. */
  readonly workers: number;
  /** Threads on each replication. */
  readonly perReplication: number;
  readonly lanes: number;
  /** Longest stretch between two meetings, seconds; Infinity = threads run apart. */
  readonly lookaheadS: number;
  /** Why a replication does not use more threads, or how it does; for the user. */
  readonly reason: string;
}

/**
 * Plans threads for `replications` of a plan on at most `jobs` threads. `perReplication` asks for so many on each whether or
 * not that pays (never more than it has lanes).
 */
export function planThreads(plan: RunPlan, jobs: number, replications: number, perReplication?: number): ThreadPlan {
  const { lanes, lookaheadS, reason } = parallelism(plan.world);
  const single = (why: string): ThreadPlan => ({
    workers: Math.max(1, Math.min(jobs, replications)),
    perReplication: 1,
    lanes,
    lookaheadS,
    reason: why,
  });
  const several = (wanted: number): ThreadPlan => {
    const threads = Math.min(wanted, lanes);
    return { workers: threads * replications, perReplication: threads, lanes, lookaheadS, reason };
  };
  const spare = perReplication ?? Math.floor(jobs / replications);
  if (lanes === 1) return single(reason);
  if (spare < 2) return single('every thread has a replication of its own');
  if (perReplication !== undefined) return several(perReplication);
  const requests = expectedRequests(plan.world);
  if (requests < LEAST_REQUESTS) return single('one thread: too little work for more');
  const windowEvents = (EVENTS_PER_REQUEST * requests * lookaheadS) / plan.world.horizonS;
  if (windowEvents < LEAST_WINDOW_EVENTS) {
    return single(`one thread: some ${Math.round(windowEvents)} events between two meetings are too few`);
  }
  return several(spare);
}

/** Requests of a replication, roughly: for choices that change the time a run takes, never what comes out. */
export function expectedRequests(world: WorldPlan): number {
  let requests = 0;
  for (const { workload, origin } of world.traffic) {
    const { siteGroup } = world.origins[origin]!;
    const sites = siteGroup < 0 ? 1 : world.groups[siteGroup]!.count;
    const most = workload.maxRequests ?? Number.POSITIVE_INFINITY;
    const { arrivals } = workload;
    const mean = meanRatePerS(arrivals);
    let each: number;
    if (mean !== null) each = mean * world.horizonS;
    else if (arrivals.process === 'closed') each = (arrivals.users * world.horizonS) / SERVICE_S;
    else if (arrivals.process === 'replay') {
      const { path, repeat, copies, keep } = arrivals.trace;
      each = (bytesOf(path) / ROW_BYTES) * repeat * copies * keep;
    } else each = 0;
    requests += sites * Math.min(most, each);
  }
  return requests;
}

function bytesOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    // Whoever opens it says what is wrong.
    return 0;
  }
}
