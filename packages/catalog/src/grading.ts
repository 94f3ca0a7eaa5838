/**
 * Terse constructors of graded numbers, for the data files only.
 *
 * The grade is the name of the constructor, so that a reader of a data file sees at once how far a number can be
 * trusted: measured (somebody metered it), specified (a vendor or a published table states it), fitted (least squares
 * on measurements), assumed (recollection, estimate, class default, or a rule applied where no figure exists).
 * Values are in the unit given; nothing is converted here.
 */

import type { Grade, Quantity } from './quantity.js';

/** What may come with a number: bounds in the same unit, and a remark. */
export interface Bounds {
  readonly low?: number;
  readonly high?: number;
  readonly note?: string;
}

function quantity(grade: Grade, value: number, unit: string, source: string, bounds: Bounds | undefined): Quantity {
  return bounds === undefined ? { value, unit, grade, source } : { value, unit, grade, source, ...bounds };
}

/** A number that was metered, timed or read from a driver. */
export function measured(value: number, unit: string, source: string, bounds?: Bounds): Quantity {
  return quantity('measured', value, unit, source, bounds);
}

/** A number that a vendor, an operator or a published table states. */
export function specified(value: number, unit: string, source: string, bounds?: Bounds): Quantity {
  return quantity('specified', value, unit, source, bounds);
}

/** A number from a fit to measurements. */
export function fitted(value: number, unit: string, source: string, bounds?: Bounds): Quantity {
  return quantity('fitted', value, unit, source, bounds);
}

/** A number nobody checked: general knowledge, an estimate, or a default. */
export function assumed(value: number, unit: string, source: string, bounds?: Bounds): Quantity {
  return quantity('assumed', value, unit, source, bounds);
}

/** The middle of a price range on a ratio scale, with the range as bounds; `grade` says how the range is known. */
export function geometricMiddle(
  grade: 'specified' | 'assumed',
  low: number,
  high: number,
  unit: string,
  source: string,
): Quantity {
  const value = Number(Math.sqrt(low * high).toPrecision(4));
  if (low === high) return quantity(grade, low, unit, source, undefined);
  return quantity(grade, value, unit, source, { low, high, note: 'geometric middle of the range' });
}
