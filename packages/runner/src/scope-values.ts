/**
 * The figures of one scope: every column of runs.csv from tallies, meters and accounts of a finished world.
 *
 * A scope cut by place (grid, site, pool) sums its pools. A scope cut by whose work it was (workload, origin) gets of
 * each pool's bill the part its tokens caused: prefill cost by prompt tokens computed, decode cost by tokens made; a
 * pool that did nothing in the window is then carried by nobody and shows only in the place scopes.
 */

import { peakW, perMillion } from '@infersim/accounting';
import { COUNT_CELLS, Count, Load, type TallyCell, type World } from '@infersim/fleet';
import { LogHistogram, SampleCollector, samplesNeeded } from '@infersim/stats';
import { COST_COLUMNS, LATENCY_METRICS, METRIC_COLUMNS, metricIndex } from './metric-columns.js';
import type { Accounts } from './pool-accounts.js';
import type { Scope } from './scopes.js';

const KWH_J = 3.6e6;
const QUARTER_HOUR_S = 900;

/** Merged tallies of a scope. */
export interface ScopeTally {
  readonly counts: Float64Array;
  readonly latencies: Record<(typeof LATENCY_METRICS)[number], SampleCollector | LogHistogram>;
  readonly offered: number;
}

/**
 * Tallies scopes of one world. A scope of one cell answers with the cell's own latencies. Scopes that come down to the same
 * cells share their merged latencies, so that samples are merged and sorted once; they are let go of with the last of them.
 */
export class ScopeTallies {
  readonly #world: World;
  /** Scopes still to come for each set of cells. */
  readonly #awaited = new Map<string, number>();
  readonly #merged = new Map<string, ScopeTally['latencies']>();

  /** @param scopes those that will be asked for, each once. */
  constructor(world: World, scopes: readonly Scope[]) {
    this.#world = world;
    for (const scope of scopes) {
      const { name } = this.#cellsOf(scope);
      this.#awaited.set(name, (this.#awaited.get(name) ?? 0) + 1);
    }
  }

  of(scope: Scope): ScopeTally {
    const { statistics } = this.#world;
    const { cells, name } = this.#cellsOf(scope);
    const counts = new Float64Array(COUNT_CELLS);
    for (const cell of cells) for (let i = 0; i < COUNT_CELLS; i++) counts[i] = counts[i]! + cell.counts[i]!;
    const latencies = this.#merged.get(name) ?? (cells.length === 1 ? latenciesOf(cells[0]!) : mergeLatencies(cells));
    const awaited = this.#awaited.get(name)! - 1;
    this.#awaited.set(name, awaited);
    if (awaited > 0) this.#merged.set(name, latencies);
    else this.#merged.delete(name);
    const offered = scope.traffics.reduce((sum, traffic) => sum + statistics.offeredByTraffic[traffic]!, 0);
    return { counts, latencies, offered };
  }

  #cellsOf(scope: Scope): { cells: TallyCell[]; name: string } {
    const cells: TallyCell[] = [];
    const key: string[] = [];
    for (const pool of scope.pools) {
      for (const traffic of scope.traffics) {
        const cell = this.#world.statistics.cells.peek(pool, traffic);
        if (cell === undefined) continue;
        cells.push(cell);
        key.push(`${pool}/${traffic}`);
      }
    }
    return { cells, name: key.join(' ') };
  }
}

function latenciesOf(cell: TallyCell): ScopeTally['latencies'] {
  return { ttft: cell.ttftS, tpot: cell.tpotS, e2e: cell.e2eS, queue: cell.queueS, itl: cell.itlS };
}

function mergeLatencies(cells: readonly TallyCell[]): ScopeTally['latencies'] {
  const latencies = {
    ttft: new SampleCollector(),
    tpot: new SampleCollector(),
    e2e: new SampleCollector(),
    queue: new SampleCollector(),
    itl: new LogHistogram(),
  };
  for (const cell of cells) {
    latencies.ttft.merge(cell.ttftS);
    latencies.tpot.merge(cell.tpotS);
    latencies.e2e.merge(cell.e2eS);
    latencies.queue.merge(cell.queueS);
    latencies.itl.merge(cell.itlS);
  }
  return latencies;
}

