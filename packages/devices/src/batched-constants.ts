/**
 * Gathers what a batched step model needs from a deployment: kernels, fabric, engine and formats as plain numbers.
 *
 * The engine's `eagerLayerFloorS` means that kernels are launched one by one; where it is absent, decode steps replay
 * captured graphs up to the engine's largest captured batch.
 */

import type { EngineEntry, ModelArchitecture } from '@infersim/catalog';
import type { AttentionRates } from './attention.js';
import type { DeploymentSpec } from './deployment.js';
import type { GradeReport, GradeTrail } from './grade-trail.js';
import { type ResolvedKernels, resolveCollective, resolveKernels } from './kernel-resolution.js';
import type { LayerWorkSetup } from './layer-work.js';
import { type MoeRates, ratesForExpertSize } from './moe.js';
import { DevicePower } from './power.js';
import { type WeightFormat, weightFormat } from './precision.js';

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
  readonly maxGraphBatch: number;
}

/** All plain numbers of one batched deployment. */
export interface BatchedConstants {
  readonly arch: ModelArchitecture;
  readonly tp: number;
  readonly pp: number;
  readonly attention: AttentionRates;
  readonly layers: LayerWorkSetup;
  readonly engine: EngineOverheads;
  readonly send: { readonly latencyS: number; readonly linkBps: number };
  readonly power: DevicePower;
  readonly tableTokens: number;
  readonly tableRows: number;
  readonly grades: GradeReport;
}

/** Storage of the deployment's weights: compiled on pipelines and neural engines, GGUF under llama.cpp, else tensor files. */
export function deployedFormat(spec: DeploymentSpec): WeightFormat {
  const isGguf = spec.engine.scheduler === 'llama-cpp';
  const container = spec.device.execution !== 'batched' ? 'compiled' : isGguf ? 'gguf' : 'tensors';
  return weightFormat(spec.weightPrecision, spec.model.nativePrecision, container);
}

/** Reads the engine's overheads through the trail. */
export function engineOverheads(engine: EngineEntry, trail: GradeTrail): EngineOverheads {
  return {
    layerFixedS: trail.take('engine.layerFixedS', engine.layerFixedS),
    stepFixedS: trail.take('engine.stepFixedS', engine.stepFixedS),
    stepPerSequenceS: trail.take('engine.stepPerSequenceS', engine.stepPerSequenceS),
    hostFixedS: trail.take('engine.hostFixedS', engine.hostFixedS),
    hostPerSequenceS: trail.take('engine.hostPerSequenceS', engine.hostPerSequenceS),
    hostOverlap: engine.hostOverlap,
    eagerLayerFloorS:
      engine.eagerLayerFloorS === undefined ? 0 : trail.take('engine.eagerLayerFloorS', engine.eagerLayerFloorS),
    maxGraphBatch: engine.eagerLayerFloorS === undefined ? engine.defaults.maxGraphBatch : 0,
  };
}

/** Resolves the constants of a batched deployment; throws `DeploymentError` for formats the device cannot run. */
export function batchedConstants(spec: DeploymentSpec, arch: ModelArchitecture, trail: GradeTrail): BatchedConstants {
  const { device, engine, tp, pp } = spec;
  const format = deployedFormat(spec);
  const expertKernels = resolveKernels(
    device,
    { weight: format.expertPrecision, kv: spec.kvPrecision, activation: spec.activationPrecision },
    trail,
  );
  const kernels: ResolvedKernels =
    format.matrixPrecision === format.expertPrecision
      ? expertKernels
      : resolveKernels(device, { weight: format.matrixPrecision, kv: spec.kvPrecision, activation: 'fp16' }, trail);
  const overheads = engineOverheads(engine, trail);
  const collective = resolveCollective(device, tp, spec.peerAccess ?? true, trail);
  const sampling = engine.samplingBytesPerLogit;
  const link = device.interconnectBps?.value ?? 0;
  const host = device.hostBps?.value ?? Number.POSITIVE_INFINITY;
  if (pp > 1) trail.note('pipeline hand-over', 'assumed');
  const pairCollective = resolveCollective(device, pp > 1 ? 2 : 1, spec.peerAccess ?? true, trail);
  return {
    arch,
    tp,
    pp,
    attention: kernels.attention,
    layers: {
      arch,
      tp,
      matrix: kernels.linear,
      head: kernels.fp16,
      matrixBytes: format.matrixBytes,
      embeddingBytes: format.embeddingBytes,
      expertBytes: format.expertBytes,
      collective,
      moe: arch.moe === undefined ? undefined : moeRates(spec, arch, expertKernels, trail),
      layerFixedS: overheads.layerFixedS,
      samplingBytesPerLogit:
        spec.model.sampling === 'greedy'
          ? trail.take('engine.samplingBytesPerLogit.greedy', sampling.greedy)
          : trail.take('engine.samplingBytesPerLogit.topP', sampling.topP),
      bandwidthBps: kernels.fp16.bandwidthBps,
    },
    engine: overheads,
    send: { latencyS: pairCollective.latencyS, linkBps: link > 0 ? link : Math.min(host, pairCollective.busBps) },
    power: new DevicePower(device, tp * pp, arch.moe !== undefined, trail),
    tableTokens: Math.max(spec.maxNumBatchedTokens, spec.maxNumSeqs) + 16,
    tableRows: Math.max(spec.maxNumSeqs, 1) + 16,
    grades: trail.report(),
  };
}

function moeRates(
  spec: DeploymentSpec,
  arch: ModelArchitecture,
  kernels: ResolvedKernels,
  trail: GradeTrail,
): MoeRates | undefined {
  const moe = spec.engine.moe;
  const rates: MoeRates = {
    peakFlops: kernels.linear.peakFlops,
    bandwidthBps: kernels.linear.bandwidthBps,
    fixedS: trail.take('engine.moe.fixedS', moe.fixedS),
    computeEfficiency: trail.take('engine.moe.computeEfficiency', moe.computeEfficiency),
    memoryEfficiency: trail.take('engine.moe.memoryEfficiency', moe.memoryEfficiency),
    routingSkew: trail.take('engine.moe.routingSkew', moe.routingSkew),
    imbalance: trail.take('engine.moe.imbalance', moe.imbalance),
    paddingTokens: trail.take('engine.moe.paddingTokens', moe.paddingTokens),
  };
  const width = arch.moe?.expertIntermediate ?? 0;
  return ratesForExpertSize(rates, (3 * arch.hidden * width) / spec.tp, kernels.linear.memoryEfficiency);
}
