/**
 * The engine of a pool: its profile, its options with the engine's own defaults, and the deployment that memory and step
 * times are worked out from.
 *
 * Defaults follow the engine profile, the large ones on devices with much memory (vLLM: from 70 GiB, A100 excepted).
 * `max_model_len` defaults to the model's context, cut to what the KV cache of one replica holds, as a user would have
 * to set it for the engine to start.
 */

import type { DeviceEntry, EngineEntry } from '@infersim/catalog';
import { classDefaults } from '@infersim/catalog';
import type { DeployedModel, DeploymentSpec, MemoryPlan } from '@infersim/devices';
import { createGradedStepModel, DeploymentError, type GradedStepModel, planMemory } from '@infersim/devices';
import { checkEngineSettings, type EngineSettings } from '@infersim/serving';
import type { PoolInput } from '../schema/pool-fields.js';
import { type Path, pathText } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { type EngineDefaults, engineDefaults, schedulerSettings } from './engine-options.js';
import type { OverlaidCatalog } from './overlaid-catalog.js';
import { unknownName } from './own-entries.js';
import { checkParallelism } from './parallelism.js';
import { resolveFormats } from './precision.js';

export interface ResolvedEngine {
  readonly deployment: DeploymentSpec;
  readonly settings: EngineSettings;
  readonly memory: MemoryPlan;
  readonly stepModel: GradedStepModel;
  readonly apiS: number;
  readonly apiPerPromptTokenS: number;
}

/** Engine profile by how the device runs models, when the user names none. */
const DEFAULT_ENGINE: Record<DeviceEntry['execution'], string> = {
  batched: 'vllm',
  'sram-pipeline': 'sram-pipeline',
  'static-npu': 'single-stream',
};

/** Schedulers that a kind of device can run. */
const SCHEDULERS: Record<DeviceEntry['execution'], readonly EngineEntry['scheduler'][]> = {
  batched: [
    'vllm',
    'sglang',
    'trtllm-no-evict',
    'trtllm-max-utilization',
    'tgi',
    'llama-cpp',
    'static-batch',
    'single-stream',
  ],
  'sram-pipeline': ['pipeline'],
  'static-npu': ['single-stream'],
};

/** Resolves the engine of a pool; null after filing why it cannot be. */
export function resolveEngine(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  model: DeployedModel,
  device: DeviceEntry,
  catalog: OverlaidCatalog,
  isBlockScaled: boolean,
): ResolvedEngine | null {
  const at: Path = [...path, 'engine'];
  const input = pool.engine;
  const kind = ctx.fill([...at, 'kind'], input.kind, DEFAULT_ENGINE[device.execution], { unit: '', from: 'default' });
  const engine = catalog.engine(kind);
  if (engine === undefined) {
    unknownName(
      ctx,
      [...at, 'kind'],
      'engine',
      kind,
      catalog.engines().map((entry) => entry.id),
      'engines',
    );
    return null;
  }
  if (!SCHEDULERS[device.execution].includes(engine.scheduler)) {
    const allowed = catalog.engines().filter((entry) => SCHEDULERS[device.execution].includes(entry.scheduler));
    ctx.problem([...at, 'kind'], {
      code: 'SCENARIO_ENGINE_DEVICE',
      message: `engine \`${kind}\` does not run on \`${device.id}\` (${device.execution})`,
      given: kind,
      allowed: allowed.map((entry) => entry.id),
    });
    return null;
  }
  const { tp, pp, dp, ep, nic_gb_s: nic, peer_access: peerAccess } = pool.parallelism;
  const formats = resolveFormats(ctx, path, pool, model, device, engine, isBlockScaled);
  if (formats === null || !checkParallelism(ctx, path, pool, model, device)) return null;
  if (!checkPower(ctx, [...path, 'power'], pool, device)) return null;
  const defaults = engineDefaults(ctx, at, input, engine, device);
  const contextTokens = model.architecture?.contextTokens ?? 1;
  const deployment: DeploymentSpec = {
    model,
    device,
    engine,
    tp,
    pp,
    ...(dp === 1 ? {} : { dataParallelAttention: dp }),
    ...(ep === 1 ? {} : { expertParallel: ep }),
    weightPrecision: formats.weights,
    ...(formats.gguf === undefined ? {} : { gguf: formats.gguf }),
    kvPrecision: formats.kv,
    activationPrecision: formats.activations,
    ...(formats.isBlockScaled ? { blockScaledWeights: true } : {}),
    ...(formats.sparsity === undefined ? {} : { sparsity: formats.sparsity }),
    gpuMemoryUtilization: defaults.gpuMemoryUtilization,
    memoryOverheadBytes: defaults.memoryOverheadBytes,
    blockSizeTokens: defaults.blockSizeTokens,
    maxNumSeqs: dp * defaults.maxNumSeqs,
    maxNumBatchedTokens: dp * defaults.maxNumBatchedTokens,
    maxModelLenTokens: input.max_model_len ?? contextTokens,
    hybridKvCache: input.hybrid_kv_cache,
    peerAccess,
    ...(nic === undefined ? {} : { nicBps: nic * 1e9 }),
    ...(pool.power.limit_w === undefined ? {} : { powerLimitW: pool.power.limit_w }),
    ...(pool.power.clock_ratio === 1 ? {} : { clockRatio: pool.power.clock_ratio }),
  };
  return fitted(ctx, path, pool, deployment, defaults, schedulerSettings(ctx, at, input, engine, dp));
}

