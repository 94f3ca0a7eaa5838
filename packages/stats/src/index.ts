export {
  type BatchMeansInterval,
  batchMeans,
  batchMeansInterval,
  DEFAULT_BATCH_COUNT,
  lagOneCorrelation,
  overlappingBatchMeansInterval,
} from './batch-means.js';
export { accumulate, accumulated, CompensatedSum, sumOf } from './compensated-sum.js';
export {
  type ConfidenceInterval,
  confidenceInterval,
  type IntervalBasis,
  intervalOf,
  pairedInterval,
  relativeHalfWidth,
} from './confidence-interval.js';
export { fixedCells } from './fixed-cells.js';
export { Level, type LevelOptions } from './level.js';
export { LevelBank } from './level-bank.js';
export { LOG_HISTOGRAM_RELATIVE_ERROR, LOG_HISTOGRAM_SUB_BUCKETS } from './log-buckets.js';
export {
  LogHistogram,
  type LogHistogramJson,
  type PackedLogHistogram,
  PROGRESSION_CELLS,
  Progression,
} from './log-histogram.js';
export { MSER_BATCH_SIZE, MSER_MIN_BATCHES, type MserResult, mser5 } from './mser.js';
export { normalDensity, normalQuantile, normalUpperTail } from './normal-distribution.js';
export { quantiles, samplesNeeded, sortedQuantile } from './quantiles.js';
export {
  DEFAULT_EXACT_LIMIT,
  type PackedSamples,
  SampleBudget,
  SampleCollector,
  transferListOf,
} from './sample-collector.js';
export {
  fewSampleMarks,
  type PercentileName,
  type SampleSummary,
  SUMMARY_QUANTILES,
  summarize,
} from './sample-summary.js';
export { type TrendResult, type TrendVerdict, testQueueTrend } from './stationarity.js';
export { StatisticsError, type StatisticsErrorCode } from './statistics-error.js';
export { studentTQuantile, studentTUpperTail } from './student-t.js';
export { Tally, type TallyJson } from './tally.js';
export { type PackedTimeBins, STRETCH_CELLS, Stretch, TimeBins, type TimeBinsJson } from './time-bins.js';
