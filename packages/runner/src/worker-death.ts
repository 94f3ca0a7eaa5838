/**
 * Worker threads that end without an answer: how much memory each may take, and what is said of one that died.
 *
 * Each thread's heap is bounded by its share of the memory that this process may use (a container's limit counts), so that a
 * replication that needs too much ends by itself instead of having the system kill the whole process. Not bounded that way is
 * what lies outside of the heap: typed arrays. Not guaranteed: V8 ends the whole process when a single piece of more than some
 * 16 MiB meets the bound.
 */

import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

const MIB = 1024 * 1024;
/** Share of the memory that the heaps of all threads may take together. Chosen. */
const HEAPS_SHARE = 0.8;
/** No thread gets less, MiB: a scenario and the code that runs it need some of it. Chosen. */
const LEAST_HEAP_MIB = 256;

/** No replication is left to show: every worker died. */
export class WorkersDied extends Error {
  override readonly name = 'WorkersDied';
}

/** The bound of one of `jobs` heaps, MiB: an equal share, at most what Node gives by itself. */
export function heapShareMiB(jobs: number): number {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const share = Math.max(LEAST_HEAP_MIB, (HEAPS_SHARE * memory) / jobs / MIB);
  return Math.floor(Math.min(share, getHeapStatistics().heap_size_limit / MIB));
}

/** Why a worker with a heap of `heapMiB` died, in words; null when it answered with an error instead. */
export function deathReason(cause: unknown, heapMiB: number): string | null {
  if ((cause as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return `it ran out of memory (${heapMiB} MiB for each worker; fewer --jobs may give each more)`;
  const message = cause instanceof Error ? cause.message : String(cause);
  return /^worker exited/i.test(message) ? message : null;
}
