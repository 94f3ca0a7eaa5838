/**
 * What is left of a world that has run: everything that results are made from, whether one thread simulated all of it or
 * several a part each.
 *
 * Parts are joined lane by lane, in the order of the lanes and never in that of the threads, so that sums have the same
 * bytes however the lanes were shared out. Counts do not depend on any order.
 */

import { createStepModel } from '@infersim/devices';
import { combineFingerprints } from '@infersim/kernel';
import type { SiteSources, SourceCounts } from '@infersim/workload';
import { lanePlanOf, sitesOfLanes } from './lane-plan.js';
import { absorbStatistics, type PackedStatistics } from './packed-statistics.js';
import type { PackedLog, RequestLog } from './request-log.js';
import { Statistics } from './statistics.js';
import type { WorldPlan } from './world-plan.js';

/** What results need to know of a pool beside its plan. */
export interface PoolFacts {
  readonly model: { readonly idleW: number; readonly maxW: number; readonly devices: number };
}

/** What the sources of one traffic read, made and dropped, summed over them. */
export type TrafficCounts = Readonly<SourceCounts>;

/** A world that has run. */
export interface WorldRecord {
  readonly plan: WorldPlan;
  readonly pools: readonly PoolFacts[];
  readonly statistics: Statistics;
  readonly log: RequestLog | null;
  /** By traffic. `emitted` counts sources that read rows only. */
  readonly sources: readonly TrafficCounts[];
  readonly fingerprint: string;
  readonly events: number;
  readonly reachedS: number;
  readonly isInterrupted: boolean;
  readonly inFlight: number;
  /** Both sides of Little's law. */
  readonly little: { readonly integral: number; readonly sojourns: number };
  readonly usedBlocks: number;
  readonly heldBlocks: number;
}

/** One lane as plain data. */
export interface PackedLane {
  readonly lane: number;
  readonly statistics: PackedStatistics;
  readonly fingerprint: string;
  readonly little: { readonly integral: number; readonly sojourns: number };
}

/** What one thread simulated, as plain data and typed arrays. */
export interface PackedPart {
  readonly lanes: readonly PackedLane[];
  readonly sources: readonly TrafficCounts[];
  readonly log: PackedLog | null;
  readonly events: number;
  readonly reachedS: number;
  readonly isInterrupted: boolean;
  readonly inFlight: number;
  readonly usedBlocks: number;
  readonly heldBlocks: number;
}

/** Rows of several parts in one log. @param log an empty one with the limit and seed of the parts'. */
export function joinLogs(parts: readonly PackedPart[], log: RequestLog): RequestLog {
  for (const part of parts) if (part.log !== null) log.absorb(part.log);
  log.finish();
  return log;
}

/** Joins the parts of one world; every lane of it must be there once. Their rows are given joined. */
export function joinParts(
  plan: WorldPlan,
  parts: readonly PackedPart[],
  options: {
    /** Whether load per interval was kept. */
    readonly series: boolean;
    /** Absent = built anew. */
    readonly pools?: readonly PoolFacts[];
    readonly log: RequestLog | null;
  },
): WorldRecord {
  const lanePlan = lanePlanOf(plan);
  const lanes = parts.flatMap((part) => part.lanes).sort((a, b) => a.lane - b.lane);
  if (lanes.length !== lanePlan.lanes || lanes.some(({ lane }, index) => lane !== index)) {
    throw new RangeError(`a world of ${lanePlan.lanes} lanes cannot be joined of ${lanes.map(({ lane }) => lane)}`);
  }
  const pools = options.pools ?? plan.pools.map(({ deployment }) => ({ model: createStepModel(deployment) }));
  const statistics = Statistics.joined(plan, sitesOfLanes(lanePlan, 0, lanePlan.lanes), options.series, pools);
  let integral = 0;
  let sojourns = 0;
  for (const lane of lanes) {
    absorbStatistics(statistics, lane.statistics);
    integral += lane.little.integral;
    sojourns += lane.little.sojourns;
  }
  const sum = (of: (part: PackedPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    plan,
    pools,
    statistics,
    log: options.log,
    sources: plan.traffic.map((_, traffic) => sumCounts(parts.map((part) => part.sources[traffic]!))),
    fingerprint: combineFingerprints(lanes.map(({ fingerprint }) => fingerprint)),
    events: sum((part) => part.events),
    reachedS: Math.min(...parts.map((part) => part.reachedS)),
    isInterrupted: parts.some((part) => part.isInterrupted),
    inFlight: sum((part) => part.inFlight),
    little: { integral, sojourns },
    usedBlocks: sum((part) => part.usedBlocks),
    heldBlocks: sum((part) => part.heldBlocks),
  };
}

/** Counts by traffic of sources that send to one lane, and of those that send to several. */
export function sourceCountsOf(
  sources: readonly SiteSources[],
  spreading: readonly (SiteSources | null)[],
): TrafficCounts[] {
  return sources.map(({ counts }, traffic) => sumCounts([...counts, ...(spreading[traffic]?.counts ?? [])]));
}

function sumCounts(counts: readonly TrafficCounts[]): TrafficCounts {
  const dropped: Record<string, number> = {};
  const sums = {
    rowsRead: 0,
    emitted: 0,
    dropped,
    budgetCutRequests: 0,
    budgetCutTokens: 0,
    promptCutRequests: 0,
  };
  for (const count of counts) {
    sums.rowsRead += count.rowsRead;
    if (count.rowsRead > 0) sums.emitted += count.emitted;
    sums.budgetCutRequests += count.budgetCutRequests;
    sums.budgetCutTokens += count.budgetCutTokens;
    sums.promptCutRequests += count.promptCutRequests;
    for (const [reason, rows] of Object.entries(count.dropped)) dropped[reason] = (dropped[reason] ?? 0) + rows;
  }
  return sums;
}
