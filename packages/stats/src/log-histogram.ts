/**
 * Log histogram: counts of non-negative values in the buckets of `log-buckets.ts`, 64 to an octave.
 *
 * A bucket answers with its midpoint, off by at most 1/128 of any value in it. Since a quantile here interpolates
 * between two such answers as R-7 does between two values, it is within 1/128 (0.79 %) of the exact R-7 quantile.
 * Zero has a bucket of its own; count, sum, mean, minimum and maximum are exact.
 *
 * Weights are whole numbers (a gap between tokens seen by 12 requests at once is one value of weight 12); counts are
 * exact up to 2^53. The array of buckets spans only the octaves that occurred: four decades of latencies take about
 * 7 kB.
 *
 * One file of some length, because what adds a value, a column or an arithmetic progression, and what merges and reads, work on the
 * same two private arrays.
 */
import { accumulate, accumulated } from './compensated-sum.js';
import { fixedCells } from './fixed-cells.js';
import {
  checkedKey,
  END_KEY,
  FIRST_KEY,
  keyOf,
  LOG_HISTOGRAM_SUB_BUCKETS,
  lowerEdge,
  midpoint,
} from './log-buckets.js';
import { StatisticsError } from './statistics-error.js';

const COUNT = 0;
const ZEROS = 1;
const SUM = 2;
const MIN = 4;
const MAX = 5;
const CELLS = 6;

/** Values of a run of `addAll`. */
const RUN = 128;

/** A histogram as three typed arrays, cheap to post between threads with the buffers in the transfer list. */
export interface PackedLogHistogram {
  /** Count, zeros, sum, compensation, minimum, maximum. */
  readonly cells: Float64Array<ArrayBuffer>;
  /** Keys of the non-empty buckets, ascending. */
  readonly keys: Uint32Array<ArrayBuffer>;
  /** Their counts. */
  readonly counts: Float64Array<ArrayBuffer>;
}

/** The plain, sparse form of a histogram; `min` and `max` are null when it is empty. */
export interface LogHistogramJson {
  readonly subBuckets: number;
  readonly count: number;
  readonly zeros: number;
  readonly sum: number;
  readonly compensation: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly keys: readonly number[];
  readonly counts: readonly number[];
}

/** Cells of evenly spaced values: the first, and the distance of two. */
export const Progression = { FIRST: 0, STEP: 1 } as const;
export const PROGRESSION_CELLS = 2;
const { FIRST, STEP } = Progression;

const handed = fixedCells(PROGRESSION_CELLS);

/** Counts of non-negative values in buckets of 1/64 octave; units are those of the values. */
export class LogHistogram {
  private readonly cells = new Float64Array(CELLS);
  private counts = new Float64Array(0);
  private firstKey = 0;

  constructor() {
    this.reset();
  }

  /**
   * Counts `value` `weight` times; no allocation except when a new octave occurs. Throws `STATS_OUT_OF_RANGE` for a
   * value that is negative or not finite, or a weight that is not a whole number from 0.
   */
  add(value: number, weight = 1): void {
    checkWeight(weight);
    if (weight === 0) return;
    this.countAt(checkedKey(value), weight);
    this.note(value, value, value * weight);
  }

  /**
   * Counts `values[from]` to `values[to - 1]` once each: to the bit as `add` does in this order, but quicker. Throws
   * `STATS_OUT_OF_RANGE` for a value that is negative or not finite; those before it are counted then.
   */
  addAll(values: Float64Array, from: number, to: number): void {
    // In short runs: one long loop would stay in the form in which it began, before the compiler knew its numbers.
    for (let at = from; at < to; at += RUN) this.addRun(values, at, at + RUN < to ? at + RUN : to);
  }

