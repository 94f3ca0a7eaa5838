/**
 * SGLang's scheduler: prompts first, decodes when no prompt can be started.
 *
 * Each step is an extend batch (prompts only, decodes stand still) if one can be put together, otherwise a decode step.
 * An extend batch goes on with the unfinished prompt, then takes waiting requests in order of the policy until
 * - the batch has `maxNumSeqs` members or no memory: a candidate's new tokens and its declared rest of output (at most
 *   4096) must be less than the free tokens minus what the running ones are expected to need, the sum of
 *   min(declared rest, 4096) times new_token_ratio. The queue is then left alone until a request leaves the batch;
 * - or the tokens of the step are used up: `maxNumBatchedTokens` (chunked_prefill_size) bounds them all; the prompt that
 *   does not fit is cut there, at whole pages. `maxPrefillTokens` bounds them too, its first request excepted.
 * With `enableMixedChunk` decodes run in the extend batch and count against both.
 *
 * A decode step that lacks blocks retracts requests, those with the fewest outputs first (ties: longest prompt, then the
 * last admitted), at least one and until 20 more steps fit; one request is always kept. They go to the end of the queue.
 * What they made is freed at once and forgotten; what they had prefilled stays findable until it is needed. Free pages
 * without content are used before cached ones, which go least recently used first.
 *
 * `lpm` orders the queue by cached prefix, longest first, ties by arrival; with more than 128 waiting it is first come
 * first served. The order is worked out anew for every extend batch, so attempts that fail leave no trace. Outputs end
 * where the context or the whole cache ends, one token earlier than in vLLM. Prompts are findable once computed.
 *
 * The overlap scheduler delays admission as in vLLM (`asyncScheduling`); its other delays, and the slot-step that a stop
 * token wastes, are left out. Ignored: in-batch prefix deprioritisation, merging of equal pages computed twice, retraction
 * under speculation, `ignore_eos` admission without a cache. Where the engine would fail for want of memory (decodes of
 * mixed steps against an unfinished prompt), the prompt is retracted. Blocks of a step are counted when it ends.
 * Source: SGLang `managers/schedule_policy.py`, `managers/scheduler.py`, `managers/schedule_batch.py`.
 */

