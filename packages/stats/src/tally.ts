/**
 * Tally: count, mean, variance, least and greatest of a series of observations, in constant memory.
 *
 * The mean is a compensated sum over the count; the variance is Welford's update (1962) and merges by the pairwise
 * formula of Chan, Golub and LeVeque (1979), so neither suffers from a large mean with a small spread. Each
 * observation weighs the same; a quantity that holds over time belongs in `Level`.
 *
 * Ignored: correlation between observations. A standard deviation from a tally of waiting times says nothing about
 * the error of their mean; use replications or batch means for that.
 */
import { accumulate, accumulated } from './compensated-sum.js';
import { StatisticsError } from './statistics-error.js';

const COUNT = 0;
const SUM = 1;
const CENTRE = 3;
const SQUARES = 4;
const MIN = 5;
const MAX = 6;
const CELLS = 7;

/** Values of a run of `addAll`. */
const RUN = 128;

/** The plain form of a tally. `min` and `max` are null when nothing was counted, because JSON has no infinities. */
export interface TallyJson {
  readonly count: number;
  readonly sum: number;
  readonly compensation: number;
  readonly centre: number;
  readonly squares: number;
  readonly min: number | null;
  readonly max: number | null;
}

/** Running count, mean, variance, minimum and maximum; units are those of the values. */
export class Tally {
  private readonly cells = new Float64Array(CELLS);

  constructor() {
    this.reset();
  }

  /** Counts one value; no allocation. Throws `STATS_NOT_FINITE` on NaN or an infinity. */
  add(value: number): void {
    if (value - value !== 0) refuse(value);
    const cells = this.cells;
    const count = cells[COUNT]! + 1;
    cells[COUNT] = count;
    accumulate(cells, SUM, value);
    const deviation = value - cells[CENTRE]!;
    const centre = cells[CENTRE]! + deviation / count;
    cells[CENTRE] = centre;
    cells[SQUARES]! += deviation * (value - centre);
    if (value < cells[MIN]!) cells[MIN] = value;
    if (value > cells[MAX]!) cells[MAX] = value;
  }

  /** Counts `values[from]` to `values[to - 1]` in this order: to the bit as `add` does, but quicker. */
  addAll(values: Float64Array, from: number, to: number): void {
    // In short runs: one long loop would stay in the form in which it began, before the compiler knew its numbers.
    for (let at = from; at < to; at += RUN) this.addRun(values, at, at + RUN < to ? at + RUN : to);
  }

  private addRun(values: Float64Array, from: number, to: number): void {
    const cells = this.cells;
    let count = cells[COUNT]!;
    let sum = cells[SUM]!;
    let compensation = cells[SUM + 1]!;
    let centre = cells[CENTRE]!;
    let squares = cells[SQUARES]!;
    let min = cells[MIN]!;
    let max = cells[MAX]!;
    // Looked at before the loop, so that it is not asked for each value what kind of numbers and array these are.
    const end = Math.min(to, values.length) | 0;
    for (let idx = from | 0; idx < end; idx++) {
      const value = values[idx]!;
      count++;
      const next = sum + value;
      compensation += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
      const deviation = value - centre;
      centre += deviation / count;
      squares += deviation * (value - centre);
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (sum - sum !== 0) checkFinite(values, from, to);
    cells[COUNT] = count;
    cells[SUM] = sum;
    cells[SUM + 1] = compensation;
    cells[CENTRE] = centre;
    cells[SQUARES] = squares;
    cells[MIN] = min;
    cells[MAX] = max;
  }

  /**
   * Takes in everything `other` counted; `other` is unchanged. Count, minimum and maximum are exactly those of the
   * joined series, mean and variance to rounding, so merge in a fixed order where bytes must repeat.
   */
  merge(other: Tally): void {
    const mine = this.cells;
    const theirs = other.cells;
    const added = theirs[COUNT]!;
    if (added === 0) return;
    const before = mine[COUNT]!;
    const count = before + added;
    const gap = theirs[CENTRE]! - mine[CENTRE]!;
    mine[SQUARES]! += theirs[SQUARES]! + gap * gap * ((before * added) / count);
    mine[CENTRE] = before === 0 ? theirs[CENTRE]! : mine[CENTRE]! + (gap * added) / count;
    mine[COUNT] = count;
    const compensation = theirs[SUM + 1]!;
    accumulate(mine, SUM, theirs[SUM]!);
    mine[SUM + 1]! += compensation;
    mine[MIN] = Math.min(mine[MIN]!, theirs[MIN]!);
    mine[MAX] = Math.max(mine[MAX]!, theirs[MAX]!);
  }

  /** Forgets everything, as at the end of a warm-up. */
  reset(): void {
    this.cells.fill(0);
    this.cells[MIN] = Number.POSITIVE_INFINITY;
    this.cells[MAX] = Number.NEGATIVE_INFINITY;
  }

  /** How many values were counted. */
  get count(): number {
    return this.cells[COUNT]!;
  }

  /** Their sum, compensated; 0 when empty. */
  get sum(): number {
    return accumulated(this.cells, SUM);
  }

  /** Their mean, never outside [min, max]; undefined when empty. */
  get mean(): number | undefined {
    const count = this.count;
    if (count === 0) return undefined;
    return Math.min(Math.max(this.sum / count, this.cells[MIN]!), this.cells[MAX]!);
  }

  /** Sample variance (divisor n - 1); undefined for fewer than two values. */
  get variance(): number | undefined {
    const count = this.count;
    return count < 2 ? undefined : this.cells[SQUARES]! / (count - 1);
  }

  /** Sample standard deviation; undefined for fewer than two values. */
  get std(): number | undefined {
    const variance = this.variance;
    return variance === undefined ? undefined : Math.sqrt(variance);
  }

  /** Least value; undefined when empty. */
  get min(): number | undefined {
    return this.count === 0 ? undefined : this.cells[MIN]!;
  }

  /** Greatest value; undefined when empty. */
  get max(): number | undefined {
    return this.count === 0 ? undefined : this.cells[MAX]!;
  }

  /** Plain data that `fromJSON` restores to the bit, but for the sign of a zero, which JSON text drops. */
  toJSON(): TallyJson {
    const cells = this.cells;
    return {
      count: cells[COUNT]!,
      sum: cells[SUM]!,
      compensation: cells[SUM + 1]!,
      centre: cells[CENTRE]!,
      squares: cells[SQUARES]!,
      min: this.min ?? null,
      max: this.max ?? null,
    };
  }

  /** The tally that `toJSON` wrote. Throws `STATS_BAD_FORM` when the count is not a whole number from 0. */
  static fromJSON(json: TallyJson): Tally {
    if (!Number.isSafeInteger(json.count) || json.count < 0) {
      throw new StatisticsError('STATS_BAD_FORM', `a tally's count is a whole number from 0, not ${json.count}`);
    }
    const tally = new Tally();
    const cells = tally.cells;
    cells[COUNT] = json.count;
    cells[SUM] = json.sum;
    cells[SUM + 1] = json.compensation;
    cells[CENTRE] = json.centre;
    cells[SQUARES] = json.squares;
    cells[MIN] = json.min ?? Number.POSITIVE_INFINITY;
    cells[MAX] = json.max ?? Number.NEGATIVE_INFINITY;
    return tally;
  }
}

function checkFinite(values: Float64Array, from: number, to: number): void {
  for (let idx = from; idx < to; idx++) if (!Number.isFinite(values[idx])) refuse(values[idx]!);
}

function refuse(value: number): never {
  throw new StatisticsError('STATS_NOT_FINITE', `a tally takes finite numbers, not ${value}`);
}
