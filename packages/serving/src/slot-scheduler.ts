/**
 * Server slots: llama.cpp's server, and devices that serve one request at a time.
 *
 * Each of n slots holds one sequence. Waiting requests take a free slot in order of arrival: the one whose last sequence
 * shares the largest part of the prompt (if above a threshold), otherwise the least recently used. A slot keeps its last
 * sequence, so the shared part need not be computed again (one token always is). A step holds one token of every decoding
 * slot and then prompt tokens, slot by slot, up to `maxNumBatchedTokens` (n_batch); it runs as passes of at most
 * `ubatchTokens`, decodes in the first, and all its tokens leave at its end. Nothing is ever preempted.
 *
 * Context: n_ctx = the model length or the KV capacity, whichever is less, split evenly over the slots, or shared by all
 * with `unifiedKv`; then prompt plus output is reserved at admission, and sequences kept by free slots make room, oldest
 * first. Outputs end where the slot's context ends; a prompt that leaves no room for a token is refused.
 *
 * `single-stream` (NPUs with static shapes): one slot, no passes; prompts run whole in one step, or in steps of
 * `maxNumBatchedTokens` with chunked prefill. Without prefix caching nothing is kept. Only shared prefixes are compared
 * (tokens of one request alone never match another's). Source: `server.cpp` of llama.cpp (slot choice, update_slots).
 */

import type { PrefixChain } from '@infersim/workload';
import type { ScheduledReplica } from './scheduled-replica.js';
import { Scheduler } from './scheduler.js';
import { RequestState, WHOLE_SHIFT, Whole } from './service-columns.js';

/** Least share of a prompt that a slot's sequence must cover to be preferred over the oldest slot (llama.cpp 0.1). */
const LEAST_SIMILARITY = 0.1;

/** A replica with a fixed number of sequences, each in its slot. */
export class SlotScheduler extends Scheduler {
  readonly #slots: number;
  readonly #contextTokens: number;
  readonly #slotTokens: number;
  readonly #isShared: boolean;
  readonly #keeps: boolean;
  readonly #stepTokens: number;
  readonly #passTokens: number;
  readonly #occupants: Int32Array;
  readonly #usedS: Float64Array;
  readonly #keptTokens: Int32Array;
  readonly #keptChains: (PrefixChain | null)[];
  #reservedTokens = 0;

  constructor(core: ScheduledReplica, slots: number, passTokens: number) {
    super(core);
    const settings = core.settings;
    this.#slots = slots;
    const tokenBlocks = settings.numBlocks - slots * (settings.fixedBlocksPerSequence ?? 0);
    this.#contextTokens = settings.hasKv
      ? Math.max(0, Math.min(settings.maxModelLenTokens, tokenBlocks * settings.blockSizeTokens))
      : settings.maxModelLenTokens;
    this.#isShared = settings.unifiedKv || slots === 1;
    this.#slotTokens = this.#isShared ? this.#contextTokens : Math.floor(this.#contextTokens / slots);
    this.#keeps = settings.enablePrefixCaching && settings.hasKv;
    this.#stepTokens = settings.enableChunkedPrefill ? settings.maxNumBatchedTokens : Number.MAX_SAFE_INTEGER;
    this.#passTokens = passTokens;
    this.#occupants = new Int32Array(slots).fill(-1);
    this.#usedS = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY);
    this.#keptTokens = new Int32Array(slots);
    this.#keptChains = new Array<PrefixChain | null>(slots).fill(null);
  }

  override heldBlocks(): number {
    if (!this.hasKv) return 0;
    const block = this.settings.blockSizeTokens;
    let tokens = 0;
    let slots = 0;
    for (const occupant of this.#occupants) {
      if (occupant < 0) continue;
      tokens += this.#wantedTokens(occupant);
      slots++;
    }
    return this.#isShared ? Math.ceil(tokens / block) : slots * Math.ceil(this.#slotTokens / block);
  }

