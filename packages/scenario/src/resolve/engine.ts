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
import type { EngineSettings } from '@infersim/serving';
import type { EngineInput, PoolInput } from '../schema/pool-fields.js';
import { type Path, pathText } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import type { OverlaidCatalog } from './overlaid-catalog.js';
import { unknownName } from './own-entries.js';
import { resolveFormats } from './precision.js';

export interface ResolvedEngine {
  readonly deployment: DeploymentSpec;
  readonly settings: EngineSettings;
  readonly memory: MemoryPlan;
  readonly stepModel: GradedStepModel;
  readonly apiS: number;
}

/** Engine profile by how the device runs models, when the user names none. */
const DEFAULT_ENGINE: Record<DeviceEntry['execution'], string> = {
  batched: 'vllm',
  'sram-pipeline': 'sram-pipeline',
  'static-npu': 'single-stream',
};

/** Schedulers that a kind of device can run. */
const SCHEDULERS: Record<DeviceEntry['execution'], readonly EngineEntry['scheduler'][]> = {
  batched: ['vllm', 'llama-cpp', 'static-batch', 'single-stream'],
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
  const formats = resolveFormats(ctx, path, pool, model, device);
  if (formats === null || !checkParallelism(ctx, path, pool, model, device)) return null;
  const defaults = engineDefaults(ctx, at, input, engine, device);
  const contextTokens = model.architecture?.contextTokens ?? 1;
  const deployment: DeploymentSpec = {
    model,
    device,
    engine,
    tp: pool.parallelism.tp,
    pp: pool.parallelism.pp,
    weightPrecision: formats.weights,
    kvPrecision: formats.kv,
    activationPrecision: formats.activations,
    gpuMemoryUtilization: defaults.gpuMemoryUtilization,
    memoryOverheadBytes: defaults.memoryOverheadBytes,
    blockSizeTokens: defaults.blockSizeTokens,
    maxNumSeqs: defaults.maxNumSeqs,
    maxNumBatchedTokens: defaults.maxNumBatchedTokens,
    maxModelLenTokens: input.max_model_len ?? contextTokens,
    hybridKvCache: input.hybrid_kv_cache,
    peerAccess: pool.parallelism.peer_access,
  };
  return fitted(ctx, path, pool, deployment, defaults);
}

interface EngineDefaults {
  readonly gpuMemoryUtilization: number;
  readonly memoryOverheadBytes: number;
  readonly blockSizeTokens: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly watermark: number;
  readonly ubatchTokens: number;
  readonly staticBatchTimeoutS: number;
  readonly apiS: number;
  readonly enableChunkedPrefill: boolean;
  readonly enablePrefixCaching: boolean;
  readonly asyncScheduling: boolean;
}

