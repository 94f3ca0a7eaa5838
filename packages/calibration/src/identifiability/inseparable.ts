/**
 * Which constants the rows cannot tell apart, or not tell at all.
 *
 *   untouched    no row depends on it
 *   no-effect    even with all other constants known, the rows know it worse than its prior does
 *   at-bound     the fit pushed it against a wall that is not where it is believed to be
 *   together     its estimate moves with another's, |correlation| above 0.95
 *
 * Such a constant is a candidate for being held at its prior (docs/modelling.md, how to calibrate). It is held unless the
 * rows object: when the estimate from the rows alone lies three or more of its standard errors off the prior, they do know
 * it, however much it moves with another. Of a pair the one that the rows know worse, by its prior's measure, is the candidate.
 */

import type { FitResult } from '../least-squares/fit-problem.js';
import { priorsOf } from '../least-squares/trust-region.js';
import { splitPath } from '../parameters/catalog-constants.js';
import { coordinateOf } from '../parameters/fit-parameter.js';
import { type Information, informationOf } from './information.js';

/** Why a constant is suspect. */
export type SuspicionKind = 'untouched' | 'no-effect' | 'at-bound' | 'together';

/** One constant, or a pair, that the rows do not separate. */
export interface Suspicion {
  readonly kind: SuspicionKind;
  /** The candidate for being held at its prior. */
  readonly path: string;
  /** For `together`: the other one, and the correlation of the estimates. */
  readonly partner?: string;
  readonly correlation?: number;
  /** Whether the rows put it three standard errors or more off its prior. */
  readonly isObjected: boolean;
}

/** From which correlation two constants count as moving together. */
export const TOGETHER_FROM = 0.95;
const OBJECTION_SIGMAS = 3;
/** Believed spread of a constant without a prior, in coordinates. */
const DEFAULT_SIGMA = 0.5;
const WALL = 1e-6;

/** All suspicions about a finished fit, those without effect first, then walls, then pairs by falling correlation. */
export function suspicionsOf(fit: FitResult, information: Information = informationOf(fit)): readonly Suspicion[] {
  const { parameters, coordinates } = fit;
  const { dataErrors, aloneErrors, correlations } = information;
  const { centres, precisions } = priorsOf(parameters);
  const sigmas = precisions.map((p) => (p > 0 ? 1 / Math.sqrt(p) : DEFAULT_SIGMA));
  const isObjected = (k: number): boolean =>
    Math.abs(coordinates[k]! - centres[k]!) >= OBJECTION_SIGMAS * dataErrors[k]!;
  const suspicions: Suspicion[] = [];
  const isSilent = parameters.map((_, k) => aloneErrors[k]! >= sigmas[k]!);
  parameters.forEach((parameter, k) => {
    if (!isSilent[k]) return;
    const kind = aloneErrors[k] === Number.POSITIVE_INFINITY ? 'untouched' : 'no-effect';
    suspicions.push({ kind, path: parameter.path, isObjected: isObjected(k) });
  });
  parameters.forEach((parameter, k) => {
    const walls = [coordinateOf(parameter, parameter.low), coordinateOf(parameter, parameter.high)];
    const isAtWall = walls.some(
      (wall) => Math.abs(coordinates[k]! - wall) < WALL && Math.abs(centres[k]! - wall) > WALL,
    );
    if (isAtWall && !isSilent[k]) {
      suspicions.push({ kind: 'at-bound', path: parameter.path, isObjected: isObjected(k) });
    }
  });
  const pairs: Suspicion[] = [];
  for (let a = 0; a < parameters.length; a++) {
    for (let b = 0; b < a; b++) {
      const correlation = correlations[a * parameters.length + b]!;
      if (isSilent[a] || isSilent[b] || !(Math.abs(correlation) > TOGETHER_FROM)) continue;
      const [worse, better] = dataErrors[a]! / sigmas[a]! >= dataErrors[b]! / sigmas[b]! ? [a, b] : [b, a];
      pairs.push({
        kind: 'together',
        path: parameters[worse]!.path,
        partner: parameters[better]!.path,
        correlation,
        isObjected: isObjected(worse),
      });
    }
  }
  pairs.sort((x, y) => Math.abs(y.correlation ?? 0) - Math.abs(x.correlation ?? 0));
  return [...suspicions, ...pairs];
}

/** A path without its entry: `gemm.fp16.computeEfficiency`, `layerFixedS`. */
export function shortName(path: string): string {
  return splitPath(path).rest.replace(/^kernels\./, '');
}

/** A suspicion in words, without its consequence. */
export function suspicionText(suspicion: Suspicion): string {
  const name = shortName(suspicion.path);
  switch (suspicion.kind) {
    case 'untouched':
      return `no row depends on ${name}`;
    case 'no-effect':
      return `${name} hardly changes any row`;
    case 'at-bound':
      return `${name} runs into its bound`;
    case 'together':
      return `${name} and ${shortName(suspicion.partner ?? '')} move together (${(suspicion.correlation ?? 0).toFixed(2)})`;
  }
}