  override cachedPrefixTokens(slot: number): number {
    let most = 0;
    for (let place = 0; place < this.#slots; place++)
      if (this.#occupants[place]! < 0) most = Math.max(most, this.#sharedTokens(place, slot));
    return Math.min(most, this.table.promptTokens[slot]! - 1);
  }

  /** The order in which the places were used last, which decides who sits where. */
  override memory(): number {
    for (const chain of this.#keptChains) if (chain !== null) return -1;
    return rankOf(this.#usedS);
  }

  override recall(memory: number): void {
    if (memory === 0) this.#usedS.fill(Number.NEGATIVE_INFINITY);
    else unrank(memory, this.#usedS);
    this.#keptTokens.fill(0);
  }

  override contextLimit(): number {
    return this.#slotTokens;
  }

  override canServe(): boolean {
    return true;
  }

  override arrived(nowS: number, before: number): void {
    if (!this.batch.isOpen) {
      if (this.core.boundaryS > nowS) this.core.rest(nowS);
    } else if (before === 0) this.#lookAgain(nowS);
  }

  override queueShrank(nowS: number, wasHead: boolean): void {
    if (wasHead && this.waiting.size > 0 && this.batch.isOpen) this.#lookAgain(nowS);
  }

  override schedule(nowS: number): void {
    while (this.waiting.size > 0 && this.running.size < this.#slots && this.#hasRoom(this.waiting.head))
      this.#take(this.waiting.head, nowS);
    if (this.running.size === 0) {
      this.core.rest(Number.POSITIVE_INFINITY);
      return;
    }
    if (!this.batch.isOpen) {
      this.#fillStep();
      this.core.openSegment(nowS, this.#passTokens);
    }
    this.core.proceed(false);
  }

  override release(slot: number): void {
    const columns = this.columns;
    const place = columns.place[slot]!;
    this.#occupants[place] = -1;
    this.#usedS[place] = this.core.boundaryS;
    if (!this.hasKv) return;
    this.#reservedTokens -=
      columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! +
      columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!;
    this.#countBlocks();
    if (!this.#keeps) return;
    this.#keptChains[place] = this.table.prefix[slot] ?? null;
    this.#keptTokens[place] = columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
  }

  #lookAgain(nowS: number): void {
    if (this.batch.chunkCount > 0 || this.running.size >= this.#slots) return;
    const steps = this.batch.stepsTo(nowS);
    this.core.tryAt(Math.max(steps, 1));
  }

  #countBlocks(): void {
    const block = this.settings.blockSizeTokens;
    this.core.usedBlocks = this.#isShared
      ? Math.ceil(this.#reservedTokens / block)
      : this.running.size * Math.ceil(this.#slotTokens / block);
  }

  #hasRoom(slot: number): boolean {
    if (!this.hasKv || !this.#isShared) return true;
    return this.#reservedTokens + this.#wantedTokens(slot) <= this.#contextTokens;
  }

  #wantedTokens(slot: number): number {
    return (
      this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! +
      this.columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!
    );
  }

  #take(slot: number, nowS: number): void {
    this.core.admit(slot, nowS);
    const columns = this.columns;
    const place = this.#choosePlace(slot);
    columns.place[slot] = place;
    this.#occupants[place] = slot;
    if (!this.hasKv) {
      this.core.joinFresh(slot, columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!);
      return;
    }
    const prompt = columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]!;
    const cached = Math.min(this.#sharedTokens(place, slot), prompt - 1);
    this.#keptTokens[place] = 0;
    this.#keptChains[place] = null;
    this.#reservedTokens += this.#wantedTokens(slot);
    this.#countBlocks();
    if (this.#keeps && this.#isShared) this.#makeRoom();
    columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS] = cached;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.REACHED_TOKENS] = cached;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.CACHED_TOKENS] = cached;
    this.core.changePrefillLeft(-cached);
  }

  #choosePlace(slot: number): number {
    const prompt = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]!;
    let similar = -1;
    let mostShared = LEAST_SIMILARITY * prompt;
    let oldest = -1;
    for (let place = 0; place < this.#slots; place++) {
      if (this.#occupants[place]! >= 0) continue;
      if (oldest < 0 || this.#usedS[place]! < this.#usedS[oldest]!) oldest = place;
      const shared = this.#sharedTokens(place, slot);
      if (shared > mostShared) {
        mostShared = shared;
        similar = place;
      }
    }
    return similar >= 0 ? similar : oldest;
  }

  /** Leading tokens of the request's prompt that the sequence kept in a free slot begins with. */
  #sharedTokens(place: number, slot: number): number {
    const kept = this.#keptChains[place];
    const chain = this.table.prefix[slot];
    if (kept === null || kept === undefined || chain === null || chain === undefined) return 0;
    const segments = Math.min(kept.ids.length, chain.ids.length);
    let tokens = 0;
    for (let i = 0; i < segments; i++) {
      if (kept.ids[i] !== chain.ids[i] || kept.tokens[i] !== chain.tokens[i]) break;
      tokens += chain.tokens[i]!;
    }
    return Math.min(tokens, this.#keptTokens[place]!);
  }

  /** Drops kept sequences of free slots, least recently used first, until reservations and the rest fit. */
  #makeRoom(): void {
    for (;;) {
      let tokens = this.#reservedTokens;
      let oldest = -1;
      for (let place = 0; place < this.#slots; place++) {
        if (this.#keptTokens[place] === 0) continue;
        tokens += this.#keptTokens[place]!;
        if (oldest < 0 || this.#usedS[place]! < this.#usedS[oldest]!) oldest = place;
      }
      if (tokens <= this.#contextTokens || oldest < 0) return;
      this.#keptTokens[oldest] = 0;
      this.#keptChains[oldest] = null;
    }
  }

  #fillStep(): void {
    const columns = this.columns;
    let budget = this.#stepTokens - this.batch.decodes;
    for (let place = 0; place < this.#slots && budget > 0; place++) {
      const slot = this.#occupants[place]!;
      if (slot < 0 || columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] !== RequestState.PREFILL) continue;
      const computed = columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
      const left = columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! - computed;
      const tokens = Math.min(left, budget);
      this.batch.addChunk(slot, computed, tokens, tokens === left);
      budget -= tokens;
    }
  }
}

/** Most places whose order is told by a number below 2^30. */
const MOST_RANKED = 12;

/**
 * Number of the order of places by time, ties by place; 0 = as they are numbered, -1 = too many places for a number.
 * (Lehmer's code: how many later places come before each, in mixed radix.)
 */
function rankOf(times: Float64Array): number {
  const places = times.length;
  let ordered = 1;
  while (ordered < places && times[ordered]! >= times[ordered - 1]!) ordered++;
  if (ordered === places) return 0;
  if (places > MOST_RANKED) return -1;
  let rank = 0;
  for (let place = 0; place < places; place++) {
    let before = 0;
    for (let later = place + 1; later < places; later++) if (times[later]! < times[place]!) before++;
    rank = rank * (places - place) + before;
  }
  return rank;
}

/** Fills in times below 0 that have this rank. */
function unrank(rank: number, times: Float64Array): void {
  const places = times.length;
  let rest = rank;
  for (let place = places - 1; place >= 0; place--) {
    const radix = places - place;
    const before = rest % radix;
    rest = (rest - before) / radix;
    times[place] = before;
    // Those behind it that come after it move up by one.
    for (let later = place + 1; later < places; later++) if (times[later]! >= before) times[later] = times[later]! + 1;
  }
  for (let place = 0; place < places; place++) times[place] = times[place]! - places;
}
