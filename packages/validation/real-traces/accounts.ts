/** Runs a recorded trace through a scenario of this folder, and what must add up afterwards. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileBytes, type ReplicationResult, runReplication } from '@infersim/runner';
import { expect } from 'vitest';
import { planOf } from '../src/shipped-scenarios.js';
import { figureOf } from '../src/small-plans.js';

/** Path of a recorded trace. @throws Error where the folder of traces is not told or does not hold it. */
export function tracePath(file: string): string {
  const folder = process.env['INFERSIM_TRACES'];
  if (folder === undefined) throw new Error('set INFERSIM_TRACES to the folder of recorded traces');
  const path = join(folder, file);
  if (!existsSync(path)) throw new Error(`no trace ${path}`);
  return path;
}

/** One replication of a scenario with its trace, with a row for every request. */
export function replay(scenario: string, file: string, sets: readonly string[] = []): ReplicationResult {
  const path = fileURLToPath(new URL(`./${scenario}`, import.meta.url));
  const trace = `workloads.trace.trace.file=${JSON.stringify(tracePath(file))}`;
  const plan = planOf(path, [trace, ...sets], { requests: 'all', timeseries: 'off' });
  return runReplication(plan, 1, { openBytes: openFileBytes });
}

/** Every row read is a request offered, every request has an end or is in flight, every sum agrees. */
export function expectAccountedFor(result: ReplicationResult, requests: number): void {
  expect(result.tallies['trace/rows_read']).toBe(requests);
  expect(result.tallies['trace/rows_emitted']).toBe(requests);
  expect(figureOf(result, 'requests_offered')).toBe(requests);
  const ends = ['completed', 'rejected', 'failed', 'timed_out', 'in_flight'];
  expect(ends.reduce((sum, end) => sum + figureOf(result, `requests_${end}`), 0)).toBe(requests);
  expect(result.requests!.rows).toBe(requests);
  expect(result.conservation.length).toBeGreaterThanOrEqual(8);
  expect(result.conservation.filter((check) => !check.passed)).toEqual([]);
}
