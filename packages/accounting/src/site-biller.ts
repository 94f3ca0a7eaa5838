/**
 * The bills of like sites, one after the other: what the intervals of the window have in common is worked out once, if they
 * are not more than `BLOCK`, and the figures of the last bill stand in the fields until the next. A million sites are billed
 * without an object for each, and a year of minutes without a table of it.
 *
 * The rules and their order of sums are those of `billSite`, which makes its figures here.
 */

import { MONTH_S } from './capital.js';
import type { SiteCostPlan } from './cost-plan.js';
import { DEMAND_BLOCK_S, energyPriceUsdPerJ, intervalShare, peakW } from './meter-intervals.js';
import { facilityW } from './pue.js';

/** Intervals whose times and prices are kept at once. */
const BLOCK = 4096;

export class SiteBiller {
  itJ = 0;
  facilityJ = 0;
  energyUsd = 0;
  coolingUsd = 0;
  demandUsd = 0;
  carbonG = 0;
  carbonUsd = 0;
  peakBlockFacilityW = 0;
  /** Facility energy of every interval since time zero, joules. */
  readonly facilityBinsJ: Float64Array;
  readonly #plan: SiteCostPlan;
  readonly #intervalS: number;
  readonly #fromS: number;
  readonly #toS: number;
  readonly #blockBins: number;
  /** Of each interval of a block: seconds metered, the share of its energy that the window is charged, and the price. */
  readonly #meteredS: Float64Array;
  readonly #share: Float64Array;
  readonly #usdPerJ: Float64Array;

  /** @param intervals whole meter intervals since time zero, of `intervalS` seconds each. */
  constructor(plan: SiteCostPlan, intervals: number, intervalS: number, fromS: number, toS: number) {
    this.#plan = plan;
    this.#intervalS = intervalS;
    this.#fromS = fromS;
    this.#toS = toS;
    this.#blockBins = Math.max(1, Math.round(DEMAND_BLOCK_S / intervalS));
    this.facilityBinsJ = new Float64Array(intervals);
    const kept = Math.min(intervals, BLOCK);
    this.#meteredS = new Float64Array(kept);
    this.#share = new Float64Array(kept);
    this.#usdPerJ = new Float64Array(kept);
    this.#prepare(0);
  }

  /** Bills one site by the IT energy of each interval, joules. */
  bill(itBinsJ: Float64Array): void {
    const plan = this.#plan;
    const { pue } = plan;
    const facilityBinsJ = this.facilityBinsJ;
    const meteredS = this.#meteredS;
    const shares = this.#share;
    const prices = this.#usdPerJ;
    let itJ = 0;
    let facilityJ = 0;
    let energyUsd = 0;
    let coolingUsd = 0;
    const intervals = facilityBinsJ.length;
    for (let first = 0; first < intervals; first += BLOCK) {
      if (intervals > BLOCK) this.#prepare(first);
      const count = Math.min(BLOCK, intervals - first);
      for (let i = 0; i < count; i++) {
        const metered = meteredS[i]!;
        const intervalJ = itBinsJ[first + i]!;
        const facility = metered > 0 ? facilityW(pue, intervalJ / metered) * metered : 0;
        facilityBinsJ[first + i] = facility;
        const share = shares[i]!;
        const price = prices[i]!;
        itJ += intervalJ * share;
        facilityJ += facility * share;
        energyUsd += intervalJ * share * price;
        coolingUsd += (facility - intervalJ) * share * price;
      }
    }
    this.itJ = itJ;
    this.facilityJ = facilityJ;
    this.energyUsd = energyUsd;
    this.coolingUsd = coolingUsd;
    this.peakBlockFacilityW = peakW(facilityBinsJ, this.#intervalS, this.#blockBins, this.#fromS, this.#toS);
    this.demandUsd = (plan.demandUsdPerWMonth * this.peakBlockFacilityW * (this.#toS - this.#fromS)) / MONTH_S;
    this.carbonG = facilityJ * plan.carbonGPerJ;
    this.carbonUsd = this.carbonG * plan.carbonUsdPerG;
  }

  /** Works out the block of intervals that begins with `first`. */
  #prepare(first: number): void {
    const count = Math.min(BLOCK, this.facilityBinsJ.length - first);
    for (let i = 0; i < count; i++) {
      const startS = (first + i) * this.#intervalS;
      // The last interval may be cut by the end of the run: its mean power is over the time it has.
      const metered = Math.min((first + i + 1) * this.#intervalS, this.#toS) - startS;
      const share = intervalShare(first + i, this.#intervalS, this.#fromS, this.#toS);
      this.#meteredS[i] = metered;
      this.#share[i] = metered > 0 ? (share * this.#intervalS) / metered : 0;
      this.#usdPerJ[i] = energyPriceUsdPerJ(this.#plan, startS);
    }
  }
}
