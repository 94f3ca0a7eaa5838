/**
 * What a sweep varies, as plain data: dimensions of axes, crossed with each other (a grid) or drawn from (random, Latin
 * hypercube).
 *
 * Axes of one dimension move together (joined, as zipped lists are). Values are kept as the text that `--set` would take, so
 * units and YAML lists work, and results show what was asked for.
 */

import type { ValueRange } from './value-range.js';

/** What one axis may be: listed values, or a range with the number of its values (absent when values are drawn). */
export type AxisValues =
  | { readonly kind: 'list'; readonly texts: readonly string[] }
  | { readonly kind: 'range'; readonly range: ValueRange; readonly count?: number };

/** A scenario path and its values. */
export interface Axis {
  /** As `--set` takes it. */
  readonly path: string;
  readonly values: AxisValues;
  /** Where it was given, for messages: `--axis a=1,2` or `design.yaml:3:5`. */
  readonly origin: string;
}

/** Axes that move together: their n-th values make one point. */
export type Dimension = readonly Axis[];

/** How values are drawn instead of crossed. */
export interface Draw {
  readonly method: 'random' | 'lhs';
  readonly trials: number;
  /** Decides the draws; not the seed of the simulation. */
  readonly seed: number;
}

export interface Design {
  readonly dimensions: readonly Dimension[];
  /** Null for a grid: every value of each dimension with every value of the others. */
  readonly draw: Draw | null;
}

/** One value of a trial. */
export interface Assignment {
  readonly path: string;
  /** What `--set path=text` would take. */
  readonly text: string;
}

/** One parameter set; trials count from 1. */
export interface Trial {
  readonly trial: number;
  /** One per axis, in the order of the axes. */
  readonly assignments: readonly Assignment[];
}

/** Something wrong with a design: where it was given, and what is wrong. */
export interface DesignProblem {
  readonly where: string;
  readonly message: string;
}

/** Paths of all axes in order: the columns `param.<path>`. */
export function designPaths(design: Design): string[] {
  return design.dimensions.flatMap((dimension) => dimension.map((axis) => axis.path));
}
