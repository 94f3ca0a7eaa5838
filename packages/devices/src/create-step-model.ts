/**
 * Chooses the step model of a deployment: fixed work first, then how the device runs models.
 */

import { batchedConstants } from './batched-constants.js';
import { BatchedStepModel } from './batched-step-model.js';
import type { DeploymentSpec } from './deployment.js';
import { checkDeployment } from './device-check.js';
import { FixedWorkStepModel } from './fixed-work-step-model.js';
import { type GradeReport, GradeTrail } from './grade-trail.js';
import { PipelineStepModel } from './pipeline-step-model.js';
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
  const model = build(spec, trail);
  return { model, ...trail.report() };
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
