/** Cells of the memory that an experiment shares with its workers: the stop flag, then progress of each replication. */

export const SHARED_STOP = 0;

/** Cell of the simulated seconds of replication 1, 2, ... */
export const sharedTime = (replication: number) => 2 * replication - 1;

/** Cell of its events. */
export const sharedEvents = (replication: number) => 2 * replication;

/** Number of cells for `replications`. */
export const sharedCells = (replications: number) => 1 + 2 * replications;
