/**
 * Collects the latencies of a run: every value exactly up to a limit (2^16 by default, 512 KiB), and beyond it their
 * log histogram, so that memory does not follow the number of requests. Count, mean, std, min and max come from a
 * tally and are exact either way; quantiles are exact R-7 while `isExact`, afterwards within
 * `LOG_HISTOGRAM_RELATIVE_ERROR` of it.
 *
 * Which of the two it is depends only on how many values there were in all, not on how they were split: collectors
 * of shards or replications with the same limit, merged, answer as one that saw everything (quantiles exactly, mean
 * and std to rounding). Merge in a fixed order for the same bytes. The order of the values is not kept.
 *
 * A value that comes in is only put aside; tally and histogram take the ones put aside in stretches, in the order in
 * which they came, so the bytes are those of counting each at once. Sorted collectors merge without sorting again.
 *
 * Values are non-negative and finite, in the caller's unit (seconds for latencies).
 */
import { LogHistogram, type PackedLogHistogram } from './log-histogram.js';
import { sortedQuantile } from './quantiles.js';
import { fewSampleMarks, type SampleSummary, SUMMARY_QUANTILES } from './sample-summary.js';
import { StatisticsError } from './statistics-error.js';
import { Tally, type TallyJson } from './tally.js';

/** Values kept exactly before the histogram takes over: 2^16, 512 KiB. A p99 then rests on more than 650 beyond it. */
export const DEFAULT_EXACT_LIMIT = 2 ** 16;

const FIRST_CAPACITY = 256;
/** Values put aside for the histogram at a time: 16 KiB. */
const STRETCH = 2048;
/** Two sorted runs are merged unless one is this many times as long as the other: then sorting anew costs less. */
const MERGE_RATIO = 16;

/** A collector as plain data and typed arrays; give `transferListOf(packed)` to `postMessage`. */
export interface PackedSamples {
  readonly exactLimit: number;
  readonly tally: TallyJson;
  /** The values while exact, else empty. */
  readonly values: Float64Array<ArrayBuffer>;
  readonly histogram: PackedLogHistogram | undefined;
}

/**
 * What collectors that will be merged hold together. Beyond the limit of one their merger is a histogram anyway, so each
 * lets go of its values as soon as they are surely more than that in all: a hundred collectors of a budget then hold about
 * as much as one. Only for collectors of the same limit that are all merged before anybody asks for an exact quantile.
 */
export class SampleBudget {
  /** Values of the collectors when each last needed room: never more than they hold. */
  reported = 0;
}

/** Exact samples up to a limit, a log histogram beyond. */
export class SampleCollector {
  /** How many values are kept exactly. */
  readonly exactLimit: number;
  private tally = new Tally();
  private values = new Float64Array(0);
  /** Values in `values`; the first `tallied` of them are in the tally, the first `sorted` in ascending order. */
  private held = 0;
  private tallied = 0;
  private sorted = 0;
  private histogram: LogHistogram | undefined = undefined;
  private readonly budget: SampleBudget | undefined;
  /** Values that the budget knows of. */
  private reported = 0;

  /** @param budget shared with the collectors that this one will be merged with. */
  constructor(exactLimit: number = DEFAULT_EXACT_LIMIT, budget?: SampleBudget) {
    if (!Number.isSafeInteger(exactLimit) || exactLimit < 0) {
      throw new StatisticsError('STATS_OUT_OF_RANGE', `the exact limit is a whole number from 0, not ${exactLimit}`);
    }
    this.exactLimit = exactLimit;
    this.budget = budget;
  }