import { FutureTokens } from './future-tokens.js';
import { NewTokenRatio } from './new-token-ratio.js';
import { Holding, PagedScheduler } from './paged-scheduler.js';
import type { ScheduledReplica } from './scheduled-replica.js';
import { REAL_SHIFT, Real, RequestState, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';

/** Most declared outputs of one request that admission reckons with, tokens (SGLang CLIP_MAX_NEW_TOKENS). */
const CLIP_TOKENS = 4096;
/** Decode steps that must fit after a retraction (SGLang retract_decode_steps). */
const RETRACT_STEPS = 20;
/** Waiting requests above which the longest prefix is not looked for. */
const LPM_LIMIT = 128;
/** SGLang's default of max_prefill_tokens. */
const MAX_PREFILL_TOKENS = 16_384;

/** A replica that computes prompts before it decodes on. */
export class SglangScheduler extends PagedScheduler {
  readonly #maxRequests: number;
  readonly #chunkTokens: number;
  readonly #prefillTokens: number;
  readonly #mixes: boolean;
  readonly #isAsync: boolean;
  readonly #longestFirst: boolean;
  readonly #future = new FutureTokens(CLIP_TOKENS);
  readonly #ratio: NewTokenRatio;
  /** The request whose prompt is unfinished after the coming step; -1 = none. */
  #partial = -1;
  /** Whether the queue is left alone until a request leaves (batch_is_full). */
  #isFull = false;
  #order: Int32Array | null = null;
  #matches: Int32Array | null = null;
  /** Of the extend batch being put together. */
  #chunkLeft = 0;
  #prefillLeft = 0;
  #expectedTokens = 0;
  #members = 0;

  constructor(core: ScheduledReplica) {
    super(core, Holding.AS_COMPUTED, true);
    const settings = core.settings;
    this.#maxRequests = settings.maxNumSeqs;
    this.#chunkTokens = settings.enableChunkedPrefill ? settings.maxNumBatchedTokens : Number.MAX_SAFE_INTEGER;
    this.#prefillTokens = settings.maxPrefillTokens ?? MAX_PREFILL_TOKENS;
    this.#mixes = settings.enableMixedChunk ?? false;
    this.#isAsync = settings.asyncScheduling;
    this.#longestFirst = settings.schedulePolicy === 'lpm' && this.pool !== null;
    this.#ratio = new NewTokenRatio(settings.scheduleConservativeness ?? 1);
  }

  override contextLimit(): number {
    const blocks = this.totalBlocks - this.spareBlocks - this.fixedBlocks;
    return Math.min(super.contextLimit(), blocks * this.blockTokens - 1);
  }

  override canServe(): boolean {
    return true;
  }

  override arrived(nowS: number): void {
    const batch = this.batch;
    if (!batch.isOpen) {
      if (this.core.boundaryS > nowS) this.core.rest(nowS);
      return;
    }
    if (batch.chunkCount > 0 || this.#isFull || batch.decodes >= this.#maxRequests) return;
    this.lookAgain(nowS, this.#isAsync);
  }

  /** The queue is blocked by the batch, never by its head. */
  override queueShrank(): void {}

  override schedule(nowS: number): void {
    const batch = this.batch;
    const wasBusy = this.running.size > 0;
    if (this.#extend(nowS, wasBusy)) {
      if (!this.#mixes) batch.hold(nowS);
    } else if (batch.decodes > 0) this.#makeRoom(nowS);
    if (this.running.size === 0) {
      this.#ratio.reset();
      this.restIdle(nowS);
      return;
    }
    if (!batch.isOpen) {
      if (batch.chunkCount === 0 && batch.decodes === 0)
        throw new ServingError(
          'REPLICA_STUCK',
          `replica ${this.core.index} at ${nowS} s: no room for slot ${this.#partial}`,
        );
      this.core.openSegment(nowS, 0);
      if (batch.chunkCount === 0)
        this.core.plannedSteps = this.need!.lasting(batch.step, this.free(), this.core.plannedSteps);
    }
    this.core.proceed(this.#partial >= 0 || (this.waiting.size > 0 && !this.#isFull));
  }

  override grow(steps: number): void {
    const batch = this.batch;
    if (batch.decodes === 0) return;
    this.take(this.need!.over(batch.step, steps));
    this.#future.advance(steps);
    if (batch.chunkCount === 0) this.#ratio.pass(steps);
  }

  override memory(): number {
    return this.#isFull || this.#partial >= 0 ? -1 : super.memory();
  }

  override recall(memory: number): void {
    super.recall(memory);
    this.#ratio.reset();
  }

  /** Blocks of a step are taken when it ends. */
  override beginStep(): void {}

  override watchesChunks(): boolean {
    return true;
  }

  override chunksCounted(): void {
    const { columns, batch } = this;
    for (let i = 0; i < batch.chunkCount; i++) {
      const slot = batch.chunkSlots[i]!;
      this.publish(slot, columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!);
    }
  }

  override joinDecodes(slot: number): void {
    super.joinDecodes(slot);
    const columns = this.columns;
    this.#future.join(slot, this.#declaredLeft(slot), columns.place);
    if (!Number.isNaN(columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]!))
      columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S] = this.core.boundaryS;
  }

  protected override unbook(slot: number): number {
    this.#isFull = false;
    if (this.#partial === slot) this.#partial = -1;
    const columns = this.columns;
    if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] === RequestState.DECODE)
      this.#future.leave(slot, this.#declaredLeft(slot), columns.place);
    return super.unbook(slot);
  }

  /** Outputs are gone at once; what was prefilled can be found again. */
  protected override freePreempted(slot: number): void {
    const pool = this.pool;
    if (pool === null) {
      this.freeHeld(slot, false);
      return;
    }
    const columns = this.columns;
    const held = this.unbook(slot);
    const prefilled = this.blocksWithin(
      Math.min(
        columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!,
        columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]!,
      ),
    );
    const lost = held - prefilled;
    this.giveBack(lost + pool.release(slot, prefilled, prefilled, true));
  }

  #declaredLeft(slot: number): number {
    return this.declaredOutput(slot) - this.columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]!;
  }

  #clippedLeft(slot: number): number {
    return Math.min(this.#declaredLeft(slot), CLIP_TOKENS);
  }

  /** Puts the chunks of an extend batch together; false if it stays empty. */
  #extend(nowS: number, wasBusy: boolean): boolean {
    const waiting = this.waiting;
    if (this.#partial < 0 && (waiting.size === 0 || this.#isFull)) return false;
    const batch = this.batch;
    const beside = this.#mixes ? batch.decodes : 0;
    const decodeBlocks = beside > 0 ? this.need!.inStep(batch.step) : 0;
    if (decodeBlocks > this.free()) return false;
    this.#members = 0;
    this.#chunkLeft = this.#chunkTokens - beside;
    this.#prefillLeft = this.#prefillTokens - beside;
    this.#expectedTokens =
      this.#ratio.value * this.#future.total(this.columns.place) + (decodeBlocks + this.spareBlocks) * this.blockTokens;
    if (this.#partial >= 0 && !this.#continuePartial(decodeBlocks)) return false;
    const room = this.#maxRequests - batch.decodes;
    if (this.#longestFirst && waiting.size > 1 && waiting.size <= LPM_LIMIT) {
      const count = this.#sortByMatch();
      const order = this.#order!;
      for (let i = 0; i < count; i++) if (!this.#tryAdd(order[i]!, nowS, wasBusy, room)) break;
    } else {
      let slot = waiting.head;
      while (slot >= 0) {
        const after = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!;
        if (!this.#tryAdd(slot, nowS, wasBusy, room)) break;
        slot = after;
      }
    }
    return this.#members > 0;
  }

  /** Adds the next chunk of the unfinished prompt; false if not even a page of it fits. */
  #continuePartial(decodeBlocks: number): boolean {
    const columns = this.columns;
    const slot = this.#partial;
    const computed = columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
    const left = columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! - computed;
    const freeTokens = (this.free() - decodeBlocks) * this.blockTokens;
    let tokens = Math.min(left, this.#chunkLeft, freeTokens);
    if (tokens < left) tokens = this.#wholePages(tokens);
    if (tokens <= 0) return false;
    this.#add(slot, tokens);
    this.take(this.blocksFor(computed + tokens) - this.blocksFor(computed));
    if (tokens === left) {
      this.#partial = -1;
      this.#expectedTokens += this.#clippedLeft(slot);
    } else this.#chunkLeft = 0;
    return true;
  }

  /** Adds a waiting request to the extend batch; false when the batch is complete. */
  #tryAdd(slot: number, nowS: number, wasBusy: boolean, room: number): boolean {
    const columns = this.columns;
    if (this.#isAsync && wasBusy && columns.real[(slot << REAL_SHIFT) | Real.ARRIVED_S]! > this.core.stepBeganS)
      return true;
    if (this.#members >= room) {
      this.#isFull = true;
      return false;
    }
    if (this.#chunkLeft <= 0 || this.#prefillLeft <= 0) return false;
    const block = this.blockTokens;
    this.findCached(slot);
    const hit = this.hitBlocks * block;
    const extend = columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! - hit;
    const rest = this.#clippedLeft(slot);
    const freeTokens = (this.free() - this.freeHits - this.fixedBlocks) * block - this.#expectedTokens;
    if (extend + rest >= freeTokens) {
      this.#isFull = true;
      return false;
    }
    const paged = this.blocksFor(extend) * block;
    if (paged >= this.#prefillLeft && this.#members > 0) return false;
    const tokens = paged <= this.#chunkLeft ? extend : this.#wholePages(this.#chunkLeft);
    if (tokens <= 0) return false;
    this.start(slot, nowS, this.blocksFor(hit + tokens) - this.hitBlocks + this.fixedBlocks);
    this.#add(slot, tokens);
    if (tokens === extend) {
      this.#expectedTokens += rest;
      return true;
    }
    this.#partial = slot;
    return false;
  }

  #add(slot: number, tokens: number): void {
    this.addChunk(slot, tokens);
    const paged = this.blocksFor(tokens) * this.blockTokens;
    this.#chunkLeft -= paged;
    this.#prefillLeft -= paged;
    this.#members++;
  }

  #wholePages(tokens: number): number {
    return this.blocksWithin(tokens) * this.blockTokens;
  }

  /** Lists the waiting requests by cached prefix, longest first, ties in order of arrival; returns how many. */
  #sortByMatch(): number {
    this.#order ??= new Int32Array(LPM_LIMIT);
    this.#matches ??= new Int32Array(LPM_LIMIT);
    const order = this.#order;
    const matches = this.#matches;
    let count = 0;
    for (let slot = this.waiting.head; slot >= 0; slot = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
      this.findCached(slot);
      const match = this.hitBlocks;
      let place = count++;
      for (; place > 0 && matches[place - 1]! < match; place--) {
        matches[place] = matches[place - 1]!;
        order[place] = order[place - 1]!;
      }
      matches[place] = match;
      order[place] = slot;
    }
    return count;
  }

  /** Retracts decodes until the coming decode step has its blocks. */
  #makeRoom(nowS: number): void {
    const batch = this.batch;
    const need = this.need!;
    if (need.inStep(batch.step) <= this.free()) return;
    while (batch.decodes > 1) {
      this.preempt(this.#leastWorthy(), nowS, false);
      if (need.over(batch.step, RETRACT_STEPS) <= this.free()) break;
    }
    if (need.inStep(batch.step) > this.free()) {
      if (this.#partial < 0)
        throw new ServingError('BLOCKS_EXHAUSTED', `replica ${this.core.index} at ${nowS} s: nobody left to retract`);
      this.preempt(this.#partial, nowS, false);
    }
    const { columns } = this;
    let made = 0;
    let declared = 0;
    for (let slot = this.running.head; slot >= 0; slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
      if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] !== RequestState.DECODE) continue;
      made += columns.whole[(slot << WHOLE_SHIFT) | Whole.TOKEN_OFFSET]! + batch.step;
      declared += this.declaredOutput(slot);
    }
    this.#ratio.jump(Math.min((made + RETRACT_STEPS * batch.decodes) / declared, 1));
  }

  /** The decode with the fewest outputs; of equals that with the longest prompt, of equals the last admitted. */
  #leastWorthy(): number {
    const columns = this.columns;
    let worst = -1;
    for (let slot = this.running.head; slot >= 0; slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
      if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] !== RequestState.DECODE) continue;
      const offset = worst < 0 ? Number.POSITIVE_INFINITY : columns.whole[(worst << WHOLE_SHIFT) | Whole.TOKEN_OFFSET]!;
      const made = columns.whole[(slot << WHOLE_SHIFT) | Whole.TOKEN_OFFSET]!;
      if (made > offset) continue;
      if (
        made === offset &&
        columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! <
          columns.whole[(worst << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]!
      )
        continue;
      worst = slot;
    }
    return worst;
  }
}
