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

/** Columns as cells of a row, for requests that lie side by side instead; those from `FREE` to the end are not a request's. */
const RequestCell = {
  REQUEST_ID: 0,
  TASK_ID: 1,
  SESSION_ID: 2,
  ATTEMPT: 3,
  SOURCE: 4,
  WORKLOAD: 5,
  PROMPT_TOKENS: 6,
  WISHED_TOKENS: 7,
  BUDGET_TOKENS: 8,
  OUTPUT_TOKENS: 9,
  THINKING_TOKENS: 10,
  PRIORITY: 11,
  BORN_S: 12,
  SENT_S: 13,
} as const;
/** A row is 2^4 cells; the last two are its keeper's. */
export const REQUEST_ROW_BITS = 4;
export const REQUEST_ROW_FREE = 14;
/** Filled and read within one call. */
const passing = new Float64Array(1 << REQUEST_ROW_BITS);

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
    table.toRow(from, passing, 0);
    this.fromRow(to, passing, 0);
    this.prefix[to] = table.prefix[from] ?? null;
  }

  /** Writes what a request is, but for its prefix, into the row of cells that begins at `at`. */
  toRow(slot: number, cells: Float64Array, at: number): void {
    cells[at + RequestCell.REQUEST_ID] = this.requestId[slot]!;
    cells[at + RequestCell.TASK_ID] = this.taskId[slot]!;
    cells[at + RequestCell.SESSION_ID] = this.sessionId[slot]!;
    cells[at + RequestCell.ATTEMPT] = this.attempt[slot]!;
    cells[at + RequestCell.SOURCE] = this.source[slot]!;
    cells[at + RequestCell.WORKLOAD] = this.workload[slot]!;
    cells[at + RequestCell.PROMPT_TOKENS] = this.promptTokens[slot]!;
    cells[at + RequestCell.WISHED_TOKENS] = this.wishedTokens[slot]!;
    cells[at + RequestCell.BUDGET_TOKENS] = this.budgetTokens[slot]!;
    cells[at + RequestCell.OUTPUT_TOKENS] = this.outputTokens[slot]!;
    cells[at + RequestCell.THINKING_TOKENS] = this.thinkingTokens[slot]!;
    cells[at + RequestCell.PRIORITY] = this.priority[slot]!;
    cells[at + RequestCell.BORN_S] = this.bornS[slot]!;
    cells[at + RequestCell.SENT_S] = this.sentS[slot]!;
  }

  /** Makes a slot the request of a row that `toRow` wrote; its prefix is the caller's to set. */
  fromRow(slot: number, cells: Float64Array, at: number): void {
    this.requestId[slot] = cells[at + RequestCell.REQUEST_ID]!;
    this.taskId[slot] = cells[at + RequestCell.TASK_ID]!;
    this.sessionId[slot] = cells[at + RequestCell.SESSION_ID]!;
    this.attempt[slot] = cells[at + RequestCell.ATTEMPT]!;
    this.source[slot] = cells[at + RequestCell.SOURCE]!;
    this.workload[slot] = cells[at + RequestCell.WORKLOAD]!;
    this.promptTokens[slot] = cells[at + RequestCell.PROMPT_TOKENS]!;
    this.wishedTokens[slot] = cells[at + RequestCell.WISHED_TOKENS]!;
    this.budgetTokens[slot] = cells[at + RequestCell.BUDGET_TOKENS]!;
    this.outputTokens[slot] = cells[at + RequestCell.OUTPUT_TOKENS]!;
    this.thinkingTokens[slot] = cells[at + RequestCell.THINKING_TOKENS]!;
    this.priority[slot] = cells[at + RequestCell.PRIORITY]!;
    this.bornS[slot] = cells[at + RequestCell.BORN_S]!;
    this.sentS[slot] = cells[at + RequestCell.SENT_S]!;
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
