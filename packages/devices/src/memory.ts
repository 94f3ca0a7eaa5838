/**
 * What fits: weights, overhead and KV cache of one deployment, and the smallest parallelism that fits when it does not.
 *
 *   KV per device = u*capacity - W_dev - overhead,  W_dev = W_dense/(t*pp) + W_experts/(t*dp*pp)
 *   blocks = dp * floor(KV per device / (block * KV bytes per token per device))
 *
 * Some engines take their share u of what weights and overhead leave free: u*(capacity - W_dev - overhead). Ranks of
 * data-parallel attention hold the KV of their own requests, so their blocks add up and one sequence has one rank's at most.
 * KV heads are split over min(t, g) devices; the MLA latent is replicated under tensor parallelism. Layers split over
 * pipeline stages. With the hybrid allocator window layers hold at most their window: what they take is a fixed number of
 * blocks per sequence beside those that grow; without it they hold the whole context like any layer. State layers always
 * take a fixed amount per sequence. A model without growing layers (pure state space) has no blocks; `maxSequences` bounds it.
 * SRAM pipelines: the number of chips follows from the weights; KV lives in the rest of the SRAM or in a side memory.
 * Fixed-work models hold no KV: `hasKv` is false and requests are bounded by `maxSequences`.
 * Sources: docs/modelling.md, devices. Units: bytes, tokens.
 */

import type { ModelArchitecture } from '@infersim/catalog';
import { deployedFormat } from './batched-constants.js';
import type { DeploymentSpec } from './deployment.js';
import { checkDeployment } from './device-check.js';
import { countParams, kvFootprint, weightBytes } from './model-arithmetic.js';
import { parallelismOf } from './parallelism.js';
import { pipelineChips, pipelineWeightShare } from './pipeline-constants.js';
import { ELEMENT_BYTES } from './precision.js';

/** Result of a fit; every number is for the deployment as specified, also when it does not fit. */
export interface MemoryPlan {
  readonly fits: boolean;
  readonly hasKv: boolean;
  /** Devices of one replica. */
  readonly devices: number;
  readonly weightsBytes: number;
  readonly weightsBytesPerDevice: number;
  readonly overheadBytes: number;
  /** Bytes of one device that the engine may use. */
  readonly usableBytes: number;
  /** Growing KV bytes of one token over the whole replica, replicas of a head or latent not counted twice. */
  readonly kvBytesPerToken: number;
  readonly kvBytesPerTokenPerDevice: number;
  /** Bytes per device for KV and state; negative when the weights do not fit. */
  readonly kvCapacityBytesPerDevice: number;
  /** Distinct KV bytes that the replica holds (a replicated latent counts once), 0 at least. */
  readonly kvCapacityBytes: number;
  /** Blocks of `blockSizeTokens` over all ranks of data-parallel attention; 0 without KV. */
  readonly blocks: number;
  readonly kvTokens: number;
  /** Blocks that every running sequence takes beside its tokens: windows of a hybrid cache, and state. */
  readonly fixedBlocksPerSequence: number;
  readonly fixedBytesPerSequencePerDevice: number;
  /** Sequences that fit by their fixed bytes alone; Infinity when they take none. */
  readonly maxSequences: number;
  /** Longest single sequence, tokens; at most `maxModelLenTokens`. */
  readonly maxContextFits: number;
  /** Whether one sequence of `maxModelLenTokens` fits. */
  readonly fitsMaxModelLen: boolean;
  /** Smallest tensor-parallel degree that fits; absent when the deployment fits or none does. */
  readonly smallestTpThatFits?: number;
  /** One sentence with the numbers; empty when it fits. */
  readonly message: string;
}

interface Layout {
  readonly devices: number;
  readonly weightsBytes: number;
  readonly weightsBytesPerDevice: number;
  /** Devices of one rank over which KV bytes are split. */
  readonly kvShards: number;
  /** Ranks that hold requests of their own. */
  readonly kvRanks: number;
  readonly kvCapacityBytesPerDevice: number;
  readonly usableBytes: number;
}

