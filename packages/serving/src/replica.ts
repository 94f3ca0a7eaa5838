/**
 * What a replica looks like from outside: a queue with a batch that moves from boundary to boundary.
 *
 * The owner (the fleet) keeps ONE pending event per replica at `boundaryS`. It calls `enqueue` when a request arrives,
 * `onBoundary` when the pending event fires, and after either call re-reads `boundaryS`. A replica never reads a clock
 * or a queue of events. Times of step boundaries are t0 + F(j) from the last batch change (devices: `segmentS`), never
 * sums, so a replica that leaps over steps and one that takes them one by one report the same numbers to the bit.
 */

import type { SegmentReport } from './segment-report.js';

/** What a replica tells its owner. One object per pool, called synchronously, in time order per replica. */
export interface ReplicaListener {
  /** First token left the engine (end of the step that finished the prompt). */
  onFirstToken(replica: number, slot: number, timeS: number): void;
  /** Last token left the engine; the request has left the batch, its service columns are final. */
  onFinished(replica: number, slot: number, timeS: number): void;
  /** Recompute preemption: the request is back in the waiting queue. */
  onPreempted(replica: number, slot: number, timeS: number): void;
  /** Can never be served here (longer than the model length or the whole KV cache); it is not queued. */
  onRefused(replica: number, slot: number, timeS: number): void;
  /** A cancelled request has left (at once when waiting, at the first boundary after the cancel when running). */
  onCancelled(replica: number, slot: number, timeS: number): void;
  /**
   * A stretch of work between two batch changes has ended. Its numbers lie in `segmentCells`; see `SegmentReport`.
   */
  onSegment(segment: SegmentReport): void;
  /**
   * A token came `gapS` after the one before it, and no segment shows that gap: the first token after a preemption.
   * All other gaps between tokens are the steps of the segments, the first of them longer for stalled groups.
   */
  onTokenGap?(replica: number, slot: number, timeS: number, gapS: number): void;
}

export interface Replica {
  readonly index: number;
  /**
   * What sets this replica apart from a new one while nothing is here, as a whole number below 2^31; 0 = nothing. -1 while
   * it has work, and while it remembers more than a number holds (cached prefixes): then it has to be kept itself.
   */
  readonly keepsake: number;
  /** Takes the place of an idle replica that left this keepsake. Only for one whose own keepsake is not -1. */
  standIn(index: number, keepsake: number): void;
  /** Next time it wants `onBoundary`, seconds; Infinity while it has nothing to do. */
  readonly boundaryS: number;
  /** Takes a request at `nowS` (>= last boundary). Calls onRefused and returns false when it can never fit. */
  enqueue(slot: number, nowS: number): boolean;
  /** Called exactly at `boundaryS`. */
  onBoundary(nowS: number): void;
  /** Withdraws a request that is here. */
  cancel(slot: number, nowS: number): void;
  /**
   * Reports the open segment up to the last boundary not after `nowS` (end of run, end of a metering window). What comes
   * later is not disturbed: boundaries stay where they were, and the rest of the segment is reported when it ends.
   */
  flush(nowS: number): void;
  /** What the step model answers has changed: from the first boundary not before `nowS` on, steps are priced anew. */
  reprice(nowS: number): void;
  /**
   * Brings the readings below to the last boundary not after `nowS`. Without it they are those of the last boundary that
   * the replica stopped at, which depends on how far it leaps.
   */
  observe(nowS: number): void;

  /** Requests here, waiting or running. */
  readonly outstandingRequests: number;
  /** Prompt tokens still to compute plus output tokens still to make, of all requests here (by their outputTokens). */
  readonly outstandingTokens: number;
  /** Prompt tokens still to compute of waiting and partially prefilled requests. */
  readonly queuedPrefillTokens: number;
  readonly runningRequests: number;
  readonly waitingRequests: number;
  readonly usedBlocks: number;
  /** The same blocks counted from the requests that hold them, shared ones once: a walk, for checks. */
  heldBlocks(): number;
  /** Sum of KV tokens the running decodes read, now. */
  readonly contextTokens: number;
  /** Leading tokens of this request's prompt that are cached here now (0 without prefix caching). */
  cachedPrefixTokens(slot: number): number;
}
