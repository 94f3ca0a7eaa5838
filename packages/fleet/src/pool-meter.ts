/**
 * Power and load meters of the pools, fed by stretches of work, which they also tell the meters of the sites.
 *
 * A replica that does nothing draws its idle watts, so the baseline of a site is a constant; each stretch of work adds
 * what it draws beyond that to time bins of one meter interval. Nothing is polled. Energy in joules, time in seconds.
 */

import { Segment, type SegmentReport, segmentCells } from '@infersim/serving';
import {
  fixedCells,
  type LogHistogram,
  type PackedTimeBins,
  PROGRESSION_CELLS,
  Progression,
  STRETCH_CELLS,
  Stretch,
  TimeBins,
} from '@infersim/stats';
import type { SiteMeters } from './site-meters.js';
import { addStalledGaps } from './stalled-gaps.js';
import type { TallyCells } from './tally-cells.js';

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

/** What a meter reckons with, in cells behind its loads: seconds, watts, bytes per second, blocks and sequences. */
const Term = {
  WARMUP_S: LOAD_CELLS,
  /** Host watts at work beyond idle, and device watts of a replica with nothing to do. */
  HOST_W: LOAD_CELLS + 1,
  IDLE_W: LOAD_CELLS + 2,
  BANDWIDTH_BPS: LOAD_CELLS + 3,
  /** Used blocks from which on a replica is full; Infinity without blocks. */
  FULL_BLOCKS: LOAD_CELLS + 4,
  FULL_BATCH: LOAD_CELLS + 5,
} as const;
const METER_CELLS = LOAD_CELLS + 6;

/** KV use above which a replica counts as full. */
const FULL_SHARE = 0.98;

/** Filled and read within one call. */
const stretch = fixedCells(STRETCH_CELLS);
const gaps = fixedCells(PROGRESSION_CELLS);

/** A pool meter as plain data. */
export interface PackedLoads {
  readonly loads: Float64Array;
  readonly aboveIdleJ: PackedTimeBins;
  readonly decodesS: PackedTimeBins | null;
  readonly blocksS: PackedTimeBins | null;
}

/** What one pool and its replicas did, at the sites that are counted together; and what it tells of them. */
export class PoolMeter {
  /** Loads, and `Term`: all that a segment changes or is compared with. */
  readonly #cells = new Float64Array(METER_CELLS);
  readonly loads = this.#cells.subarray(0, LOAD_CELLS);
  /** Device and host energy above idle, joules per interval, all sites. */
  readonly aboveIdleJ: TimeBins;
  readonly decodesS: TimeBins | null;
  readonly blocksS: TimeBins | null;
  /** Null where the pool alone is at one site: its bins are those of the site. */
  readonly #sites: SiteMeters | null;
  /** Bins of the site of each replica from `#firstReplica` on that drew anything; none where sites are many. */
  #siteRows: (TimeBins | undefined)[] = [];
  readonly #firstReplica: number;
  readonly #replicas: number;
  readonly #replicasPerSite: number;
  readonly #tallies: TallyCells;
  readonly #pool: number;
  /** Gaps between tokens, by traffic. */
  readonly #gapsS: (LogHistogram | undefined)[];

  /**
   * @param sites meters of the sites of the pool; null when it is alone at one, whose meter reads its bins then.
   * @param tallies where gaps between tokens are counted, under the number `pool`.
   * @param idleW device watts of one replica with nothing to do (baseline).
   * @param hostW host watts of one replica at work beyond its idle host watts.
   */
  constructor(options: {
    pool: number;
    sites: SiteMeters | null;
    tallies: TallyCells;
    /** Replicas that are counted here, and of each site. */
    firstReplica: number;
    replicas: number;
    replicasPerSite: number;
    intervalS: number;
    /** When the run is to end, seconds. */
    untilS: number;
    warmupS: number;
    idleW: number;
    hostW: number;
    bandwidthBps: number;
    numBlocks: number;
    maxNumSeqs: number;
    series: boolean;
  }) {
    this.aboveIdleJ = new TimeBins(options.intervalS, 0, options.untilS);
    this.decodesS = options.series ? new TimeBins(options.intervalS) : null;
    this.blocksS = options.series ? new TimeBins(options.intervalS) : null;
    this.#pool = options.pool;
    this.#sites = options.sites;
    this.#tallies = options.tallies;
    this.#gapsS = new Array<LogHistogram | undefined>(options.tallies.traffics).fill(undefined);
    this.#firstReplica = options.firstReplica;
    this.#replicas = options.replicas;
    this.#replicasPerSite = options.replicasPerSite;
    const cells = this.#cells;
    cells[Term.WARMUP_S] = options.warmupS;
    cells[Term.HOST_W] = options.hostW;
    cells[Term.IDLE_W] = options.idleW;
    cells[Term.BANDWIDTH_BPS] = options.bandwidthBps;
    cells[Term.FULL_BLOCKS] = options.numBlocks > 0 ? FULL_SHARE * options.numBlocks : Number.POSITIVE_INFINITY;
    cells[Term.FULL_BATCH] = options.maxNumSeqs;
  }

