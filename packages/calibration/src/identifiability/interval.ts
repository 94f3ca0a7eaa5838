/**
 * The 80 % interval of a fitted constant: Student's t times its standard error (priors included) in coordinates, turned into
 * values and cut at the bounds. On a log scale it is a ratio up and down, so it is not symmetric about the value.
 */

import { studentTQuantile } from '@infersim/stats';
import type { FitResult } from '../least-squares/fit-problem.js';
import { valueAt } from '../parameters/fit-parameter.js';
import type { Information } from './information.js';

const UPPER_TAIL = 0.9;

/** Bounds of parameter `k` of the fit, in its unit. */
export function intervalOf(fit: FitResult, information: Information, k: number): { low: number; high: number } {
  const parameter = fit.parameters[k]!;
  const reach = studentTQuantile(UPPER_TAIL, information.degreesOfFreedom) * information.standardErrors[k]!;
  const u = fit.coordinates[k]!;
  if (!Number.isFinite(reach)) return { low: parameter.low, high: parameter.high };
  return { low: valueAt(parameter, u - reach), high: valueAt(parameter, u + reach) };
}
