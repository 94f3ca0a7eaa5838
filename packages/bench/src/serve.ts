/** One replication of a plan in this thread, as the bench runs it. */

import { metricIndex, openFileBytes, type ReplicationResult, type RunPlan, runReplication } from '@infersim/runner';

/** Runs replication 1; `onCheckpoint` gets simulated seconds and events now and then. */
export function serve(plan: RunPlan, onCheckpoint?: (nowS: number, events: number) => void): ReplicationResult {
  const onProgress = (nowS: number, events: number) => {
    onCheckpoint?.(nowS, events);
    return false;
  };
  return runReplication(plan, 1, { openBytes: openFileBytes, onProgress });
}

/** A figure of the whole, by its column in runs.csv. */
export function wholeOf(result: ReplicationResult, column: string): number {
  return result.values[metricIndex(column)]!;
}
