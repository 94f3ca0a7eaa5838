export type { DeployedModel, DeploymentSpec, FixedWorkShape } from './deployment.js';
export {
  COST_CELLS,
  Cost,
  type StepModel,
  segmentS,
  stepsUntil,
  WINDOW_STRIDE,
  WindowWork,
  Work,
} from './step-model.js';
