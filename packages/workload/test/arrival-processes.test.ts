import { RandomStreams } from '@infersim/kernel';
import { describe, expect, it } from 'vitest';
import { ArrivalObserver } from '../src/inspect/arrival-statistics.js';
import { meanRatePerS, withMeanRate } from '../src/source/mean-rate.js';
import { siteRateMultiplier } from '../src/source/site-rate.js';
import type { ArrivalSpec } from '../src/workload-plan.js';
import { drain, fixedLengths, plan, source } from './drained.js';

const CLIENT_CVS = [
  { weight: 3, cv: 1 },
  { weight: 1, cv: 4 },
];

/** Process, CV of its gaps (null = not tested), and tolerances of rate and CV: about four standard errors. */
const processes: [string, ArrivalSpec, number | null, number, number][] = [
  ['poisson', { process: 'poisson', ratePerS: 20 }, 1, 0.02, 0.02],
  ['gamma, bursty', { process: 'gamma', ratePerS: 20, cv: 2 }, 2, 0.04, 0.04],
  ['gamma, even', { process: 'gamma', ratePerS: 20, cv: 0.4 }, 0.4, 0.01, 0.02],
  ['weibull, bursty', { process: 'weibull', ratePerS: 20, cv: 2 }, 2, 0.04, 0.06],
  ['weibull, even', { process: 'weibull', ratePerS: 20, cv: 0.4 }, 0.4, 0.01, 0.02],
  ['constant', { process: 'constant', ratePerS: 20 }, 0, 1e-9, 1e-6],
  ['periodic', { process: 'periodic', periodS: 0.5, jitterS: 0.01, emitters: 10 }, null, 0.001, 0],
  ['on-off', { process: 'on-off', onRatePerS: 60, onMeanS: 2, offMeanS: 4, cv: 1.5 }, null, 0.1, 0],
  ['clients', { process: 'clients', ratePerS: 20, clients: 30, sigma: 1.5, cvs: CLIENT_CVS }, null, 0.04, 0],
];

const TIME_S = 2_000;

