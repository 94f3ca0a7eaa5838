/**
 * Entry of a worker thread: runs one replication of a plan and hands its typed arrays over.
 */

import { openFileBytes } from './file-bytes.js';
import type { ReplicationResult } from './results.js';
import type { RunPlan } from './run-plan.js';
import { runReplication } from './run-replication.js';
import { SHARED_STOP, sharedEvents, sharedTime } from './shared-progress.js';

export interface ReplicationTask {
  readonly plan: RunPlan;
  readonly replication: number;
  /** Shared memory: stop flag and progress (see `runExperiment`). */
  readonly shared: Float64Array;
}

/** Null when the run was stopped before this replication began. */
export default function runTask(task: ReplicationTask): ReplicationResult | null {
  const { plan, replication, shared } = task;
  if (shared[SHARED_STOP] === 1) return null;
  try {
    return runReplication(plan, replication, {
      openBytes: openFileBytes,
      onProgress: (simulatedS, events) => {
        shared[sharedTime(replication)] = simulatedS;
        shared[sharedEvents(replication)] = events;
        return shared[SHARED_STOP] === 1;
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`scenario ${plan.name}, seed ${plan.seed}, replication ${replication}: ${reason}`, { cause });
  }
}
