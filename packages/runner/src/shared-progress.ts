/**
 * Cells of the memory that an experiment shares with its workers: the stop flag, then progress of each thread of each
 * replication.
 */

export const SHARED_STOP = 0;

/** Cell of the simulated seconds of thread 0, 1, ... of replication 1, 2, ..., with `threads` on each. */
export const sharedTime = (replication: number, thread: number, threads: number) =>
  1 + 2 * ((replication - 1) * threads + thread);

/** Cell of its events. */
export const sharedEvents = (replication: number, thread: number, threads: number) =>
  sharedTime(replication, thread, threads) + 1;

/** Number of cells for `replications` with `threads` on each. */
export const sharedCells = (replications: number, threads: number) => 1 + 2 * replications * threads;
