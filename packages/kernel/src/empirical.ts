/**
 * Empirical distribution: given values, equally likely or with given probabilities. No interpolation between values.
 * Moments are sums over the values, at construction and at each `partialMoment` (linear in their number).
 */

import { AliasTable, normaliseWeights } from './alias-table.js';
import type { RandomStream } from './random-streams.js';
import { type MomentOrder, requireFinite, type Sampler } from './sampler.js';

/** How far given probabilities may be from summing to 1; what is left is scaled away. */
const SUM_TOLERANCE = 1e-6;

export class EmpiricalSampler implements Sampler {
  readonly mean: number;
  readonly variance: number;
  private readonly values: Float64Array;
  private readonly probabilities: readonly number[] | undefined;
  private readonly table: AliasTable | undefined;

  /** @throws RangeError when there is no value, one is not finite, or the probabilities do not match or sum to 1. */
  constructor(values: readonly number[], probabilities?: readonly number[]) {
    if (values.length === 0) throw new RangeError('empirical.values must hold at least one value, got none');
    values.forEach((value, i) => void requireFinite(`empirical.values[${i}]`, value));
    this.values = Float64Array.from(values);
    if (probabilities !== undefined) {
      if (probabilities.length !== values.length) {
        throw new RangeError(
          `empirical.probabilities must be as many as the values (${values.length}), got ${probabilities.length}`,
        );
      }
      this.probabilities = normaliseWeights('empirical.probabilities', probabilities);
      const sum = probabilities.reduce((total, p) => total + p, 0);
      if (Math.abs(sum - 1) > SUM_TOLERANCE) throw new RangeError(`empirical.probabilities must sum to 1, got ${sum}`);
      this.table = new AliasTable(this.probabilities);
    }
    this.mean = this.sum((value) => value);
    this.variance = this.sum((value) => (value - this.mean) ** 2);
  }

  sample(stream: RandomStream): number {
    return this.values[this.table ? this.table.pick(stream) : stream.nextInt(this.values.length)]!;
  }

  partialMoment(order: MomentOrder, x: number, isIncluded: boolean): number {
    return this.sum((value) => (value < x || (isIncluded && value === x) ? value ** order : 0));
  }

  private sum(term: (value: number) => number): number {
    const { values, probabilities } = this;
    let total = 0;
    for (let i = 0; i < values.length; i++) total += term(values[i]!) * (probabilities ? probabilities[i]! : 1);
    return probabilities ? total : total / values.length;
  }
}
