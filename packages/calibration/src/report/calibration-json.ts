/**
 * A calibration as one plain object for `--format json`: everything the text says, unrounded, plus what only machines read.
 *
 * Schema `infersim.calibration/1`. Shares are fractions, values in the unit beside them. Infinite standard errors do not occur:
 * constants that no row depends on are listed as held.
 */

import type { CalibrationResult } from '../calibrate.js';
import { suspicionText } from '../identifiability/inseparable.js';

/** The schema line of the object. */
export const CALIBRATION_SCHEMA = 'infersim.calibration/1';

/** Plain data; key order is stable. */
export function calibrationJson(result: CalibrationResult) {
  return {
    schema: CALIBRATION_SCHEMA,
    counts: result.counts,
    overall: result.overall,
    errors: result.errors,
    constants: result.constants,
    fits: result.problems.map(({ stage, caseIds, figures, result: { fit, information, held, remarks } }) => ({
      stage,
      cases: caseIds.length,
      rows: figures.length,
      ignoredRows: fit.ignoredRows.length,
      costBefore: fit.costBefore,
      costAfter: fit.costAfter,
      iterations: fit.iterations,
      evaluations: fit.evaluations,
      reason: fit.reason,
      noise: information.noise,
      conditionNumber: information.conditionNumber,
      held: held.map(({ path, value, why }) => ({ path, value, why: suspicionText(why), kind: why.kind })),
      remarks: remarks.map((remark) => ({ ...remark, text: suspicionText(remark) })),
    })),
    skipped: result.skipped,
    failures: result.failures,
  };
}
