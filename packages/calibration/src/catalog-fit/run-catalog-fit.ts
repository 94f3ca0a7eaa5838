/**
 * Runs a catalog fit, or takes its Jacobian where the catalog stands.
 *
 * A full fit starts at the catalog's values. For leaving groups out only the Jacobian at the catalog's values is needed: they
 * are the optimum of the full fit, and one step per group does the rest (splits/one-step-refits.ts).
 */

import type { MeasuredCase } from '@infersim/accuracy';
import { fitAsync } from '../least-squares/fit.js';
import type { FitResult, Jacobian, ResidualsAsync } from '../least-squares/fit-problem.js';
import { type ConstantCatalog, quantityAt, shippedCatalog } from '../parameters/catalog-constants.js';
import {
  type ConstantSet,
  constantsOf,
  coordinateOf,
  type FitParameter,
  valuesAt,
} from '../parameters/fit-parameter.js';
import { logError, type Predict, predictionsById } from '../stages/stage-residuals.js';
import type { CatalogFit } from './catalog-fit.js';
import { type CatalogRow, casesOf, rowsOf } from './catalog-rows.js';

/** Simulated runs are rough: a smaller step would measure their noise. */
const DIFFERENCE_STEP = 0.03;
const TOLERANCE = 1e-3;
const MAX_ITERATIONS = 12;

export interface CatalogFitOptions {
  readonly predict: Predict;
  /** Values that replace the catalog's, such as those of fits before. */
  readonly constants?: ConstantSet;
  readonly catalog?: ConstantCatalog;
  readonly maxIterations?: number;
}

/** A fit with the rows it was made on. */
export interface CatalogFitResult {
  readonly fit: CatalogFit;
  readonly cases: readonly MeasuredCase[];
  readonly rows: readonly CatalogRow[];
  readonly result: FitResult;
}

/** Parameters of a fit, starting where the catalog (or `constants`) stands. */
export function parametersOf(
  fit: CatalogFit,
  constants: ConstantSet = {},
  catalog: ConstantCatalog = shippedCatalog,
): readonly FitParameter[] {
  return fit.constants.map(({ path, prior, logSigma, low, high, scale }) => {
    const start = constants[path] ?? quantityAt(catalog, path)?.value ?? prior;
    return {
      path,
      start: Math.min(high, Math.max(low, start)),
      low,
      high,
      scale: scale ?? 'log',
      prior: { value: prior, logSigma },
    };
  });
}

/** Fits `fit` to those of `cases` that it selects. */
export async function runCatalogFit(
  fit: CatalogFit,
  cases: readonly MeasuredCase[],
  options: CatalogFitOptions,
): Promise<CatalogFitResult> {
  const { used, rows, parameters, residuals } = setUp(fit, cases, options);
  const result = await fitAsync({
    parameters,
    residuals,
    weights: rows.map(({ weight }) => weight),
    differenceStep: DIFFERENCE_STEP,
    tolerance: TOLERANCE,
    maxIterations: options.maxIterations ?? MAX_ITERATIONS,
    ...(fit.robustScale === undefined ? {} : { robustScale: fit.robustScale }),
  });
  return { fit, cases: used, rows, result };
}

/** A fit's residuals and their differences where the catalog stands. */
export interface LinearisedFit {
  readonly fit: CatalogFit;
  readonly cases: readonly MeasuredCase[];
  readonly rows: readonly CatalogRow[];
  readonly parameters: readonly FitParameter[];
  readonly values: Float64Array;
  readonly residuals: Float64Array;
  readonly jacobian: Jacobian;
}

/** Residuals and Jacobian at the catalog's values: one prediction of all rows, and one more per constant. */
export async function lineariseCatalogFit(
  fit: CatalogFit,
  cases: readonly MeasuredCase[],
  options: CatalogFitOptions,
): Promise<LinearisedFit> {
  const { used, rows, parameters, residuals } = setUp(fit, cases, options);
  const point = Float64Array.from(parameters, (parameter) => coordinateOf(parameter, parameter.start));
  const moved = parameters.map((parameter, k) => {
    const up = point[k]! + DIFFERENCE_STEP;
    const to = up <= coordinateOf(parameter, parameter.high) ? up : point[k]! - DIFFERENCE_STEP;
    return Float64Array.from(point, (u, i) => (i === k ? to : u));
  });
  const answers = await residuals([point, ...moved].map((u) => valuesAt(parameters, u)));
  const base = answers[0]!;
  const columns = parameters.length;
  const values = new Float64Array(rows.length * columns);
  moved.forEach((u, k) => {
    const step = u[k]! - point[k]!;
    answers[k + 1]!.forEach((residual, i) => {
      const slope = (residual - base[i]!) / step;
      values[i * columns + k] = Number.isFinite(slope) ? slope : 0;
    });
  });
  return {
    fit,
    cases: used,
    rows,
    parameters,
    values: valuesAt(parameters, point),
    residuals: base,
    jacobian: { rows: rows.length, columns, values },
  };
}

function setUp(fit: CatalogFit, cases: readonly MeasuredCase[], options: CatalogFitOptions) {
  const used = casesOf(fit, cases);
  const rows = rowsOf(fit, used);
  const parameters = parametersOf(fit, options.constants, options.catalog);
  const residuals: ResidualsAsync = (points) =>
    Promise.all(
      points.map(async (values) => {
        const set = { ...options.constants, ...constantsOf(parameters, values) };
        const answers = predictionsById(await options.predict(used, set));
        return Float64Array.from(rows, ({ caseIndex, metric, measured }) =>
          logError(answers.get(used[caseIndex]!.id)?.predicted[metric], measured),
        );
      }),
    );
  return { used, rows, parameters, residuals };
}
