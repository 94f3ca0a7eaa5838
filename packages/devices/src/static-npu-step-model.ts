/**
 * Step time of an accelerator that runs compiled graphs of fixed shape, one stream at a time.
 *
 *   decode  = fixed + x*(max(W_active/(B*e_m), FLOP/(P*e_c)) + KV bytes of the bucket/(B*e_k) + layers*bucket*l_d)
 *   prefill = sum over chunks of q tokens of
 *             fixed + x*(linear(q) + KV bytes of the bucket/(B*e_k) + (q/chunk)*layers*bucket*l_p)
 *   linear(q) = max(W/(B*e_m), q*FLOP/(P*e_c)), or W/(B*e_x) + q*FLOP/(P*e_c) where weights are expanded before the run
 *
 * Graphs are compiled for a few context lengths, none longer than the deployment's; a step costs as if the context filled its
 * bucket, so the cost is flat until the next bucket edge (LINEAR_STEPS) and then jumps. Prompts run in chunks; all are full but
 * the last, which is padded to a multiple of the padding (a static prompt graph: to the whole chunk). Only the last token's logits
 * are computed. Attention costs a time per layer and token of the compiled context, whatever the width of the model: masks and
 * layout changes of the full context, more than its arithmetic, which is charged where it is longer. Sequences beyond one run
 * after each other: D sequences cost D steps of the mean context's bucket. Beyond the largest bucket the cost goes on in
 * multiples of it.
 *
 * `fixed` is the device's plus the engine's and host's time per graph run, x the engine's factor on graphs of its compiler.
 * Efficiencies refer to the int8 rate where the device states one, whatever the activations. Memory is shared with the rest of
 * the system, which the efficiency covers. Left out: thermal throttling, graph switching. Sources: docs/modelling.md, devices.
 * Units: seconds, bytes.
 */

import type { ComputeDtype, DeviceEntry } from '@infersim/catalog';
import { deployedFormat, engineOverheads } from './batched-constants.js';
import type { DeploymentSpec } from './deployment.js';
import { DeploymentError } from './deployment-error.js';
import type { GradeTrail } from './grade-trail.js';
import { kernelConstants } from './kernel-resolution.js';
import {
  activeWeightBytes,
  attentionFlopPerPair,
  attentionLayers,
  distinctWindows,
  kvFootprint,
  linearFlopPerToken,
} from './model-arithmetic.js';
import { DevicePower } from './power.js';
import { computeDtype, ELEMENT_BYTES } from './precision.js';
import { Cost, type StepModel, WINDOW_STRIDE, Work } from './step-model.js';

/** Fixed-shape devices without constants of their own (docs/modelling.md, devices). */
const STATIC_SHAPE_DEFAULTS: StaticShapeNumbers = {
  prefillChunkTokens: 128,
  contextBucketsTokens: [512, 1024, 2048, 4096, 8192, 16384, 32768],
  prefillPaddingTokens: 128,
  memoryEfficiency: 0.8,
  computeEfficiency: 0.4,
  kvEfficiency: 0.35,
  stepFixedS: 0.3e-3,
  expansionEfficiency: Number.POSITIVE_INFINITY,
  decodeContextS: 45e-9,
  chunkContextS: 364e-9,
};

/** Constants of a fixed-shape device as plain numbers. */
export interface StaticShapeNumbers {
  readonly prefillChunkTokens: number;
  /** Last chunks are padded to a multiple of it. */
  readonly prefillPaddingTokens: number;
  readonly contextBucketsTokens: readonly number[];
  readonly memoryEfficiency: number;
  readonly computeEfficiency: number;
  readonly kvEfficiency: number;
  readonly stepFixedS: number;
  /** Infinity: weights are read while a chunk computes. */
  readonly expansionEfficiency: number;
  /** Per attention layer and token of the compiled context: a decode step, a whole chunk. */
  readonly decodeContextS: number;
  readonly chunkContextS: number;
}

/** The device's fixed-shape constants, or the class defaults (assumed). */
export function staticShapeNumbers(device: DeviceEntry, trail: GradeTrail): StaticShapeNumbers {
  const shape = device.staticShape;
  if (shape === undefined) {
    trail.note('staticShape (class defaults)', 'assumed');
    return STATIC_SHAPE_DEFAULTS;
  }
  const optional = (name: OptionalConstant, otherwise: number): number => {
    const own = shape[name];
    return own === undefined ? otherwise : trail.take(`staticShape.${name}`, own);
  };
  const prefillChunkTokens = trail.take('staticShape.prefillChunkTokens', shape.prefillChunkTokens);
  const memoryEfficiency = trail.take('staticShape.memoryEfficiency', shape.memoryEfficiency);
  return {
    prefillChunkTokens,
    prefillPaddingTokens: optional('prefillPaddingTokens', prefillChunkTokens),
    contextBucketsTokens: [...shape.contextBucketsTokens].sort((a, b) => a - b),
    memoryEfficiency,
    computeEfficiency: trail.take('staticShape.computeEfficiency', shape.computeEfficiency),
    kvEfficiency: optional('kvEfficiency', memoryEfficiency),
    stepFixedS: trail.take('staticShape.stepFixedS', shape.stepFixedS),
    expansionEfficiency: optional('expansionEfficiency', Number.POSITIVE_INFINITY),
    decodeContextS: optional('decodeContextS', 0),
    chunkContextS: optional('chunkContextS', 0),
  };
}

