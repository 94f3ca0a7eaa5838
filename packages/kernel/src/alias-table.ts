/**
 * Draws an index with given weights in constant time: the alias method (Walker 1977), built in linear time as by Vose
 * (1991). Each column holds one index with a threshold and another above it; one 53-bit draw picks column and side.
 */

import type { RandomStream } from './random-streams.js';

export class AliasTable {
  private readonly threshold: Float64Array;
  private readonly alias: Int32Array;

  /** `probabilities` are not negative and sum to 1 (the caller sees to that). */
  constructor(probabilities: readonly number[]) {
    const count = probabilities.length;
    this.threshold = new Float64Array(count).fill(1);
    this.alias = new Int32Array(count);
    const scaled = probabilities.map((p) => p * count);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < count; i++) (scaled[i]! < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const under = small.pop()!;
      const over = large.at(-1)!;
      this.threshold[under] = scaled[under]!;
      this.alias[under] = over;
      scaled[over] = scaled[over]! - (1 - scaled[under]!);
      if (scaled[over]! < 1) small.push(large.pop()!);
    }
    // What rounding leaves over is full but for an ulp or so; an impossible index must stay impossible.
    const possible = probabilities.findIndex((p) => p > 0);
    for (const left of small) {
      if (probabilities[left] === 0) {
        this.threshold[left] = 0;
        this.alias[left] = possible;
      }
    }
  }

  /** An index from 0, with its probability up to 2^-53. */
  pick(stream: RandomStream): number {
    const u = stream.nextDouble() * this.threshold.length;
    const column = Math.floor(u);
    return u - column < this.threshold[column]! ? column : this.alias[column]!;
  }
}

/**
 * Weights scaled to sum to 1.
 * @throws RangeError when there are none, one is negative or not finite, or all are 0.
 */
export function normaliseWeights(name: string, weights: readonly number[]): number[] {
  let sum = 0;
  weights.forEach((weight, i) => {
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`${name}[${i}] must be a finite number of at least 0, got ${weight}`);
    }
    sum += weight;
  });
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${name} must have a finite sum above 0, got ${sum} over ${weights.length} entries`);
  }
  return weights.map((weight) => weight / sum);
}
