/**
 * How the sites of a world are dealt into lanes, so that several threads can each run some of them.
 *
 * A lane is a contiguous range of the sites of every group, with sums and a fingerprint of its own. The number of lanes
 * follows from the plan alone, and results are always merged lane by lane, so how many threads share the lanes shows in no
 * byte. Sites that a router compares as they are at the moment of sending stay in one lane: it would have to know what
 * another thread has not simulated yet.
 *
 * Where the requests of a source can go decides where it lives:
 *
 *   home      to the sites of one lane only: the source and its clients live there, whatever they do.
 *   forward   to several, and nothing that happens there makes the client act (open arrivals, no retries): every thread
 *             draws all requests and keeps those of its own lanes. No word passes between threads.
 *   answered  to several, and the client acts on what becomes of a request (closed loops, retries): every thread keeps all
 *             these clients; how an attempt ended is told to them when the answer reaches them, one network leg later.
 *             No thread may be ahead of another by more than the shortest such leg, the lookahead.
 *
 * Weights are replicas, not their speed: lanes of unlike devices may be unequal work. Seconds.
 */

import { leastLegS } from './network.js';
import type { TrafficPlan, WorldPlan } from './world-plan.js';

/** Most lanes of a world: each has its own sums and samples. More were a little faster with 10,000 replicas, and cost memory. */
export const MAX_LANES = 64;
/** Shorter waits for an answer than this are not worth a window: such sites stay in one lane, seconds. Chosen. */
const LEAST_LOOKAHEAD_S = 1e-4;
/** Beyond this share of all replicas in sites that cannot be parted, lanes would gain too little. Chosen. */
const MOST_IN_ONE = 0.75;
/** Windows end this much before the shortest answer could come, so that rounding of times cannot matter. */
const WINDOW_SHARE = 0.999;

/** How the lanes of a plan lie and what runs apart. */
export interface LanePlan {
  readonly lanes: number;
  /** By group: first site of each lane, and the count after the last; a lane without sites there is empty. */
  readonly firstSite: readonly Int32Array[];
  /** Longest stretch that threads may simulate without a word, seconds; Infinity when nothing has to be told. */
  readonly lookaheadS: number;
  /** By traffic: whether clients whose requests go to several lanes wait for an answer. */
  readonly isAnswered: readonly boolean[];
  /** Why there are so many lanes and no more, for the user. */
  readonly reason: string;
}

/** What a run over threads can use of a plan, in numbers and words. */
export interface Parallelism {
  readonly lanes: number;
  readonly lookaheadS: number;
  readonly reason: string;
}

export function parallelism(plan: WorldPlan): Parallelism {
  const { lanes, lookaheadS, reason } = lanePlanOf(plan);
  return { lanes, lookaheadS, reason };
}

