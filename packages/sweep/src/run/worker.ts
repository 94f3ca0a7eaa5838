/**
 * Entry of a sweep's worker threads. A worker loads scenarios itself: the main thread would otherwise be the bottleneck of
 * sweeps on many cores.
 *
 * Three kinds of task: check a trial (load it, run nothing), run one replication, and join the replications of a trial to its
 * record. A trial of a single replication is run and joined in one task.
 */

import {
  type ExperimentResult,
  mergeReplications,
  openFileBytes,
  type ReplicationResult,
  replicationsToRun,
  runReplication,
} from '@infersim/runner';
import { type LoadedScenario, type LoadOptions, loadScenario, type Problem } from '@infersim/scenario';
import type { Assignment } from '../design/design.js';
import { contentHash } from '../record/content-hash.js';
import { finishedRecord, type TrialFacts, type TrialRecord } from '../record/trial-record.js';

/** Cell of shared memory that stops running replications; the cells after it are simulated seconds, one per lane. */
export const SHARED_STOP = 0;

/** The scenario of a sweep before a trial's values are laid over it. */
export interface SweepSource {
  readonly path: string;
  readonly sets: readonly string[];
  readonly overrides: NonNullable<LoadOptions['overrides']>;
}

export interface CheckTask {
  readonly kind: 'check';
  readonly source: SweepSource;
  readonly assignments: readonly Assignment[];
}

export type CheckReply =
  | {
      readonly ok: true;
      readonly hash: string;
      readonly scenario: string;
      readonly seed: number;
      readonly replications: number;
      readonly horizonS: number;
      readonly warnings: readonly Problem[];
      readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ReplicateTask {
  readonly kind: 'replicate';
  readonly source: SweepSource;
  readonly trial: TrialFacts;
  readonly replication: number;
  /** Join at once: the trial has no other replication. */
  readonly alone: boolean;
  readonly shared: Float64Array;
  /** Cell for simulated seconds. */
  readonly cell: number;
}

export interface JoinTask {
  readonly kind: 'join';
  readonly source: SweepSource;
  readonly trial: TrialFacts;
  readonly replications: readonly ReplicationResult[];
}

export type SweepTask = CheckTask | ReplicateTask | JoinTask;

/** What running came to: a replication, a finished trial, a failure in words, or nothing because it was stopped. */
export type RunReply =
  | { readonly kind: 'replication'; readonly result: ReplicationResult }
  | { readonly kind: 'record'; readonly record: TrialRecord }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'stopped' };

export default function runTask(task: SweepTask): CheckReply | RunReply {
  if (task.kind === 'check') return check(task);
  if (task.kind === 'replicate' && task.shared[SHARED_STOP] === 1) return { kind: 'stopped' };
  try {
    return task.kind === 'join' ? join(task) : replicate(task);
  } catch (cause) {
    return { kind: 'failed', error: cause instanceof Error ? cause.message : String(cause) };
  }
}

function check({ source, assignments }: CheckTask): CheckReply {
  const loaded = load(source, assignments);
  if (!loaded.ok) return { ok: false, problems: loaded.problems };
  const { plan, inputs, warnings } = loaded;
  return {
    ok: true,
    hash: contentHash(loaded),
    scenario: plan.name,
    seed: plan.seed,
    replications: replicationsToRun(plan),
    horizonS: plan.world.horizonS,
    warnings,
    inputs,
  };
}

function replicate(task: ReplicateTask): RunReply {
  const { trial, replication, shared, cell } = task;
  const loaded = sound(task.source, trial);
  const result = runReplication(loaded.plan, replication, {
    openBytes: openFileBytes,
    onProgress: (simulatedS) => {
      shared[cell] = simulatedS;
      return shared[SHARED_STOP] === 1;
    },
  });
  if (result.interrupted) return { kind: 'stopped' };
  if (!task.alone) return { kind: 'replication', result };
  return { kind: 'record', record: finishedRecord(trial, joined(loaded, [result])) };
}

function join({ source, trial, replications }: JoinTask): RunReply {
  return { kind: 'record', record: finishedRecord(trial, joined(sound(source, trial), replications)) };
}

function joined(loaded: LoadedScenario, replications: readonly ReplicationResult[]): ExperimentResult {
  return mergeReplications(loaded.plan, replications);
}

function load(source: SweepSource, assignments: readonly Assignment[]) {
  return loadScenario(source.path, {
    sets: [...source.sets, ...assignments.map(({ path, text }) => `${path}=${text}`)],
    overrides: source.overrides,
  });
}

/** Replications of a trial often follow each other in one worker. */
let latest: { readonly hash: string; readonly trial: number; readonly loaded: LoadedScenario } | null = null;

/** Loads a trial that was checked before; throws when it is not what was checked. */
function sound(source: SweepSource, trial: TrialFacts): LoadedScenario {
  if (latest?.trial === trial.trial && latest.hash === trial.hash) return latest.loaded;
  const loaded = load(source, trial.assignments);
  if (!loaded.ok || contentHash(loaded) !== trial.hash)
    throw new Error('the scenario, or a file it reads, was changed while the sweep ran');
  latest = { hash: trial.hash, trial: trial.trial, loaded };
  return loaded;
}
