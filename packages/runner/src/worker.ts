/**
 * Entry of a worker thread: runs one replication of a plan and hands its typed arrays over.
 */

import { TraceError, type TraceErrorPlace } from '@infersim/workload';
import { openFileBytes } from './file-bytes.js';
import { RequestSpoolError } from './request-spool.js';
import type { ReplicationResult } from './results.js';
import type { RunPlan } from './run-plan.js';
import { runReplication } from './run-replication.js';
import { SHARED_STOP, sharedEvents, sharedTime } from './shared-progress.js';

export interface ReplicationTask {
  readonly plan: RunPlan;
  readonly replication: number;
  /** Shared memory: stop flag and progress (see `runExperiment`). */
  readonly shared: Float64Array;
  /** File for its request rows; absent = they come with the result. */
  readonly spoolPath?: string;
}

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
export default function runTask(task: ReplicationTask): ReplicationResult | TraceFault | SpoolFault | null {
  const { plan, replication, shared } = task;
  if (shared[SHARED_STOP] === 1) return null;
  try {
    return runReplication(plan, replication, {
      openBytes: openFileBytes,
      ...(task.spoolPath === undefined ? {} : { spoolPath: task.spoolPath }),
      onProgress: (simulatedS, events) => {
        shared[sharedTime(replication)] = simulatedS;
        shared[sharedEvents(replication)] = events;
        return shared[SHARED_STOP] === 1;
      },
    });
  } catch (cause) {
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
