/**
 * Step time of an SRAM pipeline: weights lie resident over many chips, tokens stream through stages one behind another.
 *
 *   tau    = max(stage weight bytes / (SRAM rate * e_m), stage FLOP / (stage chips * P * e_c)) + hop
 *   read   = KV bytes per token of context / (SRAM rate * e_m)      serial over the stages for one token
 *   T(D)   = max(stages*tau + C/D*read, D*tau + C*read/stages) + Q*prefill + A*area
 *   prefill = active FLOP per token / (chips * P * e_c),  area = attention FLOP per pair / (chips * P * e_c)
 *
 * A token of one sequence takes the whole rotation (`stages*tau`) whatever else is in flight, until more sequences are in
 * flight than there are stages; from then on the slowest stage sets the pace at one token per tau. Prefill tokens enter back
 * to back and are bound by arithmetic. The two sides of the max are lines in the step number; the price holds until they
 * cross. Engine overhead per step is h_fix + h1*S; nothing hides it.
 *
 * Of a mixture of experts the active weights set the stage time, the whole set the chips. Left out: side-memory bandwidth for
 * KV, uneven stages, chip-to-chip bandwidth (hops are a fixed time). Sources: docs/modelling.md, devices.
 */

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
  weightBytes,
} from './model-arithmetic.js';
import { pipelineChips, pipelineStages, requirePipeline } from './pipeline-constants.js';
import { DevicePower } from './power.js';
import { computeDtype, ELEMENT_BYTES } from './precision.js';
import { Cost, type StepModel, WINDOW_STRIDE, WindowWork, Work } from './step-model.js';

/** The step model of SRAM pipelines; see the module comment. */
export class PipelineStepModel implements StepModel {
  readonly kind = 'sram-pipeline';
  readonly windowTokens: readonly number[];
  readonly workCells: number;
  readonly devices: number;
  readonly idleW: number;
  readonly maxW: number;
  /** Stages that a token passes. */
  readonly stages: number;
  /** Seconds of one stage, hop included. */
  readonly stageS: number;
  readonly #power: DevicePower;
  readonly #readS: number;
  readonly #windowReadS: Float64Array;
  readonly #prefillTokenS: number;
  readonly #areaS: number;
  readonly #fixedS: number;
  readonly #rowS: number;
  readonly #tokenBytes: number;
  readonly #contextBytes: number;
  readonly #windowBytes: Float64Array;
  readonly #tokenPeakS: number;
  readonly #pairPeakS: number;
  readonly #fullShare: number;

