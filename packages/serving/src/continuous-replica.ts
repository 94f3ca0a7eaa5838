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
 * Decodes are never visited: one allocation serves all of them, and victims come from the tail until the step's need fits,
 * which leaves the same survivors as allocating one by one. Only from the first unfinished prefill on, where allocations
 * interleave, is the batch walked. No running request ever misses its turn: what those before the last admitted one ask
 * for never grows, and the last one was admitted with at least a token. Source: `vllm/v1/core/sched/scheduler.py` and `kv_cache_manager.py`.
 *
 * Asynchronous scheduling: while the engine is busy, a request is seen only when the step before the coming one began at
 * or after its arrival. Freed blocks and places are seen at once. Not modelled: speculative tokens, priorities, encoder
 * budgets, remote KV. One file, because it is one loop. Model-length cuts: outputs end where prompt plus output reach the model length.
 */

import { BlockNeed } from './block-need.js';
import { BlockPool } from './block-pool.js';
import { ReplicaCore, type ReplicaSetup } from './replica-core.js';
import { RequestState } from './service-columns.js';
import { ServingError } from './serving-error.js';

/** A replica that admits and evicts between any two steps. */
export class ContinuousReplica extends ReplicaCore {
  readonly #reserves: boolean;
  readonly #pages: boolean;
  readonly #blockTokens: number;
  readonly #totalBlocks: number;
  readonly #spareBlocks: number;
  readonly #fixedBlocks: number;
  readonly #maxRequests: number;
  readonly #budgetTokens: number;
  readonly #longestChunk: number;
  readonly #chunks: boolean;
  readonly #isAsync: boolean;
  readonly #pool: BlockPool | null;
  readonly #need: BlockNeed | null;
  #freeBlocks: number;
  /** Whether the step in progress has its blocks, and how many they were. */
  #hasBegun = false;
  #begunBlocks = 0;
  /** First request in running order whose prefill is unfinished; -1 = none. */
  #firstPartial = -1;
  #preemptions = 0;

  constructor(setup: ReplicaSetup, reserves: boolean) {
    const settings = setup.settings;
    super(setup, settings.hasKv ? settings.blockSizeTokens : 1);
    this.#reserves = reserves;
    this.#pages = settings.hasKv && !reserves;
    this.#blockTokens = settings.blockSizeTokens;
    this.#totalBlocks = settings.hasKv ? settings.numBlocks : 0;
    this.#freeBlocks = this.#totalBlocks;
    this.#spareBlocks = Math.floor(settings.watermark * this.#totalBlocks);
    this.#fixedBlocks = settings.hasKv ? (settings.fixedBlocksPerSequence ?? 0) : 0;
    this.#maxRequests = settings.maxNumSeqs;
    this.#budgetTokens = settings.maxNumBatchedTokens;
    this.#longestChunk =
      settings.longPrefillTokenThreshold > 0 ? settings.longPrefillTokenThreshold : Number.MAX_SAFE_INTEGER;
    this.#chunks = settings.enableChunkedPrefill;
    this.#isAsync = settings.asyncScheduling;
    this.#need = this.#pages ? new BlockNeed(settings.blockSizeTokens) : null;
    this.#pool =
      this.#pages && settings.enablePrefixCaching
        ? new BlockPool(settings.numBlocks, settings.blockSizeTokens, setup.columns)
        : null;
  }

  override get usedBlocks(): number {
    return this.#totalBlocks - this.#free();
  }

