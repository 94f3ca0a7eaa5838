/**
 * Weibull distribution, P(X > x) = exp(-(x / scale)^shape), drawn by inversion with a 53-bit uniform.
 *
 * Moments: E[X^k] = scale^k Γ(1 + k / shape), and over X < x the same times P(1 + k / shape, (x / scale)^shape): put
 * t = (x / scale)^shape in the integral. The variance loses digits for shapes above about 1e4, where it nearly vanishes.
 */

import type { RandomStream } from './random-streams.js';
import { type MomentOrder, requirePositive, type Sampler } from './sampler.js';
import { gammaP, lnGamma } from './special-functions.js';

/** Weibull with the given shape and scale. */
export class WeibullSampler implements Sampler {
  readonly mean: number;
  readonly variance: number;
  private readonly shape: number;
  private readonly scale: number;

  /** @throws RangeError when a parameter is not finite and positive. */
  constructor(shape: number, scale: number) {
    this.shape = requirePositive('weibull.shape', shape);
    this.scale = requirePositive('weibull.scale', scale);
    this.mean = scale * Math.exp(lnGamma(1 + 1 / shape));
    this.variance = this.mean * this.mean * weibullSquaredCv(shape);
  }

  sample(stream: RandomStream): number {
    return this.scale * (-Math.log(stream.nextOpen())) ** (1 / this.shape);
  }

  partialMoment(order: MomentOrder, x: number, _isIncluded: boolean): number {
    if (!(x > 0)) return 0;
    const power = 1 + order / this.shape;
    const whole = this.scale ** order * Math.exp(lnGamma(power));
    return whole * gammaP(power, (x / this.scale) ** this.shape);
  }
}

/** Squared coefficient of variation of a Weibull of this shape: Γ(1 + 2/k) / Γ(1 + 1/k)² - 1. Falls as the shape rises. */
export function weibullSquaredCv(shape: number): number {
  return Math.expm1(lnGamma(1 + 2 / shape) - 2 * lnGamma(1 + 1 / shape));
}
