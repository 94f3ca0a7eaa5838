/**
 * The worker threads of a sweep. A thread that dies takes its task with it and nothing else; another takes its place.
 *
 * Each thread's heap is bounded by its share of the memory that this process may use (a container's limit counts), so that a
 * trial that needs too much ends as a failed trial instead of having the system kill the whole sweep. Not bounded that way is
 * what lies outside of the heap: typed arrays. Not guaranteed: V8 ends the whole process when a single piece of more than some
 * 16 MiB meets the bound; the journal then holds what was finished.
 */

import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
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

const MIB = 1024 * 1024;
/** Share of the memory that the heaps of all threads may take together. */
const HEAPS_SHARE = 0.8;
/** No thread gets less, MiB: a scenario and the code that runs it need some of it. */
const LEAST_HEAP_MIB = 256;

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
        return { kind: 'failed', error: `the worker of ${what} died: ${deathReason(cause, heapMiB)}` };
      }
    },
    close: async () => {
      isClosed = true;
      await pool.destroy();
    },
  };
}

/** The bound of one of `jobs` heaps, MiB: an equal share, at most what Node gives by itself. */
function heapShareMiB(jobs: number): number {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const share = Math.max(LEAST_HEAP_MIB, (HEAPS_SHARE * memory) / jobs / MIB);
  return Math.floor(Math.min(share, getHeapStatistics().heap_size_limit / MIB));
}

function deathReason(cause: unknown, heapMiB: number): string {
  if ((cause as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return `it ran out of memory (${heapMiB} MiB for each worker; fewer --jobs may give each more)`;
  return cause instanceof Error ? cause.message : String(cause);
}
