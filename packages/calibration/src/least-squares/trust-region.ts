/**
 * The one loop behind every fit: Gauss-Newton steps inside a trust region, asking for residuals in batches.
 *
 * Each round asks for the residuals at one point per parameter (forward differences), lets linearised-step.ts find the best
 * step of the lines within bounds and trust region, asks for the residuals there, and keeps the step if the true cost fell.
 * The region grows while the lines tell the truth and shrinks when they do not.
 *
 * Why a loop of our own around the library: the library evaluates one point after the other and in place, knows neither
 * rejected steps nor an end by convergence, and so would simulate about twice as much on one core. Here all simulations of a
 * round are one batch for as many workers as there are, and the library solves the part that needs none. A generator,
 * because the same loop then serves residuals computed in place and residuals that are awaited.
 */

import { CalibrationError } from '../calibration-error.js';
import { checkParameter, constantsOf, coordinateOf, type FitParameter, valuesAt } from '../parameters/fit-parameter.js';
import type { FitReason, FitResult, FitSetup, Jacobian } from './fit-problem.js';
import { type LinearisedProblem, linearisedCost, linearisedStep } from './linearised-step.js';
import { type LossKind, lossAt } from './robust-loss.js';

/** A computation that asks for residuals at points of values and is answered in the same order. */
export type ResidualQuestions<T> = Generator<readonly Float64Array[], T, readonly Float64Array[]>;

const FIRST_RADIUS = 0.7;
const LARGEST_RADIUS = 4;
const SMALLEST_RADIUS = 1e-7;
/** Share of the promised fall below which a step is not kept, below which the region shrinks, above which it grows. */
const KEEP = 1e-3;
const SHRINK = 0.25;
const GROW = 0.75;

export const DEFAULT_ROBUST_SCALE = 0.1;
export const DEFAULT_DIFFERENCE_STEP = 1e-4;

/** Priors of a list of parameters as plain numbers: prior coordinate and 1/sigma^2 (0 = none). */
export function priorsOf(parameters: readonly FitParameter[]): { centres: Float64Array; precisions: Float64Array } {
  return {
    centres: Float64Array.from(parameters, (p) => coordinateOf(p, p.prior?.value ?? p.start)),
    precisions: Float64Array.from(parameters, (p) => (p.prior === undefined ? 0 : 1 / p.prior.logSigma ** 2)),
  };
}

/** Runs a fit; yields batches of points (values, not coordinates) and must be sent their residuals. */
export function* fitQuestions(setup: FitSetup): ResidualQuestions<FitResult> {
  const fit = yield* openFit(setup);
  const { parameters } = setup;
  const maxIterations = setup.maxIterations ?? 40;
  const tolerance = setup.tolerance ?? 1e-8;
  let radius = FIRST_RADIUS;
  let reason: FitReason | undefined = parameters.length === 0 ? 'nothing-to-fit' : undefined;
  let jacobian: Jacobian = { rows: fit.rows, columns: parameters.length, values: new Float64Array(0) };
  let iterations = 0;
  let hasAskedAgain = false;
  for (;;) {
    jacobian = yield* differences(fit);
    if (fit.touched.every((t) => !t)) reason = 'nothing-to-fit';
    if (reason !== undefined) break;
    let kept = false;
    while (!kept && reason === undefined) {
      const lines = linesAt(fit, jacobian, radius);
      const step = linearisedStep(lines);
      const promised = fit.cost - linearisedCost(lines, step);
      if (!(promised > tolerance * fit.cost)) {
        reason = 'converged';
        break;
      }
      const trial = fit.point.map((u, k) => Math.min(fit.high[k]!, Math.max(fit.low[k]!, u + step[k]!)));
      const residuals = (yield* ask(fit, [trial]))[0]!;
      const cost = costAt(fit, trial, residuals);
      const ratio = (fit.cost - cost) / promised;
      const reach = step.reduce((far, d) => Math.max(far, Math.abs(d)), 0);
      if (ratio > GROW && reach > 0.9 * radius) radius = Math.min(LARGEST_RADIUS, 2 * radius);
      else if (!(ratio > SHRINK)) radius = SHRINK * Math.min(radius, reach);
      kept = ratio > KEEP;
      if (kept) moveTo(fit, trial, residuals, cost);
      else if (radius < SMALLEST_RADIUS) reason = 'no-descent';
    }
    if (kept) {
      iterations++;
      if (iterations >= maxIterations) {
        reason = 'max-iterations';
        jacobian = yield* differences(fit);
      }
    }
    if (reason === 'converged' && !hasAskedAgain && fit.touched.includes(false)) {
      // What had no effect at the start (the shorter leg of a maximum) may have one here.
      hasAskedAgain = true;
      fit.touched.fill(true);
      reason = undefined;
    }
    if (reason !== undefined) break;
  }
  return resultOf(fit, jacobian, iterations, reason);
}

interface OpenFit {
  readonly parameters: readonly FitParameter[];
  readonly rows: number;
  readonly weights: Float64Array;
  readonly robustScale: number;
  readonly loss: LossKind;
  readonly differenceStep: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly centres: Float64Array;
  readonly precisions: Float64Array;
  readonly residualsBefore: Float64Array;
  readonly costBefore: number;
  /** Whether any row depended on the parameter at the first differences; the rest is not asked for again. */
  readonly touched: boolean[];
  point: Float64Array;
  residuals: Float64Array;
  cost: number;
  evaluations: number;
}

