export {
  type AttentionHeads,
  type AttentionRates,
  type AttentionShape,
  attentionShape,
  chunkArea,
  decodeAttentionS,
  prefillAttentionS,
  windowChunkArea,
} from './attention.js';
export { type BatchedConstants, batchedConstants, deployedFormat, type EngineOverheads } from './batched-constants.js';
export { BatchedStepModel } from './batched-step-model.js';
export { graphSize } from './batched-tables.js';
export { allReduceS, type CollectiveRates } from './collective.js';
export { architectureFromConfig, type ConfigResult } from './config-json.js';
export type { ConfigError } from './config-reader.js';
export { createGradedStepModel, createStepModel, type GradedStepModel } from './create-step-model.js';
export type { DeployedModel, DeploymentSpec, FixedWorkShape } from './deployment.js';
export { DeploymentError, type DeploymentErrorCode } from './deployment-error.js';
export { checkDeployment, checkDevice } from './device-check.js';
export { type ExchangeRates, exchangeS } from './expert-exchange.js';
export { FixedWorkStepModel } from './fixed-work-step-model.js';
export { type GemmRates, gemmBytes, gemmS } from './gemm.js';
export { type GradeReport, GradeTrail } from './grade-trail.js';
export { type PrecisionChoice, type ResolvedKernels, resolveCollective, resolveKernels } from './kernel-resolution.js';
export { type MemoryPlan, planMemory } from './memory.js';
export {
  activeWeightBytes,
  countParams,
  distinctWindows,
  flopPerToken,
  type KvFootprint,
  kvFootprint,
  linearFlopPerToken,
  type ParamCount,
  weightBytes,
} from './model-arithmetic.js';
export { type MoeBySize, type MoeLayer, type MoeRates, moeS, ratesForExpertSize } from './moe.js';
export { type Parallelism, parallelismOf } from './parallelism.js';
export { PipelineStepModel } from './pipeline-step-model.js';
export { DevicePower } from './power.js';
export { PowerLimitedStepModel } from './power-limited-step-model.js';
export { ELEMENT_BYTES, type WeightContainer, type WeightFormat, weightFormat } from './precision.js';
export {
  type AllReduceKernel,
  type DecodeAttentionKernel,
  type GemmKernel,
  kernelAllReduceS,
  kernelDecodeAttentionS,
  kernelGemmS,
  kernelMemoryCopyBps,
  kernelPrefillAttentionS,
  kernelSendS,
  type PrefillAttentionKernel,
} from './single-kernels.js';
export { StaticNpuStepModel } from './static-npu-step-model.js';
export {
  COST_CELLS,
  Cost,
  type PassOverlap,
  type StepModel,
  segmentS,
  stepsUntil,
  USE_CELLS,
  Use,
  WINDOW_STRIDE,
  WindowWork,
  Work,
} from './step-model.js';
export {
  type DecodePoint,
  describeStepModel,
  type PrefillPoint,
  type StepModelDescription,
} from './step-model-description.js';