/** Power limits that the device can follow; the physics refuses the rest without a place. */
function checkPower(ctx: ResolveContext, at: Path, pool: PoolInput, device: DeviceEntry): boolean {
  const { limit_w: limitW, clock_ratio: clockRatio } = pool.power;
  if (limitW === undefined && clockRatio === 1) return true;
  const key = limitW === undefined ? 'clock_ratio' : 'limit_w';
  if (device.execution !== 'batched') {
    ctx.problem([...at, key], {
      code: 'SCENARIO_DEVICE_POWER',
      message: `how \`${device.id}\` (${device.execution}) answers to its clock is not modelled`,
      given: ctx.givenText([...at, key]),
      allowed: ['no power limit and no locked clock'],
    });
    return false;
  }
  const leastW = device.idleLoadedW.value;
  const mostW = device.tdpW.value;
  if (limitW === undefined || (limitW > leastW && limitW <= mostW)) return true;
  ctx.problem([...at, 'limit_w'], {
    code: 'SCENARIO_DEVICE_POWER',
    message: `\`${device.id}\` cannot be held at ${limitW} W`,
    given: ctx.givenText([...at, 'limit_w']),
    allowed: [`above ${leastW} W (its draw with a model loaded), at most ${mostW} W (its TDP)`],
  });
  return false;
}

/** Model length of networks without tokens: the most that an engine setting may say. */
const UNBOUNDED_TOKENS = 2 ** 26;

