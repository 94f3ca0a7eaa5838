/**
 * One pool: replicas of one model on one device type at every site of a group, and how a request reaches one of them.
 *
 * A site's balancer sees its own replicas as they are now. "Least tokens" counts a request's prompt and output whole
 * until it has ended, so that the choice needs no look at all replicas. Prefix affinity and the cheapest replica depend on the request and
 * look through the site; of replicas where nothing is, which are all alike, only at the first.
 */

import { energyPriceUsdPerJ, facilityW, type SiteCostPlan } from '@infersim/accounting';
import { createStepModel, type StepModel } from '@infersim/devices';
import { hashString, hashUniform } from '@infersim/kernel';
import {
  createReplica,
  REAL_SHIFT,
  Real,
  type Replica,
  type ReplicaListener,
  type ServiceColumns,
} from '@infersim/serving';
import type { RequestTable } from '@infersim/workload';
import { LeastLoaded } from './least-loaded.js';
import { ReplicaBank } from './replica-bank.js';
import { StepPrices } from './step-prices.js';
import type { PoolPlan, RoutingPolicy } from './world-plan.js';

const BALANCE = hashString('balance');
const SECOND_CHOICE = hashString('balance/second-choice');
/** Greatest 32-bit integer: no bound on tokens. */
const UNBOUNDED = 2 ** 31 - 1;

/** What is kept of each site: attempts on their way to it, requests at its replicas, those of them that wait, whose turn it is. */
const AtSite = { IN_TRANSIT: 0, PRESENT: 1, WAITING: 2, TURN: 3 } as const;
const AT_SITE_BITS = 2;

/** Times of a pool outside its engines: half of the API time, and what a prompt token takes before the engine, seconds. */
export const PathTime = { HALF_API_S: 0, PER_PROMPT_TOKEN_S: 1 } as const;

/** How a site's balancer chooses: the names of the plan as numbers. */
const Balance = {
  'round-robin': 0,
  random: 1,
  'power-of-two': 2,
  'prefix-affinity': 3,
  cheapest: 4,
  'least-requests': 5,
  'least-tokens': 6,
} as const satisfies Record<RoutingPolicy, number>;

/** Weight of the newest request in the mean service time that predictions use [assumed]. */
const SERVICE_MEMORY = 1 / 16;
/** Prompt tokens at which the prefill rate for predictions is priced, at most the step's budget [assumed]. */
const PREFILL_PROBE_TOKENS = 2048;

export class Pool {
  readonly plan: PoolPlan;
  readonly index: number;
  readonly sites: number;
  /** Lane of each site. */
  readonly laneOf: Uint8Array;
  readonly model: StepModel;
  /** The replicas of all sites, site by site. */
  readonly bank: ReplicaBank;
  /** `PathTime`. */
  readonly pathS: Float64Array;
  /** Whether one more may be turned away because of those that wait. */
  readonly isLimited: boolean;
  /** `AtSite`, a row for each site. */
  readonly #atSite: Int32Array;
  readonly #loads: LeastLoaded;
  /** Whether anyone asks how long the queues are or how long one would wait. */
  readonly #isForetold: boolean;
  readonly #meanServiceS: Float64Array;
  readonly #table: RequestTable;
  readonly #columns: ServiceColumns;
  readonly #seed: number;
  readonly #prefillSPerToken: number;
  readonly #firstStepS: number;
  readonly #prices: StepPrices;
  readonly #balance: number;
  /** Whether it is by a load that is kept, and whether that counts tokens. */
  readonly #byLoad: boolean;
  readonly #byTokens: boolean;
  /** Of the plan: replicas of a site, queue limit, and the most tokens that a request which fits can have. */
  readonly #replicas: number;
  readonly #queueLimit: number;
  readonly #mostTokens: number;

