/** Hears what the replicas of one pool report, and hands it to the journeys and to the counts of the lane it happened in. */

import type { ReplicaListener, SegmentReport } from '@infersim/serving';
import type { Journeys } from './journeys.js';
import type { Pool } from './pool.js';
import type { Statistics } from './statistics.js';

export class PoolListener implements ReplicaListener {
  readonly #index: number;
  readonly #group: number;
  #pool!: Pool;
  #journeys!: Journeys;
  /** Counts of the only lane, null where there are several; and those of each, null where another thread simulates it. */
  #only: Statistics | null = null;
  #statistics: readonly (Statistics | null)[] = [];

  /** For a pool of a site group, by their numbers. */
  constructor(index: number, group: number) {
    this.#index = index;
    this.#group = group;
  }

  /** Says whom it tells, counts by lane. Call once, before the first event. */
  attach(pool: Pool, journeys: Journeys, statistics: readonly (Statistics | null)[]): void {
    this.#pool = pool;
    this.#journeys = journeys;
    this.#only = statistics.length === 1 ? statistics[0]! : null;
    this.#statistics = statistics;
  }

  onFirstToken(_replica: number, slot: number, timeS: number): void {
    this.#journeys.onFirstToken(slot, timeS);
  }

  onFinished(_replica: number, slot: number, timeS: number): void {
    this.#journeys.onFinished(this.#pool, slot, timeS);
  }

  onTokenGap(_replica: number, slot: number, timeS: number, gapS: number): void {
    this.#journeys.onTokenGap(this.#index, slot, timeS, gapS);
  }

  onPreempted(_replica: number, slot: number, timeS: number): void {
    this.#journeys.onPreempted(this.#index, slot, timeS);
  }

  onRefused(_replica: number, slot: number, timeS: number): void {
    this.#journeys.onRefused(this.#pool, slot, timeS);
  }

  onCancelled(_replica: number, slot: number, timeS: number): void {
    this.#journeys.onCancelled(this.#pool, slot, timeS);
  }

  onSegment(segment: SegmentReport): void {
    (this.#only ?? this.#statisticsOf(segment.replica)).worked(this.#index, this.#group, segment);
  }

  #statisticsOf(replica: number): Statistics {
    const pool = this.#pool;
    return this.#statistics[pool.laneOf[pool.siteOf(replica)]!]!;
  }
}
