/**
 * Generated shared beginnings: a workload's system prompts, picked with Zipf weights (weight of group g is
 * 1/(g+1)^zipf).
 *
 * Chains are made once and shared by all requests of a source. A prompt that is not longer than the system prompt
 * carries none: the length law is never bent to make room. The pick is drawn for every request all the same.
 */

import type { RandomStream } from '@infersim/kernel';
import type { PrefixChain } from '../prefix.js';
import type { PrefixSpec } from '../workload-plan.js';
import { cumulativeWeights, pickIndex } from './length-law.js';
import { groupId } from './prefix-ids.js';

const MAX_GROUPS = 10_000_000;

export class PrefixGroups {
  readonly #tokens: number;
  readonly #workloadIndex: number;
  readonly #cumulative: Float64Array;
  readonly #chains: (PrefixChain | undefined)[] = [];

  /** @throws RangeError for counts or an exponent that make no sense. */
  constructor(spec: PrefixSpec, workloadIndex: number) {
    const { groups, tokens, zipf } = spec;
    if (!Number.isInteger(groups) || groups < 1 || groups > MAX_GROUPS) {
      throw new RangeError(`prefix groups must be a whole number from 1 to ${MAX_GROUPS}, got ${groups}`);
    }
    if (!Number.isInteger(tokens) || tokens < 1)
      throw new RangeError(`prefix tokens must be at least 1, got ${tokens}`);
    if (!(zipf >= 0 && zipf < 100)) throw new RangeError(`prefix zipf must be at least 0, got ${zipf}`);
    this.#tokens = tokens;
    this.#workloadIndex = workloadIndex;
    this.#cumulative = cumulativeWeights(Array.from({ length: groups }, (_, group) => (group + 1) ** -zipf));
  }

  /** The chain of the next request, or null when its prompt is too short to begin with a system prompt. */
  pick(stream: RandomStream, promptTokens: number): PrefixChain | null {
    const group = pickIndex(this.#cumulative, stream.nextDouble());
    if (promptTokens <= this.#tokens) return null;
    const known = this.#chains[group];
    if (known !== undefined) return known;
    const chain: PrefixChain = {
      ids: Float64Array.of(groupId(this.#workloadIndex, group)),
      tokens: Int32Array.of(this.#tokens),
      totalTokens: this.#tokens,
    };
    this.#chains[group] = chain;
    return chain;
  }
}
