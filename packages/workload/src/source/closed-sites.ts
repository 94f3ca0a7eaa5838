/**
 * Closed loops of a few users at each of many like sites, in columns by user: closed-source.ts without an object per site.
 *
 * Who of a site's users is next is found by looking at each. Numbers of a turn are hashes of (site's stream name, user,
 * turn), so a site has no random state at all, only the hashes of its names, made when it sends first. Times in seconds.
 */

import { createSampler, type Sampler } from '@infersim/kernel';
import { Outcome, type SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import { LEAST_PAUSE_S } from './closed-source.js';
import { lengthLaw, noCounts, promptPool, scaledCount } from './create-source.js';
import { checkSites } from './open-sites.js';
import { RateClock } from './rate-clock.js';
import { RequestBirth } from './request-birth.js';
import { FEW, siteMultipliers, siteSourceName } from './site-rate.js';
import type { SiteSources, SiteSourcesOptions } from './site-sources.js';
import { TURN_PURPOSES, TurnStreams } from './turn-streams.js';

export class ClosedSites implements SiteSources {
  readonly sites: number;
  readonly counts: readonly SourceCounts[];
  readonly #think: Sampler;
  readonly #pauseS: number;
  readonly #clock: RateClock;
  readonly #birth: RequestBirth;
  readonly #streams: TurnStreams;
  readonly #firstSource: number;
  readonly #horizonS: number;
  readonly #maxRequests: number;
  readonly #nameOf: (site: number) => string;
  /** First user of each site, and one more. */
  readonly #first: Uint32Array;
  /** When a user sends again; Infinity while a request of theirs is on its way. */
  readonly #backS: Float64Array;
  readonly #turns: Int32Array;
  readonly #nextS: Float64Array;
  readonly #nextUser: Int32Array;
  readonly #requests: Int32Array;
  readonly #hashes: Uint32Array;
  readonly #isNamed: Uint8Array;

  /** The sites' sources; null for other arrivals, and where a site has too many users to look through. */
  static of(options: SiteSourcesOptions): ClosedSites | null {
    const { plan, sites, streams } = options;
    if (plan.arrivals.process !== 'closed') return null;
    checkSites(options);
    const nameOf = (site: number) => siteSourceName(plan.id, sites, site);
    const multipliers = siteMultipliers(streams, sites, plan.id, plan.siteRateSigma);
    const first = new Uint32Array(sites + 1);
    for (let site = 0; site < sites; site++) {
      const rateMultiplier = multipliers === null ? 1 : multipliers[site]!;
      const users = scaledCount(plan.arrivals.users, { rateMultiplier, streams, name: nameOf(site) });
      if (users > FEW) return null;
      first[site + 1] = first[site]! + users;
    }
    return new ClosedSites(options, plan.arrivals.rampS, createSampler(plan.arrivals.thinkS), first, nameOf);
  }

  private constructor(
    options: SiteSourcesOptions,
    rampS: number,
    think: Sampler,
    first: Uint32Array,
    nameOf: (site: number) => string,
  ) {
    const { plan, sites, firstSource, sourceCount, workloadIndex, streams } = options;
    const counts = noCounts();
    const law = lengthLaw(plan.lengths, options);
    this.sites = sites;
    this.counts = [counts];
    this.#think = think;
    this.#pauseS = Math.max(LEAST_PAUSE_S, options.failurePauseS);
    this.#clock = new RateClock(plan.profile);
    const identity = { sourceIndex: firstSource, sourceCount, workloadIndex };
    this.#birth = new RequestBirth(plan, identity, law, counts, promptPool(law, options));
    this.#streams = new TurnStreams(streams, plan.id);
    this.#firstSource = firstSource;
    this.#horizonS = options.horizonS;
    this.#maxRequests = plan.maxRequests ?? Number.POSITIVE_INFINITY;
    this.#nameOf = nameOf;
    this.#first = first;
    const users = first[sites]!;
    this.#backS = new Float64Array(users);
    this.#turns = new Int32Array(users);
    this.#nextS = new Float64Array(sites);
    this.#nextUser = new Int32Array(sites);
    this.#requests = new Int32Array(sites);
    this.#hashes = new Uint32Array(sites * TURN_PURPOSES);
    this.#isNamed = new Uint8Array(sites);
    for (let site = 0; site < sites; site++) {
      const from = first[site]!;
      const count = first[site + 1]! - from;
      const isHere = options.isHere?.(site) !== false;
      for (let user = 0; user < count; user++) {
        this.#backS[from + user] = isHere ? (user / count) * rampS : Number.POSITIVE_INFINITY;
      }
      this.#advance(site);
    }
  }

  get columnBytes(): number {
    const bySite = this.#nextS.byteLength + this.#nextUser.byteLength + this.#requests.byteLength;
    const names = this.#hashes.byteLength + this.#isNamed.byteLength;
    return bySite + names + this.#first.byteLength + this.#backS.byteLength + this.#turns.byteLength;
  }

  nextS(site: number): number {
    return this.#nextS[site]!;
  }

  take(site: number, table: RequestTable, slot: number): void {
    const user = this.#nextUser[site]!;
    const at = this.#first[site]! + user;
    const k = this.#requests[site]!;
    this.#requests[site] = k + 1;
    this.#backS[at] = Number.POSITIVE_INFINITY;
    const turn = this.#turns[at]!;
    this.#turns[at] = turn + 1;
    this.#select(site, user, turn);
    this.#birth.write(table, slot, k, this.#nextS[site]!, this.#streams);
    table.sessionId[slot] = this.#birth.id(user);
    this.counts[0]!.emitted++;
    this.#advance(site);
  }

  settle(site: number, table: RequestTable, slot: number, timeS: number, outcome: number): boolean {
    this.#birth.sourceIndex = this.#firstSource + site;
    const user = this.#birth.numberOf(table.sessionId[slot]!);
    const at = this.#first[site]! + user;
    this.#select(site, user, this.#turns[at]! - 1);
    const thinkS = Math.max(0, this.#think.sample(this.#streams.think));
    const backS = this.#clock.time(this.#clock.operational(timeS) + thinkS);
    const earliestS = outcome === Outcome.COMPLETED ? timeS : timeS + this.#pauseS;
    this.#backS[at] = Math.max(earliestS, backS);
    const before = this.#nextS[site]!;
    this.#advance(site);
    return this.#nextS[site]! !== before;
  }

  close(): void {}

  #select(site: number, user: number, turn: number): void {
    const at = site * TURN_PURPOSES;
    if (this.#isNamed[site] === 0) {
      TurnStreams.hashesOf(this.#nameOf(site), this.#hashes, at);
      this.#isNamed[site] = 1;
    }
    this.#birth.sourceIndex = this.#firstSource + site;
    this.#streams.adopt(this.#hashes, at);
    this.#streams.select(user, turn);
  }

  #advance(site: number): void {
    const from = this.#first[site]!;
    const end = this.#first[site + 1]!;
    let nextS = Number.POSITIVE_INFINITY;
    for (let at = from; at < end; at++) {
      if (this.#backS[at]! < nextS) {
        nextS = this.#backS[at]!;
        this.#nextUser[site] = at - from;
      }
    }
    const isOver = this.#requests[site]! >= this.#maxRequests || nextS >= this.#horizonS;
    this.#nextS[site] = isOver ? Number.POSITIVE_INFINITY : nextS;
  }
}