  private addRun(values: Float64Array, from: number, to: number): void {
    const cells = this.cells;
    let { counts, firstKey } = this;
    let sum = cells[SUM]!;
    let compensation = cells[SUM + 1]!;
    let min = cells[MIN]!;
    let max = cells[MAX]!;
    let idx = from;
    for (; idx < to; idx++) {
      const value = values[idx]!;
      const bucket = keyOf(value) - firstKey;
      if (bucket >= 0 && bucket < counts.length) counts[bucket]!++;
      else {
        if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) break;
        this.countApart(value);
        counts = this.counts;
        firstKey = this.firstKey;
      }
      const next = sum + value;
      compensation += Math.abs(sum) >= value ? sum - next + value : value - next + sum;
      sum = next;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    cells[COUNT]! += idx - from;
    cells[SUM] = sum;
    cells[SUM + 1] = compensation;
    cells[MIN] = min;
    cells[MAX] = max;
    if (idx < to) checkedKey(values[idx]!);
  }

  /** Counts a value once that is a zero or lies beyond the buckets there are. */
  private countApart(value: number): void {
    const key = checkedKey(value);
    if (key < FIRST_KEY) {
      this.cells[ZEROS]!++;
      return;
    }
    this.makeRoom(key);
    this.counts[key - this.firstKey]!++;
  }

  /**
   * Counts the `count` values `first + j * step`, j from 0, each `weight` times. The counts, minimum and maximum are
   * exactly those of adding each value by `add`; the sum agrees to rounding. Costs one step per bucket crossed, not
   * per value, and allocates as `add` does. Throws `STATS_OUT_OF_RANGE` before counting anything when a value would
   * be negative or not finite.
   */
  addProgression(first: number, step: number, count: number, weight = 1): void {
    handed[Progression.FIRST] = first;
    handed[Progression.STEP] = step;
    this.addProgressionIn(handed, count, weight);
  }

  /** `addProgression` of the cells of `Progression`: numbers in cells are not put into objects on their way between functions. */
  addProgressionIn(cells: Float64Array, count: number, weight: number): void {
    const first = cells[FIRST]!;
    const last = first + (count - 1) * cells[STEP]!;
    // Most rise within one bucket, which exists; what is no count of seconds has no bucket.
    const { counts, firstKey } = this;
    const bucket = keyOf(first) - firstKey;
    if (
      bucket < 0 ||
      bucket >= counts.length ||
      keyOf(last) - firstKey !== bucket ||
      !(first <= last) ||
      !isSmallCount(count) ||
      !isSmallCount(weight)
    ) {
      this.addWidely(cells, count, weight);
      return;
    }
    const total = count * weight;
    counts[bucket]! += total;
    const own = this.cells;
    own[COUNT]! += total;
    const amount = (count * first + cells[STEP]! * (0.5 * count * (count - 1))) * weight;
    // `accumulate` of what is not negative, written out: this is done for every stretch of decode steps.
    const sum = own[SUM]!;
    const next = sum + amount;
    own[SUM + 1]! += sum >= amount ? sum - next + amount : amount - next + sum;
    own[SUM] = next;
    if (first < own[MIN]!) own[MIN] = first;
    if (last > own[MAX]!) own[MAX] = last;
  }

  /** `addProgressionIn` for any values. */
  private addWidely(cells: Float64Array, count: number, weight: number): void {
    const first = cells[FIRST]!;
    const step = cells[STEP]!;
    checkWeight(weight);
    if (!Number.isSafeInteger(count) || count < 0) refuseCount(count);
    if (count === 0 || weight === 0) return;
    const last = first + (count - 1) * step;
    let key = checkedKey(first);
    const lastKey = checkedKey(last);
    let from = 0;
    while (from < count) {
      const until = key === lastKey ? count : firstOutside(first, step, from, count, key);
      this.countAt(key, (until - from) * weight);
      from = until;
      if (from < count) key = checkedKey(first + from * step);
    }
    const sum = count * first + step * ((count * (count - 1)) / 2);
    this.note(Math.min(first, last), Math.max(first, last), sum * weight);
  }

