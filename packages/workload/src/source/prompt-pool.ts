/**
 * A benchmark client's prompts: made once, then sent again and again.
 *
 * Load generators build a pool of prompts before they start and go through it in a cycle. After the first pass a server
 * that keeps prefixes has seen every prompt whole, so only what is left of its last block is computed. A model that takes
 * each prompt for a new one prices the whole question every time and is wrong by its length.
 *
 * What belongs to a prompt is drawn once, when the pool is made: its length (the workload's law gives the whole prompt,
 * beginning included), and the length of the answer that the client asks for with it. All sites of a workload have the same
 * pool, and so have workloads that are stages of one load test (`owner`). The chain of a prompt covers all of it: the shared beginning, then a segment of its own; a prompt that is no longer
 * than the beginning is a segment of its own only. Chains are made on first use and kept.
 *
 * In a cycle the k-th request of a source takes prompt k modulo the size, in order of sending: in a closed loop that
 * depends on how fast requests are served, as it does at a real client.
 */

import type { RandomStream, RandomStreams } from '@infersim/kernel';
import type { PrefixChain } from '../prefix.js';
import type { PromptPoolSpec } from '../workload-plan.js';
import { type BirthStreams, birthStreams } from './birth-streams.js';
import type { LengthLaw } from './length-law.js';
import { groupId } from './prefix-ids.js';

/** Most prompts of a pool: a hundred bytes each. */
export const MAX_POOL_PROMPTS = 1_000_000;

export class PromptPool {
  readonly size: number;
  /** By prompt: as drawn, before any cap. */
  readonly promptTokens: Int32Array;
  readonly outputTokens: Int32Array;
  readonly thinkingTokens: Int32Array;
  readonly #spec: PromptPoolSpec;
  readonly #workloadIndex: number;
  /** Prompt at each position of the cycle; null = as numbered, or picked at random. */
  readonly #sequence: Int32Array | null;
  readonly #chains: (PrefixChain | undefined)[] = [];

  /** @throws RangeError for counts that make no sense. */
  constructor(spec: PromptPoolSpec, workloadIndex: number, law: LengthLaw, streams: BirthStreams) {
    const { beginnings, beginningTokens, promptsPerBeginning } = spec;
    const size = beginnings * promptsPerBeginning;
    for (const [value, least, what] of [
      [beginnings, 1, 'beginnings'],
      [promptsPerBeginning, 1, 'prompts per beginning'],
      [beginningTokens, 0, 'tokens of a beginning'],
    ] as const)
      if (!Number.isInteger(value) || value < least)
        throw new RangeError(`prompt pool: ${what} must be a whole number of at least ${least}, got ${value}`);
    if (size > MAX_POOL_PROMPTS) throw new RangeError(`prompt pool: at most ${MAX_POOL_PROMPTS} prompts, got ${size}`);
    this.size = size;
    this.#spec = spec;
    this.#workloadIndex = workloadIndex;
    this.promptTokens = new Int32Array(size);
    this.outputTokens = new Int32Array(size);
    this.thinkingTokens = new Int32Array(size);
    for (let prompt = 0; prompt < size; prompt++) {
      law.draw(streams);
      this.promptTokens[prompt] = law.promptTokens;
      this.outputTokens[prompt] = law.outputTokens;
      this.thinkingTokens[prompt] = law.thinkingTokens;
    }
    this.#sequence = spec.order === 'shuffled' ? shuffled(size, streams.prefix) : null;
  }

  /** Number of the prompt that request `k` of a source sends; draws one number where the order is random. */
  pick(k: number, stream: RandomStream): number {
    if (this.#spec.order === 'random') return stream.nextInt(this.size);
    const position = k % this.size;
    return this.#sequence === null ? position : this.#sequence[position]!;
  }

  /** Chain of a prompt of `tokens` tokens: its length, as the plan's cap has cut it. Always the same for one prompt. */
  chain(prompt: number, tokens: number): PrefixChain {
    const known = this.#chains[prompt];
    if (known !== undefined) return known;
    const { beginnings, beginningTokens, promptsPerBeginning } = this.#spec;
    const own = groupId(this.#workloadIndex, beginnings + prompt);
    const shared = groupId(this.#workloadIndex, Math.floor(prompt / promptsPerBeginning));
    const isShared = beginningTokens > 0 && tokens > beginningTokens;
    const chain: PrefixChain = {
      ids: isShared ? Float64Array.of(shared, own) : Float64Array.of(own),
      tokens: isShared ? Int32Array.of(beginningTokens, tokens - beginningTokens) : Int32Array.of(tokens),
      totalTokens: tokens,
    };
    this.#chains[prompt] = chain;
    return chain;
  }
}

const pools = new WeakMap<RandomStreams, Map<string, PromptPool>>();

/** The pool of a workload for one replication, drawn from `<workloadId>/pool/...` when the first of its sources asks. */
export function sharedPromptPool(
  spec: PromptPoolSpec,
  workloadIndex: number,
  law: LengthLaw,
  streams: RandomStreams,
  workloadId: string,
): PromptPool {
  const byKey = pools.get(streams) ?? new Map<string, PromptPool>();
  pools.set(streams, byKey);
  const key = JSON.stringify([workloadId, workloadIndex, spec.order]);
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const pool = new PromptPool(spec, workloadIndex, law, birthStreams(streams, `${workloadId}/pool`));
  byKey.set(key, pool);
  return pool;
}

/** Numbers below `size` in random order (Fisher and Yates). */
function shuffled(size: number, stream: RandomStream): Int32Array {
  const order = Int32Array.from({ length: size }, (_, index) => index);
  for (let last = size - 1; last > 0; last--) {
    const other = stream.nextInt(last + 1);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}
