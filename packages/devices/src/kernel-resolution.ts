/**
 * Turns a device's constants into plain numbers for one choice of precisions, with a record of what was assumed.
 *
 * Arithmetic runs in the activation precision where the device has that rate; weights narrower than the activations are
 * dequantised on the fly (weight-only). Weights pruned two of four run at the device's sparse rate. A rate without a fit takes the constants of the device's class at the device's own
 * peak; a device without any fit takes its class's throughout (catalog, grade assumed). Weight-only products reach a share
 * of the fp16 efficiencies that the device or its class states by bits per weight; GGUF blocks by their format. Block-scaled fp8 products have constants of
 * their own, whose fixed time an engine may replace. Sources: docs/modelling.md, devices.
 */

import {
  type CollectiveConstants,
  type ComputeDtype,
  classDefaults,
  type DeviceEntry,
  type GemmConstants,
  type GgufFormat,
  type Grade,
  type KernelConstants,
  type Precision,
  type Quantity,
  type WeightOnlyShares,
} from '@infersim/catalog';
import type { AttentionRates } from './attention.js';
import type { CollectiveRates } from './collective.js';
import { DeploymentError } from './deployment-error.js';
import type { GemmRates } from './gemm.js';
import { GradeTrail } from './grade-trail.js';
import { computeDtype, ELEMENT_BYTES } from './precision.js';

/** Formats of one deployment. */
export interface PrecisionChoice {
  readonly weight: Precision;
  readonly kv: Precision;
  readonly activation: Precision;
  /** fp8 weights with a scale per 128 x 128 block; matters where the arithmetic is fp8 too. */
  readonly blockScaled?: boolean;
  /** What the engine pays per block-scaled product instead of the device's fixed time. */
  readonly blockScaledFixedS?: Quantity | undefined;
  readonly sparsity?: '2:4' | undefined;
  /** Weights in GGUF blocks, which have kernels of their own; arithmetic is then in 16 bits. */
  readonly gguf?: GgufFormat | undefined;
  /** 16-bit products sum in 16 bits, at the rate that the device has for that. */
  readonly sumsInHalf?: boolean;
}

/** Constants of one device at one choice of precisions, as plain numbers. */
export interface ResolvedKernels {
  /** Matrix products of the layers. */
  readonly linear: GemmRates;
  /** Matrix products that stay in fp16 (LM head, unquantised parts). */
  readonly fp16: GemmRates;
  readonly attention: AttentionRates;
  /** Rate that the layers' arithmetic runs at. */
  readonly dtype: ComputeDtype;
  readonly grade: Grade;
  readonly assumed: readonly string[];
}

/** Kernel constants of the device: its own, or its class's. */
export function kernelConstants(device: DeviceEntry): KernelConstants {
  return device.kernels ?? classDefaults(device).kernels;
}

/** Plain numbers of one tuple of the catalog, read through the trail under `place`. */
export function gemmFromCatalog(
  dtype: ComputeDtype,
  gemm: GemmConstants,
  trail: GradeTrail,
  place = `kernels.gemm.${dtype}`,
): GemmRates {
  return {
    peakFlops: trail.take(`${place}.peakFlops`, gemm.peakFlops),
    bandwidthBps: trail.take(`${place}.bandwidthBps`, gemm.bandwidthBps),
    fixedS: trail.take(`${place}.fixedS`, gemm.fixedS),
    computeEfficiency: trail.take(`${place}.computeEfficiency`, gemm.computeEfficiency),
    memoryEfficiency: trail.take(`${place}.memoryEfficiency`, gemm.memoryEfficiency),
    kneeExponent: trail.take(`${place}.kneeExponent`, gemm.kneeExponent),
    halfEfficiencyTokens: trail.take(`${place}.halfEfficiencyTokens`, gemm.halfEfficiencyTokens),
    quantisationFactor: trail.take(`${place}.quantisationFactor`, gemm.quantisationFactor),
    activationBytes: ELEMENT_BYTES[dtype],
  };
}

function gemmOf(device: DeviceEntry, dtype: ComputeDtype, trail: GradeTrail): GemmRates {
  const gemm = kernelConstants(device).gemm[dtype] ?? classDefaults(device).kernels.gemm[dtype];
  if (gemm !== undefined) return gemmFromCatalog(dtype, gemm, trail);
  const known = Object.keys(device.peakFlops).join(', ');
  throw new DeploymentError(
    'DEPLOYMENT_PRECISION',
    `${device.id}: activation precision`,
    dtype,
    `${known}, or fp16 with weights in ${device.weightOnly.join(', ') || 'fp16'}`,
  );
}

