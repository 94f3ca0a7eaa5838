/**
 * Capital spread over time (docs/modelling.md): the annuity that repays a purchase over its life.
 */

/** Seconds of a year of 8,760 hours, the convention of the cost formulas. */
export const YEAR_S = 8760 * 3600;

/** Seconds of a billing month, a twelfth of that year. */
export const MONTH_S = YEAR_S / 12;

/**
 * Capital recovery factor per year: r(1+r)^n / ((1+r)^n - 1), or 1/n without interest.
 *
 * @param interestPerYear weighted cost of capital, a share; 0 spreads the price evenly.
 * @param lifeYears positive.
 * @throws RangeError outside those ranges.
 */
export function capitalRecoveryFactor(interestPerYear: number, lifeYears: number): number {
  if (!(lifeYears > 0 && lifeYears < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`life must be a positive number of years, got ${lifeYears}`);
  }
  if (!(interestPerYear >= 0 && interestPerYear < 10)) {
    throw new RangeError(`interest must be a share per year from 0 to 10, got ${interestPerYear}`);
  }
  if (interestPerYear === 0) return 1 / lifeYears;
  const growth = (1 + interestPerYear) ** lifeYears;
  return (interestPerYear * growth) / (growth - 1);
}

/** USD per second that repay `priceUsd` over `lifeYears` at `interestPerYear`. */
export function amortisedUsdPerS(priceUsd: number, interestPerYear: number, lifeYears: number): number {
  return (priceUsd * capitalRecoveryFactor(interestPerYear, lifeYears)) / YEAR_S;
}
