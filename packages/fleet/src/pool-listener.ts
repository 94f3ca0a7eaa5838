/**
 * What the replicas of one pool tell, on its way to those whom it concerns: what becomes of requests to the journeys, stretches
 * of work to the meter of the lane that the replica's site belongs to.
 */

import { ModelError } from '@infersim/kernel';
import type { ReplicaListener, SegmentReport } from '@infersim/serving';
import type { Journeys } from './journeys.js';
import type { Pool } from './pool.js';
import type { PoolMeter } from './pool-meter.js';

export class PoolListener implements ReplicaListener {
  #pool: Pool | null = null;
  #journeys: Journeys | null = null;
  /** By lane; null where another thread simulates it. */
  #meters: readonly (PoolMeter | null)[] = [];
  /** The meter of a world of one lane. */
  #meter: PoolMeter | null = null;

  /** Whom it tells. To be called once, before any replica speaks; replicas, journeys and meters are made one from the other. */
  hearsFor(journeys: Journeys, pool: Pool, meters: readonly (PoolMeter | null)[]): void {
    this.#journeys = journeys;
    this.#pool = pool;
    this.#meters = meters;
    this.#meter = meters.length === 1 ? meters[0]! : null;
  }

  onFirstToken(_replica: number, slot: number, timeS: number): void {
    this.#journeys!.onFirstToken(slot, timeS);
  }

  onFinished(_replica: number, slot: number, timeS: number): void {
    this.#journeys!.onFinished(this.#pool!, slot, timeS);
  }

  onTokenGap(_replica: number, slot: number, timeS: number, gapS: number): void {
    this.#journeys!.onTokenGap(this.#pool!, slot, timeS, gapS);
  }

  onPreempted(_replica: number, slot: number, timeS: number): void {
    this.#journeys!.onPreempted(this.#pool!, slot, timeS);
  }

  onRefused(_replica: number, slot: number, timeS: number): void {
    this.#journeys!.onRefused(this.#pool!, slot, timeS);
  }

  onCancelled(_replica: number, slot: number, timeS: number): void {
    this.#journeys!.onCancelled(this.#pool!, slot, timeS);
  }

  onSegment(segment: SegmentReport): void {
    if (this.#meter !== null) this.#meter.add(segment);
    else this.#meterOf(segment.replica).add(segment);
  }

  #meterOf(replica: number): PoolMeter {
    const pool = this.#pool!;
    const meter = this.#meters[pool.laneOf[pool.siteOf(replica)]!];
    if (!meter) throw new ModelError('EVENT_ARGUMENT', `replica ${replica} works for a lane of another thread`);
    return meter;
  }
}
