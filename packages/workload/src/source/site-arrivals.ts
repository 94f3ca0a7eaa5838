/**
 * Arrival processes of many like sites in columns: the state of each process of arrival-process.ts and its kin, by site.
 *
 * `next(site)` gives, draw for draw, what the process of that site alone would give. A bursty gap law at sites of unequal
 * size is made anew for each arrival: kept, a million of them would be most of the memory of a run. Times are operational
 * seconds (rate-clock.ts).
 */

import type { RandomStream, RandomStreams, StreamBank } from '@infersim/kernel';
import { BEFORE_1 } from './counted-process.js';
import { type OpenArrivals, scaledCount } from './create-source.js';
import { exponential, type GapLaw, RenewalGaps } from './renewal-process.js';
import { SitePeriodic } from './site-periodic.js';

export interface SiteArrivals {
  /** Time of a site's next arrival, never before its last one; Infinity when there is none any more. */
  next(site: number): number;
  readonly columnBytes: number;
}

/** What the arrivals of all sites are made from. */
export interface SiteArrivalsOptions {
  readonly sites: number;
  readonly streams: RandomStreams;
  readonly nameOf: (site: number) => string;
  /** Sizes of the sites; null = all 1. */
  readonly multipliers: Float64Array | null;
  readonly bank: (purpose: string) => StreamBank;
}

/** The arrivals of all sites in columns; null for processes that keep an object for each. */
export function createSiteArrivals(arrivals: OpenArrivals, options: SiteArrivalsOptions): SiteArrivals | null {
  switch (arrivals.process) {
    case 'poisson':
      return new RenewalSites(new SiteGaps('gamma', arrivals.ratePerS, 1, options), options);
    case 'gamma':
    case 'weibull':
      return new RenewalSites(new SiteGaps(arrivals.process, arrivals.ratePerS, arrivals.cv, options), options);
    case 'constant':
      return new ConstantSites(arrivals.ratePerS, options);
    case 'poisson-count':
      return new CountedSites(Math.round(arrivals.ratePerS * arrivals.durationS), arrivals, options);
    case 'burst':
      return new BurstSites(arrivals.requests, arrivals.atS, options);
    case 'on-off':
      return new OnOffSites(new SiteGaps('gamma', arrivals.onRatePerS, arrivals.cv, options), arrivals, options);
    case 'periodic':
      return SitePeriodic.of(arrivals, options);
    case 'clients':
      return null;
  }
}

/** The whole number that a count comes to at a site. */
export function countAt(count: number, site: number, options: SiteArrivalsOptions): number {
  const { multipliers, streams, nameOf } = options;
  if (multipliers === null) return count;
  return scaledCount(count, { rateMultiplier: multipliers[site]!, streams, name: nameOf(site) });
}

/** Gaps of one law at every site's own rate. */
class SiteGaps {
  readonly #law: GapLaw;
  readonly #ratePerS: number;
  readonly #cv: number;
  readonly #multipliers: Float64Array | null;
  readonly #shared: RenewalGaps | null;

  constructor(law: GapLaw, ratePerS: number, cv: number, { multipliers }: SiteArrivalsOptions) {
    this.#law = law;
    this.#ratePerS = ratePerS;
    this.#cv = cv;
    this.#multipliers = multipliers;
    this.#shared = multipliers === null && cv !== 1 ? new RenewalGaps(law, 1 / ratePerS, cv) : null;
  }

  get columnBytes(): number {
    return this.#multipliers?.byteLength ?? 0;
  }

  gap(site: number, stream: RandomStream, isFirst: boolean): number {
    const multipliers = this.#multipliers;
    const meanS = multipliers === null ? 1 / this.#ratePerS : 1 / (this.#ratePerS * multipliers[site]!);
    if (this.#cv === 1) return exponential(stream, meanS);
    const gaps = this.#shared ?? new RenewalGaps(this.#law, meanS, this.#cv);
    return isFirst ? gaps.first(stream) : gaps.next(stream);
  }
}

class RenewalSites implements SiteArrivals {
  readonly #gaps: SiteGaps;
  readonly #bank: StreamBank;
  readonly #now: Float64Array;
  readonly #begun: Uint8Array;

  constructor(gaps: SiteGaps, { sites, bank }: SiteArrivalsOptions) {
    this.#gaps = gaps;
    this.#bank = bank('arrivals');
    this.#bank.seedAll();
    this.#now = new Float64Array(sites);
    this.#begun = new Uint8Array(sites);
  }

  get columnBytes(): number {
    return this.#gaps.columnBytes + this.#bank.stateBytes + this.#now.byteLength + this.#begun.byteLength;
  }

  next(site: number): number {
    this.#bank.select(site);
    const now = this.#now[site]! + this.#gaps.gap(site, this.#bank.stream, this.#begun[site] === 0);
    this.#begun[site] = 1;
    this.#now[site] = now;
    return now;
  }
}

class ConstantSites implements SiteArrivals {
  readonly #ratePerS: number;
  readonly #multipliers: Float64Array | null;
  readonly #arrivals: Int32Array;