  /** Counts the segment being reported: its power at pool and site, its load, and the gaps between its tokens. */
  add(segment: SegmentReport): void {
    const fromS = segmentCells[Segment.FROM_S]!;
    const toS = segmentCells[Segment.TO_S]!;
    const dt = toS - fromS;
    const cells = this.#cells;
    const warmupS = cells[Term.WARMUP_S]!;
    const { decodes } = segment;
    if (dt > 0) {
      const energyJ = segmentCells[Segment.ENERGY_J]!;
      const usedBlocksTo = segmentCells[Segment.USED_BLOCKS_TO]!;
      const blocks = (segmentCells[Segment.USED_BLOCKS_FROM]! + usedBlocksTo) / 2;
      const aboveIdleW = energyJ / dt - cells[Term.IDLE_W]! + cells[Term.HOST_W]!;
      cells[Load.TOTAL_BUSY_S] = cells[Load.TOTAL_BUSY_S]! + dt;
      cells[Load.TOTAL_PREFILL_TOKENS] =
        cells[Load.TOTAL_PREFILL_TOKENS]! +
        segmentCells[Segment.PREFILL_TOKENS]! -
        segmentCells[Segment.PADDING_TOKENS]!;
      cells[Load.TOTAL_WORK_S] = cells[Load.TOTAL_WORK_S]! + segmentCells[Segment.WORK_S]!;
      cells[Load.TOTAL_STEPS] = cells[Load.TOTAL_STEPS]! + segment.steps;
      if (toS > warmupS) {
        const share = fromS >= warmupS ? 1 : (toS - warmupS) / dt;
        const inside = dt * share;
        cells[Load.BUSY_S] = cells[Load.BUSY_S]! + inside;
        cells[Load.SEGMENT_J] = cells[Load.SEGMENT_J]! + energyJ * share;
        cells[Load.PREFILL_S] = cells[Load.PREFILL_S]! + segmentCells[Segment.PREFILL_S]! * share;
        cells[Load.DECODES_S] = cells[Load.DECODES_S]! + decodes * inside;
        cells[Load.BLOCKS_S] = cells[Load.BLOCKS_S]! + blocks * inside;
        if (decodes > cells[Load.PEAK_DECODES]!) cells[Load.PEAK_DECODES] = decodes;
        if (usedBlocksTo > cells[Load.PEAK_BLOCKS]!) cells[Load.PEAK_BLOCKS] = usedBlocksTo;
        if (usedBlocksTo >= cells[Term.FULL_BLOCKS]!) cells[Load.KV_FULL_S] = cells[Load.KV_FULL_S]! + inside;
        if (decodes >= cells[Term.FULL_BATCH]!) cells[Load.BATCH_FULL_S] = cells[Load.BATCH_FULL_S]! + inside;
        if (segmentCells[Segment.BYTES]! / cells[Term.BANDWIDTH_BPS]! >= segmentCells[Segment.COMPUTE_S]!) {
          cells[Load.MEMORY_BOUND_S] = cells[Load.MEMORY_BOUND_S]! + inside;
        } else cells[Load.COMPUTE_BOUND_S] = cells[Load.COMPUTE_BOUND_S]! + inside;
      }
      stretch[Stretch.FROM_S] = fromS;
      stretch[Stretch.TO_S] = toS;
      stretch[Stretch.RATE] = aboveIdleW;
      if (!this.aboveIdleJ.addWithin(fromS, toS, dt * aboveIdleW)) this.aboveIdleJ.addStretch(stretch);
      if (this.#sites !== null) {
        const row = this.#siteRows[segment.replica - this.#firstReplica];
        if (row === undefined || !row.addWithin(fromS, toS, dt * aboveIdleW))
          this.#addToSite(this.#sites, segment.replica);
      }
      if (this.decodesS !== null) this.#addToSeries(decodes);
    }
    if (decodes === 0 || fromS < warmupS) return;
    const byWorkload = segment.decodesByWorkload;
    const { steps, stalls } = segment;
    gaps[Progression.FIRST] = segmentCells[Segment.STEP_S]!;
    gaps[Progression.STEP] = segmentCells[Segment.GROWTH_S]!;
    for (let traffic = 0; traffic < byWorkload.length; traffic++) {
      const ofTraffic = byWorkload[traffic]!;
      if (ofTraffic === 0) continue;
      const gapsS = this.#gapsS[traffic] ?? this.#gapsOf(traffic);
      if (stalls === 0) gapsS.addProgressionIn(gaps, steps, ofTraffic);
      else addStalledGaps(gapsS, segment, traffic, ofTraffic);
    }
  }

  /** The watts in `stretch`, drawn at the site of a replica. */
  #addToSite(sites: SiteMeters, replica: number): void {
    const site = Math.floor(replica / this.#replicasPerSite);
    sites.addStretch(site, stretch);
    const row = sites.rowOf(site);
    if (row === undefined) return;
    if (this.#siteRows.length === 0) this.#siteRows = new Array<TimeBins | undefined>(this.#replicas).fill(undefined);
    this.#siteRows[replica - this.#firstReplica] = row;
  }

  /** Decodes and blocks over the time of `stretch`. */
  #addToSeries(decodes: number): void {
    const blocks = (segmentCells[Segment.USED_BLOCKS_FROM]! + segmentCells[Segment.USED_BLOCKS_TO]!) / 2;
    stretch[Stretch.RATE] = decodes;
    this.decodesS?.addStretch(stretch);
    stretch[Stretch.RATE] = blocks;
    if (blocks > 0) this.blocksS?.addStretch(stretch);
  }

  #gapsOf(traffic: number): LogHistogram {
    const { itlS } = this.#tallies.at(this.#pool, traffic);
    this.#gapsS[traffic] = itlS;
    return itlS;
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
