/**
 * One joint fit of the catalog's own constants: which of them it may move, what was believed before, and which measured rows
 * tell about them.
 *
 * The catalog holds the results of these fits; they are run again when a device, an engine or a formula is added, and without
 * one family or device at a time to say how far predictions are off on what no fit has seen. Constants belong to a device or
 * an engine, never to a model or a row. The list of all of them is `definitions.ts`.
 */

import type { MeasuredCase, MetricName } from '@infersim/accuracy';

/** A constant with what was believed before any row of the tables was read, and the walls that physics sets. */
export interface FittedConstant {
  /** `devices.<id>.<path>` or `engines.<id>.<path>`. */
  readonly path: string;
  readonly prior: number;
  /** Standard deviation of the belief: of the logarithm, or of quarters of the range on a linear scale. */
  readonly logSigma: number;
  readonly low: number;
  readonly high: number;
  /** Absent = `log`. */
  readonly scale?: 'log' | 'linear';
}

/** Metrics of one kind of rows with their weights relative to each other. */
export type MetricWeights = { readonly [metric in MetricName]?: number };

/** A fit; see the module comment. */
export interface CatalogFit {
  readonly id: string;
  readonly constants: readonly FittedConstant[];
  /** Whether a row (never one that is set aside) tells about these constants. */
  readonly selects: (measured: MeasuredCase) => boolean;
  readonly metrics: (measured: MeasuredCase) => MetricWeights;
  /** Factor on a row's weight; absent = 1. */
  readonly emphasis?: (measured: MeasuredCase) => number;
  /** Log error at which a row starts to count less; absent = 0.1. */
  readonly robustScale?: number;
}

/** A constant of an engine or a device by a short tuple: path, belief, its sigma, walls. */
export function constant(
  path: string,
  prior: number,
  logSigma: number,
  low: number,
  high: number,
  scale: 'log' | 'linear' = 'log',
): FittedConstant {
  return { path, prior, logSigma, low, high, scale };
}