  /**
   * `addProgression` by its ends: `count` evenly spaced values, the step being (last - first) / (count - 1). The last
   * value counted may differ from `last` by rounding, but is not negative when `last` is not.
   */
  addRange(first: number, last: number, count: number, weight = 1): void {
    let step = count > 1 ? (last - first) / (count - 1) : 0;
    // Four roundings of at most 2^-53 each stand between this step and the last value.
    if (last >= 0 && first + (count - 1) * step < 0) step -= step * 2 ** -51;
    this.addProgression(first, step, count, weight);
  }

  /** Takes in everything `other` counted. Counts are exact, so merging is associative; the sum is so to rounding. */
  merge(other: LogHistogram): void {
    const theirs = other.cells;
    if (theirs[COUNT] === 0) return;
    const compensation = theirs[SUM + 1]!;
    this.countAt(0, theirs[ZEROS]!);
    for (let idx = 0; idx < other.counts.length; idx++) {
      const weight = other.counts[idx]!;
      if (weight > 0) this.countAt(other.firstKey + idx, weight);
    }
    this.note(theirs[MIN]!, theirs[MAX]!, theirs[SUM]!);
    this.cells[SUM + 1]! += compensation;
  }

  /** Forgets all values; keeps the memory. */
  reset(): void {
    this.counts.fill(0);
    this.cells.fill(0);
    this.cells[MIN] = Number.POSITIVE_INFINITY;
    this.cells[MAX] = Number.NEGATIVE_INFINITY;
  }

  /** Sum of the weights. */
  get count(): number {
    return this.cells[COUNT]!;
  }

  /** Weight of the values counted as zero. */
  get zeros(): number {
    return this.cells[ZEROS]!;
  }

  /** Exact weighted sum of the values, to rounding. */
  get sum(): number {
    return accumulated(this.cells, SUM);
  }

  /** Exact weighted mean, to rounding; undefined when empty. */
  get mean(): number | undefined {
    if (this.count === 0) return undefined;
    return Math.min(Math.max(this.sum / this.count, this.cells[MIN]!), this.cells[MAX]!);
  }

  /** Least value, exact; undefined when empty. */
  get min(): number | undefined {
    return this.count === 0 ? undefined : this.cells[MIN]!;
  }

  /** Greatest value, exact; undefined when empty. */
  get max(): number | undefined {
    return this.count === 0 ? undefined : this.cells[MAX]!;
  }

  /**
   * The q-quantile, 0 <= q <= 1, within `LOG_HISTOGRAM_RELATIVE_ERROR` of the exact R-7 quantile; exact at 0 and 1;
   * undefined when empty. Throws `STATS_OUT_OF_RANGE` for another q.
   */
  quantile(q: number): number | undefined {
    if (!(q >= 0 && q <= 1)) throw new StatisticsError('STATS_OUT_OF_RANGE', `a quantile is asked at 0..1, not ${q}`);
    if (this.count === 0) return undefined;
    if (q === 0) return this.cells[MIN]!;
    if (q === 1) return this.cells[MAX]!;
    const position = (this.count - 1) * q;
    const rank = Math.floor(position);
    let below = this.cells[ZEROS]!;
    let idx = -1;
    while (below <= rank) below += this.counts[++idx]!;
    const lower = idx < 0 ? 0 : midpoint(this.firstKey + idx);
    const fraction = position - rank;
    let answer = lower;
    if (fraction > 0) {
      while (below <= rank + 1) below += this.counts[++idx]!;
      const upper = idx < 0 ? 0 : midpoint(this.firstKey + idx);
      answer = lower + (upper - lower) * fraction;
    }
    return Math.min(Math.max(answer, this.cells[MIN]!), this.cells[MAX]!);
  }

