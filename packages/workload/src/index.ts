export type { PrefixChain } from './prefix.js';
export {
  type ByteReader,
  type OpenBytes,
  Outcome,
  type RequestSource,
  type SourceCounts,
} from './request-source.js';
export { RequestTable } from './request-table.js';
export type {
  ArrivalSpec,
  LengthSpec,
  PrefixSpec,
  RateProfile,
  TraceFormat,
  TraceSpec,
  WorkloadPlan,
} from './workload-plan.js';
