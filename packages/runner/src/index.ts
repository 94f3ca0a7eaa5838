export type { AssumedConstant, ObjectivePlan, RunPlan, ScopeKind } from './run-plan.js';
