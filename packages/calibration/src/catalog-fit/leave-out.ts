/**
 * Predictions of rows by constants that were fitted without their family, or their device.
 *
 * Each catalog fit is linearised once where the catalog stands, and refitted without each group in one step (robust, within
 * bounds, with its priors). The group's rows are then predicted anew, by real runs, under the constants of the refits of all
 * fits that use them. A group is left out of every fit at once.
 *
 * A row is left out of the fit only together with its group; which group that is, may differ from row to row (a table of one
 * family is cut by model). A fit whose remaining figures are fewer than its constants would only repeat what was believed
 * before: groups that such a fit uses cannot be left out and are absent. So are rows that no fit uses, unless told otherwise.
 */

import type { MeasuredCase, Prediction } from '@infersim/accuracy';
import type { ConstantSet } from '../parameters/fit-parameter.js';
import { oneStepRefits } from '../splits/one-step-refits.js';
import type { Predict } from '../stages/stage-residuals.js';
import type { CatalogFit } from './catalog-fit.js';
import { casesOf, rowsOf } from './catalog-rows.js';
import { lineariseCatalogFit } from './run-catalog-fit.js';

/** Predictions for the rows of one group under constants that have not seen it. */
export interface LeftOutGroup {
  readonly group: string;
  readonly constants: ConstantSet;
  readonly predictions: readonly Prediction[];
}

export interface LeaveOutOptions {
  readonly predict: Predict;
  /** Ways to cut all rows into groups: the name of a row's group. Names of different ways must differ. */
  readonly groupings: readonly ((measured: MeasuredCase) => string)[];
  /** Which way a row is left out by, as an index; null = it is never left out. */
  readonly groupingOf: (measured: MeasuredCase) => number | null;
  /** Whether a row that no fit uses is left out all the same, its group being unfitted by other means; absent = never. */
  readonly isUnfitted?: (measured: MeasuredCase) => boolean;
  /** The rows to predict, e.g. of one table; absent = all. */
  readonly chosen?: readonly MeasuredCase[];
  /** Predicts a group under its constants; absent = as everything else. */
  readonly predictGroup?: (
    group: string,
    cases: readonly MeasuredCase[],
    constants: ConstantSet,
  ) => Promise<readonly Prediction[]> | readonly Prediction[];
  /** Called with predicted cases: those done, and those that there will be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A group, what it is left out by, and its rows. */
interface Group {
  readonly name: string;
  readonly grouping: number;
  readonly members: MeasuredCase[];
}

/** Leaves each group out in turn, in the order of their first rows. */
export async function leaveGroupsOut(
  fits: readonly CatalogFit[],
  cases: readonly MeasuredCase[],
  options: LeaveOutOptions,
): Promise<readonly LeftOutGroup[]> {
  const { groupings, predictGroup } = options;
  const plan = leaveOutPlan(fits, cases, options);
  const toLinearise = plan.fits.reduce((sum, { fit, used }) => sum + used.length * (1 + fit.constants.length), 0);
  const total = plan.groups.reduce((sum, { members }) => sum + members.length, toLinearise);
  let done = 0;
  const count = (predicted: number) => {
    done += predicted;
    options.onProgress?.(done, total);
  };
  const predict: Predict = async (some, constants) => {
    const answers = await options.predict(some, constants);
    count(some.length);
    return answers;
  };

  const constantsOf = new Map<Group, ConstantSet>();
  for (const { fit } of plan.fits) {
    const lines = await lineariseCatalogFit(fit, cases, { predict });
    for (const [grouping, groupOf] of groupings.entries()) {
      const wanted = new Map(plan.groups.filter((group) => group.grouping === grouping).map((g) => [g.name, g]));
      const groups = lines.rows.map(({ caseIndex }) => groupOf(lines.cases[caseIndex]!));
      if (!groups.some((name) => wanted.has(name))) continue;
      for (const { group: name, constants } of oneStepRefits({
        parameters: lines.parameters,
        values: lines.values,
        jacobian: lines.jacobian,
        residuals: lines.residuals,
        weights: lines.rows.map(({ weight }) => weight),
        groups,
        ...(fit.robustScale === undefined ? {} : { robustScale: fit.robustScale }),
      })) {
        const group = wanted.get(name);
        if (group !== undefined) constantsOf.set(group, { ...constantsOf.get(group), ...constants });
      }
    }
  }
  const results: LeftOutGroup[] = [];
  for (const group of plan.groups) {
    const constants = constantsOf.get(group) ?? {};
    const predictions =
      predictGroup === undefined
        ? await options.predict(group.members, constants)
        : await predictGroup(group.name, group.members, constants);
    results.push({ group: group.name, constants, predictions });
    count(group.members.length);
  }
  return results;
}

/** Groups that can be left out, with the rows to predict, and the fits that use one of them. */
function leaveOutPlan(
  fits: readonly CatalogFit[],
  cases: readonly MeasuredCase[],
  { groupings, groupingOf, isUnfitted, chosen }: LeaveOutOptions,
) {
  const parts = fits.map((fit) => {
    const used = casesOf(fit, cases);
    const rows = rowsOf(fit, used);
    // Figures of the fit by group, for each way of grouping.
    const figures = groupings.map((groupOf) => {
      const counts = new Map<string, number>();
      for (const { caseIndex } of rows) {
        const name = groupOf(used[caseIndex]!);
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    });
    return { fit, used, ids: new Set(used.map(({ id }) => id)), rows: rows.length, figures };
  });
  const canDoWithout = (grouping: number, name: string): boolean =>
    parts.every(({ fit, rows, figures }) => {
      const own = figures[grouping]!.get(name) ?? 0;
      return own === 0 || rows - own >= fit.constants.length;
    });
  const groups = new Map<string, Group>();
  for (const measured of chosen ?? cases) {
    const grouping = groupingOf(measured);
    if (grouping === null || measured.setAside !== undefined) continue;
    if (isUnfitted?.(measured) !== true && !parts.some(({ ids }) => ids.has(measured.id))) continue;
    const name = groupings[grouping]!(measured);
    if (!canDoWithout(grouping, name)) continue;
    const group = groups.get(name) ?? { name, grouping, members: [] };
    group.members.push(measured);
    groups.set(name, group);
  }
  const wanted = [...groups.values()];
  return {
    groups: wanted,
    fits: parts.filter(({ figures }) => wanted.some(({ grouping, name }) => figures[grouping]!.has(name))),
  };
}