/** Plans the memory of a deployment. Throws `DeploymentError` for unusable numbers, never for a lack of memory. */
export function planMemory(spec: DeploymentSpec): MemoryPlan {
  checkDeployment(spec);
  const arch = spec.model.architecture;
  if (arch === undefined) return planFixedWork(spec);
  const plan = planAt(spec, arch);
  if (plan.fits || spec.device.execution !== 'batched') return plan;
  const domain = Math.max(1, spec.device.scaleUpDevices?.value ?? 1);
  const { dp, ep } = parallelismOf(spec);
  for (let tp = spec.tp + 1; tp <= domain; tp++) {
    if (arch.heads % tp !== 0 || (arch.kvHeads % tp !== 0 && tp % arch.kvHeads !== 0)) continue;
    if ((tp * dp) % ep !== 0) continue;
    if (planAt({ ...spec, tp }, arch).fits) {
      return { ...plan, smallestTpThatFits: tp, message: `${plan.message}; smallest that fits: tp ${tp}` };
    }
  }
  return { ...plan, message: `${plan.message}; nothing up to tp ${domain} fits` };
}

function layoutOf(spec: DeploymentSpec, arch: ModelArchitecture): Layout {
  const weights = weightBytes(arch, deployedFormat(spec));
  const pipeline = spec.device.pipeline;
  if (spec.device.execution === 'sram-pipeline' && pipeline !== undefined) {
    const chips = pipelineChips(spec, weights);
    const sram = pipeline.sramBytesPerChip.value;
    const side = pipeline.kvBytesPerChip?.value;
    const usable = sram * pipelineWeightShare(pipeline);
    return {
      devices: chips,
      weightsBytes: weights,
      weightsBytesPerDevice: weights / chips,
      kvShards: chips,
      kvRanks: 1,
      usableBytes: usable,
      kvCapacityBytesPerDevice: side ?? sram * spec.gpuMemoryUtilization - weights / chips - spec.memoryOverheadBytes,
    };
  }
  const { tp, pp, dp, devices } = parallelismOf(spec);
  const experts = countParams(arch).routedExperts * deployedFormat(spec).expertBytes;
  const perDevice = dp === 1 ? weights / devices : (weights - experts) / (tp * pp) + experts / devices;
  const capacity = spec.device.memoryBytes.value;
  const usable = spec.gpuMemoryUtilization * capacity;
  const vision = (arch.visionTowerParams ?? 0) > 0 ? (spec.engine.visionOverheadBytes?.value ?? 0) : 0;
  const taken = perDevice + spec.memoryOverheadBytes + vision;
  return {
    devices,
    weightsBytes: weights,
    weightsBytesPerDevice: perDevice,
    kvShards: pp * (arch.mla === undefined ? Math.min(tp, arch.kvHeads) : 1),
    kvRanks: dp,
    usableBytes: usable,
    kvCapacityBytesPerDevice:
      spec.engine.memoryShareOf === 'free' ? spec.gpuMemoryUtilization * (capacity - taken) : usable - taken,
  };
}

