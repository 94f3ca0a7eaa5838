/**
 * Facility power from IT power: power usage effectiveness at one instant (in practice one meter interval).
 *
 * The thermal form (docs/modelling.md): fans grow with the square of the load, pumps are constant,
 * the chiller works above the free-cooling temperature with a coefficient of performance that falls with heat, and the
 * electrical path loses a constant, a linear and a square part. A fixed ratio is for small sites without plant of their
 * own. Watts in, watts out.
 */

import type { PuePlan } from './cost-plan.js';

/** Chiller auxiliaries (pumps and fans of the heat rejection) as a share of the heat moved [assumed]. */
const REJECTION_SHARE = 0.03;
/** Loss of the coefficient of performance per kelvin above 20 °C [assumed]. */
const COP_SLOPE_PER_K = 0.025;
const LEAST_COP = 2;
/** Electrical loss over rated power: constant, linear and square part [assumed]. */
const LOSS = { fixed: 0.01, linear: 0.02, square: 0.03 } as const;

/** Facility watts at `itW` watts of IT load. 0 only when the plan is a fixed ratio and nothing is on. */
export function facilityW(plan: PuePlan, itW: number): number {
  if (plan.model === 'fixed') return itW * plan.pue;
  const load = itW / plan.ratedW;
  const above = plan.outdoorC - plan.freeCoolingC;
  let chillerW = 0;
  if (above > 0) {
    const share = Math.min(1, above / plan.mixC);
    const cop = Math.max(LEAST_COP, plan.copAt20C * (1 - COP_SLOPE_PER_K * (plan.outdoorC - 20)));
    chillerW = ((1 + REJECTION_SHARE) * itW * share) / cop;
  }
  const fanW = plan.fanShare * plan.ratedW * load * load;
  const pumpW = plan.pumpShare * plan.ratedW;
  const lossW = plan.ratedW * (LOSS.fixed + LOSS.linear * load + LOSS.square * load * load);
  return itW + fanW + pumpW + chillerW + lossW;
}
