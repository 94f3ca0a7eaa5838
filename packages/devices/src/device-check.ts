/**
 * Refuses devices and deployments whose numbers cannot be priced, before any of them reaches a formula.
 *
 * Zero bandwidth, negative watts or NaN would otherwise turn into infinite or negative step times far from the cause.
 */

import {
  clockResponse,
  type DeviceEntry,
  type GemmConstants,
  type ModelArchitecture,
  type Quantity,
} from '@infersim/catalog';
import type { DeploymentSpec } from './deployment.js';
import { DeploymentError } from './deployment-error.js';
import { parallelismOf } from './parallelism.js';

function requirePositive(place: string, quantity: Quantity | undefined): void {
  if (quantity === undefined) return;
  if (!(quantity.value > 0) || !Number.isFinite(quantity.value)) {
    throw new DeploymentError('DEVICE_NUMBER', place, quantity.value, 'a finite number above 0');
  }
}

function requireNonNegative(place: string, quantity: Quantity | undefined): void {
  if (quantity === undefined) return;
  if (!(quantity.value >= 0) || !Number.isFinite(quantity.value)) {
    throw new DeploymentError('DEVICE_NUMBER', place, quantity.value, 'a finite number, 0 or more');
  }
}

function checkGemm(place: string, gemm: GemmConstants): void {
  requirePositive(`${place}.peakFlops`, gemm.peakFlops);
  requirePositive(`${place}.bandwidthBps`, gemm.bandwidthBps);
  requirePositive(`${place}.computeEfficiency`, gemm.computeEfficiency);
  requirePositive(`${place}.memoryEfficiency`, gemm.memoryEfficiency);
  requirePositive(`${place}.kneeExponent`, gemm.kneeExponent);
  requireNonNegative(`${place}.fixedS`, gemm.fixedS);
  requireNonNegative(`${place}.halfEfficiencyTokens`, gemm.halfEfficiencyTokens);
  requireNonNegative(`${place}.quantisationFactor`, gemm.quantisationFactor);
}

