/**
 * Entry of a sweep's worker threads. A worker loads scenarios itself: the main thread would otherwise be the bottleneck of
 * sweeps on many cores.
 *
 * Three kinds of task: check a trial (load it, run nothing), run one replication, and join the replications of a trial to its
 * record. A trial of a single replication is run and joined in one task.
 *
 * Checking hands the plan back, packed, and running unpacks it: scenario and traces are not read and parsed a second time as
 * long as every file is, by its size and times, the one that was checked. Else they are loaded again and have to come to the
 * same content.
 */

import { deserialize, serialize } from 'node:v8';
import {
  type ExperimentResult,
  mergeReplications,
  openFileBytes,
  type ReplicationResult,
  type RunPlan,
  replicationsToRun,
  runReplication,
} from '@infersim/runner';
import { type LoadOptions, loadScenario, type Problem, TraceMemory } from '@infersim/scenario';
import type { Assignment } from '../design/design.js';
import { contentHash } from '../record/content-hash.js';
import { fileStates } from '../record/file-state.js';
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

/** What running a checked trial needs: its plan as `v8.serialize` packs it, in shared memory, and the files it was made from. */
export interface PackedPlan {
  readonly bytes: Uint8Array;
  readonly paths: readonly string[];
  /** State of those files when they were read. */
  readonly states: string;
}

/** A trial as workers run it. Without a plan (there were too many to keep) it is loaded again. */
export interface RunnableTrial extends TrialFacts {
  readonly packed: PackedPlan | null;
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
      readonly packed: PackedPlan | null;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ReplicateTask {
  readonly kind: 'replicate';
  readonly source: SweepSource;
  readonly trial: RunnableTrial;
  readonly replication: number;
  /** Join at once: the trial has no other replication. */
  readonly alone: boolean;
  readonly shared: Float64Array;
  /** Cell for simulated seconds; above 0 from the moment that a thread takes the task. */
  readonly cell: number;
}

export interface JoinTask {
  readonly kind: 'join';
  readonly source: SweepSource;
  readonly trial: RunnableTrial;
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
    packed: packed(plan, inputs),
  };
}

function packed(plan: RunPlan, inputs: readonly { readonly path: string }[]): PackedPlan {
  const paths = inputs.map(({ path }) => path);
  const packed = serialize(plan);
  const bytes = new Uint8Array(new SharedArrayBuffer(packed.length));
  bytes.set(packed);
  return { bytes, paths, states: fileStates(paths) };
}

function replicate(task: ReplicateTask): RunReply {
  const { trial, replication, shared, cell } = task;
  // From here on the task is under way, not waiting for a thread.
  shared[cell] = Number.MIN_VALUE;
  const plan = planOf(task.source, trial);
  const result = runReplication(plan, replication, {
    openBytes: openFileBytes,
    onProgress: (simulatedS) => {
      shared[cell] = Math.max(simulatedS, Number.MIN_VALUE);
      return shared[SHARED_STOP] === 1;
    },
  });
  if (result.interrupted) return { kind: 'stopped' };
  if (!task.alone) return { kind: 'replication', result };
  return { kind: 'record', record: finishedRecord(trial, mergeReplications(plan, [result])) };
}

function join({ source, trial, replications }: JoinTask): RunReply {
  const result: ExperimentResult = mergeReplications(planOf(source, trial), replications);
  return { kind: 'record', record: finishedRecord(trial, result) };
}

/** Of a trial its rows of runs.csv are kept: recording more would only cost time, whatever the file or a flag asks for. */
const RECORD_NOTHING = ['record.requests=none', 'record.timeseries=off'];

/** Trials differ in little; a trace that several replay is read through once by each worker. */
const traces = new TraceMemory();

function load(source: SweepSource, assignments: readonly Assignment[]) {
  return loadScenario(source.path, {
    sets: [...source.sets, ...assignments.map(({ path, text }) => `${path}=${text}`), ...RECORD_NOTHING],
    overrides: source.overrides,
    traces,
  });
}

/** Replications of a trial often follow each other in one worker. */
let latest: { readonly hash: string; readonly trial: number; readonly plan: RunPlan } | null = null;

/** The plan of a trial that was checked before; throws when its files are no longer what was checked. */
function planOf(source: SweepSource, trial: RunnableTrial): RunPlan {
  if (latest?.trial === trial.trial && latest.hash === trial.hash) return latest.plan;
  const plan = unpacked(trial.packed) ?? reloaded(source, trial);
  latest = { hash: trial.hash, trial: trial.trial, plan };
  return plan;
}

function unpacked(packed: PackedPlan | null): RunPlan | null {
  if (packed === null || fileStates(packed.paths) !== packed.states) return null;
  return deserialize(Buffer.from(packed.bytes)) as RunPlan;
}

function reloaded(source: SweepSource, trial: TrialFacts): RunPlan {
  const loaded = load(source, trial.assignments);
  if (!loaded.ok || contentHash(loaded) !== trial.hash)
    throw new Error('the scenario, or a file it reads, was changed while the sweep ran');
  return loaded.plan;
}
