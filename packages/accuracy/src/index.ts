export type {
  CaseEngineOptions,
  CaseParallelism,
  CasePrecision,
  CaseRun,
  DatasetId,
  FileRows,
  IgnoredRows,
  LengthRange,
  MeasuredCase,
  MeasuredTables,
  MetricName,
  Prediction,
  RowProblem,
} from './cases/measured-case.js';
export {
  type BandCoverage,
  bandCoverage,
  bandCoverageBy,
  COVERAGE_LIMITS_PCT,
  type ErrorBand,
  NOMINAL_COVERAGE_PCT,
} from './errors/coverage.js';
export {
  type ErrorRow,
  type ErrorRows,
  errorRows,
  IN_SAMPLE,
  isKernelRow,
  LEAVE_OUT_KINDS,
  type LeaveOutKind,
  type Split,
  type UncomparedFigure,
} from './errors/error-row.js';
export {
  type ErrorGroup,
  type ErrorSummary,
  type GroupKey,
  groupErrors,
  summarizeErrors,
} from './errors/error-summary.js';
export {
  type HeadlineFigure,
  type HeadlineVerdict,
  headlineFigures,
  isSelected,
  type LimitedFigure,
  type LimitJudgement,
} from './errors/headline.js';
export { METRIC_WORDS, type MetricWords, QUANTITY_KINDS, type QuantityKind } from './errors/metric-words.js';
export { precisionText } from './errors/precision-text.js';
export {
  ALLOWED_GROWTH,
  compareHeadlines,
  type GateResult,
  type GateScope,
  type LostRows,
  type RecordedErrors,
  type RecordedHeadline,
  type Regression,
} from './errors/regression.js';
export { HEADLINE_TARGETS, type HeadlineTarget, type RowSelector, type TargetLimits } from './errors/targets.js';
export { accuracySummaryCsv, ERROR_COLUMNS, errorsCsv, SUMMARY_COLUMNS } from './output/accuracy-csv.js';
export {
  ACCURACY_SCHEMA,
  type AccuracyDocument,
  type DocumentBands,
  type DocumentCoverage,
  type DocumentErrors,
  type DocumentGroup,
  type DocumentHeadline,
  type DocumentJudgement,
  type DocumentLevel,
  type DocumentProblem,
  type DocumentRow,
  type DocumentSetAside,
  type DocumentSplit,
  type DocumentUncompared,
} from './output/accuracy-document.js';
export { type AccuracyInput, accuracyDocument, accuracyJson, bandedRows } from './output/accuracy-json.js';
export { accuracyPage, type PageOptions, unexplainedMisses } from './output/accuracy-page.js';
export { accuracyPlot, type PlotWords } from './output/accuracy-plot.js';
export {
  AccuracyRecordError,
  accuracyRecord,
  readAccuracyRecord,
  recordedHeadlines,
} from './output/accuracy-record.js';
export { accuracySchema } from './output/accuracy-schema.js';
export { type AccuracyFacts, accuracyText } from './output/accuracy-text.js';
export { gateText } from './output/gate-text.js';
export { MISSES, type MissExplanations } from './output/misses.js';
export { PEERS, type PeerFigures } from './output/peers.js';
export { CasePredictor, type PredictCall, type PredictorOptions } from './predict/case-predictor.js';
export { caseScenario, type ScenarioData } from './predict/case-scenario.js';
export type { ConstantSet } from './predict/constant-set.js';
export type { ClientContext } from './tables/client-formats/client-run.js';
export { clientCases, isClientResult, readClientResults } from './tables/client-formats/read-client-files.js';
export { deviceIdFor } from './tables/names/device-names.js';
export { type EngineHints, engineIdFor } from './tables/names/engine-names.js';
export { modelIdFor } from './tables/names/model-names.js';
export { formatFor } from './tables/names/precision-names.js';
export { type FileCases, measuredFiles, readMeasuredTables, tableCases } from './tables/read-tables.js';
