/**
 * Which constants a measured case may move, stage by stage. Only what the case could tell: whether it does, the fit finds out.
 *
 * Kernels: the constants of the kernel that was timed. Engines: the engine's own; those of the device's kernels only where no
 * kernel of that device was measured (then efficiencies and collectives, not the whole tuples), because the two stages must
 * not take each other's errors. Power: the four watts of dense or expert models, or the idle draw.
 */

import type { MeasuredCase } from '@infersim/accuracy';
import type { ComputeDtype, DeviceEntry, Precision } from '@infersim/catalog';
import type { ConstantCatalog } from '../parameters/catalog-constants.js';
import { isKernelCase, type StageId, stageOf } from './stage.js';

const GEMM = ['fixedS', 'computeEfficiency', 'memoryEfficiency', 'kneeExponent', 'halfEfficiencyTokens'] as const;
/** 16-bit products quantise nothing; the narrower ones may run a kernel for it. */
const QUANTISED_GEMM = [...GEMM, 'quantisationFactor'] as const;
const DECODE = ['fixedS', 'bandwidthEfficiency', 'perHeadS', 'computeInefficiency'] as const;
const PREFILL = ['fixedS', 'computeEfficiency', 'underfillFactor', 'bandwidthEfficiency'] as const;
const EFFICIENCIES = ['computeEfficiency', 'memoryEfficiency'] as const;
const STATIC_SHAPE = [
  ...EFFICIENCIES,
  'kvEfficiency',
  'expansionEfficiency',
  'stepFixedS',
  'decodeContextS',
  'chunkContextS',
] as const;
const MOE = ['fixedS', 'computeEfficiency', 'memoryEfficiency', 'routingSkew', 'imbalance', 'paddingTokens'] as const;
const WATTS = ['idleInterceptW', 'activeW', 'memoryW', 'computeW'] as const;

const WEIGHT_ONLY: { readonly [precision in Precision]?: string } = {
  fp8: 'eightBit',
  int8: 'eightBit',
  fp4: 'fourBit',
  int4: 'fourBit',
  int2: 'twoBit',
};

/** Arithmetic that a format's matrix products run in where the device has it. */
function dtypeOf(precision: Precision): ComputeDtype {
  return precision === 'fp32' ? 'fp16' : precision;
}

function under(prefix: string, names: readonly string[]): string[] {
  return names.map((name) => `${prefix}.${name}`);
}

/** What else was measured of each device, which decides whose constants a case may move. Sets of device ids. */
export interface MeasuredKernels {
  /** Some kernel: the device's kernels are not for the engine stage to move. */
  readonly any: ReadonlySet<string>;
  /** All-reduces of an engine's own kernels: the vendor's library is then not what the constants stand for. */
  readonly customCollectives: ReadonlySet<string>;
}

/** Reads off all cases, fitted and kept out, what was measured of each device. */
export function measuredKernels(cases: readonly MeasuredCase[]): MeasuredKernels {
  const devicesWhere = (holds: (run: MeasuredCase['run']) => boolean): ReadonlySet<string> =>
    new Set(cases.filter(({ run }) => holds(run)).map(({ deviceId }) => deviceId));
  return {
    any: devicesWhere(isKernelCase),
    customCollectives: devicesWhere((run) => run.kind === 'collective' && run.library === 'custom'),
  };
}

/** Paths that `measured` may move in `stage`; empty when it says nothing about that stage's constants. */
export function movablePaths(
  measured: MeasuredCase,
  stage: StageId,
  catalog: ConstantCatalog,
  kernels: MeasuredKernels,
): readonly string[] {
  const device = catalog.device(measured.deviceId);
  const metrics = Object.keys(measured.measured) as (keyof MeasuredCase['measured'])[];
  if (device === undefined || !metrics.some((metric) => stageOf(metric) === stage)) return [];
  switch (stage) {
    case 'kernels':
      return kernelPaths(measured, device, kernels);
    case 'engines':
      return [...enginePaths(measured), ...(kernels.any.has(device.id) ? [] : deviceEfficiencyPaths(measured, device))];
    case 'power':
      return powerPaths(measured, device);
  }
}

function kernelPaths({ run }: MeasuredCase, device: DeviceEntry, also: MeasuredKernels): readonly string[] {
  const kernels = `devices.${device.id}.kernels`;
  switch (run.kind) {
    case 'gemm': {
      const dtype = dtypeOf(run.dtype);
      if (dtype === 'fp16') return under(`${kernels}.gemm.fp16`, GEMM);
      if (run.blockScaled) return under(`${kernels}.gemmBlockScaled.${dtype}`, QUANTISED_GEMM);
      // A timed kernel quantises its activations itself; which tuple it is priced with, the prediction decides.
      return [
        ...under(`${kernels}.gemm.${dtype}`, QUANTISED_GEMM),
        ...under(`${kernels}.gemmSeparateQuantisation.${dtype}`, QUANTISED_GEMM),
      ];
    }
    case 'decode-attention':
      return under(`${kernels}.decodeAttention.${cacheOf(device, run.kv)}`, DECODE);
    case 'prefill-attention':
      return under(`${kernels}.prefillAttention`, PREFILL);
    case 'collective': {
      const isStandIn = run.library === 'vendor' && also.customCollectives.has(device.id);
      return run.operation !== 'all-reduce' || isStandIn ? [] : collectivePaths(device, run.ranks, true);
    }
    default:
      return [];
  }
}

