/**
 * An integrated quantity in time bins of one width: joules per minute from a power in watts, tokens per second from
 * token counts. Bin i covers [startS + i width, startS + (i + 1) width), its edges always computed by that product
 * and never by accumulation, so bins of different meters line up to the bit.
 *
 * `addRate` spreads rate times time over the bins it touches; pieces of one call share their edges, so the sum over
 * all bins is the total given to rounding. Bins grow with the times that occur.
 *
 * The peak of means over longer blocks (15-minute demand from one-minute bins) is taken over blocks aligned with the
 * start, as a meter's clock does, not over sliding windows. Units: seconds for time; an amount has the caller's unit,
 * a rate that unit per second.
 */
import { sumOf } from './compensated-sum.js';
import { fixedCells } from './fixed-cells.js';
import { StatisticsError } from './statistics-error.js';

/** More bins than this (1 GiB) mean a wrong width or horizon. */
const MAX_BINS = 2 ** 27;
const FIRST_CAPACITY = 64;
/** Bins that are set aside at first at most, however late the last is expected: 8 MiB. */
const MOST_EXPECTED = 2 ** 20;

/** The plain form of a series of bins. */
export interface TimeBinsJson {
  readonly widthS: number;
  readonly startS: number;
  readonly coveredUntilS: number;
  readonly amounts: readonly number[];
}

/** A series of bins with its amounts in a typed array, cheap to post between threads. */
export interface PackedTimeBins {
  readonly widthS: number;
  readonly startS: number;
  readonly coveredUntilS: number;
  readonly amounts: Float64Array<ArrayBuffer>;
}

/** Cells of a stretch of time: start and end in seconds, rate per second. */
export const Stretch = { FROM_S: 0, TO_S: 1, RATE: 2 } as const;
export const STRETCH_CELLS = 3;

const own = fixedCells(STRETCH_CELLS);

/**
 * Cells before the bins: the latest time covered; of the bin that something was last spread over, start and end in seconds, and
 * its amount, which is in its own cell only after `settle`.
 */
const Head = { COVERED_S: 0, RECENT_FROM_S: 1, RECENT_TO_S: 2, RECENT: 3 } as const;
/** Cell of the first bin. */
const BINS = 4;

/** Fixed-width time bins of an integrated quantity. */
export class TimeBins {
  /** Width of a bin, seconds. */
  readonly widthS: number;
  /** Simulated time at which bin 0 begins, seconds. */
  readonly startS: number;
  /** `Head`, then the amount of each bin. */
  private cells = new Float64Array(BINS);
  private used = 0;
  /** Bins that are set aside with the first. */
  private readonly expected: number;
  /** Cell of the bin that something was last spread over: most stretches lie in it again. Before the first, that of its amount. */
  private recent = Head.RECENT as number;

  /**
   * @param untilS until when something will be added, if that is known: so many bins are set aside at once. What is not used of
   * them yet takes no memory, while bins that grew would leave their former places behind.
   */
  constructor(widthS: number, startS = 0, untilS = startS) {
    if (!(widthS > 0 && widthS < Number.POSITIVE_INFINITY && Number.isFinite(startS))) {
      throw new StatisticsError(
        'STATS_OUT_OF_RANGE',
        `bins have a positive width and a start, not ${widthS}, ${startS} s`,
      );
    }
    this.widthS = widthS;
    this.startS = startS;
    this.expected = Math.max(FIRST_CAPACITY, Math.min(Math.ceil((untilS - startS) / widthS), MOST_EXPECTED));
    this.cells[Head.COVERED_S] = startS;
    this.cells[Head.RECENT_FROM_S] = Number.POSITIVE_INFINITY;
    this.cells[Head.RECENT_TO_S] = Number.NEGATIVE_INFINITY;
  }

  /** Bins that something was added to, or that lie before such. */
  get binCount(): number {
    return this.used;
  }

  /** The latest time that something was added at, seconds; the start when nothing was. */
  get coveredUntilS(): number {
    return this.cells[Head.COVERED_S]!;
  }

  /** Sum over all bins. */
  get total(): number {
    this.settle();
    return sumOf(this.cells.subarray(BINS, BINS + this.used));
  }

  /**
   * Adds `rate` per second over [fromS, toS]. No allocation except growth. Throws `STATS_TIME_BACKWARDS` when toS is
   * before fromS or fromS before the start, `STATS_NOT_FINITE` for other numbers that cannot be.
   */
  addRate(fromS: number, toS: number, rate: number): void {
    own[Stretch.FROM_S] = fromS;
    own[Stretch.TO_S] = toS;
    own[Stretch.RATE] = rate;
    this.addStretch(own);
  }

