/**
 * Continuous batching over paged KV: vLLM v1's scheduler, and the same loop with reservation instead of preemption.
 *
 * Each step has a token budget. Running requests come first, in admission order: a decode takes one token, an unfinished
 * prefill as much as budget and threshold allow. If a block is missing, the last admitted request is preempted: its
 * blocks are freed, it returns to the front of the queue and computes prompt and outputs again. Only in steps without
 * preemption is the queue served, first come first served: the head is admitted if budget, batch size and blocks allow,
 * otherwise everything behind it waits. Cached full blocks of a prefix are taken over; one token at least is computed.
 *
 * With `reserves` (pipelines with KV in SRAM): a request is admitted when blocks for its whole prompt and output are free,
 * holds them to its end, and nothing is ever preempted.
 *
 * Victims come from the tail until the step's need fits, which leaves the same survivors as allocating one by one. Only from
 * the first unfinished prefill on, where allocations interleave, is the batch walked. No running request ever misses its
 * turn: what those before the last admitted one ask for never grows, and the last one was admitted with at least a token.
 * Source: `vllm/v1/core/sched/scheduler.py` and `kv_cache_manager.py`.
 *
 * Asynchronous scheduling: while the engine is busy, a request is seen only when the step before the coming one began at
 * or after its arrival. Freed blocks and places are seen at once, and the slot-step that a stop token wastes is left out
 * (an end at the token limit wastes none). Not modelled: speculative tokens, priorities, encoder budgets, remote KV.
 * Model-length cuts: outputs end where prompt plus output reach the model length.
 */

