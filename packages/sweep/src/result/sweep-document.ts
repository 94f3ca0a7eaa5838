/**
 * `sweep.json`: the design, every trial with how it ended, and the Pareto set. Nothing in it depends on the machine, on how
 * many calls the sweep took, or on how it was sharded once merged.
 */

import { Fingerprint, hashString } from '@infersim/kernel';
import { jsonText } from '@infersim/report';
import { metricIndex } from '@infersim/runner';
import type { Assignment } from '../design/design.js';
import type { JournalEntry, JournalHeader, TrialOutcome } from '../record/journal.js';
import { isInShard } from '../run/shard.js';
import { type ParetoMetric, paretoSet } from './pareto.js';

/** Name and major version of the schema. */
export const SWEEP_SCHEMA = 'infersim.sweep/1';

/** A sweep, or a shard of one, as far as it has come. */
export interface SweepResult {
  readonly header: JournalHeader;
  /** Finished trials in order. */
  readonly entries: readonly JournalEntry[];
  readonly metrics: readonly ParetoMetric[];
  /** Numbers of the trials in the Pareto set. */
  readonly pareto: readonly number[];
  /** Trials of this slice. */
  readonly trials: number;
}

/** Puts what a journal holds in order. */
export function sweepResult(
  header: JournalHeader,
  entries: ReadonlyMap<number, JournalEntry>,
  metrics: readonly ParetoMetric[],
): SweepResult {
  const ordered = [...entries.values()].sort((a, b) => a.outcome.trial - b.outcome.trial);
  let trials = 0;
  for (let trial = 1; trial <= header.trials; trial++) if (isInShard(trial, header.shard)) trials++;
  return {
    header,
    entries: ordered,
    metrics,
    pareto: paretoSet(
      ordered.map(({ outcome }) => outcome),
      metrics,
    ),
    trials,
  };
}

/** One fingerprint over all trials, in order. */
export function sweepFingerprint(result: SweepResult): string {
  const fingerprint = new Fingerprint();
  for (const { outcome } of result.entries) fingerprint.add(hashString(outcome.fingerprint), 0, outcome.trial);
  return fingerprint.digest();
}

/** Whether a trial met every objective that counts. */
export function meetsObjectives(outcome: TrialOutcome): boolean {
  return outcome.objectives.every(({ passed, severity }) => passed || severity === 'warn');
}

/** The text of sweep.json. */
export function sweepJson(result: SweepResult): string {
  const { header, entries, metrics, pareto } = result;
  const inSet = new Set(pareto);
  const count = (status: string) => entries.filter(({ outcome }) => outcome.status === status).length;
  return jsonText({
    schema: SWEEP_SCHEMA,
    version: header.version,
    scenario: header.scenario,
    seed: header.seed,
    design: {
      hash: header.design,
      method: header.method,
      draw_seed: header.drawSeed,
      trials: header.trials,
      axes: header.axes.map(({ path, values, dimension }) => ({ path, values, dimension })),
    },
    shard: header.shard.count === 1 ? null : { index: header.shard.index, of: header.shard.count },
    status: entries.length === result.trials ? 'complete' : 'interrupted',
    counts: {
      trials: result.trials,
      ok: count('ok'),
      unstable: count('unstable'),
      failed: count('failed'),
      not_run: result.trials - entries.length,
    },
    fingerprint: sweepFingerprint(result),
    pareto: { metrics, trials: pareto },
    trials: entries.map(({ outcome }) => ({
      trial: outcome.trial,
      params: paramsObject(outcome.params),
      status: outcome.status,
      ...(outcome.error === '' ? {} : { error: outcome.error }),
      hash: outcome.hash,
      replications: outcome.replications,
      fingerprint: outcome.fingerprint,
      objectives_met: outcome.objectives.filter(({ passed }) => passed).length,
      objectives: outcome.objectives.length,
      missed: outcome.objectives.filter(({ passed }) => !passed).map(({ name }) => name),
      pareto: inSet.has(outcome.trial),
      figures: Object.fromEntries(metrics.map(({ column }) => [column, outcome.figures[metricIndex(column)] ?? null])),
    })),
  });
}

/** Parameters by path: what reads as a number is one, anything else is the text that was laid over the scenario. */
export function paramsObject(params: readonly Assignment[]): Record<string, string | number> {
  return Object.fromEntries(
    params.map(({ path, text }) => [path, /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text]),
  );
}
