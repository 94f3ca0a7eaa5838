/**
 * Errors of several groups as one distribution.
 *
 * Each group is taken as a normal distribution with a spread of its own on either side of its median, so that it has the
 * group's three quantiles; the pool is their mixture, and its quantiles are found by bisection. Rows of one group share
 * a bias (the family's, the kernel's), so a group does not count by its rows: with the correlation r within groups, n
 * rows are worth n / (1 + (n - 1) r) independent ones (Kish's design effect). No group is taken to be known better than
 * measurements repeat.
 *
 * Ignored: correlation between groups, and how well three quantiles are known from a handful of rows (bands widen for
 * that).
 */

import { normalQuantile, normalUpperTail } from '@infersim/stats';
import type { ErrorGroup } from './error-groups.js';

/** Below this, in ln, an error is noise: laboratories with the same code differ by 2 to 5 %. Source: the measured sets. */
export const NOISE_FLOOR_LOG = Math.log(1.03);

/** Correlation of errors within a group. Grade: assumed. */
const WITHIN_GROUP_CORRELATION = 0.3;

/** Distance of the 90 % quantile of the standard normal distribution. */
export const Z90 = normalQuantile(0.9);

/** Leaves less than 1e-6 of the pool's width. */
const BISECTIONS = 24;
/** Tails beyond this many standard deviations count as nothing. */
const FAR = 8;
/** P(Z <= z) on a grid over -FAR..FAR; straight lines between are right to 1e-5. */
const STEPS_PER_SIGMA = 64;
const NORMAL_SHARES = Float64Array.from({ length: 2 * FAR * STEPS_PER_SIGMA + 1 }, (_, step) =>
  normalUpperTail(FAR - step / STEPS_PER_SIGMA),
);

function normalShare(z: number): number {
  if (z <= -FAR) return 0;
  if (z >= FAR) return 1;
  const at = (z + FAR) * STEPS_PER_SIGMA;
  const step = Math.floor(at);
  const below = NORMAL_SHARES[step]!;
  return below + (NORMAL_SHARES[step + 1]! - below) * (at - step);
}

/** Quantiles of a pool of errors, in ln(measured/predicted). */
export interface PooledErrors {
  /** Rows, and independent rows they are worth. */
  readonly n: number;
  readonly effective: number;
  readonly q10: number;
  readonly q50: number;
  readonly q90: number;
}

/** What `n` rows of one group weigh against rows of other groups. */
export function groupWeight(n: number): number {
  return n / (1 + (n - 1) * WITHIN_GROUP_CORRELATION);
}

/**
 * Pools groups; null when there are none. `isSameGroup` says that what is asked for belongs to the groups itself: then
 * their rows are draws of the same thing and count in full.
 */
export function poolErrors(groups: readonly ErrorGroup[], isSameGroup: boolean): PooledErrors | null {
  if (groups.length === 0) return null;
  const pieces = groups.map(pieceOf);
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  return {
    n,
    effective: isSameGroup ? n : pieces.reduce((sum, piece) => sum + piece.weight, 0),
    q10: mixtureQuantile(pieces, 0.1),
    q50: mixtureQuantile(pieces, 0.5),
    q90: mixtureQuantile(pieces, 0.9),
  };
}

const LEAST_SIGMA = NOISE_FLOOR_LOG / Z90;

/** A group as the pool sees it. */
interface Piece {
  readonly weight: number;
  readonly median: number;
  readonly lowerSigma: number;
  readonly upperSigma: number;
}

function pieceOf({ n, q10, q50, q90 }: ErrorGroup): Piece {
  return {
    weight: groupWeight(n),
    median: q50,
    lowerSigma: Math.max((q50 - q10) / Z90, LEAST_SIGMA),
    upperSigma: Math.max((q90 - q50) / Z90, LEAST_SIGMA),
  };
}

/** Error below which the share `p` of the mixture lies. */
function mixtureQuantile(pieces: readonly Piece[], p: number): number {
  let total = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { weight, median, lowerSigma, upperSigma } of pieces) {
    total += weight;
    low = Math.min(low, median - FAR * lowerSigma);
    high = Math.max(high, median + FAR * upperSigma);
  }
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    let below = 0;
    for (const { weight, median, lowerSigma, upperSigma } of pieces) {
      const distance = middle - median;
      below += weight * normalShare(distance / (distance < 0 ? lowerSigma : upperSigma));
    }
    if (below < p * total) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
