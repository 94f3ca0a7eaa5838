/**
 * Reads quantities while keeping account of how sure they are.
 *
 * Every constant that a step model takes from the catalog or from class defaults passes through a trail, so that a
 * result can name the worst grade it rests on and the constants that are only assumed.
 */

import { type Grade, type Quantity, worseGrade } from '@infersim/catalog';

/** What a set of constants may claim. */
export interface GradeReport {
  /** Worst grade of all constants read. */
  readonly grade: Grade;
  /** Names of the constants whose grade is `assumed`, in the order they were read, each once. */
  readonly assumed: readonly string[];
}

/** Collects grades. Not shared between deployments: one trail per resolved model. */
export class GradeTrail {
  #grade: Grade = 'measured';
  readonly #assumed: string[] = [];

  /** The number itself; its grade is noted under `name`. */
  take(name: string, quantity: Quantity): number {
    this.note(name, quantity.grade);
    return quantity.value;
  }

  /** Notes a grade without a quantity, for numbers that a rule of this package supplies. */
  note(name: string, grade: Grade): void {
    this.#grade = worseGrade(this.#grade, grade);
    if (grade === 'assumed' && !this.#assumed.includes(name)) this.#assumed.push(name);
  }

  /** Snapshot of what has been read so far. */
  report(): GradeReport {
    return { grade: this.#grade, assumed: [...this.#assumed] };
  }
}
