/** Progress of a sweep: trials done, failed, time left by the simulated time of this call. */

import { formatDuration } from '@infersim/report';
import type { SweepProgress } from '@infersim/sweep';
import type { ProgressWords } from './progress.js';

/** Checking all trials, then running them. */
export type SweepPhase =
  | { readonly phase: 'checking'; readonly done: number; readonly trials: number }
  | (SweepProgress & { readonly phase: 'running'; readonly startS: number });

function shareOf(state: SweepPhase): number {
  if (state.phase === 'checking') return state.trials > 0 ? state.done / state.trials : 0;
  return state.totalS > 0 ? Math.min(1, state.simulatedS / state.totalS) : 1;
}

/** The time left is extrapolated from the share of simulated time: a guess, since trials differ in work. */
export const SWEEP_PROGRESS_WORDS: ProgressWords<SweepPhase> = {
  share: shareOf,
  text: (state, elapsedS) => {
    const share = shareOf(state);
    const percent = `${Math.floor(100 * share)} %`;
    if (state.phase === 'checking') return `checking: ${percent}, ${state.done}/${state.trials} trials`;
    const parts = [percent, `${state.done}/${state.trials} trials`];
    if (state.failed > 0) parts.push(`${state.failed} failed`);
    const spentS = elapsedS - state.startS;
    if (share > 0 && share < 1 && spentS >= 1)
      parts.push(`${formatDuration(Math.ceil((spentS * (1 - share)) / share))} left`);
    return parts.join(', ');
  },
};
