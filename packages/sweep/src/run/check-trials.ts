/**
 * Every trial is loaded and checked before the first one runs. Problems of a value that occurs in many trials are told
 * once, with the axis as their origin and the number of trials they are met in.
 */

import type { Problem } from '@infersim/scenario';
import type { Trial } from '../design/design.js';
import type { CheckReply, RunnableTrial, SweepSource } from './worker.js';
import type { SweepPool } from './worker-pool.js';

/** A trial that may run. */
export interface CheckedTrial extends RunnableTrial {
  readonly replications: number;
  readonly horizonS: number;
}

export interface CheckedTrials {
  /** In order; without those that have problems. */
  readonly trials: readonly CheckedTrial[];
  /** Distinct problems of all trials. */
  readonly problems: readonly Problem[];
  readonly refused: number;
  readonly warnings: readonly Problem[];
  /** Files read by any trial, in order of first use. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
  readonly stopped: boolean;
}

export interface CheckOptions {
  readonly signal?: AbortSignal;
  readonly onChecked?: (done: number, total: number) => void;
}

/** Bytes of plans that are kept from checking to running; of more trials the rest is loaded a second time. */
const PLANS_BYTES = 256 * 1024 * 1024;

/** Checks trials over the pool; the outcome does not depend on the number of workers. */
export async function checkTrials(
  pool: SweepPool,
  source: SweepSource,
  trials: readonly Trial[],
  options: CheckOptions = {},
): Promise<CheckedTrials> {
  const replies = new Array<CheckReply | undefined>(trials.length);
  let next = 0;
  let done = 0;
  let plansBytes = 0;
  const lane = async () => {
    while (next < trials.length && options.signal?.aborted !== true) {
      const index = next++;
      const reply = await pool.check({ kind: 'check', source, assignments: trials[index]!.assignments });
      if (reply.ok) plansBytes += reply.packed?.bytes.length ?? 0;
      replies[index] = reply.ok && plansBytes > PLANS_BYTES ? { ...reply, packed: null } : reply;
      options.onChecked?.(++done, trials.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(trials.length, 2 * pool.jobs) }, lane));
  return joinReplies(trials, replies);
}

function joinReplies(trials: readonly Trial[], replies: readonly (CheckReply | undefined)[]): CheckedTrials {
  const sound: CheckedTrial[] = [];
  const problems = new Gathered();
  const warnings = new Gathered();
  const inputs = new Map<string, string>();
  let refused = 0;
  let stopped = false;
  for (const [index, { trial, assignments }] of trials.entries()) {
    const reply = replies[index];
    const texts = new Map(assignments.map(({ path, text }) => [`${path}=${text}`, path]));
    if (reply === undefined) stopped = true;
    else if (reply.ok) {
      const { hash, scenario, seed, replications, horizonS, packed } = reply;
      sound.push({ trial, assignments, hash, scenario, seed, replications, horizonS, packed });
      for (const warning of reply.warnings) warnings.add(warning, trial, texts);
      for (const { path, sha256 } of reply.inputs) inputs.set(path, sha256);
    } else {
      refused++;
      for (const problem of reply.problems) problems.add(problem, trial, texts);
    }
  }
  return {
    trials: sound,
    problems: problems.list(trials.length),
    refused,
    warnings: warnings.list(trials.length),
    inputs: [...inputs].map(([path, sha256]) => ({ path, sha256 })),
    stopped,
  };
}

/** Problems once each, with the trials they were met in. */
class Gathered {
  readonly #met = new Map<string, { readonly problem: Problem; count: number; readonly first: number }>();

  /** `axisPaths`: the path of each `path=value` of the trial. */
  add(problem: Problem, trial: number, axisPaths: ReadonlyMap<string, string>): void {
    // Values of axes are laid over as `--set` values are; to the user they came from an axis.
    const axisPath = problem.file === '--set' ? axisPaths.get(problem.excerpt) : undefined;
    const told = axisPath === undefined ? problem : { ...problem, file: '--axis' };
    // What is wrong with a path is wrong with it for every value.
    const isPath = axisPath !== undefined && problem.column <= axisPath.length;
    const excerpt = isPath ? axisPath : told.excerpt;
    const key = JSON.stringify([told.code, told.file, told.line, told.column, excerpt, told.path, told.message]);
    const known = this.#met.get(key);
    if (known === undefined) this.#met.set(key, { problem: told, count: 1, first: trial });
    else known.count++;
  }

  list(total: number): Problem[] {
    return [...this.#met.values()].map(({ problem, count, first }) => {
      if (count === total) return problem;
      const where = count === 1 ? `in trial ${first} of ${total}` : `in ${count} of ${total} trials, first in ${first}`;
      return { ...problem, notes: [...(problem.notes ?? []), where] };
    });
  }
}
