/**
 * Text Generation Inference: prompt batches between decode steps, everything reserved at admission.
 *
 * A prompt batch takes requests from the head of the queue, whole prompts only, while
 * - the batch has fewer than `maxNumSeqs` members (max_batch_size),
 * - the prompt tokens to compute stay within `maxNumBatchedTokens` (max_batch_prefill_tokens),
 * - blocks for the prompt and all declared outputs are free, and prompts plus declared outputs of all running requests
 *   stay within `maxBatchTotalTokens`, if that is given, cached prompts counted in full.
 * While requests decode, decoding is paused for a prompt batch only if the batch has at least waitingServedRatio times as
 * many members as are running (rounded down), or if `maxWaitingTokens` steps, the prompt batch included, have passed since
 * the last one; then any size will do. After such a batch comes a decode step before the next is looked for; after the
 * first batch of an idle engine another may follow at once. Prompt batches hold no decodes, which stand still meanwhile.
 * Nothing is preempted, and a prompt longer than the budget is refused, as by the router.
 *
 * With prefix caching full blocks of a prefix are taken over, and what a request held can be found when it has finished.
 * Ignored: chunking of later versions, speculation, padding, and that requests which make a batch count the same cached
 * blocks as free twice. Source: TGI `router/src/infer` (batching_task), `queue.rs` (next_batch), `radix.rs`.
 */

import { Holding, PagedScheduler } from './paged-scheduler.js';
import type { ScheduledReplica } from './scheduled-replica.js';
import { WHOLE_SHIFT, Whole } from './service-columns.js';

/** TGI's defaults of waiting_served_ratio and max_waiting_tokens. */
const WAITING_SERVED_RATIO = 0.3;
const MAX_WAITING_TOKENS = 20;

/** A replica that pauses decoding for batches of whole prompts. */
export class TgiScheduler extends PagedScheduler {
  readonly #maxRequests: number;
  readonly #prefillTokens: number;
  readonly #totalTokens: number;
  readonly #servedRatio: number;
  readonly #maxWaiting: number;
  /** Prompt plus declared output tokens of the running requests. */
  #reservedTokens = 0;
  /** Steps since the last prompt batch began, that batch included. */
  #waited = 0;
  /** Whether a decode step must come first. */
  #mustDecode = false;

  constructor(core: ScheduledReplica) {
    super(core, Holding.WHOLE, true);
    const settings = core.settings;
    this.#maxRequests = settings.maxNumSeqs;
    this.#prefillTokens = settings.maxNumBatchedTokens;
    this.#totalTokens = settings.maxBatchTotalTokens ?? Number.MAX_SAFE_INTEGER;
    this.#servedRatio = settings.waitingServedRatio ?? WAITING_SERVED_RATIO;
    this.#maxWaiting = settings.maxWaitingTokens ?? MAX_WAITING_TOKENS;
  }

  override canServe(promptTokens: number, outputTokens: number): boolean {
    if (promptTokens > this.#prefillTokens || promptTokens + outputTokens > this.#totalTokens) return false;
    const blocks = this.blocksFor(promptTokens + outputTokens - 1) + this.fixedBlocks;
    return blocks + this.spareBlocks <= this.totalBlocks;
  }

  override arrived(nowS: number, before: number): void {
    const batch = this.batch;
    if (!batch.isOpen) {
      if (this.core.boundaryS > nowS) this.core.rest(nowS);
      return;
    }
    if (batch.chunkCount > 0) return;
    const least = this.#leastMembers();
    if (before === 0 || (before < least && before + 1 >= least)) this.lookAgain(nowS, false);
  }

  /** What is left may make a batch: the request that has gone was perhaps the one that did not fit. */
  override queueShrank(nowS: number): void {
    if (this.waiting.size > 0 && this.batch.isOpen && this.batch.chunkCount === 0) this.lookAgain(nowS, false);
  }

  override schedule(nowS: number): void {
    const batch = this.batch;
    const isIdle = batch.decodes === 0;
    let mayJoin = false;
    if (isIdle || !this.#mustDecode) {
      const least = isIdle || this.#waited >= this.#maxWaiting ? 0 : this.#leastMembers();
      const members = this.#countFitting(least);
      if (members > 0) {
        this.#startBatch(members, nowS);
        batch.hold(nowS);
        this.#waited = 1;
        this.#mustDecode = !isIdle;
      }
    } else mayJoin = this.waiting.size > 0;
    if (this.running.size === 0) {
      this.restIdle(nowS);
      return;
    }
    if (!batch.isOpen) this.core.openSegment(nowS, 0);
    this.core.proceed(mayJoin);
    if (batch.chunkCount === 0 && this.waiting.size > 0 && this.#waited < this.#maxWaiting)
      this.core.tryAt(batch.done + this.#maxWaiting - this.#waited);
  }

  override grow(steps: number): void {
    if (this.batch.decodes === 0) return;
    this.#waited += steps;
    this.#mustDecode = false;
  }

  override recall(memory: number): void {
    super.recall(memory);
    this.#waited = 0;
    this.#mustDecode = false;
  }

  /** Blocks for the prompt and all declared outputs, at most what the cache holds beside the spare blocks. */
  protected override reservation(slot: number): number {
    const tokens = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! + this.declaredOutput(slot) - 1;
    return Math.min(this.blocksFor(tokens) + this.fixedBlocks, this.totalBlocks - this.spareBlocks);
  }

  override release(slot: number): void {
    this.#reservedTokens -= this.#wholeTokens(slot);
    this.publish(slot, this.columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!);
    this.freeHeld(slot, false);
  }

  #wholeTokens(slot: number): number {
    return Math.min(
      this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! + this.declaredOutput(slot),
      this.#totalTokens,
    );
  }

  #leastMembers(): number {
    return Math.floor(this.batch.decodes * this.#servedRatio);
  }

  /** How many requests from the head of the queue make a prompt batch now; 0 if fewer than `least`. */
  #countFitting(least: number): number {
    const { columns, waiting } = this;
    if (waiting.size < least) return 0;
    const room = this.#maxRequests - this.batch.decodes;
    let prefill = this.#prefillTokens;
    let tokens = this.#totalTokens - this.#reservedTokens;
    let blocks = this.free() - this.spareBlocks;
    let count = 0;
    for (
      let slot = waiting.head;
      slot >= 0 && count < room;
      slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!
    ) {
      this.findCached(slot);
      prefill -= columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! - this.hitBlocks * this.blockTokens;
      tokens -= this.#wholeTokens(slot);
      blocks -= this.reservation(slot) - this.hitBlocks + this.freeHits;
      if (prefill < 0 || tokens < 0 || blocks < 0) break;
      count++;
    }
    return count >= least ? count : 0;
  }

  #startBatch(members: number, nowS: number): void {
    const columns = this.columns;
    for (let i = 0; i < members; i++) {
      const slot = this.waiting.head;
      this.findCached(slot);
      this.#reservedTokens += this.#wholeTokens(slot);
      this.start(slot, nowS, this.reservation(slot) - this.hitBlocks);
      this.addChunk(
        slot,
        columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! -
          columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!,
      );
    }
  }
}
