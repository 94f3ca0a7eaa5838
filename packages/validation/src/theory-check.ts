/** A figure known from theory and how to simulate it: one entry of the tables that tests judge and the page lists. */

import type { Allowance } from './acceptance.js';

/** One simulated figure beside its truth. */
export interface TheoryFigure {
  readonly name: string;
  readonly truth: number;
  readonly unit: string;
  /** One estimate per replication. */
  readonly estimates: readonly number[];
  readonly allowance?: Allowance;
}

/** Runs that share their replications and the figures read off them. */
export interface TheoryCheck {
  readonly name: string;
  /** Simulates; the same figures at every call. */
  readonly figures: () => readonly TheoryFigure[];
}
