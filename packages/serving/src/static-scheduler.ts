/**
 * Static batching: a batch is filled once, padded to its longest member, and runs to its end.
 *
 * A batch starts when `staticBatchSize` requests wait, when as many wait as memory holds, or when the oldest has waited
 * `staticBatchTimeoutS`. All prompts are padded to the longest and computed in one step; then every row decodes until the
 * longest output is done: T = T_prefill(B rows of the longest prompt) + sum of T_decode(B rows). Rows whose own output is
 * complete go on as padding and are charged for it. The first token leaves after the prefill; the response, and with it
 * the last token and the place, only at the end of the batch. A withdrawn request leaves at the next boundary, and the
 * batch then ends with the longest of the others.
 *
 * Memory: every row holds blocks for the longest prompt and output; a request that does not fit alone is refused.
 * Segments count padding rows among their decodes. Prefix caching, chunking and token budgets do not apply.
 */

import type { ScheduledReplica } from './scheduled-replica.js';
import { Scheduler } from './scheduler.js';
import { REAL_SHIFT, Real, RequestState, WHOLE_SHIFT, Whole } from './service-columns.js';

/** A replica that serves one padded batch after the other. */
export class StaticScheduler extends Scheduler {
  readonly #batchSize: number;
  readonly #patienceS: number;
  #longestPrompt = 0;
  #longestOutput = 0;
  #mayShrink = false;
  /** What the queue would make as a batch: whether memory cuts it short, and its longest prompt and output. */
  #isCut = false;
  #nextPrompt = 0;
  #nextOutput = 0;

  constructor(core: ScheduledReplica) {
    super(core);
    this.#batchSize = core.settings.staticBatchSize;
    this.#patienceS = core.settings.staticBatchTimeoutS;
  }

  override heldBlocks(): number {
    let blocks = 0;
    if (!this.hasKv) return blocks;
    for (let slot = this.running.head; slot >= 0; slot = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!)
      blocks += this.#rowBlocks(this.#longestPrompt, this.#longestOutput);
    return blocks;
  }

  override canServe(promptTokens: number, outputTokens: number): boolean {
    return !this.hasKv || this.#rowBlocks(promptTokens, outputTokens) <= this.settings.numBlocks;
  }

  override arrived(nowS: number): void {
    if (this.running.size === 0) this.#awaitMore(nowS);
  }

  override queueShrank(nowS: number): void {
    if (this.running.size === 0) this.#awaitMore(nowS);
  }

  override schedule(nowS: number): void {
    if (this.running.size > 0 && this.#mayShrink) this.#shrink(nowS);
    this.#mayShrink = false;
    if (this.running.size === 0) {
      this.#awaitMore(nowS);
      if (this.core.boundaryS !== nowS || this.waiting.size === 0) return;
      this.#start(nowS);
    }
    if (!this.batch.isOpen) this.core.openSegment(nowS, 0);
    this.core.proceed(false);
  }

  override release(): void {
    this.#mayShrink = true;
    this.#countBlocks();
  }

  override padsPrompts(): boolean {
    return true;
  }

  /** Padding tokens are nobody's output. */
  override settleOutput(slot: number): void {
    const columns = this.columns;
    const own = this.core.ownOutput(slot);
    columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS] = own;
    if (columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]! > own)
      columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS] = own;
  }

  override joinDecodes(slot: number): void {
    const columns = this.columns;
    const generated = columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]!;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.DECODE;
    this.batch.join(slot, this.hasKv ? this.#longestPrompt + generated : 0, this.#longestOutput - generated);
  }

  #countBlocks(): void {
    const rows = this.running.size;
    if (!this.hasKv) return;
    this.core.usedBlocks = rows === 0 ? 0 : rows * this.#rowBlocks(this.#longestPrompt, this.#longestOutput);
  }

  #rowBlocks(promptTokens: number, outputTokens: number): number {
    const { blockSizeTokens, fixedBlocksPerSequence = 0 } = this.settings;
    return Math.ceil((promptTokens + outputTokens - 1) / blockSizeTokens) + fixedBlocksPerSequence;
  }

  /** Sets the boundary at which the next batch starts, from who waits now. */
  #awaitMore(nowS: number): void {
    if (this.waiting.size === 0) {
      this.core.rest(Number.POSITIVE_INFINITY);
      return;
    }
    const dueS = this.columns.real[(this.waiting.head << REAL_SHIFT) | Real.ARRIVED_S]! + this.#patienceS;
    const isFull = this.#measure() === this.#batchSize || this.#isCut;
    this.core.rest(isFull || dueS <= nowS ? nowS : dueS);
  }

  /** How many of the queue the next batch takes, and their longest prompt and output. */
  #measure(): number {
    const columns = this.columns;
    let count = 0;
    let prompt = 0;
    let output = 0;
    this.#isCut = false;
    for (
      let slot = this.waiting.head;
      slot >= 0 && count < this.#batchSize;
      slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!
    ) {
      const longerPrompt = Math.max(prompt, columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]!);
      const longerOutput = Math.max(output, columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!);
      if (this.hasKv && (count + 1) * this.#rowBlocks(longerPrompt, longerOutput) > this.settings.numBlocks) {
        this.#isCut = true;
        break;
      }
      prompt = longerPrompt;
      output = longerOutput;
      count++;
    }
    this.#nextPrompt = prompt;
    this.#nextOutput = output;
    return count;
  }

  #start(nowS: number): void {
    const columns = this.columns;
    const count = this.#measure();
    this.#longestPrompt = this.#nextPrompt;
    this.#longestOutput = this.#nextOutput;
    for (let i = 0; i < count; i++) {
      const slot = this.waiting.head;
      this.core.admit(slot, nowS);
      this.core.changeOutputLeft(this.#longestOutput - columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!);
      columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS] = this.#longestOutput;
      if (this.hasKv) {
        this.batch.addChunk(slot, 0, this.#longestPrompt, true);
        this.batch.paddingTokens += this.#longestPrompt - columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]!;
      } else this.core.joinFresh(slot, this.#longestOutput);
    }
    this.#countBlocks();
  }

  /** After a withdrawal: the batch ends with the longest output that is left. */
  #shrink(nowS: number): void {
    const columns = this.columns;
    let longest = 0;
    for (let slot = this.running.head; slot >= 0; slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!)
      longest = Math.max(longest, this.core.ownOutput(slot));
    if (longest === this.#longestOutput) return;
    const surplus = this.#longestOutput - longest;
    this.#longestOutput = longest;
    this.#countBlocks();
    for (let slot = this.running.head; slot >= 0; slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
      this.core.changeOutputLeft(-surplus);
      columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS] = longest;
    }
    const made = columns.whole[(this.running.head << WHOLE_SHIFT) | Whole.TOKEN_OFFSET]! + this.batch.step;
    if (made >= longest) {
      this.core.changeOutputLeft((made - longest) * this.running.size);
      while (this.running.size > 0) {
        this.batch.leave(this.running.head);
        this.core.finish(this.running.head, nowS);
      }
      return;
    }
    for (let slot = this.running.head; slot >= 0; slot = columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
      this.batch.leave(slot);
      this.joinDecodes(slot);
    }
  }
}