function planAt(spec: DeploymentSpec, arch: ModelArchitecture): MemoryPlan {
  const layout = layoutOf(spec, arch);
  const footprint = kvFootprint(arch, ELEMENT_BYTES[spec.kvPrecision]);
  const hybrid = spec.hybridKvCache && footprint.growingBytesPerToken > 0;
  const kvBytesPerToken = footprint.growingBytesPerToken + (hybrid ? 0 : footprint.windowBytesPerToken);
  const fixedBytes = footprint.stateBytes + (hybrid ? footprint.windowCapBytes : 0);
  const perToken = kvBytesPerToken / layout.kvShards;
  const fixedPerDevice = fixedBytes / layout.kvShards;
  const room = layout.kvCapacityBytesPerDevice;
  const hasKv = kvBytesPerToken > 0;
  const blockBytes = spec.blockSizeTokens * perToken;
  const rankBlocks = hasKv && room > 0 ? Math.floor(room / blockBytes) : 0;
  const blocks = layout.kvRanks * rankBlocks;
  const fixedBlocks = hasKv ? Math.ceil(fixedPerDevice / blockBytes) : 0;
  const maxSequences =
    fixedPerDevice > 0 ? layout.kvRanks * Math.max(0, Math.floor(room / fixedPerDevice)) : Number.POSITIVE_INFINITY;
  const longest = hasKv
    ? Math.max(0, rankBlocks - fixedBlocks) * spec.blockSizeTokens
    : maxSequences >= 1
      ? Number.POSITIVE_INFINITY
      : 0;
  const fits = room > 0 && longest > 0;
  return {
    fits,
    hasKv,
    devices: layout.devices,
    weightsBytes: layout.weightsBytes,
    weightsBytesPerDevice: layout.weightsBytesPerDevice,
    overheadBytes: spec.memoryOverheadBytes,
    usableBytes: layout.usableBytes,
    kvBytesPerToken,
    kvBytesPerTokenPerDevice: perToken,
    kvCapacityBytesPerDevice: room,
    kvCapacityBytes: Math.max(0, room) * layout.kvShards * layout.kvRanks,
    blocks,
    kvTokens: blocks * spec.blockSizeTokens,
    fixedBlocksPerSequence: fixedBlocks,
    fixedBytesPerSequencePerDevice: fixedPerDevice,
    maxSequences,
    maxContextFits: Math.min(spec.maxModelLenTokens, longest),
    fitsMaxModelLen: fits && longest >= spec.maxModelLenTokens,
    message: fits ? '' : refusal(spec, layout, blockBytes + fixedPerDevice),
  };
}

function planFixedWork(spec: DeploymentSpec): MemoryPlan {
  const shape = spec.model.fixedWork;
  const params = shape?.params ?? 0;
  const resident = (shape?.residentBytesPerRequest ?? 0) / (spec.tp * spec.pp);
  const weights = params * deployedFormat(spec).matrixBytes;
  const devices = spec.tp * spec.pp;
  const usable = spec.gpuMemoryUtilization * spec.device.memoryBytes.value;
  const room = usable - weights / devices - spec.memoryOverheadBytes;
  const maxSequences = resident > 0 ? Math.max(0, Math.floor(room / resident)) : Number.POSITIVE_INFINITY;
  const fits = room >= 0 && maxSequences >= 1;
  const layout: Layout = {
    devices,
    weightsBytes: weights,
    weightsBytesPerDevice: weights / devices,
    kvShards: devices,
    kvRanks: 1,
    usableBytes: usable,
    kvCapacityBytesPerDevice: room,
  };
  return {
    fits,
    hasKv: false,
    devices,
    weightsBytes: weights,
    weightsBytesPerDevice: weights / devices,
    overheadBytes: spec.memoryOverheadBytes,
    usableBytes: usable,
    kvBytesPerToken: 0,
    kvBytesPerTokenPerDevice: 0,
    kvCapacityBytesPerDevice: room,
    kvCapacityBytes: 0,
    blocks: 0,
    kvTokens: 0,
    fixedBlocksPerSequence: 0,
    fixedBytesPerSequencePerDevice: resident,
    maxSequences,
    maxContextFits: fits ? spec.maxModelLenTokens : 0,
    fitsMaxModelLen: fits,
    message: fits ? '' : refusal(spec, layout, resident),
  };
}

function refusal(spec: DeploymentSpec, layout: Layout, leastBytes: number): string {
  const weights = layout.weightsBytesPerDevice;
  const need = weights + spec.memoryOverheadBytes + leastBytes;
  return (
    `${spec.model.id} in ${spec.weightPrecision} does not fit on ${layout.devices} x ${spec.device.id}: ` +
    `needs ${gigabytes(need)} per device (weights ${gigabytes(weights)}, overhead ${gigabytes(spec.memoryOverheadBytes)}, ` +
    `least cache ${gigabytes(leastBytes)}), has ${gigabytes(layout.usableBytes)}`
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(4)} GB`;
}
