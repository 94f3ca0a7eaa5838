/**
 * Requests waiting at the replicas of a pool, exactly: told of every change of a replica's queue, in time order.
 *
 * A request that comes while a step runs waits until its next boundary; that wait counts. Window sums begin at the
 * warm-up. Seconds, requests.
 */

import { TimeBins } from '@infersim/stats';

const TREND_SAMPLES = 200;

export class QueueMeter {
  /** Waiting requests integrated over the window, replica seconds with somebody waiting, most at one replica. */
  waitingS = 0;
  nonEmptyS = 0;
  peak = 0;
  /** Waiting requests of the pool, integrated per meter interval. */
  readonly bins: TimeBins;
  /** The same in `TREND_SAMPLES` parts of the horizon, however short it is: what a growing queue is told by. */
  readonly trend: TimeBins;
  readonly #waiting: Int32Array;
  readonly #since: Float64Array;
  readonly #warmupS: number;

  constructor(replicas: number, intervalS: number, warmupS: number, horizonS: number) {
    this.bins = new TimeBins(intervalS);
    this.trend = new TimeBins(horizonS / TREND_SAMPLES);
    this.#waiting = new Int32Array(replicas);
    this.#since = new Float64Array(replicas);
    this.#warmupS = warmupS;
  }

  /** The queue of `replica` holds `waiting` requests from `nowS` on. */
  set(replica: number, waiting: number, nowS: number): void {
    const before = this.#waiting[replica]!;
    if (before === waiting) return;
    this.#close(replica, before, nowS);
    this.#waiting[replica] = waiting;
    if (waiting > this.peak && nowS >= this.#warmupS) this.peak = waiting;
  }

  /** Counts what waits at the end of the run. */
  finish(nowS: number): void {
    for (let replica = 0; replica < this.#waiting.length; replica++)
      this.#close(replica, this.#waiting[replica]!, nowS);
  }

  #close(replica: number, waiting: number, nowS: number): void {
    const since = this.#since[replica]!;
    this.#since[replica] = nowS;
    if (waiting === 0 || nowS === since) return;
    this.bins.addRate(since, nowS, waiting);
    this.trend.addRate(since, nowS, waiting);
    const inside = nowS - Math.max(since, this.#warmupS);
    if (inside <= 0) return;
    this.waitingS += waiting * inside;
    this.nonEmptyS += inside;
  }
}
