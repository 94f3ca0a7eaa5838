/**
 * Gathers what a batched step model needs from a deployment: kernels, fabric, engine and formats as plain numbers.
 *
 * The engine's `eagerLayerFloorS` means that kernels are launched one by one; where it is absent, decode steps replay
 * captured graphs up to the engine's largest captured batch. `promptLayerLaunchS` is host time of steps with prompt tokens only.
 * All host times are those of a usual x86 host, times the device's `hostTimeFactor`.
 */

import { expertExchange, type GgufFormat, type ModelArchitecture, type Precision } from '@infersim/catalog';
import type { AttentionRates } from './attention.js';
import { attentionAtClock, type ClockSpeeds, clockSpeeds, gemmAtClock } from './clock.js';
import { acrossDomains, type CollectiveRates } from './collective.js';
import type { DeploymentSpec } from './deployment.js';
import { engineCollective, engineKernels } from './engine-kernels.js';
import type { ExchangeRates } from './expert-exchange.js';
import type { GradeReport, GradeTrail } from './grade-trail.js';
import { type ResolvedKernels, resolveCollective, resolveKernels } from './kernel-resolution.js';
import type { LayerWorkSetup } from './layer-work.js';
import { attentionMatrixBytes } from './model-arithmetic.js';
import { moeRates } from './moe-resolution.js';
import { type Parallelism, parallelismOf } from './parallelism.js';
import { DevicePower } from './power.js';
import { ELEMENT_BYTES, sparseFormat, usualGguf, type WeightFormat, weightFormat } from './precision.js';

/** An engine's overheads as plain numbers, seconds. */
export interface EngineOverheads {
  readonly layerFixedS: number;
  readonly stepFixedS: number;
  readonly stepPerSequenceS: number;
  readonly hostFixedS: number;
  readonly hostPerSequenceS: number;
  readonly hostOverlap: boolean;
  /** 0 where graphs are captured. */
  readonly eagerLayerFloorS: number;
  /** Host seconds to launch a layer in steps that hold prompt tokens; 0 where graphs cover them. */
  readonly promptLayerLaunchS: number;
  readonly maxGraphBatch: number;
}

/** All plain numbers of one batched deployment. */
export interface BatchedConstants {
  readonly arch: ModelArchitecture;
  readonly parallel: Parallelism;
  readonly attention: AttentionRates;
  readonly layers: LayerWorkSetup;
  readonly engine: EngineOverheads;
  readonly send: { readonly latencyS: number; readonly linkBps: number; readonly elementBytes: number };
  /** Whether stages take turns instead of working on micro-batches at a time, and what of their overlap is reached. */
  readonly layerSplit: { readonly overlap: number } | undefined;
  readonly power: DevicePower;
  readonly tableTokens: number;
  readonly tableRows: number;
  readonly grades: GradeReport;
}

/** GGUF format of a deployment; undefined where the engine reads other files. */
function deployedGguf(spec: DeploymentSpec): GgufFormat | undefined {
  if (spec.engine.scheduler !== 'llama-cpp' || spec.device.execution !== 'batched') return undefined;
  return spec.gguf ?? usualGguf(spec.weightPrecision);
}

/** Storage of the deployment's weights: compiled on pipelines and neural engines, GGUF under llama.cpp, else tensor files. */
export function deployedFormat(spec: DeploymentSpec): WeightFormat {
  const gguf = deployedGguf(spec);
  const container = spec.device.execution !== 'batched' ? 'compiled' : gguf === undefined ? 'tensors' : 'gguf';
  const format = weightFormat(spec.weightPrecision, spec.model.nativePrecision, container, gguf);
  return spec.sparsity === undefined ? format : sparseFormat(format);
}

