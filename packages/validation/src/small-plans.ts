/**
 * Small plans made by hand: worlds of one site and one pool, with every cost and delay at zero unless a check sets it.
 *
 * Two kinds of pool. `imagePool` serves a network without tokens (a request is some passes, a step runs one pass of each
 * request, nothing grows), which queueing theory can follow through the whole program: source, router, replica, meters.
 * `chatPool` serves a transformer with KV cache, prefill and growing context, for checks that need no theory.
 */

import { findDevice, findEngine, findModel } from '@infersim/catalog';
import {
  COST_CELLS,
  Cost,
  createStepModel,
  type DeployedModel,
  type DeploymentSpec,
  planMemory,
  Work,
} from '@infersim/devices';
import type { PoolPlan, SiteGroupPlan, TrafficPlan, WorldPlan } from '@infersim/fleet';
import { METRIC_COLUMNS, metricIndex, type ReplicationResult, type RunPlan, runReplication } from '@infersim/runner';
import type { EngineSettings } from '@infersim/serving';
import type { ByteReader, WorkloadPlan } from '@infersim/workload';

/** A vision network of a billion parameters: on an H100 a step takes about 0.6 ms and 1.2 ms more for every pass in it. */
const IMAGE_MODEL: DeployedModel = {
  id: 'image-net',
  name: 'Image network',
  sampling: findModel('llama-3.1-8b')!.sampling,
  nativePrecision: 'fp16',
  fixedWork: { params: 1e9, flopPerUnit: 1e12, bytesPerUnit: 1e8, residentBytesPerRequest: 1e8 },
};

/** A deployment on one H100 with vLLM's numbers; `over` replaces what a check is about. */
export function deployment(over: Partial<DeploymentSpec> = {}): DeploymentSpec {
  return {
    model: findModel('llama-3.1-8b')!,
    device: findDevice('h100-sxm')!,
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
    ...over,
  };
}

/** Engine settings that go with a deployment. */
export function engineOf(spec: DeploymentSpec, over: Partial<EngineSettings> = {}): EngineSettings {
  const hasKv = spec.model.fixedWork === undefined;
  return {
    scheduler: 'vllm',
    maxNumSeqs: spec.maxNumSeqs,
    maxNumBatchedTokens: spec.maxNumBatchedTokens,
    blockSizeTokens: spec.blockSizeTokens,
    numBlocks: hasKv ? planMemory(spec).blocks : 0,
    hasKv,
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

/** One site of its own group. */
export function siteGroup(over: Partial<SiteGroupPlan> = {}): SiteGroupPlan {
  return {
    id: 'here',
    grid: 'cloud',
    count: 1,
    region: 'us-pjm-virginia',
    zones: ['us'],
    powerLimitW: 0,
    otherW: 0,
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

function poolOf(spec: DeploymentSpec, over: Partial<PoolPlan>): PoolPlan {
  return {
    id: 'pool',
    group: 0,
    deployment: spec,
    engine: engineOf(spec),
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

/** A pool of the vision network; `maxNumSeqs` passes run in one step. */
export function imagePool(maxNumSeqs: number, over: Partial<PoolPlan> = {}): PoolPlan {
  return poolOf(deployment({ model: IMAGE_MODEL, maxNumSeqs }), over);
}

/** A pool of an 8B transformer. */
export function chatPool(over: Partial<PoolPlan> = {}, spec: DeploymentSpec = deployment()): PoolPlan {
  return poolOf(spec, { engine: engineOf(spec), ...over });
}

/** Seconds of a step of a pool's model with this many requests in it and no context to speak of. */
export function stepSOf(pool: PoolPlan, batch: number): number {
  const model = createStepModel(pool.deployment);
  const work = new Float64Array(model.workCells);
  const cost = new Float64Array(COST_CELLS);
  work[Work.DECODES] = batch;
  work[Work.LOGIT_ROWS] = batch;
  model.priceDecode(work, cost);
  return cost[Cost.STEP_S]!;
}

/** Traffic from one place to the first pool; the route may be replaced. */
export function trafficOf(workload: Partial<WorkloadPlan>, over: Partial<TrafficPlan> = {}): TrafficPlan {
  return {
    workload: {
      id: 'traffic',
      arrivals: { process: 'poisson', ratePerS: 1 },
      lengths: {
        kind: 'independent',
        prompt: { dist: 'constant', value: 200 },
        output: { dist: 'exponential', mean: 100 },
      },
      maxPromptTokens: 8000,
      budgetTokens: 1_000_000,
      priority: 0,
      siteRateSigma: 0,
      ...workload,
    },
    origin: 0,
    route: routeTo([[0]]),
    client: { timeoutS: -1, maxRetries: 0, backoffS: 1, cancelOnTimeout: true },
    goodput: { ttftS: -1, tpotS: -1, e2eS: -1 },
    bytesPerToken: 4,
    ...over,
  };
}

/** A chain of stages without spill limits. */
export function routeTo(stages: readonly (readonly number[])[]): TrafficPlan['route'] {
  return { stages, excludedByResidency: [], siteOrder: 'nearest', policy: 'chain', spillTtftS: -1, spillQueue: -1 };
}

/** A world with one origin next door (no round trip) unless told otherwise. */
export function worldOf(over: Partial<WorldPlan> & Pick<WorldPlan, 'pools' | 'traffic' | 'horizonS'>): WorldPlan {
  const groups = over.groups ?? [siteGroup()];
  return {
    warmupS: 0,
    stationary: false,
    meterIntervalS: 60,
    networkJitterSigma: 0,
    groups,
    origins: [{ id: 'place', siteGroup: -1, rttS: groups.map(() => 0) }],
    ...over,
  };
}

/** A run plan around a world. */
export function runPlanOf(world: WorldPlan, over: Partial<RunPlan> = {}): RunPlan {
  return {
    schemaVersion: 1,
    name: 'small',
    seed: 20_261_121,
    replications: 1,
    confidence: 0.95,
    world,
    objectives: [],
    record: { requests: { mode: 'none', sample: 0 }, timeseriesS: 0 },
    stepByStep: false,
    assumed: [],
    warnings: [],
    deterministic: false,
    ...over,
  };
}

/** For plans without traces: any attempt to read one is a mistake of the check. */
export function noFiles(path: string): ByteReader {
  throw new Error(`the plan reads no files, yet ${path} was asked for`);
}

/** One replication of a plan without traces. */
export function replicate(plan: RunPlan, replication = 1): ReplicationResult {
  return runReplication(plan, replication, { openBytes: noFiles });
}

/** A figure of the scope `kind/id`. @throws RangeError for a scope or column that does not exist. */
export function figureOf(result: ReplicationResult, column: string, scope = 'all/all'): number {
  const index = result.scopes.findIndex(({ kind, id }) => `${kind}/${id}` === scope);
  const cell = metricIndex(column);
  if (index < 0 || cell < 0) throw new RangeError(`no figure ${column} of ${scope}`);
  return result.values[index * METRIC_COLUMNS.length + cell]!;
}
