/**
 * Distributions as plain data, and the samplers made from them.
 *
 * A spec holds no functions, so it may lie in a plan and be posted to a worker. Units are those of the values drawn.
 * Composite specs (mixture, truncated) nest freely.
 */

import { EmpiricalSampler } from './empirical.js';
import { ExponentialSampler, GammaSampler } from './gamma.js';
import { LognormalSampler } from './lognormal.js';
import { MixtureSampler } from './mixture.js';
import type { Sampler } from './sampler.js';
import { TruncatedSampler } from './truncated.js';
import { ConstantSampler, UniformSampler } from './uniform.js';
import { WeibullSampler } from './weibull.js';

/** One part of a mixture; weights are relative. */
export interface MixtureComponent {
  readonly weight: number;
  readonly of: DistributionSpec;
}

/** A distribution as plain data. */
export type DistributionSpec =
  | { readonly dist: 'constant'; readonly value: number }
  | { readonly dist: 'uniform'; readonly low: number; readonly high: number }
  | { readonly dist: 'exponential'; readonly mean: number }
  | { readonly dist: 'gamma'; readonly shape: number; readonly scale: number }
  | { readonly dist: 'weibull'; readonly shape: number; readonly scale: number }
  | { readonly dist: 'lognormal'; readonly mu: number; readonly sigma: number }
  | { readonly dist: 'empirical'; readonly values: readonly number[]; readonly probabilities?: readonly number[] }
  | { readonly dist: 'mixture'; readonly components: readonly MixtureComponent[] }
  | {
      readonly dist: 'truncated';
      readonly of: DistributionSpec;
      readonly low?: number;
      readonly high?: number;
      readonly mode: 'resample' | 'clamp';
    };

/**
 * The sampler of a spec. A uniform with low = high and a lognormal with sigma = 0 are constants.
 * @throws RangeError when a parameter is out of range: the message has its name, the value and what is allowed.
 */
export function createSampler(spec: DistributionSpec): Sampler {
  switch (spec.dist) {
    case 'constant':
      return new ConstantSampler(spec.value);
    case 'uniform':
      return spec.low === spec.high ? new ConstantSampler(spec.low) : new UniformSampler(spec.low, spec.high);
    case 'exponential':
      return new ExponentialSampler(spec.mean);
    case 'gamma':
      return new GammaSampler(spec.shape, spec.scale);
    case 'weibull':
      return new WeibullSampler(spec.shape, spec.scale);
    case 'lognormal':
      return spec.sigma === 0 ? new ConstantSampler(Math.exp(spec.mu)) : new LognormalSampler(spec.mu, spec.sigma);
    case 'empirical':
      return new EmpiricalSampler(spec.values, spec.probabilities);
    case 'mixture': {
      const weights = spec.components.map((component) => component.weight);
      return new MixtureSampler(
        weights,
        spec.components.map((component) => createSampler(component.of)),
      );
    }
    case 'truncated':
      return new TruncatedSampler(createSampler(spec.of), spec.low, spec.high, spec.mode);
    default:
      throw new RangeError(
        `dist must be a known distribution, got ${JSON.stringify((spec as { dist: unknown }).dist)}`,
      );
  }
}
