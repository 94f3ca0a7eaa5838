/**
 * The scenarios that ship with the program, loaded as a user's would be, with a short horizon for checks.
 */

import { fileURLToPath } from 'node:url';
import { METRIC_COLUMNS, type ReplicationResult, type RunPlan } from '@infersim/runner';
import { formatProblems, loadScenario } from '@infersim/scenario';

/** Names of the shipped scenarios, files of the folder `scenarios`. */
export const SHIPPED = ['cloud', 'enterprise', 'edge', 'three-grids', 'three-grids-busy'] as const;

/** How a check runs them, in seconds; long enough for bursts, spill and full batches. */
export const SHORT = { horizonS: 600, warmupS: 60, replications: 2 } as const;

/** Path of a shipped scenario, from the source tree and from the built file alike. */
export function scenarioPath(name: string): string {
  return fileURLToPath(new URL(`../../../scenarios/${name}.yaml`, import.meta.url));
}

/** Loads a scenario file. @throws Error with all problems when it is refused. */
export function planOf(path: string, sets: readonly string[] = [], overrides: object = {}): RunPlan {
  const loaded = loadScenario(path, { sets, overrides });
  if (!loaded.ok) throw new Error(`${path} was refused:\n${formatProblems(loaded.problems)}`);
  return loaded.plan;
}

/** A shipped scenario with the short horizon and all request rows. */
export function shortPlan(name: string): RunPlan {
  return planOf(scenarioPath(name), [], { ...SHORT, requests: 'all', timeseries: 60 });
}

/** All figures of a replication as one text, to the bit: what two runs that should be the same are compared by. */
export function figuresText(result: ReplicationResult): string {
  const { requests, timeseries } = result;
  const bits = (values: Float64Array) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
  return JSON.stringify({
    fingerprint: result.fingerprint,
    steps: result.steps,
    columns: METRIC_COLUMNS.length,
    values: bits(result.values),
    conservation: result.conservation,
    tallies: result.tallies,
    limits: result.limits,
    timeseries: timeseries === null ? null : bits(timeseries.cells),
    requests: requests === null ? null : Object.entries(requests.columns).map(([name, cells]) => [name, bits(cells)]),
    histograms: result.histograms.map(({ scope, metric, count }) => [scope, metric, bits(count)]),
  });
}
