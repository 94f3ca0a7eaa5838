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
import type { PrefixChain } from '../prefix.js';
import type { SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import { MAX_TOKENS } from '../trace/csv-fields.js';
import type { WorkloadPlan } from '../workload-plan.js';
import type { BirthStreams } from './birth-streams.js';
import { type LengthLaw, wholeTokens } from './length-law.js';
import { PrefixGroups } from './prefix-groups.js';
import type { PromptPool } from './prompt-pool.js';

/** Who a source is among the sources of a replication. One that stands for many sites changes its index from site to site. */
export interface SourceIdentity {
  readonly sourceIndex: number;
  readonly sourceCount: number;
  readonly workloadIndex: number;
}

export class RequestBirth {
  readonly counts: SourceCounts;
  readonly #identity: SourceIdentity;
  readonly #plan: WorkloadPlan;
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
    this.#plan = plan;
    this.#identity = identity;
    this.#law = law;
    this.#thinking = plan.thinking === undefined ? null : createSampler(plan.thinking);
    this.#pool = pool;
    this.#prefixes = plan.prefix === undefined ? null : new PrefixGroups(plan.prefix, identity.workloadIndex);
  }

  /** Id of this source's request (or user) number `k`. */
  id(k: number): number {
    return k * this.#identity.sourceCount + this.#identity.sourceIndex;
  }

  /** Number of this source's request (or user) with an id. */
  numberOf(id: number): number {
    return (id - this.#identity.sourceIndex) / this.#identity.sourceCount;
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
    table.prefix[slot] = this.#prefixes === null ? null : this.#prefixes.pick(streams.prefix, promptTokens);
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
   * Fills the columns of a replayed request: recorded lengths unless the plan has a law. The prefix is left to the
   * caller; the returned length of the prompt, as cut, bounds it.
   */
  writeRecorded(
    table: RequestTable,
    slot: number,
    k: number,
    timeS: number,
    streams: BirthStreams,
    recorded: { readonly promptTokens: number; readonly outputTokens: number; readonly thinkingTokens: number },
  ): number {
    this.#law?.draw(streams);
    const lengths = this.#law ?? recorded;
    const { promptTokens, outputTokens, thinkingTokens } = lengths;
    return this.#fill(table, slot, k, timeS, promptTokens, outputTokens, thinkingTokens, streams);
  }

  /** A generated prefix for a request that was filled by `writeRecorded`. */
  generatedPrefix(streams: BirthStreams, promptTokens: number): PrefixChain | null {
    return this.#prefixes === null ? null : this.#prefixes.pick(streams.prefix, promptTokens);
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
    const plan = this.#plan;
    const counts = this.counts;
    const drawnThinking = this.#thinking === null ? 0 : wholeTokens(this.#thinking.sample(streams.thinking), 0);
    const wish = Math.min(MAX_TOKENS, wishedOutputTokens + drawnThinking);
    const output = Math.max(1, Math.min(wish, plan.budgetTokens));
    const promptTokens = Math.min(wishedPromptTokens, plan.maxPromptTokens);
    if (promptTokens < wishedPromptTokens) counts.promptCutRequests++;
    if (output < wish) {
      counts.budgetCutRequests++;
      counts.budgetCutTokens += wish - output;
    }
    const id = this.id(k);
    table.requestId[slot] = id;
    table.taskId[slot] = id;
    table.sessionId[slot] = id;
    table.attempt[slot] = 1;
    table.source[slot] = this.#identity.sourceIndex;
    table.workload[slot] = this.#identity.workloadIndex;
    table.promptTokens[slot] = promptTokens;
    table.wishedTokens[slot] = wish;
    table.budgetTokens[slot] = plan.budgetTokens;
    table.outputTokens[slot] = output;
    table.thinkingTokens[slot] = Math.min(output, recordedThinkingTokens + drawnThinking);
    table.priority[slot] = plan.priority;
    table.bornS[slot] = timeS;
    table.sentS[slot] = timeS;
    return promptTokens;
  }
}