describe('arrival processes', () => {
  it.each(processes)('%s has its rate and burstiness', (_, arrivals, cv, rateTolerance, cvTolerance) => {
    const observer = new ArrivalObserver();
    const taken = drain(source(plan(arrivals, { lengths: fixedLengths }), { horizonS: TIME_S }));
    for (const { timeS } of taken) observer.add(timeS);
    const rate = taken.length / TIME_S;
    expect(meanRatePerS(arrivals)).toBeCloseTo(20, 9);
    expect(Math.abs(rate / 20 - 1)).toBeLessThan(rateTolerance);
    if (cv !== null) expect(Math.abs(observer.result().interArrivalCv - cv)).toBeLessThanOrEqual(cvTolerance);
    expect(taken.every(({ timeS }, i) => i === 0 || timeS >= taken[i - 1]!.timeS)).toBe(true);
  });

  it.each(processes)('%s runs twice as fast at a site of twice the size', (_, arrivals, __, rateTolerance) => {
    const options = { horizonS: TIME_S, rateMultiplier: 2 };
    const taken = drain(source(plan(arrivals, { lengths: fixedLengths }), options));
    expect(Math.abs(taken.length / TIME_S / 40 - 1)).toBeLessThan(rateTolerance);
    const set = withMeanRate(arrivals, 40);
    expect(meanRatePerS(set)).toBeCloseTo(40, 9);
  });

  it('starts in its stationary state: the first moments are neither crowded nor empty', () => {
    const arrivals: ArrivalSpec[] = [
      { process: 'gamma', ratePerS: 1, cv: 5 },
      { process: 'weibull', ratePerS: 1, cv: 3 },
      { process: 'on-off', onRatePerS: 5, onMeanS: 10, offMeanS: 40, cv: 2 },
      { process: 'clients', ratePerS: 1, clients: 5, sigma: 1, cvs: [{ weight: 1, cv: 3 }] },
      { process: 'periodic', periodS: 5, jitterS: 0.1, emitters: 5 },
    ];
    for (const of of arrivals) {
      let count = 0;
      let squares = 0;
      const replications = 1_500;
      for (let replication = 0; replication < replications; replication++) {
        const requests = drain(source(plan(of, { lengths: fixedLengths }), { horizonS: 2 }, 7, replication)).length;
        count += requests;
        squares += requests * requests;
      }
      const mean = count / replications;
      const standardError = Math.sqrt((squares / replications - mean * mean) / replications);
      expect(Math.abs(mean - 2)).toBeLessThan(Math.max(4 * standardError, 0.02));
    }
  });

  it('is on and off as told: bursts, pauses, and gaps within bursts', () => {
    const observer = new ArrivalObserver();
    const arrivals: ArrivalSpec = { process: 'on-off', onRatePerS: 40, onMeanS: 20, offMeanS: 60, cv: 1 };
    for (const { timeS } of drain(source(plan(arrivals, { lengths: fixedLengths }), { horizonS: 40_000 }))) {
      observer.add(timeS);
    }
    const { bursts, interArrivalCv } = observer.result();
    // Pauses below the observer's threshold of 5 s join bursts: exp(-5/60) of the pauses are seen, 65 s long on average.
    const seen = Math.exp(-5 / 60);
    expect(bursts.onRatePerS).toBeGreaterThan(38);
    expect(bursts.onRatePerS).toBeLessThan(40.5);
    expect(Math.abs(bursts.bursts / ((40_000 / 80) * seen) - 1)).toBeLessThan(0.15);
    expect(Math.abs(bursts.offMeanS / 65 - 1)).toBeLessThan(0.15);
    expect(interArrivalCv).toBeGreaterThan(10);
  });

  it('keeps emitters on their own clocks: jitter does not add up', () => {
    const arrivals: ArrivalSpec = { process: 'periodic', periodS: 1, jitterS: 0.02, emitters: 1 };
    const times = drain(source(plan(arrivals))).map(({ timeS }) => timeS);
    expect(times).toHaveLength(1_000);
    const phase = times.reduce((sum, timeS, k) => sum + timeS - k, 0) / times.length;
    const off = times.map((timeS, k) => timeS - k - phase);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.1);
    expect(Math.sqrt(off.reduce((sum, x) => sum + x * x, 0) / off.length)).toBeCloseTo(0.02, 2);
  });

  it('follows a day profile hour by hour, whatever the process', () => {
    const multipliers = Array.from({ length: 24 }, (_, hour) => (hour < 6 ? 0 : hour < 12 ? 0.5 : 1.75));
    const profile = { multipliers, startHour: 3 };
    for (const arrivals of [
      { process: 'poisson', ratePerS: 0.5 },
      { process: 'gamma', ratePerS: 0.5, cv: 0.5 },
      { process: 'periodic', periodS: 20, jitterS: 1, emitters: 10 },
    ] as const) {
      const hours = new Float64Array(48);
      const of = plan(arrivals, { profile, lengths: fixedLengths });
      for (const { timeS } of drain(source(of, { horizonS: 48 * 3_600 }))) hours[Math.floor(timeS / 3_600)]!++;
      hours.forEach((count, hour) => {
        const expected = 1_800 * multipliers[(hour + 3) % 24]!;
        expect(Math.abs(count - expected)).toBeLessThanOrEqual(4.5 * Math.sqrt(expected));
      });
    }
  });

  it('keeps the shape of bursts under a profile: CV within a quiet and a busy day is the same', () => {
    const arrivals: ArrivalSpec = { process: 'gamma', ratePerS: 1, cv: 3 };
    const cvAt = (multiplier: number) => {
      const observer = new ArrivalObserver();
      const of = plan(arrivals, { profile: { multipliers: [multiplier], startHour: 0 }, lengths: fixedLengths });
      for (const { timeS } of drain(source(of, { horizonS: 20_000 / multiplier }))) observer.add(timeS);
      return observer.result().interArrivalCv;
    };
    expect(cvAt(0.25)).toBeCloseTo(cvAt(4), 9);
    expect(Math.abs(cvAt(1) - 3)).toBeLessThan(0.3);
  });

  it('draws site sizes of mean 1, the same for the same site, and scales counted devices without bias', () => {
    const streams = new RandomStreams(5, 0);
    const sizes = Array.from({ length: 4_000 }, (_, site) => siteRateMultiplier(streams, `shop/${site}`, 0.8));
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const meanLog = sizes.reduce((sum, size) => sum + Math.log(size), 0) / sizes.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.06);
    expect(meanLog).toBeCloseTo(-0.32, 1);
    expect(siteRateMultiplier(new RandomStreams(5, 0), 'shop/17', 0.8)).toBe(sizes[17]);
    expect(siteRateMultiplier(new RandomStreams(5, 1), 'shop/17', 0.8)).not.toBe(sizes[17]);
    expect(siteRateMultiplier(streams, 'shop/1', 0)).toBe(1);
    expect(() => siteRateMultiplier(streams, 'shop/1', -1)).toThrow(RangeError);
    let emitted = 0;
    const of = plan({ process: 'periodic', periodS: 1, jitterS: 0, emitters: 2 }, { lengths: fixedLengths });
    for (let site = 0; site < 500; site++) {
      emitted += drain(source(of, { horizonS: 1, rateMultiplier: 0.3, name: `shop/${site}` })).length;
    }
    expect(Math.abs(emitted / 500 - 0.6)).toBeLessThan(0.1);
  });

  it('refuses plans that make no sense', () => {
    const wrong: ArrivalSpec[] = [
      { process: 'poisson', ratePerS: 0 },
      { process: 'gamma', ratePerS: 1, cv: Number.NaN },
      { process: 'periodic', periodS: 1, jitterS: -1, emitters: 1 },
      { process: 'periodic', periodS: 1, jitterS: 0, emitters: 1.5 },
      { process: 'on-off', onRatePerS: 1, onMeanS: 0, offMeanS: 1, cv: 1 },
      { process: 'clients', ratePerS: 1, clients: 3, sigma: 1, cvs: [] },
      { process: 'clients', ratePerS: Number.POSITIVE_INFINITY, clients: 3, sigma: 1, cvs: CLIENT_CVS },
    ];
    for (const arrivals of wrong) expect(() => source(plan(arrivals)), JSON.stringify(arrivals)).toThrow(RangeError);
    const poisson: ArrivalSpec = { process: 'poisson', ratePerS: 1 };
    expect(() => source(plan(poisson, { lengths: { kind: 'recorded' } }))).toThrow(/replay/);
    expect(() => source(plan(poisson, { budgetTokens: 0 }))).toThrow(RangeError);
    expect(() => source(plan(poisson), { sourceIndex: 1 })).toThrow(RangeError);
    expect(() => withMeanRate({ process: 'replay', trace: {} as never }, 1)).toThrow(RangeError);
  });
});
