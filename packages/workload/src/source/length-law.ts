/**
 * Where a request's prompt and output lengths come from: laws, pairs of laws, rows of a trace, or the recorded row.
 *
 * A draw uses one number of the `pick` stream at most (which component, which row) and what the distributions take of
 * the `prompt` and `output` streams, so another output law leaves the prompts as they were. Lengths are rounded to
 * whole tokens, at least 1 and at most 2^31 - 1. Nothing is allocated for a draw.
 */

import { createSampler, type DistributionSpec, type Sampler } from '@infersim/kernel';
import { MAX_TOKENS } from '../trace/csv-fields.js';
import type { BirthStreams } from './birth-streams.js';
import type { LengthTable } from './length-table.js';

export interface LengthLaw {
  /** Results of the last draw. `thinkingTokens` is the part of `outputTokens` that the trace says was thinking. */
  promptTokens: number;
  outputTokens: number;
  thinkingTokens: number;
  draw(streams: BirthStreams): void;
}

/** A drawn length as whole tokens, at least `least`. NaN is the distribution's bug. */
export function wholeTokens(drawn: number, least: number): number {
  const whole = Math.round(drawn);
  if (whole > least) return whole < MAX_TOKENS ? whole | 0 : MAX_TOKENS;
  if (Number.isNaN(drawn)) throw new RangeError('a length distribution gave NaN');
  return least;
}

export class IndependentLengths implements LengthLaw {
  promptTokens = 0;
  outputTokens = 0;
  thinkingTokens = 0;
  readonly #prompt: Sampler;
  readonly #output: Sampler;

  constructor(prompt: DistributionSpec, output: DistributionSpec) {
    this.#prompt = createSampler(prompt);
    this.#output = createSampler(output);
  }

  draw(streams: BirthStreams): void {
    this.promptTokens = wholeTokens(this.#prompt.sample(streams.prompt), 1);
    this.outputTokens = wholeTokens(this.#output.sample(streams.output), 1);
  }
}

export interface LengthComponent {
  readonly weight: number;
  readonly prompt: DistributionSpec;
  readonly output: DistributionSpec;
}

export class MixtureLengths implements LengthLaw {
  promptTokens = 0;
  outputTokens = 0;
  thinkingTokens = 0;
  readonly #cumulative: Float64Array;
  readonly #prompts: readonly Sampler[];
  readonly #outputs: readonly Sampler[];

  /** @throws RangeError for no components, or weights that are negative or all 0. */
  constructor(components: readonly LengthComponent[]) {
    this.#cumulative = cumulativeWeights(components.map(({ weight }) => weight));
    this.#prompts = components.map(({ prompt }) => createSampler(prompt));
    this.#outputs = components.map(({ output }) => createSampler(output));
  }

  draw(streams: BirthStreams): void {
    const component = pickIndex(this.#cumulative, streams.pick.nextDouble());
    this.promptTokens = wholeTokens(this.#prompts[component]!.sample(streams.prompt), 1);
    this.outputTokens = wholeTokens(this.#outputs[component]!.sample(streams.output), 1);
  }
}

export class BootstrapLengths implements LengthLaw {
  promptTokens = 0;
  outputTokens = 0;
  thinkingTokens = 0;
  readonly #table: LengthTable;

  constructor(table: LengthTable) {
    this.#table = table;
  }

  draw(streams: BirthStreams): void {
    const row = streams.pick.nextInt(this.#table.rows);
    this.promptTokens = this.#table.promptTokens[row]!;
    this.outputTokens = this.#table.outputTokens[row]!;
    this.thinkingTokens = this.#table.thinkingTokens[row]!;
  }
}

/** Running sums of weights over their total, the last one exactly 1. @throws RangeError for unusable weights */
export function cumulativeWeights(weights: readonly number[]): Float64Array {
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY)
      throw new RangeError(`weight must be at least 0, got ${weight}`);
    sum += weight;
    cumulative[i] = sum;
  }
  if (!(sum > 0)) throw new RangeError('at least one weight must be above 0');
  for (let i = 0; i < weights.length; i++) cumulative[i]! /= sum;
  cumulative[weights.length - 1] = 1;
  return cumulative;
}

/** Index of the first running sum above a uniform number in [0, 1). */
export function pickIndex(cumulative: Float64Array, uniform: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > uniform) high = middle;
    else low = middle + 1;
  }
  return low;
}
