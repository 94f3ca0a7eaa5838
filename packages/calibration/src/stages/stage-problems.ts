/**
 * Cuts a stage into problems that share no constant, so that each is fitted alone.
 *
 * The matrix products of two devices have nothing in common; two engines have, as soon as they ran on a device whose
 * efficiencies are being fitted too. Cases belong to one problem when a chain of shared constants joins them.
 */

import type { MeasuredCase } from '@infersim/accuracy';
import type { ConstantCatalog } from '../parameters/catalog-constants.js';
import { fitParameterAt } from '../parameters/constant-ranges.js';
import type { ConstantSet, FitParameter } from '../parameters/fit-parameter.js';
import { measuredKernels, movablePaths } from './movable-constants.js';
import type { StageId } from './stage.js';

/** One independent fit. */
export interface StageProblem {
  readonly stage: StageId;
  readonly cases: readonly MeasuredCase[];
  readonly parameters: readonly FitParameter[];
}

/** What decides which constants a stage may move. */
export interface StageChoice {
  readonly catalog: ConstantCatalog;
  /** Values that replace the catalog's, for start and prior. */
  readonly constants: ConstantSet;
  /** All measured cases: a device whose kernels are among them is not moved by its engines' runs. */
  readonly allCases: readonly MeasuredCase[];
  /** Absent = every constant that the cases may move. */
  readonly mayMove?: (path: string, stage: StageId) => boolean;
}

/** The independent problems of a stage, in the order of their first case; cases that can move nothing are in none. */
export function stageProblems(
  cases: readonly MeasuredCase[],
  stage: StageId,
  choice: StageChoice,
): readonly StageProblem[] {
  const kernels = measuredKernels(choice.allCases);
  const parameters = new Map<string, FitParameter | undefined>();
  const leaders = new Map<string, string>();
  const leaderOf = (path: string): string => {
    let leader = path;
    for (let up = leaders.get(leader); up !== undefined && up !== leader; up = leaders.get(leader)) leader = up;
    return leader;
  };
  const firstPaths = cases.map((measured) => {
    const paths = movablePaths(measured, stage, choice.catalog, kernels).filter((path) => {
      if (!parameters.has(path)) {
        const isFree = choice.mayMove === undefined || choice.mayMove(path, stage);
        parameters.set(path, isFree ? fitParameterAt(choice.catalog, path, choice.constants) : undefined);
      }
      return parameters.get(path) !== undefined;
    });
    for (const path of paths) {
      if (!leaders.has(path)) leaders.set(path, path);
      leaders.set(leaderOf(path), leaderOf(paths[0]!));
    }
    return paths[0];
  });
  const problems = new Map<string, { cases: MeasuredCase[]; parameters: FitParameter[] }>();
  cases.forEach((measured, index) => {
    const first = firstPaths[index];
    if (first === undefined) return;
    const leader = leaderOf(first);
    const problem = problems.get(leader) ?? { cases: [], parameters: [] };
    problem.cases.push(measured);
    problems.set(leader, problem);
  });
  for (const [path, parameter] of parameters) {
    if (parameter !== undefined && leaders.has(path)) problems.get(leaderOf(path))?.parameters.push(parameter);
  }
  return [...problems.values()].map((problem) => ({ stage, ...problem }));
}