  constructor(options: {
    plan: PoolPlan;
    index: number;
    sites: number;
    laneOf: Uint8Array;
    table: RequestTable;
    columns: ServiceColumns;
    listener: ReplicaListener;
    workloads: number;
    stepByStep: boolean;
    seed: number;
    /** Whether a router asks for `queuePerReplica` or `predictTtftS`; only then is kept what they need. */
    isForetold: boolean;
  }) {
    const { plan, sites } = options;
    this.plan = plan;
    this.index = options.index;
    this.sites = sites;
    this.laneOf = options.laneOf;
    this.#table = options.table;
    this.#columns = options.columns;
    this.#seed = options.seed;
    this.model = createStepModel(plan.deployment);
    this.pathS = Float64Array.of(plan.apiS / 2, plan.apiPerPromptTokenS ?? 0);
    this.isLimited = plan.queueLimit >= 0;
    this.#isForetold = options.isForetold;
    this.#atSite = new Int32Array(sites << AT_SITE_BITS);
    this.#meanServiceS = new Float64Array(sites);
    this.#prices = new StepPrices(this.model);
    this.#balance = Balance[plan.balance];
    this.#byLoad = plan.balance === 'least-requests' || plan.balance === 'least-tokens';
    this.#byTokens = plan.balance === 'least-tokens';
    this.#replicas = plan.replicas;
    this.#queueLimit = plan.queueLimit;
    const { hasKv, maxModelLenTokens, blockSizeTokens, numBlocks } = plan.engine;
    this.#mostTokens = hasKv
      ? Math.min(maxModelLenTokens, Math.floor(numBlocks) * blockSizeTokens, UNBOUNDED)
      : UNBOUNDED;
    this.#loads = new LeastLoaded(sites, plan.replicas);
    this.bank = new ReplicaBank(sites * plan.replicas, (index) =>
      createReplica({
        index,
        settings: plan.engine,
        model: this.model,
        table: options.table,
        columns: options.columns,
        listener: options.listener,
        workloads: options.workloads,
        stepByStep: options.stepByStep,
      }),
    );
    const probe = Math.max(1, Math.min(PREFILL_PROBE_TOKENS, plan.engine.maxNumBatchedTokens));
    this.#firstStepS = this.#prices.stepS(0, 0, 1, 1);
    this.#prefillSPerToken = plan.engine.hasKv ? this.#prices.stepS(0, 0, probe, 1) / probe : 0;
  }

  /** Bytes that the balancers keep. */
  get balanceBytes(): number {
    return this.#loads.columnBytes;
  }

  /** Requests at the replicas of all sites. */
  get presentRequests(): number {
    let present = 0;
    for (let site = 0; site < this.sites; site++) present += this.#atSite[(site << AT_SITE_BITS) | AtSite.PRESENT]!;
    return present;
  }

