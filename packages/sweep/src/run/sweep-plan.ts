/** A design made ready to run: its trials checked, its header known. */

import type { Design, DesignProblem, Trial } from '../design/design.js';
import { trialsOf } from '../design/trials.js';
import { assignmentsHash, joinedHash } from '../record/content-hash.js';
import { JOURNAL_SCHEMA, type JournalAxis, type JournalHeader, type Shard } from '../record/journal.js';
import { type CheckedTrial, type CheckedTrials, type CheckOptions, checkTrials } from './check-trials.js';
import { idleAxes } from './idle-axes.js';
import { isInShard } from './shard.js';
import type { SweepSource } from './worker.js';
import type { SweepPool } from './worker-pool.js';

export interface SweepPlan {
  /** Null when nothing may run: there are problems, or checking was stopped. */
  readonly header: JournalHeader | null;
  /** Trials of the slice, in order. */
  readonly trials: readonly CheckedTrial[];
  readonly checked: CheckedTrials;
  /** Axes that change nothing: nothing may run. */
  readonly idle: readonly DesignProblem[];
  /** Trials of the slice that come to the same scenario though their values are written differently: the first two of each. */
  readonly twins: readonly (readonly [number, number])[];
}

/**
 * Checks the trials of a slice. A shard checks its own trials and the first of all, whose content stands for the scenario in
 * the design's hash.
 */
export async function planSweep(
  pool: SweepPool,
  source: SweepSource,
  design: Design,
  shard: Shard,
  version: string,
  options: CheckOptions = {},
): Promise<SweepPlan> {
  const all = trialsOf(design);
  const isWanted = ({ trial }: Trial) => trial === 1 || isInShard(trial, shard);
  const checked = await checkTrials(pool, source, all.filter(isWanted), options);
  const [first] = checked.trials;
  if (checked.problems.length > 0 || checked.stopped || first === undefined)
    return { header: null, trials: [], checked, idle: [], twins: [] };
  const idle = await idleAxes(pool, source, design, all);
  if (idle.length > 0) return { header: null, trials: [], checked, idle, twins: [] };
  const assignments = assignmentsHash(all);
  const header: JournalHeader = {
    schema: JOURNAL_SCHEMA,
    version,
    scenario: first.scenario,
    seed: first.seed,
    design: joinedHash(version, assignments, first.hash),
    assignments,
    content: first.hash,
    axes: axesOf(design),
    method: design.draw?.method ?? 'grid',
    drawSeed: design.draw?.seed ?? null,
    trials: all.length,
    shard,
  };
  const trials = checked.trials.filter(({ trial }) => isInShard(trial, shard));
  return { header, trials, checked, idle, twins: twinsOf(trials) };
}

/** Drawn designs may meet the same values twice; that is chance, not a mistake. */
function twinsOf(trials: readonly CheckedTrial[]): [number, number][] {
  const known = new Map<string, { readonly trial: CheckedTrial; isTold: boolean }>();
  const twins: [number, number][] = [];
  for (const trial of trials) {
    const first = known.get(trial.hash);
    if (first === undefined) known.set(trial.hash, { trial, isTold: false });
    else if (!first.isTold && JSON.stringify(first.trial.assignments) !== JSON.stringify(trial.assignments)) {
      first.isTold = true;
      twins.push([first.trial.trial, trial.trial]);
    }
  }
  return twins;
}

function axesOf(design: Design): JournalAxis[] {
  return design.dimensions.flatMap((dimension, index) =>
    dimension.map(({ path, values }) => {
      if (values.kind === 'list') return { path, values: `[${values.texts.join(', ')}]`, dimension: index + 1 };
      const { low, high, unit, scale, whole } = values.range;
      const options = [values.count ?? '', scale === 'log' ? 'log' : '', whole ? 'int' : ''].filter(
        (part) => part !== '',
      );
      return { path, values: [`${low}${unit}..${high}${unit}`, ...options].join(':'), dimension: index + 1 };
    }),
  );
}
