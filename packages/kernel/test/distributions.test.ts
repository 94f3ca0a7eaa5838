/**
 * Samplers against closed forms written here independently: mean, variance, a tail quantile and the Kolmogorov distance
 * at n = 100,000 with fixed seeds. Tolerances: 4 standard errors (5 for variances, whose errors have heavier tails), and
 * the 0.1 % point of the Kolmogorov statistic, 1.95 / sqrt(n).
 */
import { describe, expect, it } from 'vitest';
import { createSampler, type DistributionSpec } from '../src/distribution.js';
import { RandomStreams } from '../src/random-streams.js';

const SAMPLES = 100_000;

/** Normal distribution function by Simpson's rule: slow and independent of the code under test. */
function phi(z: number): number {
  const steps = 400;
  const width = z / steps;
  let sum = 1 + Math.exp((-z * z) / 2);
  for (let i = 1; i < steps; i++) sum += Math.exp(-((i * width) ** 2) / 2) * (i % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}

interface Case {
  name: string;
  spec: DistributionSpec;
  mean: number;
  variance: number;
  cdf: (x: number) => number;
}

const exponentialCdf = (mean: number) => (x: number) => 1 - Math.exp(-x / mean);
const erlang3Cdf = (x: number): number => 1 - Math.exp(-x) * (1 + x + (x * x) / 2);

const cases: Case[] = [
  { name: 'uniform', spec: { dist: 'uniform', low: -2, high: 6 }, mean: 2, variance: 64 / 12, cdf: (x) => (x + 2) / 8 },
  { name: 'exponential', spec: { dist: 'exponential', mean: 3 }, mean: 3, variance: 9, cdf: exponentialCdf(3) },
  {
    name: 'gamma of shape 3',
    spec: { dist: 'gamma', shape: 3, scale: 2 },
    mean: 6,
    variance: 12,
    cdf: (x) => erlang3Cdf(x / 2),
  },
  {
    name: 'gamma of shape 1',
    spec: { dist: 'gamma', shape: 1, scale: 2 },
    mean: 2,
    variance: 4,
    cdf: exponentialCdf(2),
  },
  {
    name: 'gamma of shape 1/2 (chi-square)',
    spec: { dist: 'gamma', shape: 0.5, scale: 2 },
    mean: 1,
    variance: 2,
    cdf: (x) => 2 * phi(Math.sqrt(x)) - 1,
  },
  {
    name: 'weibull of shape 1/2',
    spec: { dist: 'weibull', shape: 0.5, scale: 1 },
    mean: 2,
    variance: 20,
    cdf: (x) => 1 - Math.exp(-Math.sqrt(x)),
  },
  {
    name: 'weibull of shape 2 (Rayleigh)',
    spec: { dist: 'weibull', shape: 2, scale: 3 },
    mean: (3 * Math.sqrt(Math.PI)) / 2,
    variance: 9 * (1 - Math.PI / 4),
    cdf: (x) => 1 - Math.exp(-((x / 3) ** 2)),
  },
  {
    name: 'lognormal',
    spec: { dist: 'lognormal', mu: 1, sigma: 0.5 },
    mean: Math.exp(1.125),
    variance: (Math.exp(0.25) - 1) * Math.exp(2.25),
    cdf: (x) => phi((Math.log(x) - 1) / 0.5),
  },
  {
    name: 'mixture of exponentials',
    spec: {
      dist: 'mixture',
      components: [
        { weight: 9, of: { dist: 'exponential', mean: 1 } },
        { weight: 1, of: { dist: 'exponential', mean: 10 } },
      ],
    },
    mean: 1.9,
    variance: 0.9 * 2 + 0.1 * 200 - 1.9 ** 2,
    cdf: (x) => 0.9 * exponentialCdf(1)(x) + 0.1 * exponentialCdf(10)(x),
  },
  {
    name: 'exponential resampled below 2',
    spec: { dist: 'truncated', of: { dist: 'exponential', mean: 1 }, high: 2, mode: 'resample' },
    mean: 1 - 2 / (Math.exp(2) - 1),
    variance: 1 - (4 * Math.exp(2)) / (Math.exp(2) - 1) ** 2,
    cdf: (x) => exponentialCdf(1)(x) / exponentialCdf(1)(2),
  },
  {
    name: 'exponential resampled above 5 (memoryless)',
    spec: { dist: 'truncated', of: { dist: 'exponential', mean: 2 }, low: 5, mode: 'resample' },
    mean: 7,
    variance: 4,
    cdf: (x) => exponentialCdf(2)(x - 5),
  },
];

function draw(spec: DistributionSpec, name: string): Float64Array {
  const sampler = createSampler(spec);
  const stream = new RandomStreams(2026, 0).stream(name);
  return Float64Array.from({ length: SAMPLES }, () => sampler.sample(stream)).sort();
}

describe.each(cases)('$name', ({ name, spec, mean, variance, cdf }) => {
  const sampler = createSampler(spec);
  const samples = draw(spec, name);
  const sampleMean = samples.reduce((sum, x) => sum + x, 0) / SAMPLES;
  const central = (power: number): number => samples.reduce((sum, x) => sum + (x - sampleMean) ** power, 0) / SAMPLES;

  it('states its mean and variance', () => {
    expect(sampler.mean / mean).toBeCloseTo(1, 11);
    expect(sampler.variance / variance).toBeCloseTo(1, 10);
  });

  it('draws with that mean and variance', () => {
    expect(Math.abs(sampleMean - mean)).toBeLessThan(4 * Math.sqrt(variance / SAMPLES));
    const sampleVariance = central(2);
    expect(Math.abs(sampleVariance - variance)).toBeLessThan(
      5 * Math.sqrt((central(4) - sampleVariance ** 2) / SAMPLES),
    );
  });

  it('draws as the distribution function says, everywhere and beyond the 99.9 % quantile', () => {
    let distance = 0;
    let beyond = 0;
    samples.forEach((x, i) => {
      const probability = cdf(x);
      distance = Math.max(distance, probability - i / SAMPLES, (i + 1) / SAMPLES - probability);
      if (probability > 0.999) beyond++;
    });
    expect(distance).toBeLessThan(1.95 / Math.sqrt(SAMPLES));
    expect(Math.abs(beyond - SAMPLES / 1000)).toBeLessThan(4 * Math.sqrt(SAMPLES / 1000));
  });

  it('has partial moments that match the distribution function and add up to the whole', () => {
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.9999]) {
      const x = samples[Math.floor(share * SAMPLES)]!;
      expect(sampler.partialMoment(0, x, true)).toBeCloseTo(cdf(x), 9);
      expect(sampler.partialMoment(0, x, false)).toBeCloseTo(cdf(x), 9);
    }
    const infinity = Number.POSITIVE_INFINITY;
    expect(sampler.partialMoment(0, infinity, true)).toBeCloseTo(1, 12);
    expect(sampler.partialMoment(1, infinity, true) / mean).toBeCloseTo(1, 11);
    expect(sampler.partialMoment(2, infinity, true) / (variance + mean * mean)).toBeCloseTo(1, 10);
    expect(sampler.partialMoment(1, -infinity, false)).toBe(0);
  });

  it('has partial means that match the sample', () => {
    const x = samples[SAMPLES / 2]!;
    let below = 0;
    for (let i = 0; i < SAMPLES / 2; i++) below += samples[i]!;
    const spread = Math.sqrt((variance + mean * mean) / SAMPLES);
    expect(Math.abs(below / SAMPLES - sampler.partialMoment(1, x, true))).toBeLessThan(4 * spread);
  });
});

