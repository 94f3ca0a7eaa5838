export { BANDED_COLUMNS, type BandedBy, CSV_BAND_COLUMNS } from './band-columns.js';
export {
  type CatalogEntries,
  type CatalogKind,
  catalogEntryText,
  catalogJson,
  catalogListText,
} from './catalog-text.js';
export {
  type ColumnDoc,
  columnDocs,
  columnDocsMarkdown,
  type KeyDoc,
  keyDocsMarkdown,
  type TableName,
} from './column-docs.js';
export {
  type ComparedMetric,
  type ComparedObjective,
  type CompareOptions,
  type Comparison,
  compareResults,
  HEADLINE_METRICS,
  type Verdict,
} from './comparison.js';
export { COMPARISON_SCHEMA, type ComparisonView, comparisonJson, comparisonText } from './comparison-text.js';
export { type GradedConstants, scopeGrade, worstGradeWithin } from './confidence-grade.js';
export { parseCsv, parseCsvRecords } from './csv-reader.js';
export { type CsvCell, csvChunks, csvLine, joinChunks } from './csv-text.js';
export {
  type ExplainedPoolFigures,
  type ExplainedValueFigures,
  type Explanation,
  explainText,
  type PredictedLoad,
} from './explain-text.js';
export { formatBytes, formatDuration, formatEstimate, formatFigure, NOT_AVAILABLE } from './figures.js';
export { jsonText } from './json-text.js';
export { hasRoom, type PoolLoad, type PoolRates } from './load-bound.js';
export { MANIFEST_SCHEMA, type Manifest, manifestJson } from './manifest-json.js';
export { type PoolBands, type PoolConfidence, poolConfidences } from './pool-confidence.js';
export { hasRequests, REQUESTS_KEY_COLUMNS, type RowsTold, requestCount, requestsCsv } from './requests-csv.js';
export { requestsParquet } from './requests-parquet.js';
export { ResultsError, type ResultsErrorCode, systemReason } from './results-error.js';
export {
  claimResultsFolder,
  RESULT_FILES,
  type ResultFile,
  type ResultsFolder,
} from './results-folder.js';
export {
  RUNS_KEY_COLUMNS,
  type RunStatus,
  replicationStatus,
  runsCsv,
  runsHeader,
  runsRows,
  type TrialKeys,
} from './runs-csv.js';
export {
  readSavedResults,
  readSavedRuns,
  resultsPath,
  type SavedManifest,
  type SavedResults,
} from './saved-results.js';
export {
  type FigureBand,
  type FigureBasis,
  type OutsideMeasured,
  outsideMeasuredOf,
  type ScopeBands,
  scopeBands,
} from './scope-bands.js';
export * from './summary-document.js';
export { summaryDocument, summaryJson } from './summary-json.js';
export { summarySchema } from './summary-schema.js';
export { type RunFacts, type TerminalOptions, terminalSummary } from './terminal-summary.js';
export { alignTable, LINE_WIDTH, toAscii, wrapText } from './text-layout.js';
export { TIMESERIES_KEY_COLUMNS, timeseriesCsv } from './timeseries-csv.js';
export { type LengthFigures, type TraceFigures, traceText } from './trace-text.js';