/** Fills `values` (one cell per metric column, NaN = not available); returns columns that rest on too few samples. */
export function scopeValues(
  world: World,
  scope: Scope,
  tally: ScopeTally,
  accounts: Accounts,
  values: Float64Array,
): number[] {
  values.fill(Number.NaN);
  const set = (name: string, value: number) => {
    values[metricIndex(name)] = value;
  };
  const { plan } = world;
  const { counts } = tally;
  const windowS = world.reachedS - Math.min(plan.warmupS, world.reachedS);
  const pools = scope.pools.filter((pool) => pool >= 0);

  // A pool sees only what was sent to it: offered requests belong to whoever sent them.
  const isWhose = !scope.isPlace || scope.kind === 'all';
  const ended = counts[Count.COMPLETED]! + counts[Count.REJECTED]! + counts[Count.FAILED]! + counts[Count.TIMED_OUT]!;
  if (isWhose) {
    set('requests_offered', tally.offered);
    set('requests_in_flight', tally.offered - ended);
  }
  set('requests_completed', counts[Count.COMPLETED]!);
  set('requests_rejected', counts[Count.REJECTED]!);
  set('requests_failed', counts[Count.FAILED]!);
  set('requests_timed_out', counts[Count.TIMED_OUT]!);
  set('attempts', counts[Count.ATTEMPTS]!);
  set('preemptions', counts[Count.PREEMPTIONS]!);
  const input = counts[Count.WINDOW_INPUT_TOKENS]!;
  const output = counts[Count.WINDOW_OUTPUT_TOKENS]!;
  const completed = counts[Count.WINDOW_COMPLETED]!;
  set('tokens_input', input);
  set('tokens_cached', counts[Count.WINDOW_CACHED_TOKENS]!);
  set('tokens_recomputed', counts[Count.WINDOW_RECOMPUTED_TOKENS]!);
  set('tokens_output', output);
  set('tokens_budget_cut', counts[Count.WINDOW_CUT_TOKENS]!);
  set('requests_budget_cut', counts[Count.WINDOW_CUT_REQUESTS]!);
  if (windowS > 0) {
    set('requests_per_s', completed / windowS);
    set('output_tokens_per_s', output / windowS);
    set('total_tokens_per_s', (input + output) / windowS);
    set('goodput_requests_per_s', counts[Count.WINDOW_GOOD]! / windowS);
  }
  if (counts[Count.WINDOW_ENDED]! > 0)
    set('goodput_pct', (100 * counts[Count.WINDOW_GOOD]!) / counts[Count.WINDOW_ENDED]!);
  if (ended > 0) set('served_pct', (100 * counts[Count.COMPLETED]!) / ended);

  const thin: number[] = [];
  for (const metric of LATENCY_METRICS) setLatency(metric, tally, set, thin);
  const tpot = tally.latencies.tpot.mean;
  if (tpot !== undefined && tpot > 0) set('output_tokens_per_s_per_user', 1 / tpot);

  if (scope.isPlace) setPlace(world, scope, accounts, windowS, output, set);
  setMoney(world, scope, accounts, pools, { input, output, completed }, set);
  return thin;
}

function setLatency(
  metric: (typeof LATENCY_METRICS)[number],
  tally: ScopeTally,
  set: (name: string, value: number) => void,
  thin: number[],
): void {
  const samples = tally.latencies[metric];
  const n = samples.count;
  set(`${metric}_ms_n`, n);
  if (n === 0) return;
  const ms = (seconds: number | undefined) => (seconds === undefined ? Number.NaN : seconds * 1000);
  set(`${metric}_ms_mean`, ms(samples.mean));
  set(`${metric}_ms_min`, ms(samples.min));
  set(`${metric}_ms_max`, ms(samples.max));
  set(`${metric}_ms_std`, samples instanceof SampleCollector ? ms(samples.std) : histogramStdMs(samples));
  for (const [name, q] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    set(`${metric}_ms_${name}`, ms(samples.quantile(q)));
    if (n < samplesNeeded(q)) thin.push(metricIndex(`${metric}_ms_${name}`));
  }
}

/** From bucket middles: as exact as the histogram's relative error. */
function histogramStdMs(histogram: LogHistogram): number {
  if (histogram.count < 2) return Number.NaN;
  const mean = histogram.mean!;
  let squares = 0;
  histogram.forEachBucket((lower, upper, weight) => {
    const middle = (lower + upper) / 2;
    squares += weight * (middle - mean) ** 2;
  });
  return 1000 * Math.sqrt(squares / (histogram.count - 1));
}

