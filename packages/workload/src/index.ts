export type { ArrivalStatistics, BurstStatistics, Dispersion } from './inspect/arrival-statistics.js';
export {
  DEFAULT_LRU_CAPACITIES_BLOCKS,
  type InspectOptions,
  inspectTrace,
  type TraceStatistics,
} from './inspect/inspect-trace.js';
export { LruBlocks } from './inspect/lru-blocks.js';
export type { PrefixStatistics } from './inspect/prefix-statistics.js';
export type { LengthStatistics } from './inspect/value-counts.js';
export type { PrefixChain } from './prefix.js';
export { findLengthProfile, type LengthProfile, lengthProfiles } from './profile/length-profiles.js';
export { findRateProfile, type RateProfileEntry, rateProfileFrom, rateProfiles } from './profile/rate-profiles.js';
export {
  type ByteReader,
  type OpenBytes,
  Outcome,
  type RequestSource,
  type SourceCounts,
} from './request-source.js';
export { REQUEST_ROW_BITS, REQUEST_ROW_FREE, RequestTable } from './request-table.js';
export { type CloseableSource, createSource, type SourceOptions } from './source/create-source.js';
export { meanRatePerS, withMeanRate } from './source/mean-rate.js';
export { MAX_POOL_PROMPTS } from './source/prompt-pool.js';
export { siteRateMultiplier } from './source/site-rate.js';
export {
  createSiteSources,
  type SiteSources,
  type SiteSourcesOptions,
} from './source/site-sources.js';
export { CANONICAL_COLUMNS } from './trace/canonical-format.js';
export { detectFileFormat, detectFormat } from './trace/detect-format.js';
export { MOONCAKE_BLOCK_TOKENS } from './trace/mooncake-format.js';
export { TraceError, type TraceErrorCode, type TraceErrorPlace } from './trace/trace-error.js';
export { type TraceFile, TraceReader } from './trace/trace-reader.js';
export { TraceRow } from './trace/trace-row.js';
export { scanTrace, type TraceScan } from './trace/trace-scan.js';
export type {
  ArrivalSpec,
  LengthSpec,
  PrefixSpec,
  PromptPoolSpec,
  RateProfile,
  TraceFormat,
  TraceSpec,
  WorkloadPlan,
} from './workload-plan.js';
