export { estimatesOf } from './estimates.js';
export { openFileBytes } from './file-bytes.js';
export {
  type Better,
  COST_COLUMNS,
  LATENCY_METRICS,
  LATENCY_STATS,
  METRIC_COLUMNS,
  type MetricColumn,
  metricIndex,
} from './metric-columns.js';
export { judgeObjectives } from './objectives.js';
export { requestBlocks } from './request-rows.js';
export { type RequestSpool, RequestSpoolError } from './request-spool.js';
export {
  type ConservationCheck,
  type Estimate,
  type ExperimentResult,
  type LatencyHistogram,
  type ObjectiveResult,
  type PoolLimits,
  REQUEST_COLUMNS,
  REQUEST_OUTCOMES,
  type ReplicationResult,
  type RequestRates,
  type RequestRows,
  type ScopeRef,
  type SpooledRequests,
  TIMESERIES_COLUMNS,
  type TimeSeries,
} from './results.js';
export {
  type ExperimentOptions,
  mergeReplications,
  type Progress,
  replicationsToRun,
  runExperiment,
} from './run-experiment.js';
export type { AssumedConstant, ObjectivePlan, RunPlan, ScopeKind } from './run-plan.js';
export { type ReplicationOptions, runReplication } from './run-replication.js';
export { type Scope, scopesOf } from './scopes.js';
export { isSiteColumn } from './site-objectives.js';
export { planThreads, type ThreadPlan } from './threads.js';
export type { WorkerTask } from './worker.js';
export { deathReason, heapShareMiB, WorkersDied } from './worker-death.js';
