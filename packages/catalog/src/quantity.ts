/**
 * A number that can be trusted as far as its grade says.
 *
 * Every constant of the catalog is a `Quantity`: a value in the unit it names, with where it came from and how sure it
 * is. A result that rests on an `assumed` quantity has to say so, so the grade travels with the number.
 */

/** How a number is known, best first. */
export type Grade = 'measured' | 'specified' | 'fitted' | 'assumed';

/** All grades, best first; the index is the rank. */
export const GRADES: readonly Grade[] = ['measured', 'specified', 'fitted', 'assumed'];

/** One number with unit, source and grade; `low` and `high` bound it where the source gives a range. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
  readonly grade: Grade;
  readonly source: string;
  readonly low?: number;
  readonly high?: number;
  readonly note?: string;
}

/** The worse of two grades: what a result that rests on both may claim. */
export function worseGrade(a: Grade, b: Grade): Grade {
  return GRADES.indexOf(a) >= GRADES.indexOf(b) ? a : b;
}