function engineDefaults(
  ctx: ResolveContext,
  at: Path,
  input: EngineInput,
  engine: EngineEntry,
  device: DeviceEntry,
): EngineDefaults {
  const large = engine.defaultsLargeDevice;
  const isLarge =
    large !== undefined && device.memoryBytes.value >= large.minMemoryBytes && !large.exceptDevices.includes(device.id);
  const { defaults } = engine;
  const source = `${engine.name} ${engine.version}${isLarge ? ', large device' : ''}`;
  const fill = <T>(key: string, given: T | undefined, otherwise: T, unit: string) =>
    ctx.fill([...at, key], given, otherwise, { unit, from: 'catalog', source });
  return {
    gpuMemoryUtilization: fill(
      'gpu_memory_utilization',
      input.gpu_memory_utilization,
      defaults.gpuMemoryUtilization,
      '',
    ),
    memoryOverheadBytes: ctx.fillFrom(
      [...at, 'memory_overhead'],
      input.memory_overhead,
      engine.memoryOverheadBytes,
      'B',
    ),
    blockSizeTokens: fill('block_size', input.block_size, defaults.blockSizeTokens, 'tokens'),
    maxNumSeqs: fill('max_num_seqs', input.max_num_seqs, isLarge ? large.maxNumSeqs : defaults.maxNumSeqs, 'sequences'),
    maxNumBatchedTokens: fill(
      'max_num_batched_tokens',
      input.max_num_batched_tokens,
      isLarge ? large.maxNumBatchedTokens : defaults.maxNumBatchedTokens,
      'tokens',
    ),
    watermark: fill('watermark', input.watermark, defaults.watermarkShare ?? 0, ''),
    ubatchTokens: fill('n_ubatch', input.n_ubatch, defaults.microBatchTokens ?? defaults.maxNumBatchedTokens, 'tokens'),
    staticBatchTimeoutS: fill('static_batch_timeout', input.static_batch_timeout, engine.batchWaitS?.value ?? 0, 's'),
    apiS: ctx.fillFrom([...at, 'api_time'], input.api_time, engine.apiS, 's'),
    enableChunkedPrefill: fill(
      'enable_chunked_prefill',
      input.enable_chunked_prefill,
      defaults.enableChunkedPrefill,
      '',
    ),
    enablePrefixCaching: fill('enable_prefix_caching', input.enable_prefix_caching, defaults.enablePrefixCaching, ''),
    asyncScheduling: fill('async_scheduling', input.async_scheduling, engine.asyncScheduling, ''),
  };
}

function checkParallelism(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  model: DeployedModel,
  device: DeviceEntry,
): boolean {
  const { tp, pp } = pool.parallelism;
  const at: Path = [...path, 'parallelism'];
  const shape = model.architecture;
  if (device.execution !== 'batched') {
    if (tp === 1 && pp === 1) return true;
    const why =
      device.execution === 'sram-pipeline' ? 'the number of chips follows from the weights' : 'it runs one stream';
    ctx.problem([...at, tp > 1 ? 'tp' : 'pp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `\`${device.id}\` takes no parallelism: ${why}`,
      given: String(tp > 1 ? tp : pp),
      allowed: ['1'],
    });
    return false;
  }
  if (shape !== undefined && shape.heads % tp !== 0) {
    ctx.problem([...at, 'tp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `tp ${tp} does not divide the ${shape.heads} heads of \`${model.id}\``,
      given: String(tp),
      allowed: divisors(shape.heads).map(String),
    });
    return false;
  }
  if (shape !== undefined && pp > shape.layers) {
    ctx.problem([...at, 'pp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `pp ${pp} exceeds the ${shape.layers} layers of \`${model.id}\``,
      given: String(pp),
      allowed: [`at most ${shape.layers}`],
    });
    return false;
  }
  // Devices without a link of their own exchange over the host; more than the eight slots of a server cannot.
  const domain = device.scaleUpDevices?.value ?? HOST_SLOTS;
  if (tp > domain) {
    ctx.problem([...at, 'tp'], {
      code: 'SCENARIO_PARALLELISM',
      message: `tp ${tp} exceeds the ${domain} \`${device.id}\` that one link domain joins`,
      given: String(tp),
      allowed: [`at most ${domain}; use pp to span domains`],
    });
    return false;
  }
  return true;
}

const HOST_SLOTS = 8;

/** Model length of networks without tokens: the most that an engine setting may say. */
const UNBOUNDED_TOKENS = 2 ** 26;

function divisors(n: number): number[] {
  const found: number[] = [];
  for (let d = 1; d <= Math.min(n, 64); d++) if (n % d === 0) found.push(d);
  return found;
}

function fitted(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  spec: DeploymentSpec,
  defaults: EngineDefaults,
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
  const numBlocks = input.num_gpu_blocks_override ?? memory.blocks;
  const held = memory.hasKv
    ? Math.floor(numBlocks - memory.fixedBlocksPerSequence) * spec.blockSizeTokens
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
  };
  noteAssumed(ctx, path, stepModel, spec);
  return { deployment, settings, memory, stepModel, apiS: defaults.apiS };
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
