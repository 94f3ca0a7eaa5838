/**
 * Open arrivals of many like sites in columns: next time, number of requests, and the packed states of the streams in use.
 *
 * Does for site s, draw for draw, what open-source.ts does for a source of its name; laws, clock and birth hold no state of
 * a site and are shared. Times in seconds.
 */

import { StreamBank } from '@infersim/kernel';
import type { SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import { checkPlan, lengthLaw, noCounts, promptPool } from './create-source.js';
import { RateClock } from './rate-clock.js';
import { RequestBirth } from './request-birth.js';
import { createSiteArrivals, type SiteArrivals } from './site-arrivals.js';
import { SiteBirthStreams } from './site-birth-streams.js';
import { siteMultipliers, siteSourceName } from './site-rate.js';
import type { SiteSources, SiteSourcesOptions } from './site-sources.js';

export class OpenSites implements SiteSources {
  readonly sites: number;
  readonly counts: readonly SourceCounts[];
  readonly #arrivals: SiteArrivals;
  readonly #clock: RateClock;
  readonly #birth: RequestBirth;
  readonly #streams: SiteBirthStreams;
  readonly #firstSource: number;
  readonly #horizonS: number;
  readonly #maxRequests: number;
  readonly #nextS: Float64Array;
  readonly #requests: Int32Array;

  /** The sites' sources; null for arrivals that are not kept in columns. */
  static of(options: SiteSourcesOptions): OpenSites | null {
    const { plan, sites, streams } = options;
    const { arrivals } = plan;
    if (arrivals.process === 'closed' || arrivals.process === 'replay') return null;
    checkSites(options);
    const nameOf = (site: number) => siteSourceName(plan.id, sites, site);
    const multipliers = siteMultipliers(streams, sites, plan.id, plan.siteRateSigma);
    const byColumns = createSiteArrivals(arrivals, {
      sites,
      streams,
      nameOf,
      multipliers,
      bank: (purpose) => new StreamBank(streams, sites, `${plan.id}/`, `/${purpose}`),
    });
    return byColumns === null ? null : new OpenSites(options, byColumns);
  }

  private constructor(options: SiteSourcesOptions, arrivals: SiteArrivals) {
    const { plan, sites, firstSource, sourceCount, workloadIndex, streams } = options;
    const counts = noCounts();
    const law = lengthLaw(plan.lengths, options);
    this.sites = sites;
    this.counts = [counts];
    this.#arrivals = arrivals;
    this.#clock = new RateClock(plan.profile);
    const identity = { sourceIndex: firstSource, sourceCount, workloadIndex };
    this.#birth = new RequestBirth(plan, identity, law, counts, promptPool(law, options));
    this.#streams = new SiteBirthStreams(streams, plan, sites);
    this.#firstSource = firstSource;
    this.#horizonS = options.horizonS;
    this.#maxRequests = plan.maxRequests ?? Number.POSITIVE_INFINITY;
    this.#nextS = new Float64Array(sites);
    this.#requests = new Int32Array(sites);
    for (let site = 0; site < sites; site++) {
      if (options.isHere?.(site) === false) this.#nextS[site] = Number.POSITIVE_INFINITY;
      else this.#advance(site);
    }
  }

  get columnBytes(): number {
    return this.#nextS.byteLength + this.#requests.byteLength + this.#arrivals.columnBytes + this.#streams.columnBytes;
  }

  nextS(site: number): number {
    return this.#nextS[site]!;
  }

  take(site: number, table: RequestTable, slot: number): void {
    const k = this.#requests[site]!;
    this.#requests[site] = k + 1;
    this.#birth.sourceIndex = this.#firstSource + site;
    this.#streams.select(site);
    this.#birth.write(table, slot, k, this.#nextS[site]!, this.#streams);
    this.counts[0]!.emitted++;
    this.#advance(site);
  }

  settle(): boolean {
    return false;
  }

  close(): void {}

  #advance(site: number): void {
    if (this.#requests[site]! >= this.#maxRequests) {
      this.#nextS[site] = Number.POSITIVE_INFINITY;
      return;
    }
    const nextS = Math.max(this.#nextS[site]!, this.#clock.time(this.#arrivals.next(site)));
    this.#nextS[site] = nextS < this.#horizonS ? nextS : Number.POSITIVE_INFINITY;
  }
}

/** The checks that each source would make. @throws RangeError for a plan that makes no sense. */
export function checkSites({ firstSource, sites, ...options }: SiteSourcesOptions): void {
  const { plan } = options;
  const name = siteSourceName(plan.id, sites, sites - 1);
  checkPlan({ ...options, name, sourceIndex: firstSource + sites - 1, rateMultiplier: 1 });
}