  /** `addRate` of the cells of `Stretch`: numbers in cells are not put into objects on their way between functions. */
  addStretch(stretch: Float64Array): void {
    const fromS = stretch[Stretch.FROM_S]!;
    const toS = stretch[Stretch.TO_S]!;
    const rate = stretch[Stretch.RATE]!;
    if (!(toS > fromS && this.addWithin(fromS, toS, (toS - fromS) * rate))) this.spread(fromS, toS, rate);
  }

  /**
   * Adds a finite `amount` over [fromS, toS], a stretch that runs forward, if that lies in the bin which something was last
   * spread over, where most do. Otherwise false, and the stretch is still to be added by its rate.
   */
  addWithin(fromS: number, toS: number, amount: number): boolean {
    const cells = this.cells;
    if (!(fromS >= cells[Head.RECENT_FROM_S]! && toS <= cells[Head.RECENT_TO_S]! && amount - amount === 0))
      return false;
    cells[Head.RECENT]! += amount;
    if (toS > cells[Head.COVERED_S]!) cells[Head.COVERED_S] = toS;
    return true;
  }

  /** Adds `amount` at an instant; one that falls on an edge belongs to the bin that begins there. */
  add(atS: number, amount: number): void {
    this.checkTime(atS, amount);
    const bin = this.binOf(atS);
    this.ensure(bin + 1);
    this.settle();
    this.cells[BINS + bin]! += amount;
    this.cells[Head.RECENT] = this.cells[this.recent]!;
    if (atS > this.coveredUntilS) this.cells[Head.COVERED_S] = atS;
  }

  /** The amount in a bin; 0 for bins beyond the last. */
  amount(bin: number): number {
    this.settle();
    return bin < this.used ? this.cells[BINS + bin]! : 0;
  }

  /** A copy of the amounts, one for each bin. */
  toArray(): Float64Array<ArrayBuffer> {
    this.settle();
    return this.cells.slice(BINS, BINS + this.used);
  }

  /**
   * Mean rate of each bin up to `untilS` (by default the latest time covered): amount over width, in the last bin
   * over the part of it before `untilS`. One entry for each bin that begins before `untilS`, zeros included.
   */
  rates(untilS: number = this.coveredUntilS): Float64Array<ArrayBuffer> {
    const bins = untilS > this.startS ? this.lastBinBefore(untilS) + 1 : 0;
    const rates = new Float64Array(bins);
    for (let bin = 0; bin < bins; bin++) {
      const endS = Math.min(this.edge(bin + 1), untilS);
      rates[bin] = this.amount(bin) / (endS - this.edge(bin));
    }
    return rates;
  }

  /**
   * Greatest mean rate over blocks of `widthBins` bins that begin at the start (with one-minute bins from midnight,
   * 15 gives clock-aligned 15-minute demand). A block cut short by `untilS` (by default the latest time covered) is
   * averaged over its full width, the least a meter would show, except when it is the only one: then over the time
   * it has. Undefined when there is no time to average over.
   */
  windowMax(widthBins: number, untilS: number = this.coveredUntilS): number | undefined {
    if (!Number.isSafeInteger(widthBins) || widthBins < 1) {
      throw new StatisticsError('STATS_OUT_OF_RANGE', `a block is a whole number of bins from 1, not ${widthBins}`);
    }
    const spanS = untilS - this.startS;
    if (!(spanS > 0)) return undefined;
    this.settle();
    const blockS = widthBins * this.widthS;
    const bins = this.lastBinBefore(untilS) + 1;
    let peak = Number.NEGATIVE_INFINITY;
    for (let from = 0; from < bins; from += widthBins) {
      const to = Math.min(from + widthBins, this.used);
      const block = from < to ? sumOf(this.cells.subarray(BINS + from, BINS + to)) : 0;
      peak = Math.max(peak, block / (bins <= widthBins ? Math.min(blockS, spanS) : blockS));
    }
    return peak;
  }

  /** Adds the amounts of `other` bin by bin; throws `STATS_MISMATCH` when its width or start is another. */
  merge(other: TimeBins): void {
    if (other.widthS !== this.widthS || other.startS !== this.startS) {
      throw new StatisticsError('STATS_MISMATCH', 'bins merge when their width and start are equal');
    }
    this.ensure(other.used);
    this.settle();
    other.settle();
    for (let bin = 0; bin < other.used; bin++) this.cells[BINS + bin]! += other.cells[BINS + bin]!;
    this.cells[Head.RECENT] = this.cells[this.recent]!;
    if (other.coveredUntilS > this.coveredUntilS) this.cells[Head.COVERED_S] = other.coveredUntilS;
  }

