/**
 * Power and load meters of the pools and sites, fed by stretches of work.
 *
 * A replica that does nothing draws its idle watts, so the baseline of a site is a constant; each stretch of work adds
 * what it draws beyond that to time bins of one meter interval. Nothing is polled. Energy in joules, time in seconds.
 */

import type { SegmentReport } from '@infersim/serving';
import { type PackedTimeBins, TimeBins } from '@infersim/stats';

/** Indices of a pool's load integrals, over the window unless said otherwise. */
export const Load = {
  BUSY_S: 0,
  PREFILL_S: 1,
  /** Integrals over time of decode sequences and used blocks. */
  DECODES_S: 2,
  BLOCKS_S: 3,
  PEAK_DECODES: 4,
  PEAK_BLOCKS: 5,
  /** Time with: no free block to speak of, a full batch, traffic or arithmetic setting the pace. */
  KV_FULL_S: 6,
  BATCH_FULL_S: 7,
  MEMORY_BOUND_S: 8,
  COMPUTE_BOUND_S: 9,
  /** Energy of stretches inside the window, joules. */
  SEGMENT_J: 10,
  /** Since time zero: work done, for conservation. */
  TOTAL_BUSY_S: 11,
  TOTAL_PREFILL_TOKENS: 12,
  TOTAL_STEPS: 13,
  /** The same busy time, summed from the steps instead of from the clock. */
  TOTAL_WORK_S: 14,
} as const;
const LOAD_CELLS = 15;

/** KV use above which a replica counts as full. */
const FULL_SHARE = 0.98;

/** A pool meter as plain data. */
export interface PackedLoads {
  readonly loads: Float64Array;
  readonly aboveIdleJ: PackedTimeBins;
  readonly decodesS: PackedTimeBins | null;
  readonly blocksS: PackedTimeBins | null;
}

/** What one pool and its replicas did, at the sites that are counted together. */
export class PoolMeter {
  readonly loads = new Float64Array(LOAD_CELLS);
  /** Device and host energy above idle, joules per interval, all sites. */
  readonly aboveIdleJ: TimeBins;
  readonly decodesS: TimeBins | null;
  readonly blocksS: TimeBins | null;
  readonly #warmupS: number;
  readonly #idleW: number;
  readonly #hostW: number;
  readonly #bandwidthBps: number;
  readonly #numBlocks: number;
  readonly #maxNumSeqs: number;

  /**
   * @param idleW device watts of one replica with nothing to do (baseline).
   * @param hostW host watts of one replica at work beyond its idle host watts.
   */
  constructor(options: {
    intervalS: number;
    warmupS: number;
    idleW: number;
    hostW: number;
    bandwidthBps: number;
    numBlocks: number;
    maxNumSeqs: number;
    series: boolean;
  }) {
    this.aboveIdleJ = new TimeBins(options.intervalS);
    this.decodesS = options.series ? new TimeBins(options.intervalS) : null;
    this.blocksS = options.series ? new TimeBins(options.intervalS) : null;
    this.#warmupS = options.warmupS;
    this.#idleW = options.idleW;
    this.#hostW = options.hostW;
    this.#bandwidthBps = options.bandwidthBps;
    this.#numBlocks = options.numBlocks;
    this.#maxNumSeqs = options.maxNumSeqs;
  }

