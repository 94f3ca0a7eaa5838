/**
 * One time-weighted level: a queue's length, the requests in flight, a site's power. It is a `LevelBank` of one, and
 * its rules are the bank's: time never runs backwards, the integral is compensated, a maximum counts values that
 * held for no time, and `restart` keeps the present value. Where many levels change in a hot loop, use the bank.
 *
 * Units: seconds for time, the level's own unit for values.
 */
import { LevelBank } from './level-bank.js';

/** What a level can be told at its birth. */
export interface LevelOptions {
  /** Simulated time at which it begins; 0 if not given. */
  readonly startS?: number;
  /** Value it begins with; 0 if not given. */
  readonly initial?: number;
  /** The value whose time at or above is measured; none if not given. */
  readonly threshold?: number;
}

/** A step function of simulated time with its integral, mean, maximum and time at or above a threshold. */
export class Level {
  private readonly bank: LevelBank;

  constructor(options: LevelOptions = {}) {
    const startS = options.startS ?? 0;
    this.bank = new LevelBank(1, startS, options.threshold);
    if (options.initial !== undefined) {
      this.bank.set(0, startS, options.initial);
      this.bank.restart(0, startS);
    }
  }

  /** Takes `value` at `timeS`. Throws `STATS_TIME_BACKWARDS` or `STATS_NOT_FINITE`. */
  set(timeS: number, value: number): void {
    this.bank.set(0, timeS, value);
  }

  /** Changes by `delta` at `timeS`; exact for whole numbers only. */
  add(timeS: number, delta: number): void {
    this.bank.add(0, timeS, delta);
  }

  /** Begins a new window at `timeS` with the present value. */
  restart(timeS: number): void {
    this.bank.restart(0, timeS);
  }

  /** The present value. */
  get value(): number {
    return this.bank.value(0);
  }

  /** The greatest value of this window, the one it began with included. */
  get max(): number {
    return this.bank.max(0);
  }

  /** Value times seconds from the window's start to `untilS`. */
  integral(untilS: number): number {
    return this.bank.integral(0, untilS);
  }

  /** Time-weighted mean from the window's start to `untilS`; undefined while the window has no length. */
  mean(untilS: number): number | undefined {
    return this.bank.mean(0, untilS);
  }

  /** Seconds of the window at or above the threshold; 0 without a threshold. */
  timeAtOrAboveS(untilS: number): number {
    return this.bank.timeAtOrAboveS(0, untilS);
  }
}
