/**
 * The three special functions that moments of distributions need, accurate to about 1e-13 relative for ordinary
 * arguments (the tests compare with closed forms). Pure; not on the path of an event.
 *
 * Sources: Abramowitz and Stegun, Handbook of Mathematical Functions: 6.1.40 (Stirling series of ln Γ), 6.5.29 (series of
 * the incomplete gamma function), 6.5.31 (its continued fraction, evaluated by Lentz's method), 7.1.1 with 6.5.16 (the
 * error function as an incomplete gamma function of one half).
 */

/** B_2k / (2k (2k - 1)) for k = 1 to 8: coefficients of the Stirling series. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156, -3617 / 122_400] as const;
/** From this argument on eight terms leave less than 1e-16. */
const STIRLING_FROM = 10;
/** Relative size at which a series or fraction has converged. */
const CONVERGED = 1e-16;
/** Stands in for a zero denominator in Lentz's method. */
const TINY = 1e-300;
const MAX_TERMS = 1_000_000;

/** Natural logarithm of the gamma function, x > 0. */
export function lnGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const inverseSquare = 1 / (shifted * shifted);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * inverseSquare + STIRLING[k]!;
  const stirling = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series / shifted;
  return stirling - Math.log(product);
}

/**
 * Regularised lower incomplete gamma function P(a, x), a > 0: the share of a gamma distribution of shape a below x. The
 * error grows as a times 1e-15 for large a; the terms needed as the root of a.
 */
export function gammaP(a: number, x: number): number {
  if (!(x > 0)) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  return x < a + 1 ? front * lowerSeries(a, x) : 1 - front * upperFraction(a, x);
}

/** Standard normal distribution function; keeps its relative accuracy in the lower tail. */
export function normalCdf(z: number): number {
  const half = (z * z) / 2;
  if (half >= 1.5) {
    // P(1/2, ·) is near 1 there: take the upper part straight from the fraction.
    const tail = half > 745 ? 0 : 0.5 * Math.exp(0.5 * Math.log(half) - half - lnGamma(0.5)) * upperFraction(0.5, half);
    return z < 0 ? tail : 1 - tail;
  }
  return z < 0 ? 0.5 - 0.5 * gammaP(0.5, half) : 0.5 + 0.5 * gammaP(0.5, half);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * CONVERGED; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 4 * CONVERGED) break;
  }
  return fraction;
}