function setPlace(
  world: World,
  scope: Scope,
  accounts: Accounts,
  windowS: number,
  output: number,
  set: (name: string, value: number) => void,
): void {
  const { plan, statistics } = world;
  const fromS = world.reachedS - windowS;
  const intervalS = plan.meterIntervalS;
  let devices = 0;
  let replicaS = 0;
  let busyS = 0;
  let decodesS = 0;
  let blocksS = 0;
  let capacityS = 0;
  let waitingS = 0;
  let peakDecodes = 0;
  let peakKvPct = Number.NaN;
  let peakWaiting = 0;
  let itJ = 0;
  let facilityJ = 0;
  let carbonG = 0;
  let idleJ = 0;
  let deviceJ = 0;
  const placed = scope.pools.filter((pool) => pool >= 0).map((pool) => accounts.pools[pool]!);
  const itBins = summedBins(placed.map((account) => account.itBinsJ));
  const facilityBins = summedBins(placed.map((account) => account.facilityBinsJ));
  for (const pool of scope.pools) {
    if (pool < 0) continue;
    const account = accounts.pools[pool]!;
    const { loads } = statistics.poolMeters[pool]!;
    const { engine } = plan.pools[pool]!;
    devices += account.devices;
    replicaS += account.replicaS;
    busyS += loads[Load.BUSY_S]!;
    decodesS += loads[Load.DECODES_S]!;
    waitingS += statistics.queueMeters[pool]!.waitingS;
    peakDecodes = Math.max(peakDecodes, loads[Load.PEAK_DECODES]!);
    peakWaiting = Math.max(peakWaiting, statistics.queueMeters[pool]!.peak);
    if (engine.hasKv && engine.numBlocks > 0) {
      blocksS += loads[Load.BLOCKS_S]!;
      capacityS += engine.numBlocks * account.replicaS;
      const pct = (100 * loads[Load.PEAK_BLOCKS]!) / engine.numBlocks;
      peakKvPct = Number.isNaN(peakKvPct) ? pct : Math.max(peakKvPct, pct);
    }
    itJ += account.itJ;
    facilityJ += account.facilityJ;
    carbonG += account.carbonG;
    idleJ += account.deviceIdleJ;
    deviceJ += account.deviceIdleJ + account.deviceBusyJ;
  }
  set('devices', devices);
  set('sites', scope.kind === 'pool' ? Number.NaN : scope.groups.reduce((n, g) => n + plan.groups[g]!.count, 0));
  if (!(windowS > 0)) return;
  if (devices > 0) set('output_tokens_per_s_per_device', output / windowS / devices);
  if (replicaS > 0) {
    set('busy_pct', (100 * busyS) / replicaS);
    set('batch_size_mean', decodesS / replicaS);
    set('queue_length_mean', waitingS / replicaS);
  }
  set('batch_size_peak', peakDecodes);
  set('queue_length_peak', peakWaiting);
  if (capacityS > 0) set('kv_used_pct_mean', (100 * blocksS) / capacityS);
  set('kv_used_pct_peak', peakKvPct);
  const blockBins = Math.max(1, Math.round(QUARTER_HOUR_S / intervalS));
  const peakKw = (binsJ: Float64Array, width: number) => peakW(binsJ, intervalS, width, fromS, world.reachedS) / 1000;
  set('power_kw_it_mean', itJ / windowS / 1000);
  set('power_kw_it_peak', peakKw(itBins, 1));
  set('power_kw_it_peak_15min', peakKw(itBins, blockBins));
  set('power_kw_facility_mean', facilityJ / windowS / 1000);
  set('power_kw_facility_peak', peakKw(facilityBins, 1));
  set('power_kw_facility_peak_15min', peakKw(facilityBins, blockBins));
  if (itJ > 0) set('pue', facilityJ / itJ);
  set('energy_kwh_it', itJ / KWH_J);
  set('energy_kwh_facility', facilityJ / KWH_J);
  if (output > 0) set('energy_j_per_output_token', itJ / output);
  if (deviceJ > 0) set('energy_idle_pct', (100 * idleJ) / deviceJ);
  set('carbon_kg', carbonG / 1000);
  if (output > 0) set('carbon_g_per_1m_output_tokens', (carbonG / output) * 1e6);
}

