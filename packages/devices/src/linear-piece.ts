/**
 * Where a line that grows by a fixed amount per step crosses a level: the ends of the pieces on which a decode step's
 * cost is linear.
 */

/**
 * How many steps, from the present one on, a value `start + j*growth` stays at or below `level`: at least 1 when it is
 * there now, 0 when it is above already, Infinity when it never leaves.
 */
export function stepsAtOrBelow(start: number, growth: number, level: number): number {
  if (start > level) return 0;
  if (growth <= 0) return Number.POSITIVE_INFINITY;
  return Math.floor((level - start) / growth) + 1;
}
