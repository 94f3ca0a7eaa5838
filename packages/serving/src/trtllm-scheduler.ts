/**
 * TensorRT-LLM's in-flight batching: a capacity scheduler, then a micro-batch scheduler, in every iteration.
 *
 * Capacity, first come first served:
 * - `trtllm-no-evict` (GUARANTEED_NO_EVICT): a request is admitted if its prompt and its declared outputs fit beside those
 *   of all that run, whatever they use so far; nothing is ever taken back. Blocks are handed out as tokens come, so what
 *   is reserved beyond them still serves as prefix cache. Prefix blocks that several requests hold are counted once;
 *   cached ones that a candidate would find do not make it smaller (the engine reckons before it looks).
 * - `trtllm-max-utilization` (MAX_UTILIZATION): a request is admitted if the blocks of its next step are free, which for a
 *   new one are those of its whole prompt. When the blocks of the next step of those running are not, the youngest is
 *   paused: it gives all its blocks back, waits at the front of the queue and computes prompt and outputs again. Nobody
 *   is admitted in a step in which somebody is paused.
 * A prompt takes all its blocks with its first chunk.
 *
 * Micro-batch: every decode gets its token, prompts get what is left of `maxNumBatchedTokens` (max_num_tokens), in order.
 * A prompt that is cut is cut at a multiple of the block (chunk unit = tokens per block), and nobody behind it starts in
 * that step, so at most one prompt is unfinished. Without chunked prefill a prompt waits until it fits whole. That prompts
 * precede decodes in the packed batch changes no count. Finished prompts can be found by others once computed.
 *
 * The overlap scheduler delays admission as in vLLM (`asyncScheduling`); the slot-step that a stop token wastes is left
 * out. Ignored: look-ahead of two steps at capacity, equal-progress chunking, LoRA and encoder limits, and that a prompt
 * smaller than the remainder of a cut chunk could use it. Source: TensorRT-LLM `capacityScheduler`, `microBatchScheduler`.
 */

