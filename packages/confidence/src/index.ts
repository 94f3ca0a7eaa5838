export {
  type Band,
  bandFor,
  bandGrade,
  basisWords,
  inverseOf,
  NOMINAL_COVERAGE,
  unknownBand,
} from './band.js';
export { calibrateWidths } from './band-calibration.js';
export {
  BAND_BASES,
  type BandBasis,
  type BandQuery,
  type BandWidths,
  DEFAULT_WIDTHS,
  fewRowsFactor,
  LEAST_ROWS,
  type NeighbourLevel,
  UNKNOWN_SIDE_LOG,
} from './band-widths.js';
export {
  bandOfMixture,
  bandOfSum,
  bandOfTokenCost,
  bandOfTotalCost,
  farthestBasis,
  type WeightedBand,
} from './combined-bands.js';
export {
  type Coverage,
  type CoverageLine,
  coverageByLeaveOut,
  type FamilyCoverage,
  leaveOutBands,
} from './coverage.js';
export { ERROR_RECORD } from './data/error-record.js';
export { errorClassOf } from './device-class.js';
export { type ErrorGroup, errorGroups, errors } from './error-groups.js';
export { buildErrorRecord, type ErrorRecord } from './error-record.js';
export { errorRecordSource } from './error-record-source.js';
export { type ComparedRun, type ErrorRow, errorRowsOf } from './error-row.js';
export { type MeasuredRange, measuredRanges, range } from './measured-range.js';
export { errorOf, kindOfMetric, METRIC_KINDS, type MetricKind } from './metric-kind.js';
export { modelFamily } from './model-family.js';
export { type MeasuredQuery, outsideMeasured } from './outside-measured.js';
export { NOISE_FLOOR_LOG } from './pooled-errors.js';
