/** Distributions as written to the kernel's plain specs, with what cannot be refused where it stands. */

import {
  createSampler,
  type DistributionSpec,
  gammaFromMeanCv,
  lognormalFromMeanCv,
  lognormalFromMedianP99,
  weibullFromMeanCv,
} from '@infersim/kernel';
import type { DistributionInput } from '../schema/distribution-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

type Shape = Exclude<DistributionInput, number>;
type SimpleShape = Exclude<Shape, { dist: 'mixture' }>;

/** The spec of a distribution; a constant 1 after filing why it is none. */
export function resolveDistribution(ctx: ResolveContext, path: Path, input: DistributionInput): DistributionSpec {
  if (typeof input === 'number') return { dist: 'constant', value: input };
  const spec = input.dist === 'mixture' ? mixtureSpec(ctx, path, input.components) : simpleSpec(ctx, path, input);
  if (spec === null) return { dist: 'constant', value: 1 };
  try {
    createSampler(spec);
    return spec;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    ctx.problem(path, { code: 'SCENARIO_DISTRIBUTION', message: error.message });
    return { dist: 'constant', value: 1 };
  }
}

function mixtureSpec(
  ctx: ResolveContext,
  path: Path,
  components: readonly { weight: number; of: SimpleShape }[],
): DistributionSpec | null {
  const parts = components.map(({ weight, of }, index) => ({
    weight,
    of: simpleSpec(ctx, [...path, 'components', index, 'of'], of),
  }));
  const sound = parts.flatMap(({ weight, of }) => (of === null ? [] : [{ weight, of }]));
  return sound.length < parts.length ? null : { dist: 'mixture', components: sound };
}

/** Pairs of parameters that fix a distribution. */
const PAIRS = {
  gamma: [
    ['mean', 'cv'],
    ['shape', 'scale'],
  ],
  weibull: [
    ['mean', 'cv'],
    ['shape', 'scale'],
  ],
  lognormal: [
    ['median', 'p99'],
    ['median', 'sigma'],
    ['mu', 'sigma'],
    ['mean', 'cv'],
  ],
} as const;

function simpleSpec(ctx: ResolveContext, path: Path, input: SimpleShape): DistributionSpec | null {
  switch (input.dist) {
    case 'constant':
      return { dist: 'constant', value: input.value };
    case 'uniform':
      if (input.max < input.min)
        return refuse(ctx, [...path, 'max'], `max ${input.max} is below min ${input.min}`, `at least ${input.min}`);
      return { dist: 'uniform', low: input.min, high: input.max };
    case 'uniform-whole':
      if (input.max < input.min)
        return refuse(ctx, [...path, 'max'], `max ${input.max} is below min ${input.min}`, `at least ${input.min}`);
      // Lengths are rounded to whole tokens: half a token more at both ends gives the ends their full share.
      return input.min === input.max
        ? { dist: 'constant', value: input.min }
        : { dist: 'uniform', low: input.min - 0.5, high: input.max + 0.5 };
    case 'empirical': {
      const total = (input.weights ?? []).reduce((sum, weight) => sum + weight, 0);
      if (input.weights === undefined) return { dist: 'empirical', values: input.values };
      if (input.weights.length !== input.values.length)
        return refuse(
          ctx,
          [...path, 'weights'],
          `${input.weights.length} weights for ${input.values.length} values`,
          'one weight per value',
        );
      if (!(total > 0)) return refuse(ctx, [...path, 'weights'], 'all weights are 0', 'at least one above 0');
      return { dist: 'empirical', values: input.values, probabilities: input.weights.map((weight) => weight / total) };
    }
    case 'exponential':
      return cut(ctx, path, { dist: 'exponential', mean: input.mean }, input.min, input.max);
    default: {
      const spec = paired(ctx, path, input);
      return spec === null ? null : cut(ctx, path, spec, input.min, input.max);
    }
  }
}

type PairedShape = Extract<SimpleShape, { dist: 'gamma' | 'weibull' | 'lognormal' }>;

function paired(ctx: ResolveContext, path: Path, input: PairedShape): DistributionSpec | null {
  const names = ['median', 'p99', 'sigma', 'mu', 'mean', 'cv', 'shape', 'scale'] as const;
  const given: Partial<Record<(typeof names)[number], number>> = {};
  for (const name of names) {
    const value = (input as Partial<Record<(typeof names)[number], number>>)[name];
    if (value !== undefined) given[name] = value;
  }
  const keys = Object.keys(given);
  const pairs: readonly (readonly [string, string])[] = PAIRS[input.dist];
  const pair = pairs.find((each) => keys.length === 2 && each.every((key) => keys.includes(key)));
  if (pair === undefined)
    return refuse(
      ctx,
      path,
      `a ${input.dist} distribution is fixed by two parameters, not by ${keys.length === 0 ? 'none' : keys.join(', ')}`,
      ...pairs.map((each) => `${each[0]} and ${each[1]}`),
    );
  const { median, p99, sigma, mu, mean, cv, shape, scale } = given;
  if (input.dist === 'lognormal') {
    if (median !== undefined && p99 !== undefined) {
      if (p99 < median)
        return refuse(ctx, [...path, 'p99'], `p99 ${p99} is below the median ${median}`, `at least ${median}`);
      return lognormalFromMedianP99(median, p99);
    }
    if (median !== undefined) return { dist: 'lognormal', mu: Math.log(median), sigma: sigma ?? 0 };
    if (mu !== undefined) return { dist: 'lognormal', mu, sigma: sigma ?? 0 };
    return lognormalFromMeanCv(mean ?? 1, cv ?? 1);
  }
  if (shape !== undefined) return { dist: input.dist, shape, scale: scale ?? 1 };
  if (input.dist === 'gamma') return gammaFromMeanCv(mean ?? 1, cv ?? 1);
  if (cv !== undefined && cv < 0.001) return refuse(ctx, [...path, 'cv'], `cv ${cv} is out of range`, 'at least 0.001');
  return weibullFromMeanCv(mean ?? 1, cv ?? 1);
}

function cut(
  ctx: ResolveContext,
  path: Path,
  spec: DistributionSpec,
  low: number | undefined,
  high: number | undefined,
): DistributionSpec | null {
  if (low === undefined && high === undefined) return spec;
  if (low !== undefined && high !== undefined && low >= high)
    return refuse(ctx, [...path, 'max'], `max ${high} is not above min ${low}`, `above ${low}`);
  return {
    dist: 'truncated',
    of: spec,
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    mode: 'resample',
  };
}

function refuse(ctx: ResolveContext, path: Path, message: string, ...allowed: string[]): null {
  ctx.problem(path, { code: 'SCENARIO_DISTRIBUTION', message, allowed });
  return null;
}
