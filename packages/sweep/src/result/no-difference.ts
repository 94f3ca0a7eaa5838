/**
 * Axes that made no difference: trials that differ in nothing else came to the same requests, figures and objectives met, in
 * every such group. Of drawn trials few differ in one axis only; then nothing is said.
 */

import type { TrialOutcome } from '../record/journal.js';
import type { SweepResult } from './sweep-document.js';

/** Paths of such axes, in order; axes that moved together count as one and are told together. */
export function axesWithoutDifference(result: SweepResult): string[] {
  const { axes } = result.header;
  const outcomes = result.entries.map(({ outcome }) => outcome).filter(({ status }) => status !== 'failed');
  const dimensions = new Set(axes.map(({ dimension }) => dimension));
  return [...dimensions].flatMap((dimension) => {
    const isOwn = axes.map((axis) => axis.dimension === dimension);
    return madeDifference(outcomes, isOwn) ? [] : axes.filter((_, index) => isOwn[index]).map(({ path }) => path);
  });
}

/** Whether any two trials that differ in these axes only came to something else; true too when there are no two. */
function madeDifference(outcomes: readonly TrialOutcome[], isOwn: readonly boolean[]): boolean {
  const groups = new Map<string, { readonly values: string; readonly cameTo: string }>();
  let isCompared = false;
  for (const { params, fingerprint, figures, objectives } of outcomes) {
    const others = JSON.stringify(params.filter((_, index) => !isOwn[index]));
    const values = JSON.stringify(params.filter((_, index) => isOwn[index]));
    const cameTo = JSON.stringify([fingerprint, figures, objectives]);
    const known = groups.get(others);
    if (known === undefined) groups.set(others, { values, cameTo });
    else if (known.values !== values) {
      if (known.cameTo !== cameTo) return true;
      isCompared = true;
    }
  }
  return !isCompared;
}
