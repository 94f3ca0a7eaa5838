export { COST_PARTS, type CostPart, type PoolCostPlan, type PuePlan, type SiteCostPlan } from './cost-plan.js';
