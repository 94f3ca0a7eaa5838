/**
 * Paged KV of a running batch: what every scheduler with blocks shares, whoever it admits and whenever.
 *
 * Requests hold blocks of `blockSizeTokens` tokens, which are counted; with prefix caching a pool remembers besides what free
 * blocks held. How much a request holds is the kind's choice: the blocks of the tokens computed so far, the whole
 * prompt from its first chunk on, or all it may ever need. Decodes are never visited: one allocation serves all of them,
 * from a histogram of their contexts, and the same histogram says how far a leap may go. Cached full blocks of a prefix are
 * taken over at admission; one token at least is computed. A preempted request gives all its blocks back and computes
 * prompt and outputs again; what it gave back it may find again.
 *
 * Declared outputs: engines that reserve by `max_tokens` know what a request may make, not what it will. That is the
 * table's `budgetTokens`, cut where the context ends, and never less than what it will make. Units: tokens, blocks.
 */

import { BlockNeed } from './block-need.js';
import { BlockPool } from './block-pool.js';
import type { ScheduledReplica } from './scheduled-replica.js';
import { Scheduler } from './scheduler.js';
import { REAL_SHIFT, Real, RequestState, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';

/** How a running request holds KV blocks. */
export const Holding = {
  /** Those of the tokens computed and of the step under way. */
  AS_COMPUTED: 0,
  /** Those of its whole prompt from the first chunk on, then as outputs come. */
  PROMPT_FIRST: 1,
  /** All it may ever need (`reservation`), from admission to its end. */
  WHOLE: 2,
} as const;
export type Holding = (typeof Holding)[keyof typeof Holding];

/** Common part of the schedulers over paged KV; a subclass decides whom to admit and whom to preempt. */
export abstract class PagedScheduler extends Scheduler {
  /** The block pool under prefix caching, for checks; null where blocks are only counted. */
  readonly pool: BlockPool | null;
  /** Whether blocks follow the tokens. */
  protected readonly pages: boolean;
  protected readonly blockTokens: number;
  protected readonly totalBlocks: number;
  /** Blocks that an admission leaves free. */
  protected readonly spareBlocks: number;
  protected readonly fixedBlocks: number;
  protected readonly need: BlockNeed | null;
  /** Whether the step in progress has its blocks. */
  protected hasBegun = false;
  /** Of the last `findCached`: blocks found, and how many of them are free (taking them uses up free blocks). */
  protected hitBlocks = 0;
  protected freeHits = 0;
  /** Whether any could be found: the request has a shared prefix or has been preempted. */
  protected mayFind = false;
  readonly #holding: Holding;
  /** Block size less one, and the power of two that the block size is; -1 where it is none: counts then cost a division. */
  readonly #blockMask: number;
  readonly #blockBits: number;
  /** Blocks that may be in use before cached ones must be given up: all but those in the pool's free list. */
  #unlistedBlocks: number;
  #sharedHits = 0;
  #ownHits = 0;

  protected constructor(core: ScheduledReplica, holding: Holding, findsPrefixes: boolean) {
    const settings = core.settings;
    super(core);
    this.#holding = holding;
    this.pages = settings.hasKv && holding !== Holding.WHOLE;
    this.blockTokens = settings.blockSizeTokens;
    this.totalBlocks = settings.hasKv ? settings.numBlocks : 0;
    this.#unlistedBlocks = this.totalBlocks;
    this.#blockMask = this.blockTokens - 1;
    this.#blockBits = (this.blockTokens & this.#blockMask) === 0 ? 31 - Math.clz32(this.blockTokens) : -1;
    this.spareBlocks = Math.floor(settings.watermark * this.totalBlocks);
    this.fixedBlocks = settings.hasKv ? (settings.fixedBlocksPerSequence ?? 0) : 0;
    this.need = this.pages === true ? new BlockNeed(settings.blockSizeTokens) : null;
    this.pool =
      settings.hasKv && findsPrefixes && settings.enablePrefixCaching
        ? new BlockPool(settings.blockSizeTokens, core.columns)
        : null;
  }

  override heldBlocks(): number {
    let blocks = this.pool?.audit().heldKeyedBlocks ?? 0;
    if (this.hasKv === false) return blocks;
    for (let slot = this.running.head; slot >= 0; slot = this.columns.whole[(slot << WHOLE_SHIFT) | Whole.NEXT]!) {
      blocks += this.#holdingOf(slot);
      if (this.pool !== null) blocks -= this.columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_BLOCKS]!;
    }
    return blocks;
  }

  override memory(): number {
    const isWhole = this.core.usedBlocks === 0 && (this.pool === null || this.pool.isBlank);
    return isWhole ? super.memory() : -1;
  }

  override recall(memory: number): void {
    super.recall(memory);
    this.hasBegun = false;
    this.#unlistedBlocks = this.totalBlocks;
    this.pool?.clear();
  }

  override cachedPrefixTokens(slot: number): number {
    const pool = this.pool;
    const chain = this.table.prefix[slot];
    if (pool === null || chain === null || chain === undefined) return 0;
    const limit = this.blocksWithin(Math.min(chain.totalTokens, this.table.promptTokens[slot]! - 1));
    return pool.lookUp(chain, limit) * this.blockTokens;
  }

  override dropped(slot: number): void {
    if (this.pool !== null) this.pool.disown(slot);
  }

  override grow(steps: number): void {
    if (this.pages === false) return;
    this.hasBegun = false;
    if (steps === 1) return;
    const batch = this.batch;
    if (batch.decodes > 0) this.take(this.need!.over(batch.step + 1, steps - 1));
  }

  override beginStep(): void {
    if (this.pages === false || this.hasBegun === true) return;
    this.take(this.need!.inStep(this.batch.step));
    this.hasBegun = true;
  }

  override joinDecodes(slot: number): void {
    super.joinDecodes(slot);
    if (this.pages === true) this.need!.join(this.columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET]!);
  }

  override release(slot: number): void {
    this.freeHeld(slot, false);
  }

  /** Blocks nobody holds, cached ones included. */
  protected free(): number {
    return this.totalBlocks - this.core.usedBlocks;
  }

  protected take(blocks: number): void {
    const used = this.core.usedBlocks + blocks;
    this.core.usedBlocks = used;
    if (used > this.#unlistedBlocks) this.#evict(used);
  }

  /** Counts blocks as free that have been released to the pool; below 0: as in use that were found there. */
  protected giveBack(blocks: number): void {
    this.core.usedBlocks -= blocks;
    this.#unlistedBlocks = this.totalBlocks - this.pool!.listedBlocks;
  }

  /** Full blocks of fewer than 2^31 tokens. */
  protected blocksWithin(tokens: number): number {
    return this.#blockBits >= 0 ? tokens >> this.#blockBits : Math.floor(tokens / this.blockTokens);
  }

  /** Blocks of tokens that are here or in the step being put together: fewer than 2^31. */
  protected blocksOf(tokens: number): number {
    return this.#blockBits >= 0 ? (tokens + this.#blockMask) >> this.#blockBits : Math.ceil(tokens / this.blockTokens);
  }

  /** Blocks of any number of tokens, such as a client may declare. */
  protected blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.blockTokens);
  }

  /** Blocks of a request at its longest, where it holds them from admission on. */
  protected reservation(slot: number): number {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    return (
      this.blocksFor(whole[wholes | Whole.PROMPT_TOKENS]! + whole[wholes | Whole.TARGET_TOKENS]! - 1) + this.fixedBlocks
    );
  }

  /** Output tokens that the engine must reckon with, from what the client declared. */
  protected declaredOutput(slot: number): number {
    const columns = this.columns;
    const declared = Math.min(
      this.table.budgetTokens[slot]!,
      this.contextLimit() - columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]!,
    );
    return Math.max(columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]!, declared);
  }

  /** Frees all blocks of a running request, and says how many; with `mayReturn` it may find its full private ones again. */
  protected freeHeld(slot: number, mayReturn: boolean): number {
    if (this.hasKv === false) return 0;
    const held = this.unbook(slot);
    if (this.#concernsPool(slot, mayReturn)) this.#releaseToPool(slot, held, mayReturn);
    else this.core.usedBlocks -= held;
    return held;
  }

  /** Whether the pool must be told: where somebody may find the blocks again, or it lists any, or the request shares some. */
  #concernsPool(slot: number, mayReturn: boolean): boolean {
    const pool = this.pool;
    if (pool === null) return false;
    return mayReturn || pool.listedBlocks > 0 || this.columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_BLOCKS]! > 0;
  }

  #releaseToPool(slot: number, held: number, mayReturn: boolean): void {
    const full = this.blocksWithin(this.columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!);
    this.giveBack(this.pool!.release(slot, held, full, mayReturn));
  }

  /** Frees the blocks of a request that is preempted. */
  protected freePreempted(slot: number): void {
    this.freeHeld(slot, true);
  }

  /** Takes a running request out of the decodes' need; the blocks it holds, which the caller frees. */
  protected unbook(slot: number): number {
    if (this.#holding === Holding.WHOLE) return this.reservation(slot);
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    let present = whole[wholes | Whole.COMPUTED_TOKENS]!;
    if (whole[wholes | Whole.STATE] === RequestState.DECODE) {
      this.need!.leave(whole[wholes | Whole.CONTEXT_OFFSET]!);
      if (this.hasBegun === true) present++;
    } else if (this.#holding === Holding.PROMPT_FIRST) present = whole[wholes | Whole.PREFILL_TARGET]!;
    return this.blocksOf(present) + this.fixedBlocks;
  }

  /** Looks for the leading full blocks of a waiting request's tokens that are cached; one token is left to compute. */
  protected findCached(slot: number): void {
    this.hitBlocks = 0;
    this.freeHits = 0;
    this.mayFind = this.pool !== null && (this.#hasPrefix(slot) || this.#hasOwn(slot));
    if (this.mayFind === true) this.#find(slot);
  }

  /** Admits the request of the last `findCached` with what was found and `newBlocks` fresh blocks; its prefill begins. */
  protected start(slot: number, nowS: number, newBlocks: number): void {
    this.core.admit(slot, nowS);
    if (this.mayFind === true) this.#takeFound(slot);
    this.take(newBlocks);
  }

  #hasPrefix(slot: number): boolean {
    const chain = this.table.prefix[slot];
    return chain !== null && chain !== undefined;
  }

  /** Whether blocks that a request gave back when it was preempted may still be cached. */
  #hasOwn(slot: number): boolean {
    return this.columns.whole[(slot << WHOLE_SHIFT) | Whole.OWN_RUN]! >= 0;
  }

  #find(slot: number): void {
    const pool = this.pool!;
    const limit = this.blocksWithin(this.columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! - 1);
    const chain = this.table.prefix[slot];
    let keyed = 0;
    let shared = 0;
    let own = 0;
    let freeHits = 0;
    if (chain !== null && chain !== undefined) {
      keyed = this.blocksWithin(chain.totalTokens);
      shared = pool.lookUp(chain, Math.min(keyed, limit));
      freeHits = pool.freeHits;
    }
    if (shared === keyed) {
      own = pool.ownBlocks(slot);
      if (own > limit - shared) own = limit - shared;
      freeHits += own;
    }
    this.#sharedHits = shared;
    this.#ownHits = own;
    this.hitBlocks = shared + own;
    this.freeHits = freeHits;
  }

  #takeFound(slot: number): void {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    this.pool!.takeHits(slot, this.#sharedHits);
    this.pool!.takeOwn(slot, this.#ownHits);
    this.giveBack(-this.freeHits);
    const hit = this.hitBlocks * this.blockTokens;
    whole[wholes | Whole.COMPUTED_TOKENS] = hit;
    this.core.changePrefillLeft(-hit);
    const prompt = whole[wholes | Whole.PROMPT_TOKENS]!;
    const reached = whole[wholes | Whole.REACHED_TOKENS]!;
    const cached = Math.min(hit, prompt);
    if (cached > reached) {
      whole[wholes | Whole.CACHED_TOKENS] = whole[wholes | Whole.CACHED_TOKENS]! + cached - reached;
      whole[wholes | Whole.REACHED_TOKENS] = cached;
    }
  }

  /** Adds a prefill chunk of a running request to the coming step. */
  protected addChunk(slot: number, tokens: number): void {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    this.core.closeSegment();
    const computed = whole[wholes | Whole.COMPUTED_TOKENS]!;
    this.batch.addChunk(slot, computed, tokens, computed + tokens === whole[wholes | Whole.PREFILL_TARGET]!);
  }

  /** Makes the full blocks of a shared prefix findable, as far as the first `tokens` tokens of the request reach. */
  protected publish(slot: number, tokens: number): void {
    if (this.pool === null) return;
    const chain = this.table.prefix[slot];
    if (chain === null || chain === undefined) return;
    this.pool.publish(slot, chain, Math.min(this.blocksWithin(tokens), this.blocksWithin(chain.totalTokens)));
  }

  /** Recompute preemption: the request goes back to the queue's front or end. */
  protected preempt(slot: number, nowS: number, toFront: boolean): void {
    this.core.closeSegment();
    const columns = this.columns;
    const isDecode = columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] === RequestState.DECODE;
    if (isDecode) {
      columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S] = this.batch.lastTokenS(slot, nowS);
      this.batch.leave(slot);
    }
    this.freePreempted(slot);
    const target =
      columns.whole[(slot << WHOLE_SHIFT) | Whole.PROMPT_TOKENS]! +
      columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]!;
    const left = isDecode
      ? 0
      : columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! -
        columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
    this.core.changePrefillLeft(target - left);
    columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET] = target;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS] = 0;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.PREEMPTIONS] =
      columns.whole[(slot << WHOLE_SHIFT) | Whole.PREEMPTIONS]! + 1;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.WAITING;
    this.running.remove(columns, slot);
    if (toFront) this.waiting.pushFront(columns, slot);
    else this.waiting.pushBack(columns, slot);
    this.core.listener.onPreempted(this.core.index, slot, nowS);
  }

  /** Ends the leap of a segment of decodes just opened where the free blocks end; its first step has its blocks. */
  protected boundLeap(): void {
    const limit = this.core.plannedSteps;
    if (limit <= 1 || this.pages === false) return;
    const batch = this.batch;
    const lasting = 1 + this.need!.lasting(batch.step + 1, this.free(), limit - 1);
    if (lasting < limit) this.core.plannedSteps = lasting;
  }

  /** The queue may be served at the first boundary not before `nowS`, or one later. */
  protected lookAgain(nowS: number, oneLater: boolean): void {
    const steps = this.batch.stepsTo(nowS);
    this.core.tryAt(oneLater ? steps + 1 : Math.max(steps, 1));
  }

  /** Nothing runs: rests until somebody comes; throws if somebody waits, who can never start then. */
  protected restIdle(nowS: number): void {
    if (this.waiting.size > 0)
      throw new ServingError(
        'REPLICA_STUCK',
        `replica ${this.core.index} at ${nowS} s: idle with ${this.waiting.size} waiting, ${this.free()} blocks free`,
      );
    this.core.rest(Number.POSITIVE_INFINITY);
  }

  /** Gives up cached blocks until as many as are now in use are not in the free list. */
  #evict(used: number): void {
    const wanted = used - this.#unlistedBlocks;
    if (used > this.totalBlocks || this.pool === null)
      throw new ServingError(
        'BLOCKS_EXHAUSTED',
        `replica ${this.core.index}: ${used} blocks wanted, there are ${this.totalBlocks}`,
      );
    this.pool.evict(wanted);
    this.#unlistedBlocks = used;
  }

  /** Blocks that a running request holds now, by its own counts. */
  #holdingOf(slot: number): number {
    const columns = this.columns;
    if (this.#holding === Holding.WHOLE) return this.reservation(slot);
    if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] !== RequestState.DECODE) {
      if (this.#holding === Holding.PROMPT_FIRST)
        return this.blocksFor(columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]!) + this.fixedBlocks;
      const chunk = this.batch.chunkSlots.subarray(0, this.batch.chunkCount).indexOf(slot);
      const inStep = chunk < 0 ? 0 : this.batch.chunkTokens[chunk]!;
      return this.blocksFor(columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]! + inStep) + this.fixedBlocks;
    }
    const present = columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET]! + this.batch.step - 1;
    return this.blocksFor(this.hasBegun === true ? present + 1 : present) + this.fixedBlocks;
  }
}
