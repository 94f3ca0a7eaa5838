/**
 * Step time of an accelerator that runs compiled graphs of fixed shape, one stream at a time.
 *
 *   decode  = fixed + max(W_active/(B*e_m), FLOP/(P*e_c)) + KV bytes of the bucket/(B*e_m)
 *   prefill = ceil(Q/chunk) * T_chunk,  T_chunk = fixed + max(W/(B*e_m), chunk*FLOP/(P*e_c)) + attention over the bucket
 *
 * The decode graph is compiled for a few context lengths; a step costs as if the context filled its bucket, so the cost
 * is flat until the next bucket edge (LINEAR_STEPS) and then jumps. The prefill graph pads every chunk to its full length.
 * Sequences beyond one run after each other: D sequences cost D steps of the mean context's bucket. Beyond the largest bucket
 * the cost goes on in multiples of it.
 *
 * `fixed` is the device's plus the engine's and host's time per graph run. Efficiencies refer to the int8 rate where the device states one, whatever the activations. Memory is shared with the rest of the system, which the efficiency covers. Left out:
 * thermal throttling, graph switching. Sources: docs/modelling.md, devices. Units: seconds, bytes.
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
  memoryEfficiency: 0.7,
  computeEfficiency: 0.25,
  stepFixedS: 4e-3,
};

/** Constants of a fixed-shape device as plain numbers. */
export interface StaticShapeNumbers {
  readonly prefillChunkTokens: number;
  readonly contextBucketsTokens: readonly number[];
  readonly memoryEfficiency: number;
  readonly computeEfficiency: number;
  readonly stepFixedS: number;
}

/** The device's fixed-shape constants, or the class defaults (assumed). */
export function staticShapeNumbers(device: DeviceEntry, trail: GradeTrail): StaticShapeNumbers {
  const shape = device.staticShape;
  if (shape === undefined) {
    trail.note('staticShape (class defaults)', 'assumed');
    return STATIC_SHAPE_DEFAULTS;
  }
  return {
    prefillChunkTokens: trail.take('staticShape.prefillChunkTokens', shape.prefillChunkTokens),
    contextBucketsTokens: [...shape.contextBucketsTokens].sort((a, b) => a - b),
    memoryEfficiency: trail.take('staticShape.memoryEfficiency', shape.memoryEfficiency),
    computeEfficiency: trail.take('staticShape.computeEfficiency', shape.computeEfficiency),
    stepFixedS: trail.take('staticShape.stepFixedS', shape.stepFixedS),
  };
}

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
  readonly #decodeS: number;
  readonly #contextS: number;
  readonly #chunkS: number;
  readonly #chunkContextS: number;
  readonly #fixedS: number;
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
    const active = activeWeightBytes(arch, deployedFormat(spec));
    const flop = linearFlopPerToken(arch);
    const pairFlop = attentionFlopPerPair(arch) * attentionLayers(arch);
    const footprint = kvFootprint(arch, ELEMENT_BYTES[spec.kvPrecision]);
    const kvBytes = footprint.growingBytesPerToken + footprint.windowBytesPerToken;
    this.windowTokens = distinctWindows(arch);
    this.workCells = Work.WINDOW0 + this.windowTokens.length * WINDOW_STRIDE;
    this.#buckets = Float64Array.from(shape.contextBucketsTokens);
    this.#chunkTokens = shape.prefillChunkTokens;
    const engine = engineOverheads(spec.engine, spec.device.id, trail);
    this.#fixedS = shape.stepFixedS + engine.stepFixedS + engine.hostFixedS;
    this.#decodeS = Math.max(active / memoryBps, flop / flops) + footprint.stateBytes / memoryBps;
    this.#contextS = Math.max(kvBytes / memoryBps, pairFlop / flops);
    this.#chunkS = Math.max(active / memoryBps, (flop * shape.prefillChunkTokens) / flops);
    this.#chunkContextS = Math.max(kvBytes / memoryBps, (pairFlop * shape.prefillChunkTokens) / flops);
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
    const kernelS = decodes * (this.#decodeS + bucket * this.#contextS);
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
    const chunks = requests * Math.ceil(tokens / requests / this.#chunkTokens);
    const pairs = tokens > 0 ? work[Work.PREFILL_AREA]! / tokens : 0;
    const bucket = this.#bucketOf(pairs);
    const kernelS = chunks * (this.#chunkS + bucket * this.#chunkContextS);
    const prefillS = kernelS + chunks * this.#fixedS;
    cost[Cost.STEP_S] = cost[Cost.STEP_S]! + prefillS;
    cost[Cost.LINEAR_STEPS] = 1;
    cost[Cost.KERNEL_S] = cost[Cost.KERNEL_S]! + kernelS;
    cost[Cost.BYTES] = cost[Cost.BYTES]! + chunks * (this.#weightBytes + bucket * this.#contextBytes);
    cost[Cost.COMPUTE_S] =
      cost[Cost.COMPUTE_S]! + chunks * this.#chunkTokens * (this.#tokenPeakS + bucket * this.#pairPeakS);
    cost[Cost.PREFILL_S] = prefillS;
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  /** Compiled context that holds `tokens`; multiples of the largest beyond it. Loops over the few buckets only. */
  #bucketOf(tokens: number): number {
    const buckets = this.#buckets;
    for (let i = 0; i < buckets.length; i++) if (tokens <= buckets[i]!) return buckets[i]!;
    const largest = buckets.length > 0 ? buckets[buckets.length - 1]! : 1;
    return Math.ceil(tokens / largest) * largest;
  }
}
