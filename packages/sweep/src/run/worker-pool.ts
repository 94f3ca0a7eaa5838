/** The worker threads of a sweep. A thread that dies takes its task with it and nothing else; another takes its place. */

import type { CheckReply, CheckTask, JoinTask, ReplicateTask, RunReply } from './worker.js';

export interface SweepPool {
  /** Threads. */
  readonly jobs: number;
  check(task: CheckTask): Promise<CheckReply>;
  /** Never rejects: the death of a worker is a failure of the task. */
  run(task: ReplicateTask | JoinTask): Promise<RunReply>;
  close(): Promise<void>;
}

/** Starts `jobs` threads on the built worker. */
export async function startPool(workerUrl: URL, jobs: number): Promise<SweepPool> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename: workerUrl.href,
    minThreads: jobs,
    maxThreads: jobs,
    // The default young generation makes typed-array churn costly.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  // A thread that dies between tasks is replaced; there is nobody to tell.
  pool.on('error', () => undefined);
  let isClosed = false;
  return {
    jobs,
    check: async (task) => (await pool.run(task)) as CheckReply,
    run: async (task) => {
      try {
        return (await pool.run(task)) as RunReply;
      } catch (cause) {
        if (isClosed) return { kind: 'stopped' };
        const reason = cause instanceof Error ? cause.message : String(cause);
        const what = task.kind === 'join' ? 'joining its replications' : `replication ${task.replication}`;
        return { kind: 'failed', error: `the worker of ${what} died: ${reason}` };
      }
    },
    close: async () => {
      isClosed = true;
      await pool.destroy();
    },
  };
}
