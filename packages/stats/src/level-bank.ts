/**
 * Many time-weighted levels in one Float64Array, addressed by index: queue length, running requests and KV blocks of
 * every replica. A level is a step function of simulated time: it holds a value until it is told another.
 *
 * Units: times in seconds; a level has any unit, its integral that unit times seconds. The integral is a compensated
 * sum, so that Little's law and energy balances can be checked at 1e-9 after any number of changes.
 *
 * Rules. Time never runs backwards for one level (levels of one bank may stand at different times). The maximum
 * counts every value that was set, also one that held for no time: a queue that peaks within an instant did peak.
 * `restart` begins a new window (the end of a warm-up) and keeps the present value, which starts the new maximum.
 *
 * Ignored: levels that change continuously; split them in steps or use `TimeBins`.
 */
import { accumulate, accumulated } from './compensated-sum.js';
import { StatisticsError } from './statistics-error.js';

const LAST_S = 0;
const VALUE = 1;
const AREA = 2;
const MAX = 4;
const START_S = 5;
const THRESHOLD = 6;
const ABOVE_S = 7;
const STRIDE = 8;

/** Time-weighted levels 0 to `count` - 1; no method allocates except `ensure`. */
export class LevelBank {
  private cells: Float64Array;
  private levels: number;

  /** All levels hold 0 from `startS` on; `threshold`, if given, is the value whose time at or above is measured. */
  constructor(count: number, startS = 0, threshold: number = Number.POSITIVE_INFINITY) {
    this.cells = new Float64Array(0);
    this.levels = 0;
    this.ensure(count, startS, threshold);
  }

  /** How many levels there are. */
  get count(): number {
    return this.levels;
  }

  /** Makes room for levels up to `count` - 1; new ones hold 0 from `startS` on. Never shrinks. */
  ensure(count: number, startS: number, threshold: number = Number.POSITIVE_INFINITY): void {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new StatisticsError('STATS_OUT_OF_RANGE', `a bank holds a whole number of levels, not ${count}`);
    }
    if (!Number.isFinite(startS)) {
      throw new StatisticsError('STATS_NOT_FINITE', `a level starts at a finite time, not ${startS} s`);
    }
    if (count * STRIDE > this.cells.length) {
      const grown = new Float64Array(Math.max(count, 2 * this.levels) * STRIDE);
      grown.set(this.cells);
      this.cells = grown;
    }
    for (let level = this.levels; level < count; level++) {
      const at = level * STRIDE;
      this.cells[at + LAST_S] = startS;
      this.cells[at + START_S] = startS;
      this.cells[at + THRESHOLD] = threshold;
    }
    this.levels = Math.max(this.levels, count);
  }

  /** The level takes `value` at `timeS`. Throws `STATS_TIME_BACKWARDS` or `STATS_NOT_FINITE`. */
  set(level: number, timeS: number, value: number): void {
    if (value - value !== 0) {
      throw new StatisticsError('STATS_NOT_FINITE', `level ${level} cannot take the value ${value} at ${timeS} s`);
    }
    const at = this.advance(level, timeS);
    const cells = this.cells;
    cells[at + VALUE] = value;
    if (value > cells[at + MAX]!) cells[at + MAX] = value;
  }

  /**
   * The level changes by `delta` at `timeS`. Exact for whole numbers; a level of fractions drifts by rounding, so
   * give those with `set`.
   */
  add(level: number, timeS: number, delta: number): void {
    this.set(level, timeS, this.value(level) + delta);
  }

  /** Begins a new window at `timeS`: integral, time at or above and maximum start again from the present value. */
  restart(level: number, timeS: number): void {
    const at = this.advance(level, timeS);
    const cells = this.cells;
    cells[at + AREA] = 0;
    cells[at + AREA + 1] = 0;
    cells[at + ABOVE_S] = 0;
    cells[at + START_S] = timeS;
    cells[at + MAX] = cells[at + VALUE]!;
  }

  /** `restart` for every level. */
  restartAll(timeS: number): void {
    for (let level = 0; level < this.levels; level++) this.restart(level, timeS);
  }

  /** The present value. */
  value(level: number): number {
    return this.cells[this.offset(level) + VALUE]!;
  }

  /** The greatest value of this window, the one it began with included. */
  max(level: number): number {
    return this.cells[this.offset(level) + MAX]!;
  }

  /** Value times seconds from the window's start to `untilS`, the present value held until then. */
  integral(level: number, untilS: number): number {
    const at = this.offset(level);
    const cells = this.cells;
    return accumulated(cells, at + AREA) + cells[at + VALUE]! * this.heldS(at, level, untilS);
  }

  /** Time-weighted mean from the window's start to `untilS`; undefined while the window has no length. */
  mean(level: number, untilS: number): number | undefined {
    const integral = this.integral(level, untilS);
    const spanS = untilS - this.cells[level * STRIDE + START_S]!;
    return spanS > 0 ? integral / spanS : undefined;
  }

  /** Seconds of the window up to `untilS` in which the level was at or above its threshold; 0 without a threshold. */
  timeAtOrAboveS(level: number, untilS: number): number {
    const at = this.offset(level);
    const cells = this.cells;
    const heldS = this.heldS(at, level, untilS);
    return cells[at + ABOVE_S]! + (cells[at + VALUE]! >= cells[at + THRESHOLD]! ? heldS : 0);
  }

  private offset(level: number): number {
    if (level >>> 0 !== level || level >= this.levels) {
      throw new StatisticsError('STATS_OUT_OF_RANGE', `there is no level ${level}: the bank holds ${this.levels}`);
    }
    return level * STRIDE;
  }

  private heldS(at: number, level: number, untilS: number): number {
    const lastS = this.cells[at + LAST_S]!;
    if (!(untilS >= lastS && untilS < Number.POSITIVE_INFINITY)) {
      throw new StatisticsError(
        'STATS_TIME_BACKWARDS',
        `level ${level} stands at ${lastS} s, so ${untilS} s is refused`,
      );
    }
    return untilS - lastS;
  }

  /** Brings the integrals to `timeS` and returns where the level's cells begin. */
  private advance(level: number, timeS: number): number {
    const at = this.offset(level);
    const heldS = this.heldS(at, level, timeS);
    const cells = this.cells;
    if (heldS > 0) {
      const value = cells[at + VALUE]!;
      accumulate(cells, at + AREA, value * heldS);
      if (value >= cells[at + THRESHOLD]!) cells[at + ABOVE_S]! += heldS;
      cells[at + LAST_S] = timeS;
    }
    return at;
  }
}
