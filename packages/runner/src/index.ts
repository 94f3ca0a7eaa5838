export {
  type Better,
  COST_COLUMNS,
  LATENCY_METRICS,
  LATENCY_STATS,
  METRIC_COLUMNS,
  type MetricColumn,
  metricIndex,
} from './metric-columns.js';
export type { AssumedConstant, ObjectivePlan, RunPlan, ScopeKind } from './run-plan.js';
