/**
 * One replication from plan to result: builds a world, runs it, and turns what it counted into columns.
 */

import { Load, type RowSink, World, type WorldOptions, type WorldRecord } from '@infersim/fleet';
import { testQueueTrend } from '@infersim/stats';
import type { OpenBytes } from '@infersim/workload';
import { tuneCompiler } from './compiler-options.js';
import { checkConservation } from './conservation.js';
import { type CountedBuckets, histogramsOf } from './latency-histograms.js';
import { accountFor } from './pool-accounts.js';
import { rehearsalOf } from './rehearsal.js';
import { requestRatesOf, requestRowsOf } from './request-rows.js';
import { type RequestSpool, RequestSpoolWriter } from './request-spool.js';
import type { PoolLimits, ReplicationResult } from './results.js';
import type { RunPlan } from './run-plan.js';
import { ScopeTallies, scopeValues, VALUE_CELLS } from './scope-values.js';
import { type Scope, scopesOf } from './scopes.js';
import { judgeSites } from './site-objectives.js';
import { SiteSpreads } from './site-spreads.js';
import { expectedRequests } from './threads.js';
import { timeSeriesOf } from './time-series.js';

export interface ReplicationOptions {
  readonly openBytes: OpenBytes;
  /** Called now and then with simulated seconds and events; true stops the run, its result is marked interrupted. */
  readonly onProgress?: (simulatedS: number, events: number) => boolean;
  /** File that request rows go to as the run goes, instead of into the result; removed again when the run throws. */
  readonly spoolPath?: string;
}

/**
 * Runs replication 1, 2, ... of a plan in this thread. Deterministic: the same plan and replication give the same
 * result to the bit. Throws what the model throws (a broken trace, a model bug), with the replication in the message.
 */
export function runReplication(plan: RunPlan, replication: number, options: ReplicationOptions): ReplicationResult {
  const requests = expectedRequests(plan.world);
  tuneCompiler(requests);
  const rehearsal = rehearsalOf(plan, requests);
  if (rehearsal !== null) rehearse(rehearsal, replication, options.openBytes);
  const spool = spoolOf(plan, options.spoolPath);
  try {
    const world = new World({
      ...worldOptions(plan, replication),
      openBytes: options.openBytes,
      ...(spool === null ? {} : { rowSink: rowSinkTo(spool) }),
    });
    world.run((nowS, events) => options.onProgress?.(nowS, events) ?? false);
    return resultOf(plan, replication, world.record, spool === null ? [] : [spool.finish()]);
  } catch (error) {
    spool?.discard();
    throw error;
  }
}

/** Runs a plan for nothing, and no further than to the first checkpoint: a start may be busier than the mean. */
function rehearse(plan: RunPlan, replication: number, openBytes: OpenBytes): void {
  try {
    const world = new World({ ...worldOptions(plan, replication), openBytes });
    world.run(() => true);
    resultOf(plan, replication, world.record, []);
  } catch {
    // Whatever is wrong with the plan, its run says better.
  }
}

/** How the world of a replication is built. */
export function worldOptions(plan: RunPlan, replication: number): Omit<WorldOptions, 'openBytes'> {
  const { requests, timeseriesS } = plan.record;
  return {
    plan: plan.world,
    seed: plan.seed,
    replication,
    requestRows: requests.mode === 'all' ? Number.POSITIVE_INFINITY : requests.mode === 'sample' ? requests.sample : 0,
    series: timeseriesS > 0,
    stepByStep: plan.stepByStep,
  };
}

/** The file that request rows go to; null when none are recorded, or in memory. */
export function spoolOf(plan: RunPlan, spoolPath: string | undefined): RequestSpoolWriter | null {
  return spoolPath === undefined || plan.record.requests.mode === 'none' ? null : new RequestSpoolWriter(spoolPath);
}

export function rowSinkTo(spool: RequestSpoolWriter): RowSink {
  return (columns, order, rows) => spool.append(columns, order, rows);
}