  /** Plain data that `fromJSON` restores to the bit. */
  toJSON(): TimeBinsJson {
    return {
      widthS: this.widthS,
      startS: this.startS,
      coveredUntilS: this.coveredUntilS,
      amounts: Array.from(this.toArray()),
    };
  }

  /** The bins that `toJSON` wrote. */
  static fromJSON(json: TimeBinsJson): TimeBins {
    const bins = new TimeBins(json.widthS, json.startS);
    bins.ensure(json.amounts.length);
    bins.cells.set(json.amounts, BINS);
    bins.cells[Head.COVERED_S] = json.coveredUntilS;
    return bins;
  }

  /** A copy in a typed array, for posting to another thread. */
  pack(): PackedTimeBins {
    return {
      widthS: this.widthS,
      startS: this.startS,
      coveredUntilS: this.coveredUntilS,
      amounts: this.toArray(),
    };
  }

  /** The bins that `pack` wrote. */
  static unpack(packed: PackedTimeBins): TimeBins {
    const bins = new TimeBins(packed.widthS, packed.startS);
    bins.ensure(packed.amounts.length);
    bins.cells.set(packed.amounts, BINS);
    bins.cells[Head.COVERED_S] = packed.coveredUntilS;
    return bins;
  }

  /** `addRate` for any stretch, over whichever bins it touches. */
  private spread(fromS: number, toS: number, rate: number): void {
    this.checkTime(fromS, rate);
    if (!(toS >= fromS && toS < Number.POSITIVE_INFINITY)) refuseBackwards(fromS, toS);
    if (toS === fromS) return;
    const last = this.lastBinBefore(toS);
    this.ensure(last + 1);
    this.settle();
    const cells = this.cells;
    let at = fromS;
    for (let bin = this.binOf(fromS); bin < last; bin++) {
      const edge = this.edge(bin + 1);
      cells[BINS + bin]! += (edge - at) * rate;
      at = edge;
    }
    cells[BINS + last]! += (toS - at) * rate;
    if (toS > cells[Head.COVERED_S]!) cells[Head.COVERED_S] = toS;
    cells[Head.RECENT_FROM_S] = this.edge(last);
    cells[Head.RECENT_TO_S] = this.edge(last + 1);
    this.recent = BINS + last;
    cells[Head.RECENT] = cells[BINS + last]!;
  }

  /** Puts the amount of the recent bin into its cell. */
  private settle(): void {
    this.cells[this.recent] = this.cells[Head.RECENT]!;
  }

  private edge(bin: number): number {
    return this.startS + bin * this.widthS;
  }

  /** The bin with edge(bin) <= timeS < edge(bin + 1): divided, then corrected by the edges themselves. */
  private binOf(timeS: number): number {
    let bin = Math.floor((timeS - this.startS) / this.widthS);
    if (!(bin < MAX_BINS)) refuseBeyond(timeS, this.widthS);
    while (bin > 0 && this.edge(bin) > timeS) bin--;
    while (this.edge(bin + 1) <= timeS) bin++;
    return bin;
  }

  /** The bin in which the time just before `timeS` lies. */
  private lastBinBefore(timeS: number): number {
    const bin = this.binOf(timeS);
    return bin > 0 && this.edge(bin) === timeS ? bin - 1 : bin;
  }

  private checkTime(timeS: number, quantity: number): void {
    if (quantity - quantity !== 0) refuseQuantity(quantity);
    if (!(timeS >= this.startS && timeS < Number.POSITIVE_INFINITY)) refuseTime(timeS, this.startS);
  }

  private ensure(bins: number): void {
    if (bins <= this.used) return;
    const capacity = this.cells.length - BINS;
    if (bins > capacity) {
      const grown = new Float64Array(BINS + Math.max(bins, 2 * capacity, this.expected));
      grown.set(this.cells);
      this.cells = grown;
    }
    this.used = bins;
  }
}

// Refusals stand apart from the code that finds them: compilers turn the numbers of a message to text before the test, if
// two tests on one path might need them.

function refuseBackwards(fromS: number, toS: number): never {
  throw new StatisticsError('STATS_TIME_BACKWARDS', `an interval runs forward, not from ${fromS} to ${toS} s`);
}

function refuseBeyond(timeS: number, widthS: number): never {
  throw new StatisticsError('STATS_OUT_OF_RANGE', `${timeS} s lies beyond ${MAX_BINS} bins of ${widthS} s`);
}

function refuseQuantity(quantity: number): never {
  throw new StatisticsError('STATS_NOT_FINITE', `bins cannot hold ${quantity}`);
}

function refuseTime(timeS: number, startS: number): never {
  throw new StatisticsError('STATS_TIME_BACKWARDS', `bins begin at ${startS} s, so ${timeS} s is refused`);
}
