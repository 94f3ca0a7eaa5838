/**
 * The sources of one workload at all its origins, as the world sees them: numbers for sites, not an object for each.
 *
 * Every site has the arrivals, lengths and ids that `createSource` gives the source of its name; only the memory differs.
 * Arrivals by a rate, a count or a clock and closed loops of few users are columns: 16 bytes of random state per stream in
 * use and some tens of bytes beside (open-sites.ts, closed-sites.ts). What has a heap or a file of its own (many emitters or
 * users at a site, unequal clients, traces) stays one object per site, some kilobytes each.
 */

import type { RandomStreams } from '@infersim/kernel';
import type { OpenBytes, RequestSource, SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import type { WorkloadPlan } from '../workload-plan.js';
import { ClosedSites } from './closed-sites.js';
import { createSource } from './create-source.js';
import { OpenSites } from './open-sites.js';
import { siteRateMultiplier, siteSourceName } from './site-rate.js';

export interface SiteSourcesOptions {
  readonly plan: WorkloadPlan;
  /** Number of origins: 1 = one place. */
  readonly sites: number;
  /** Number of the plan in the scenario. */
  readonly workloadIndex: number;
  /** Number of the first site's source among all of a replication, and how many there are. */
  readonly firstSource: number;
  readonly sourceCount: number;
  readonly streams: RandomStreams;
  /** Closed loop: see `SourceOptions`. */
  readonly failurePauseS: number;
  /** No request is sent at or after this time, seconds. */
  readonly horizonS: number;
  readonly openBytes: OpenBytes;
  /** Sites whose sources are wanted; the others never send, and cost next to nothing. Absent = all. */
  readonly isHere?: (site: number) => boolean;
}

/** One workload's sources, by site. What `RequestSource` says holds for each site. */
export interface SiteSources {
  readonly sites: number;
  /** When a site's next request is sent, seconds; Infinity while there is none. */
  nextS(site: number): number;
  take(site: number, table: RequestTable, slot: number): void;
  settle(site: number, table: RequestTable, slot: number, timeS: number, outcome: number): boolean;
  close(): void;
  /** Counters so far, in parts that add up to those of all sites. */
  readonly counts: readonly SourceCounts[];
  /** Bytes of columns that grow with the number of sites; 0 where each site has an object instead. */
  readonly columnBytes: number;
}

/** Makes the sources of a workload. @throws what `createSource` throws. */
export function createSiteSources(options: SiteSourcesOptions): SiteSources {
  if (options.sites > 1) {
    const columns = OpenSites.of(options) ?? ClosedSites.of(options);
    if (columns !== null) return columns;
  }
  return new EachSource(options);
}

/** One object for each site. */
class EachSource implements SiteSources {
  readonly sites: number;
  readonly counts: readonly SourceCounts[];
  readonly columnBytes = 0;
  readonly #sources: readonly (RequestSource | undefined)[];
  /** When each site's next request is sent. */
  readonly #nextS: Float64Array;

  constructor({ sites, firstSource, isHere, ...options }: SiteSourcesOptions) {
    const { plan, streams } = options;
    this.sites = sites;
    this.#sources = Array.from({ length: sites }, (_, site) => {
      if (isHere?.(site) === false) return undefined;
      const name = siteSourceName(plan.id, sites, site);
      const rateMultiplier = siteRateMultiplier(streams, name, plan.siteRateSigma);
      return createSource({ ...options, name, sourceIndex: firstSource + site, rateMultiplier });
    });
    this.#nextS = Float64Array.from(this.#sources, (source) => source?.nextS ?? Number.POSITIVE_INFINITY);
    this.counts = this.#sources.flatMap((source) => source?.counts ?? []);
  }

  nextS(site: number): number {
    return this.#nextS[site]!;
  }

  take(site: number, table: RequestTable, slot: number): void {
    const source = this.#sources[site]!;
    source.take(table, slot);
    this.#nextS[site] = source.nextS;
  }

  settle(site: number, table: RequestTable, slot: number, timeS: number, outcome: number): boolean {
    const source = this.#sources[site]!;
    const isChanged = source.settle(table, slot, timeS, outcome);
    if (isChanged) this.#nextS[site] = source.nextS;
    return isChanged;
  }

  close(): void {
    for (const source of this.#sources) source?.close?.();
  }
}