  constructor(spec: DeploymentSpec, trail: GradeTrail) {
    const arch = spec.model.architecture;
    if (arch === undefined) {
      throw new DeploymentError('DEPLOYMENT_EXECUTION', spec.model.id, 'no architecture', 'a token model');
    }
    const pipeline = requirePipeline(spec);
    const format = deployedFormat(spec);
    const chips = pipelineChips(spec, weightBytes(arch, format));
    const hopS = trail.take('pipeline.hopS', pipeline.hopS);
    const memoryBps =
      trail.take('pipeline.sramBandwidthBps', pipeline.sramBandwidthBps) *
      trail.take('pipeline.bandwidthEfficiency', pipeline.bandwidthEfficiency);
    const dtype = computeDtype(spec.activationPrecision);
    const rate = spec.device.peakFlops[dtype];
    const peakFlops = trail.take(`peakFlops.${dtype}`, rate ?? kernelConstants(spec.device).gemm.fp16.peakFlops);
    const flops = peakFlops * trail.take('pipeline.computeEfficiency', pipeline.computeEfficiency);
    if (pipeline.stagesPerLayer !== undefined) trail.take('pipeline.stagesPerLayer', pipeline.stagesPerLayer);
    this.stages = pipelineStages(pipeline, arch.layers, chips);
    this.devices = chips;
    const active = activeWeightBytes(arch, format);
    const linearFlop = linearFlopPerToken(arch);
    this.stageS = Math.max(active / this.stages / memoryBps, linearFlop / chips / flops) + hopS;
    const footprint = kvFootprint(arch, ELEMENT_BYTES[spec.kvPrecision]);
    this.windowTokens = distinctWindows(arch);
    this.workCells = Work.WINDOW0 + this.windowTokens.length * WINDOW_STRIDE;
    this.#readS = footprint.growingBytesPerToken / memoryBps;
    this.#contextBytes = footprint.growingBytesPerToken / chips;
    const perLayer = windowBytesByWindow(arch.layerGroups, this.windowTokens, footprint.windowBytesPerToken);
    this.#windowReadS = perLayer.map((bytes) => bytes / memoryBps);
    this.#windowBytes = perLayer.map((bytes) => bytes / chips);
    const attention = attentionLayers(arch);
    let fullLayers = 0;
    for (const group of arch.layerGroups) if (group.kind === 'full') fullLayers += group.layers;
    this.#fullShare = attention > 0 ? fullLayers / attention : 0;
    this.#prefillTokenS = linearFlop / (chips * flops);
    const pairFlop = attentionFlopPerPair(arch) * attention;
    this.#areaS = pairFlop / (chips * flops);
    this.#tokenBytes = active / chips;
    this.#tokenPeakS = linearFlop / chips / peakFlops;
    this.#pairPeakS = pairFlop / chips / peakFlops;
    const engine = engineOverheads(spec, trail);
    this.#fixedS = engine.stepFixedS;
    this.#rowS = engine.stepPerSequenceS;
    this.#power = new DevicePower(spec.device, chips, arch.moe !== undefined, trail);
    this.idleW = this.#power.idleW;
    this.maxW = this.#power.maxW;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const decodes = work[Work.DECODES]!;
    const rows = work[Work.LOGIT_ROWS]!;
    let read = work[Work.CONTEXT]! * this.#readS;
    let readGrowth = decodes * this.#readS;
    let bytes = decodes * this.#tokenBytes + work[Work.CONTEXT]! * this.#contextBytes;
    let bytesGrowth = decodes * this.#contextBytes;
    for (let w = 0; w < this.#windowReadS.length; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
      const context = work[cell + WindowWork.CONTEXT]!;
      const growing = work[cell + WindowWork.GROWING]!;
      read += context * this.#windowReadS[w]!;
      readGrowth += growing * this.#windowReadS[w]!;
      bytes += context * this.#windowBytes[w]!;
      bytesGrowth += growing * this.#windowBytes[w]!;
    }
    const sequences = decodes > 0 ? decodes : 1;
    const latencyS = decodes > 0 ? this.stages * this.stageS + read / sequences : 0;
    const latencyGrowthS = readGrowth / sequences;
    const flowS = decodes * this.stageS + read / this.stages;
    const flowGrowthS = readGrowth / this.stages;
    const latencyRules = latencyS >= flowS;
    const aheadS = latencyRules ? latencyS - flowS : flowS - latencyS;
    const closingS = latencyRules ? flowGrowthS - latencyGrowthS : latencyGrowthS - flowGrowthS;
    const overheadS = this.#fixedS + this.#rowS * rows;
    cost[Cost.STEP_S] = (latencyRules ? latencyS : flowS) + overheadS;
    cost[Cost.STEP_GROWTH_S] = latencyRules ? latencyGrowthS : flowGrowthS;
    cost[Cost.LINEAR_STEPS] = closingS > 0 ? Math.floor(aheadS / closingS) + 1 : Number.POSITIVE_INFINITY;
    cost[Cost.KERNEL_S] = flowS;
    cost[Cost.KERNEL_GROWTH_S] = flowGrowthS;
    cost[Cost.BYTES] = bytes;
    cost[Cost.BYTES_GROWTH] = bytesGrowth;
    cost[Cost.COMPUTE_S] = decodes * this.#tokenPeakS + work[Work.CONTEXT]! * this.#pairPeakS * this.#fullShare;
    cost[Cost.COMPUTE_GROWTH_S] = decodes * this.#pairPeakS * this.#fullShare;
    cost[Cost.PREFILL_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = this.#contextBytes;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    this.priceDecode(work, cost);
    const decodes = work[Work.DECODES]!;
    const tokens = work[Work.PREFILL_TOKENS]!;
    const area = this.#prefillArea(work);
    const streamS = tokens * this.#prefillTokenS + area * this.#areaS;
    const decodeS = cost[Cost.STEP_S]!;
    const decodeRowsS = this.#fixedS + this.#rowS * decodes;
    const fillS = tokens > 0 ? this.stages * this.stageS : 0;
    const aloneS = fillS + streamS + this.#fixedS + this.#rowS * (work[Work.LOGIT_ROWS]! - decodes);
    const stepS = decodes > 0 ? decodeS + streamS : aloneS;
    cost[Cost.STEP_S] = stepS;
    cost[Cost.STEP_GROWTH_S] = 0;
    cost[Cost.LINEAR_STEPS] = 1;
    cost[Cost.KERNEL_S] = cost[Cost.KERNEL_S]! + streamS;
    cost[Cost.KERNEL_GROWTH_S] = 0;
    cost[Cost.BYTES] = cost[Cost.BYTES]! + this.#tokenBytes * (tokens > 0 ? 1 : 0) + this.#contextBytes * tokens;
    cost[Cost.BYTES_GROWTH] = 0;
    cost[Cost.COMPUTE_S] = cost[Cost.COMPUTE_S]! + tokens * this.#tokenPeakS + area * this.#pairPeakS;
    cost[Cost.COMPUTE_GROWTH_S] = 0;
    const rowsS = this.#fixedS + this.#rowS * work[Work.LOGIT_ROWS]!;
    const decodeOnlyS = decodeS - rowsS + decodeRowsS;
    const share = 0.5 * (aloneS + stepS - decodeOnlyS);
    cost[Cost.PREFILL_S] = tokens <= 0 ? 0 : decodes <= 0 ? stepS : Math.min(stepS, Math.max(0, share));
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  energyOf(use: Float64Array): void {
    this.#power.energyOf(use);
  }

  /** Causal area averaged over full and window layers, in full-layer units. */
  #prefillArea(work: Float64Array): number {
    const windows = this.#windowReadS.length;
    let area = work[Work.PREFILL_AREA]! * this.#fullShare;
    for (let w = 0; w < windows; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE + WindowWork.PREFILL_AREA;
      area += (work[cell]! * (1 - this.#fullShare)) / windows;
    }
    return area;
  }
}

function windowBytesByWindow(
  groups: readonly { readonly kind: string; readonly layers: number; readonly windowTokens?: number }[],
  windows: readonly number[],
  totalBytes: number,
): Float64Array {
  const bytes = new Float64Array(windows.length);
  let layers = 0;
  for (const group of groups) if (group.kind === 'window') layers += group.layers;
  for (const group of groups) {
    if (group.windowTokens === undefined) continue;
    const at = windows.indexOf(group.windowTokens);
    bytes[at] = bytes[at]! + (totalBytes * group.layers) / layers;
  }
  return bytes;
}