import { Holding, PagedScheduler } from './paged-scheduler.js';
import type { ScheduledReplica } from './scheduled-replica.js';
import { REAL_SHIFT, Real, RequestState, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';

/** No prompt is longer. */
const LONGEST_CHUNK_TOKENS = 2 ** 30;
/** Answer of `#admitHead` for a request that asynchronous scheduling has not seen yet. */
const UNSEEN = -1;
/** Instead of the budget left for the queue, in a step before which somebody was preempted. */
const PREEMPTED = -1;

/** A replica that admits and evicts between any two steps. */
export class ContinuousScheduler extends PagedScheduler {
  readonly #reserves: boolean;
  readonly #maxRequests: number;
  readonly #budgetTokens: number;
  readonly #longestChunk: number;
  /** Most tokens of a request, its last output aside, that blocks and budget allow. */
  readonly #mostTokens: number;
  readonly #chunks: boolean;
  readonly #isAsync: boolean;
  /** First request in running order whose prefill is unfinished after the step under way; -1 = none. */
  #firstPartial = -1;

  constructor(core: ScheduledReplica, reserves: boolean) {
    const settings = core.settings;
    super(core, reserves ? Holding.WHOLE : Holding.AS_COMPUTED, !reserves);
    this.#reserves = reserves;
    this.#maxRequests = settings.maxNumSeqs;
    this.#budgetTokens = settings.maxNumBatchedTokens;
    this.#longestChunk =
      settings.longPrefillTokenThreshold > 0 ? settings.longPrefillTokenThreshold : LONGEST_CHUNK_TOKENS;
    this.#chunks = settings.enableChunkedPrefill;
    this.#isAsync = settings.asyncScheduling;
    const cacheTokens = (this.totalBlocks - this.fixedBlocks - this.spareBlocks) * this.blockTokens;
    this.#mostTokens = this.#chunks ? cacheTokens : Math.min(cacheTokens, this.#budgetTokens);
  }

  override canServe(promptTokens: number, outputTokens: number): boolean {
    if (this.hasKv === false) return true;
    return promptTokens + outputTokens - 1 <= this.#mostTokens;
  }

  override arrived(nowS: number, before: number): void {
    const batch = this.batch;
    if (batch.isOpen === false) {
      if (this.core.boundaryS > nowS) this.core.rest(nowS);
      return;
    }
    if (before === 0) this.#lookForHead(nowS, this.#isAsync);
  }

  override queueShrank(nowS: number, wasHead: boolean): void {
    if (wasHead && this.waiting.size > 0 && this.batch.isOpen === true) this.#lookForHead(nowS, false);
  }

  override schedule(nowS: number): void {
    const budget = this.#firstPartial < 0 ? this.#scheduleDecodes(nowS) : this.#scheduleAroundPartials(nowS);
    let mayAdmit = budget === PREEMPTED;
    if (budget > 0 && this.waiting.size > 0) mayAdmit = this.#admit(nowS, budget);
    if (this.running.size === 0) {
      this.restIdle(nowS);
      return;
    }
    if (this.batch.isOpen === false) {
      this.core.openSegment(nowS, 0);
      this.boundLeap();
    }
    this.core.proceed(mayAdmit && this.waiting.size > 0);
  }

  override release(slot: number): void {
    if (this.#firstPartial === slot)
      this.#firstPartial = this.#nextPartial(this.columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!);
    this.freeHeld(slot, false);
  }

  /** vLLM makes blocks findable when they are allocated: requests admitted in the same step share them. */
  protected override addChunk(slot: number, tokens: number): void {
    super.addChunk(slot, tokens);
    this.publish(slot, this.columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]! + tokens);
  }

  #isPartial(slot: number): boolean {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    return (
      whole[wholes | Whole.STATE] === RequestState.PREFILL &&
      whole[wholes | Whole.COMPUTED_TOKENS]! < whole[wholes | Whole.PREFILL_TARGET]!
    );
  }

  #nextPartial(from: number): number {
    let slot = from;
    while (slot >= 0 && !this.#isPartial(slot)) slot = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!;
    return slot;
  }

  /** The head of the queue may be admitted at the first boundary from now on (or one later), if the batch has room at all. */
  #lookForHead(nowS: number, oneLater: boolean): void {
    const batch = this.batch;
    if (batch.chunkCount > 0) return;
    if (this.running.size >= this.#maxRequests || batch.decodes >= this.#budgetTokens) return;
    this.lookAgain(nowS, oneLater);
  }

  /** Gives running requests, all of which decode, their tokens and blocks; returns the budget left, or `PREEMPTED`. */
  #scheduleDecodes(nowS: number): number {
    const batch = this.batch;
    if (this.hasBegun === false && this.pages === true) {
      const blocks = this.need!.inStep(batch.step);
      if (blocks > 0) {
        if (blocks > this.free()) return this.#makeRoom(nowS);
        this.take(blocks);
      }
      this.hasBegun = true;
    }
    return this.#budgetTokens - batch.decodes;
  }

  /** The same where blocks are missing: preempts until they suffice. */
  #makeRoom(nowS: number): number {
    const need = this.need!;
    let blocks = need.inStep(this.batch.step);
    while (blocks > this.free()) {
      this.#preemptLast(nowS);
      blocks = need.inStep(this.batch.step);
    }
    this.take(blocks);
    this.hasBegun = true;
    return PREEMPTED;
  }

  /** The same from the first unfinished prefill on, whose chunks are added. */
  #scheduleAroundPartials(nowS: number): number {
    const batch = this.batch;
    const columns = this.columns;
    const need = this.need;
    let budget = 0;
    let isPreempting = false;
    for (;;) {
      let decodes = batch.decodes;
      let blocks = need === null ? 0 : need.inStep(batch.step);
      for (let slot = this.#firstPartial; slot >= 0; slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
        if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] !== RequestState.DECODE) continue;
        decodes--;
        if (need?.needs(columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET]!, batch.step)) blocks--;
      }
      if (blocks <= this.free()) {
        if (this.pages === true) this.take(blocks);
        budget = this.#budgetTokens - decodes;
        break;
      }
      isPreempting = true;
      this.#preemptLast(nowS);
    }
    let slot = this.#firstPartial;
    let firstPartial = -1;
    while (slot >= 0 && budget > 0) {
      const isDecode = columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] === RequestState.DECODE;
      const computed = columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
      let left = 1;
      let tokens = 1;
      let blocks = 0;
      if (isDecode) {
        if (need?.needs(columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET]!, batch.step)) blocks = 1;
      } else {
        left = columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! - computed;
        tokens = Math.min(left, this.#longestChunk, budget);
        if (this.pages === true) blocks = this.blocksOf(computed + tokens) - this.blocksOf(computed);
      }
      let isVictim = false;
      while (blocks > this.free() && !isVictim) {
        isPreempting = true;
        isVictim = this.running.tail === slot;
        this.#preemptLast(nowS);
      }
      if (isVictim) {
        slot = -1;
        break;
      }
      if (this.pages === true) this.take(blocks);
      if (!isDecode) this.addChunk(slot, tokens);
      if (tokens < left && firstPartial < 0) firstPartial = slot;
      budget -= tokens;
      slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!;
    }
    if (slot >= 0)
      throw new ServingError(
        'REPLICA_STUCK',
        `replica ${this.core.index} at ${nowS} s: no budget left for slot ${slot}`,
      );
    this.hasBegun = true;
    this.#firstPartial = firstPartial;
    return isPreempting ? PREEMPTED : budget;
  }

  /** Recompute preemption of the request admitted last. */
  #preemptLast(nowS: number): void {
    const slot = this.running.tail;
    if (slot < 0)
      throw new ServingError('BLOCKS_EXHAUSTED', `replica ${this.core.index} at ${nowS} s: nobody left to preempt`);
    if (this.#firstPartial === slot) this.#firstPartial = -1;
    this.preempt(slot, nowS, true);
  }

  /** Serves a queue with somebody in it; returns whether its head only has to wait for asynchronous scheduling. */
  #admit(nowS: number, leftTokens: number): boolean {
    const wasBusy = this.running.size > 0;
    let budget = leftTokens;
    while (this.running.size < this.#maxRequests) {
      const tokens = this.#admitHead(nowS, budget, wasBusy);
      if (tokens <= 0) return tokens === UNSEEN;
      budget -= tokens;
      if (budget === 0 || this.waiting.size === 0) break;
    }
    return false;
  }

  /** Admits the head of the queue; returns the tokens of its step, 0 if it has to wait, `UNSEEN` if only for being new. */
  #admitHead(nowS: number, budget: number, wasBusy: boolean): number {
    const slot = this.waiting.head;
    if (this.#isAsync === true && wasBusy && this.#isUnseen(slot)) return UNSEEN;
    if (this.hasKv === false) {
      this.core.admit(slot, nowS);
      this.core.joinFresh(slot, this.columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!);
      return 1;
    }
    this.findCached(slot);
    const hit = this.hitBlocks * this.blockTokens;
    const left = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! - hit;
    let tokens = left;
    if (this.#chunks === true) {
      if (tokens > this.#longestChunk) tokens = this.#longestChunk;
      if (tokens > budget) tokens = budget;
    } else if (tokens > budget) return 0;
    const newBlocks =
      this.#reserves === true
        ? this.reservation(slot)
        : this.blocksOf(hit + tokens) - this.hitBlocks + this.fixedBlocks;
    if (newBlocks + this.freeHits + this.spareBlocks > this.free()) return 0;
    this.start(slot, nowS, newBlocks);
    this.batch.addChunk(slot, hit, tokens, tokens === left);
    if (this.mayFind === true) this.publish(slot, hit + tokens);
    if (tokens < left && this.#firstPartial < 0) this.#firstPartial = slot;
    return tokens;
  }

  #isUnseen(slot: number): boolean {
    return this.columns.real[(slot << REAL_SHIFT) | Real.ARRIVED_S]! > this.core.stepBeganS;
  }
}
