/**
 * What of a case decides its prediction, as text: cases that differ only in where they stand and in what was measured have one
 * key. Tables that repeat runs, or give one row to each metric of a run, are predicted once per run.
 */

import type { MeasuredCase } from '../cases/measured-case.js';

const known = new WeakMap<MeasuredCase, string>();

/** The key of a case; kept per case object, since a fit asks for the same ones many times. */
export function runKey(measured: MeasuredCase): string {
  const before = known.get(measured);
  if (before !== undefined) return before;
  // Habits of benchmarks go by table and publisher, so both belong to the run.
  const { dataset, source, deviceId, modelId, engineId, precision, parallelism, peerAccess, options, run } = measured;
  const parts = [dataset, source, deviceId, modelId, engineId, precision, parallelism, peerAccess, options, run];
  const key = JSON.stringify(parts);
  known.set(measured, key);
  return key;
}