/** Block-scaled fp8 products: the device's own fit, or its class's; undefined where the device has no fp8 arithmetic. */
export function blockScaledGemm(device: DeviceEntry): GemmConstants | undefined {
  return kernelConstants(device).gemmBlockScaled?.fp8 ?? classDefaults(device).kernels.gemmBlockScaled?.fp8;
}

function linearGemm(
  device: DeviceEntry,
  choice: PrecisionChoice,
  dtype: ComputeDtype,
  fp16: GemmRates,
  trail: GradeTrail,
): GemmRates {
  const plain = unscaledGemm(device, choice, dtype, fp16, trail);
  const rates = choice.sparsity === undefined ? plain : sparseGemm(device, plain, trail);
  if (ELEMENT_BYTES[choice.weight] >= ELEMENT_BYTES[choice.activation]) return rates;
  const width = weightBits(choice.weight);
  const share = kernelConstants(device).weightOnly?.[width] ?? defaultShares(device, width);
  const place = `kernels.weightOnly.${width}`;
  return {
    ...rates,
    computeEfficiency: rates.computeEfficiency * trail.take(`${place}.computeShare`, share.computeShare),
    memoryEfficiency: rates.memoryEfficiency * trail.take(`${place}.memoryShare`, share.memoryShare),
  };
}

function unscaledGemm(
  device: DeviceEntry,
  choice: PrecisionChoice,
  dtype: ComputeDtype,
  fp16: GemmRates,
  trail: GradeTrail,
): GemmRates {
  if (dtype === 'fp16') return fp16;
  const block =
    choice.blockScaled === true && dtype === 'fp8' && choice.weight === 'fp8' ? blockScaledGemm(device) : undefined;
  if (block === undefined) return gemmOf(device, dtype, trail);
  const fixedS = choice.blockScaledFixedS;
  return gemmFromCatalog(
    dtype,
    fixedS === undefined ? block : { ...block, fixedS },
    trail,
    'kernels.gemmBlockScaled.fp8',
  );
}

/** Dense-equivalent products of a matrix with two of four weights zero. */
function sparseGemm(device: DeviceEntry, rates: GemmRates, trail: GradeTrail): GemmRates {
  const rate = device.sparsityRate;
  if (rate === undefined) {
    throw new DeploymentError(
      'DEPLOYMENT_PRECISION',
      `${device.id}: sparsity`,
      '2:4',
      'absent: the device has no sparse rate',
    );
  }
  return { ...rates, peakFlops: rates.peakFlops * trail.take('sparsityRate', rate) };
}

/** 16-bit products that sum in 16 bits. */
function summedInHalf(device: DeviceEntry, rates: GemmRates, trail: GradeTrail): GemmRates {
  if (device.halfSumRate === undefined) return rates;
  return { ...rates, peakFlops: rates.peakFlops * trail.take('halfSumRate', device.halfSumRate) };
}

/** Products of weights in GGUF blocks: the device's own shares of the 16-bit efficiencies, or its class's. */
function ggufGemm(device: DeviceEntry, format: GgufFormat, fp16: GemmRates, trail: GradeTrail): GemmRates {
  const own = kernelConstants(device).gguf;
  const standIn = classDefaults(device).kernels.gguf;
  const shares = own?.formats[format] ?? standIn?.formats[format];
  if (shares === undefined) throw new Error(`the class of ${device.id} states no shares for GGUF ${format}`);
  const place = `kernels.gguf.formats.${format}`;
  const rates = {
    ...fp16,
    computeEfficiency: fp16.computeEfficiency * trail.take(`${place}.computeShare`, shares.computeShare),
    memoryEfficiency: fp16.memoryEfficiency * trail.take(`${place}.memoryShare`, shares.memoryShare),
  };
  const expansion = own?.expansion ?? standIn?.expansion;
  if (expansion === undefined || format === 'F16') return rates;
  const efficiency = trail.take('kernels.gguf.expansion.bandwidthEfficiency', expansion.bandwidthEfficiency);
  return {
    ...rates,
    expansion: {
      fromRows: trail.take('kernels.gguf.expansion.fromRows', expansion.fromRows),
      bps: fp16.bandwidthBps * efficiency,
      memoryEfficiency: fp16.memoryEfficiency,
    },
  };
}

type WeightBits = 'eightBit' | 'fourBit' | 'twoBit';

function weightBits(weight: Precision): WeightBits {
  if (weight === 'int2') return 'twoBit';
  return weight === 'fp4' || weight === 'int4' ? 'fourBit' : 'eightBit';
}

