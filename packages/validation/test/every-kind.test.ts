import { fileURLToPath } from 'node:url';
import { METRIC_COLUMNS, metricIndex, openFileBytes, type ReplicationResult, runReplication } from '@infersim/runner';
import { loadScenario } from '@infersim/scenario';
import { describe, expect, it } from 'vitest';

const FIXTURE = fileURLToPath(new URL('../../../fixtures/scenarios/every-kind.yaml', import.meta.url));

function run(stepByStep: boolean): ReplicationResult {
  const loaded = loadScenario(FIXTURE, { overrides: { stepByStep } });
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
  return runReplication(loaded.plan, 1, { openBytes: openFileBytes });
}

describe('a pool of every kind of execution and scheduler', () => {
  const leap = run(false);

  it('serves its own traffic, conserves everything and is stable', () => {
    expect(leap.conservation.filter(({ passed }) => !passed)).toEqual([]);
    expect(leap.stable).toBe(true);
    const served = leap.scopes.flatMap((scope, index) =>
      scope.kind === 'workload'
        ? [[scope.id, leap.values[index * METRIC_COLUMNS.length + metricIndex('served_pct')]]]
        : [],
    );
    expect(served).toHaveLength(9);
    expect(served.filter(([, pct]) => pct !== 100)).toEqual([]);
  });

  it('steps to the same fingerprint and figures as it leaps', () => {
    const step = run(true);
    expect(step.fingerprint).toBe(leap.fingerprint);
    expect(step.values).toEqual(leap.values);
  });
});
