export { amortisedUsdPerS, capitalRecoveryFactor, MONTH_S, YEAR_S } from './capital.js';
export {
  COST_PARTS,
  type CostPart,
  POWER_PARTS,
  type PoolCostPlan,
  type PuePlan,
  type SiteCostPlan,
  sumOfParts,
} from './cost-plan.js';
export { DEMAND_BLOCK_S, energyPriceUsdPerJ, intervalShare, peakW } from './meter-intervals.js';
export { facilityW } from './pue.js';
export { billSite, type SiteBill } from './site-bill.js';
export { SiteBiller } from './site-biller.js';
export { perMillion, splitByCause, type TokenCost } from './token-cost.js';
