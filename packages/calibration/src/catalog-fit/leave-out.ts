/**
 * Predictions of rows by constants that were fitted without their family, or their device.
 *
 * Each catalog fit is linearised once where the catalog stands, and refitted without each group in one step (robust, within
 * bounds, with its priors). The group's rows are then predicted anew, by real runs, under the constants of the refits of all
 * fits that use them. A device that is left out is one nobody has measured: besides its rows its own kernel and power
 * constants are gone, those of its class stand in.
 */

import type { MeasuredCase, Prediction } from '@infersim/accuracy';
import type { ConstantSet } from '../parameters/fit-parameter.js';
import { oneStepRefits } from '../splits/one-step-refits.js';
import type { Predict } from '../stages/stage-residuals.js';
import type { CatalogFit } from './catalog-fit.js';
import { lineariseCatalogFit } from './run-catalog-fit.js';

/** Predictions for the rows of one group under constants that have not seen it. */
export interface LeftOutGroup {
  readonly group: string;
  readonly constants: ConstantSet;
  readonly predictions: readonly Prediction[];
}

export interface LeaveOutOptions {
  readonly predict: Predict;
  readonly groupOf: (measured: MeasuredCase) => string;
  /** Constants that hold for a left-out group whatever the refits say, e.g. those of a device's class. */
  readonly constantsWithout?: (group: string, cases: readonly MeasuredCase[]) => ConstantSet;
  /** Called after each fit that was linearised and each group that was predicted. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Leaves each group out in turn. Groups that no fit uses are absent. */
export async function leaveGroupsOut(
  fits: readonly CatalogFit[],
  cases: readonly MeasuredCase[],
  options: LeaveOutOptions,
): Promise<readonly LeftOutGroup[]> {
  const { predict, groupOf } = options;
  const constantsOfGroup = new Map<string, Record<string, number>>();
  const casesOfGroup = new Map<string, Map<string, MeasuredCase>>();
  let done = 0;
  for (const fit of fits) {
    const lines = await lineariseCatalogFit(fit, cases, { predict });
    options.onProgress?.(++done, fits.length + casesOfGroup.size);
    if (lines.rows.length === 0) continue;
    const groups = lines.rows.map(({ caseIndex }) => groupOf(lines.cases[caseIndex]!));
    const refits = oneStepRefits({
      parameters: lines.parameters,
      values: lines.values,
      jacobian: lines.jacobian,
      residuals: lines.residuals,
      weights: lines.rows.map(({ weight }) => weight),
      groups,
      ...(fit.robustScale === undefined ? {} : { robustScale: fit.robustScale }),
    });
    for (const { group, constants } of refits) {
      constantsOfGroup.set(group, { ...constantsOfGroup.get(group), ...constants });
    }
    for (const measured of lines.cases) {
      const group = groupOf(measured);
      if (!casesOfGroup.has(group)) casesOfGroup.set(group, new Map());
      casesOfGroup.get(group)!.set(measured.id, measured);
    }
  }
  const total = fits.length + casesOfGroup.size;
  const results: LeftOutGroup[] = [];
  for (const [group, members] of casesOfGroup) {
    const held = [...members.values()];
    const constants = { ...constantsOfGroup.get(group), ...options.constantsWithout?.(group, held) };
    results.push({ group, constants, predictions: await predict(held, constants) });
    options.onProgress?.(++done, total);
  }
  return results;
}
