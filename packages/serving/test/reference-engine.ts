/**
 * vLLM v1's scheduler written a second time, the plain way, as the oracle of the property tests.
 *
 * Objects, arrays and maps; real block objects with content hashes as strings; every running request visited in every
 * step; every step priced from scratch; time added up step by step. Nothing is shared with the code under test except the
 * step model, which is exact on the dyadic coefficients used here.
 */

import { COST_CELLS, Cost, type StepModel, WINDOW_STRIDE, WindowWork, Work } from '@infersim/devices';
import type { EngineSettings } from '../src/engine-settings.js';
import type { Note, RequestPlan } from './world.js';

interface Block {
  refs: number;
  hash: string | null;
}

interface Job {
  id: number;
  plan: RequestPlan;
  target: number;
  generated: number;
  computed: number;
  blocks: Block[];
  /** Blocks beside those of its tokens. */
  fixed: Block[];
  hashes: number;
  cancelled: boolean;
  /** From admission until its tokens are all computed. */
  prefilling: boolean;
  admittedS: number;
  cached: number | null;
  prefillComputed: number;
  preemptions: number;
}

export interface ReferenceResult {
  readonly notes: Note[];
  readonly jobs: Job[];
  readonly hitTokens: number[];
}

export class ReferenceEngine {
  readonly #s: EngineSettings;
  readonly #model: StepModel;
  readonly #fixed: number;
  #free: Block[] = [];
  readonly #cache = new Map<string, Block[]>();

  constructor(settings: EngineSettings, model: StepModel) {
    this.#s = settings;
    this.#model = model;
    this.#fixed = settings.fixedBlocksPerSequence ?? 0;
    for (let i = 0; i < settings.numBlocks; i++) this.#free.push({ refs: 0, hash: null });
  }

