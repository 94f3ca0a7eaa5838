/**
 * Fits the few constants of devices and engines to measured cases, and says how far the result can be trusted.
 *
 * Rows are split first (every k-th by hash is kept out), then the stages run in order (docs/modelling.md, how to calibrate):
 * kernels per device and format, engines with the kernels as they are by then, power with both. Each independent problem is
 * fitted by robust least squares on log errors, constants that its rows cannot separate being put back at their prior. Errors
 * are those of all predictions before and after, on rows of both sides.
 *
 * How a case is predicted is the caller's business: `predict` answers for cases under a set of constants, may do so in worker
 * threads, and is asked for several sets at once. No file is read or written here.
 */

import type { MeasuredCase, MetricName, Prediction } from '@infersim/accuracy';
import type { Grade } from '@infersim/catalog';
import { CalibrationError } from './calibration-error.js';
import type { ErrorSummary } from './error-summary/error-summary.js';
import { failuresOf, type MetricErrors, metricErrors, overallErrors } from './error-summary/metric-errors.js';
import { intervalOf } from './identifiability/interval.js';
import { fitSeparableAsync, type SeparableFit } from './identifiability/separable-fit.js';
import { type ConstantCatalog, quantityAt, shippedCatalog } from './parameters/catalog-constants.js';
import type { ConstantSet } from './parameters/fit-parameter.js';
import { everyKth, type Split } from './splits/hold-out.js';
import { decadeFactors, STAGES, type StageId, stageRows } from './stages/stage.js';
import { type StageProblem, stageProblems } from './stages/stage-problems.js';
import { type Predict, predictionsById, stageResiduals } from './stages/stage-residuals.js';

/** What to fit, to what, and how the program predicts. */
export interface CalibrationInput {
  readonly cases: readonly MeasuredCase[];
  readonly predict: Predict;
  /** Absent = the catalog as it ships. */
  readonly catalog?: ConstantCatalog;
  /** Values that replace the catalog's as start and prior, e.g. of an overlay. */
  readonly constants?: ConstantSet;
  /** Share of rows kept out of the fit, 0 = none; rounded to every k-th row. Absent = 0.25. */
  readonly heldShare?: number;
  /** Decides which rows are kept out. Absent = 1. */
  readonly seed?: number;
  /** Absent = all. */
  readonly stages?: readonly StageId[];
  /** Absent = every constant that the cases may move. */
  readonly mayMove?: (path: string, stage: StageId) => boolean;
  /** Factor on a figure's weight; absent = 1. */
  readonly weightOf?: (measured: MeasuredCase, metric: MetricName) => number;
  /** Called before a stage with the number of its independent fits. */
  readonly onStage?: (stage: StageId, total: number) => void;
  /** Called after each independent fit with how many of its stage are done. */
  readonly onFit?: (stage: StageId, done: number, total: number) => void;
}

/** A constant that was fitted. Values in `unit`; `low` and `high` bound 80 %. */
export interface CalibratedConstant {
  readonly path: string;
  readonly stage: StageId;
  readonly unit: string;
  readonly before: number;
  readonly gradeBefore: Grade;
  readonly after: number;
  readonly low: number;
  readonly high: number;
  /** Figures that its fit used. */
  readonly rows: number;
  /** Log error of one of these figures beside the fit. */
  readonly noise: number;
}

/** One independent fit of one stage. */
export interface CalibratedProblem {
  readonly stage: StageId;
  readonly caseIds: readonly string[];
  /** What each residual of the fit is an error of. */
  readonly figures: readonly { readonly caseId: string; readonly metric: MetricName }[];
  readonly result: SeparableFit;
}

/** An independent fit that was not made because no row of it can be compared before anything moved. */
export interface SkippedProblem {
  readonly stage: StageId;
  /** Constants that stay where they are. */
  readonly paths: readonly string[];
  /** Its cases, each with why it has no figure. */
  readonly cases: readonly { readonly caseId: string; readonly failure: string }[];
}

/** What a calibration gives. */
export interface CalibrationResult {
  readonly constants: readonly CalibratedConstant[];
  /** All values that replace the catalog's now, those given beforehand included. */
  readonly set: ConstantSet;
  readonly problems: readonly CalibratedProblem[];
  /** Fits that could not be made: every case of theirs fails under the constants they start from. */
  readonly skipped: readonly SkippedProblem[];
  readonly errors: { readonly fitted: readonly MetricErrors[]; readonly held: readonly MetricErrors[] };
  /** All metrics of a side together. */
  readonly overall: {
    readonly fitted: { readonly before: ErrorSummary; readonly after: ErrorSummary };
    readonly held: { readonly before: ErrorSummary; readonly after: ErrorSummary };
  };
  readonly counts: {
    readonly cases: number;
    readonly fitted: number;
    readonly held: number;
    /** Reported by their table but not fit to be used. */
    readonly setAside: number;
  };
  /** Cases that no prediction was made for, before or after, and why. */
  readonly failures: readonly { readonly caseId: string; readonly failure: string }[];
}

/** Coordinate steps of the differences: formulas are smooth, simulated runs are not. */
const KERNEL_STEP = 1e-4;
const RUN_STEP = 0.02;
const DEFAULT_HELD_SHARE = 0.25;