/** Throws `DeploymentError` (a RangeError) naming device and field when a number of the device cannot be priced. */
export function checkDevice(device: DeviceEntry): void {
  const id = device.id;
  requirePositive(`${id}.memoryBytes`, device.memoryBytes);
  requirePositive(`${id}.memoryBandwidthBps`, device.memoryBandwidthBps);
  requirePositive(`${id}.tdpW`, device.tdpW);
  requireNonNegative(`${id}.idleW`, device.idleW);
  requireNonNegative(`${id}.idleLoadedW`, device.idleLoadedW);
  for (const name of ['idleW', 'idleLoadedW'] as const) {
    if (device[name].value > device.tdpW.value) {
      throw new DeploymentError(
        'DEVICE_NUMBER',
        `${id}.${name}`,
        device[name].value,
        `at most tdpW, ${device.tdpW.value}`,
      );
    }
  }
  requireNonNegative(`${id}.interconnectBps`, device.interconnectBps);
  requireNonNegative(`${id}.hostBps`, device.hostBps);
  requirePositive(`${id}.sparsityRate`, device.sparsityRate);
  requirePositive(`${id}.halfSumRate`, device.halfSumRate);
  for (const [dtype, rate] of Object.entries(device.peakFlops)) requirePositive(`${id}.peakFlops.${dtype}`, rate);
  const kernels = device.kernels;
  if (kernels !== undefined) {
    for (const [dtype, gemm] of Object.entries(kernels.gemm)) checkGemm(`${id}.kernels.gemm.${dtype}`, gemm);
    for (const [dtype, gemm] of Object.entries(kernels.gemmBlockScaled ?? {})) {
      checkGemm(`${id}.kernels.gemmBlockScaled.${dtype}`, gemm);
    }
    for (const [width, shares] of Object.entries(kernels.weightOnly ?? {})) {
      requirePositive(`${id}.kernels.weightOnly.${width}.computeShare`, shares.computeShare);
      requirePositive(`${id}.kernels.weightOnly.${width}.memoryShare`, shares.memoryShare);
    }
    for (const [format, shares] of Object.entries(kernels.gguf?.formats ?? {})) {
      requirePositive(`${id}.kernels.gguf.formats.${format}.computeShare`, shares.computeShare);
      requirePositive(`${id}.kernels.gguf.formats.${format}.memoryShare`, shares.memoryShare);
    }
    requirePositive(`${id}.kernels.gguf.expansion.fromRows`, kernels.gguf?.expansion?.fromRows);
    requirePositive(`${id}.kernels.gguf.expansion.bandwidthEfficiency`, kernels.gguf?.expansion?.bandwidthEfficiency);
    requirePositive(`${id}.kernels.moe.computeEfficiencyShare`, kernels.moe?.computeEfficiencyShare);
    requirePositive(`${id}.kernels.moe.memoryEfficiencyShare`, kernels.moe?.memoryEfficiencyShare);
    requireNonNegative(`${id}.kernels.moe.fixedS`, kernels.moe?.fixedS);
    for (const [precision, decode] of Object.entries(kernels.decodeAttention)) {
      const place = `${id}.kernels.decodeAttention.${precision}`;
      requireNonNegative(`${place}.fixedS`, decode.fixedS);
      requirePositive(`${place}.bandwidthEfficiency`, decode.bandwidthEfficiency);
      requireNonNegative(`${place}.perHeadS`, decode.perHeadS);
      requireNonNegative(`${place}.computeInefficiency`, decode.computeInefficiency);
    }
    const prefill = kernels.prefillAttention;
    requireNonNegative(`${id}.kernels.prefillAttention.fixedS`, prefill.fixedS);
    requirePositive(`${id}.kernels.prefillAttention.computeEfficiency`, prefill.computeEfficiency);
    requireNonNegative(`${id}.kernels.prefillAttention.underfillFactor`, prefill.underfillFactor);
    requirePositive(`${id}.kernels.prefillAttention.bandwidthEfficiency`, prefill.bandwidthEfficiency);
    for (const list of [kernels.collectives, kernels.collectivesWithoutPeerAccess ?? []]) {
      for (const entry of list) {
        requireNonNegative(`${id}.kernels.collectives[${entry.ranks}].latencyS`, entry.latencyS);
        requirePositive(`${id}.kernels.collectives[${entry.ranks}].busBps`, entry.busBps);
      }
    }
    requirePositive(`${id}.kernels.smCount`, kernels.smCount);
  }
  for (const [kind, power] of Object.entries(device.power ?? {})) {
    requireNonNegative(`${id}.power.${kind}.idleInterceptW`, power.idleInterceptW);
    requireNonNegative(`${id}.power.${kind}.activeW`, power.activeW);
    requireNonNegative(`${id}.power.${kind}.memoryW`, power.memoryW);
    requireNonNegative(`${id}.power.${kind}.computeW`, power.computeW);
  }
  const pipeline = device.pipeline;
  if (pipeline !== undefined) {
    requirePositive(`${id}.pipeline.sramBytesPerChip`, pipeline.sramBytesPerChip);
    requirePositive(`${id}.pipeline.sramBandwidthBps`, pipeline.sramBandwidthBps);
    requireNonNegative(`${id}.pipeline.hopS`, pipeline.hopS);
    requirePositive(`${id}.pipeline.bandwidthEfficiency`, pipeline.bandwidthEfficiency);
    requirePositive(`${id}.pipeline.computeEfficiency`, pipeline.computeEfficiency);
    requirePositive(`${id}.pipeline.stagesPerLayer`, pipeline.stagesPerLayer);
    requirePositive(`${id}.pipeline.weightSramShare`, pipeline.weightSramShare);
  }
  const shape = device.staticShape;
  if (shape !== undefined) {
    requirePositive(`${id}.staticShape.prefillChunkTokens`, shape.prefillChunkTokens);
    requirePositive(`${id}.staticShape.memoryEfficiency`, shape.memoryEfficiency);
    requirePositive(`${id}.staticShape.computeEfficiency`, shape.computeEfficiency);
    requireNonNegative(`${id}.staticShape.stepFixedS`, shape.stepFixedS);
    requirePositive(`${id}.staticShape.prefillPaddingTokens`, shape.prefillPaddingTokens);
    requirePositive(`${id}.staticShape.kvEfficiency`, shape.kvEfficiency);
    requirePositive(`${id}.staticShape.expansionEfficiency`, shape.expansionEfficiency);
    requireNonNegative(`${id}.staticShape.decodeContextS`, shape.decodeContextS);
    requireNonNegative(`${id}.staticShape.chunkContextS`, shape.chunkContextS);
  }
}