  run(plans: readonly RequestPlan[]): ReferenceResult {
    const s = this.#s;
    const notes: Note[] = [];
    const hitTokens: number[] = plans.map(() => 0);
    const jobs: Job[] = plans.map((plan, id) => ({
      id,
      plan,
      target: Math.min(plan.output, s.maxModelLenTokens - plan.prompt),
      generated: 0,
      computed: 0,
      blocks: [],
      fixed: [],
      hashes: 0,
      cancelled: false,
      prefilling: false,
      admittedS: Number.NaN,
      cached: null,
      prefillComputed: 0,
      preemptions: 0,
    }));
    const arrivals = [...jobs].sort((a, b) => a.plan.atS - b.plan.atS || a.id - b.id);
    let waiting: Job[] = [];
    let running: Job[] = [];
    let nowS = 0;
    let stepBeganS = Number.NEGATIVE_INFINITY;
    const hear = (untilS: number) => {
      // Arrivals and withdrawals of waiting requests up to now, in time order; arrivals first at equal times.
      for (;;) {
        const next = arrivals[0];
        const leaving = waiting
          .filter((job) => job.plan.cancelS !== undefined && job.plan.cancelS <= untilS && !job.cancelled)
          .sort((a, b) => a.plan.cancelS! - b.plan.cancelS! || a.id - b.id)[0];
        if (next && next.plan.atS <= untilS && (!leaving || next.plan.atS <= leaving.plan.cancelS!)) {
          arrivals.shift();
          const most = next.plan.prompt + next.target - 1;
          const isRefused =
            next.target < 1 ||
            (!s.enableChunkedPrefill && most > s.maxNumBatchedTokens) ||
            Math.ceil(most / s.blockSizeTokens) + this.#fixed + Math.floor(s.watermark * s.numBlocks) > s.numBlocks;
          if (isRefused) notes.push([next.plan.atS, 'refused', next.id]);
          else waiting.push(next);
        } else if (leaving) {
          leaving.cancelled = true;
          waiting = waiting.filter((job) => job !== leaving);
          notes.push([leaving.plan.cancelS!, 'cancelled', leaving.id]);
        } else break;
      }
    };
    for (let guard = 0; guard < 100_000; guard++) {
      hear(nowS);
      if (running.length === 0 && waiting.length === 0) {
        if (arrivals.length === 0) break;
        nowS = Math.max(nowS, arrivals[0]!.plan.atS);
        hear(nowS);
        if (waiting.length === 0) continue;
      }
      // One step.
      const wasBusy = running.length > 0;
      let budget = s.maxNumBatchedTokens;
      const given = new Map<Job, number>();
      let anyPreempted = false;
      for (let i = 0; i < running.length && budget > 0; ) {
        const job = running[i]!;
        let tokens = job.plan.prompt + job.generated - job.computed;
        if (s.longPrefillTokenThreshold > 0) tokens = Math.min(tokens, s.longPrefillTokenThreshold);
        tokens = Math.min(tokens, budget);
        let isScheduled = true;
        while (!this.#allocate(job, tokens)) {
          const victim = running.pop()!;
          anyPreempted = true;
          this.#releaseAll(victim);
          victim.computed = 0;
          victim.preemptions++;
          waiting.unshift(victim);
          notes.push([nowS, 'preempted', victim.id]);
          if (victim === job) {
            isScheduled = false;
            break;
          }
        }
        if (!isScheduled) break;
        given.set(job, tokens);
        budget -= tokens;
        i++;
      }
      if (!anyPreempted)
        while (waiting.length > 0 && budget > 0 && running.length < s.maxNumSeqs) {
          const job = waiting[0]!;
          if (s.asyncScheduling && wasBusy && job.plan.atS > stepBeganS) break;
          const length = job.plan.prompt + job.generated;
          const hits = s.enablePrefixCaching ? this.#find(job, Math.floor((length - 1) / s.blockSizeTokens)) : [];
          const hit = hits.length * s.blockSizeTokens;
          let tokens = length - hit;
          if (s.enableChunkedPrefill) {
            if (s.longPrefillTokenThreshold > 0) tokens = Math.min(tokens, s.longPrefillTokenThreshold);
            tokens = Math.min(tokens, budget);
          } else if (tokens > budget) break;
          const fresh = Math.ceil((hit + tokens) / s.blockSizeTokens) - hits.length + this.#fixed;
          const idle = hits.filter((block) => block.refs === 0).length;
          if (fresh + idle + Math.floor(s.watermark * s.numBlocks) > this.#free.length) break;
          waiting.shift();
          running.push(job);
          if (Number.isNaN(job.admittedS)) job.admittedS = nowS;
          if (job.cached === null) job.cached = hit;
          hitTokens[job.id]! += hit;
          for (const block of hits) {
            if (block.refs === 0) this.#free = this.#free.filter((other) => other !== block);
            block.refs++;
            job.blocks.push(block);
          }
          for (let i = 0; i < this.#fixed; i++) job.fixed.push(this.#take());
          job.computed = hit;
          job.prefilling = true;
          job.hashes = hits.length;
          if (!this.#allocate(job, tokens)) throw new Error('reference: allocation after check failed');
          given.set(job, tokens);
          budget -= tokens;
        }
      if (given.size === 0) throw new Error('reference: nothing to do');
      stepBeganS = nowS;
      const endS = nowS + this.#price(given);
      // Arrivals and withdrawals of waiting requests during the step.
      hear(endS);
      nowS = endS;
      const finished: Job[] = [];
      const prefilled = new Set<Job>();
      for (const [job, tokens] of given) {
        if (job.prefilling) job.prefillComputed += tokens;
        job.computed += tokens;
        if (job.computed < job.plan.prompt + job.generated) continue;
        if (job.prefilling) prefilled.add(job);
        job.prefilling = false;
        job.generated++;
        if (job.generated === 1) notes.push([nowS, 'first', job.id]);
        if (job.generated === job.target) finished.push(job);
      }
      for (const job of finished) {
        this.#releaseAll(job);
        running = running.filter((other) => other !== job);
        notes.push([nowS, 'finished', job.id]);
      }
      for (const job of [...running].sort((a, b) => (a.plan.cancelS ?? 0) - (b.plan.cancelS ?? 0) || a.id - b.id)) {
        if (job.plan.cancelS === undefined || job.plan.cancelS >= nowS) continue;
        job.cancelled = true;
        this.#releaseAll(job);
        running = running.filter((other) => other !== job);
        notes.push([nowS, 'cancelled', job.id]);
      }
    }
    return { notes, jobs, hitTokens };
  }

  #price(given: Map<Job, number>): number {
    const model = this.#model;
    const work = new Float64Array(model.workCells);
    const cost = new Float64Array(COST_CELLS);
    for (const [job, tokens] of given) {
      const isDecode = !job.prefilling;
      const end = job.computed + tokens;
      const isLast = end === job.plan.prompt + job.generated;
      if (isLast) work[Work.LOGIT_ROWS]! += 1;
      model.windowTokens.forEach((window, w) => {
        const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
        if (isDecode) {
          work[cell + WindowWork.CONTEXT]! += Math.min(end, window);
          if (end < window) work[cell + WindowWork.GROWING]! += 1;
        } else {
          const area = (x: number) => (x <= window ? (x * x) / 2 : window * x - (window * window) / 2);
          work[cell + WindowWork.PREFILL_AREA]! += area(end) - area(job.computed);
          work[cell + WindowWork.PREFILL_READ]! += Math.min(job.computed, window) + tokens;
        }
      });
      if (isDecode) {
        work[Work.DECODES]! += 1;
        work[Work.CONTEXT]! += end;
      } else {
        work[Work.PREFILL_TOKENS]! += tokens;
        work[Work.PREFILL_AREA]! += tokens * (job.computed + tokens / 2);
        work[Work.PREFILL_READ]! += end;
        work[Work.PREFILL_CHUNKS]! += 1;
      }
    }
    if (work[Work.PREFILL_TOKENS] === 0) model.priceDecode(work, cost);
    else model.priceMixed(work, cost);
    return cost[Cost.STEP_S]!;
  }

  #hash(job: Job, block: number): string {
    const end = (block + 1) * this.#s.blockSizeTokens;
    const chain = job.plan.prefix;
    let text = '';
    let covered = 0;
    if (chain)
      for (let i = 0; i < chain.ids.length && covered < end; i++) {
        text += `${chain.ids[i]}x${chain.tokens[i]},`;
        covered += chain.tokens[i]!;
      }
    return covered >= end ? `${text}#${block}` : `${text}own ${job.id}#${block}`;
  }

  #find(job: Job, limit: number): Block[] {
    const found: Block[] = [];
    while (found.length < limit) {
      const same = this.#cache.get(this.#hash(job, found.length));
      if (!same || same.length === 0) break;
      found.push(same[0]!);
    }
    return found;
  }

  #allocate(job: Job, tokens: number): boolean {
    const size = this.#s.blockSizeTokens;
    const end = job.computed + tokens;
    const missing = Math.ceil(end / size) - job.blocks.length;
    if (missing > this.#free.length) return false;
    for (let i = 0; i < missing; i++) job.blocks.push(this.#take());
    if (this.#s.enablePrefixCaching)
      for (; job.hashes < Math.floor(end / size); job.hashes++) {
        const block = job.blocks[job.hashes]!;
        block.hash = this.#hash(job, job.hashes);
        const same = this.#cache.get(block.hash);
        if (same) same.push(block);
        else this.#cache.set(block.hash, [block]);
      }
    return true;
  }

  #take(): Block {
    const block = this.#free.shift()!;
    if (block.hash !== null) {
      const same = this.#cache.get(block.hash)!;
      same.splice(same.indexOf(block), 1);
      block.hash = null;
    }
    block.refs = 1;
    return block;
  }

  #releaseAll(job: Job): void {
    for (const block of job.fixed) if (--block.refs === 0) this.#free.push(block);
    job.fixed = [];
    for (const block of job.blocks.reverse()) if (--block.refs === 0) this.#free.push(block);
    job.blocks = [];
    job.hashes = 0;
  }
}
