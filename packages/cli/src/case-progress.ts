/** Progress of work that is counted in measured rows: what is being done, how much of it is, how long it may still take. */

import { formatDuration } from '@infersim/report';
import type { ProgressWords } from './progress.js';

/** Rows done of all rows of one phase. */
export interface CaseProgress {
  /** What is under way, e.g. `in-sample`. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  /** Seconds since the display began at which this phase did. */
  readonly phaseStartS: number;
}

/** The time left is that of this phase, extrapolated from the rows done so far: a guess, since rows differ in work. */
export const CASE_PROGRESS_WORDS: ProgressWords<CaseProgress> = {
  share: ({ done, total }) => (total > 0 ? Math.min(1, done / total) : 0),
  text: ({ phase, done, total, phaseStartS }, elapsedS) => {
    const share = total > 0 ? done / total : 0;
    const spentS = elapsedS - phaseStartS;
    const left =
      share > 0 && share < 1 && spentS >= 1
        ? `, ${formatDuration(Math.ceil((spentS * (1 - share)) / share))} left`
        : '';
    return `${phase}: ${Math.floor(100 * share)} %, ${done} of ${total} rows${left}`;
  },
};

/** A fit under way: how many of it there are and are done, and what was run for them. */
export interface FitProgress {
  readonly phase: string;
  readonly runs: number;
  readonly fitsDone: number;
  readonly fits: number;
}

/** How many runs a fit takes nobody knows beforehand, so no time left is guessed. */
export const FIT_PROGRESS_WORDS: ProgressWords<FitProgress> = {
  share: ({ fitsDone, fits }) => (fits > 0 ? fitsDone / fits : 0),
  text: ({ phase, runs, fitsDone, fits }, elapsedS) => {
    const of = fits > 0 ? ` ${fitsDone} of ${fits}` : '';
    return `${phase}${of}: ${runs} rows run, ${formatDuration(Math.floor(elapsedS))}`;
  },
};
