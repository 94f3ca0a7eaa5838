/** How much of the prompts of a trace could be reused: without limit, and with caches of given sizes. */

import type { TraceRow } from '../trace/trace-row.js';
import { LruBlocks } from './lru-blocks.js';

export interface PrefixStatistics {
  /** Segments (blocks) over all requests, and different ones. */
  readonly blocks: number;
  readonly distinctBlocks: number;
  /** Share of blocks, and of prompt tokens, that an unlimited cache would hit. */
  readonly hitBlockShare: number;
  readonly hitTokenShare: number;
  /** Share of blocks hit by an LRU cache of so many blocks. */
  readonly lru: readonly { readonly capacityBlocks: number; readonly hitBlockShare: number }[];
}

export class PrefixObserver {
  #unlimited = new LruBlocks(Number.POSITIVE_INFINITY);
  #limited: { readonly cache: LruBlocks; hits: number }[];
  #blocks = 0;
  #hits = 0;
  #hitTokens = 0;
  #promptTokens = 0;

  constructor(capacitiesBlocks: readonly number[]) {
    this.#limited = capacitiesBlocks.map((capacity) => ({ cache: new LruBlocks(capacity), hits: 0 }));
  }

  add(row: TraceRow): void {
    const { segmentIds, segmentTokens, segmentCount } = row;
    this.#blocks += segmentCount;
    this.#promptTokens += row.promptTokens;
    const hits = this.#unlimited.leadingHits(segmentIds, segmentCount);
    this.#hits += hits;
    for (let i = 0; i < hits; i++) this.#hitTokens += segmentTokens[i]!;
    this.#unlimited.touch(segmentIds, segmentCount);
    for (const limited of this.#limited) {
      limited.hits += limited.cache.leadingHits(segmentIds, segmentCount);
      limited.cache.touch(segmentIds, segmentCount);
    }
  }

  /** Null when no row had a prefix. */
  result(): PrefixStatistics | null {
    if (this.#blocks === 0) return null;
    return {
      blocks: this.#blocks,
      distinctBlocks: this.#unlimited.cachedBlocks,
      hitBlockShare: this.#hits / this.#blocks,
      hitTokenShare: this.#hitTokens / this.#promptTokens,
      lru: this.#limited.map(({ cache, hits }) => ({
        capacityBlocks: cache.capacityBlocks,
        hitBlockShare: hits / this.#blocks,
      })),
    };
  }
}
