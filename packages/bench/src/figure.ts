/** One line of the table and of the JSON file: what was measured, and what it is judged by. */

import type { Spread } from './measure.js';

/** A bound on a value, in its unit. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export interface Figure {
  /** Stable name for those who compute with figures, such as `serving.own.plain`. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  /** Median over rounds; NaN = could not be measured here, and the note says why. */
  readonly value: number;
  readonly unit: string;
  /** Over rounds, in the unit of the value. */
  readonly min?: number;
  readonly max?: number;
  /** What must hold with everything compiled in, and the goal on the plain scenario. */
  readonly gate?: Bound;
  readonly aim?: Bound;
  /** Load, sizes, the analytic answer beside: what one has to know to read the value. */
  readonly note?: string;
}

export type Verdict = 'met' | 'missed' | 'not judged';

/** Whether a value keeps a bound; `not judged` where there is no bound or no value. */
export function verdictOn(value: number, bound: Bound | undefined): Verdict {
  if (bound === undefined || Number.isNaN(value)) return 'not judged';
  const isKept = 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
  return isKept ? 'met' : 'missed';
}

/** How much to measure. */
export interface Effort {
  /** Rounds of measurements that take a second or less each; longer ones take fewer. */
  readonly rounds: number;
  readonly longRounds: number;
  /** Shrinks the work of a round: 1 in full, smaller when quick. */
  readonly scale: number;
  /** Whether runs of many minutes are included. */
  readonly isFull: boolean;
}

/** A figure from values over rounds. */
export function figure(
  place: Pick<Figure, 'id' | 'group' | 'name' | 'unit'>,
  { median, min, max }: Spread,
  rest: Pick<Figure, 'gate' | 'aim' | 'note'> = {},
): Figure {
  return { ...place, value: median, min, max, ...rest };
}

/** A whole number of operations, at least 1. */
export function scaled(full: number, effort: Effort): number {
  return Math.max(1, Math.round(full * effort.scale));
}
