/** A pull-stream of requests in time order: what every arrival process and trace looks like to the world. */

import type { RequestTable } from './request-table.js';

/** How an attempt ended, for sources that wait for it (closed loops, sessions). */
export const Outcome = { COMPLETED: 0, REJECTED: 1, FAILED: 2, TIMED_OUT: 3 } as const;

export interface RequestSource {
  /** When the next request is sent, seconds; Infinity while there is none (exhausted, or all users wait). */
  readonly nextS: number;
  /** Writes the request of `nextS` into a slot (all birth columns) and moves on. Call only while `nextS` is finite. */
  take(table: RequestTable, slot: number): void;
  /**
   * Tells the source that a request ended for good at `timeS` (after all retries). May lower `nextS`, never below
   * `timeS`; open sources ignore it. Returns whether `nextS` changed.
   */
  settle(table: RequestTable, slot: number, timeS: number, outcome: number): boolean;
  /** Lets go of an open trace file; call it when a run ends before the source does. Absent where there is none. */
  close?(): void;
  /** Counters so far: rows read, emitted, dropped by reason, tokens cut by the budget, prompts cut by the context cap. */
  readonly counts: SourceCounts;
}

export interface SourceCounts {
  rowsRead: number;
  emitted: number;
  dropped: Record<string, number>;
  /** Requests whose wish exceeded the budget, and the tokens that were cut. */
  budgetCutRequests: number;
  budgetCutTokens: number;
  promptCutRequests: number;
}

/** Opens bytes by path; the rooms that may touch files hand one in. `read` returns 0 at the end. */
export interface ByteReader {
  read(into: Uint8Array): number;
  close(): void;
}
export type OpenBytes = (path: string) => ByteReader;
