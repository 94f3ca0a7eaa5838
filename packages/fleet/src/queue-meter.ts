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

/** Cells of a meter: its sums, its greatest queue, the warm-up; then how many wait at each replica, and since when, in pairs. */
const Cell = { WAITING_S: 0, NON_EMPTY_S: 1, PEAK: 2, WARMUP_S: 3, QUEUES: 4 } as const;

export class QueueMeter {
  /** Waiting requests of the pool, integrated per meter interval; null without a time series. */
  readonly bins: TimeBins | null;
  /** The same in `TREND_SAMPLES` parts of the horizon, however short it is: what a growing queue is told by. */
  readonly trend: TimeBins;
  readonly #cells: Float64Array;
  /** Where replica 0 of the pool would have its cells. */
  readonly #base: number;

  /** Of `replicas` replicas from number `firstReplica` on; `intervalS` 0 = no time series. */
  constructor(firstReplica: number, replicas: number, intervalS: number, warmupS: number, horizonS: number) {
    this.bins = intervalS > 0 ? new TimeBins(intervalS) : null;
    this.trend = new TimeBins(horizonS / TREND_SAMPLES);
    this.#base = Cell.QUEUES - 2 * firstReplica;
    this.#cells = new Float64Array(Cell.QUEUES + 2 * replicas);
    this.#cells[Cell.WARMUP_S] = warmupS;
  }

  /** Waiting requests integrated over the window. */
  get waitingS(): number {
    return this.#cells[Cell.WAITING_S]!;
  }

  /** Replica seconds in the window with somebody waiting. */
  get nonEmptyS(): number {
    return this.#cells[Cell.NON_EMPTY_S]!;
  }

  /** Most that waited at one replica in the window. */
  get peak(): number {
    return this.#cells[Cell.PEAK]!;
  }

  /** The queue of replica `replicaOfPool` holds `waiting` requests from `nowS` on. */
  set(replicaOfPool: number, waiting: number, nowS: number): void {
    const cells = this.#cells;
    const at = this.#base + 2 * replicaOfPool;
    const before = cells[at]!;
    if (before === waiting) return;
    const sinceS = cells[at + 1]!;
    cells[at] = waiting;
    cells[at + 1] = nowS;
    if (waiting > cells[Cell.PEAK]! && nowS >= cells[Cell.WARMUP_S]!) cells[Cell.PEAK] = waiting;
    if (!(before > 0 && nowS > sinceS)) return;
    stretch[Stretch.FROM_S] = sinceS;
    stretch[Stretch.TO_S] = nowS;
    stretch[Stretch.RATE] = before;
    this.#add();
  }

  /** Counts what waits at the end of the run. */
  finish(nowS: number): void {
    const cells = this.#cells;
    for (let at = Cell.QUEUES; at < cells.length; at += 2) {
      const sinceS = cells[at + 1]!;
      cells[at + 1] = nowS;
      if (!(cells[at]! > 0 && nowS > sinceS)) continue;
      stretch[Stretch.FROM_S] = sinceS;
      stretch[Stretch.TO_S] = nowS;
      stretch[Stretch.RATE] = cells[at]!;
      this.#add();
    }
  }

  /** Everything counted, as plain data. Call after `finish`. */
  pack(): PackedQueue {
    const { waitingS, nonEmptyS, peak } = this;
    return { waitingS, nonEmptyS, peak, bins: this.bins?.pack() ?? null, trend: this.trend.pack() };
  }

  /** Adds what the meter of other replicas of the pool counted. */
  absorb(packed: PackedQueue): void {
    const cells = this.#cells;
    cells[Cell.WAITING_S] = cells[Cell.WAITING_S]! + packed.waitingS;
    cells[Cell.NON_EMPTY_S] = cells[Cell.NON_EMPTY_S]! + packed.nonEmptyS;
    cells[Cell.PEAK] = Math.max(cells[Cell.PEAK]!, packed.peak);
    if (this.bins !== null) this.bins.merge(TimeBins.unpack(packed.bins!));
    this.trend.merge(TimeBins.unpack(packed.trend));
  }

  /** The queue in `stretch`. */
  #add(): void {
    const sinceS = stretch[Stretch.FROM_S]!;
    const untilS = stretch[Stretch.TO_S]!;
    const waiting = stretch[Stretch.RATE]!;
    const waitedS = (untilS - sinceS) * waiting;
    if (this.bins !== null && !this.bins.addWithin(sinceS, untilS, waitedS)) this.bins.addStretch(stretch);
    if (!this.trend.addWithin(sinceS, untilS, waitedS)) this.trend.addStretch(stretch);
    const cells = this.#cells;
    const warmupS = cells[Cell.WARMUP_S]!;
    const inside = untilS - (sinceS > warmupS ? sinceS : warmupS);
    if (inside <= 0) return;
    cells[Cell.WAITING_S] = cells[Cell.WAITING_S]! + waiting * inside;
    cells[Cell.NON_EMPTY_S] = cells[Cell.NON_EMPTY_S]! + inside;
  }
}
