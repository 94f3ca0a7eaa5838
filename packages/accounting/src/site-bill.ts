/**
 * One site's meter turned into energy, carbon and money over a window.
 *
 * PUE, price and carbon intensity are applied per meter interval, so that anyone can recompute the bill from the time
 * series. Energy of an interval that the window cuts counts by the share of it inside. Peaks are means of whole
 * clock-aligned blocks that begin inside the window. The demand charge is the 15-minute peak of facility power at the
 * monthly rate, prorated by window over month: a one-hour run pays an hour's share of it.
 */

import type { SiteCostPlan } from './cost-plan.js';
import { DEMAND_BLOCK_S, peakW } from './meter-intervals.js';
import { SiteBiller } from './site-biller.js';

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
  const biller = new SiteBiller(plan, itBinsJ.length, intervalS, fromS, toS);
  biller.bill(itBinsJ);
  const { itJ, facilityJ, energyUsd, coolingUsd, demandUsd, carbonG, carbonUsd, facilityBinsJ } = biller;
  const blockBins = Math.max(1, Math.round(DEMAND_BLOCK_S / intervalS));
  return {
    itJ,
    facilityJ,
    energyUsd,
    coolingUsd,
    demandUsd,
    carbonG,
    carbonUsd,
    facilityBinsJ,
    peakItW: peakW(itBinsJ, intervalS, 1, fromS, toS),
    peakFacilityW: peakW(facilityBinsJ, intervalS, 1, fromS, toS),
    peakBlockItW: peakW(itBinsJ, intervalS, blockBins, fromS, toS),
    peakBlockFacilityW: biller.peakBlockFacilityW,
  };
}
