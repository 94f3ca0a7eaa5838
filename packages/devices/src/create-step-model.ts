/**
 * Chooses the step model of a deployment: fixed work first, then how the device runs models; a power limit that can act
 * wraps models of the same deployment at several clocks.
 */

import { clockResponse } from '@infersim/catalog';

import { batchedConstants } from './batched-constants.js';
import { BatchedStepModel } from './batched-step-model.js';
import { clockSpeeds } from './clock.js';
import type { DeploymentSpec } from './deployment.js';
import { checkDeployment } from './device-check.js';
import { FixedWorkStepModel } from './fixed-work-step-model.js';
import { type GradeReport, GradeTrail } from './grade-trail.js';
import { PipelineStepModel } from './pipeline-step-model.js';
import { CAP_SHARE_OF_TDP, DevicePower } from './power.js';
import { gearRatios, PowerLimitedStepModel } from './power-limited-step-model.js';
import { StaticNpuStepModel } from './static-npu-step-model.js';
import type { StepModel } from './step-model.js';

/** A step model with what its constants may claim. */
export interface GradedStepModel extends GradeReport {
  readonly model: StepModel;
}

/** Step model of a deployment. Throws `DeploymentError` for numbers or formats that cannot be priced; memory is not checked. */
export function createStepModel(spec: DeploymentSpec): StepModel {
  return createGradedStepModel(spec).model;
}

/** The same with the worst grade of its constants and the names of the assumed ones. */
export function createGradedStepModel(spec: DeploymentSpec): GradedStepModel {
  checkDeployment(spec);
  const trail = new GradeTrail();
  const limitW = spec.powerLimitW;
  const acts = limitW !== undefined && limitW < CAP_SHARE_OF_TDP * spec.device.tdpW.value;
  const model = acts ? buildLimited(spec, limitW, trail) : build(spec, trail);
  return { model, ...trail.report() };
}

function buildLimited(spec: DeploymentSpec, limitW: number, trail: GradeTrail): StepModel {
  const least = trail.take('clockResponse.leastClockRatio', clockResponse.leastClockRatio);
  const gears = gearRatios(spec.clockRatio ?? 1, least).map((clockRatio) => build({ ...spec, clockRatio }, trail));
  const isMoe = spec.model.architecture?.moe !== undefined;
  const slowest = clockSpeeds(least, trail);
  const leastClockW = new DevicePower(spec.device, 1, isMoe, trail, least).deviceW(1, slowest.memory, slowest.ratio);
  return new PowerLimitedStepModel(gears, limitW, leastClockW, spec.maxNumSeqs);
}

function build(spec: DeploymentSpec, trail: GradeTrail): StepModel {
  if (spec.model.fixedWork !== undefined) return new FixedWorkStepModel(spec, trail);
  switch (spec.device.execution) {
    case 'sram-pipeline':
      return new PipelineStepModel(spec, trail);
    case 'static-npu':
      return new StaticNpuStepModel(spec, trail);
    case 'batched':
      return new BatchedStepModel(batchedConstants(spec, spec.model.architecture, trail));
  }
}
