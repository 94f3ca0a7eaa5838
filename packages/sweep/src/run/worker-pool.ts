/**
 * The worker threads of a sweep. A thread that dies takes its task with it and nothing else; another takes its place.
 *
 * Each thread's heap is bounded by its share of the memory (runner, `heapShareMiB`, which says what that does not guarantee): a
 * trial that needs too much ends as a failed trial. Should the whole process end, the journal holds what was finished.
 */

import { deathReason, heapShareMiB } from '@infersim/runner';
import type { CheckReply, CheckTask, JoinTask, ReplicateTask, RunReply } from './worker.js';

export interface SweepPool {
  /** Threads. */
  readonly jobs: number;
  check(task: CheckTask): Promise<CheckReply>;
  /**
   * Never rejects: the death of a worker is a failure of the task, and so is the end of its thread once `signal` is aborted
   * (its reason is the error).
   */
  run(task: ReplicateTask | JoinTask, signal?: AbortSignal): Promise<RunReply>;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Bound of each thread's heap, MiB; default its share of the memory. */
  readonly heapMiB?: number;
}

/** Starts `jobs` threads on the built worker. */
export async function startPool(workerUrl: URL, jobs: number, options: PoolOptions = {}): Promise<SweepPool> {
  const { Piscina } = await import('piscina');
  const heapMiB = options.heapMiB ?? heapShareMiB(jobs);
  const pool = new Piscina({
    filename: workerUrl.href,
    minThreads: jobs,
    maxThreads: jobs,
    // The default young generation makes typed-array churn costly.
    resourceLimits: { maxYoungGenerationSizeMb: 64, maxOldGenerationSizeMb: heapMiB },
  });
  // A thread that dies between tasks is replaced; there is nobody to tell.
  pool.on('error', () => undefined);
  let isClosed = false;
  return {
    jobs,
    check: async (task) => (await pool.run(task)) as CheckReply,
    run: async (task, signal) => {
      try {
        return (await pool.run(task, signal === undefined ? {} : { signal })) as RunReply;
      } catch (cause) {
        if (isClosed) return { kind: 'stopped' };
        const what = task.kind === 'join' ? 'joining its replications' : `replication ${task.replication}`;
        if (signal?.aborted) return { kind: 'failed', error: `${what} ${String(signal.reason)}` };
        return {
          kind: 'failed',
          error: `the worker of ${what} died: ${deathReason(cause, heapMiB) ?? reasonOf(cause)}`,
        };
      }
    },
    close: async () => {
      isClosed = true;
      await pool.destroy();
    },
  };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
