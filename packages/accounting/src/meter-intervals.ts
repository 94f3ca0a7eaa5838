/**
 * Meter intervals against the window of a bill: prices, shares and peaks. Seconds, joules, watts, USD.
 */

import type { SiteCostPlan } from './cost-plan.js';

/** Block over which a demand charge is metered, seconds (the usual tariff block). */
export const DEMAND_BLOCK_S = 900;
const HOUR_S = 3600;

/** USD per joule at simulated time `timeS`. */
export function energyPriceUsdPerJ(plan: SiteCostPlan, timeS: number): number {
  if (plan.hourlyMultiplier.length === 0) return plan.energyUsdPerJ;
  const hour = Math.floor(timeS / HOUR_S + plan.startHour) % plan.hourlyMultiplier.length;
  return plan.energyUsdPerJ * plan.hourlyMultiplier[hour]!;
}

/** Share of the interval [i*w, (i+1)*w) that lies in [fromS, toS). */
export function intervalShare(interval: number, intervalS: number, fromS: number, toS: number): number {
  const start = Math.max(interval * intervalS, fromS);
  const end = Math.min((interval + 1) * intervalS, toS);
  return end > start ? (end - start) / intervalS : 0;
}

/**
 * Highest mean power over clock-aligned blocks of `blockBins` intervals that overlap the window; a block that the
 * window cuts is averaged over the part of it that was metered inside, and left out when that is less than half of it.
 * Never below the mean of the window.
 */
export function peakW(binsJ: Float64Array, intervalS: number, blockBins: number, fromS: number, toS: number): number {
  let peak = 0;
  let windowJ = 0;
  let windowS = 0;
  for (let block = 0; block < binsJ.length; block += blockBins) {
    let energyJ = 0;
    let timeS = 0;
    for (let i = block; i < Math.min(block + blockBins, binsJ.length); i++) {
      const share = intervalShare(i, intervalS, fromS, toS);
      energyJ += binsJ[i]! * share;
      timeS += intervalS * share;
    }
    windowJ += energyJ;
    windowS += timeS;
    // A sliver of a block at the window's edge is no mean power: a meter would not have printed it.
    if (timeS > 0 && timeS >= (blockBins * intervalS) / 2) peak = Math.max(peak, energyJ / timeS);
  }
  return windowS > 0 ? Math.max(peak, windowJ / windowS) : peak;
}