/** Compiled contexts of a deployment for `maxTokens`: those below, and one for it unless it is beyond the largest. */
export function compiledContexts(buckets: readonly number[], maxTokens: number): readonly number[] {
  const below = buckets.filter((bucket) => bucket < maxTokens);
  return below.length === buckets.length ? below : [...below, maxTokens];
}

type OptionalConstant =
  | 'prefillPaddingTokens'
  | 'kvEfficiency'
  | 'expansionEfficiency'
  | 'decodeContextS'
  | 'chunkContextS';

/** Rate that compiled graphs run at: int8 where the device states it, else the activations', else its widest. */
export function staticPeakFlops(device: DeviceEntry, dtype: ComputeDtype, trail: GradeTrail): number {
  for (const candidate of ['int8', dtype] as const) {
    const rate = device.peakFlops[candidate];
    if (rate !== undefined) return trail.take(`peakFlops.${candidate}`, rate);
  }
  return trail.take('peakFlops.fp16', kernelConstants(device).gemm.fp16.peakFlops);
}

/** The step model of fixed-shape, single-stream accelerators; see the module comment. */
export class StaticNpuStepModel implements StepModel {
  readonly kind = 'static-npu';
  readonly windowTokens: readonly number[];
  readonly workCells: number;
  readonly devices = 1;
  readonly idleW: number;
  readonly maxW: number;
  readonly #power: DevicePower;
  readonly #buckets: Float64Array;
  readonly #chunkTokens: number;
  readonly #paddingTokens: number;
  readonly #decodeS: number;
  readonly #contextS: number;
  /** Per run of the prompt graph: expanding the weights, or reading them meanwhile; arithmetic per token. */
  readonly #expandS: number;
  readonly #weightsS: number;
  readonly #tokenS: number;
  /** Per token of the bucket: reading it, and what its handling and arithmetic take per token of the chunk. */
  readonly #chunkReadS: number;
  readonly #chunkContextS: number;
  readonly #fixedS: number;
  readonly #graphFactor: number;
  readonly #weightBytes: number;
  readonly #contextBytes: number;
  readonly #tokenPeakS: number;
  readonly #pairPeakS: number;