/** Reads the engine's overheads for a deployment through the trail. */
export function engineOverheads(
  spec: Pick<DeploymentSpec, 'engine' | 'device' | 'streams'>,
  trail: GradeTrail,
): EngineOverheads {
  const { engine, device } = spec;
  const ofDevice = engine.eagerLayerFloorByDevice?.[device.id];
  const floor = ofDevice ?? engine.eagerLayerFloorS;
  const floorPlace = ofDevice === undefined ? 'engine.eagerLayerFloorS' : `engine.eagerLayerFloorByDevice.${device.id}`;
  const launch = engine.promptLayerLaunchS;
  const streamed = spec.streams === false ? undefined : engine.hostPerStreamedTokenS;
  const slower = device.hostTimeFactor === undefined ? 1 : trail.take('hostTimeFactor', device.hostTimeFactor);
  return {
    layerFixedS: trail.take('engine.layerFixedS', engine.layerFixedS),
    stepFixedS: trail.take('engine.stepFixedS', engine.stepFixedS),
    stepPerSequenceS: trail.take('engine.stepPerSequenceS', engine.stepPerSequenceS),
    hostFixedS: slower * trail.take('engine.hostFixedS', engine.hostFixedS),
    hostPerSequenceS:
      slower *
      (trail.take('engine.hostPerSequenceS', engine.hostPerSequenceS) +
        (streamed === undefined ? 0 : trail.take('engine.hostPerStreamedTokenS', streamed))),
    hostOverlap: engine.hostOverlap,
    eagerLayerFloorS: floor === undefined ? 0 : (ofDevice === undefined ? slower : 1) * trail.take(floorPlace, floor),
    promptLayerLaunchS: launch === undefined ? 0 : slower * trail.take('engine.promptLayerLaunchS', launch),
    maxGraphBatch: floor === undefined ? engine.defaults.maxGraphBatch : 0,
  };
}

/** Activations that stages hand over: 16 bits, 32 under llama.cpp. */
const FP16_BYTES = 2;
const FP32_BYTES = 4;

/** Resolves the constants of a batched deployment; throws `DeploymentError` for formats the device cannot run. */
export function batchedConstants(spec: DeploymentSpec, arch: ModelArchitecture, trail: GradeTrail): BatchedConstants {
  const { device, engine } = spec;
  const parallel = parallelismOf(spec);
  const { tp, pp, dp } = parallel;
  const clock = clockSpeeds(spec.clockRatio ?? 1, trail);
  const format = deployedFormat(spec);
  const gguf = deployedGguf(spec);
  const scaling = {
    gguf,
    sumsInHalf: engine.sumsInHalf === true,
    blockScaled: spec.blockScaledWeights === true,
    blockScaledFixedS: engine.blockScaledFixedS,
    sparsity: spec.sparsity,
  };
  const kernelsOf = (weight: Precision, activation: Precision): ResolvedKernels => {
    const resolved = resolveKernels(device, { weight, kv: spec.kvPrecision, activation, ...scaling }, trail);
    return atClock(engineKernels(resolved, engine, trail), clock);
  };
  const expertKernels = kernelsOf(format.expertPrecision, spec.activationPrecision);
  const kernels =
    format.matrixPrecision === format.expertPrecision ? expertKernels : kernelsOf(format.matrixPrecision, 'fp16');
  const attentionBytes = attentionMatrixBytes(arch, format);
  const overheads = engineOverheads(spec, trail);
  const peerAccess = spec.peerAccess ?? true;
  const collective = groupCollective(spec, tp, trail);
  const sampling = engine.samplingBytesPerLogit;
  const link = device.interconnectBps?.value ?? 0;
  const host = device.hostBps?.value ?? Number.POSITIVE_INFINITY;
  if (pp > 1 && engine.layerSplit === undefined) trail.note('pipeline hand-over', 'assumed');
  const handoverS =
    pp > 1 && engine.layerSplit !== undefined
      ? trail.take('engine.layerSplit.handoverS', engine.layerSplit.handoverS)
      : 0;
  const pairCollective = resolveCollective(device, pp > 1 ? 2 : 1, peerAccess, trail);
  const expertCollective = dp > 1 ? groupCollective(spec, parallel.expertDevices, trail) : collective;
  return {
    arch,
    parallel,
    attention: kernels.attention,
    layers: {
      arch,
      parallel,
      matrix: kernels.linear,
      head: gguf === undefined ? kernels.fp16 : kernels.linear,
      matrixBytes: format.matrixBytes,
      attentionMatrix: attentionBytes === format.matrixBytes ? kernels.linear : kernels.fp16,
      attentionMatrixBytes: attentionBytes,
      embeddingBytes: format.embeddingBytes,
      expertBytes: format.expertBytes,
      collective,
      expertCollective,
      exchange: dp > 1 && parallel.ep > 1 ? exchangeRates(spec, parallel, expertCollective, trail) : undefined,
      moe: arch.moe === undefined ? undefined : moeRates(spec, arch, format.expertBytes, expertKernels, clock, trail),
      layerFixedS: overheads.layerFixedS,
      activationTraffic:
        engine.kernels?.activationTraffic === undefined
          ? 1
          : trail.take('engine.kernels.activationTraffic', engine.kernels.activationTraffic),
      samplingBytesPerLogit:
        spec.model.sampling === 'greedy'
          ? trail.take('engine.samplingBytesPerLogit.greedy', sampling.greedy)
          : trail.take('engine.samplingBytesPerLogit.topP', sampling.topP),
      bandwidthBps: kernels.fp16.bandwidthBps,
    },
    engine: overheads,
    send: {
      latencyS: pairCollective.latencyS + handoverS,
      linkBps: link > 0 ? link : Math.min(host, pairCollective.busBps),
      elementBytes: gguf === undefined ? FP16_BYTES : FP32_BYTES,
    },
    layerSplit:
      pp > 1 && engine.layerSplit !== undefined
        ? { overlap: trail.take('engine.layerSplit.overlap', engine.layerSplit.overlap) }
        : undefined,
    power: new DevicePower(device, parallel.devices, arch.moe !== undefined, trail, clock.ratio),
    tableTokens: Math.max(spec.maxNumBatchedTokens, spec.maxNumSeqs) + 16 * dp,
    tableRows: Math.max(spec.maxNumSeqs, 1) + 16,
    grades: trail.report(),
  };
}

