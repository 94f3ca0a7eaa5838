/**
 * What a calibrated problem's constants would be without one group of its cases (a family, a device), with no new prediction.
 *
 * The constants that the full fit held stay held: which constants the rows separate is not asked again for each group.
 */

import type { CalibratedProblem } from '../calibrate.js';
import { type OneStepRefit, oneStepRefits } from './one-step-refits.js';

/** One refit per group, in the order in which groups appear among the problem's figures. */
export function refitsWithoutGroups(
  problem: Pick<CalibratedProblem, 'figures' | 'result'>,
  groupOf: (caseId: string) => string,
): readonly OneStepRefit[] {
  const groups = problem.figures.map(({ caseId }) => groupOf(caseId));
  return oneStepRefits({ ...problem.result.fit, groups });
}