  /**
   * Share of the values at or below `value`; undefined when empty. Within the bucket that holds `value` a uniform
   * spread is assumed, so the error is at most that bucket's share; exact below the minimum and from the maximum.
   */
  cdf(value: number): number | undefined {
    const count = this.count;
    if (count === 0) return undefined;
    if (Number.isNaN(value)) throw new StatisticsError('STATS_NOT_FINITE', 'the share at or below NaN is not defined');
    if (value < this.cells[MIN]!) return 0;
    if (value >= this.cells[MAX]!) return 1;
    const key = keyOf(value);
    let below = this.cells[ZEROS]!;
    if (key < FIRST_KEY) return below / count;
    const end = Math.min(key - this.firstKey, this.counts.length);
    for (let idx = 0; idx < end; idx++) below += this.counts[idx]!;
    const lower = lowerEdge(key);
    const inside = this.counts[key - this.firstKey] ?? 0;
    return (below + (inside * (value - lower)) / (lowerEdge(key + 1) - lower)) / count;
  }

  /** Calls `visit` for each non-empty bucket in ascending order; values lie in [lower, upper), for zeros both are 0. */
  forEachBucket(visit: (lower: number, upper: number, weight: number) => void): void {
    if (this.zeros > 0) visit(0, 0, this.zeros);
    for (let idx = 0; idx < this.counts.length; idx++) {
      const weight = this.counts[idx]!;
      if (weight > 0) visit(lowerEdge(this.firstKey + idx), lowerEdge(this.firstKey + idx + 1), weight);
    }
  }

  /** The sparse form in typed arrays, for posting to another thread. */
  pack(): PackedLogHistogram {
    let used = 0;
    for (const weight of this.counts) if (weight > 0) used++;
    const keys = new Uint32Array(used);
    const counts = new Float64Array(used);
    let to = 0;
    for (let idx = 0; idx < this.counts.length; idx++) {
      if (this.counts[idx]! > 0) {
        keys[to] = this.firstKey + idx;
        counts[to++] = this.counts[idx]!;
      }
    }
    return { cells: this.cells.slice(), keys, counts };
  }

  /** The histogram that `pack` wrote. Throws `STATS_BAD_FORM` when the parts do not fit together. */
  static unpack(packed: PackedLogHistogram): LogHistogram {
    const histogram = new LogHistogram();
    if (packed.cells.length !== CELLS || packed.keys.length !== packed.counts.length) {
      throw new StatisticsError('STATS_BAD_FORM', 'a packed histogram has 6 cells and one count for each key');
    }
    histogram.countAt(0, packed.cells[ZEROS]!);
    for (let idx = 0; idx < packed.keys.length; idx++) {
      const key = packed.keys[idx]!;
      const weight = packed.counts[idx]!;
      if (!(key >= FIRST_KEY && key < END_KEY && weight > 0)) {
        throw new StatisticsError('STATS_BAD_FORM', `a packed histogram has no bucket ${key} with count ${weight}`);
      }
      histogram.countAt(key, weight);
    }
    if (histogram.count !== packed.cells[COUNT]) {
      throw new StatisticsError(
        'STATS_BAD_FORM',
        `the counts add up to ${histogram.count}, not ${packed.cells[COUNT]}`,
      );
    }
    histogram.cells.set(packed.cells);
    return histogram;
  }

  /** Plain data that `fromJSON` restores to the bit. */
  toJSON(): LogHistogramJson {
    const packed = this.pack();
    return {
      subBuckets: LOG_HISTOGRAM_SUB_BUCKETS,
      count: this.count,
      zeros: this.zeros,
      sum: this.cells[SUM]!,
      compensation: this.cells[SUM + 1]!,
      min: this.min ?? null,
      max: this.max ?? null,
      keys: Array.from(packed.keys),
      counts: Array.from(packed.counts),
    };
  }

