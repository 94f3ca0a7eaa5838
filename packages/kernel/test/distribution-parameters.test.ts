/** Parameters: what is refused, and the conversions from mean and cv or median and p99. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler, type DistributionSpec } from '../src/distribution.js';
import { gammaFromMeanCv, lognormalFromMeanCv, lognormalFromMedianP99, weibullFromMeanCv } from '../src/parametrise.js';
import { gammaP, lnGamma, normalCdf } from '../src/special-functions.js';

const exponential: DistributionSpec = { dist: 'exponential', mean: 1 };

describe('createSampler refuses, with name and value,', () => {
  it.each<[DistributionSpec, RegExp]>([
    [{ dist: 'constant', value: Number.NaN }, /constant\.value .*NaN/],
    [{ dist: 'uniform', low: 2, high: 1 }, /uniform\.low .* 2 and 1/],
    [{ dist: 'uniform', low: 0, high: Number.POSITIVE_INFINITY }, /uniform\.high .*Infinity/],
    [{ dist: 'exponential', mean: 0 }, /exponential\.mean .*got 0/],
    [{ dist: 'exponential', mean: -1 }, /exponential\.mean .*got -1/],
    [{ dist: 'gamma', shape: 0, scale: 1 }, /gamma\.shape .*got 0/],
    [{ dist: 'gamma', shape: 1, scale: Number.NaN }, /gamma\.scale .*NaN/],
    [{ dist: 'weibull', shape: -2, scale: 1 }, /weibull\.shape .*got -2/],
    [{ dist: 'weibull', shape: 1, scale: Number.POSITIVE_INFINITY }, /weibull\.scale .*Infinity/],
    [{ dist: 'lognormal', mu: Number.NaN, sigma: 1 }, /lognormal\.mu .*NaN/],
    [{ dist: 'lognormal', mu: 0, sigma: -1 }, /lognormal\.sigma .*got -1/],
    [{ dist: 'empirical', values: [] }, /empirical\.values .*none/],
    [{ dist: 'empirical', values: [1, Number.NaN] }, /empirical\.values\[1\] .*NaN/],
    [{ dist: 'empirical', values: [1, 2], probabilities: [1] }, /empirical\.probabilities .*got 1/],
    [{ dist: 'empirical', values: [1, 2], probabilities: [0.5, 0.4] }, /sum to 1, got 0\.9/],
    [{ dist: 'empirical', values: [1, 2], probabilities: [1.5, -0.5] }, /probabilities\[1\] .*got -0\.5/],
    [{ dist: 'mixture', components: [] }, /mixture\.components/],
    [{ dist: 'mixture', components: [{ weight: 0, of: exponential }] }, /sum above 0, got 0/],
    [{ dist: 'mixture', components: [{ weight: 1, of: { dist: 'exponential', mean: -3 } }] }, /exponential\.mean .*-3/],
    [{ dist: 'truncated', of: exponential, mode: 'clamp' }, /low or high, got neither/],
    [{ dist: 'truncated', of: exponential, low: 3, high: 2, mode: 'clamp' }, /truncated\.low .* 3 and 2/],
    [{ dist: 'truncated', of: exponential, high: Number.NaN, mode: 'clamp' }, /truncated\.high .*NaN/],
    [{ dist: 'truncated', of: exponential, low: 10, mode: 'resample' }, /keep a share of .* resampling/],
    [{ dist: 'truncated', of: exponential, low: 1, mode: 'drop' as 'clamp' }, /truncated\.mode .*drop/],
    [{ dist: 'zipf' } as unknown as DistributionSpec, /"zipf"/],
  ])('%j', (spec, message) => {
    expect(() => createSampler(spec)).toThrow(RangeError);
    expect(() => createSampler(spec)).toThrow(message);
  });
});

describe('conversions', () => {
  const means = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

  it.each([
    ['gamma', gammaFromMeanCv],
    ['weibull', weibullFromMeanCv],
    ['lognormal', lognormalFromMeanCv],
  ])('%s has the mean and cv it was asked for', (_name, fromMeanCv) => {
    fc.assert(
      fc.property(means, fc.double({ min: 0.01, max: 20, noNaN: true }), (mean, cv) => {
        const sampler = createSampler(fromMeanCv(mean, cv));
        expect(sampler.mean / mean).toBeCloseTo(1, 9);
        expect(Math.sqrt(sampler.variance) / mean / cv).toBeCloseTo(1, 8);
      }),
      { numRuns: 200, seed: 20266 },
    );
  });

  it('weibull of cv 1 is exponential, and its range of cv has stated ends', () => {
    expect(weibullFromMeanCv(5, 1).shape).toBeCloseTo(1, 9);
    expect(weibullFromMeanCv(5, 1).scale).toBeCloseTo(5, 9);
    for (const cv of [1e-3, 1e4]) {
      const sampler = createSampler(weibullFromMeanCv(1, cv));
      expect(Math.sqrt(sampler.variance) / cv).toBeCloseTo(1, 6);
    }
    for (const cv of [0, 9e-4, 1.1e4, Number.NaN]) expect(() => weibullFromMeanCv(1, cv)).toThrow(RangeError);
  });

  it('lognormal from median and p99 has them as its quantiles', () => {
    const sampler = createSampler(lognormalFromMedianP99(200, 3000));
    expect(sampler.partialMoment(0, 200, true)).toBeCloseTo(0.5, 12);
    expect(sampler.partialMoment(0, 3000, true)).toBeCloseTo(0.99, 12);
    expect(createSampler(lognormalFromMedianP99(7, 7)).variance).toBe(0);
    expect(() => lognormalFromMedianP99(10, 9)).toThrow(/p99 .*10.*got 9/);
  });

  it('refuse means and cvs out of range', () => {
    expect(() => gammaFromMeanCv(0, 1)).toThrow(/mean .*got 0/);
    expect(() => gammaFromMeanCv(1, 0)).toThrow(/cv .*got 0/);
    expect(() => lognormalFromMeanCv(1, -1)).toThrow(/cv .*got -1/);
  });
});

describe('special functions', () => {
  it('match known values', () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
    expect(lnGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(gammaP(1, 2.5)).toBeCloseTo(1 - Math.exp(-2.5), 14);
    expect(gammaP(3, 0.1)).toBeCloseTo(1 - Math.exp(-0.1) * (1 + 0.1 + 0.005), 14);
    expect([gammaP(2, 0), gammaP(2, -1), gammaP(2, Number.POSITIVE_INFINITY)]).toEqual([0, 0, 1]);
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.959_963_984_540_054)).toBeCloseTo(0.975, 13);
    expect(normalCdf(-1.959_963_984_540_054)).toBeCloseTo(0.025, 13);
    expect(normalCdf(-6) / 9.865_876_450_376_946e-10).toBeCloseTo(1, 10);
    expect([normalCdf(-50), normalCdf(50)]).toEqual([0, 1]);
  });
});
