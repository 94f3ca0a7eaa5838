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

import { HashedPurpose, hashString } from '@infersim/kernel';
import type { RequestTable } from '@infersim/workload';
import type { Pool } from './pool.js';
import type { RoutePlan, TrafficPlan, WorldPlan } from './world-plan.js';

const PICK_SITE = hashString('router/site');

/** Why the router found no place. */
export const NoPlace = { NONE: 0, RESIDENCY: 1, TOO_LONG: 2, NO_ROUTE: 3 } as const;

/** How a stage picks: its first open pool, the least loaded one; or the cheapest of all stages. */
const Pick = { FIRST: 0, LEAST_LOADED: 1, CHEAPEST: 2 } as const;

/** How the site of a pool follows from a request: there is one, the request's own, or any, by hash. */
const SiteRule = { ONLY: 0, OWN: 1, ANY: 2 } as const;

/** The route of one traffic, read from the plan once. */
interface Way {
  /** Pools of each stage, nearest first. */
  readonly stages: readonly (readonly number[])[];
  readonly pick: number;
  /** Both -1 where a stage's pools are not passed over for their load. */
  readonly spillTtftS: number;
  readonly spillQueue: number;
  readonly isExcluded: boolean;
  /** By pool: how its site is found, and the round trip to it, seconds. */
  readonly siteRule: Uint8Array;
  readonly rttS: Float64Array;
}

export class Router {
  /** The choice made by the last `choose`. */
  pool = -1;
  /** The same as an object; `locate` does not set it. */
  target!: Pool;
  site = 0;
  rttS = 0;
  /** Stage the choice came from; later than 0 means the request spilled. */
  stage = 0;
  noPlace: number = NoPlace.NONE;
  readonly #plan: WorldPlan;
  readonly #pools: readonly Pool[];
  readonly #table: RequestTable;
  readonly #sitePick: HashedPurpose;
  readonly #ways: readonly Way[];
  /** By traffic: the only pool there is, if its load cannot keep a request away, else null; and seconds of the round trip to it. */
  readonly #only: readonly (Pool | null)[];
  readonly #onlyRttS: Float64Array;

  constructor(plan: WorldPlan, pools: readonly Pool[], table: RequestTable, seed: number) {
    this.#plan = plan;
    this.#pools = pools;
    this.#table = table;
    this.#sitePick = new HashedPurpose(seed, PICK_SITE);
    this.#ways = plan.traffic.map((traffic) => wayOf(plan, traffic, pools));
    this.#only = plan.traffic.map(({ route }) => onlyPool(route, pools));
    this.#onlyRttS = Float64Array.from(this.#ways, ({ rttS }, traffic) => rttS[this.#only[traffic]?.index ?? -1] ?? 0);
  }

  /** Chooses for a request from site `originSite` of its origin; false when no pool may or can take it. */
  choose(trafficIndex: number, originSite: number, slot: number, nowS: number): boolean {
    const only = this.#only[trafficIndex]!;
    if (only === null) return this.#chooseAmong(this.#ways[trafficIndex]!, originSite, slot, nowS);
    const { promptTokens, outputTokens } = this.#table;
    if (!only.canHoldTokens(promptTokens[slot]! + outputTokens[slot]!)) return this.#isTooLong();
    this.pool = only.index;
    this.target = only;
    this.stage = 0;
    this.rttS = this.#onlyRttS[trafficIndex]!;
    this.site =
      only.sites === 1 ? 0 : this.#siteFor(this.#ways[trafficIndex]!, only.index, originSite, this.#table, slot);
    return true;
  }

