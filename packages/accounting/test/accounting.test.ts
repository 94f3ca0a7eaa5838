import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  amortisedUsdPerS,
  billSite,
  capitalRecoveryFactor,
  energyPriceUsdPerJ,
  facilityW,
  MONTH_S,
  type PuePlan,
  perMillion,
  SiteBiller,
  type SiteCostPlan,
  splitByCause,
  YEAR_S,
} from '../src/index.js';

const thermal = (outdoorC: number, freeCoolingC = 18): PuePlan => ({
  model: 'thermal',
  ratedW: 1e6,
  outdoorC,
  freeCoolingC,
  mixC: 8,
  copAt20C: 5.5,
  fanShare: 0.04,
  pumpShare: 0.01,
});

const site = (over: Partial<SiteCostPlan> = {}): SiteCostPlan => ({
  energyUsdPerJ: 0.1 / 3.6e6,
  hourlyMultiplier: [],
  startHour: 0,
  demandUsdPerWMonth: 0,
  carbonGPerJ: 400 / 3.6e6,
  carbonUsdPerG: 0,
  pue: { model: 'fixed', pue: 1.2 },
  egressUsdPerByte: 0,
  ...over,
});

describe('capital', () => {
  it('repays 1,000 USD over 4 years at 8 % with 301.92 USD a year', () => {
    expect(1000 * capitalRecoveryFactor(0.08, 4)).toBeCloseTo(301.9208, 3);
    expect(capitalRecoveryFactor(0, 4)).toBe(0.25);
    expect(amortisedUsdPerS(8760 * 3600, 0, 1)).toBeCloseTo(1, 12);
  });
  it('tends to the interest-free factor as interest vanishes', () => {
    expect(capitalRecoveryFactor(1e-9, 7)).toBeCloseTo(1 / 7, 6);
  });
  it('refuses a life of zero and negative interest', () => {
    expect(() => capitalRecoveryFactor(0.08, 0)).toThrow(/life/);
    expect(() => capitalRecoveryFactor(-0.1, 4)).toThrow(/interest/);
  });
});

describe('facility power', () => {
  it('gives the published ratios at load 1, 1/2 and 1/10, cool and hot, to a hundredth', () => {
    const published: [PuePlan, number, number][] = [
      [thermal(10), 1, 1.11],
      [thermal(10), 0.5, 1.1],
      [thermal(10), 0.1, 1.23],
      [thermal(35), 1, 1.41],
      [thermal(35), 0.5, 1.4],
      [thermal(35), 0.1, 1.53],
      [thermal(35, 32), 1, 1.22],
    ];
    for (const [plan, load, pue] of published) {
      expect(Math.abs(facilityW(plan, load * 1e6) / (load * 1e6) - pue)).toBeLessThan(0.01);
    }
  });
  it('never falls below IT power and grows with it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2e6, noNaN: true }),
        fc.double({ min: -20, max: 45, noNaN: true }),
        (w, t) => {
          const plan = thermal(t);
          expect(facilityW(plan, w)).toBeGreaterThanOrEqual(w);
          expect(facilityW(plan, w + 1000)).toBeGreaterThan(facilityW(plan, w));
        },
      ),
    );
  });
});