/** Sums by interval; those of one pool are its own. */
function summedBins(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!;
  const sums = new Float64Array(parts[0]?.length ?? 0);
  for (const part of parts) for (let bin = 0; bin < sums.length; bin++) sums[bin] = sums[bin]! + part[bin]!;
  return sums;
}

function setMoney(
  world: World,
  scope: Scope,
  accounts: Accounts,
  pools: readonly number[],
  tokens: { input: number; output: number; completed: number },
  set: (name: string, value: number) => void,
): void {
  const parts = new Float64Array(COST_COLUMNS.length);
  let totalUsd = 0;
  let idleUsd = 0;
  let prefillUsd = 0;
  let decodeUsd = 0;
  let workless = 0;
  let itJ = 0;
  let facilityJ = 0;
  let carbonG = 0;
  for (const pool of pools) {
    const account = accounts.pools[pool]!;
    const share = scope.isPlace ? { prefill: 1, decode: 1 } : tokenShares(world, pool, scope.traffics);
    const caused = scope.isPlace
      ? account.totalUsd
      : zeroIfNaN(account.prefillUsd * share.prefill) + zeroIfNaN(account.decodeUsd * share.decode);
    const fraction = account.totalUsd > 0 ? caused / account.totalUsd : 0;
    for (let part = 0; part < parts.length; part++) parts[part] = parts[part]! + account.partsUsd[part]! * fraction;
    totalUsd += caused;
    idleUsd += account.idleUsd * fraction;
    itJ += account.itJ * fraction;
    facilityJ += account.facilityJ * fraction;
    carbonG += account.carbonG * fraction;
    if (Number.isNaN(account.prefillUsd)) workless += scope.isPlace ? account.totalUsd : 0;
    else {
      prefillUsd += account.prefillUsd * share.prefill;
      decodeUsd += account.decodeUsd * share.decode;
    }
  }
  COST_COLUMNS.forEach(([name], part) => {
    set(`cost_usd_${name}`, parts[part]!);
  });
  set('cost_usd_total', totalUsd);
  set('cost_usd_idle', idleUsd);
  const worked = prefillUsd + decodeUsd;
  // A pool that never worked caused nothing by itself: what it costs follows the split of the rest of the scope.
  const lift = worked > 0 ? 1 + workless / worked : Number.NaN;
  set('cost_usd_per_1m_input_tokens', perMillion(prefillUsd * lift, tokens.input));
  set('cost_usd_per_1m_output_tokens', perMillion(decodeUsd * lift, tokens.output));
  set('cost_usd_per_1m_tokens', perMillion(totalUsd, tokens.input + tokens.output));
  if (tokens.completed > 0) set('cost_usd_per_request', totalUsd / tokens.completed);
  if (!scope.isPlace) {
    set('energy_kwh_it', itJ / KWH_J);
    set('energy_kwh_facility', facilityJ / KWH_J);
    set('carbon_kg', carbonG / 1000);
    if (tokens.output > 0) {
      set('energy_j_per_output_token', itJ / tokens.output);
      set('carbon_g_per_1m_output_tokens', (carbonG / tokens.output) * 1e6);
    }
  }
}

/** Which part of a pool's prefill and decode work the given traffics caused in the window. */
function tokenShares(world: World, pool: number, traffics: readonly number[]): { prefill: number; decode: number } {
  let prompt = 0;
  let output = 0;
  let minePrompt = 0;
  let mineOutput = 0;
  for (let traffic = 0; traffic < world.plan.traffic.length; traffic++) {
    const counts = world.statistics.cells.peek(pool, traffic)?.counts;
    if (counts === undefined) continue;
    const p = counts[Count.WINDOW_COMPUTED_PROMPT_TOKENS]!;
    const o = counts[Count.WINDOW_OUTPUT_TOKENS]!;
    prompt += p;
    output += o;
    if (traffics.includes(traffic)) {
      minePrompt += p;
      mineOutput += o;
    }
  }
  return { prefill: prompt > 0 ? minePrompt / prompt : 0, decode: output > 0 ? mineOutput / output : 0 };
}

const zeroIfNaN = (value: number) => (Number.isNaN(value) ? 0 : value);

/** Number of metric columns. */
export const VALUE_CELLS = METRIC_COLUMNS.length;