  /** The histogram that `toJSON` wrote. Throws `STATS_BAD_FORM` when it was cut in other buckets or does not add up. */
  static fromJSON(json: LogHistogramJson): LogHistogram {
    if (json.subBuckets !== LOG_HISTOGRAM_SUB_BUCKETS) {
      throw new StatisticsError(
        'STATS_BAD_FORM',
        `a histogram has ${LOG_HISTOGRAM_SUB_BUCKETS} buckets per octave, not ${json.subBuckets}`,
      );
    }
    const min = json.min ?? Number.POSITIVE_INFINITY;
    const max = json.max ?? Number.NEGATIVE_INFINITY;
    return LogHistogram.unpack({
      cells: Float64Array.of(json.count, json.zeros, json.sum, json.compensation, min, max),
      keys: Uint32Array.from(json.keys),
      counts: Float64Array.from(json.counts),
    });
  }

  private countAt(key: number, weight: number): void {
    this.cells[COUNT]! += weight;
    if (key < FIRST_KEY) {
      this.cells[ZEROS]! += weight;
      return;
    }
    if (key < this.firstKey || key >= this.firstKey + this.counts.length) this.makeRoom(key);
    this.counts[key - this.firstKey]! += weight;
  }

  private note(min: number, max: number, sum: number): void {
    const cells = this.cells;
    accumulate(cells, SUM, sum);
    if (min < cells[MIN]!) cells[MIN] = min;
    if (max > cells[MAX]!) cells[MAX] = max;
  }

  /** Widens the span of whole octaves to hold `key`, one spare octave on the side that grew. */
  private makeRoom(key: number): void {
    const octave = LOG_HISTOGRAM_SUB_BUCKETS;
    const start = key - (key % octave);
    const empty = this.counts.length === 0;
    const first = empty || start < this.firstKey ? Math.max(start - octave, FIRST_KEY) : this.firstKey;
    const oldEnd = empty ? 0 : this.firstKey + this.counts.length;
    const end = key >= oldEnd ? Math.min(start + 2 * octave, END_KEY) : oldEnd;
    const grown = new Float64Array(end - first);
    if (!empty) grown.set(this.counts, this.firstKey - first);
    this.counts = grown;
    this.firstKey = first;
  }
}

function isSmallCount(count: number): boolean {
  return (count | 0) === count && count > 0;
}

function checkWeight(weight: number): void {
  if (!(weight >= 0 && Number.isSafeInteger(weight))) refuseWeight(weight);
}

function refuseWeight(weight: number): never {
  throw new StatisticsError('STATS_OUT_OF_RANGE', `a weight is a whole number from 0, not ${weight}`);
}

function refuseCount(count: number): never {
  throw new StatisticsError('STATS_OUT_OF_RANGE', `a progression has a whole number of values, not ${count}`);
}

/**
 * The first j in (from, count] whose value leaves the bucket `key`, in which value `from` lies. Rounded products and
 * sums are monotone in j, so there is one crossing: solved for, then corrected against the values themselves, and
 * bisected in the rare case that a step is lost in the rounding of `first`.
 */
function firstOutside(first: number, step: number, from: number, count: number, key: number): number {
  const isRising = step > 0;
  // Falling values never leave the bucket of zeros, whose lower edge is 0.
  const edge = isRising ? lowerEdge(key < FIRST_KEY ? FIRST_KEY : key + 1) : lowerEdge(key);
  let inside = from;
  let outside = count;
  const guess = Math.min(Math.max(Math.ceil((edge - first) / step), from), count);
  for (let probe = guess - 1; probe <= guess + 1; probe++) {
    if (probe <= inside || probe >= outside) continue;
    if (isBeyond(first + probe * step, edge, isRising)) {
      outside = probe;
      break;
    }
    inside = probe;
  }
  while (outside - inside > 1) {
    const middle = inside + Math.floor((outside - inside) / 2);
    if (isBeyond(first + middle * step, edge, isRising)) outside = middle;
    else inside = middle;
  }
  return outside;
}

function isBeyond(value: number, edge: number, isRising: boolean): boolean {
  return isRising ? value >= edge : value < edge;
}
