/** Small hand-made plans for tests of the fleet: one 8B model on one kind of device, defaults that a test overrides. */

import { findDevice, findEngine, findModel } from '@infersim/catalog';
import { type DeploymentSpec, planMemory } from '@infersim/devices';
import type { EngineSettings } from '@infersim/serving';
import type { WorkloadPlan } from '@infersim/workload';
import {
  type PoolPlan,
  type SiteGroupPlan,
  type TrafficPlan,
  World,
  type WorldOptions,
  type WorldPlan,
} from '../src/index.js';

export function deployment(device = 'h100-sxm', model = 'llama-3.1-8b'): DeploymentSpec {
  return {
    model: findModel(model)!,
    device: findDevice(device)!,
    engine: findEngine('vllm')!,
    tp: 1,
    pp: 1,
    weightPrecision: 'fp16',
    kvPrecision: 'fp16',
    activationPrecision: 'fp16',
    gpuMemoryUtilization: 0.9,
    memoryOverheadBytes: 2e9,
    blockSizeTokens: 16,
    maxNumSeqs: 64,
    maxNumBatchedTokens: 2048,
    maxModelLenTokens: 8192,
    hybridKvCache: false,
  };
}

export function engine(spec: DeploymentSpec, over: Partial<EngineSettings> = {}): EngineSettings {
  return {
    scheduler: 'vllm',
    maxNumSeqs: spec.maxNumSeqs,
    maxNumBatchedTokens: spec.maxNumBatchedTokens,
    blockSizeTokens: spec.blockSizeTokens,
    numBlocks: planMemory(spec).blocks,
    hasKv: true,
    enableChunkedPrefill: true,
    enablePrefixCaching: false,
    longPrefillTokenThreshold: 0,
    maxModelLenTokens: spec.maxModelLenTokens,
    watermark: 0,
    asyncScheduling: false,
    staticBatchSize: 8,
    staticBatchTimeoutS: 0.1,
    unifiedKv: false,
    ubatchTokens: 512,
    ...over,
  };
}

export function group(over: Partial<SiteGroupPlan> = {}): SiteGroupPlan {
  return {
    id: 'virginia',
    grid: 'cloud',
    count: 1,
    region: 'us-pjm-virginia',
    zones: ['us'],
    powerLimitW: 0,
    otherW: 100,
    cost: {
      energyUsdPerJ: 0.08 / 3.6e6,
      hourlyMultiplier: [],
      startHour: 0,
      demandUsdPerWMonth: 0.01,
      carbonGPerJ: 0.4e3 / 3.6e6,
      carbonUsdPerG: 0,
      pue: { model: 'fixed', pue: 1.2 },
      egressUsdPerByte: 0,
    },
    ...over,
  };
}

export function pool(over: Partial<PoolPlan> = {}): PoolPlan {
  const spec = over.deployment ?? deployment();
  return {
    id: 'chat',
    group: 0,
    deployment: spec,
    engine: engine(spec),
    replicas: 1,
    balance: 'least-requests',
    queueLimit: -1,
    apiS: 0,
    hostIdleW: 50,
    hostBusyW: 120,
    racks: 1,
    rackId: 'dgx-h100',
    rackLimitW: 0,
    cost: {
      deviceUsdPerReplicaS: 2 / 3600,
      facilityUsdPerReplicaS: 0.2 / 3600,
      networkUsdPerReplicaS: 0.1 / 3600,
      operationsUsdPerReplicaS: 0.1 / 3600,
      basis: 'owned',
    },
    ...over,
  };
}

export function workload(over: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return {
    id: 'chat',
    arrivals: { process: 'poisson', ratePerS: 4 },
    lengths: {
      kind: 'independent',
      prompt: { dist: 'constant', value: 500 },
      output: { dist: 'constant', value: 50 },
    },
    maxPromptTokens: 8000,
    budgetTokens: 4096,
    priority: 0,
    siteRateSigma: 0,
    ...over,
  };
}

export function traffic(over: Partial<TrafficPlan> = {}): TrafficPlan {
  return {
    workload: workload(),
    origin: 0,
    route: {
      stages: [[0]],
      excludedByResidency: [],
      siteOrder: 'nearest',
      policy: 'chain',
      spillTtftS: -1,
      spillQueue: -1,
    },
    client: { timeoutS: -1, maxRetries: 0, backoffS: 1, cancelOnTimeout: true },
    goodput: { ttftS: -1, tpotS: -1, e2eS: -1 },
    bytesPerToken: 4,
    ...over,
  };
}

export function plan(over: Partial<WorldPlan> = {}): WorldPlan {
  const groups = over.groups ?? [group()];
  return {
    horizonS: 120,
    warmupS: 0,
    stationary: true,
    meterIntervalS: 60,
    networkJitterSigma: 0,
    groups,
    pools: [pool()],
    origins: [{ id: 'us-east', siteGroup: -1, rttS: groups.map(() => 0.02) }],
    traffic: [traffic()],
    ...over,
  };
}

export function run(worldPlan: WorldPlan, over: Partial<WorldOptions> = {}): World {
  const world = new World({
    plan: worldPlan,
    seed: 1,
    replication: 1,
    openBytes: () => {
      throw new Error('no traces in these tests');
    },
    requestRows: Number.POSITIVE_INFINITY,
    series: true,
    stepByStep: false,
    ...over,
  });
  world.run(() => false);
  return world;
}

/** Totals over all cells of a counter. */
export function total(world: World, counter: number): number {
  let sum = 0;
  for (let p = -1; p < world.plan.pools.length; p++) {
    for (let t = 0; t < world.plan.traffic.length; t++) {
      sum += world.statistics.cells.peek(p, t)?.counts[counter] ?? 0;
    }
  }
  return sum;
}

export const offered = (world: World) => world.statistics.offeredByTraffic.reduce((a, b) => a + b, 0);