function defaultShares(device: DeviceEntry, width: WeightBits): WeightOnlyShares {
  const shares = classDefaults(device).kernels.weightOnly?.[width];
  if (shares === undefined) throw new Error(`the class of ${device.id} states no ${width} weight-only shares`);
  return shares;
}

function attentionRates(device: DeviceEntry, kv: Precision, fp16: GemmRates, trail: GradeTrail): AttentionRates {
  const kernels = kernelConstants(device);
  const measured = kernels.decodeAttention[kv];
  if (measured === undefined) trail.note(`kernels.decodeAttention.${kv}`, 'assumed');
  const decode = measured ?? kernels.decodeAttention.fp16;
  const prefill = kernels.prefillAttention;
  const place = `kernels.decodeAttention.${measured === undefined ? 'fp16' : kv}`;
  return {
    peakFlops: fp16.peakFlops,
    bandwidthBps: fp16.bandwidthBps,
    kvElementBytes: ELEMENT_BYTES[kv],
    decodeFixedS: trail.take(`${place}.fixedS`, decode.fixedS),
    decodeBandwidthEfficiency: trail.take(`${place}.bandwidthEfficiency`, decode.bandwidthEfficiency),
    decodePerHeadS: trail.take(`${place}.perHeadS`, decode.perHeadS),
    decodeComputeInefficiency: trail.take(`${place}.computeInefficiency`, decode.computeInefficiency),
    prefillFixedS: trail.take('kernels.prefillAttention.fixedS', prefill.fixedS),
    prefillComputeEfficiency: trail.take('kernels.prefillAttention.computeEfficiency', prefill.computeEfficiency),
    prefillUnderfill: trail.take('kernels.prefillAttention.underfillFactor', prefill.underfillFactor),
    prefillBandwidthEfficiency: trail.take('kernels.prefillAttention.bandwidthEfficiency', prefill.bandwidthEfficiency),
    smCount: trail.take('kernels.smCount', kernels.smCount),
  };
}

/**
 * Plain-number constants of `device` at `choice`, with the worst grade and the assumed constants. Throws
 * `DeploymentError` when the device has no arithmetic for the activations and cannot read the weights either.
 */
export function resolveKernels(
  device: DeviceEntry,
  choice: PrecisionChoice,
  trail: GradeTrail = new GradeTrail(),
): ResolvedKernels {
  const dtype = choice.gguf === undefined ? computeDtype(choice.activation) : 'fp16';
  const summedWide = gemmOf(device, 'fp16', trail);
  const fp16 = choice.sumsInHalf === true ? summedInHalf(device, summedWide, trail) : summedWide;
  const linear =
    choice.gguf === undefined
      ? linearGemm(device, choice, dtype, fp16, trail)
      : ggufGemm(device, choice.gguf, fp16, trail);
  const attention = attentionRates(device, choice.kv, summedWide, trail);
  const report = trail.report();
  return { linear, fp16, attention, dtype, grade: report.grade, assumed: report.assumed };
}

/** PCIe without peer access, where the catalog has no row (docs/modelling.md, devices). */
const HOST_STAGED = { latencyS: 20e-6, busBps: 12.5e9 } as const;

/**
 * All-reduce constants of `device` at `ranks`: the row for that many ranks or the nearest one (then assumed). Without peer
 * access the host-staged rows stand in, or PCIe's usual ones.
 */
export function resolveCollective(
  device: DeviceEntry,
  ranks: number,
  peerAccess: boolean,
  trail: GradeTrail,
): CollectiveRates {
  if (ranks <= 1) return { ranks: 1, latencyS: 0, busBps: 1, midSizeSlowdown: false };
  const kernels = kernelConstants(device);
  const row = nearestRanks((peerAccess ? kernels.collectives : kernels.collectivesWithoutPeerAccess) ?? [], ranks);
  const place = `kernels.collectives[${ranks}]`;
  if (row === undefined) {
    trail.note(place, 'assumed');
    return { ranks, ...HOST_STAGED, midSizeSlowdown: false };
  }
  if (row.ranks !== ranks) trail.note(place, 'assumed');
  return {
    ranks,
    latencyS: trail.take(`${place}.latencyS`, row.latencyS),
    busBps: trail.take(`${place}.busBps`, row.busBps),
    midSizeSlowdown: peerAccess && kernels.collectiveMidSizeSlowdown,
  };
}

function nearestRanks(rows: readonly CollectiveConstants[], ranks: number): CollectiveConstants | undefined {
  let best: CollectiveConstants | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const distance = Math.abs(Math.log2(row.ranks / ranks));
    if (distance < bestDistance) {
      best = row;
      bestDistance = distance;
    }
  }
  return best;
}
