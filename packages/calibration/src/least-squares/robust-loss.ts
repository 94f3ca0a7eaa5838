/**
 * Robust losses of a residual z (log error over its scale), written so that a least-squares solver can minimise them.
 *
 *   square    rho = z^2
 *   soft-l1   rho = 2 (sqrt(1 + z^2) - 1)      z^2 near 0, 2|z| far out
 *   cauchy    rho = ln(1 + z^2)                z^2 near 0, outliers hardly count
 *
 * A solver squares what it is given, so it is given f = sign(z) sqrt(rho). `weight` is rho' with respect to z^2, the
 * weight that reweighted least squares would give the row: 1 near 0, falling outwards. Sources: Triggs et al. (2000),
 * Bundle adjustment, section 4.3; Huber (1981).
 */

/** How large residuals count. */
export type LossKind = 'soft-l1' | 'cauchy' | 'square';

/** Loss at z. */
export function lossAt(kind: LossKind, z: number): number {
  const s = z * z;
  // s / (1 + sqrt(1 + s)) is sqrt(1 + s) - 1 without cancellation.
  if (kind === 'soft-l1') return (2 * s) / (1 + Math.sqrt(1 + s));
  return kind === 'cauchy' ? Math.log1p(s) : s;
}

/** d loss / d(z^2): the row's weight in reweighted least squares, within 0..1. */
export function lossWeight(kind: LossKind, z: number): number {
  const s = z * z;
  if (kind === 'soft-l1') return 1 / Math.sqrt(1 + s);
  return kind === 'cauchy' ? 1 / (1 + s) : 1;
}

/** Half the second derivative of the loss in z: how much the row bends the cost; below 0 for far outliers of `cauchy`. */
export function lossCurvature(kind: LossKind, z: number): number {
  const s = z * z;
  if (kind === 'soft-l1') return 1 / ((1 + s) * Math.sqrt(1 + s));
  return kind === 'cauchy' ? (1 - s) / ((1 + s) * (1 + s)) : 1;
}

/** sign(z) sqrt(loss): what a least-squares solver has to square. */
export function lossRoot(kind: LossKind, z: number): number {
  return kind === 'square' ? z : Math.sign(z) * Math.sqrt(lossAt(kind, z));
}

/** d lossRoot / dz; 1 at 0. */
export function lossRootSlope(kind: LossKind, z: number): number {
  const root = lossRoot(kind, z);
  return Math.abs(z) < 1e-8 ? 1 : (lossWeight(kind, z) * z) / root;
}