  #isTooLong(): boolean {
    this.noPlace = NoPlace.TOO_LONG;
    return false;
  }

  #chooseAmong(way: Way, originSite: number, slot: number, nowS: number): boolean {
    const { stages, pick, spillQueue, spillTtftS } = way;
    const tokens = this.#table.promptTokens[slot]! + this.#table.outputTokens[slot]!;
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
        if (!pool.canHoldTokens(tokens)) continue;
        const site = this.#siteFor(way, poolIndex, originSite, this.#table, slot);
        const isFull = pool.isAtLimit(site) || (spillQueue >= 0 && pool.queuePerReplica(site) > spillQueue);
        if (isFull || spillTtftS >= 0) {
          const ttftS = pool.predictTtftS(site, slot, nowS) + way.rttS[poolIndex]!;
          if (ttftS < fallbackTtftS) {
            fallbackTtftS = ttftS;
            fallback = poolIndex;
            fallbackSite = site;
            fallbackStage = s;
          }
          if (isFull || ttftS > spillTtftS) continue;
        }
        if (pick === Pick.FIRST) {
          this.#take(way, poolIndex, site, s);
          return true;
        }
        if (pick === Pick.CHEAPEST) {
          const siteCost = this.#plan.groups[pool.plan.group]!.cost;
          const usd = pool.marginalUsd(site, slot, siteCost, nowS);
          if (usd < leastUsd) {
            leastUsd = usd;
            this.#take(way, poolIndex, site, s);
          }
        } else {
          const load = pool.loadPerReplica(site);
          if (load < lightest) {
            lightest = load;
            this.#take(way, poolIndex, site, s);
          }
        }
      }
      if (this.pool >= 0 && pick !== Pick.CHEAPEST) return true;
    }
    if (this.pool < 0 && fallback >= 0) this.#take(way, fallback, fallbackSite, fallbackStage);
    if (this.pool >= 0) return true;
    this.noPlace = seen > 0 ? NoPlace.TOO_LONG : way.isExcluded ? NoPlace.RESIDENCY : NoPlace.NO_ROUTE;
    return false;
  }

  /**
   * The place of a request of `table` as far as it follows from the request alone: sets `pool` (one of the pools at the
   * site, where several may take it) and `site`; false when no pool may or can take it. Only for traffic of which
   * `isSiteKnown` holds.
   */
  locate(trafficIndex: number, originSite: number, table: RequestTable, slot: number): boolean {
    const way = this.#ways[trafficIndex]!;
    const { stages } = way;
    const tokens = table.promptTokens[slot]! + table.outputTokens[slot]!;
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s]!;
      for (let i = 0; i < stage.length; i++) {
        const poolIndex = stage[i]!;
        if (!this.#pools[poolIndex]!.canHoldTokens(tokens)) continue;
        this.pool = poolIndex;
        this.site = this.#siteFor(way, poolIndex, originSite, table, slot);
        return true;
      }
    }
    this.pool = -1;
    return false;
  }

  #take(way: Way, pool: number, site: number, stage: number): void {
    this.pool = pool;
    this.target = this.#pools[pool]!;
    this.site = site;
    this.stage = stage;
    this.rttS = way.rttS[pool]!;
  }

  /** The request's own site where it comes from one of the group; any site of another group, by hash. */
  #siteFor(way: Way, poolIndex: number, originSite: number, table: RequestTable, slot: number): number {
    const rule = way.siteRule[poolIndex]!;
    if (rule === SiteRule.ONLY) return 0;
    if (rule === SiteRule.OWN) return originSite;
    const u = this.#sitePick.uniform(table.requestId[slot]!, table.attempt[slot]!);
    return Math.floor(u * this.#pools[poolIndex]!.sites);
  }
}

function wayOf(plan: WorldPlan, traffic: TrafficPlan, pools: readonly Pool[]): Way {
  const { route } = traffic;
  const origin = plan.origins[traffic.origin]!;
  const rttS = Float64Array.from(plan.pools, ({ group }) => origin.rttS[group]!);
  return {
    stages: route.stages.map((stage) => [...stage].sort((a, b) => rttS[a]! - rttS[b]! || a - b)),
    pick: route.policy === 'cheapest' ? Pick.CHEAPEST : route.siteOrder === 'spread' ? Pick.LEAST_LOADED : Pick.FIRST,
    spillTtftS: route.spillTtftS,
    spillQueue: route.spillQueue,
    isExcluded: route.excludedByResidency.length > 0,
    siteRule: Uint8Array.from(pools, ({ sites, plan: { group } }) =>
      sites === 1 ? SiteRule.ONLY : origin.siteGroup === group ? SiteRule.OWN : SiteRule.ANY,
    ),
    rttS,
  };
}

/** The pool that a route has no choice but to take, whatever its load; null where there is one. */
function onlyPool({ stages, policy, spillTtftS, spillQueue }: RoutePlan, pools: readonly Pool[]): Pool | null {
  const [first, ...others] = stages.flat();
  if (first === undefined || others.length > 0 || policy === 'cheapest') return null;
  return spillTtftS < 0 && spillQueue < 0 && !pools[first]!.isLimited ? pools[first]! : null;
}

/** Whether routers of a plan ask how long queues are or how long a request would wait. */
export function looksAtQueues({ pools, traffic }: WorldPlan): boolean {
  return (
    pools.some(({ queueLimit }) => queueLimit >= 0) ||
    traffic.some(({ route }) => route.spillTtftS >= 0 || route.spillQueue >= 0)
  );
}
