/** The rate that loads are shares of. */

import { benchPlan, type Traffic } from './bench-plan.js';
import { serve, wholeOf } from './serve.js';

/** Rate at which saturation is looked for, beyond what 8 replicas can serve, and for how long. */
const FLOOD_PER_S = 120;
const FLOOD_S = 600;

/**
 * Requests per second that the 8 replicas complete when far more are offered, counted over the second half of the
 * time, when all batches are full. Simulated: the same on any machine.
 */
export function saturationPerS(traffic: Traffic): number {
  const plan = benchPlan(traffic, FLOOD_PER_S, FLOOD_PER_S * FLOOD_S);
  return wholeOf(serve({ ...plan, world: { ...plan.world, warmupS: FLOOD_S / 2 } }), 'requests_per_s');
}
