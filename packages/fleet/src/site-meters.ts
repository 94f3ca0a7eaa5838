/**
 * Power meters of the sites of a group: what they draw beyond the constant baseline of idle replicas, in time bins of one
 * meter interval.
 *
 * Few sites have a row of bins each, very many share cells (`SiteBins`), and a site that is alone with one pool reads what
 * that pool has counted. Energy in joules, time in seconds.
 */

import { TimeBins } from '@infersim/stats';
import { SiteBins } from './site-bins.js';

/** Sites above which only bins that something was drawn in are kept. */
const MANY_SITES = 1000;
/** Bins of all sites of a group up to which they are set aside for the whole run at once: 8 MiB. */
const MOST_EXPECTED = 2 ** 20;

/** Site meters as plain data: sites that drew something, bins of each one behind the other. */
export interface PackedSites {
  readonly site: Int32Array;
  readonly bins: Int32Array;
  readonly joules: Float64Array;
}

/** Energy above idle of sites of a group, joules per interval. Sites are called by their number in the group. */
export class SiteMeters {
  /** A row of bins for each site that drew anything; or, for very many sites, cells. */
  readonly #bins: (TimeBins | undefined)[];
  readonly #cells: SiteBins | null;
  readonly #firstSite: number;
  readonly #sites: number;
  readonly #intervalS: number;
  /** Until when bins are set aside at once, seconds. */
  readonly #expectedS: number;
  #isLone = false;

  /** Of `sites` sites from number `firstSite` on, in a run that is to end at `untilS` seconds. */
  constructor(firstSite: number, sites: number, intervalS: number, untilS: number) {
    this.#firstSite = firstSite;
    this.#sites = sites;
    const isMany = sites > MANY_SITES;
    this.#bins = isMany ? [] : new Array<TimeBins | undefined>(sites).fill(undefined);
    this.#cells = isMany ? new SiteBins(sites, intervalS) : null;
    this.#intervalS = intervalS;
    this.#expectedS = sites * (untilS / intervalS) <= MOST_EXPECTED ? untilS : 0;
  }

  /** Reads what the first site draws in the bins of the one pool there is, which counts it. */
  readFrom(aboveIdleJ: TimeBins): void {
    this.#bins[0] = aboveIdleJ;
    this.#isLone = true;
  }

  /** Adds watts over a stretch of time (cells of `Stretch`). */
  addStretch(siteOfGroup: number, stretch: Float64Array): void {
    const site = siteOfGroup - this.#firstSite;
    if (this.#cells !== null) this.#cells.addStretch(site, stretch);
    else this.#openRow(site).addStretch(stretch);
  }

  /** The bins of a site; undefined when it never drew more than it does idle, and where they are not kept site by site. */
  rowOf(siteOfGroup: number): TimeBins | undefined {
    return this.#bins[siteOfGroup - this.#firstSite];
  }

  /** Joules above idle of a site in an interval. */
  amount(siteOfGroup: number, interval: number): number {
    const site = siteOfGroup - this.#firstSite;
    if (this.#cells !== null) return this.#cells.amount(site, interval);
    return this.#bins[site]?.amount(interval) ?? 0;
  }

  /** Pairs of site and interval that are kept apart; 0 where each site has a row. */
  get cells(): number {
    return this.#cells?.cells ?? 0;
  }

  /** Whether a site ever drew more than it does idle. */
  hasAny(siteOfGroup: number): boolean {
    const site = siteOfGroup - this.#firstSite;
    return this.#cells !== null ? this.#cells.hasAny(site) : (this.#bins[site]?.binCount ?? 0) > 0;
  }

  /** Adds the joules above idle of a site to those of the intervals given. */
  addTo(siteOfGroup: number, intervalsJ: Float64Array): void {
    const site = siteOfGroup - this.#firstSite;
    if (this.#cells !== null) {
      this.#cells.addTo(site, intervalsJ);
      return;
    }
    const bins = this.#bins[site];
    if (bins === undefined) return;
    const count = Math.min(bins.binCount, intervalsJ.length);
    for (let bin = 0; bin < count; bin++) intervalsJ[bin] = intervalsJ[bin]! + bins.amount(bin);
  }

  /** Everything counted, as plain data. */
  pack(): PackedSites {
    const site: number[] = [];
    const bins: number[] = [];
    let cells = 0;
    for (let number = this.#firstSite; number < this.#firstSite + this.#sites; number++) {
      if (!this.hasAny(number)) continue;
      site.push(number);
      bins.push(this.#binCount(number - this.#firstSite));
      cells += bins[bins.length - 1]!;
    }
    const joules = new Float64Array(cells);
    let at = 0;
    site.forEach((number, row) => {
      this.addTo(number, joules.subarray(at, at + bins[row]!));
      at += bins[row]!;
    });
    return { site: Int32Array.from(site), bins: Int32Array.from(bins), joules };
  }

  /** Adds what was counted at other sites; nothing where it is read from a pool, which takes in the same. */
  absorb({ site, bins: counts, joules }: PackedSites): void {
    if (this.#isLone) return;
    let at = 0;
    for (let row = 0; row < site.length; row++) {
      const index = site[row]! - this.#firstSite;
      const amounts = joules.subarray(at, at + counts[row]!);
      at += counts[row]!;
      if (this.#cells !== null) this.#cells.put(index, amounts);
      else {
        const bins = this.#openRow(index);
        for (let bin = 0; bin < amounts.length; bin++) bins.add(bin * this.#intervalS, amounts[bin]!);
      }
    }
  }

  #binCount(site: number): number {
    return this.#cells !== null ? this.#cells.binCount(site) : this.#bins[site]!.binCount;
  }

  #openRow(site: number): TimeBins {
    let bins = this.#bins[site];
    if (bins === undefined) {
      bins = new TimeBins(this.#intervalS, 0, this.#expectedS);
      this.#bins[site] = bins;
    }
    return bins;
  }
}