/** Runs all stages. Throws `CalibrationError` when a path, a share, a start value or a case's name cannot be used. */
export async function calibrate(input: CalibrationInput): Promise<CalibrationResult> {
  const catalog = input.catalog ?? shippedCatalog;
  checkIds(input.cases);
  const usable = input.cases.filter(({ setAside }) => setAside === undefined);
  const split = splitOf(usable, input.heldShare ?? DEFAULT_HELD_SHARE, input.seed ?? 1);
  const fitted = split.fitted.map((index) => usable[index]!);
  const held = split.held.map((index) => usable[index]!);
  const start = input.constants ?? {};
  const before = await input.predict(usable, start);
  const answersBefore = predictionsById(before);

  let set: ConstantSet = start;
  const problems: CalibratedProblem[] = [];
  const skipped: SkippedProblem[] = [];
  const constants: CalibratedConstant[] = [];
  for (const stage of STAGES.filter((id) => input.stages?.includes(id) ?? true)) {
    const choice = {
      catalog,
      constants: set,
      allCases: usable,
      ...(input.mayMove === undefined ? {} : { mayMove: input.mayMove }),
    };
    const parts = stageProblems(fitted, stage, choice);
    if (parts.length > 0) input.onStage?.(stage, parts.length);
    for (const [done, part] of parts.entries()) {
      const solved = await solve(part, set, input);
      if (solved === null) skipped.push(skippedFrom(part, answersBefore));
      else {
        problems.push(solved);
        constants.push(...constantsFrom(solved, catalog));
        set = { ...set, ...solved.result.fit.constants };
      }
      input.onFit?.(stage, done + 1, parts.length);
    }
  }
  const after = await input.predict(usable, set);
  const comparison = { before: answersBefore, after: predictionsById(after) };
  return {
    constants,
    set,
    problems,
    skipped,
    errors: { fitted: metricErrors(fitted, comparison), held: metricErrors(held, comparison) },
    overall: { fitted: overallErrors(fitted, comparison), held: overallErrors(held, comparison) },
    counts: {
      cases: input.cases.length,
      fitted: fitted.length,
      held: held.length,
      setAside: input.cases.length - usable.length,
    },
    failures: failuresOf(usable, comparison),
  };
}

function checkIds(cases: readonly MeasuredCase[]): void {
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id))
      throw new CalibrationError('CALIBRATION_ROWS', 'cases', `two cases named ${id}`, 'a name for each');
    seen.add(id);
  }
}

function splitOf(cases: readonly MeasuredCase[], heldShare: number, seed: number): Split {
  if (heldShare === 0) return { fitted: cases.map((_, index) => index), held: [] };
  const ids = cases.map(({ id }) => id);
  return everyKth(ids, Math.round(1 / heldShare), seed, (index) => {
    const { dataset, deviceId, run } = cases[index]!;
    return `${dataset} ${deviceId} ${run.kind}`;
  });
}

/** The fit of one problem; null when none of its rows can be compared at the start. */
async function solve(
  problem: StageProblem,
  set: ConstantSet,
  input: CalibrationInput,
): Promise<CalibratedProblem | null> {
  const { stage, cases, parameters } = problem;
  const factors = stage === 'kernels' ? decadeFactors(cases) : undefined;
  const rows = stageRows(cases, stage, input.weightOf).map((row) =>
    factors === undefined ? row : { ...row, weight: row.weight * factors[row.caseIndex]! },
  );
  const result = await fitSeparableAsync({
    parameters,
    residuals: stageResiduals(cases, rows, parameters, set, input.predict),
    weights: rows.map((row) => row.weight),
    differenceStep: stage === 'kernels' ? KERNEL_STEP : RUN_STEP,
    tolerance: stage === 'kernels' ? 1e-8 : 1e-3,
    maxIterations: stage === 'kernels' ? 40 : 12,
  }).catch((error: unknown) => {
    if (error instanceof CalibrationError && error.code === 'CALIBRATION_START') return null;
    throw error;
  });
  if (result === null) return null;
  const figures = rows.map(({ caseIndex, metric }) => ({ caseId: cases[caseIndex]!.id, metric }));
  return { stage, caseIds: cases.map(({ id }) => id), figures, result };
}

function skippedFrom(
  { stage, cases, parameters }: StageProblem,
  answers: ReadonlyMap<string, Prediction>,
): SkippedProblem {
  const reasonOf = (id: string): string => answers.get(id)?.failure || 'no figure above 0 is predicted for it';
  return {
    stage,
    paths: parameters.map(({ path }) => path),
    cases: cases.map(({ id }) => ({ caseId: id, failure: reasonOf(id) })),
  };
}

function constantsFrom(problem: CalibratedProblem, catalog: ConstantCatalog): readonly CalibratedConstant[] {
  const { fit, information } = problem.result;
  return fit.parameters.map((parameter, k) => {
    const quantity = quantityAt(catalog, parameter.path)!;
    const { low, high } = intervalOf(fit, information, k);
    return {
      path: parameter.path,
      stage: problem.stage,
      unit: quantity.unit,
      // After a first round `start` is where that round ended; the prior still stands where it began.
      before: parameter.prior?.value ?? parameter.start,
      gradeBefore: quantity.grade,
      after: fit.values[k]!,
      low,
      high,
      rows: problem.figures.length - fit.ignoredRows.length,
      noise: information.noise,
    };
  });
}
