/** Constant and uniform distributions. Uniform is on [low, high) when drawn; with low = high it is a constant. */

import type { RandomStream } from './random-streams.js';
import { type MomentOrder, requireFinite, type Sampler } from './sampler.js';

/** Always the same value. */
export class ConstantSampler implements Sampler {
  readonly mean: number;
  readonly variance = 0;

  /** @throws RangeError when the value is not finite. */
  constructor(value: number) {
    this.mean = requireFinite('constant.value', value);
  }

  sample(_stream: RandomStream): number {
    return this.mean;
  }

  partialMoment(order: MomentOrder, x: number, isIncluded: boolean): number {
    return this.mean < x || (isIncluded && this.mean === x) ? this.mean ** order : 0;
  }
}

/** Equal density from `low` to `high`. */
export class UniformSampler implements Sampler {
  readonly mean: number;
  readonly variance: number;
  private readonly low: number;
  private readonly high: number;

  /** @throws RangeError when a bound is not finite or `low` is not below `high`. */
  constructor(low: number, high: number) {
    this.low = requireFinite('uniform.low', low);
    this.high = requireFinite('uniform.high', high);
    if (!(low < high)) throw new RangeError(`uniform.low must be below uniform.high, got ${low} and ${high}`);
    this.mean = low + (high - low) / 2;
    this.variance = (high - low) ** 2 / 12;
  }

  sample(stream: RandomStream): number {
    return this.low + (this.high - this.low) * stream.nextDouble();
  }

  partialMoment(order: MomentOrder, x: number, _isIncluded: boolean): number {
    const upper = Math.min(Math.max(x, this.low), this.high);
    const power = order + 1;
    return (upper ** power - this.low ** power) / (power * (this.high - this.low));
  }
}