/** Sites that something keeps account of: of each group those from `from` on, below `to`. */
export interface SiteRange {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The sites of neighbouring lanes, the last excluded. */
export function sitesOfLanes(lanes: LanePlan, fromLane: number, toLane: number): SiteRange {
  return {
    from: lanes.firstSite.map((first) => first[fromLane]!),
    to: lanes.firstSite.map((first) => first[toLane]!),
  };
}

/** Whether all requests of a traffic stay at the site they come from. */
export function staysAtOrigin(plan: WorldPlan, { route, origin }: TrafficPlan): boolean {
  const ownGroup = plan.origins[origin]!.siteGroup;
  return candidateGroups(plan, route.stages).every((group) => group === ownGroup);
}

/** Lane of a site. */
export function laneOfSite(lanes: Pick<LanePlan, 'firstSite'>, group: number, site: number): number {
  const first = lanes.firstSite[group]!;
  let lane = 0;
  while (site >= first[lane + 1]!) lane++;
  return lane;
}

/**
 * By site of a traffic's origin: the lane that all requests of its source go to; -1 = several. A source that can send
 * nowhere belongs to lane 0.
 */
export function homeLanesOf(plan: WorldPlan, lanes: Pick<LanePlan, 'firstSite'>, traffic: number): Int16Array {
  const { route, origin } = plan.traffic[traffic]!;
  const ownGroup = plan.origins[origin]!.siteGroup;
  const groups = candidateGroups(plan, route.stages);
  return Int16Array.from({ length: ownGroup < 0 ? 1 : plan.groups[ownGroup]!.count }, (_, originSite) => {
    let home = -1;
    for (const group of groups) {
      const own = group === ownGroup;
      const lowest = laneOfSite(lanes, group, own ? originSite : 0);
      const highest = own ? lowest : laneOfSite(lanes, group, plan.groups[group]!.count - 1);
      if (lowest !== highest || (home >= 0 && home !== lowest)) return -1;
      home = lowest;
    }
    return Math.max(0, home);
  });
}

/** Deals the sites of a plan. A pure function of the plan. */
export function lanePlanOf(plan: WorldPlan): LanePlan {
  const bonds = new Bonds(plan.groups.length);
  const isAnswered = plan.traffic.map(
    ({ workload, client }) => workload.arrivals.process === 'closed' || client.maxRetries > 0,
  );
  let lookaheadS = Number.POSITIVE_INFINITY;
  plan.traffic.forEach((traffic, index) => {
    if (staysAtOrigin(plan, traffic)) return;
    const groups = candidateGroups(plan, traffic.route.stages);
    const { id } = traffic.workload;
    if (!isSiteKnown(plan, traffic)) bonds.tie(groups, `${id} is routed by the state of its sites`);
    else if (isAnswered[index]) {
      const leastS = leastAnswerS(plan, traffic);
      if (leastS < LEAST_LOOKAHEAD_S) bonds.tie(groups, `${id} is answered at once`);
    }
  });

  const dealt = deal(plan, bonds);
  if (dealt.lanes > 1) {
    plan.traffic.forEach((traffic, index) => {
      if (isAnswered[index] && homeLanesOf(plan, dealt, index).includes(-1)) {
        lookaheadS = Math.min(lookaheadS, leastAnswerS(plan, traffic) * WINDOW_SHARE);
      }
    });
  }
  const waits =
    lookaheadS === Number.POSITIVE_INFINITY
      ? 'sites run apart: no client waits for a site of another lane'
      : `windows of ${(1000 * lookaheadS).toPrecision(3)} ms: the shortest answer to a client`;
  return { ...dealt, lookaheadS, isAnswered, reason: dealt.lanes > 1 ? waits : dealt.reason };
}

function candidateGroups(plan: WorldPlan, stages: readonly (readonly number[])[]): number[] {
  return [...new Set(stages.flat().map((pool) => plan.pools[pool]!.group))];
}

/**
 * Whether the site of a request follows from the request alone. It does where all its pools are in one group (the site is
 * its own or drawn by hash, and the pools there are in one lane), and where the first pool that can hold it takes it.
 */
export function isSiteKnown(plan: WorldPlan, { route }: TrafficPlan): boolean {
  if (candidateGroups(plan, route.stages).length <= 1) return true;
  if (route.policy !== 'chain' || route.spillTtftS >= 0 || route.spillQueue >= 0) return false;
  if (route.siteOrder === 'spread' && route.stages.some((stage) => stage.length > 1)) return false;
  return route.stages.flat().every((pool) => plan.pools[pool]!.queueLimit < 0);
}

/** Least time from a site's end of an attempt to its client, seconds. */
function leastAnswerS(plan: WorldPlan, traffic: TrafficPlan): number {
  const { rttS } = plan.origins[traffic.origin]!;
  let leastS = Number.POSITIVE_INFINITY;
  for (const index of traffic.route.stages.flat()) {
    const pool = plan.pools[index]!;
    leastS = Math.min(leastS, leastLegS(rttS[pool.group]!, plan.networkJitterSigma) + pool.apiS / 2);
  }
  return leastS;
}

/** Groups whose sites stay together, and why. */
class Bonds {
  readonly #root: number[];
  readonly #why = new Map<number, string>();