  constructor(spec: DeploymentSpec, trail: GradeTrail) {
    const arch = spec.model.architecture;
    if (arch === undefined) {
      throw new DeploymentError('DEPLOYMENT_EXECUTION', spec.model.id, 'no architecture', 'a token model');
    }
    if (spec.tp * spec.pp !== 1) {
      throw new DeploymentError('DEPLOYMENT_PARALLELISM', `${spec.device.id}: tp * pp`, spec.tp * spec.pp, '1');
    }
    const shape = staticShapeNumbers(spec.device, trail);
    const peak = staticPeakFlops(spec.device, computeDtype(spec.activationPrecision), trail);
    const memoryBps = trail.take('memoryBandwidthBps', spec.device.memoryBandwidthBps) * shape.memoryEfficiency;
    const flops = peak * shape.computeEfficiency;
    const kvBps = spec.device.memoryBandwidthBps.value * shape.kvEfficiency;
    const format = deployedFormat(spec);
    const active = activeWeightBytes(arch, format);
    const flop = linearFlopPerToken(arch);
    const headParams = arch.vocab * arch.hidden;
    const bodyFlop = flop - 2 * headParams;
    const layers = attentionLayers(arch);
    const pairFlop = attentionFlopPerPair(arch) * layers;
    const footprint = kvFootprint(arch, ELEMENT_BYTES[spec.kvPrecision]);
    const kvBytes = footprint.growingBytesPerToken + footprint.windowBytesPerToken;
    this.windowTokens = distinctWindows(arch);
    this.workCells = Work.WINDOW0 + this.windowTokens.length * WINDOW_STRIDE;
    this.#buckets = Float64Array.from(compiledContexts(shape.contextBucketsTokens, spec.maxModelLenTokens));
    this.#chunkTokens = shape.prefillChunkTokens;
    this.#paddingTokens = Math.min(shape.prefillPaddingTokens, shape.prefillChunkTokens);
    const engine = engineOverheads(spec, trail);
    const factor = spec.engine.kernels?.graphTimeFactor;
    this.#graphFactor = factor === undefined ? 1 : trail.take('engine.kernels.graphTimeFactor', factor);
    this.#fixedS = shape.stepFixedS + engine.stepFixedS + engine.hostFixedS;
    const readS = kvBytes / kvBps;
    const handlingS = layers * shape.decodeContextS;
    this.#decodeS = Math.max(active / memoryBps, flop / flops) + footprint.stateBytes / memoryBps;
    this.#contextS = Math.max(readS + handlingS, pairFlop / flops);
    const bodyBytes = active - headParams * format.embeddingBytes;
    const isExpanded = Number.isFinite(shape.expansionEfficiency);
    this.#expandS = bodyBytes / (spec.device.memoryBandwidthBps.value * shape.expansionEfficiency);
    this.#weightsS = isExpanded ? 0 : bodyBytes / memoryBps;
    this.#tokenS = bodyFlop / flops;
    this.#chunkReadS = readS;
    this.#chunkContextS = Math.max((layers * shape.chunkContextS) / shape.prefillChunkTokens, pairFlop / flops);
    this.#weightBytes = active + footprint.stateBytes;
    this.#contextBytes = kvBytes;
    this.#tokenPeakS = flop / peak;
    this.#pairPeakS = pairFlop / peak;
    this.#power = new DevicePower(spec.device, 1, arch.moe !== undefined, trail);
    this.idleW = this.#power.idleW;
    this.maxW = this.#power.maxW;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const decodes = work[Work.DECODES]!;
    const mean = decodes > 0 ? work[Work.CONTEXT]! / decodes : 0;
    const bucket = this.#bucketOf(mean);
    const kernelS = this.#graphFactor * decodes * (this.#decodeS + bucket * this.#contextS);
    cost[Cost.STEP_S] = kernelS + decodes * this.#fixedS;
    cost[Cost.STEP_GROWTH_S] = 0;
    cost[Cost.LINEAR_STEPS] = decodes > 0 ? Math.floor(bucket - mean) + 1 : Number.POSITIVE_INFINITY;
    cost[Cost.KERNEL_S] = kernelS;
    cost[Cost.KERNEL_GROWTH_S] = 0;
    cost[Cost.BYTES] = decodes * (this.#weightBytes + bucket * this.#contextBytes);
    cost[Cost.BYTES_GROWTH] = 0;
    cost[Cost.COMPUTE_S] = decodes * (this.#tokenPeakS + bucket * this.#pairPeakS);
    cost[Cost.COMPUTE_GROWTH_S] = 0;
    cost[Cost.PREFILL_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = this.#contextBytes;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    this.priceDecode(work, cost);
    const tokens = work[Work.PREFILL_TOKENS]!;
    const requests = Math.max(1, work[Work.PREFILL_CHUNKS]!);
    const tokensEach = tokens / requests;
    const fullEach = Math.floor(tokensEach / this.#chunkTokens);
    const restEach = tokensEach - fullEach * this.#chunkTokens;
    const paddedRest = Math.ceil(restEach / this.#paddingTokens) * this.#paddingTokens;
    const chunks = requests * (fullEach + (paddedRest > 0 ? 1 : 0));
    const pairs = tokens > 0 ? work[Work.PREFILL_AREA]! / tokens : 0;
    const bucket = this.#bucketOf(pairs);
    const kernelS = requests * (fullEach * this.#chunkS(this.#chunkTokens, bucket) + this.#chunkS(paddedRest, bucket));
    const computed = requests * (fullEach * this.#chunkTokens + paddedRest);
    const prefillS = kernelS + chunks * this.#fixedS;
    cost[Cost.STEP_S] = cost[Cost.STEP_S]! + prefillS;
    cost[Cost.LINEAR_STEPS] = 1;
    cost[Cost.KERNEL_S] = cost[Cost.KERNEL_S]! + kernelS;
    cost[Cost.BYTES] = cost[Cost.BYTES]! + chunks * (this.#weightBytes + bucket * this.#contextBytes);
    cost[Cost.COMPUTE_S] = cost[Cost.COMPUTE_S]! + computed * (this.#tokenPeakS + bucket * this.#pairPeakS);
    cost[Cost.PREFILL_S] = prefillS;
  }

  /** One run of the prompt graph over `tokens` tokens, without its fixed time. */
  #chunkS(tokens: number, bucket: number): number {
    if (tokens <= 0) return 0;
    const linearS = this.#expandS + Math.max(this.#weightsS, tokens * this.#tokenS);
    return this.#graphFactor * (linearS + bucket * (this.#chunkReadS + tokens * this.#chunkContextS));
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  energyOf(use: Float64Array): void {
    this.#power.energyOf(use);
  }

  /** Compiled context that holds `tokens`; multiples of the largest beyond it. Loops over the few buckets only. */
  #bucketOf(tokens: number): number {
    const buckets = this.#buckets;
    for (let i = 0; i < buckets.length; i++) if (tokens <= buckets[i]!) return buckets[i]!;
    const largest = buckets.length > 0 ? buckets[buckets.length - 1]! : 1;
    return Math.ceil(tokens / largest) * largest;
  }
}
