/**
 * Lognormal distribution: ln X is normal with mean `mu` and standard deviation `sigma`; the median is e^mu.
 *
 * Moments: E[X^k] = exp(k mu + k² sigma² / 2), and over X < x the same times Φ((ln x - mu) / sigma - k sigma) (complete
 * the square). With sigma = 0 it is the constant e^mu: `createSampler` makes it one.
 */

import type { RandomStream } from './random-streams.js';
import { type MomentOrder, requireFinite, requirePositive, type Sampler } from './sampler.js';
import { normalCdf } from './special-functions.js';

/** Lognormal with the given mu and sigma of the logarithm. */
export class LognormalSampler implements Sampler {
  readonly mean: number;
  readonly variance: number;
  private readonly mu: number;
  private readonly sigma: number;

  /** @throws RangeError when `mu` is not finite or `sigma` not finite and positive. */
  constructor(mu: number, sigma: number) {
    this.mu = requireFinite('lognormal.mu', mu);
    this.sigma = requirePositive('lognormal.sigma', sigma);
    const squared = sigma * sigma;
    this.mean = Math.exp(mu + squared / 2);
    this.variance = Math.expm1(squared) * Math.exp(2 * mu + squared);
  }

  sample(stream: RandomStream): number {
    return Math.exp(this.mu + this.sigma * stream.nextNormal());
  }

  partialMoment(order: MomentOrder, x: number, _isIncluded: boolean): number {
    if (!(x > 0)) return 0;
    const whole = Math.exp(order * this.mu + (order * this.sigma) ** 2 / 2);
    return whole * normalCdf((Math.log(x) - this.mu) / this.sigma - order * this.sigma);
  }
}
