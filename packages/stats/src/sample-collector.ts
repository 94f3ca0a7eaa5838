/**
 * Collects the latencies of a run: every value exactly up to a limit (2^20 by default, 8 MiB), and beyond it their
 * log histogram, so that memory does not follow the number of requests. Count, mean, std, min and max come from a
 * tally and are exact either way; quantiles are exact R-7 while `isExact`, afterwards within
 * `LOG_HISTOGRAM_RELATIVE_ERROR` of it.
 *
 * Which of the two it is depends only on how many values there were in all, not on how they were split: collectors
 * of shards or replications with the same limit, merged, answer as one that saw everything (quantiles exactly, mean
 * and std to rounding). Merge in a fixed order for the same bytes. The order of the values is not kept.
 *
 * Values are non-negative and finite, in the caller's unit (seconds for latencies).
 */
import { LogHistogram, type PackedLogHistogram } from './log-histogram.js';
import { sortedQuantile } from './quantiles.js';
import { fewSampleMarks, type SampleSummary, SUMMARY_QUANTILES } from './sample-summary.js';
import { StatisticsError } from './statistics-error.js';
import { Tally, type TallyJson } from './tally.js';

/** Values kept exactly before the histogram takes over: 2^20, 8 MiB. */
export const DEFAULT_EXACT_LIMIT = 2 ** 20;

const FIRST_CAPACITY = 256;

/** A collector as plain data and typed arrays; give `transferListOf(packed)` to `postMessage`. */
export interface PackedSamples {
  readonly exactLimit: number;
  readonly tally: TallyJson;
  /** The values while exact, else empty. */
  readonly values: Float64Array<ArrayBuffer>;
  readonly histogram: PackedLogHistogram | undefined;
}

/** Exact samples up to a limit, a log histogram beyond. */
export class SampleCollector {
  /** How many values are kept exactly. */
  readonly exactLimit: number;
  private tally = new Tally();
  private values = new Float64Array(0);
  private held = 0;
  private isSorted = true;
  private histogram: LogHistogram | undefined = undefined;

  constructor(exactLimit: number = DEFAULT_EXACT_LIMIT) {
    if (!Number.isSafeInteger(exactLimit) || exactLimit < 0) {
      throw new StatisticsError('STATS_OUT_OF_RANGE', `the exact limit is a whole number from 0, not ${exactLimit}`);
    }
    this.exactLimit = exactLimit;
  }

  /**
   * Collects one value; allocates only when an array grows. Throws `STATS_OUT_OF_RANGE` when it is negative or not
   * finite.
   */
  add(value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new StatisticsError('STATS_OUT_OF_RANGE', `a sample is a finite number from 0, not ${value}`);
    }
    this.tally.add(value);
    if (this.histogram === undefined && this.held >= this.exactLimit) this.histogram = this.spill();
    if (this.histogram !== undefined) {
      this.histogram.add(value);
      return;
    }
    if (this.held === this.values.length) this.makeRoom(this.held + 1);
    this.values[this.held++] = value;
    this.isSorted = false;
  }

  /** Takes in everything `other` collected; throws `STATS_MISMATCH` when its exact limit is another. */
  merge(other: SampleCollector): void {
    if (other.exactLimit !== this.exactLimit) {
      throw new StatisticsError(
        'STATS_MISMATCH',
        `collectors merge with equal exact limits, not ${this.exactLimit} and ${other.exactLimit}`,
      );
    }
    const added = other.held;
    const fits = this.histogram === undefined && other.histogram === undefined && this.held + added <= this.exactLimit;
    if (fits) {
      this.makeRoom(this.held + added);
      this.values.set(other.values.subarray(0, added), this.held);
      this.held += added;
      this.isSorted = false;
    } else {
      const theirs = other.histogram ?? other.histogramOfValues();
      this.histogram ??= this.spill();
      this.histogram.merge(theirs);
    }
    this.tally.merge(other.tally);
  }

  /** Forgets everything, as at the end of a warm-up. */
  reset(): void {
    this.tally.reset();
    this.held = 0;
    this.isSorted = true;
    this.histogram = undefined;
  }

  /** How many values were collected. */
  get count(): number {
    return this.tally.count;
  }

  /** True while every value is held, so that quantiles are exact. */
  get isExact(): boolean {
    return this.histogram === undefined;
  }

  /** Exact sum, to rounding. */
  get sum(): number {
    return this.tally.sum;
  }

  /** Exact mean, to rounding; undefined when empty. */
  get mean(): number | undefined {
    return this.tally.mean;
  }

  /** Sample standard deviation; undefined for fewer than two values. */
  get std(): number | undefined {
    return this.tally.std;
  }

  /** Least value; undefined when empty. */
  get min(): number | undefined {
    return this.tally.min;
  }

  /** Greatest value; undefined when empty. */
  get max(): number | undefined {
    return this.tally.max;
  }

  /** The q-quantile, R-7 exactly while `isExact`; undefined when empty. The first call after new values sorts them. */
  quantile(q: number): number | undefined {
    if (this.histogram !== undefined) return this.histogram.quantile(q);
    const values = this.values.subarray(0, this.held);
    if (!this.isSorted) {
      values.sort();
      this.isSorted = true;
    }
    return sortedQuantile(values, q);
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
    collector.isSorted = false;
    if (packed.histogram !== undefined) collector.histogram = LogHistogram.unpack(packed.histogram);
    const held = collector.histogram?.count ?? collector.held;
    if (held !== collector.count) {
      throw new StatisticsError('STATS_BAD_FORM', `packed samples hold ${held} values but say ${collector.count}`);
    }
    return collector;
  }

  private histogramOfValues(): LogHistogram {
    const histogram = new LogHistogram();
    for (let idx = 0; idx < this.held; idx++) histogram.add(this.values[idx]!);
    return histogram;
  }

  /** Hands the exact values over to a histogram and lets go of their memory. */
  private spill(): LogHistogram {
    const histogram = this.histogramOfValues();
    this.values = new Float64Array(0);
    this.held = 0;
    return histogram;
  }

  private makeRoom(count: number): void {
    if (count <= this.values.length) return;
    const doubled = Math.min(Math.max(2 * this.values.length, FIRST_CAPACITY), this.exactLimit);
    const grown = new Float64Array(Math.max(count, doubled));
    grown.set(this.values.subarray(0, this.held));
    this.values = grown;
  }
}

/** The buffers of packed samples, for the transfer list of a message. They are gone here once posted. */
export function transferListOf(packed: PackedSamples): ArrayBuffer[] {
  const histogram = packed.histogram;
  if (histogram === undefined) return [packed.values.buffer];
  return [packed.values.buffer, histogram.cells.buffer, histogram.keys.buffer, histogram.counts.buffer];
}
