/**
 * Requests in flight as columns: what a request is, drawn at its birth, indexed by slot.
 *
 * A slot is reused after `release`, so memory follows the requests in flight, not the requests seen. What happens to a
 * request later (queueing, tokens, energy) is kept by the rooms that do it, in columns of the same slots.
 *
 * Slots are dealt to `lists` in chunks. Which of two slots of one list is the lower depends only on what was allocated
 * and released in that list, whatever happened in others meanwhile: parts of a model that run apart break ties by slot
 * as they do when they run together.
 */

import type { PrefixChain } from './prefix.js';

/** Slots of a chunk, as a power of two. */
const CHUNK_BITS = 6;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;

export class RequestTable {
  capacity: number;
  /** Number of the request in its source, times the number of sources, plus the source: unique in a replication. */
  requestId: Float64Array;
  taskId: Float64Array;
  sessionId: Float64Array;
  /** 1 for the first try. */
  attempt: Int32Array;
  /** Index of the source that made it; sources map to workload and origin. */
  source: Int32Array;
  /** Index of the workload in the plan. */
  workload: Int32Array;
  /** Tokens of the prompt. */
  promptTokens: Int32Array;
  /** Tokens it would like to produce, thinking included. */
  wishedTokens: Int32Array;
  /** Tokens it may produce at most, thinking included. */
  budgetTokens: Int32Array;
  /** Tokens it will produce: the lesser of wish and budget, at least 1. */
  outputTokens: Int32Array;
  /** Thinking part of `outputTokens`. */
  thinkingTokens: Int32Array;
  /** Smaller is served first where a scheduler honours priorities. */
  priority: Int32Array;
  /** When the client first sent it (first attempt), seconds. */
  bornS: Float64Array;
  /** When this attempt was sent, seconds. */
  sentS: Float64Array;
  /** Shared leading tokens of the prompt; null = nothing shared. */
  prefix: (PrefixChain | null)[];
  /** Slots taken now. */
  inUse = 0;
  /** First free slot of each list, then by slot the next free one of its list; -1 = none. */
  #free: Int32Array;
  readonly #lists: number;
  /** Next never used slot of each list; at the beginning of a chunk it has none left. */
  readonly #fresh: Int32Array;
  #chunks = 0;
  #listOfChunk: Uint8Array;

  /** @param lists at most 256. */
  constructor(capacity = 1024, lists = 1) {
    this.capacity = capacity;
    this.#lists = lists;
    this.#free = new Int32Array(lists + capacity).fill(-1);
    this.#fresh = new Int32Array(lists);
    this.#listOfChunk = new Uint8Array((capacity >> CHUNK_BITS) + 1);
    this.requestId = new Float64Array(capacity);
    this.taskId = new Float64Array(capacity);
    this.sessionId = new Float64Array(capacity);
    this.attempt = new Int32Array(capacity);
    this.source = new Int32Array(capacity);
    this.workload = new Int32Array(capacity);
    this.promptTokens = new Int32Array(capacity);
    this.wishedTokens = new Int32Array(capacity);
    this.budgetTokens = new Int32Array(capacity);
    this.outputTokens = new Int32Array(capacity);
    this.thinkingTokens = new Int32Array(capacity);
    this.priority = new Int32Array(capacity);
    this.bornS = new Float64Array(capacity);
    this.sentS = new Float64Array(capacity);
    this.prefix = new Array<PrefixChain | null>(capacity).fill(null);
  }

  /** Takes a free slot of a list, doubling all columns when none is left. Its columns hold old values: fill them. */
  allocate(list = 0): number {
    this.inUse++;
    const free = this.#free;
    const head = free[list]!;
    if (head >= 0) {
      free[list] = free[this.#lists + head]!;
      return head;
    }
    return this.#takeFresh(list);
  }

  #takeFresh(list: number): number {
    let slot = this.#fresh[list]!;
    if ((slot & CHUNK_MASK) === 0) slot = this.#nextChunk(list);
    while (slot >= this.capacity) this.#grow();
    this.#fresh[list] = slot + 1;
    return slot;
  }

  /** The list that a slot was allocated from. */
  listOf(slot: number): number {
    return this.#listOfChunk[slot >> CHUNK_BITS]!;
  }

  /** Gives a slot back; its prefix is let go. Releasing a free slot is the caller's bug and is not detected. */
  release(slot: number): void {
    this.inUse--;
    this.prefix[slot] = null;
    const lists = this.#lists;
    const list = lists === 1 ? 0 : this.#listOfChunk[slot >> CHUNK_BITS]!;
    const free = this.#free;
    free[lists + slot] = free[list]!;
    free[list] = slot;
  }

  /** Copies everything a request is from one slot to another (a retry is a new slot with the same birth). */
  copy(from: number, to: number): void {
    this.copyFrom(this, from, to);
  }

  /** The same, from a slot of another table. */
  copyFrom(table: RequestTable, from: number, to: number): void {
    this.requestId[to] = table.requestId[from]!;
    this.taskId[to] = table.taskId[from]!;
    this.sessionId[to] = table.sessionId[from]!;
    this.attempt[to] = table.attempt[from]!;
    this.source[to] = table.source[from]!;
    this.workload[to] = table.workload[from]!;
    this.promptTokens[to] = table.promptTokens[from]!;
    this.wishedTokens[to] = table.wishedTokens[from]!;
    this.budgetTokens[to] = table.budgetTokens[from]!;
    this.outputTokens[to] = table.outputTokens[from]!;
    this.thinkingTokens[to] = table.thinkingTokens[from]!;
    this.priority[to] = table.priority[from]!;
    this.bornS[to] = table.bornS[from]!;
    this.sentS[to] = table.sentS[from]!;
    this.prefix[to] = table.prefix[from] ?? null;
  }

  #nextChunk(list: number): number {
    const chunk = this.#chunks++;
    if (chunk === this.#listOfChunk.length) {
      const grown = new Uint8Array(2 * chunk);
      grown.set(this.#listOfChunk);
      this.#listOfChunk = grown;
    }
    this.#listOfChunk[chunk] = list;
    return chunk << CHUNK_BITS;
  }

  #grow(): void {
    const capacity = this.capacity * 2;
    const f64 = (old: Float64Array) => {
      const next = new Float64Array(capacity);
      next.set(old);
      return next;
    };
    const i32 = (old: Int32Array) => {
      const next = new Int32Array(capacity);
      next.set(old);
      return next;
    };
    this.requestId = f64(this.requestId);
    this.taskId = f64(this.taskId);
    this.sessionId = f64(this.sessionId);
    this.attempt = i32(this.attempt);
    this.source = i32(this.source);
    this.workload = i32(this.workload);
    this.promptTokens = i32(this.promptTokens);
    this.wishedTokens = i32(this.wishedTokens);
    this.budgetTokens = i32(this.budgetTokens);
    this.outputTokens = i32(this.outputTokens);
    this.thinkingTokens = i32(this.thinkingTokens);
    this.priority = i32(this.priority);
    this.bornS = f64(this.bornS);
    this.sentS = f64(this.sentS);
    for (let slot = this.capacity; slot < capacity; slot++) this.prefix.push(null);
    const free = new Int32Array(this.#lists + capacity);
    free.set(this.#free);
    this.#free = free;
    this.capacity = capacity;
  }
}