function atClock(kernels: ResolvedKernels, clock: ClockSpeeds): ResolvedKernels {
  if (clock.ratio === 1) return kernels;
  return {
    ...kernels,
    linear: gemmAtClock(kernels.linear, clock),
    fp16: gemmAtClock(kernels.fp16, clock),
    attention: attentionAtClock(kernels.attention, clock),
  };
}

/** Least devices that one host joins, whatever their links. */
const HOST_DEVICES = 8;

/** Devices that reach each other without a network card: a scale-up domain, or one host. */
function domainDevices(spec: DeploymentSpec): number {
  return Math.max(HOST_DEVICES, spec.device.scaleUpDevices?.value ?? 1);
}

function nicBpsOf(spec: DeploymentSpec, trail: GradeTrail): number {
  return spec.nicBps ?? trail.take('expertExchange.nicBps', expertExchange.nicBps);
}

/** The engine's all-reduce over `ranks` devices. */
function groupCollective(spec: DeploymentSpec, ranks: number, trail: GradeTrail): CollectiveRates {
  return engineCollective(fabricCollective(spec, ranks, trail), spec.engine, trail);
}

/** All-reduce over `ranks` devices, through network cards where one domain does not hold them. */
function fabricCollective(spec: DeploymentSpec, ranks: number, trail: GradeTrail): CollectiveRates {
  const peerAccess = spec.peerAccess ?? true;
  const domains = Math.ceil(ranks / domainDevices(spec));
  if (domains <= 1) return resolveCollective(spec.device, ranks, peerAccess, trail);
  const inside = resolveCollective(spec.device, Math.ceil(ranks / domains), peerAccess, trail);
  const nicLatencyS = trail.take('expertExchange.nicLatencyS', expertExchange.nicLatencyS);
  return acrossDomains(inside, domains, nicLatencyS, nicBpsOf(spec, trail));
}

/** Links inside a scale-up domain, at most the all-reduce rate (which is all there is without links), and between domains. */
function exchangeRates(
  spec: DeploymentSpec,
  parallel: Parallelism,
  collective: CollectiveRates,
  trail: GradeTrail,
): ExchangeRates {
  const { device } = spec;
  const link = spec.peerAccess === false ? undefined : device.interconnectBps;
  const domains = Math.ceil(parallel.expertDevices / domainDevices(spec));
  const nicLatencyS = domains > 1 ? trail.take('expertExchange.nicLatencyS', expertExchange.nicLatencyS) : 0;
  const linkShare = trail.take('expertExchange.linkShare', expertExchange.linkShare);
  return {
    devices: parallel.expertDevices,
    expertParallel: parallel.ep,
    domains,
    latencyS:
      (collective.latencyS - nicLatencyS) * trail.take('expertExchange.latencyShare', expertExchange.latencyShare),
    linkBps: Math.min(
      collective.busBps,
      link === undefined ? Number.POSITIVE_INFINITY : linkShare * trail.take('interconnectBps', link),
    ),
    nicLatencyS,
    nicBps: domains > 1 ? nicBpsOf(spec, trail) : Number.POSITIVE_INFINITY,
    dispatchBytes: Math.min(ELEMENT_BYTES.fp16, ELEMENT_BYTES[spec.activationPrecision]),
  };
}