describe('distributions with atoms', () => {
  it('constant: draws its value, also from uniform with equal bounds and lognormal with sigma 0', () => {
    const stream = new RandomStreams(1, 0).stream('x');
    const specs: DistributionSpec[] = [
      { dist: 'constant', value: 1 },
      { dist: 'uniform', low: 1, high: 1 },
      { dist: 'lognormal', mu: 0, sigma: 0 },
    ];
    for (const spec of specs) {
      const sampler = createSampler(spec);
      expect([sampler.sample(stream), sampler.mean, sampler.variance]).toEqual([1, 1, 0]);
      expect([sampler.partialMoment(0, 1, false), sampler.partialMoment(0, 1, true)]).toEqual([0, 1]);
    }
  });

  it.each([
    ['given probabilities', [0.5, 0, 0.2, 0.3]],
    ['equal chances', undefined],
  ])('empirical with %s: frequencies, mean and variance', (_name, probabilities) => {
    const values = [10, 20, 30, -40];
    const spec: DistributionSpec = { dist: 'empirical', values, ...(probabilities ? { probabilities } : {}) };
    const p = probabilities ?? [0.25, 0.25, 0.25, 0.25];
    const sampler = createSampler(spec);
    const mean = values.reduce((sum, v, i) => sum + v * p[i]!, 0);
    expect(sampler.mean).toBeCloseTo(mean, 12);
    expect(sampler.variance).toBeCloseTo(values.reduce((sum, v, i) => sum + v * v * p[i]!, 0) - mean * mean, 10);
    const samples = draw(spec, 'empirical');
    values.forEach((value, i) => {
      const count = samples.filter((x) => x === value).length;
      expect(Math.abs(count - p[i]! * SAMPLES)).toBeLessThanOrEqual(4 * Math.sqrt(p[i]! * (1 - p[i]!) * SAMPLES));
    });
    expect(sampler.partialMoment(0, 10, false)).toBeCloseTo(p[3]!, 12);
    expect(sampler.partialMoment(1, 10, true)).toBeCloseTo(10 * p[0]! - 40 * p[3]!, 12);
  });

  it('clamp: moves what lies outside to the bounds, with exact moments', () => {
    const spec: DistributionSpec = {
      dist: 'truncated',
      of: { dist: 'exponential', mean: 2 },
      low: 1,
      high: 5,
      mode: 'clamp',
    };
    const sampler = createSampler(spec);
    // E = 1 + the integral of P(X > x) from 1 to 5.
    const mean = 1 + 2 * (Math.exp(-0.5) - Math.exp(-2.5));
    // E of squares = 1 + the integral of 2 x P(X > x) from 1 to 5 = 1 - [4 (x + 2) e^(-x/2)] from 1 to 5.
    const square = 1 + 12 * Math.exp(-0.5) - 28 * Math.exp(-2.5);
    expect(sampler.mean).toBeCloseTo(mean, 12);
    expect(sampler.variance).toBeCloseTo(square - mean * mean, 11);
    const samples = draw(spec, 'clamp');
    const [atLow, atHigh] = [1 - Math.exp(-0.5), Math.exp(-2.5)];
    for (const [bound, share] of [
      [1, atLow],
      [5, atHigh],
    ] as const) {
      const count = samples.filter((x) => x === bound).length;
      expect(Math.abs(count - share * SAMPLES)).toBeLessThan(4 * Math.sqrt(share * SAMPLES));
    }
    expect([samples[0], samples.at(-1)]).toEqual([1, 5]);
    expect(sampler.partialMoment(0, 1, false)).toBe(0);
    expect(sampler.partialMoment(0, 1, true)).toBeCloseTo(atLow, 12);
    expect(sampler.partialMoment(0, 5, false)).toBeCloseTo(1 - atHigh, 12);
    expect(sampler.partialMoment(0, 5, true)).toBeCloseTo(1, 12);
  });

  it('truncated values keep atoms that lie on the bounds', () => {
    const of: DistributionSpec = { dist: 'empirical', values: [1, 2, 3, 4] };
    const resampled = createSampler({ dist: 'truncated', of, low: 2, high: 3, mode: 'resample' });
    expect([resampled.mean, resampled.variance]).toEqual([2.5, 0.25]);
    const clamped = createSampler({ dist: 'truncated', of, low: 2, high: 3, mode: 'clamp' });
    expect([clamped.mean, clamped.variance]).toEqual([2.5, 0.25]);
    const nested = createSampler({
      dist: 'truncated',
      of: { dist: 'truncated', of, low: 2, mode: 'clamp' },
      high: 2,
      mode: 'resample',
    });
    expect([nested.mean, nested.variance, nested.sample(new RandomStreams(1, 0).stream('n'))]).toEqual([2, 0, 2]);
  });
});
