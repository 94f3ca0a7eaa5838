export {
  type Better,
  COST_COLUMNS,
  LATENCY_METRICS,
  LATENCY_STATS,
  METRIC_COLUMNS,
  type MetricColumn,
  metricIndex,
} from './metric-columns.js';
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
  type RequestRows,
  type ScopeRef,
  TIMESERIES_COLUMNS,
  type TimeSeries,
} from './results.js';
export type { AssumedConstant, ObjectivePlan, RunPlan, ScopeKind } from './run-plan.js';
