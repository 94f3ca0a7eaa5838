/** A RunPlan around the small worlds of the fleet's tests. */

import type { WorldPlan } from '@infersim/fleet';
import { plan as worldPlan } from '../../fleet/test/small-world.js';
import type { ReplicationResult, RunPlan } from '../src/index.js';
import { METRIC_COLUMNS, metricIndex, runReplication } from '../src/index.js';

export function runPlan(world: Partial<WorldPlan> = {}, over: Partial<RunPlan> = {}): RunPlan {
  return {
    schemaVersion: 1,
    name: 'small',
    seed: 1,
    replications: 1,
    confidence: 0.95,
    world: worldPlan(world),
    objectives: [],
    record: { requests: { mode: 'all', sample: 0 }, timeseriesS: 60 },
    stepByStep: false,
    assumed: [],
    warnings: [],
    deterministic: false,
    ...over,
  };
}

export const noTraces = {
  openBytes: () => {
    throw new Error('no traces in these tests');
  },
};

export function replicate(plan: RunPlan, replication = 1): ReplicationResult {
  return runReplication(plan, replication, noTraces);
}

/** A figure of a scope named `kind/id`. */
export function figure(result: ReplicationResult, scope: string, column: string): number {
  const index = result.scopes.findIndex(({ kind, id }) => `${kind}/${id}` === scope);
  if (index < 0) throw new Error(`no scope ${scope} in ${result.scopes.map((s) => `${s.kind}/${s.id}`).join(', ')}`);
  if (metricIndex(column) < 0) throw new Error(`no column ${column}`);
  return result.values[index * METRIC_COLUMNS.length + metricIndex(column)]!;
}