function* openFit(setup: FitSetup): ResidualQuestions<OpenFit> {
  const { parameters } = setup;
  for (const parameter of parameters) checkParameter(parameter);
  const point = Float64Array.from(parameters, (p) => coordinateOf(p, p.start));
  const residuals = (yield [valuesAt(parameters, point)])[0]!;
  const rows = residuals.length;
  if (setup.weights !== undefined && setup.weights.length !== rows) {
    throw new CalibrationError(
      'CALIBRATION_ROWS',
      'weights',
      `${setup.weights.length} for ${rows} rows`,
      'one per row',
    );
  }
  const weights = residuals.map((r, i) => (Number.isFinite(r) ? Math.max(0, setup.weights?.[i] ?? 1) : 0));
  if (rows > 0 && parameters.length > 0 && weights.every((w) => w === 0)) {
    throw new CalibrationError(
      'CALIBRATION_START',
      'residuals at the start',
      'no finite row that counts',
      'at least one case that runs and a weight above 0',
    );
  }
  const { centres, precisions } = priorsOf(parameters);
  const fit: OpenFit = {
    parameters,
    rows,
    weights,
    robustScale: setup.robustScale ?? DEFAULT_ROBUST_SCALE,
    loss: setup.loss ?? 'soft-l1',
    differenceStep: setup.differenceStep ?? DEFAULT_DIFFERENCE_STEP,
    low: Float64Array.from(parameters, (p) => coordinateOf(p, p.low)),
    high: Float64Array.from(parameters, (p) => coordinateOf(p, p.high)),
    centres,
    precisions,
    residualsBefore: residuals,
    costBefore: 0,
    touched: parameters.map(() => true),
    point,
    residuals,
    cost: 0,
    evaluations: 1,
  };
  const cost = costAt(fit, point, residuals);
  return { ...fit, cost, costBefore: cost };
}

function* ask(fit: OpenFit, points: readonly Float64Array[]): ResidualQuestions<readonly Float64Array[]> {
  if (points.length === 0) return [];
  const answers = yield points.map((point) => valuesAt(fit.parameters, point));
  fit.evaluations += points.length;
  for (const answer of answers) {
    if (answer.length !== fit.rows) {
      throw new CalibrationError(
        'CALIBRATION_ROWS',
        'residuals',
        `${answer.length} rows`,
        `${fit.rows} as at the start`,
      );
    }
  }
  return answers;
}

function costAt(fit: OpenFit, point: Float64Array, residuals: Float64Array): number {
  let cost = 0;
  for (let i = 0; i < fit.rows; i++) {
    if (fit.weights[i]! > 0) cost += fit.weights[i]! * lossAt(fit.loss, residuals[i]! / fit.robustScale);
  }
  for (let k = 0; k < point.length; k++) cost += fit.precisions[k]! * (point[k]! - fit.centres[k]!) ** 2;
  return Number.isFinite(cost) ? cost : Number.POSITIVE_INFINITY;
}

/** Forward differences, away from the nearer wall; rows that do not answer count as flat. */
function* differences(fit: OpenFit): ResidualQuestions<Jacobian> {
  const columns = fit.parameters.length;
  const asked = fit.parameters.map((_, k) => k).filter((k) => fit.touched[k]);
  const steps = asked.map((k) =>
    fit.high[k]! - fit.point[k]! >= fit.point[k]! - fit.low[k]! ? fit.differenceStep : -fit.differenceStep,
  );
  const points = asked.map((k, n) => {
    const point = fit.point.slice();
    point[k] = point[k]! + steps[n]!;
    return point;
  });
  const answers = yield* ask(fit, points);
  const values = new Float64Array(fit.rows * columns);
  asked.forEach((k, n) => {
    let isTouched = false;
    for (let i = 0; i < fit.rows; i++) {
      const slope = (answers[n]![i]! - fit.residuals[i]!) / steps[n]!;
      if (fit.weights[i]! > 0 && Number.isFinite(slope) && slope !== 0) {
        values[i * columns + k] = slope;
        isTouched = true;
      }
    }
    fit.touched[k] = isTouched;
  });
  return { rows: fit.rows, columns, values };
}

function linesAt(fit: OpenFit, jacobian: Jacobian, radius: number): LinearisedProblem {
  return {
    jacobian,
    residuals: fit.residuals,
    weights: fit.weights,
    robustScale: fit.robustScale,
    loss: fit.loss,
    priorOffsets: fit.point.map((u, k) => u - fit.centres[k]!),
    priorPrecisions: fit.precisions,
    low: fit.point.map((u, k) => Math.max(-radius, fit.low[k]! - u)),
    high: fit.point.map((u, k) => Math.min(radius, fit.high[k]! - u)),
  };
}

function moveTo(fit: OpenFit, point: Float64Array, residuals: Float64Array, cost: number): void {
  fit.point = point;
  fit.residuals = residuals;
  fit.cost = cost;
}

function resultOf(fit: OpenFit, jacobian: Jacobian, iterations: number, reason: FitReason): FitResult {
  const values = valuesAt(fit.parameters, fit.point);
  return {
    parameters: fit.parameters,
    values,
    coordinates: fit.point,
    constants: constantsOf(fit.parameters, values),
    costBefore: fit.costBefore,
    costAfter: fit.cost,
    residualsBefore: fit.residualsBefore,
    residuals: fit.residuals,
    weights: fit.weights,
    robustScale: fit.robustScale,
    loss: fit.loss,
    jacobian,
    iterations,
    evaluations: fit.evaluations,
    reason,
    ignoredRows: Array.from(fit.residualsBefore.keys()).filter((i) => !Number.isFinite(fit.residualsBefore[i]!)),
  };
}
