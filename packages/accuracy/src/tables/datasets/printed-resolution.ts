/** Figures that were printed so coarsely that the last digit alone may be off by as much as a model's error. */

/** Half the last digit as a share of the value, from which a figure is set aside. */
const COARSE_SHARE = 0.05;

/** Why a figure printed in steps of `step` is set aside, or undefined when it is fine enough. */
export function coarselyPrinted(value: number, step: number): string | undefined {
  return step / 2 / value >= COARSE_SHARE ? 'printed to no better than 5 %' : undefined;
}
