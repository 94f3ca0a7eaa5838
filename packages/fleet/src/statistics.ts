/**
 * Everything a lane of a world counts while it runs, or a whole world, its lanes merged in order: tallies per (pool,
 * traffic), meters per pool and site, spread over like sites, per-request rows, and the independent sums that conservation
 * is checked with.
 *
 * Counts of requests run from time zero. Latencies are of requests first sent inside the window [warm-up, end); tokens
 * and completions of requests that ended inside it. Times in seconds.
 *
 * A client that receives tokens in chunks of n has its first token when the n-th is made (the last one, if there are fewer):
 * that moment is read off the straight line from the first token to the last, which leaves out how the pace changes within
 * one answer. TTFT and TPOT are what such a client measures; gaps between tokens (ITL) stay those of the engine.
 */

import { REAL_SHIFT, Real, ServiceColumns, WHOLE_SHIFT, Whole } from '@infersim/serving';
import { TimeBins } from '@infersim/stats';
import { Outcome, RequestTable } from '@infersim/workload';
import { type SiteRange, staysAtOrigin } from './lane-plan.js';
import { PoolMeter } from './pool-meter.js';
import { QueueMeter } from './queue-meter.js';
import type { RequestLog } from './request-log.js';
import { SiteMeters } from './site-meters.js';
import { SiteSamples } from './site-samples.js';
import { Count, type TallyBudgets, TallyCells } from './tally-cells.js';
import type { WorldPlan } from './world-plan.js';

