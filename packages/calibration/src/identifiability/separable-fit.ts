/**
 * A fit of only those constants that the rows can separate: fit, look, put one suspect at its prior, fit the rest again.
 *
 * Of constants that hang together one at a time, because holding one of a pair frees the other. A constant without a prior is
 * held at its start. Ends when no suspicion is left that the rows do not object to.
 */

import { answer, answerAsync } from '../least-squares/fit.js';
import type { AsyncFitProblem, FitProblem, FitResult, FitSetup } from '../least-squares/fit-problem.js';
import { fitQuestions, type ResidualQuestions } from '../least-squares/trust-region.js';
import type { ConstantSet, FitParameter } from '../parameters/fit-parameter.js';
import { type Information, informationOf } from './information.js';
import { type Suspicion, suspicionsOf } from './inseparable.js';

/** A constant that was put at its prior, and why. */
export interface HeldConstant {
  readonly path: string;
  readonly value: number;
  readonly why: Suspicion;
}

/** The fit of the separable constants, and what was found on the way. */
export interface SeparableFit {
  /** Of the constants that stayed free. */
  readonly fit: FitResult;
  readonly information: Information;
  readonly held: readonly HeldConstant[];
  /** What moves together, or lies on a wall, although the rows are sure of it. */
  readonly remarks: readonly Suspicion[];
  /** Free and held ones. */
  readonly constants: ConstantSet;
  /** Robust cost and residuals before anything moved, with all constants at their start. */
  readonly costBefore: number;
  readonly residualsBefore: Float64Array;
}

/** Value at which a constant is held. */
function restOf(parameter: FitParameter): number {
  return parameter.prior?.value ?? parameter.start;
}

/** Runs the procedure; yields batches of points with all parameters of the setup, held ones at their prior. */
export function* separableQuestions(setup: FitSetup): ResidualQuestions<SeparableFit> {
  const held = new Map<string, HeldConstant>();
  let parameters = setup.parameters;
  let first: FitResult | undefined;
  for (;;) {
    const fit = yield* withHeld(fitQuestions({ ...setup, parameters }), setup.parameters, parameters, held);
    first ??= fit;
    const information = informationOf(fit);
    const suspicions = suspicionsOf(fit, information);
    const open = suspicions.filter((suspicion) => !suspicion.isObjected);
    const chosen = disjoint(open);
    if (chosen.length === 0) {
      const rest = Object.fromEntries([...held.values()].map((constant) => [constant.path, constant.value]));
      return {
        fit,
        information,
        held: [...held.values()],
        remarks: suspicions,
        constants: { ...rest, ...fit.constants },
        costBefore: first.costBefore,
        residualsBefore: first.residualsBefore,
      };
    }
    for (const why of chosen) {
      const parameter = parameters.find((p) => p.path === why.path)!;
      held.set(why.path, { path: why.path, value: restOf(parameter), why });
    }
    // The rest starts where it stands, and need not find the way again.
    parameters = parameters
      .filter((p) => !held.has(p.path))
      .map((p) => ({ ...p, prior: p.prior ?? noPrior(p), start: fit.constants[p.path] ?? p.start }));
  }
}

/** The first suspicion about each constant, pairs only where neither was chosen before. */
function disjoint(suspicions: readonly Suspicion[]): Suspicion[] {
  const named = new Set<string>();
  return suspicions.filter(({ path, partner }) => {
    const paths = partner === undefined ? [path] : [path, partner];
    const isNew = paths.every((name) => !named.has(name));
    for (const name of paths) named.add(name);
    return isNew;
  });
}

/** Keeps "at its start" pointing at the first start once `start` moves on: a prior too wide to pull. */
function noPrior(parameter: FitParameter): { value: number; logSigma: number } {
  return { value: parameter.start, logSigma: 1e3 };
}

/** Fills the held constants into every point that the inner fit asks for. */
function* withHeld<T>(
  inner: ResidualQuestions<T>,
  all: readonly FitParameter[],
  free: readonly FitParameter[],
  held: ReadonlyMap<string, HeldConstant>,
): ResidualQuestions<T> {
  const places = all.map((parameter) => free.findIndex((p) => p.path === parameter.path));
  let next = inner.next();
  while (!next.done) {
    const points = next.value.map((values) =>
      Float64Array.from(all, (p, k) => (places[k]! >= 0 ? values[places[k]!]! : held.get(p.path)!.value)),
    );
    next = inner.next(yield points);
  }
  return next.value;
}

/** Fits what can be separated, residuals computed in place. */
export function fitSeparable(problem: FitProblem): SeparableFit {
  return answer(separableQuestions(problem), problem.residuals);
}

/** Fits what can be separated, residuals awaited in batches. */
export function fitSeparableAsync(problem: AsyncFitProblem): Promise<SeparableFit> {
  return answerAsync(separableQuestions(problem), problem.residuals);
}