  override heldBlocks(): number {
    let blocks = this.#pool?.audit().heldKeyedBlocks ?? 0;
    if (!this.hasKv) return blocks;
    for (let slot = this.running.head; slot >= 0; slot = this.columns.next[slot]!) {
      blocks += this.#holdingOf(slot);
      if (this.#pool !== null) blocks -= this.columns.keyedBlocks[slot]!;
    }
    return blocks;
  }

  override cachedPrefixTokens(slot: number): number {
    const pool = this.#pool;
    const chain = this.table.prefix[slot];
    if (pool === null || chain === null || chain === undefined) return 0;
    const limit = this.#blocksWithin(Math.min(chain.totalTokens, this.table.promptTokens[slot]! - 1));
    return pool.lookUp(chain, limit) * this.#blockTokens;
  }

  /** The block pool under prefix caching, for checks; null where blocks are only counted. */
  get pool(): BlockPool | null {
    return this.#pool;
  }

  protected override canServe(promptTokens: number, outputTokens: number): boolean {
    if (!this.hasKv) return true;
    const most = promptTokens + outputTokens - 1;
    if (!this.#chunks && most > this.#budgetTokens) return false;
    return this.#blocksFor(most) + this.#fixedBlocks + this.#spareBlocks <= this.#totalBlocks;
  }

  protected override arrived(nowS: number, before: number): void {
    const batch = this.batch;
    if (!batch.isOpen) {
      if (this.boundaryS > nowS) this.rest(nowS);
      return;
    }
    if (before === 0) this.#lookAgain(nowS, this.#isAsync);
  }

  protected override queueShrank(nowS: number, wasHead: boolean): void {
    if (wasHead && this.waiting.size > 0 && this.batch.isOpen) this.#lookAgain(nowS, false);
  }

  protected override dropped(slot: number): void {
    if (this.#pool !== null) this.#pool.disown(slot);
  }

  protected override schedule(nowS: number): void {
    const wasBusy = this.running.size > 0;
    const preempted = this.#preemptions;
    const budget = this.#scheduleRunning(nowS);
    let mayAdmit = false;
    if (this.#preemptions === preempted) mayAdmit = this.#admit(nowS, budget, wasBusy);
    else mayAdmit = true;
    if (this.running.size === 0) {
      if (this.waiting.size > 0)
        throw new ServingError(
          'REPLICA_STUCK',
          `replica ${this.index} at ${nowS} s: idle with ${this.waiting.size} waiting, ${this.#free()} blocks free`,
        );
      this.rest(Number.POSITIVE_INFINITY);
      return;
    }
    const batch = this.batch;
    if (!batch.isOpen) {
      this.openSegment(nowS, 0);
      if (this.#pages && batch.chunkCount === 0) {
        const limit = this.plannedSteps;
        if (limit > 1) {
          const lasting = 1 + this.#need!.lasting(batch.step + 1, this.#free(), limit - 1);
          if (lasting < limit) this.plannedSteps = lasting;
        }
      }
    }
    this.proceed(mayAdmit && this.waiting.size > 0);
  }

  protected override grow(steps: number): void {
    if (!this.#pages) return;
    if (this.batch.decodes > 0 && steps > 1) this.#take(this.#need!.over(this.batch.step + 1, steps - 1));
    this.#hasBegun = false;
  }

  protected override beginStep(): void {
    if (!this.#pages || this.#hasBegun) return;
    const blocks = this.#need!.inStep(this.batch.step);
    this.#take(blocks);
    this.#hasBegun = true;
    this.#begunBlocks = blocks;
  }

  protected override blocksAhead(): number {
    return this.#hasBegun ? this.#begunBlocks : 0;
  }

  protected override chunksCounted(): void {
    const columns = this.columns;
    let slot = this.#firstPartial >= 0 ? this.#firstPartial : this.batch.chunkSlots[0]!;
    while (slot >= 0 && !this.#isPartial(slot)) slot = columns.next[slot]!;
    this.#firstPartial = slot;
  }

  protected override joinDecodes(slot: number): void {
    super.joinDecodes(slot);
    if (this.#pages) this.#need!.change(this.columns.contextOffset[slot]!, 1);
  }

  protected override release(slot: number): void {
    if (this.#firstPartial === slot) this.#firstPartial = this.#nextPartial(this.columns.next[slot]!);
    this.#freeHeld(slot, false);
  }

  #free(): number {
    return this.#pool === null ? this.#freeBlocks : this.#pool.freeBlocks;
  }

  #take(blocks: number): void {
    if (blocks === 0) return;
    if (this.#pool !== null) this.#pool.take(blocks);
    else {
      this.#freeBlocks -= blocks;
      if (this.#freeBlocks < 0)
        throw new ServingError('BLOCKS_EXHAUSTED', `replica ${this.index}: ${blocks} blocks wanted, not enough free`);
    }
  }

  #blocksWithin(tokens: number): number {
    return Math.floor(tokens / this.#blockTokens);
  }

  #blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#blockTokens);
  }

  /** Blocks of a request at its longest. */
  #reservation(slot: number): number {
    const columns = this.columns;
    return this.#blocksFor(columns.promptTokens[slot]! + columns.targetTokens[slot]! - 1) + this.#fixedBlocks;
  }

  /** Frees all blocks of a running request, and takes it out of the decodes' need. */
  #freeHeld(slot: number, mayReturn: boolean): void {
    if (!this.hasKv) return;
    const columns = this.columns;
    if (this.#reserves) {
      this.#freeBlocks += this.#reservation(slot);
      return;
    }
    const computed = columns.computedTokens[slot]!;
    let present = computed;
    if (columns.state[slot] === RequestState.DECODE) {
      const offset = columns.contextOffset[slot]!;
      this.#need!.change(offset, -1);
      if (this.#hasBegun) {
        present++;
        if (this.#need!.needs(offset, this.batch.step)) this.#begunBlocks--;
      }
    }
    const held = this.#blocksFor(present) + this.#fixedBlocks;
    if (this.#pool === null) this.#freeBlocks += held;
    else this.#pool.release(slot, held, this.#blocksWithin(computed), mayReturn);
  }

  /** Blocks that a running request holds now, by its own counts. */
  #holdingOf(slot: number): number {
    const columns = this.columns;
    if (this.#reserves) return this.#reservation(slot);
    if (columns.state[slot] !== RequestState.DECODE) {
      const chunk = this.batch.chunkSlots.subarray(0, this.batch.chunkCount).indexOf(slot);
      const inStep = chunk < 0 ? 0 : this.batch.chunkTokens[chunk]!;
      return this.#blocksFor(columns.computedTokens[slot]! + inStep) + this.#fixedBlocks;
    }
    const present = columns.contextOffset[slot]! + this.batch.step - 1;
    return this.#blocksFor(this.#hasBegun ? present + 1 : present) + this.#fixedBlocks;
  }

  #isPartial(slot: number): boolean {
    const columns = this.columns;
    return columns.state[slot] === RequestState.PREFILL && columns.computedTokens[slot]! < columns.prefillTarget[slot]!;
  }

  #nextPartial(from: number): number {
    let slot = from;
    while (slot >= 0 && !this.#isPartial(slot)) slot = this.columns.next[slot]!;
    return slot;
  }

  /** The head of the queue may be admitted at the first boundary from now on (or one later), if the batch has room at all. */
  #lookAgain(nowS: number, oneLater: boolean): void {
    const batch = this.batch;
    if (batch.chunkCount > 0) return;
    if (this.running.size >= this.#maxRequests || batch.decodes >= this.#budgetTokens) return;
    const steps = batch.stepsTo(nowS);
    this.tryAt(oneLater ? steps + 1 : Math.max(steps, 1));
  }

  /** Gives running requests their tokens and blocks; returns the budget left. */
  #scheduleRunning(nowS: number): number {
    if (this.#firstPartial >= 0) return this.#scheduleAroundPartials(nowS);
    const batch = this.batch;
    if (this.#pages && !this.#hasBegun) {
      const need = this.#need!;
      let blocks = need.inStep(batch.step);
      while (blocks > this.#free()) {
        this.#preemptLast(nowS);
        blocks = need.inStep(batch.step);
      }
      this.#take(blocks);
      this.#hasBegun = true;
      this.#begunBlocks = blocks;
    }
    return this.#budgetTokens - batch.decodes;
  }

  #scheduleAroundPartials(nowS: number): number {
    const batch = this.batch;
    const columns = this.columns;
    const need = this.#need;
    let budget = 0;
    let begunBlocks = 0;
    for (;;) {
      let decodes = batch.decodes;
      let blocks = need === null ? 0 : need.inStep(batch.step);
      for (let slot = this.#firstPartial; slot >= 0; slot = columns.next[slot]!) {
        if (columns.state[slot] !== RequestState.DECODE) continue;
        decodes--;
        if (need?.needs(columns.contextOffset[slot]!, batch.step)) blocks--;
      }
      if (blocks <= this.#free()) {
        if (this.#pages) this.#take(blocks);
        begunBlocks = blocks;
        budget = this.#budgetTokens - decodes;
        break;
      }
      this.#preemptLast(nowS);
    }
    let slot = this.#firstPartial;
    while (slot >= 0 && budget > 0) {
      const isDecode = columns.state[slot] === RequestState.DECODE;
      const computed = columns.computedTokens[slot]!;
      let tokens = 1;
      let blocks = 0;
      if (isDecode) {
        if (need?.needs(columns.contextOffset[slot]!, batch.step)) blocks = 1;
      } else {
        tokens = Math.min(columns.prefillTarget[slot]! - computed, this.#longestChunk, budget);
        if (this.#pages) blocks = this.#blocksFor(computed + tokens) - this.#blocksFor(computed);
      }
      let isVictim = false;
      while (blocks > this.#free() && !isVictim) {
        isVictim = this.running.tail === slot;
        this.#preemptLast(nowS);
      }
      if (isVictim) {
        slot = -1;
        break;
      }
      if (this.#pages) this.#take(blocks);
      if (isDecode) begunBlocks += blocks;
      else this.#addChunk(slot, tokens);
      budget -= tokens;
      slot = columns.next[slot]!;
    }
    if (slot >= 0)
      throw new ServingError('REPLICA_STUCK', `replica ${this.index} at ${nowS} s: no budget left for slot ${slot}`);
    this.#hasBegun = true;
    this.#begunBlocks = begunBlocks;
    return budget;
  }

  /** Recompute preemption of the request admitted last. */
  #preemptLast(nowS: number): void {
    this.closeSegment();
    const columns = this.columns;
    const slot = this.running.tail;
    if (slot < 0)
      throw new ServingError('BLOCKS_EXHAUSTED', `replica ${this.index} at ${nowS} s: nobody left to preempt`);
    const isDecode = columns.state[slot] === RequestState.DECODE;
    if (this.#firstPartial === slot) this.#firstPartial = -1;
    if (isDecode) {
      this.batch.leave(slot);
      columns.lastTokenS[slot] = nowS;
    }
    this.#freeHeld(slot, true);
    const target = columns.promptTokens[slot]! + columns.generatedTokens[slot]!;
    const left = isDecode ? 0 : columns.prefillTarget[slot]! - columns.computedTokens[slot]!;
    this.changePrefillLeft(target - left);
    columns.prefillTarget[slot] = target;
    columns.computedTokens[slot] = 0;
    columns.preemptions[slot] = columns.preemptions[slot]! + 1;
    columns.state[slot] = RequestState.WAITING;
    this.#preemptions++;
    this.running.remove(columns, slot);
    this.waiting.pushFront(columns, slot);
    this.listener.onPreempted(this.index, slot, nowS);
  }

  #addChunk(slot: number, tokens: number): void {
    const columns = this.columns;
    this.closeSegment();
    const computed = columns.computedTokens[slot]!;
    const end = computed + tokens;
    this.batch.addChunk(slot, computed, tokens, end === columns.prefillTarget[slot]!);
    if (this.#pool === null) return;
    const chain = this.table.prefix[slot];
    if (chain === null || chain === undefined) return;
    const shared = this.#blocksWithin(chain.totalTokens);
    const full = this.#blocksWithin(end);
    this.#pool.publish(slot, chain, Math.min(full, shared));
  }

  /** Serves the queue; returns whether its head only has to wait for asynchronous scheduling. */
  #admit(nowS: number, leftTokens: number, wasBusy: boolean): boolean {
    const columns = this.columns;
    const pool = this.#pool;
    let budget = leftTokens;
    while (this.waiting.size > 0 && budget > 0 && this.running.size < this.#maxRequests) {
      const slot = this.waiting.head;
      if (this.#isAsync && wasBusy && columns.arrivedS[slot]! > this.stepBeganS) return true;
      if (!this.hasKv) {
        this.admit(slot, nowS);
        this.joinFresh(slot, columns.targetTokens[slot]!);
        budget--;
        continue;
      }
      const target = columns.prefillTarget[slot]!;
      let shared = 0;
      let own = 0;
      let freeHits = 0;
      if (pool !== null) {
        const limit = this.#blocksWithin(target - 1);
        const chain = this.table.prefix[slot];
        let keyed = 0;
        if (chain !== null && chain !== undefined) {
          keyed = this.#blocksWithin(chain.totalTokens);
          shared = pool.lookUp(chain, Math.min(keyed, limit));
          freeHits = pool.freeHits;
        }
        if (shared === keyed) {
          own = pool.ownBlocks(slot);
          if (own > limit - shared) own = limit - shared;
          freeHits += own;
        }
      }
      const hitBlocks = shared + own;
      const hit = hitBlocks * this.#blockTokens;
      let tokens = target - hit;
      if (this.#chunks) {
        if (tokens > this.#longestChunk) tokens = this.#longestChunk;
        if (tokens > budget) tokens = budget;
      } else if (tokens > budget) return false;
      const newBlocks = this.#reserves
        ? this.#reservation(slot)
        : this.#blocksFor(hit + tokens) - hitBlocks + this.#fixedBlocks;
      if (newBlocks + freeHits + this.#spareBlocks > this.#free()) return false;
      this.admit(slot, nowS);
      if (pool !== null) {
        pool.takeHits(slot, shared);
        pool.takeOwn(slot, own);
      }
      this.#take(newBlocks);
      columns.computedTokens[slot] = hit;
      this.changePrefillLeft(-hit);
      const prompt = columns.promptTokens[slot]!;
      const reached = columns.reachedTokens[slot]!;
      const cached = Math.min(hit, prompt);
      if (cached > reached) {
        columns.cachedTokens[slot] = columns.cachedTokens[slot]! + cached - reached;
        columns.reachedTokens[slot] = cached;
      }
      columns.state[slot] = RequestState.PREFILL;
      this.#addChunk(slot, tokens);
      budget -= tokens;
    }
    return false;
  }
}