import { Holding, PagedScheduler } from './paged-scheduler.js';
import type { ScheduledReplica } from './scheduled-replica.js';
import { REAL_SHIFT, Real, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';

/** A replica that admits by reservation, or by what the next step needs and pauses the youngest. */
export class TrtllmScheduler extends PagedScheduler {
  readonly #evicts: boolean;
  readonly #maxRequests: number;
  readonly #budgetTokens: number;
  readonly #chunks: boolean;
  readonly #isAsync: boolean;
  /** The request whose prompt is unfinished after the coming step; -1 = none. */
  #partial = -1;
  #pauses = 0;
  /** Blocks of all running requests at their longest, and of what they hold, those that others hold already. */
  #reservedBlocks = 0;
  #sharedBlocks = 0;

  constructor(core: ScheduledReplica, evicts: boolean) {
    super(core, Holding.PROMPT_FIRST, true);
    const settings = core.settings;
    this.#evicts = evicts;
    this.#maxRequests = settings.maxNumSeqs;
    this.#budgetTokens = settings.maxNumBatchedTokens;
    this.#chunks = settings.enableChunkedPrefill;
    this.#isAsync = settings.asyncScheduling;
  }

  override canServe(promptTokens: number, outputTokens: number): boolean {
    const most = promptTokens + outputTokens - 1;
    if (!this.#chunks && (this.#evicts ? most : promptTokens) > this.#budgetTokens) return false;
    return this.blocksFor(most) + this.fixedBlocks + this.spareBlocks <= this.totalBlocks;
  }

  override arrived(nowS: number, before: number): void {
    if (!this.batch.isOpen) {
      if (this.core.boundaryS > nowS) this.core.rest(nowS);
    } else if (before === 0) this.#lookForHead(nowS, this.#isAsync);
  }

  override queueShrank(nowS: number, wasHead: boolean): void {
    if (wasHead && this.waiting.size > 0 && this.batch.isOpen) this.#lookForHead(nowS, false);
  }

  override schedule(nowS: number): void {
    const batch = this.batch;
    const wasBusy = this.running.size > 0;
    const pauses = this.#pauses;
    if (!this.hasBegun) {
      while (this.need!.inStep(batch.step) > this.free()) this.#pauseYoungest(nowS);
      this.beginStep();
    }
    let budget = this.#budgetTokens - batch.decodes;
    if (this.#partial >= 0) budget = this.#continuePartial(budget);
    const mayAdmit = this.#pauses !== pauses || this.#admit(nowS, budget, wasBusy);
    if (this.running.size === 0) {
      this.restIdle(nowS);
      return;
    }
    if (!batch.isOpen) {
      this.core.openSegment(nowS, 0);
      this.boundLeap();
    }
    this.core.proceed(mayAdmit && this.waiting.size > 0);
  }

  /** Blocks for the prompt and all declared outputs, at most what the cache holds beside the spare blocks. */
  protected override reservation(slot: number): number {
    const tokens = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! + this.declaredOutput(slot);
    return Math.min(this.blocksFor(tokens) + this.fixedBlocks, this.totalBlocks - this.spareBlocks);
  }

  override watchesChunks(): boolean {
    return true;
  }

  override chunksCounted(): void {
    const { columns, batch } = this;
    for (let i = 0; i < batch.chunkCount; i++) {
      const slot = batch.chunkSlots[i]!;
      const computed = columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
      if (computed >= columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]!) this.publish(slot, computed);
    }
  }

  protected override freeHeld(slot: number, mayReturn: boolean): number {
    if (this.#partial === slot) this.#partial = -1;
    this.#reservedBlocks -= this.reservation(slot);
    const freeBefore = this.free();
    const held = super.freeHeld(slot, mayReturn);
    this.#sharedBlocks -= held - (this.free() - freeBefore);
    return held;
  }

  #lookForHead(nowS: number, oneLater: boolean): void {
    const batch = this.batch;
    if (batch.chunkCount > 0 || this.#partial >= 0) return;
    if (this.running.size >= this.#maxRequests || batch.decodes >= this.#budgetTokens) return;
    this.lookAgain(nowS, oneLater);
  }

  /** Gives the unfinished prompt its next chunk; returns the budget left for others. */
  #continuePartial(budget: number): number {
    const columns = this.columns;
    const slot = this.#partial;
    const left =
      columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! -
      columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
    const tokens = this.#chunkOf(left, budget);
    if (tokens > 0) this.addChunk(slot, tokens);
    if (tokens < left) return 0;
    this.#partial = -1;
    return budget - tokens;
  }

  /** Tokens of a prompt's chunk: all that is left, or whole blocks within the budget. */
  #chunkOf(left: number, budget: number): number {
    if (left <= budget) return left;
    return this.#chunks ? this.blocksWithin(budget) * this.blockTokens : 0;
  }

  #pauseYoungest(nowS: number): void {
    const slot = this.running.tail;
    if (slot < 0 || !this.#evicts)
      throw new ServingError('BLOCKS_EXHAUSTED', `replica ${this.core.index} at ${nowS} s: nobody left to pause`);
    this.#pauses++;
    this.preempt(slot, nowS, true);
  }

  /** Serves the queue; returns whether its head only has to wait for the overlap scheduler. */
  #admit(nowS: number, leftTokens: number, wasBusy: boolean): boolean {
    const columns = this.columns;
    let budget = leftTokens;
    while (this.waiting.size > 0 && budget > 0 && this.running.size < this.#maxRequests) {
      const slot = this.waiting.head;
      if (this.#isAsync && wasBusy && columns.real[(slot << REAL_SHIFT) | Real.ARRIVED_S]! > this.core.stepBeganS)
        return true;
      this.findCached(slot);
      const target = columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]!;
      const left = target - this.hitBlocks * this.blockTokens;
      const tokens = this.#chunkOf(left, budget);
      const newBlocks = this.blocksFor(target) - this.hitBlocks + this.fixedBlocks;
      if (tokens === 0 || !this.#hasRoom(slot, newBlocks)) return false;
      this.#reservedBlocks += this.reservation(slot);
      this.#sharedBlocks += this.hitBlocks - this.freeHits;
      this.start(slot, nowS, newBlocks);
      this.addChunk(slot, tokens);
      budget -= tokens;
      if (tokens < left) {
        this.#partial = slot;
        return false;
      }
    }
    return false;
  }

  #hasRoom(slot: number, newBlocks: number): boolean {
    if (this.#evicts) return newBlocks + this.freeHits + this.spareBlocks <= this.free();
    const committed = this.#reservedBlocks - this.#sharedBlocks;
    return committed + this.reservation(slot) + this.spareBlocks <= this.totalBlocks;
  }
}
