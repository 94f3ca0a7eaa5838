/**
 * Requests waiting at the replicas of a pool, exactly: told of every change of a replica's queue, in time order.
 *
 * A request that comes while a step runs waits until its next boundary; that wait counts. Window sums begin at the
 * warm-up. Seconds, requests.
 */

import { fixedCells, type PackedTimeBins, STRETCH_CELLS, Stretch, TimeBins } from '@infersim/stats';

/** Filled and read within one call. */
const stretch = fixedCells(STRETCH_CELLS);
const TREND_SAMPLES = 200;

/** A queue meter as plain data. */
export interface PackedQueue {
  readonly waitingS: number;
  readonly nonEmptyS: number;
  readonly peak: number;
  readonly bins: PackedTimeBins | null;
  readonly trend: PackedTimeBins;
}

export class QueueMeter {
  /** Waiting requests integrated over the window, replica seconds with somebody waiting, most at one replica. */
  waitingS = 0;
  nonEmptyS = 0;
  peak = 0;
  /** Waiting requests of the pool, integrated per meter interval; null without a time series. */
  readonly bins: TimeBins | null;
  /** The same in `TREND_SAMPLES` parts of the horizon, however short it is: what a growing queue is told by. */
  readonly trend: TimeBins;
  /** How many wait at each replica, and since when, in pairs. */
  readonly #queues: Float64Array;
  readonly #warmupS: number;

  readonly #firstReplica: number;

  /** Of `replicas` replicas from number `firstReplica` on; `intervalS` 0 = no time series. */
  constructor(firstReplica: number, replicas: number, intervalS: number, warmupS: number, horizonS: number) {
    this.#firstReplica = firstReplica;
    this.bins = intervalS > 0 ? new TimeBins(intervalS) : null;
    this.trend = new TimeBins(horizonS / TREND_SAMPLES);
    this.#queues = new Float64Array(2 * replicas);
    this.#warmupS = warmupS;
  }

  /** The queue of replica `replicaOfPool` holds `waiting` requests from `nowS` on. */
  set(replicaOfPool: number, waiting: number, nowS: number): void {
    const queues = this.#queues;
    const at = 2 * (replicaOfPool - this.#firstReplica);
    const before = queues[at]!;
    if (before === waiting) return;
    const sinceS = queues[at + 1]!;
    queues[at] = waiting;
    queues[at + 1] = nowS;
    if (before > 0 && nowS > sinceS) this.#add(before, sinceS, nowS);
    if (waiting > this.peak && nowS >= this.#warmupS) this.peak = waiting;
  }

  /** Counts what waits at the end of the run. */
  finish(nowS: number): void {
    const queues = this.#queues;
    for (let at = 0; at < queues.length; at += 2) {
      const sinceS = queues[at + 1]!;
      queues[at + 1] = nowS;
      if (queues[at]! > 0 && nowS > sinceS) this.#add(queues[at]!, sinceS, nowS);
    }
  }

  /** Everything counted, as plain data. Call after `finish`. */
  pack(): PackedQueue {
    const { waitingS, nonEmptyS, peak } = this;
    return { waitingS, nonEmptyS, peak, bins: this.bins?.pack() ?? null, trend: this.trend.pack() };
  }

  /** Adds what the meter of other replicas of the pool counted. */
  absorb(packed: PackedQueue): void {
    this.waitingS += packed.waitingS;
    this.nonEmptyS += packed.nonEmptyS;
    this.peak = Math.max(this.peak, packed.peak);
    if (this.bins !== null) this.bins.merge(TimeBins.unpack(packed.bins!));
    this.trend.merge(TimeBins.unpack(packed.trend));
  }

  #add(waiting: number, sinceS: number, nowS: number): void {
    stretch[Stretch.FROM_S] = sinceS;
    stretch[Stretch.TO_S] = nowS;
    stretch[Stretch.RATE] = waiting;
    if (this.bins !== null) this.bins.addStretch(stretch);
    this.trend.addStretch(stretch);
    const inside = nowS - (sinceS > this.#warmupS ? sinceS : this.#warmupS);
    if (inside <= 0) return;
    this.waitingS += waiting * inside;
    this.nonEmptyS += inside;
  }
}
