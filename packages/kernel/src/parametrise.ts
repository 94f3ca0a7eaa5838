/**
 * Distributions from the numbers that people know: mean and coefficient of variation (cv, standard deviation over
 * mean), or median and 99th percentile. Each returns a plain spec for `createSampler`.
 */

import type { DistributionSpec } from './distribution.js';
import { requireNonNegative, requirePositive } from './sampler.js';
import { lnGamma } from './special-functions.js';
import { weibullSquaredCv } from './weibull.js';

/** 99 % quantile of the standard normal distribution. */
const NORMAL_Q99 = 2.326_347_874_040_841;
/** Range of the cv for which a Weibull shape is searched; the shapes at its ends are about 1,280 and 0.07. */
const WEIBULL_CV_LOW = 1e-3;
const WEIBULL_CV_HIGH = 1e4;

/** Gamma with this mean and cv: shape 1 / cv², scale mean cv². @throws RangeError unless both are finite and positive. */
export function gammaFromMeanCv(mean: number, cv: number): DistributionSpec & { dist: 'gamma' } {
  requirePositive('mean', mean);
  requirePositive('cv', cv);
  return { dist: 'gamma', shape: 1 / (cv * cv), scale: mean * cv * cv };
}

/**
 * Weibull with this mean and cv; the shape is found by bisection on its logarithm, to the last bits.
 * @throws RangeError unless the mean is finite and positive and the cv from 0.001 to 10,000.
 */
export function weibullFromMeanCv(mean: number, cv: number): DistributionSpec & { dist: 'weibull' } {
  requirePositive('mean', mean);
  if (!(cv >= WEIBULL_CV_LOW && cv <= WEIBULL_CV_HIGH)) {
    throw new RangeError(`cv of a Weibull must be from ${WEIBULL_CV_LOW} to ${WEIBULL_CV_HIGH}, got ${cv}`);
  }
  let low = Math.log(0.01);
  let high = Math.log(1e5);
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (weibullSquaredCv(Math.exp(middle)) > cv * cv) low = middle;
    else high = middle;
  }
  const shape = Math.exp((low + high) / 2);
  const unitMean = Math.exp(lnGamma(1 + 1 / shape));
  return { dist: 'weibull', shape, scale: mean / unitMean };
}

/** Lognormal with this mean and cv; cv 0 gives a constant. @throws RangeError unless mean > 0, cv >= 0, both finite. */
export function lognormalFromMeanCv(mean: number, cv: number): DistributionSpec & { dist: 'lognormal' } {
  requirePositive('mean', mean);
  requireNonNegative('cv', cv);
  const squaredSigma = Math.log1p(cv * cv);
  return { dist: 'lognormal', mu: Math.log(mean) - squaredSigma / 2, sigma: Math.sqrt(squaredSigma) };
}

/** Lognormal with this median and 99th percentile. @throws RangeError unless 0 < median <= p99, both finite. */
export function lognormalFromMedianP99(median: number, p99: number): DistributionSpec & { dist: 'lognormal' } {
  requirePositive('median', median);
  requirePositive('p99', p99);
  if (p99 < median) throw new RangeError(`p99 must not be below the median (${median}), got ${p99}`);
  return { dist: 'lognormal', mu: Math.log(median), sigma: Math.log(p99 / median) / NORMAL_Q99 };
}
