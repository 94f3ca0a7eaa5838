/** Short spellings of distributions, as plain data. */

import type { DistributionSpec, MixtureComponent } from '@infersim/kernel';

export const constant = (value: number): DistributionSpec => ({ dist: 'constant', value });

export const uniform = (low: number, high: number): DistributionSpec => ({ dist: 'uniform', low, high });

export const lognormal = (mu: number, sigma: number): DistributionSpec => ({ dist: 'lognormal', mu, sigma });

/**
 * The law with given quantiles, uniform between two neighbours; equal neighbours are a point mass. Probabilities
 * rise; below the first and above the last nothing is drawn, so their range is stretched to 0 .. 1.
 *
 * @throws RangeError when the lists differ in length, hold fewer than two entries, or fall.
 */
export function quantiles(probabilities: readonly number[], values: readonly number[]): DistributionSpec {
  if (probabilities.length !== values.length || values.length < 2) {
    throw new RangeError(`quantiles need as many probabilities as values, at least two, got ${probabilities.length}`);
  }
  const components: MixtureComponent[] = [];
  for (let i = 1; i < values.length; i++) {
    const weight = probabilities[i]! - probabilities[i - 1]!;
    const low = values[i - 1]!;
    const high = values[i]!;
    if (!(weight > 0) || !(high >= low)) throw new RangeError(`quantiles must rise, got ${high} after ${low}`);
    components.push({ weight, of: uniform(low, high) });
  }
  return { dist: 'mixture', components };
}