  /** Watts above the idle baseline that the stretch drew on average. */
  add(segment: SegmentReport): number {
    const { fromS, toS } = segment;
    const dt = toS - fromS;
    if (!(dt > 0)) return 0;
    const loads = this.loads;
    const watts = segment.energyJ / dt - this.#idleW + this.#hostW;
    this.aboveIdleJ.addRate(fromS, toS, watts);
    const blocks = (segment.usedBlocksFrom + segment.usedBlocksTo) / 2;
    if (this.decodesS !== null && this.blocksS !== null) {
      this.decodesS.addRate(fromS, toS, segment.decodes);
      if (blocks > 0) this.blocksS.addRate(fromS, toS, blocks);
    }
    loads[Load.TOTAL_BUSY_S] = loads[Load.TOTAL_BUSY_S]! + dt;
    loads[Load.TOTAL_PREFILL_TOKENS] =
      loads[Load.TOTAL_PREFILL_TOKENS]! + segment.prefillTokens - segment.paddingTokens;
    loads[Load.TOTAL_WORK_S] = loads[Load.TOTAL_WORK_S]! + segment.workS;
    loads[Load.TOTAL_STEPS] = loads[Load.TOTAL_STEPS]! + segment.steps;
    if (toS <= this.#warmupS) return watts;
    const share = fromS >= this.#warmupS ? 1 : (toS - this.#warmupS) / dt;
    const inside = dt * share;
    loads[Load.BUSY_S] = loads[Load.BUSY_S]! + inside;
    loads[Load.SEGMENT_J] = loads[Load.SEGMENT_J]! + segment.energyJ * share;
    loads[Load.PREFILL_S] = loads[Load.PREFILL_S]! + segment.prefillS * share;
    loads[Load.DECODES_S] = loads[Load.DECODES_S]! + segment.decodes * inside;
    loads[Load.BLOCKS_S] = loads[Load.BLOCKS_S]! + blocks * inside;
    if (segment.decodes > loads[Load.PEAK_DECODES]!) loads[Load.PEAK_DECODES] = segment.decodes;
    if (segment.usedBlocksTo > loads[Load.PEAK_BLOCKS]!) loads[Load.PEAK_BLOCKS] = segment.usedBlocksTo;
    if (this.#numBlocks > 0 && segment.usedBlocksTo >= FULL_SHARE * this.#numBlocks) {
      loads[Load.KV_FULL_S] = loads[Load.KV_FULL_S]! + inside;
    }
    if (segment.decodes >= this.#maxNumSeqs) loads[Load.BATCH_FULL_S] = loads[Load.BATCH_FULL_S]! + inside;
    if (segment.bytes / this.#bandwidthBps >= segment.computeS) {
      loads[Load.MEMORY_BOUND_S] = loads[Load.MEMORY_BOUND_S]! + inside;
    } else loads[Load.COMPUTE_BOUND_S] = loads[Load.COMPUTE_BOUND_S]! + inside;
    return watts;
  }

  /** Everything counted, as plain data. */
  pack(): PackedLoads {
    return {
      loads: this.loads.slice(),
      aboveIdleJ: this.aboveIdleJ.pack(),
      decodesS: this.decodesS?.pack() ?? null,
      blocksS: this.blocksS?.pack() ?? null,
    };
  }

  /** Adds what the meter of other sites of the pool counted. */
  absorb(packed: PackedLoads): void {
    const { loads } = this;
    for (let cell = 0; cell < LOAD_CELLS; cell++) {
      const isPeak = cell === Load.PEAK_DECODES || cell === Load.PEAK_BLOCKS;
      loads[cell] = isPeak ? Math.max(loads[cell]!, packed.loads[cell]!) : loads[cell]! + packed.loads[cell]!;
    }
    this.aboveIdleJ.merge(TimeBins.unpack(packed.aboveIdleJ));
    if (packed.decodesS !== null) this.decodesS?.merge(TimeBins.unpack(packed.decodesS));
    if (packed.blocksS !== null) this.blocksS?.merge(TimeBins.unpack(packed.blocksS));
  }
}

/** Site meters as plain data: sites that drew something, bins of each one behind the other. */
export interface PackedSites {
  readonly site: Int32Array;
  readonly bins: Int32Array;
  readonly joules: Float64Array;
}

/** Energy above idle of sites of a group, joules per interval. */
export class SiteMeters {
  readonly #bins: (TimeBins | undefined)[];
  readonly #firstSite: number;
  readonly #intervalS: number;

  /** Of `sites` sites from number `firstSite` on. */
  constructor(firstSite: number, sites: number, intervalS: number) {
    this.#bins = new Array<TimeBins | undefined>(sites).fill(undefined);
    this.#firstSite = firstSite;
    this.#intervalS = intervalS;
  }

  addRate(site: number, fromS: number, toS: number, watts: number): void {
    this.#binsOf(site).addRate(fromS, toS, watts);
  }

  /** Joules above idle of a site in an interval. */
  amount(site: number, interval: number): number {
    return this.#bins[site - this.#firstSite]?.amount(interval) ?? 0;
  }

  /** Everything counted, as plain data. */
  pack(): PackedSites {
    const site: number[] = [];
    const rows: Float64Array[] = [];
    this.#bins.forEach((bins, index) => {
      if (bins === undefined) return;
      site.push(this.#firstSite + index);
      rows.push(bins.toArray());
    });
    const joules = new Float64Array(rows.reduce((sum, row) => sum + row.length, 0));
    let at = 0;
    for (const row of rows) {
      joules.set(row, at);
      at += row.length;
    }
    return { site: Int32Array.from(site), bins: Int32Array.from(rows, (row) => row.length), joules };
  }

  /** Adds what was counted at other sites. */
  absorb({ site, bins, joules }: PackedSites): void {
    let at = 0;
    for (let row = 0; row < site.length; row++) {
      const to = this.#binsOf(site[row]!);
      for (let bin = 0; bin < bins[row]!; bin++) to.add(bin * this.#intervalS, joules[at++]!);
    }
  }

  #binsOf(site: number): TimeBins {
    const index = site - this.#firstSite;
    let bins = this.#bins[index];
    if (bins === undefined) {
      bins = new TimeBins(this.#intervalS);
      this.#bins[index] = bins;
    }
    return bins;
  }
}