  constructor(ratePerS: number, { sites, multipliers }: SiteArrivalsOptions) {
    this.#ratePerS = ratePerS;
    this.#multipliers = multipliers;
    this.#arrivals = new Int32Array(sites);
  }

  get columnBytes(): number {
    return this.#arrivals.byteLength + (this.#multipliers?.byteLength ?? 0);
  }

  next(site: number): number {
    const arrivals = this.#arrivals[site]!;
    this.#arrivals[site] = arrivals + 1;
    const multiplier = this.#multipliers === null ? 1 : this.#multipliers[site]!;
    return (arrivals + 0.5) / (this.#ratePerS * multiplier);
  }
}

class CountedSites implements SiteArrivals {
  readonly #startS: number;
  readonly #durationS: number;
  readonly #bank: StreamBank;
  readonly #left: Int32Array;
  readonly #rest: Float64Array;

  constructor(
    count: number,
    { startS, durationS }: { readonly startS: number; readonly durationS: number },
    options: SiteArrivalsOptions,
  ) {
    this.#startS = startS;
    this.#durationS = durationS;
    this.#bank = options.bank('arrivals');
    this.#bank.seedAll();
    this.#left = Int32Array.from({ length: options.sites }, (_, site) => countAt(count, site, options));
    this.#rest = new Float64Array(options.sites).fill(1);
  }

  get columnBytes(): number {
    return this.#bank.stateBytes + this.#left.byteLength + this.#rest.byteLength;
  }

  next(site: number): number {
    const left = this.#left[site]!;
    if (left === 0) return Number.POSITIVE_INFINITY;
    this.#bank.select(site);
    const rest = this.#rest[site]! * this.#bank.stream.nextOpen() ** (1 / left);
    this.#rest[site] = rest;
    this.#left[site] = left - 1;
    return this.#startS + this.#durationS * Math.min(BEFORE_1, 1 - rest);
  }
}

class BurstSites implements SiteArrivals {
  readonly #atS: number;
  readonly #left: Int32Array;

  constructor(count: number, atS: number, options: SiteArrivalsOptions) {
    this.#atS = atS;
    this.#left = Int32Array.from({ length: options.sites }, (_, site) => countAt(count, site, options));
  }

  get columnBytes(): number {
    return this.#left.byteLength;
  }

  next(site: number): number {
    const left = this.#left[site]!;
    if (left === 0) return Number.POSITIVE_INFINITY;
    this.#left[site] = left - 1;
    return this.#atS;
  }
}

class OnOffSites implements SiteArrivals {
  readonly #gaps: SiteGaps;
  readonly #onMeanS: number;
  readonly #offMeanS: number;
  readonly #phases: StreamBank;
  readonly #bank: StreamBank;
  readonly #now: Float64Array;
  readonly #onUntil: Float64Array;
  readonly #inBurst: Uint8Array;

  constructor(
    gaps: SiteGaps,
    { onMeanS, offMeanS }: { readonly onMeanS: number; readonly offMeanS: number },
    { sites, bank }: SiteArrivalsOptions,
  ) {
    this.#gaps = gaps;
    this.#onMeanS = onMeanS;
    this.#offMeanS = offMeanS;
    this.#phases = bank('phases');
    this.#bank = bank('arrivals');
    this.#bank.seedAll();
    this.#now = new Float64Array(sites);
    this.#onUntil = new Float64Array(sites).fill(Number.POSITIVE_INFINITY);
    this.#inBurst = new Uint8Array(sites);
    if (offMeanS === 0) return;
    this.#phases.seedAll();
    const phases = this.#phases.stream;
    for (let site = 0; site < sites; site++) {
      this.#phases.select(site);
      if (phases.nextDouble() * (onMeanS + offMeanS) >= onMeanS) this.#now[site] = exponential(phases, offMeanS);
      this.#onUntil[site] = this.#now[site]! + exponential(phases, onMeanS);
    }
  }

  get columnBytes(): number {
    const states = this.#phases.stateBytes + this.#bank.stateBytes + this.#gaps.columnBytes;
    return states + this.#now.byteLength + this.#onUntil.byteLength + this.#inBurst.byteLength;
  }

  next(site: number): number {
    this.#bank.select(site);
    let now = this.#now[site]!;
    let onUntil = this.#onUntil[site]!;
    let isFirst = this.#inBurst[site] === 0;
    for (;;) {
      now += this.#gaps.gap(site, this.#bank.stream, isFirst);
      if (now < onUntil) break;
      this.#phases.select(site);
      now = onUntil + exponential(this.#phases.stream, this.#offMeanS);
      onUntil = now + exponential(this.#phases.stream, this.#onMeanS);
      isFirst = true;
    }
    this.#inBurst[site] = 1;
    this.#now[site] = now;
    this.#onUntil[site] = onUntil;
    return now;
  }
}