describe('site bill', () => {
  it('charges an hour at 100 kW, PUE 1.2, 0.10 USD/kWh by hand', () => {
    const bins = new Float64Array(60).fill(100e3 * 60);
    const bill = billSite(site(), bins, 60, 0, 3600);
    expect(bill.itJ).toBeCloseTo(3.6e8, 3);
    expect(bill.energyUsd).toBeCloseTo(10, 9);
    expect(bill.coolingUsd).toBeCloseTo(2, 9);
    expect(bill.carbonG).toBeCloseTo(48_000, 6);
    expect(bill.peakItW).toBeCloseTo(100e3, 6);
    expect(bill.peakBlockFacilityW).toBeCloseTo(120e3, 6);
  });
  it('prorates the demand charge: an hour of a month pays an hour of it', () => {
    const bins = new Float64Array(60).fill(100e3 * 60);
    const bill = billSite(site({ demandUsdPerWMonth: 0.015 }), bins, 60, 0, 3600);
    expect(bill.demandUsd).toBeCloseTo((0.015 * 120e3 * 3600) / MONTH_S, 9);
    expect(MONTH_S * 12).toBe(YEAR_S);
  });
  it('takes the 15-minute peak, not the minute peak, for demand', () => {
    const bins = new Float64Array(30).fill(60 * 1000);
    bins[3] = 60 * 16_000;
    const bill = billSite(site({ pue: { model: 'fixed', pue: 1 } }), bins, 60, 0, 1800);
    expect(bill.peakItW).toBe(16_000);
    expect(bill.peakBlockItW).toBe(2000);
  });
  it('never shows a peak below the mean, also where the window cuts the blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (values, from) => {
          const toS = values.length * 60;
          const fromS = from * toS;
          const bill = billSite(site(), Float64Array.from(values), 60, fromS, toS);
          const meanW = bill.itJ / (toS - fromS);
          expect(bill.peakBlockItW).toBeGreaterThanOrEqual(meanW * (1 - 1e-12));
          expect(bill.peakItW).toBeGreaterThanOrEqual(bill.peakBlockItW * (1 - 1e-12));
        },
      ),
    );
  });
  it('counts only the window, and half of an interval that the window halves', () => {
    const bins = new Float64Array(10).fill(600);
    const bill = billSite(site({ pue: { model: 'fixed', pue: 2 } }), bins, 60, 90, 600);
    expect(bill.itJ).toBeCloseTo(8.5 * 600, 9);
    expect(bill.facilityJ).toBeCloseTo(17 * 600, 9);
  });
  it('follows the tariff by local hour', () => {
    const hourly = Array.from({ length: 24 }, (_, hour) => (hour === 18 ? 2 : 22 / 23));
    const plan = site({ hourlyMultiplier: hourly, startHour: 17 });
    expect(energyPriceUsdPerJ(plan, 0)).toBeCloseTo((0.1 / 3.6e6) * (22 / 23), 15);
    expect(energyPriceUsdPerJ(plan, 3600)).toBeCloseTo((0.1 / 3.6e6) * 2, 15);
    expect(energyPriceUsdPerJ(plan, 3600 * 25)).toBeCloseTo((0.1 / 3.6e6) * 2, 15);
  });

  it('bills a week of minutes by the hour of each, for one site after another', () => {
    const minutes = 7 * 24 * 60;
    const plan = site({ hourlyMultiplier: Array.from({ length: 24 }, (_, hour) => 1 + hour / 8) });
    const biller = new SiteBiller(plan, minutes, 60, 90, minutes * 60 - 30);
    for (const scale of [1, 3]) {
      const bins = Float64Array.from({ length: minutes }, (_, minute) => scale * (60_000 + (minute % 977)));
      biller.bill(bins);
      let facilityJ = 0;
      let usd = 0;
      bins.forEach((joules, minute) => {
        // The run ends half way through the last minute, whose energy is then all of its own.
        const inside = minute === 0 ? 0 : minute === 1 ? 0.5 : 1;
        const perJ = energyPriceUsdPerJ(plan, minute * 60);
        facilityJ += 1.2 * joules * inside;
        usd += 1.2 * joules * inside * perJ;
      });
      expect(biller.facilityJ / facilityJ).toBeCloseTo(1, 10);
      expect((biller.energyUsd + biller.coolingUsd) / usd).toBeCloseTo(1, 10);
    }
  });

  it('conserves: IT plus cooling energy at a flat price is facility energy at that price', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
        const bins = Float64Array.from(values);
        const plan = site({ pue: thermal(30) });
        const bill = billSite(plan, bins, 60, 0, values.length * 60);
        expect(bill.energyUsd + bill.coolingUsd).toBeCloseTo(bill.facilityJ * plan.energyUsdPerJ, 6);
        expect(bill.facilityBinsJ.reduce((a, b) => a + b, 0)).toBeCloseTo(bill.facilityJ, 3);
      }),
    );
  });
});

describe('cost per token', () => {
  it('splits the bill so that the parts add up', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (usd, share, busyS) => {
          const { prefillUsd, decodeUsd } = splitByCause(usd, share * busyS, busyS);
          expect(prefillUsd + decodeUsd).toBeCloseTo(usd, 6);
        },
      ),
    );
  });
  it('is not available when nothing ran or nothing came out', () => {
    expect(splitByCause(5, 0, 0).prefillUsd).toBeNaN();
    expect(perMillion(5, 0)).toBeNaN();
    expect(perMillion(5, 1e6)).toBe(5);
  });
});
