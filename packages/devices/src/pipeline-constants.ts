/**
 * How a model is laid out on an SRAM pipeline: chips and stages from the weights.
 *
 *   chips  = ceil(weight bytes / (weight share of SRAM * SRAM per chip))
 *   stages = layers * stages per layer; one stage per chip where the catalog gives no stages per layer
 *
 * Sources: docs/modelling.md, devices and the reading that the catalog's `PipelineConstants` state.
 */

import type { PipelineConstants } from '@infersim/catalog';
import type { DeploymentSpec } from './deployment.js';
import { DeploymentError } from './deployment-error.js';

/** Share of a chip's SRAM that weights may take. */
export function pipelineWeightShare(pipeline: PipelineConstants): number {
  return pipeline.weightSramShare?.value ?? 1;
}

/** The device's pipeline constants; throws `DeploymentError` when the catalog entry has none. */
export function requirePipeline(spec: DeploymentSpec): PipelineConstants {
  const pipeline = spec.device.pipeline;
  if (pipeline === undefined) {
    throw new DeploymentError('DEPLOYMENT_EXECUTION', `${spec.device.id}.pipeline`, 'absent', 'pipeline constants');
  }
  return pipeline;
}

/** Chips that hold `weightsBytes`; at least `tp * pp` when the deployment asks for more. */
export function pipelineChips(spec: DeploymentSpec, weightsBytes: number): number {
  const pipeline = requirePipeline(spec);
  const perChip = pipelineWeightShare(pipeline) * pipeline.sramBytesPerChip.value;
  return Math.max(spec.tp * spec.pp, Math.ceil(weightsBytes / perChip));
}

/** Stages that a token passes one after the other. */
export function pipelineStages(pipeline: PipelineConstants, layers: number, chips: number): number {
  const perLayer = pipeline.stagesPerLayer?.value;
  return perLayer === undefined ? chips : Math.max(1, Math.round(layers * perLayer));
}
