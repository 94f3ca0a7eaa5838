/** One line of the table and of the JSON file. */

import type { Spread } from './measure.js';

export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Over rounds, in the unit of the value. */
  readonly min?: number;
  readonly max?: number;
  /** What the value is compared with, and the ratio taken within rounds. */
  readonly against?: string;
  readonly ratio?: number;
  /** Load, sizes, the analytic answer beside: what one has to know to read the value. */
  readonly note?: string;
}

/** How much to measure. */
export interface Effort {
  readonly rounds: number;
  /** Shrinks the work of a round: 1 in full, smaller when quick. */
  readonly scale: number;
}

/** A figure from values over rounds. */
export function figure(
  group: string,
  name: string,
  unit: string,
  { median, min, max }: Spread,
  rest: Pick<Figure, 'against' | 'ratio' | 'note'> = {},
): Figure {
  return { group, name, value: median, unit, min, max, ...rest };
}

/** A whole number of operations, at least 1. */
export function scaled(full: number, effort: Effort): number {
  return Math.max(1, Math.round(full * effort.scale));
}
