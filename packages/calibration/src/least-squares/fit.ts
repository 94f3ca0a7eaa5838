/**
 * Fits constants to log errors, with residuals computed in place or awaited.
 *
 * Both answer the questions of the same loop (trust-region.ts), so they take the same steps: given equal residuals, `fit`
 * and `fitAsync` end at the same values to the last bit.
 */

import type { AsyncFitProblem, FitProblem, FitResult, Residuals, ResidualsAsync } from './fit-problem.js';
import { fitQuestions, type ResidualQuestions } from './trust-region.js';

/** Answers a computation's questions with residuals computed in place. */
export function answer<T>(questions: ResidualQuestions<T>, residuals: Residuals): T {
  let next = questions.next();
  while (!next.done) next = questions.next(next.value.map((values) => residuals(values)));
  return next.value;
}

/** Answers a computation's questions with awaited residuals, one batch at a time. */
export async function answerAsync<T>(questions: ResidualQuestions<T>, residuals: ResidualsAsync): Promise<T> {
  let next = questions.next();
  while (!next.done) next = questions.next(await residuals(next.value));
  return next.value;
}

/**
 * Minimises the robust cost of the log errors plus priors within bounds (fit-problem.ts). Never worse than the start; a
 * local minimum, not surely the lowest one. Throws `CalibrationError` for unusable parameters or row counts.
 */
export function fit(problem: FitProblem): FitResult {
  return answer(fitQuestions(problem), problem.residuals);
}

/** The same with residuals of a whole batch of points at a time: 1 for a trial, one per parameter for the differences. */
export function fitAsync(problem: AsyncFitProblem): Promise<FitResult> {
  return answerAsync(fitQuestions(problem), problem.residuals);
}
