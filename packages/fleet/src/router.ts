/**
 * Which pool and site an attempt is sent to.
 *
 * Residency was applied when the plan was made: a pool outside the permitted zones is in no stage. A chain tries its
 * stages in order and takes the first pool that is open: able to hold the request, not at its queue limit, not over the
 * route's queue bound, predicted to answer in time. When none is open it takes, of those that can hold it, the one predicted to answer first. The
 * cheapest policy scores all stages at once by marginal cost among the open ones.
 *
 * The router sees the sites as they are at the moment the request is sent. Where the site follows from the request alone,
 * `locate` tells it without a look at any site, so that a thread can tell which requests are another's.
 */

import { hashString, hashUniform } from '@infersim/kernel';
import type { RequestTable } from '@infersim/workload';
import type { Pool } from './pool.js';
import type { TrafficPlan, WorldPlan } from './world-plan.js';

const PICK_SITE = hashString('router/site');

/** Why the router found no place. */
export const NoPlace = { NONE: 0, RESIDENCY: 1, TOO_LONG: 2, NO_ROUTE: 3 } as const;

export class Router {
  /** The choice made by the last `choose`. */
  pool = -1;
  site = 0;
  rttS = 0;
  /** Stage the choice came from; later than 0 means the request spilled. */
  stage = 0;
  noPlace: number = NoPlace.NONE;
  readonly #plan: WorldPlan;
  readonly #pools: readonly Pool[];
  readonly #table: RequestTable;
  readonly #seed: number;
  /** Pools of each traffic's stages, nearest first. */
  readonly #stages: readonly (readonly (readonly number[])[])[];

  constructor(plan: WorldPlan, pools: readonly Pool[], table: RequestTable, seed: number) {
    this.#plan = plan;
    this.#pools = pools;
    this.#table = table;
    this.#seed = seed;
    this.#stages = plan.traffic.map((traffic) =>
      traffic.route.stages.map((stage) =>
        [...stage].sort((a, b) => this.#rttS(traffic, a) - this.#rttS(traffic, b) || a - b),
      ),
    );
  }

  /** Chooses for a request from site `originSite` of its origin; false when no pool may or can take it. */
  choose(trafficIndex: number, originSite: number, slot: number, nowS: number): boolean {
    const traffic = this.#plan.traffic[trafficIndex]!;
    const stages = this.#stages[trafficIndex]!;
    const route = traffic.route;
    this.pool = -1;
    let leastUsd = Number.POSITIVE_INFINITY;
    let fallback = -1;
    let fallbackSite = 0;
    let fallbackStage = 0;
    let fallbackTtftS = Number.POSITIVE_INFINITY;
    let seen = 0;
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s]!;
      let lightest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < stage.length; i++) {
        const poolIndex = stage[i]!;
        const pool = this.#pools[poolIndex]!;
        seen++;
        if (!pool.canHold(slot)) continue;
        const site = this.#siteFor(traffic, poolIndex, originSite, this.#table, slot);
        const isFull = pool.isAtLimit(site) || (route.spillQueue >= 0 && pool.queuePerReplica(site) > route.spillQueue);
        if (isFull || route.spillTtftS >= 0) {
          const ttftS = pool.predictTtftS(site, slot, nowS) + this.#rttS(traffic, poolIndex);
          if (ttftS < fallbackTtftS) {
            fallbackTtftS = ttftS;
            fallback = poolIndex;
            fallbackSite = site;
            fallbackStage = s;
          }
          if (isFull || ttftS > route.spillTtftS) continue;
        }
        if (route.policy === 'cheapest') {
          const siteCost = this.#plan.groups[pool.plan.group]!.cost;
          const usd = pool.marginalUsd(site, slot, siteCost, nowS);
          if (usd < leastUsd) {
            leastUsd = usd;
            this.#take(traffic, poolIndex, site, s);
          }
        } else if (route.siteOrder === 'spread') {
          const load = pool.loadPerReplica(site);
          if (load < lightest) {
            lightest = load;
            this.#take(traffic, poolIndex, site, s);
          }
        } else {
          this.#take(traffic, poolIndex, site, s);
          return true;
        }
      }
      if (this.pool >= 0 && route.policy === 'chain') return true;
    }
    if (this.pool < 0 && fallback >= 0) this.#take(traffic, fallback, fallbackSite, fallbackStage);
    if (this.pool >= 0) return true;
    this.noPlace =
      seen > 0 ? NoPlace.TOO_LONG : route.excludedByResidency.length > 0 ? NoPlace.RESIDENCY : NoPlace.NO_ROUTE;
    return false;
  }

  /**
   * The place of a request of `table` as far as it follows from the request alone: sets `pool` (one of the pools at the
   * site, where several may take it) and `site`; false when no pool may or can take it. Only for traffic of which
   * `isSiteKnown` holds.
   */
  locate(trafficIndex: number, originSite: number, table: RequestTable, slot: number): boolean {
    const stages = this.#stages[trafficIndex]!;
    const tokens = table.promptTokens[slot]! + table.outputTokens[slot]!;
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s]!;
      for (let i = 0; i < stage.length; i++) {
        const poolIndex = stage[i]!;
        if (!this.#pools[poolIndex]!.canHoldTokens(tokens)) continue;
        this.pool = poolIndex;
        this.site = this.#siteFor(this.#plan.traffic[trafficIndex]!, poolIndex, originSite, table, slot);
        return true;
      }
    }
    this.pool = -1;
    return false;
  }

  #take(traffic: TrafficPlan, pool: number, site: number, stage: number): void {
    this.pool = pool;
    this.site = site;
    this.stage = stage;
    this.rttS = this.#rttS(traffic, pool);
  }

  /** The request's own site where it comes from one of the group; any site of another group, by hash. */
  #siteFor(traffic: TrafficPlan, poolIndex: number, originSite: number, table: RequestTable, slot: number): number {
    const pool = this.#pools[poolIndex]!;
    if (pool.sites === 1) return 0;
    const origin = this.#plan.origins[traffic.origin]!;
    if (origin.siteGroup === pool.plan.group) return originSite;
    const u = hashUniform(this.#seed, PICK_SITE, table.requestId[slot]!, table.attempt[slot]!);
    return Math.floor(u * pool.sites);
  }

  #rttS(traffic: TrafficPlan, poolIndex: number): number {
    return this.#plan.origins[traffic.origin]!.rttS[this.#plan.pools[poolIndex]!.group]!;
  }
}