function fitted(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  spec: DeploymentSpec,
  defaults: EngineDefaults,
  ofScheduler: Partial<EngineSettings>,
): ResolvedEngine | null {
  const at: Path = [...path, 'engine'];
  const input = pool.engine;
  let memory: MemoryPlan;
  let stepModel: GradedStepModel;
  try {
    memory = planMemory(spec);
    if (!memory.fits) {
      reportNoFit(ctx, path, spec, memory);
      return null;
    }
    stepModel = createGradedStepModel(spec);
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    ctx.problem(path, {
      code: `SCENARIO_${error.code}`,
      message: error.message,
      given: String(error.given),
      allowed: [error.allowed],
    });
    return null;
  }
  // A sequence lives on one rank of data-parallel attention, whose blocks are its own.
  const ranks = spec.dataParallelAttention ?? 1;
  const rankBlocks = input.num_gpu_blocks_override ?? memory.blocks / ranks;
  const numBlocks = ranks * rankBlocks;
  const held = memory.hasKv
    ? Math.floor(rankBlocks - memory.fixedBlocksPerSequence) * spec.blockSizeTokens
    : spec.maxModelLenTokens;
  if (memory.hasKv && input.max_model_len !== undefined && held < input.max_model_len) {
    ctx.problem([...at, 'max_model_len'], {
      code: 'SCENARIO_MEMORY',
      message: `the KV cache of a replica holds ${held} tokens, fewer than max_model_len ${input.max_model_len}`,
      given: String(input.max_model_len),
      allowed: [`at most ${held}`],
      notes: memoryNotes(memory),
    });
    return null;
  }
  const maxModelLen = ctx.fill(
    [...at, 'max_model_len'],
    input.max_model_len,
    Math.max(1, Math.min(spec.maxModelLenTokens, held)),
    { unit: 'tokens', from: 'default', source: 'context of the model, or what the KV cache of one replica holds' },
  );
  const deployment: DeploymentSpec = { ...spec, maxModelLenTokens: maxModelLen };
  const maxNumSeqs = Math.max(1, Math.min(spec.maxNumSeqs, memory.maxSequences));
  // A model of constant states alone reads prompts like any other, but no number of tokens fills its memory.
  const isState = !memory.hasKv && spec.model.architecture !== undefined;
  const settings: EngineSettings = {
    scheduler: spec.engine.scheduler,
    maxNumSeqs,
    maxNumBatchedTokens: spec.maxNumBatchedTokens,
    blockSizeTokens: spec.blockSizeTokens,
    numBlocks: isState ? maxNumSeqs * Math.ceil(maxModelLen / spec.blockSizeTokens + 1) : numBlocks,
    fixedBlocksPerSequence: isState ? 0 : memory.fixedBlocksPerSequence,
    hasKv: memory.hasKv || isState,
    enableChunkedPrefill: defaults.enableChunkedPrefill,
    enablePrefixCaching: defaults.enablePrefixCaching,
    longPrefillTokenThreshold: input.long_prefill_token_threshold,
    maxModelLenTokens: memory.hasKv || isState ? maxModelLen : UNBOUNDED_TOKENS,
    watermark: defaults.watermark,
    asyncScheduling: defaults.asyncScheduling,
    staticBatchSize: ctx.fill([...at, 'static_batch_size'], input.static_batch_size, spec.maxNumSeqs, {
      unit: 'requests',
      from: 'default',
      source: 'max_num_seqs',
    }),
    staticBatchTimeoutS: defaults.staticBatchTimeoutS,
    unifiedKv: input.kv_unified,
    ubatchTokens: defaults.ubatchTokens,
    ...(defaults.firstStepS === 0 ? {} : { firstStepS: defaults.firstStepS }),
    ...ofScheduler,
  };
  if (!checkSettings(ctx, at, settings)) return null;
  noteAssumed(ctx, path, stepModel, spec);
  return {
    deployment,
    settings,
    memory,
    stepModel,
    apiS: defaults.apiS,
    apiPerPromptTokenS: defaults.apiPerPromptTokenS,
  };
}

/** Keys of settings that an engine may refuse to start with. */
const KEY_OF: Readonly<Record<string, string>> = {
  maxNumSeqs: 'max_num_seqs',
  maxNumBatchedTokens: 'max_num_batched_tokens',
  blockSizeTokens: 'block_size',
  numBlocks: 'num_gpu_blocks_override',
  maxModelLenTokens: 'max_model_len',
  staticBatchSize: 'static_batch_size',
  ubatchTokens: 'n_ubatch',
  maxBatchTotalTokens: 'max_batch_total_tokens',
  maxPrefillTokens: 'max_prefill_tokens',
  maxWaitingTokens: 'max_waiting_tokens',
  waitingServedRatio: 'waiting_served_ratio',
  scheduleConservativeness: 'schedule_conservativeness',
  schedulePolicy: 'schedule_policy',
  longPrefillTokenThreshold: 'long_prefill_token_threshold',
  staticBatchTimeoutS: 'static_batch_timeout',
  firstStepS: 'first_request_time',
  hasKv: 'kind',
};

