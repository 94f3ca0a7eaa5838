/**
 * One run of the bench workload in a process of its own: what to serve, and what came of it. Plain data, because it goes
 * to the child and back as JSON.
 */

import type { RunPlan } from '@infersim/runner';
import { benchPlan, type Fleet, type Traffic } from './bench-plan.js';
import { childOutput } from './child.js';
import { interleave, type Spread, spreadOf } from './measure.js';
import { digits } from './table.js';

export interface ServingTask {
  readonly traffic: Traffic;
  readonly fleet: Fleet;
  /** Over the whole fleet. */
  readonly ratePerS: number;
  readonly requests: number;
  readonly stepByStep?: boolean;
  /** Runs every scheduler kind and most options in the same process first. */
  readonly afterEveryKind?: boolean;
  /** Keeps all request rows and counts the changes of batches from them; takes one replica per site. */
  readonly countChanges?: boolean;
  /** Requests that the process serves before, in the same way and not counted, so that its code is compiled. */
  readonly warmUpRequests?: number;
  /** Laid over the scenario, as `--set` does. */
  readonly sets?: readonly string[];
}

export interface ServingReport {
  /** Wall clock of the run, plan apart, and processor time of all threads in it. */
  readonly seconds: number;
  readonly processorS: number;
  readonly fingerprint: string;
  readonly events: number;
  readonly steps: number;
  /** Changes of batches, where they were to be counted. */
  readonly batchChanges: number | null;
  readonly offered: number;
  readonly attempts: number;
  readonly completed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly simulatedS: number;
  /** Peak resident memory of the process, MiB. */
  readonly peakMib: number;
}

/** The plan of a task. */
export function taskPlan(task: ServingTask): RunPlan {
  const plan = benchPlan(task.traffic, task.ratePerS, task.requests, task.fleet, task.sets);
  const record = task.countChanges ? { ...plan.record, requests: { mode: 'all' as const, sample: 0 } } : plan.record;
  return { ...plan, record, stepByStep: task.stepByStep ?? false };
}

/** Runs a task in a process of its own. */
export function serveApart(task: ServingTask): ServingReport {
  return JSON.parse(childOutput('serving-child.js', [JSON.stringify(task)])) as ServingReport;
}

/** Runs tasks in rounds, interleaved; the round that is thrown away serves a twentieth of the requests. */
export function serveInRounds(
  tasks: Readonly<Record<string, ServingTask>>,
  rounds: number,
): Map<string, ServingReport[]> {
  return interleave(
    Object.entries(tasks).map(([name, task]) => ({
      name,
      run: () => serveApart(task),
      warmUp: () => serveApart({ ...task, requests: Math.ceil(task.requests / 20) }),
    })),
    rounds,
  );
}

/** Spread over rounds of something per second. */
export function ratePerSecond(reports: readonly ServingReport[], count: (report: ServingReport) => number): Spread {
  return spreadOf(reports.map((report) => count(report) / report.seconds));
}

/** Seconds of each round. */
export function secondsOfRounds(reports: readonly ServingReport[]): number[] {
  return reports.map(({ seconds }) => seconds);
}

/** Requests completed per second of processor time, the collector's threads included: steadier than the wall clock on a shared machine. */
export function processorNote(reports: readonly ServingReport[]): string {
  const { median } = spreadOf(reports.map(({ completed, processorS }) => completed / processorS));
  return `${digits(median)} per second of processor time`;
}

/** Load as the notes state it. */
export function loadNote(ratePerS: number, saturationPerS: number): string {
  return `${ratePerS.toFixed(1)} requests/s, ${Math.round((100 * ratePerS) / saturationPerS)} % of saturation`;
}
