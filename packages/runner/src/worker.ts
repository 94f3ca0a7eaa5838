/**
 * Entry of a worker thread: runs one replication of a plan, or a share of its lanes, or joins such shares, and hands typed
 * arrays over.
 */

import { joinLogs, joinParts, type PackedPart, requestLogOf, World } from '@infersim/fleet';
import { TraceError, type TraceErrorPlace } from '@infersim/workload';
import { tuneCompiler } from './compiler-options.js';
import { openFileBytes } from './file-bytes.js';
import { failGroup, type LaneGroup, LaneGroupFailed, runPart } from './lane-group.js';
import { type RequestSpool, RequestSpoolError } from './request-spool.js';
import type { ReplicationResult } from './results.js';
import type { RunPlan } from './run-plan.js';
import { resultOf, rowSinkTo, runReplication, spoolOf, worldOptions } from './run-replication.js';
import { SHARED_STOP, sharedEvents, sharedTime } from './shared-progress.js';
import { expectedRequests } from './threads.js';

export interface ReplicationTask {
  readonly kind: 'replication';
  readonly plan: RunPlan;
  readonly replication: number;
  /** Shared memory: stop flag and progress (see `runExperiment`). */
  readonly shared: Float64Array;
  /** File for its request rows; absent = they come with the result. */
  readonly spoolPath?: string;
}

/** Some lanes of a replication; all threads of the group must run at the same time. */
export interface PartTask {
  readonly kind: 'part';
  readonly plan: RunPlan;
  readonly replication: number;
  readonly shared: Float64Array;
  readonly group: LaneGroup;
  /** Number of this thread in the group, and its lanes. */
  readonly thread: number;
  readonly fromLane: number;
  readonly toLane: number;
  /** File for the rows of requests that end in these lanes, if all are recorded; absent = they come with the reply. */
  readonly spoolPath?: string;
}

/** What a thread simulated, and where its rows lie if it was given a file for them. */
export interface PartReply {
  readonly part: PackedPart;
  readonly spool: RequestSpool | null;
}

/** Joins what the threads of a replication have simulated. */
export interface JoinTask {
  readonly kind: 'join';
  readonly plan: RunPlan;
  readonly replication: number;
  readonly parts: readonly PartReply[];
  /** File for rows that came with the parts. */
  readonly spoolPath?: string;
}

export type WorkerTask = ReplicationTask | PartTask | JoinTask;

/** This share was given up because another one failed. */
export interface GroupFault {
  readonly groupFault: true;
}

export type Fault = TraceFault | SpoolFault | GroupFault;
export type WorkerReply = ReplicationResult | PartReply | Fault | null;

/** A trace that turned out broken while it was read; errors lose their class on the way between threads. */
export interface TraceFault {
  readonly traceFault: TraceErrorPlace;
  readonly message: string;
}

/** A file of request rows that could not be written. */
export interface SpoolFault {
  readonly spoolFault: { readonly path: string; readonly code: string | undefined };
  readonly message: string;
}

/** Null when the run was stopped before this replication began. */
export default function runTask(task: WorkerTask): WorkerReply {
  const { plan, replication } = task;
  try {
    switch (task.kind) {
      case 'replication':
        return runAlone(task);
      case 'part':
        return runShare(task);
      case 'join':
        return join(task);
    }
  } catch (cause) {
    if (task.kind === 'part') failGroup(task.group);
    if (cause instanceof LaneGroupFailed) return { groupFault: true };
    for (let at: unknown = cause; at instanceof Error; at = at.cause) {
      if (at instanceof RequestSpoolError) return { spoolFault: { path: at.path, code: at.code }, message: at.message };
      if (!(at instanceof TraceError)) continue;
      const { code, path, line, column, given, allowed } = at;
      return { traceFault: { code, path, line, column, given, allowed }, message: at.message };
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`scenario ${plan.name}, seed ${plan.seed}, replication ${replication}: ${reason}`, { cause });
  }
}

function runAlone({ plan, replication, shared, spoolPath }: ReplicationTask): ReplicationResult | null {
  if (shared[SHARED_STOP] === 1) return null;
  return runReplication(plan, replication, {
    openBytes: openFileBytes,
    ...(spoolPath === undefined ? {} : { spoolPath }),
    onProgress: (simulatedS, events) => {
      shared[sharedTime(replication, 0, 1)] = simulatedS;
      shared[sharedEvents(replication, 0, 1)] = events;
      return shared[SHARED_STOP] === 1;
    },
  });
}

function runShare(task: PartTask): PartReply {
  const { plan, replication, shared, group, thread, fromLane, toLane, spoolPath } = task;
  tuneCompiler(expectedRequests(plan.world));
  // A sample is drawn from the rows of all parts, so it waits in memory until they are joined.
  const spool = plan.record.requests.mode === 'all' ? spoolOf(plan, spoolPath) : null;
  try {
    const world = new World({
      ...worldOptions(plan, replication),
      openBytes: openFileBytes,
      fromLane,
      toLane,
      ...(spool === null ? {} : { rowSink: rowSinkTo(spool) }),
    });
    runPart(world, group, thread, {
      isStopped: () => shared[SHARED_STOP] === 1,
      report: (nowS, events) => {
        shared[sharedTime(replication, thread, group.threads)] = nowS;
        shared[sharedEvents(replication, thread, group.threads)] = events;
      },
    });
    return { part: world.pack(), spool: spool?.finish() ?? null };
  } catch (error) {
    spool?.discard();
    throw error;
  }
}

function join({ plan, replication, parts: replies, spoolPath }: JoinTask): ReplicationResult {
  const parts = replies.map(({ part }) => part);
  const spools = replies.flatMap(({ spool }) => spool ?? []);
  const own = spools.length > 0 ? null : spoolOf(plan, spoolPath);
  try {
    const options = worldOptions(plan, replication);
    const log = requestLogOf(own === null ? options : { ...options, rowSink: rowSinkTo(own) });
    const world = joinParts(plan.world, parts, { series: options.series, log: log && joinLogs(parts, log) });
    if (own !== null) spools.push(own.finish());
    return resultOf(plan, replication, world, spools);
  } catch (error) {
    own?.discard();
    throw error;
  }
}
