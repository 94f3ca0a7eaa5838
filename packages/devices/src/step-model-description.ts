/**
 * What a deployment will do, worked out from its step model at a few operating points: for `explain`, never for results.
 *
 * Decode points hold `batch` sequences at one context; MFU and MBU are useful arithmetic and traffic over the device's rates.
 * The upper bound on tokens/s is the best decode batch that memory and `maxNumSeqs` allow; queueing, prefill and arrivals
 * only lower it. Under a power limit every point has the clock that keeps it there. Units in the names.
 */

import type { Grade } from '@infersim/catalog';
import { createGradedStepModel } from './create-step-model.js';
import type { DeploymentSpec } from './deployment.js';
import { type MemoryPlan, planMemory } from './memory.js';
import { type Parallelism, parallelismOf } from './parallelism.js';
import { COST_CELLS, Cost, type StepModel, WINDOW_STRIDE, WindowWork, Work } from './step-model.js';

/** One decode operating point. */
export interface DecodePoint {
  readonly batch: number;
  readonly contextTokens: number;
  readonly stepS: number;
  readonly tokensPerS: number;
  /** Shares of peak arithmetic and of memory bandwidth. */
  readonly mfu: number;
  readonly mbu: number;
  readonly powerW: number;
  readonly joulesPerToken: number;
}

/** Prefill of one prompt, nothing else running. */
export interface PrefillPoint {
  readonly promptTokens: number;
  readonly stepS: number;
  readonly tokensPerS: number;
  readonly mfu: number;
  readonly powerW: number;
}

/** Everything `explain` shows about a deployment. */
export interface StepModelDescription {
  readonly kind: StepModel['kind'];
  readonly devices: number;
  readonly parallelism: Parallelism;
  /** Clock that the deployment is locked to, as a share of the highest. */
  readonly clockRatio: number;
  /** Limit on one device's draw, watts; absent = none. */
  readonly powerLimitW?: number;
  readonly memory: MemoryPlan;
  readonly decode: readonly DecodePoint[];
  readonly prefill: readonly PrefillPoint[];
  readonly maxTokensPerS: number;
  readonly idleW: number;
  readonly maxW: number;
  readonly grade: Grade;
  readonly assumed: readonly string[];
}

const CONTEXT_TOKENS = 1024;
const PROMPT_TOKENS: readonly number[] = [128, 2048];
const BATCHES: readonly number[] = [1, 8, 32, 128, 512];

/** Describes a deployment; throws `DeploymentError` as `createStepModel` does. */
export function describeStepModel(spec: DeploymentSpec): StepModelDescription {
  const { model, grade, assumed } = createGradedStepModel(spec);
  const memory = planMemory(spec);
  const contextTokens = Math.max(1, Math.min(CONTEXT_TOKENS, memory.maxContextFits));
  const maxBatch = largestBatch(spec, memory, contextTokens);
  const batches = [...BATCHES.filter((batch) => batch < maxBatch), maxBatch];
  const bandwidthBps = spec.device.pipeline?.sramBandwidthBps.value ?? spec.device.memoryBandwidthBps.value;
  const decode = batches.map((batch) => decodePoint(model, batch, contextTokens, bandwidthBps));
  const prompts = PROMPT_TOKENS.filter((tokens) => tokens <= spec.maxModelLenTokens);
  return {
    kind: model.kind,
    devices: model.devices,
    parallelism: parallelismOf(spec),
    clockRatio: spec.clockRatio ?? 1,
    ...(spec.powerLimitW === undefined ? {} : { powerLimitW: spec.powerLimitW }),
    memory,
    decode,
    prefill: prompts.map((tokens) => prefillPoint(model, tokens)),
    maxTokensPerS: Math.max(...decode.map((point) => point.tokensPerS)),
    idleW: model.idleW,
    maxW: model.maxW,
    grade,
    assumed,
  };
}

function largestBatch(spec: DeploymentSpec, memory: MemoryPlan, contextTokens: number): number {
  if (spec.device.execution === 'static-npu') return 1;
  const perSequence = Math.ceil(contextTokens / spec.blockSizeTokens) + memory.fixedBlocksPerSequence;
  const byBlocks = memory.hasKv ? Math.floor(memory.blocks / perSequence) : Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(spec.maxNumSeqs, byBlocks, memory.maxSequences));
}

function decodePoint(model: StepModel, batch: number, contextTokens: number, bandwidthBps: number): DecodePoint {
  const work = new Float64Array(model.workCells);
  const cost = new Float64Array(COST_CELLS);
  work[Work.DECODES] = batch;
  work[Work.LOGIT_ROWS] = batch;
  work[Work.CONTEXT] = batch * contextTokens;
  model.windowTokens.forEach((windowTokens, index) => {
    const cell = Work.WINDOW0 + index * WINDOW_STRIDE;
    work[cell + WindowWork.CONTEXT] = batch * Math.min(contextTokens, windowTokens);
    work[cell + WindowWork.GROWING] = contextTokens < windowTokens ? batch : 0;
  });
  model.priceDecode(work, cost);
  const stepS = cost[Cost.STEP_S]!;
  const energyJ = model.energyJ(stepS, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!);
  return {
    batch,
    contextTokens,
    stepS,
    tokensPerS: batch / stepS,
    mfu: cost[Cost.COMPUTE_S]! / stepS,
    mbu: cost[Cost.BYTES]! / stepS / bandwidthBps,
    powerW: energyJ / stepS,
    joulesPerToken: energyJ / batch,
  };
}

function prefillPoint(model: StepModel, promptTokens: number): PrefillPoint {
  const work = new Float64Array(model.workCells);
  const cost = new Float64Array(COST_CELLS);
  work[Work.PREFILL_TOKENS] = promptTokens;
  work[Work.LOGIT_ROWS] = 1;
  work[Work.PREFILL_AREA] = (promptTokens * promptTokens) / 2;
  work[Work.PREFILL_READ] = promptTokens;
  work[Work.PREFILL_CHUNKS] = 1;
  work[Work.SHORTEST_CHUNK] = promptTokens;
  model.windowTokens.forEach((windowTokens, index) => {
    const cell = Work.WINDOW0 + index * WINDOW_STRIDE;
    const beyond = Math.max(0, promptTokens - windowTokens);
    work[cell + WindowWork.PREFILL_AREA] = (promptTokens * promptTokens - beyond * beyond) / 2;
    work[cell + WindowWork.PREFILL_READ] = promptTokens;
  });
  model.priceMixed(work, cost);
  const stepS = cost[Cost.STEP_S]!;
  const energyJ = model.energyJ(stepS, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!);
  return {
    promptTokens,
    stepS,
    tokensPerS: promptTokens / stepS,
    mfu: cost[Cost.COMPUTE_S]! / stepS,
    powerW: energyJ / stepS,
  };
}