  siteOf(replica: number): number {
    return this.sites === 1 ? 0 : (replica / this.#replicas) | 0;
  }

  /** Whether a request of so many tokens, prompt and output, can ever be served here. */
  canHoldTokens(tokens: number): boolean {
    return tokens <= this.#mostTokens;
  }

  /** Waiting requests and attempts in transit per replica of a site. */
  queuePerReplica(site: number): number {
    const row = site << AT_SITE_BITS;
    const atSite = this.#atSite;
    return (atSite[row | AtSite.IN_TRANSIT]! + atSite[row | AtSite.WAITING]!) / this.#replicas;
  }

  /**
   * Whether the queue limit would turn away one more, as far as can be seen now: the least loaded replica has as many
   * waiting, its share of those on their way included.
   */
  isAtLimit(site: number): boolean {
    const limit = this.#queueLimit;
    if (limit < 0) return false;
    const replica = this.bank.reading(site * this.#replicas + this.#loads.best(site));
    const waiting = replica.waitingRequests + this.#inTransit(site) / this.#replicas;
    return waiting >= limit && (waiting > 0 || replica.runningRequests >= this.plan.engine.maxNumSeqs);
  }

  /** Requests here and on their way, per replica. */
  loadPerReplica(site: number): number {
    const row = site << AT_SITE_BITS;
    const atSite = this.#atSite;
    return (atSite[row | AtSite.PRESENT]! + atSite[row | AtSite.IN_TRANSIT]!) / this.#replicas;
  }

  /** Number of the replica that the site's balancer gives this request to. */
  balance(site: number, slot: number, nowS: number): number {
    const n = this.#replicas;
    const first = site * n;
    if (n === 1) return first;
    if (this.#byLoad === true) return first + this.#loads.best(site);
    switch (this.#balance) {
      case Balance['round-robin']: {
        const at = (site << AT_SITE_BITS) | AtSite.TURN;
        const turn = this.#atSite[at]!;
        this.#atSite[at] = turn + 1 === n ? 0 : turn + 1;
        return first + turn;
      }
      case Balance.random:
        return first + Math.floor(this.#hash(BALANCE, slot) * n);
      case Balance['power-of-two']: {
        const a = Math.floor(this.#hash(BALANCE, slot) * n);
        let b = Math.floor(this.#hash(SECOND_CHOICE, slot) * (n - 1));
        if (b >= a) b++;
        const low = Math.min(a, b);
        const high = Math.max(a, b);
        const loads = this.#loads;
        return first + (loads.loadOf(site, high) < loads.loadOf(site, low) ? high : low);
      }
      case Balance['prefix-affinity']:
        return this.#leastNewTokens(first, n, slot);
      default:
        return this.#cheapestReplica(first, n, slot, nowS);
    }
  }

  /** An attempt is on its way to a site. */
  sent(site: number): void {
    const at = (site << AT_SITE_BITS) | AtSite.IN_TRANSIT;
    this.#atSite[at] = this.#atSite[at]! + 1;
  }

  /** It came there and went to no replica. */
  turnedAway(site: number): void {
    const at = (site << AT_SITE_BITS) | AtSite.IN_TRANSIT;
    this.#atSite[at] = this.#atSite[at]! - 1;
  }

  /** It came there and is at a replica of the site now: keeps the loads that balancers and predictions look at. */
  arrived(site: number, replica: number, slot: number): void {
    const atSite = this.#atSite;
    const row = site << AT_SITE_BITS;
    atSite[row | AtSite.IN_TRANSIT] = atSite[row | AtSite.IN_TRANSIT]! - 1;
    atSite[row | AtSite.PRESENT] = atSite[row | AtSite.PRESENT]! + 1;
    this.#loads.add(site, replica - Math.imul(site, this.#replicas), this.#loadOf(slot));
  }

  /** So many more wait at a replica than did: told after anything was done to it. */
  queued(replica: number, change: number): void {
    if (this.#isForetold === true) this.#addWaiting(this.siteOf(replica), change);
  }

  /** It has left its replica again. */
  left(site: number, replica: number, slot: number): void {
    const at = (site << AT_SITE_BITS) | AtSite.PRESENT;
    this.#atSite[at] = this.#atSite[at]! - 1;
    this.#loads.add(site, replica - Math.imul(site, this.#replicas), -this.#loadOf(slot));
  }

  /** Its answer is complete: learns how long requests occupy a place in the batch. */
  served(site: number, slot: number, timeS: number): void {
    if (this.#isForetold === true) this.#learn(site, slot, timeS);
  }

  /**
   * Predicted time to first token inside the site, seconds: queued prefill and this prompt at the prefill rate, plus
   * the time until a place in the batch is free (docs/modelling.md, fleet).
   */
  predictTtftS(site: number, slot: number, nowS: number): number {
    const replica = this.#leastLoaded(site, nowS);
    const ahead = this.#inTransit(site) / this.#replicas;
    const prompt = this.#table.promptTokens[slot]!;
    const places = this.plan.engine.maxNumSeqs;
    const present = replica.runningRequests + replica.waitingRequests + ahead + 1;
    const excess = Math.max(0, present - places);
    return (
      this.plan.apiS +
      (this.plan.apiPerPromptTokenS ?? 0) * prompt +
      this.#firstStepS +
      (replica.queuedPrefillTokens + (ahead + 1) * prompt) * this.#prefillSPerToken +
      (excess * this.#meanServiceS[site]!) / places
    );
  }

  /**
   * Marginal USD of this request on the least loaded replica of the site: the replica time it adds at the present
   * batch at the standing rate, and the energy it adds at the present tariff.
   */
  marginalUsd(site: number, slot: number, siteCost: SiteCostPlan, nowS: number): number {
    const replica = this.#leastLoaded(site, nowS);
    const joulesUsd =
      (energyPriceUsdPerJ(siteCost, nowS) * facilityW(siteCost.pue, this.model.maxW)) / Math.max(1, this.model.maxW);
    return this.#marginalUsdOn(replica, slot, joulesUsd);
  }

  #inTransit(site: number): number {
    return this.#atSite[(site << AT_SITE_BITS) | AtSite.IN_TRANSIT]!;
  }

  #addWaiting(site: number, change: number): void {
    const at = (site << AT_SITE_BITS) | AtSite.WAITING;
    this.#atSite[at] = this.#atSite[at]! + change;
  }

  #learn(site: number, slot: number, timeS: number): void {
    const serviceS = timeS - this.#columns.real[(slot << REAL_SHIFT) | Real.ADMITTED_S]!;
    const mean = this.#meanServiceS[site]!;
    this.#meanServiceS[site] = mean === 0 ? serviceS : mean + (serviceS - mean) * SERVICE_MEMORY;
  }

  /** The site's least loaded replica, its readings brought to now: they must not depend on how far it leaps. */
  #leastLoaded(site: number, nowS: number): Replica {
    const replica = this.bank.reading(site * this.#replicas + this.#loads.best(site));
    replica.observe(nowS);
    return replica;
  }

  #marginalUsdOn(replica: Replica, slot: number, usdPerJ: number): number {
    const prices = this.#prices;
    const { cost } = this.plan;
    const standing =
      cost.deviceUsdPerReplicaS +
      cost.facilityUsdPerReplicaS +
      cost.networkUsdPerReplicaS +
      cost.operationsUsdPerReplicaS;
    const prompt = this.#table.promptTokens[slot]!;
    const output = this.#table.outputTokens[slot]!;
    const uncached = prompt - replica.cachedPrefixTokens(slot);
    const decodes = replica.runningRequests;
    const context = replica.contextTokens;
    const withoutS = decodes > 0 ? prices.stepS(decodes, context, 0, 0) : 0;
    const withoutJ = decodes > 0 ? prices.energyJ() : 0;
    const withS = prices.stepS(decodes + 1, context + prompt + output / 2, 0, 0);
    const withJ = prices.energyJ();
    const prefillS = uncached * this.#prefillSPerToken;
    const seconds = prefillS + output * (withS - withoutS);
    const joules = prefillS * this.model.maxW + output * (withJ - withoutJ);
    return seconds * standing + joules * usdPerJ;
  }

  #cheapestReplica(first: number, n: number, slot: number, nowS: number): number {
    let best = first;
    let least = Number.POSITIVE_INFINITY;
    let seenBlank = false;
    for (let r = first; r < first + n; r++) {
      const present = this.bank.present(r);
      if (present === null && seenBlank) continue;
      seenBlank = seenBlank || present === null;
      const replica = present ?? this.bank.blank;
      // A full replica only adds waiting: its marginal price is no bargain.
      if (replica.waitingRequests > 0) continue;
      replica.observe(nowS);
      const usd = this.#marginalUsdOn(replica, slot, 0);
      if (usd < least) {
        least = usd;
        best = r;
      }
    }
    return least === Number.POSITIVE_INFINITY ? first + this.#loads.best((first / n) | 0) : best;
  }

  /**
   * Prefix affinity: least prompt work until this request's first token, ties to fewer running, then lower index. What is
   * cached is looked up only where the work could be the least if all that can be were. No reading here changes between
   * boundaries, so none has to be brought to now.
   */
  #leastNewTokens(first: number, n: number, slot: number): number {
    const prompt = this.#table.promptTokens[slot]!;
    const mostCached = Math.min(this.#table.prefix[slot]?.totalTokens ?? 0, prompt - 1);
    let best = first;
    let least = Number.POSITIVE_INFINITY;
    let running = Number.POSITIVE_INFINITY;
    let seenBlank = false;
    for (let r = first; r < first + n; r++) {
      const present = this.bank.present(r);
      if (present === null && seenBlank) continue;
      seenBlank = seenBlank || present === null;
      const replica = present ?? this.bank.blank;
      const whole = replica.queuedPrefillTokens + prompt;
      if (whole - mostCached > least) continue;
      const work = mostCached > 0 ? whole - replica.cachedPrefixTokens(slot) : whole;
      const load = replica.outstandingRequests;
      if (work < least || (work === least && load < running)) {
        least = work;
        running = load;
        best = r;
      }
    }
    return best;
  }

  #loadOf(slot: number): number {
    return this.#byTokens === true ? this.#table.promptTokens[slot]! + this.#table.outputTokens[slot]! : 1;
  }

  #hash(purpose: number, slot: number): number {
    return hashUniform(this.#seed, purpose, this.#table.requestId[slot]!, this.#table.attempt[slot]!);
  }
}