/** Throws `DeploymentError` when the parallelism does not divide the model or a setting is not a usable number. */
export function checkDeployment(spec: DeploymentSpec): void {
  checkDevice(spec.device);
  const place = `${spec.model.id} on ${spec.device.id}`;
  for (const [name, value] of [
    ['tp', spec.tp],
    ['pp', spec.pp],
    ['dataParallelAttention', spec.dataParallelAttention ?? 1],
    ['expertParallel', spec.expertParallel ?? 1],
    ['blockSizeTokens', spec.blockSizeTokens],
    ['maxNumSeqs', spec.maxNumSeqs],
    ['maxNumBatchedTokens', spec.maxNumBatchedTokens],
    ['maxModelLenTokens', spec.maxModelLenTokens],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new DeploymentError('DEPLOYMENT_NUMBER', `${place}: ${name}`, value, 'an integer of 1 or more');
    }
  }
  if (!(spec.gpuMemoryUtilization > 0 && spec.gpuMemoryUtilization <= 1)) {
    throw new DeploymentError(
      'DEPLOYMENT_NUMBER',
      `${place}: gpuMemoryUtilization`,
      spec.gpuMemoryUtilization,
      'a share above 0 and up to 1',
    );
  }
  if (!(spec.memoryOverheadBytes >= 0) || !Number.isFinite(spec.memoryOverheadBytes)) {
    throw new DeploymentError(
      'DEPLOYMENT_NUMBER',
      `${place}: memoryOverheadBytes`,
      spec.memoryOverheadBytes,
      '0 or more',
    );
  }
  checkFormats(spec, place);
  checkPower(spec, place);
  const arch = spec.model.architecture;
  checkExperts(spec, arch, place);
  if (arch === undefined || spec.device.execution !== 'batched') return;
  if (arch.heads % spec.tp !== 0) {
    throw new DeploymentError('DEPLOYMENT_PARALLELISM', `${place}: tp`, spec.tp, `a divisor of ${arch.heads} heads`);
  }
  if (spec.pp > arch.layers) {
    throw new DeploymentError('DEPLOYMENT_PARALLELISM', `${place}: pp`, spec.pp, `at most ${arch.layers} layers`);
  }
}

/** Refuses formats that only some weights or devices have. */
function checkFormats(spec: DeploymentSpec, place: string): void {
  if (spec.blockScaledWeights === true && spec.weightPrecision !== 'fp8') {
    throw new DeploymentError(
      'DEPLOYMENT_PRECISION',
      `${place}: blockScaledWeights`,
      `true with ${spec.weightPrecision} weights`,
      'fp8 weights',
    );
  }
  if (spec.sparsity !== undefined && (spec.device.execution !== 'batched' || spec.device.sparsityRate === undefined)) {
    throw new DeploymentError(
      'DEPLOYMENT_PRECISION',
      `${place}: sparsity`,
      spec.sparsity,
      'absent: the device has no rate for structured sparsity',
    );
  }
}

/** Refuses power limits and clocks that the device cannot follow. */
function checkPower(spec: DeploymentSpec, place: string): void {
  const { powerLimitW, clockRatio, device, nicBps } = spec;
  if (nicBps !== undefined && !(nicBps > 0 && Number.isFinite(nicBps))) {
    throw new DeploymentError('DEPLOYMENT_NUMBER', `${place}: nicBps`, nicBps, 'a finite number above 0');
  }
  if (powerLimitW === undefined && clockRatio === undefined) return;
  const least = clockResponse.leastClockRatio.value;
  if (clockRatio !== undefined && !(clockRatio >= least && clockRatio <= 1)) {
    throw new DeploymentError('DEPLOYMENT_NUMBER', `${place}: clockRatio`, clockRatio, `${least} to 1`);
  }
  const idleW = device.idleLoadedW.value;
  const tdpW = device.tdpW.value;
  if (powerLimitW !== undefined && !(powerLimitW > idleW && powerLimitW <= tdpW)) {
    throw new DeploymentError(
      'DEPLOYMENT_NUMBER',
      `${place}: powerLimitW`,
      powerLimitW,
      `above idleLoadedW, ${idleW}, and at most tdpW, ${tdpW}`,
    );
  }
  if (device.execution === 'batched') return;
  const name = powerLimitW === undefined ? 'clockRatio' : 'powerLimitW';
  throw new DeploymentError(
    'DEPLOYMENT_EXECUTION',
    `${place}: ${name}`,
    spec[name],
    `absent: how ${device.execution} devices answer to their clock is not modelled`,
  );
}

/** Refuses expert parallelism and data-parallel attention that the model or the device count cannot be dealt out to. */
function checkExperts(spec: DeploymentSpec, arch: ModelArchitecture | undefined, place: string): void {
  const { dp, ep, expertDevices } = parallelismOf(spec);
  const refuse = (name: string, given: number, allowed: string): never => {
    throw new DeploymentError('DEPLOYMENT_PARALLELISM', `${place}: ${name}`, given, allowed);
  };
  if (dp === 1 && ep === 1) return;
  if (spec.device.execution !== 'batched') {
    refuse(dp > 1 ? 'dataParallelAttention' : 'expertParallel', dp > 1 ? dp : ep, '1: the device does not batch');
  }
  const moe = arch?.moe;
  if (moe === undefined) {
    if (ep > 1) refuse('expertParallel', ep, '1: the model has no experts');
    refuse('dataParallelAttention', dp, '1: the ranks of a model without experts share nothing; use replicas');
    return;
  }
  if (dp > 1 && spec.pp > 1) refuse('dataParallelAttention', dp, '1 with pipeline parallelism (pp above 1)');
  if (moe.experts % ep !== 0) refuse('expertParallel', ep, `a divisor of ${moe.experts} experts`);
  if (expertDevices % ep !== 0) {
    refuse('expertParallel', ep, `a divisor of tp * dataParallelAttention, ${expertDevices} devices`);
  }
}
