/**
 * The world as plain data: sites, pools, network, traffic and routes, with every default filled in. Frozen, without
 * functions, so that it can be posted to a worker. Indices are positions in the arrays of the plan.
 */

import type { PoolCostPlan, SiteCostPlan } from '@infersim/accounting';
import type { GridKind } from '@infersim/catalog';
import type { DeploymentSpec } from '@infersim/devices';
import type { EngineSettings } from '@infersim/serving';
import type { WorkloadPlan } from '@infersim/workload';

export type RoutingPolicy =
  | 'round-robin'
  | 'random'
  | 'least-requests'
  | 'least-tokens'
  | 'power-of-two'
  | 'prefix-affinity'
  | 'cheapest';

/** Replicas of one model on one device type; exists once at every site of its group. */
export interface PoolPlan {
  readonly id: string;
  /** Index of the site group. */
  readonly group: number;
  readonly deployment: DeploymentSpec;
  readonly engine: EngineSettings;
  /** Replicas at each site. */
  readonly replicas: number;
  /** How a request is given to one of the replicas. */
  readonly balance: RoutingPolicy;
  /** Waiting requests per replica above which the pool takes no more (429); Infinity is written as -1. */
  readonly queueLimit: number;
  /** Time outside the engine per request (API, tokeniser, gateway), seconds: half before, half after. */
  readonly apiS: number;
  /** Time per prompt token before the engine sees the request (tokeniser), seconds; absent = none. */
  readonly apiPerPromptTokenS?: number;
  /** Server draw beside the devices per replica: nothing to do, and at work, watts. */
  readonly hostIdleW: number;
  readonly hostBusyW: number;
  /** Racks the replicas of one site fill, and the kW limit of one, for reports and checks. */
  readonly racks: number;
  readonly rackId: string;
  readonly rackLimitW: number;
  readonly cost: PoolCostPlan;
}

/** One site, or `count` like sites. */
export interface SiteGroupPlan {
  readonly id: string;
  readonly grid: GridKind;
  readonly count: number;
  readonly region: string;
  /** Residency zones its data stays in. */
  readonly zones: readonly string[];
  /** Power connection of one site, watts; 0 = not stated. */
  readonly powerLimitW: number;
  /** Draw of one site that belongs to no pool (switches, storage), watts. */
  readonly otherW: number;
  readonly cost: SiteCostPlan;
}

/** Where requests come from: a place in a region, or each site of a group. */
export interface OriginPlan {
  readonly id: string;
  /** Index of the site group whose every site is an origin; -1 = one place. */
  readonly siteGroup: number;
  /** Round trip to a site of each group, seconds, access included; by group index. For a site's own group: its LAN. */
  readonly rttS: readonly number[];
}

export interface RoutePlan {
  /** Stages in order of preference; each a list of pool indices. Residency is already applied. */
  readonly stages: readonly (readonly number[])[];
  /** Pools that residency took out of the stages. */
  readonly excludedByResidency: readonly number[];
  /** How a stage picks among its pools and sites: nearest first, or spread by the first pool's policy. */
  readonly siteOrder: 'nearest' | 'spread';
  /** `cheapest` scores all stages at once by marginal cost among pools predicted to meet `maxTtftS`. */
  readonly policy: 'chain' | 'cheapest';
  /** Go on to the next choice when the predicted time to first token exceeds this, seconds; -1 = never. */
  readonly spillTtftS: number;
  /** ... or when more requests than this wait per replica; -1 = never. */
  readonly spillQueue: number;
}

/** What the client does when it has to wait or is refused. */
export interface ClientPlan {
  /** Gives up on an attempt this long after sending it, seconds; -1 = never. */
  readonly timeoutS: number;
  /** Further attempts after a refusal, failure or time-out. */
  readonly maxRetries: number;
  /**
   * First pause before a retry, seconds; doubles each time, times 0.5..1.5. A user of a closed loop also stays away at
   * least this long (a millisecond at least) after a request that did not complete, thinking included.
   */
  readonly backoffS: number;
  /** Whether the server stops working on an attempt its client gave up on. */
  readonly cancelOnTimeout: boolean;
  /** Tokens that the server sends together; absent = 1: each as it is made. */
  readonly streamIntervalTokens?: number;
}

/** Objectives a request has to meet to count as good; -1 = none. */
export interface GoodputPlan {
  readonly ttftS: number;
  readonly tpotS: number;
  readonly e2eS: number;
}

export interface TrafficPlan {
  readonly workload: WorkloadPlan;
  /** Index into `origins`. */
  readonly origin: number;
  readonly route: RoutePlan;
  readonly client: ClientPlan;
  readonly goodput: GoodputPlan;
  /** Bytes per token sent either way, for egress. */
  readonly bytesPerToken: number;
}

export interface WorldPlan {
  readonly horizonS: number;
  /** Statistics start here; conservation counts from zero. */
  readonly warmupS: number;
  /** Whether arrivals stop at the horizon and what is in flight is left there (never drained). */
  readonly stationary: boolean;
  readonly meterIntervalS: number;
  /** Sigma of the lognormal factor on every network leg (mean 1). */
  readonly networkJitterSigma: number;
  readonly groups: readonly SiteGroupPlan[];
  readonly pools: readonly PoolPlan[];
  readonly origins: readonly OriginPlan[];
  readonly traffic: readonly TrafficPlan[];
}