/** Text about settings with the names that scenarios have for them. */
function inKeys(text: string): string {
  return text.replace(/\b[a-z]+[A-Z]\w*/g, (name) => (name === 'hasKv' ? name : (KEY_OF[name] ?? name)));
}

/** Whether the engine would start with these settings; files why not, in the keys of the scenario. */
function checkSettings(ctx: ResolveContext, at: Path, settings: EngineSettings): boolean {
  try {
    checkEngineSettings(settings);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, name = '', given = '', allowed = ''] =
      /^engine setting (\S+) is (.*); allowed: (.*)$/s.exec(error.message) ?? [];
    ctx.problem(KEY_OF[name] === undefined ? at : [...at, KEY_OF[name]], {
      code: 'SCENARIO_ENGINE_SETTING',
      message: name === 'hasKv' ? 'the engine needs a model with a KV cache' : inKeys(error.message),
      ...(given === '' ? {} : { given }),
      ...(allowed === '' ? {} : { allowed: [inKeys(allowed)] }),
    });
    return false;
  }
}

function reportNoFit(ctx: ResolveContext, path: Path, spec: DeploymentSpec, memory: MemoryPlan): void {
  const smallest = memory.smallestTpThatFits;
  const isWritten = ctx.isWritten([...path, 'parallelism', 'tp']);
  ctx.problem(isWritten ? [...path, 'parallelism', 'tp'] : [...path, 'model'], {
    code: 'SCENARIO_MEMORY',
    message: `\`${spec.model.id}\` in ${spec.weightPrecision} does not fit on ${memory.devices} x \`${spec.device.id}\``,
    given: `tp ${spec.tp}`,
    notes: memoryNotes(memory),
    allowed: [
      smallest === undefined
        ? 'a smaller model or format, or a larger device'
        : `tp ${smallest} is the smallest that fits`,
    ],
  });
}

/** The numbers of a memory plan, per device. */
function memoryNotes(memory: MemoryPlan): string[] {
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toPrecision(4)} GB`;
  return [
    `weights ${gigabytes(memory.weightsBytes)}, ${gigabytes(memory.weightsBytesPerDevice)} per device`,
    `overhead ${gigabytes(memory.overheadBytes)} per device; usable ${gigabytes(memory.usableBytes)} per device`,
    `left for the KV cache ${gigabytes(memory.kvCapacityBytesPerDevice)} per device` +
      (memory.hasKv ? ` (${Math.round(memory.kvBytesPerToken)} B per token)` : ''),
  ];
}

/** Notes the assumed constants of a step model with their values: of the engine, the device, or its class. */
function noteAssumed(ctx: ResolveContext, path: Path, model: GradedStepModel, spec: DeploymentSpec): void {
  const { device, engine } = spec;
  const where = `${pathText(path)}: ${device.id}`;
  const kind = spec.model.architecture?.moe === undefined ? 'dense' : 'moe';
  const standIns = classDefaults(device);
  for (const name of model.assumed) {
    const found =
      quantityAt(engine, name.replace(/^engine\./, '')) ??
      quantityAt(device, name) ??
      quantityAt(device, name.replace(/^power\./, `power.${kind}.`)) ??
      quantityAt(standIns, name) ??
      quantityAt(standIns, name.replace(/^power\./, `power.${kind}.`));
    if (found !== undefined)
      ctx.constants.push({ where, name, value: found.value, unit: found.unit, grade: 'assumed' });
  }
}

function quantityAt(entry: unknown, dotted: string): { value: number; unit: string } | undefined {
  let at: unknown = entry;
  for (const step of dotted.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  const found = at as { value?: unknown; unit?: unknown } | undefined;
  return typeof found?.value === 'number' && typeof found.unit === 'string'
    ? { value: found.value, unit: found.unit }
    : undefined;
}
