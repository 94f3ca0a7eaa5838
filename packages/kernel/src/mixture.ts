/** Mixture: picks one of several distributions by weight, then draws from it. Weights need not sum to 1. */

import { AliasTable, normaliseWeights } from './alias-table.js';
import type { RandomStream } from './random-streams.js';
import type { MomentOrder, Sampler } from './sampler.js';

export class MixtureSampler implements Sampler {
  readonly mean: number;
  readonly variance: number;
  private readonly probabilities: readonly number[];
  private readonly parts: readonly Sampler[];
  private readonly table: AliasTable;

  /** @throws RangeError when there is no part, or the weights are negative, not finite or all 0. */
  constructor(weights: readonly number[], parts: readonly Sampler[]) {
    this.probabilities = normaliseWeights('mixture.components.weight', weights);
    this.parts = parts;
    this.table = new AliasTable(this.probabilities);
    const mean = this.sum((part) => part.mean);
    this.mean = mean;
    this.variance = this.sum((part) => part.variance + (part.mean - mean) ** 2);
  }

  sample(stream: RandomStream): number {
    return this.parts[this.table.pick(stream)]!.sample(stream);
  }

  partialMoment(order: MomentOrder, x: number, isIncluded: boolean): number {
    return this.sum((part) => part.partialMoment(order, x, isIncluded));
  }

  private sum(term: (part: Sampler) => number): number {
    let total = 0;
    this.parts.forEach((part, i) => {
      const probability = this.probabilities[i]!;
      if (probability > 0) total += probability * term(part);
    });
    return total;
  }
}