  /**
   * Collects one value; allocates only when an array grows. Throws `STATS_OUT_OF_RANGE` when it is negative or not
   * finite.
   */
  add(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) refuse(value);
    if (this.held === this.values.length) this.makePlace();
    const held = this.held;
    this.values[held] = value;
    this.held = held + 1;
  }

  /** Collects `rows[first]`, `rows[first + stride]` and so on before `end`, as `add` does; NaN stands for no value. */
  addColumn(rows: Float64Array, first: number, stride: number, end: number): void {
    const until = Math.min(end, rows.length);
    for (let at = first; at < until; ) {
      if (this.held < this.values.length) at = this.fill(rows, at, stride, until);
      else if (Number.isNaN(rows[at]!)) at += stride;
      else this.makePlace();
    }
  }

  /** Takes in everything `other` collected; throws `STATS_MISMATCH` when its exact limit is another. */
  merge(other: SampleCollector): void {
    if (other.exactLimit !== this.exactLimit) {
      throw new StatisticsError(
        'STATS_MISMATCH',
        `collectors merge with equal exact limits, not ${this.exactLimit} and ${other.exactLimit}`,
      );
    }
    const fits = this.isExact && other.isExact && this.held + other.held <= this.exactLimit;
    this.settle();
    other.settle();
    if (fits) this.takeValuesOf(other);
    else {
      const histogram = this.histogram ?? this.spill();
      if (other.histogram === undefined) histogram.addAll(other.values, 0, other.held);
      else histogram.merge(other.histogram);
    }
    this.tally.merge(other.tally);
  }

  /** Forgets everything, as at the end of a warm-up. */
  reset(): void {
    if (this.budget !== undefined) this.budget.reported -= this.reported;
    this.reported = 0;
    this.tally.reset();
    this.histogram = undefined;
    this.values = new Float64Array(0);
    this.held = 0;
    this.tallied = 0;
    this.sorted = 0;
  }

  /** How many values were collected. */
  get count(): number {
    return this.tally.count + this.held - this.tallied;
  }

  /** True while every value is held, so that quantiles are exact. */
  get isExact(): boolean {
    return this.histogram === undefined;
  }

  /** Exact sum, to rounding. */
  get sum(): number {
    return this.settled().sum;
  }

  /** Exact mean, to rounding; undefined when empty. */
  get mean(): number | undefined {
    return this.settled().mean;
  }

  /** Sample standard deviation; undefined for fewer than two values. */
  get std(): number | undefined {
    return this.settled().std;
  }

  /** Least value; undefined when empty. */
  get min(): number | undefined {
    return this.settled().min;
  }

  /** Greatest value; undefined when empty. */
  get max(): number | undefined {
    return this.settled().max;
  }

  /** The q-quantile, R-7 exactly while `isExact`; undefined when empty. The first call after new values sorts them. */
  quantile(q: number): number | undefined {
    this.settle();
    if (this.histogram !== undefined) return this.histogram.quantile(q);
    this.sort();
    return sortedQuantile(this.values.subarray(0, this.held), q);
  }

  /**
   * Calls `visit` with every value and 1 while exact, in no certain order; afterwards with the middle of each bucket
   * that is not empty and its count, ascending.
   */
  forEachWeighted(visit: (value: number, weight: number) => void): void {
    this.settle();
    if (this.histogram !== undefined) {
      this.histogram.forEachBucket((lower, upper, weight) => visit((lower + upper) / 2, weight));
      return;
    }
    for (let idx = 0; idx < this.held; idx++) visit(this.values[idx]!, 1);
  }

  /** The values in ascending order while exact, else undefined: a view to be read at once. The first call sorts them. */
  ascending(): Float64Array | undefined {
    this.settle();
    if (this.histogram !== undefined) return undefined;
    this.sort();
    return this.values.subarray(0, this.held);
  }

  /** The table row of this sample, marks included. */
  summary(): SampleSummary {
    return {
      n: this.count,
      mean: this.mean,
      std: this.std,
      min: this.min,
      p50: this.quantile(SUMMARY_QUANTILES.p50),
      p90: this.quantile(SUMMARY_QUANTILES.p90),
      p95: this.quantile(SUMMARY_QUANTILES.p95),
      p99: this.quantile(SUMMARY_QUANTILES.p99),
      max: this.max,
      hasFewSamples: fewSampleMarks(this.count),
      isExact: this.isExact,
    };
  }

  /** A copy in typed arrays, for posting to another thread. */
  pack(): PackedSamples {
    this.settle();
    return {
      exactLimit: this.exactLimit,
      tally: this.tally.toJSON(),
      values: this.values.slice(0, this.held),
      histogram: this.histogram?.pack(),
    };
  }

  /** The collector that `pack` wrote; it takes over the array of values. Throws `STATS_BAD_FORM` if counts differ. */
  static unpack(packed: PackedSamples): SampleCollector {
    const collector = new SampleCollector(packed.exactLimit);
    collector.tally = Tally.fromJSON(packed.tally);
    collector.values = packed.values;
    collector.held = packed.values.length;
    collector.tallied = collector.held;
    if (packed.histogram !== undefined) collector.histogram = LogHistogram.unpack(packed.histogram);
    const held = collector.histogram?.count ?? collector.held;
    if (held !== collector.count) {
      throw new StatisticsError('STATS_BAD_FORM', `packed samples hold ${held} values but say ${collector.count}`);
    }
    return collector;
  }

  /** Collects a column from `from` on until `end` or until the array is full; returns where it stopped. */
  private fill(rows: Float64Array, from: number, stride: number, end: number): number {
    const { values } = this;
    // Looked at before the loop, so that it is not asked for each value what kind of numbers and array these are.
    const step = stride | 0;
    const until = end | 0;
    const room = values.length | 0;
    let held = this.held | 0;
    let at = from | 0;
    for (; at < until && held < room; at = (at + step) | 0) {
      const value = rows[at]!;
      if (value >= 0 && value < Number.POSITIVE_INFINITY) {
        values[held] = value;
        held = (held + 1) | 0;
      } else if (!Number.isNaN(value)) refuse(value);
    }
    this.held = held;
    return at;
  }

  private settled(): Tally {
    this.settle();
    return this.tally;
  }

  /** Hands what was put aside to the tally and, beyond the limit, to the histogram. */
  private settle(): void {
    if (this.tallied < this.held) this.tally.addAll(this.values, this.tallied, this.held);
    this.tallied = this.held;
    if (this.histogram === undefined || this.held === 0) return;
    this.histogram.addAll(this.values, 0, this.held);
    this.held = 0;
    this.tallied = 0;
  }

  /** Only of settled values: the tally's bytes depend on the order in which they came. */
  private sort(): void {
    if (this.sorted < this.held) this.values.subarray(0, this.held).sort();
    this.sorted = this.held;
  }

  /** Both are settled and exact, and together within the limit. */
  private takeValuesOf(other: SampleCollector): void {
    const before = this.held;
    const added = other.held;
    if (added === 0) return;
    this.makeRoom(before + added);
    const isLopsided = before > MERGE_RATIO * added || added > MERGE_RATIO * before;
    if (isLopsided && before > 0) this.values.set(other.values.subarray(0, added), before);
    else {
      this.sort();
      other.sort();
      mergeInto(this.values, before, other.values, added);
      this.sorted = before + added;
    }
    this.held = before + added;
    this.tallied = this.held;
  }

  /** Hands the exact values over to a histogram and lets go of their memory. */
  private spill(): LogHistogram {
    const histogram = new LogHistogram();
    histogram.addAll(this.values, 0, this.held);
    this.values = new Float64Array(STRETCH);
    this.held = 0;
    this.tallied = 0;
    this.sorted = 0;
    this.histogram = histogram;
    return histogram;
  }

  /** Makes a place for one more value. */
  private makePlace(): void {
    if (this.histogram === undefined && this.held < this.exactLimit && !this.isOverBudget()) {
      this.makeRoom(this.held + 1);
      return;
    }
    this.settle();
    if (this.histogram === undefined) this.spill();
    else if (this.values.length === 0) this.values = new Float64Array(STRETCH);
  }

  /** Whether the values here and those of the others are together, for sure, more than one may hold. */
  private isOverBudget(): boolean {
    if (this.budget === undefined) return false;
    this.budget.reported += this.held - this.reported;
    this.reported = this.held;
    return this.budget.reported > this.exactLimit;
  }

  private makeRoom(count: number): void {
    if (count <= this.values.length) return;
    const doubled = Math.min(Math.max(2 * this.values.length, FIRST_CAPACITY), this.exactLimit);
    const grown = new Float64Array(Math.max(count, doubled));
    grown.set(this.values.subarray(0, this.held));
    this.values = grown;
  }
}

// Stands apart from the test: compilers turn the number of a message to text before it.
function refuse(value: number): never {
  throw new StatisticsError('STATS_OUT_OF_RANGE', `a sample is a finite number from 0, not ${value}`);
}

/** Merges two ascending runs, from the back and so in place: `into[0..held)` and `from[0..added)`. */
function mergeInto(into: Float64Array, held: number, from: Float64Array, added: number): void {
  let mine = held - 1;
  let theirs = added - 1;
  for (let to = held + added - 1; theirs >= 0; to--) {
    if (mine >= 0 && into[mine]! > from[theirs]!) into[to] = into[mine--]!;
    else into[to] = from[theirs--]!;
  }
}

/** The buffers of packed samples, for the transfer list of a message. They are gone here once posted. */
export function transferListOf(packed: PackedSamples): ArrayBuffer[] {
  const histogram = packed.histogram;
  if (histogram === undefined) return [packed.values.buffer];
  return [packed.values.buffer, histogram.cells.buffer, histogram.keys.buffer, histogram.counts.buffer];
}