/** The cache format whose constants price `kv` on the device: its own, or fp16. */
function cacheOf(device: DeviceEntry, kv: Precision): Precision {
  return device.kernels?.decodeAttention[kv] === undefined ? 'fp16' : kv;
}

function collectivePaths(device: DeviceEntry, ranks: number, peerAccess: boolean): readonly string[] {
  const list = peerAccess ? 'collectives' : 'collectivesWithoutPeerAccess';
  const known = device.kernels?.[list]?.map((row) => row.ranks) ?? [2, 4, 8];
  const near = known.reduce<number | undefined>(
    (best, row) =>
      best === undefined || Math.abs(Math.log2(row / ranks)) < Math.abs(Math.log2(best / ranks)) ? row : best,
    undefined,
  );
  return near === undefined ? [] : under(`devices.${device.id}.kernels.${list}.${near}`, ['latencyS', 'busBps']);
}

function enginePaths(measured: MeasuredCase): readonly string[] {
  const engine = `engines.${measured.engineId}`;
  if (measured.engineId === '') return [];
  const metrics = Object.keys(measured.measured);
  const paths = under(engine, [
    'layerFixedS',
    'eagerLayerFloorS',
    `eagerLayerFloorByDevice.${measured.deviceId}`,
    'promptLayerLaunchS',
    'stepFixedS',
    'stepPerSequenceS',
    'hostFixedS',
    'hostPerSequenceS',
    'samplingBytesPerLogit.greedy',
    'samplingBytesPerLogit.topP',
  ]);
  if (measured.engineId === 'llama-cpp') paths.push(`${engine}.kernels.activationTraffic`);
  if (measured.parallelism.pp > 1) paths.push(...under(`${engine}.layerSplit`, ['handoverS', 'overlap']));
  if (metrics.some((metric) => /^(ttft|e2e)_/.test(metric))) paths.push(`${engine}.apiS`);
  if (metrics.includes('kv_blocks')) paths.push(`${engine}.memoryOverheadBytes`);
  if (measured.precision.blockScaled === true) paths.push(`${engine}.blockScaledFixedS`);
  if (measured.run.kind === 'open-loop' && !measured.run.warm) paths.push(`${engine}.firstRequestS`);
  if (measured.isMoe) paths.push(...under(`${engine}.moe`, MOE), ...under(`${engine}.moeLargeExperts`, MOE));
  return paths;
}

function deviceEfficiencyPaths(measured: MeasuredCase, device: DeviceEntry): readonly string[] {
  const at = `devices.${device.id}`;
  if (device.execution === 'static-npu') return under(`${at}.staticShape`, STATIC_SHAPE);
  if (device.execution === 'sram-pipeline') {
    return under(`${at}.pipeline`, ['hopS', 'bandwidthEfficiency', 'computeEfficiency']);
  }
  const { weights, activations, kv, blockScaled, gguf } = measured.precision;
  const dtype = dtypeOf(activations ?? weights);
  const paths = new Set(under(`${at}.kernels.gemm.fp16`, EFFICIENCIES));
  for (const path of under(`${at}.kernels.gemm.${dtype}`, EFFICIENCIES)) paths.add(path);
  if (blockScaled === true) {
    for (const path of under(`${at}.kernels.gemmBlockScaled.${dtype}`, EFFICIENCIES)) paths.add(path);
  }
  const narrow = WEIGHT_ONLY[weights];
  if (gguf !== undefined) {
    for (const path of under(`${at}.kernels.gguf.formats.${gguf}`, ['computeShare', 'memoryShare'])) paths.add(path);
  } else if (narrow !== undefined && activations !== weights) {
    for (const path of under(`${at}.kernels.weightOnly.${narrow}`, ['computeShare', 'memoryShare'])) paths.add(path);
  }
  paths.add(`${at}.kernels.decodeAttention.${cacheOf(device, kv ?? 'fp16')}.bandwidthEfficiency`);
  paths.add(`${at}.kernels.prefillAttention.computeEfficiency`);
  if (measured.parallelism.tp > 1) {
    for (const path of collectivePaths(device, measured.parallelism.tp, measured.peerAccess)) paths.add(path);
  }
  return [...paths];
}

function powerPaths(measured: MeasuredCase, device: DeviceEntry): readonly string[] {
  const at = `devices.${device.id}`;
  if (measured.run.kind === 'idle') return [measured.run.loaded ? `${at}.idleLoadedW` : `${at}.idleW`];
  return under(`${at}.power.${measured.isMoe ? 'moe' : 'dense'}`, WATTS);
}
