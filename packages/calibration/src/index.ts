export {
  type CalibratedConstant,
  type CalibratedProblem,
  type CalibrationInput,
  type CalibrationResult,
  calibrate,
  type SkippedProblem,
} from './calibrate.js';
export { CalibrationError, type CalibrationErrorCode } from './calibration-error.js';
export { type CatalogFit, constant, type FittedConstant } from './catalog-fit/catalog-fit.js';
export { CATALOG_FITS } from './catalog-fit/definitions.js';
export { type LeaveOutOptions, type LeftOutGroup, leaveGroupsOut } from './catalog-fit/leave-out.js';
export {
  type CatalogFitOptions,
  type CatalogFitResult,
  lineariseCatalogFit,
  runCatalogFit,
} from './catalog-fit/run-catalog-fit.js';
export {
  type ErrorPair,
  type ErrorSummary,
  errorSummaries,
  errorSummary,
  relativeError,
} from './error-summary/error-summary.js';
export type { MetricErrors } from './error-summary/metric-errors.js';
export { type Information, informationOf } from './identifiability/information.js';
export {
  type Suspicion,
  type SuspicionKind,
  suspicionsOf,
  suspicionText,
  TOGETHER_FROM,
} from './identifiability/inseparable.js';
export { intervalOf } from './identifiability/interval.js';
export {
  fitSeparable,
  fitSeparableAsync,
  type HeldConstant,
  type SeparableFit,
} from './identifiability/separable-fit.js';
export { fit, fitAsync } from './least-squares/fit.js';
export type {
  AsyncFitProblem,
  FitProblem,
  FitReason,
  FitResult,
  FitSetup,
  Jacobian,
  Residuals,
  ResidualsAsync,
} from './least-squares/fit-problem.js';
export type { LossKind } from './least-squares/robust-loss.js';
export { calibrationOverlay } from './overlay/calibration-overlay.js';
export { OVERLAY_SCHEMA, type OverlayConstant, overlayText } from './overlay/overlay-text.js';
export {
  type ConstantCatalog,
  changedCatalog,
  quantityAt,
  shippedCatalog,
  splitPath,
} from './parameters/catalog-constants.js';
export { fitParameterAt } from './parameters/constant-ranges.js';
export { type ConstantSet, constantsOf, type FitParameter, type FitPrior } from './parameters/fit-parameter.js';
export { CALIBRATION_SCHEMA, calibrationJson } from './report/calibration-json.js';
export { type CalibrationTextOptions, calibrationText, reasonText } from './report/calibration-text.js';
export { everyKth, groupIndices, type Split, textHash } from './splits/hold-out.js';
export { type Fold, leaveOut } from './splits/leave-out.js';
export { type OneStepProblem, type OneStepRefit, oneStepRefits } from './splits/one-step-refits.js';
export { refitsWithoutGroups } from './splits/problem-refits.js';
export { type MeasuredKernels, measuredKernels, movablePaths } from './stages/movable-constants.js';
export { decadeFactors, STAGES, type StageId, type StageRow, stageOf, stageRows } from './stages/stage.js';
export { type StageChoice, type StageProblem, stageProblems } from './stages/stage-problems.js';
export { logError, type Predict, stageResiduals } from './stages/stage-residuals.js';
