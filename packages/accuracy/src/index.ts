export type {
  CaseEngineOptions,
  CaseParallelism,
  CasePrecision,
  CaseRun,
  DatasetId,
  LengthRange,
  MeasuredCase,
  MeasuredTables,
  MetricName,
  Prediction,
  RowProblem,
} from './cases/measured-case.js';
