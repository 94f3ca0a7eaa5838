/** A design made ready to run: its trials checked, its header known. */

import type { Design, Trial } from '../design/design.js';
import { trialsOf } from '../design/trials.js';
import { assignmentsHash, joinedHash } from '../record/content-hash.js';
import { JOURNAL_SCHEMA, type JournalAxis, type JournalHeader, type Shard } from '../record/journal.js';
import { type CheckedTrial, type CheckedTrials, type CheckOptions, checkTrials } from './check-trials.js';
import { isInShard } from './shard.js';
import type { SweepSource } from './worker.js';
import type { SweepPool } from './worker-pool.js';

export interface SweepPlan {
  /** Null when nothing may run: there are problems, or checking was stopped. */
  readonly header: JournalHeader | null;
  /** Trials of the slice, in order. */
  readonly trials: readonly CheckedTrial[];
  readonly checked: CheckedTrials;
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
    return { header: null, trials: [], checked };
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
  return { header, trials: checked.trials.filter(({ trial }) => isInShard(trial, shard)), checked };
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