/** Refusals by reason, and requests that spilled past their first stage. */
const REFUSALS = ['residency', 'too_long', 'no_route', 'queue_full', 'spilled'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Latencies of one traffic by origin site, where its origin is a group of like sites. */
export interface Spread {
  readonly ttftS: SiteSamples;
  readonly tpotS: SiteSamples;
  readonly e2eS: SiteSamples;
}

/** Sums over attempts that have left a replica, since time zero: the other side of the meters. */
export const Attributed = { ENERGY_J: 0, DEVICE_S: 1, COMPUTED_TOKENS: 2, GENERATED_TOKENS: 3 } as const;

/** Outcome number of a request that is still on its way at the end, after those of `Outcome`. */
export const IN_FLIGHT = 4;

const ATTRIBUTED_CELLS = 4;

/** Cells behind those of `Attributed`: requests at replicas now, last change, integral of their number, sum of sojourns. */
const Little = { PRESENT: 4, LAST_S: 5, INTEGRAL: 6, SOJOURN: 7 } as const;

/** Cells of what times are compared with: the warm-up, then of each traffic the limits of its goodput; Infinity = none. */
const Limit = { WARMUP_S: 8, TTFT_S: 9, TPOT_S: 10, E2E_S: 11 } as const;
/** Cells of a traffic's limits. */
const LIMIT_STRIDE = 3;

/** Requests and tokens of one pool per interval. */
interface PoolSeries {
  readonly attempts: TimeBins;
  readonly completed: TimeBins;
  readonly tokens: TimeBins;
}

export class Statistics {
  readonly cells: TallyCells;
  readonly poolMeters: readonly PoolMeter[];
  readonly queueMeters: readonly QueueMeter[];
  readonly siteMeters: readonly SiteMeters[];
  readonly spreads: readonly (Spread | null)[];
  readonly offeredByTraffic: Float64Array;
  /** Refusals by traffic, a row of all reasons each. */
  readonly refusalCounts: Float64Array;
  readonly series: readonly PoolSeries[] | null;
  readonly offeredSeries: TimeBins | null;
  /** The cells of `Attributed`. */
  readonly attributed: Float64Array;
  readonly log: RequestLog | null;
  /** `Attributed`, `Little` and `Limit`: what every request changes or is compared with. */
  readonly #cells: Float64Array;
  readonly #table: RequestTable;
  readonly #columns: ServiceColumns;
  /** Tokens of a chunk, by traffic. */
  readonly #chunkTokens: Int32Array;

  constructor(options: {
    plan: WorldPlan;
    table: RequestTable;
    columns: ServiceColumns;
    /** Sites whose work is counted here. */
    sites: SiteRange;
    series: boolean;
    log: RequestLog | null;
    /** Shared with the other lanes of this thread; absent where there are none. */
    budgets?: TallyBudgets | undefined;
    /** Idle device watts of one replica of each pool. */
    pools: readonly { readonly idleW: number }[];
  }) {
    const { plan, series, sites } = options;
    const cells = new Float64Array(Limit.TTFT_S + LIMIT_STRIDE * plan.traffic.length);
    cells[Limit.WARMUP_S] = plan.warmupS;
    plan.traffic.forEach(({ goodput: { ttftS, tpotS, e2eS } }, traffic) => {
      const limits = [ttftS, tpotS, e2eS].map((limitS) => (limitS < 0 ? Number.POSITIVE_INFINITY : limitS));
      cells.set(limits, Limit.TTFT_S + LIMIT_STRIDE * traffic);
    });
    this.#cells = cells;
    this.attributed = cells.subarray(0, ATTRIBUTED_CELLS);
    this.#table = options.table;
    this.#columns = options.columns;
    this.log = options.log;
    this.cells = new TallyCells(plan.pools.length, plan.traffic.length, options.budgets);
    this.#chunkTokens = Int32Array.from(plan.traffic, ({ client }) => client.streamIntervalTokens ?? 1);
    this.siteMeters = plan.groups.map(
      (_, group) =>
        new SiteMeters(sites.from[group]!, sites.to[group]! - sites.from[group]!, plan.meterIntervalS, plan.horizonS),
    );
    // At a site that stands alone in its group, with one pool, that pool draws what the site draws.
    const isLone = (group: number) =>
      plan.groups[group]!.count === 1 && plan.pools.filter((pool) => pool.group === group).length === 1;
    this.poolMeters = plan.pools.map(
      (pool, index) =>
        new PoolMeter({
          pool: index,
          sites: isLone(pool.group) ? null : this.siteMeters[pool.group]!,
          tallies: this.cells,
          firstReplica: pool.replicas * sites.from[pool.group]!,
          replicas: pool.replicas * (sites.to[pool.group]! - sites.from[pool.group]!),
          replicasPerSite: pool.replicas,
          intervalS: plan.meterIntervalS,
          untilS: plan.horizonS,
          warmupS: plan.warmupS,
          idleW: options.pools[index]!.idleW,
          hostW: pool.hostBusyW - pool.hostIdleW,
          bandwidthBps: pool.deployment.device.memoryBandwidthBps.value,
          numBlocks: pool.engine.hasKv ? pool.engine.numBlocks : 0,
          maxNumSeqs: pool.engine.maxNumSeqs,
          series,
        }),
    );
    plan.pools.forEach(({ group }, index) => {
      if (isLone(group) && sites.to[group]! > sites.from[group]!) {
        this.siteMeters[group]!.readFrom(this.poolMeters[index]!.aboveIdleJ);
      }
    });
    this.queueMeters = plan.pools.map(
      (pool) =>
        new QueueMeter(
          pool.replicas * sites.from[pool.group]!,
          pool.replicas * (sites.to[pool.group]! - sites.from[pool.group]!),
          series ? plan.meterIntervalS : 0,
          plan.warmupS,
          plan.horizonS,
        ),
    );
    this.spreads = plan.traffic.map((traffic) => {
      const group = plan.origins[traffic.origin]!.siteGroup;
      if (group < 0) return null;
      // Work of one site may be for the customers of any other, unless they stay where they are.
      const stays = staysAtOrigin(plan, traffic);
      const from = stays ? sites.from[group]! : 0;
      const count = (stays ? sites.to[group]! : plan.groups[group]!.count) - from;
      const samples = () => new SiteSamples(from, count);
      return { ttftS: samples(), tpotS: samples(), e2eS: samples() };
    });
    this.offeredByTraffic = new Float64Array(plan.traffic.length);
    this.refusalCounts = new Float64Array(plan.traffic.length * REFUSALS.length);
    this.offeredSeries = series ? new TimeBins(plan.meterIntervalS) : null;
    this.series = series
      ? plan.pools.map(() => ({
          attempts: new TimeBins(plan.meterIntervalS),
          completed: new TimeBins(plan.meterIntervalS),
          tokens: new TimeBins(plan.meterIntervalS),
        }))
      : null;
  }

  /** Empty statistics of a whole world, for its lanes to be absorbed. */
  static joined(
    plan: WorldPlan,
    sites: SiteRange,
    series: boolean,
    pools: readonly { readonly model: { readonly idleW: number } }[],
  ): Statistics {
    return new Statistics({
      plan,
      table: new RequestTable(1),
      columns: new ServiceColumns(1),
      sites,
      series,
      log: null,
      pools: pools.map(({ model }) => ({ idleW: model.idleW })),
    });
  }

  offered(traffic: number, nowS: number): void {
    this.offeredByTraffic[traffic] = this.offeredByTraffic[traffic]! + 1;
    this.offeredSeries?.add(nowS, 1);
  }

  /** An attempt was sent to a pool (-1 = nowhere). */
  attempted(pool: number, traffic: number, nowS: number): void {
    this.cells.attempted(pool, traffic);
    if (this.series !== null && pool >= 0) this.series[pool]!.attempts.add(nowS, 1);
  }

  refused(traffic: number, reason: Refusal): void {
    const cell = traffic * REFUSALS.length + REFUSALS.indexOf(reason);
    this.refusalCounts[cell] = this.refusalCounts[cell]! + 1;
  }

  /** Refusals that occurred, by traffic. */
  get refusals(): ReadonlyMap<Refusal, number>[] {
    return Array.from(this.offeredByTraffic, (_, traffic) => {
      const first = traffic * REFUSALS.length;
      const counted = REFUSALS.map((reason, index) => [reason, this.refusalCounts[first + index]!] as const);
      return new Map(counted.filter(([, count]) => count > 0));
    });
  }

  preempted(pool: number, traffic: number): void {
    const { counts } = this.cells.at(pool, traffic);
    counts[Count.PREEMPTIONS] = counts[Count.PREEMPTIONS]! + 1;
  }

  /** A request is at a replica from now on. */
  joined(nowS: number): void {
    const cells = this.#cells;
    this.#advanceLittle(cells, nowS);
    cells[Little.PRESENT] = cells[Little.PRESENT]! + 1;
  }

  /** It has left again. */
  left(joinedS: number, nowS: number): void {
    const cells = this.#cells;
    this.#advanceLittle(cells, nowS);
    cells[Little.PRESENT] = cells[Little.PRESENT]! - 1;
    cells[Little.SOJOURN] = cells[Little.SOJOURN]! + (nowS - joinedS);
  }

  /** Both sides of Little's law at `endS`, given when those still present joined: integral of N, sum of sojourns. */
  little(endS: number, presentSinceS: Iterable<number>): { integral: number; sojourns: number } {
    const cells = this.#cells;
    this.#advanceLittle(cells, endS);
    let sojourns = cells[Little.SOJOURN]!;
    for (const joinedS of presentSinceS) sojourns += endS - joinedS;
    return { integral: cells[Little.INTEGRAL]!, sojourns };
  }

  /** A request's answer is complete at its client. */
  completed(pool: number, site: number, originSite: number, slot: number, returnS: number): void {
    const table = this.#table;
    const { real, whole } = this.#columns;
    const reals = slot << REAL_SHIFT;
    const wholes = slot << WHOLE_SHIFT;
    const traffic = table.workload[slot]!;
    const cell = this.cells.at(pool, traffic);
    const { counts } = cell;
    const chunk = this.#chunkTokens[traffic]!;
    const firstS = chunk === 1 ? real[reals | Real.FIRST_TOKEN_S]! : this.#firstChunkS(slot, chunk);
    const lastS = real[reals | Real.LAST_TOKEN_S]!;
    const bornS = table.bornS[slot]!;
    const output = table.outputTokens[slot]!;
    const energyJ = real[reals | Real.ENERGY_J]!;
    const deviceS = real[reals | Real.DEVICE_S]!;
    const receivedS = lastS + returnS;
    const ttftS = firstS + returnS - bornS;
    const e2eS = receivedS - bornS;
    const tpotS = output > chunk ? (lastS - firstS) / (output - 1) : Number.NaN;
    const cells = this.#cells;
    const warmupS = cells[Limit.WARMUP_S]!;
    counts[Count.COMPLETED] = counts[Count.COMPLETED]! + 1;
    cells[Attributed.ENERGY_J] = cells[Attributed.ENERGY_J]! + energyJ;
    cells[Attributed.DEVICE_S] = cells[Attributed.DEVICE_S]! + deviceS;
    const computed = whole[wholes | Whole.COMPUTED_PREFILL_TOKENS]!;
    cells[Attributed.COMPUTED_TOKENS] = cells[Attributed.COMPUTED_TOKENS]! + computed;
    cells[Attributed.GENERATED_TOKENS] = cells[Attributed.GENERATED_TOKENS]! + whole[wholes | Whole.GENERATED_TOKENS]!;
    if (receivedS >= warmupS) {
      const prompt = table.promptTokens[slot]!;
      const cached = whole[wholes | Whole.CACHED_TOKENS]!;
      const recomputed = whole[wholes | Whole.RECOMPUTED_TOKENS]!;
      const cut = table.wishedTokens[slot]! - output;
      counts[Count.WINDOW_COMPLETED] = counts[Count.WINDOW_COMPLETED]! + 1;
      counts[Count.WINDOW_ENDED] = counts[Count.WINDOW_ENDED]! + 1;
      counts[Count.WINDOW_INPUT_TOKENS] = counts[Count.WINDOW_INPUT_TOKENS]! + prompt;
      counts[Count.WINDOW_CACHED_TOKENS] = counts[Count.WINDOW_CACHED_TOKENS]! + cached;
      counts[Count.WINDOW_RECOMPUTED_TOKENS] = counts[Count.WINDOW_RECOMPUTED_TOKENS]! + recomputed;
      counts[Count.WINDOW_OUTPUT_TOKENS] = counts[Count.WINDOW_OUTPUT_TOKENS]! + output;
      counts[Count.WINDOW_COMPUTED_PROMPT_TOKENS] = counts[Count.WINDOW_COMPUTED_PROMPT_TOKENS]! + (prompt - cached);
      counts[Count.WINDOW_ENERGY_J] = counts[Count.WINDOW_ENERGY_J]! + energyJ;
      counts[Count.WINDOW_DEVICE_S] = counts[Count.WINDOW_DEVICE_S]! + deviceS;
      if (cut > 0) {
        counts[Count.WINDOW_CUT_TOKENS] = counts[Count.WINDOW_CUT_TOKENS]! + cut;
        counts[Count.WINDOW_CUT_REQUESTS] = counts[Count.WINDOW_CUT_REQUESTS]! + 1;
      }
      const limits = LIMIT_STRIDE * traffic;
      const isGood =
        ttftS <= cells[Limit.TTFT_S + limits]! &&
        e2eS <= cells[Limit.E2E_S + limits]! &&
        !(tpotS > cells[Limit.TPOT_S + limits]!);
      if (isGood) counts[Count.WINDOW_GOOD] = counts[Count.WINDOW_GOOD]! + 1;
    }
    if (bornS >= warmupS) {
      cell.addLatencies(ttftS, e2eS, real[reals | Real.ADMITTED_S]! - real[reals | Real.ARRIVED_S]!, tpotS);
      const spread = this.spreads[traffic]!;
      if (spread !== null) {
        spread.ttftS.add(originSite, ttftS);
        spread.e2eS.add(originSite, e2eS);
        if (output > chunk) spread.tpotS.add(originSite, tpotS);
      }
    }
    const { series } = this;
    if (series !== null) {
      series[pool]!.completed.add(receivedS, 1);
      series[pool]!.tokens.add(receivedS, output);
    }
    if (this.log !== null) this.#write(slot, pool, site, originSite, Outcome.COMPLETED, returnS);
  }

  /** When the first chunk of a finished answer was complete, seconds. */
  #firstChunkS(slot: number, chunk: number): number {
    const firstS = this.#columns.real[(slot << REAL_SHIFT) | Real.FIRST_TOKEN_S]!;
    const lastS = this.#columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]!;
    const output = this.#table.outputTokens[slot]!;
    return output <= chunk ? lastS : firstS + ((lastS - firstS) * (chunk - 1)) / (output - 1);
  }

  /** A request ended without an answer; `pool` is where its last attempt was sent (-1 = nowhere). */
  ended(pool: number, site: number, originSite: number, slot: number, timeS: number, outcome: number): void {
    const { counts } = this.cells.at(pool, this.#table.workload[slot]!);
    const which =
      outcome === Outcome.REJECTED ? Count.REJECTED : outcome === Outcome.FAILED ? Count.FAILED : Count.TIMED_OUT;
    counts[which] = counts[which]! + 1;
    if (timeS >= this.#cells[Limit.WARMUP_S]!) counts[Count.WINDOW_ENDED] = counts[Count.WINDOW_ENDED]! + 1;
    this.#write(slot, pool, site, originSite, outcome, Number.NaN);
  }

  /** An attempt whose client had given up has left its replica: its work is attributed, not counted as output. */
  wasted(slot: number): void {
    const { real, whole } = this.#columns;
    const reals = slot << REAL_SHIFT;
    const wholes = slot << WHOLE_SHIFT;
    const cells = this.#cells;
    const computed = whole[wholes | Whole.COMPUTED_PREFILL_TOKENS]!;
    cells[Attributed.ENERGY_J] = cells[Attributed.ENERGY_J]! + real[reals | Real.ENERGY_J]!;
    cells[Attributed.DEVICE_S] = cells[Attributed.DEVICE_S]! + real[reals | Real.DEVICE_S]!;
    cells[Attributed.COMPUTED_TOKENS] = cells[Attributed.COMPUTED_TOKENS]! + computed;
    cells[Attributed.GENERATED_TOKENS] = cells[Attributed.GENERATED_TOKENS]! + whole[wholes | Whole.GENERATED_TOKENS]!;
  }

  /** A gap between two tokens that no stretch of work shows: across a preemption. */
  gap(pool: number, traffic: number, timeS: number, gapS: number): void {
    if (timeS >= this.#cells[Limit.WARMUP_S]!) this.cells.at(pool, traffic).itlS.add(gapS);
  }

  /** Adds a request that is still in flight at the end to the attributed sums and the rows. */
  unfinished(slot: number, isAtReplica: boolean, pool: number, site: number, originSite: number, row: boolean): void {
    if (isAtReplica) this.wasted(slot);
    if (row) this.#write(slot, pool, site, originSite, IN_FLIGHT, Number.NaN);
  }

  #advanceLittle(cells: Float64Array, nowS: number): void {
    cells[Little.INTEGRAL] = cells[Little.INTEGRAL]! + cells[Little.PRESENT]! * (nowS - cells[Little.LAST_S]!);
    cells[Little.LAST_S] = nowS;
  }

  #write(slot: number, pool: number, site: number, originSite: number, outcome: number, returnS: number): void {
    const { log } = this;
    if (log === null) return;
    const table = this.#table;
    const row = log.open(table.requestId[slot]!);
    if (row < 0) return;
    const columns = this.#columns;
    const isDone = outcome === Outcome.COMPLETED;
    const traffic = table.workload[slot]!;
    const to = log.columns;
    to.requestId[row] = table.requestId[slot]!;
    to.taskId[row] = table.taskId[slot]!;
    to.sessionId[row] = table.sessionId[slot]!;
    to.attempts[row] = table.attempt[slot]!;
    to.promptTokens[row] = table.promptTokens[slot]!;
    to.wishedTokens[row] = table.wishedTokens[slot]!;
    to.thinkingTokens[row] = table.thinkingTokens[slot]!;
    to.sentS[row] = table.bornS[slot]!;
    to.traffic[row] = traffic;
    to.originSite[row] = originSite;
    to.pool[row] = pool;
    to.site[row] = pool < 0 ? -1 : site;
    to.outcome[row] = outcome;
    to.outputTokens[row] = isDone ? table.outputTokens[slot]! : Number.NaN;
    to.cachedTokens[row] = isDone ? columns.whole[(slot << WHOLE_SHIFT) | Whole.CACHED_TOKENS]! : Number.NaN;
    to.admittedS[row] = isDone ? columns.real[(slot << REAL_SHIFT) | Real.ADMITTED_S]! : Number.NaN;
    to.queueS[row] = isDone
      ? columns.real[(slot << REAL_SHIFT) | Real.ADMITTED_S]! - columns.real[(slot << REAL_SHIFT) | Real.ARRIVED_S]!
      : Number.NaN;
    to.firstTokenS[row] = isDone ? this.#firstChunkS(slot, this.#chunkTokens[traffic]!) : Number.NaN;
    to.lastTokenS[row] = isDone ? columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]! : Number.NaN;
    to.preemptions[row] = isDone ? columns.whole[(slot << WHOLE_SHIFT) | Whole.PREEMPTIONS]! : Number.NaN;
    to.energyJ[row] = isDone ? columns.real[(slot << REAL_SHIFT) | Real.ENERGY_J]! : Number.NaN;
    to.deviceS[row] = isDone ? columns.real[(slot << REAL_SHIFT) | Real.DEVICE_S]! : Number.NaN;
    to.returnS[row] = returnS;
  }
}
