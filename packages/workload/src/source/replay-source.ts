/**
 * A recorded trace as a source: rows in time, scaled as the trace spec says, streamed.
 *
 * Lengths are the recorded ones unless the plan draws them; prefixes are the trace's where it has them, else the
 * plan's generated ones. A site's rate multiplier compresses time (it multiplies `speed`). Rows at or behind the
 * horizon are not sent, and the rest of the file is not read. Sessions of different copies and passes have different
 * ids.
 */

import type { RequestSource, SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import type { TraceReplay } from '../trace/trace-replay.js';
import type { BirthStreams } from './birth-streams.js';
import { rowChain, traceIdBase } from './prefix-ids.js';
import type { RateClock } from './rate-clock.js';
import type { RequestBirth, SourceIdentity } from './request-birth.js';

export class ReplaySource implements RequestSource {
  nextS = 0;
  readonly counts: SourceCounts;
  readonly #replay: TraceReplay;
  readonly #clock: RateClock;
  readonly #birth: RequestBirth;
  readonly #streams: BirthStreams;
  readonly #identity: SourceIdentity;
  readonly #horizonS: number;
  readonly #maxRequests: number;
  #requests = 0;

  constructor(
    replay: TraceReplay,
    clock: RateClock,
    birth: RequestBirth,
    streams: BirthStreams,
    identity: SourceIdentity,
    horizonS: number,
    maxRequests: number,
  ) {
    traceIdBase(identity.sourceIndex, replay.clones, replay.clones - 1);
    this.counts = birth.counts;
    this.#replay = replay;
    this.#clock = clock;
    this.#birth = birth;
    this.#streams = streams;
    this.#identity = identity;
    this.#horizonS = horizonS;
    this.#maxRequests = maxRequests;
    this.#advance();
  }

  take(table: RequestTable, slot: number): void {
    const replay = this.#replay;
    const { row } = replay;
    const { counts } = this;
    const promptTokens = this.#birth.writeRecorded(table, slot, this.#requests++, this.nextS, this.#streams, row);
    if (!Number.isNaN(row.sessionKey)) table.sessionId[slot] = cloneSession(row.sessionKey, replay.clone);
    if (!Number.isNaN(row.priority)) table.priority[slot] = row.priority;
    if (row.segmentCount > 0) {
      const { sourceIndex } = this.#identity;
      table.prefix[slot] = rowChain(row, traceIdBase(sourceIndex, replay.clones, replay.clone), promptTokens);
    } else this.#birth.writeGeneratedPrefix(table, slot, promptTokens, this.#streams);
    counts.rowsRead++;
    counts.emitted++;
    this.#advance();
  }

  settle(): boolean {
    return false;
  }

  /** Closes the trace's file when a run ends before the trace does. */
  close(): void {
    this.#replay.close();
  }

  #advance(): void {
    if (this.#requests < this.#maxRequests && this.#replay.next()) {
      const timeS = this.#clock.time(this.#replay.timeS);
      const nextS = timeS > this.nextS ? timeS : this.nextS;
      if (nextS < this.#horizonS) {
        this.nextS = nextS;
        return;
      }
    }
    this.nextS = Number.POSITIVE_INFINITY;
    this.#replay.close();
  }
}

/** Session of another client: keys are below 2^52 and clones below 2^20, so the sum is exact. */
function cloneSession(sessionKey: number, clone: number): number {
  return sessionKey + clone * 1_000_003;
}
