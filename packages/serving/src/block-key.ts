/**
 * Identity of a full KV block of a shared prompt prefix: the chain of everything before it, and it, as one 64-bit hash.
 *
 * A block ends inside one segment of the chain. Two prompts hold the same block exactly if all segments up to and
 * including that one agree (id and length) and the block has the same number, so its key mixes the running hash of those
 * segments with the block number. Engine block and segment lengths need not divide each other. Keys are two 32-bit lanes;
 * two different blocks collide with probability 2^-64 per pair, which is ignored (as engines do that hash content).
 */

import type { PrefixChain } from '@infersim/workload';

/** Walks the keys of successive full blocks of one chain; one object is reused for all of them. */
export class BlockKeyCursor {
  /** The two lanes of the key of the block last moved to. */
  low = 0;
  high = 0;
  #chain: PrefixChain | null = null;
  #blockTokens = 1;
  #segment = 0;
  #coveredTokens = 0;
  #laneA = 0;
  #laneB = 0;

  /** Starts on a chain, before its first segment. */
  start(chain: PrefixChain, blockTokens: number): void {
    this.#chain = chain;
    this.#blockTokens = blockTokens;
    this.#segment = 0;
    this.#coveredTokens = 0;
    this.#laneA = 0x9e3779b9;
    this.#laneB = 0x7f4a7c15;
  }

  /** Moves to block `block`, which must not lie before the last one and must be full within the chain. */
  moveTo(block: number): void {
    const chain = this.#chain!;
    const endTokens = (block + 1) * this.#blockTokens;
    while (this.#coveredTokens < endTokens) {
      const id = chain.ids[this.#segment]!;
      const tokens = chain.tokens[this.#segment]!;
      this.#mix(id >>> 0, Math.floor(id / 4294967296) >>> 0);
      this.#mix(tokens, 0x51ed270b);
      this.#coveredTokens += tokens;
      this.#segment++;
    }
    this.low = finished(this.#laneA ^ Math.imul(block + 1, 0x85ebca6b));
    this.high = finished(this.#laneB ^ Math.imul(block + 1, 0xc2b2ae35));
  }

  #mix(first: number, second: number): void {
    let a = this.#laneA ^ Math.imul(first, 0xcc9e2d51);
    a = Math.imul((a << 13) | (a >>> 19), 0x1b873593) ^ second;
    let b = this.#laneB ^ Math.imul(first ^ (second << 7), 0x38b34ae5);
    b = Math.imul((b << 17) | (b >>> 15), 0xa1e38b93) ^ second;
    this.#laneA = finished(a + Math.imul(b, 5));
    this.#laneB = finished(b + Math.imul(a, 9) + 0x38495ab5);
  }
}

function finished(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
