/**
 * A day of a billion requests on 64 cores, computed from the figures of the same run. Nothing here is measured.
 *
 * Fleet: as many replicas as serve the day's mean rate at 60 % load. Time per request at that size: between two measured
 * sizes on a straight line of logarithms. Cores: Amdahl's law with the serial share that two workers against one show
 * for one scenario; and as 64 runs side by side, with the efficiency that two replications show. Requests come from
 * one source in order of time, so one scenario cannot be faster than its source alone. Memory: a straight line through
 * the peaks of the smallest and the largest fleet. Left out: cores that share a memory bus or a clock budget.
 */

import type { Figure } from './figure.js';
import { digits } from './table.js';

export interface ProjectionInput {
  readonly requests: number;
  readonly cores: number;
  /** Requests per second that one replica saturates at. */
  readonly saturationPerReplica: number;
  /** Measured sizes, ascending: replicas, requests per second of one core, peak memory of the process. */
  readonly sizes: readonly { readonly replicas: number; readonly requestsPerS: number; readonly peakMib: number }[];
  /** Two workers against one: for one scenario of many sites, and for replications. */
  readonly oneScenarioGain: number;
  readonly replicationsGain: number;
  /** Requests per second that are read, routed and refused: the source and the router alone. */
  readonly sourcePerS: number;
}

export interface Projection {
  readonly replicas: number;
  readonly secondsPerRequest: number;
  readonly oneCoreS: number;
  /** Share of the work that does not divide, 0 to 1. */
  readonly serialShare: number;
  readonly speedUp: number;
  readonly sourceS: number;
  /** One scenario on all cores, seconds. */
  readonly oneScenarioS: number;
  /** Seconds per day when every core runs a day of its own. */
  readonly sideBySideS: number;
  readonly memoryMib: number;
}

const DAY_S = 86_400;
const LOAD = 0.6;

export function project(input: ProjectionInput): Projection {
  const { requests, cores, sizes } = input;
  const replicas = Math.ceil(requests / DAY_S / (LOAD * input.saturationPerReplica));
  const secondsPerRequest = timeAt(sizes, replicas);
  const oneCoreS = requests * secondsPerRequest;
  const serialShare = serialShareOf(input.oneScenarioGain);
  const speedUp = 1 / (serialShare + (1 - serialShare) / cores);
  const sourceS = requests / input.sourcePerS;
  const first = sizes[0]!;
  const last = sizes[sizes.length - 1]!;
  const mibPerReplica = (last.peakMib - first.peakMib) / (last.replicas - first.replicas);
  return {
    replicas,
    secondsPerRequest,
    oneCoreS,
    serialShare,
    speedUp,
    sourceS,
    oneScenarioS: Math.max(oneCoreS / speedUp, sourceS),
    sideBySideS: oneCoreS / (cores * (input.replicationsGain / 2)),
    memoryMib: first.peakMib + mibPerReplica * (replicas - first.replicas),
  };
}

/** Share of the work that does not divide, from how much faster two workers are than one; within 0 and 1. */
export function serialShareOf(gainOfTwo: number): number {
  return Math.min(1, Math.max(0, 2 / gainOfTwo - 1));
}

/** Seconds per request at a size, on a line of logarithms through the neighbouring sizes; beyond them, through the last two. */
function timeAt(sizes: ProjectionInput['sizes'], replicas: number): number {
  let above = sizes.findIndex((size) => size.replicas >= replicas);
  if (above < 0) above = sizes.length - 1;
  const high = sizes[Math.max(1, above)]!;
  const low = sizes[Math.max(1, above) - 1]!;
  const slope = Math.log(low.requestsPerS / high.requestsPerS) / Math.log(high.replicas / low.replicas);
  return (1 / low.requestsPerS) * (replicas / low.replicas) ** slope;
}

/** What the projection takes from the figures of a run; the ids that are missing or not available when it cannot. */
export function projectionInput(figures: readonly Figure[]): ProjectionInput | readonly string[] {
  const missing: string[] = [];
  const of = (id: string) => {
    const value = figures.find((one) => one.id === id)?.value ?? Number.NaN;
    if (Number.isNaN(value)) missing.push(id);
    return value;
  };
  const input: ProjectionInput = {
    requests: 1e9,
    cores: 64,
    saturationPerReplica: of('serving.saturation') / 8,
    sizes: [10, 1000, 10_000].map((replicas) => ({
      replicas,
      requestsPerS: of(`fleet.r${replicas}.requests_per_s`),
      peakMib: of(`fleet.r${replicas}.peak_mib`),
    })),
    oneScenarioGain: of('workers.one_scenario'),
    replicationsGain: of('workers.replications'),
    sourcePerS: of('fleet.source.requests_per_s'),
  };
  return missing.length > 0 ? missing : input;
}

/** The projection with its formulas, line by line. */
export function projectionLines(input: ProjectionInput): string[] {
  const day = project(input);
  const { cores, requests, oneScenarioGain, replicationsGain, sourcePerS } = input;
  const us = 1e6 * day.secondsPerRequest;
  const amdahlS = day.oneCoreS / day.speedUp;
  const limit =
    day.sourceS >= amdahlS
      ? 'the source: requests are read and routed one after the other'
      : 'what does not divide among workers';
  return [
    `A day of ${digits(requests)} requests is ${digits(requests / DAY_S)} requests/s. At ${100 * LOAD} % of ` +
      `${digits(input.saturationPerReplica)} requests/s a replica that takes ${digits(day.replicas)} replicas.`,
    `Time per request at that size, between the measured sizes (log-log): ${digits(us)} µs.`,
    `One core: ${digits(requests)} x ${digits(us)} µs = ${digits(day.oneCoreS)} s.`,
    `Serial share s = 2 / ${digits(oneScenarioGain)} - 1 = ${digits(day.serialShare)}; on ${cores} cores ` +
      `1 / (s + (1 - s) / ${cores}) = ${digits(day.speedUp)} times: ${digits(amdahlS)} s.`,
    `The source alone: ${digits(requests)} / ${digits(sourcePerS)} per second = ${digits(day.sourceS)} s.`,
    `One scenario on ${cores} cores: the longer of the two, ${digits(day.oneScenarioS)} s. What limits it: ${limit}.`,
    `${cores} such days side by side, one per core, at ${digits(replicationsGain)} / 2 of a core each: ` +
      `${digits(day.sideBySideS)} s per day.`,
    `Memory of one: ${digits(day.memoryMib)} MiB (a line through the peaks of the smallest and the largest fleet); ` +
      `side by side ${digits((cores * day.memoryMib) / 1024)} GiB.`,
  ];
}
