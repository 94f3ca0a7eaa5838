/**
 * Writes a new request into its slot: lengths, thinking, budget, prefix, ids; and counts what the caps cut.
 *
 *     wish   = what it would like to produce: drawn or recorded output + drawn thinking
 *     output = max(1, min(wish, budget))          thinking comes first: thinking = min(thinking, output)
 *
 * Request k of source s of n has id k*n + s, so ids are unique in a replication. A request of an open source is its own
 * task, and its own session unless the trace names one.
 */

import { createSampler, type Sampler } from '@infersim/kernel';
import type { SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import { MAX_TOKENS } from '../trace/csv-fields.js';
import type { WorkloadPlan } from '../workload-plan.js';
import type { BirthStreams } from './birth-streams.js';
import { type LengthLaw, wholeTokens } from './length-law.js';
import { PrefixGroups } from './prefix-groups.js';
import type { PromptPool } from './prompt-pool.js';

/** Who a source is among the sources of a replication. */
export interface SourceIdentity {
  readonly sourceIndex: number;
  readonly sourceCount: number;
  readonly workloadIndex: number;
}

export class RequestBirth {
  readonly counts: SourceCounts;
  /** Source that requests are made for; what stands for many sites changes it from site to site. */
  sourceIndex: number;
  readonly #sourceCount: number;
  readonly #workloadIndex: number;
  readonly #maxPromptTokens: number;
  readonly #budgetTokens: number;
  readonly #priority: number;
  readonly #law: LengthLaw | null;
  readonly #thinking: Sampler | null;
  readonly #prefixes: PrefixGroups | null;
  readonly #pool: PromptPool | null;

  /** `law` is null for recorded lengths; a `pool` takes the place of law and prefixes. */
  constructor(
    plan: WorkloadPlan,
    identity: SourceIdentity,
    law: LengthLaw | null,
    counts: SourceCounts,
    pool: PromptPool | null = null,
  ) {
    this.counts = counts;
    this.sourceIndex = identity.sourceIndex;
    this.#sourceCount = identity.sourceCount;
    this.#workloadIndex = identity.workloadIndex;
    this.#maxPromptTokens = plan.maxPromptTokens;
    this.#budgetTokens = plan.budgetTokens;
    this.#priority = plan.priority;
    this.#law = law;
    this.#thinking = plan.thinking === undefined ? null : createSampler(plan.thinking);
    this.#pool = pool;
    this.#prefixes = plan.prefix === undefined ? null : new PrefixGroups(plan.prefix, identity.workloadIndex);
  }

  /** Id of this source's request (or user) number `k`. */
  id(k: number): number {
    return k * this.#sourceCount + this.sourceIndex;
  }

  /** Number of this source's request (or user) with an id. */
  numberOf(id: number): number {
    return (id - this.sourceIndex) / this.#sourceCount;
  }

  /** Fills every birth column of a slot with request `k`, lengths and prefix drawn. */
  write(table: RequestTable, slot: number, k: number, timeS: number, streams: BirthStreams): void {
    const pool = this.#pool;
    if (pool !== null) {
      this.#writePooled(pool, table, slot, k, timeS, streams);
      return;
    }
    const law = this.#law!;
    law.draw(streams);
    const promptTokens = this.#fill(
      table,
      slot,
      k,
      timeS,
      law.promptTokens,
      law.outputTokens,
      law.thinkingTokens,
      streams,
    );
    this.writeGeneratedPrefix(table, slot, promptTokens, streams);
  }

  #writePooled(
    pool: PromptPool,
    table: RequestTable,
    slot: number,
    k: number,
    timeS: number,
    streams: BirthStreams,
  ): void {
    const prompt = pool.pick(k, streams.pick);
    const tokens = this.#fill(
      table,
      slot,
      k,
      timeS,
      pool.promptTokens[prompt]!,
      pool.outputTokens[prompt]!,
      pool.thinkingTokens[prompt]!,
      streams,
    );
    table.prefix[slot] = pool.chain(prompt, tokens);
  }

  /**
   * Fills the columns of a replayed request: recorded lengths unless the plan has a law. It has no prefix yet, that is left
   * to the caller; the returned length of the prompt, as cut, bounds it.
   */
  writeRecorded(
    table: RequestTable,
    slot: number,
    k: number,
    timeS: number,
    streams: BirthStreams,
    recorded: { readonly promptTokens: number; readonly outputTokens: number; readonly thinkingTokens: number },
  ): number {
    const law = this.#law;
    if (law === null) {
      const { promptTokens, outputTokens, thinkingTokens } = recorded;
      return this.#fill(table, slot, k, timeS, promptTokens, outputTokens, thinkingTokens, streams);
    }
    law.draw(streams);
    const { promptTokens, outputTokens, thinkingTokens } = law;
    return this.#fill(table, slot, k, timeS, promptTokens, outputTokens, thinkingTokens, streams);
  }

  /** Gives a request that has no prefix yet a generated one, if the plan generates any. */
  writeGeneratedPrefix(table: RequestTable, slot: number, promptTokens: number, streams: BirthStreams): void {
    if (this.#prefixes !== null) table.prefix[slot] = this.#prefixes.pick(streams.prefix, promptTokens);
  }

  #fill(
    table: RequestTable,
    slot: number,
    k: number,
    timeS: number,
    wishedPromptTokens: number,
    wishedOutputTokens: number,
    recordedThinkingTokens: number,
    streams: BirthStreams,
  ): number {
    let wish = wishedOutputTokens;
    let thinking = recordedThinkingTokens;
    if (this.#thinking !== null) {
      const drawn = wholeTokens(this.#thinking.sample(streams.thinking), 0);
      thinking += drawn;
      wish = Math.min(MAX_TOKENS, wish + drawn);
    }
    const budgetTokens = this.#budgetTokens;
    let output = wish < 1 ? 1 : wish;
    if (wish > budgetTokens) output = this.#cutToBudget(wish);
    const isCut = wishedPromptTokens > this.#maxPromptTokens;
    const promptTokens = isCut ? this.#maxPromptTokens : wishedPromptTokens;
    if (isCut) this.counts.promptCutRequests++;
    const id = this.id(k);
    table.requestId[slot] = id;
    table.taskId[slot] = id;
    table.sessionId[slot] = id;
    table.attempt[slot] = 1;
    table.source[slot] = this.sourceIndex;
    table.workload[slot] = this.#workloadIndex;
    table.promptTokens[slot] = promptTokens;
    table.wishedTokens[slot] = wish;
    table.budgetTokens[slot] = budgetTokens;
    table.outputTokens[slot] = output;
    table.thinkingTokens[slot] = thinking < output ? thinking : output;
    table.priority[slot] = this.#priority;
    table.bornS[slot] = timeS;
    table.sentS[slot] = timeS;
    table.prefix[slot] = null;
    return promptTokens;
  }

  #cutToBudget(wish: number): number {
    const { counts } = this;
    counts.budgetCutRequests++;
    counts.budgetCutTokens += wish - this.#budgetTokens;
    return this.#budgetTokens;
  }
}