  constructor(groups: number) {
    this.#root = Array.from({ length: groups }, (_, group) => group);
  }

  tie(groups: readonly number[], why: string): void {
    const root = Math.min(...groups.map((group) => this.root(group)));
    for (const group of groups) this.#root[this.root(group)] = root;
    for (const group of groups) if (!this.#why.has(group)) this.#why.set(group, why);
  }

  root(group: number): number {
    let at = group;
    while (this.#root[at] !== at) at = this.#root[at]!;
    return at;
  }

  /** Empty for a group whose sites may part. */
  why(group: number): string {
    return this.#why.get(group) ?? '';
  }
}

function deal(plan: WorldPlan, bonds: Bonds): Omit<LanePlan, 'lookaheadS' | 'isAnswered'> {
  const siteWeight = plan.groups.map((_, group) =>
    plan.pools.reduce((sum, pool) => (pool.group === group ? sum + pool.replicas : sum), 0),
  );
  const weightOf = (groups: readonly number[]) =>
    groups.reduce((sum, group) => sum + siteWeight[group]! * plan.groups[group]!.count, 0);
  const total = weightOf(plan.groups.map((_, group) => group));
  // What can be dealt: bound groups as one, at the place of the first of them; else site by site.
  const units: { readonly groups: readonly number[]; readonly weight: number; readonly isWhole: boolean }[] = [];
  plan.groups.forEach((_, group) => {
    if (bonds.why(group) === '') units.push({ groups: [group], weight: siteWeight[group]!, isWhole: false });
    else if (bonds.root(group) === group) {
      const groups = plan.groups.map((_, other) => other).filter((other) => bonds.root(other) === group);
      units.push({ groups, weight: weightOf(groups), isWhole: true });
    }
  });
  const parts = units.reduce((sum, unit) => sum + (unit.isWhole ? 1 : plan.groups[unit.groups[0]!]!.count), 0);
  const heaviest = [...units].sort((a, b) => b.weight - a.weight)[0];
  const wanted = Math.min(parts, MAX_LANES);
  if (wanted < 2 || total === 0 || heaviest === undefined || heaviest.weight > MOST_IN_ONE * total) {
    const why = heaviest === undefined ? '' : bonds.why(heaviest.groups[0]!);
    return {
      lanes: 1,
      firstSite: plan.groups.map((group) => Int32Array.of(0, group.count)),
      reason: why === '' ? 'one lane: one site holds (nearly) all replicas' : `one lane: ${why}`,
    };
  }
  // The lane of a part is that of the middle of its weight; lanes that end up without a part are left out.
  const firstSite = plan.groups.map(() => [] as number[]);
  let before = 0;
  let last = -1;
  let lanes = 0;
  const laneAt = (weight: number) => {
    const lane = Math.min(wanted - 1, Math.floor(((before + weight / 2) * wanted) / Math.max(total, 1)));
    before += weight;
    if (lane !== last) lanes++;
    last = lane;
    return lanes - 1;
  };
  for (const { groups, weight, isWhole } of units) {
    const starts = firstSite[groups[0]!]!;
    const count = isWhole ? 1 : plan.groups[groups[0]!]!.count;
    for (let part = 0; part < count; part++) {
      const lane = laneAt(weight);
      while (starts.length <= lane) starts.push(part);
    }
    for (const group of groups.slice(1)) firstSite[group]!.push(...starts);
  }
  return {
    lanes,
    firstSite: firstSite.map((starts, group) => {
      const { count } = plan.groups[group]!;
      return Int32Array.from({ length: lanes + 1 }, (_, lane) => starts[lane] ?? count);
    }),
    reason: '',
  };
}