/** The result of a replication whose world has run, in one thread or in several; without spools its rows are in the world. */
export function resultOf(
  plan: RunPlan,
  replication: number,
  world: WorldRecord,
  spools: readonly RequestSpool[],
): ReplicationResult {
  const scopes = scopesOf(plan.world);
  const accounts = accountFor(world);
  const values = new Float64Array(scopes.length * VALUE_CELLS);
  const thin: number[] = [];
  const tallies = new ScopeTallies(world, scopes);
  const spreads = new SiteSpreads(world);
  const histograms = [];
  const counted: CountedBuckets = new WeakMap();
  for (const [index, scope] of scopes.entries()) {
    const tally = tallies.of(scope);
    const cells = values.subarray(index * VALUE_CELLS, (index + 1) * VALUE_CELLS);
    for (const column of scopeValues(world, scope, tally, accounts, cells)) thin.push(index * VALUE_CELLS + column);
    spreads.set(scope, cells);
    if (scope.kind === 'all' || scope.kind === 'workload') histograms.push(...histogramsOf(index, tally, counted));
  }
  const siteSharesPct = judgeSites(world, scopes, plan.objectives, values, VALUE_CELLS);
  const conservation = checkConservation(world, accounts);
  const unstable = unstablePools(world, scopes);
  return {
    replication,
    seed: plan.seed,
    fingerprint: world.fingerprint,
    events: world.events,
    steps: world.statistics.poolMeters.reduce((sum, meter) => sum + meter.loads[Load.TOTAL_STEPS]!, 0),
    reachedS: world.reachedS,
    interrupted: world.isInterrupted,
    scopes: scopes.map(({ kind, id }) => ({ kind, id })),
    values,
    thinCells: Int32Array.from(thin),
    timeseries: plan.record.timeseriesS > 0 ? timeSeriesOf(world, scopes, accounts, plan.record.timeseriesS) : null,
    requests: spools.length === 0 ? requestRowsOf(world, accounts) : null,
    spooledRequests: spools.length === 0 ? null : { spools, rates: requestRatesOf(accounts) },
    histograms,
    limits: limitsOf(world, scopes),
    conservation,
    tallies: talliesOf(world),
    siteSharesPct,
    stable: unstable.length === 0,
    warnings: unstable.map((id) => `pool ${id}: its queue grew to the end (unstable); means of it measure the horizon`),
  };
}

/** Ids of pools whose queue grew throughout; only asked of stationary scenarios that ran to the end. */
function unstablePools(world: WorldRecord, scopes: readonly Scope[]): string[] {
  if (!world.plan.stationary || world.isInterrupted) return [];
  return scopes.flatMap((scope) => {
    if (scope.kind !== 'pool') return [];
    const waiting = world.statistics.queueMeters[scope.pools[0]!]!.trend;
    return testQueueTrend(waiting.rates(world.reachedS)).verdict === 'unstable' ? [scope.id] : [];
  });
}

function limitsOf(world: WorldRecord, scopes: readonly Scope[]): PoolLimits[] {
  const { plan, statistics } = world;
  const windowS = world.reachedS - Math.min(plan.warmupS, world.reachedS);
  return scopes.flatMap((scope, index) => {
    if (scope.kind !== 'pool' || !(windowS > 0)) return [];
    const pool = plan.pools[scope.pools[0]!]!;
    const { loads } = statistics.poolMeters[scope.pools[0]!]!;
    const replicaS = pool.replicas * plan.groups[pool.group]!.count * windowS;
    const pct = (cell: number) => (100 * loads[cell]!) / replicaS;
    return [
      {
        scope: index,
        busyPct: pct(Load.BUSY_S),
        kvFullPct: pct(Load.KV_FULL_S),
        batchFullPct: pct(Load.BATCH_FULL_S),
        queueNonEmptyPct: (100 * statistics.queueMeters[scope.pools[0]!]!.nonEmptyS) / replicaS,
        memoryBoundPct: pct(Load.MEMORY_BOUND_S),
        computeBoundPct: pct(Load.COMPUTE_BOUND_S),
      },
    ];
  });
}

/** Refusals, spills and dropped trace rows by `workload/reason`, in the order of the workloads. */
function talliesOf(world: WorldRecord): Record<string, number> {
  const { plan, statistics, sources } = world;
  const tallies: Record<string, number> = {};
  const add = (key: string, count: number) => {
    if (count > 0) tallies[key] = (tallies[key] ?? 0) + count;
  };
  plan.traffic.forEach((traffic, index) => {
    const { id } = traffic.workload;
    for (const [reason, count] of [...statistics.refusals[index]!].sort()) add(`${id}/${reason}`, count);
  });
  sources.forEach((counts, traffic) => {
    const { id } = plan.traffic[traffic]!.workload;
    add(`${id}/rows_read`, counts.rowsRead);
    add(`${id}/rows_emitted`, counts.rowsRead > 0 ? counts.emitted : 0);
    for (const [reason, count] of Object.entries(counts.dropped).sort()) add(`${id}/dropped_${reason}`, count);
    add(`${id}/prompts_cut`, counts.promptCutRequests);
  });
  return tallies;
}
