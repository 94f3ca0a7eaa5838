/**
 * One site's meter turned into energy, carbon and money over a window.
 *
 * PUE, price and carbon intensity are applied per meter interval, so that anyone can recompute the bill from the time
 * series. Energy of an interval that the window cuts counts by the share of it inside. Peaks are means of whole
 * clock-aligned blocks that begin inside the window. The demand charge is the 15-minute peak of facility power at the
 * monthly rate, prorated by window over month: a one-hour run pays an hour's share of it.
 */

import { MONTH_S } from './capital.js';
import type { SiteCostPlan } from './cost-plan.js';
import { facilityW } from './pue.js';

/** Block over which a demand charge is metered, seconds (the usual tariff block). */
export const DEMAND_BLOCK_S = 900;
const HOUR_S = 3600;

/** Readings and money of one site in the window [fromS, toS). */
export interface SiteBill {
  readonly itJ: number;
  readonly facilityJ: number;
  readonly energyUsd: number;
  readonly coolingUsd: number;
  readonly demandUsd: number;
  readonly carbonG: number;
  readonly carbonUsd: number;
  /** Facility energy of every interval since time zero, joules. */
  readonly facilityBinsJ: Float64Array;
  readonly peakItW: number;
  readonly peakFacilityW: number;
  readonly peakBlockItW: number;
  readonly peakBlockFacilityW: number;
}

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

/**
 * @param itBinsJ IT energy of each whole meter interval since time zero, joules.
 * @param intervalS width of an interval, seconds.
 */
export function billSite(
  plan: SiteCostPlan,
  itBinsJ: Float64Array,
  intervalS: number,
  fromS: number,
  toS: number,
): SiteBill {
  const facilityBinsJ = new Float64Array(itBinsJ.length);
  let itJ = 0;
  let facilityJ = 0;
  let energyUsd = 0;
  let coolingUsd = 0;
  for (let i = 0; i < itBinsJ.length; i++) {
    // The last interval may be cut by the end of the run: its mean power is over the time it has.
    const metered = Math.min((i + 1) * intervalS, toS) - i * intervalS;
    const intervalJ = itBinsJ[i]!;
    const facility = metered > 0 ? facilityW(plan.pue, intervalJ / metered) * metered : 0;
    facilityBinsJ[i] = facility;
    const share = metered > 0 ? (intervalShare(i, intervalS, fromS, toS) * intervalS) / metered : 0;
    const price = energyPriceUsdPerJ(plan, i * intervalS);
    itJ += intervalJ * share;
    facilityJ += facility * share;
    energyUsd += intervalJ * share * price;
    coolingUsd += (facility - intervalJ) * share * price;
  }
  const blockBins = Math.max(1, Math.round(DEMAND_BLOCK_S / intervalS));
  const peakBlockFacilityW = peakW(facilityBinsJ, intervalS, blockBins, fromS, toS);
  const carbonG = facilityJ * plan.carbonGPerJ;
  return {
    itJ,
    facilityJ,
    energyUsd,
    coolingUsd,
    demandUsd: (plan.demandUsdPerWMonth * peakBlockFacilityW * (toS - fromS)) / MONTH_S,
    carbonG,
    carbonUsd: carbonG * plan.carbonUsdPerG,
    facilityBinsJ,
    peakItW: peakW(itBinsJ, intervalS, 1, fromS, toS),
    peakFacilityW: peakW(facilityBinsJ, intervalS, 1, fromS, toS),
    peakBlockItW: peakW(itBinsJ, intervalS, blockBins, fromS, toS),
    peakBlockFacilityW,
  };
}
