/**
 * The plan that the serving measurements run: 8 replicas of Llama 3.1 70B on 4 H100 each, under the Azure conversation
 * trace where it is at hand, else under the generator fitted to it. Load is a share of the rate at which the replicas
 * saturate.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { metricIndex, openFileBytes, type RunPlan, runReplication } from '@infersim/runner';
import { formatProblems, loadScenario } from '@infersim/scenario';

/** File of the trace in the folder of traces. */
const TRACE_FILE = 'azure-2023-conv.csv';
/** Requests of the trace and seconds from its first to its last. */
const TRACE_REQUESTS = 19_366;
const TRACE_SPAN_S = 3_502;
/** Rate of the generator fitted to it, requests per second. */
const OWN_RATE_PER_S = 5.53;
/** Rate at which saturation is looked for, beyond what 8 replicas can serve, and for how long. */
const FLOOD_PER_S = 120;
const FLOOD_S = 600;

/** Where requests come from, for the notes beside the figures. */
export interface Traffic {
  /** Path of the trace; undefined = the fitted generator. */
  readonly tracePath: string | undefined;
  readonly title: string;
}

/** The trace in a folder, or the generator when it is not there. */
export function trafficFrom(folder: string | undefined): Traffic {
  const path = folder === undefined ? undefined : join(folder, TRACE_FILE);
  if (path !== undefined && existsSync(path))
    return { tracePath: path, title: 'Azure conversation trace 2023, repeated' };
  return {
    tracePath: undefined,
    title: 'generator fitted to the Azure conversation trace 2023 (the trace is not at hand)',
  };
}

export const ownRatePerS = OWN_RATE_PER_S;

/** A plan with about `requests` requests at `ratePerS`. */
export function benchPlan(traffic: Traffic, ratePerS: number, requests: number): RunPlan {
  const horizonS = requests / ratePerS;
  const sets =
    traffic.tracePath === undefined
      ? [`workloads.chat.arrivals.rate_per_s=${ratePerS}`]
      : [
          `workloads.chat.trace.file=${JSON.stringify(traffic.tracePath)}`,
          `workloads.chat.trace.speed=${ratePerS / (TRACE_REQUESTS / TRACE_SPAN_S)}`,
          `workloads.chat.trace.repeat=${Math.ceil(requests / TRACE_REQUESTS) + 1}`,
        ];
  const file = traffic.tracePath === undefined ? 'generator' : 'trace';
  const path = fileURLToPath(new URL(`../scenarios/${file}.yaml`, import.meta.url));
  return scenarioPlan(path, sets, { horizonS, warmupS: 0 });
}

/** The plan of a scenario file without rows and time series. @throws Error when it is refused. */
export function scenarioPlan(
  path: string,
  sets: readonly string[] = [],
  times: { readonly horizonS?: number; readonly warmupS?: number } = {},
): RunPlan {
  const loaded = loadScenario(path, { sets, overrides: { ...times, requests: 'none', timeseries: 'off' } });
  if (!loaded.ok) throw new Error(`${path} was refused:\n${formatProblems(loaded.problems)}`);
  return loaded.plan;
}

/**
 * Requests per second that the replicas complete when far more are offered: the rate that loads are shares of. Counted
 * over the second half of the time, when all batches are full.
 */
export function saturationPerS(traffic: Traffic): number {
  const plan = benchPlan(traffic, FLOOD_PER_S, FLOOD_PER_S * FLOOD_S);
  const world = { ...plan.world, warmupS: FLOOD_S / 2 };
  const { values } = runReplication({ ...plan, world }, 1, { openBytes: openFileBytes });
  return values[metricIndex('requests_per_s')]!;
}
