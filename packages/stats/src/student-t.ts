/**
 * Student's t distribution for any positive, also fractional, number of degrees of freedom: tail and quantile.
 *
 * With x = v / (v + t^2), the tail is P(T > t) = I_x(v/2, 1/2) / 2, and the area from 0 to t is
 * I_{1-x}(1/2, v/2) / 2, where I is the regularised incomplete beta function, taken by its continued fraction
 * (Abramowitz and Stegun 26.5.8, 26.7.1) with the modified Lentz method on whichever side converges. The beta
 * function B(v/2, 1/2) needs only the ratio Gamma(a + 1/2) / Gamma(a): its asymptotic series from a = 20 on, reached
 * by the recurrence; no log-gamma, so nothing cancels for large v. From 1e5 degrees on the expansion about the
 * normal quantile takes over (Abramowitz and Stegun 26.7.5; its first missing term is below 1e-16 there).
 *
 * The quantile solves for the tail by Newton steps on log tail over log t inside a bracket. Tested: relative error
 * below 1e-10 against 40-digit values for tails down to 5e-4, 1e-9 at 1e-6 (there 1 - p itself is rounded), and tail
 * and quantile invert each other to 1e-10 down to 1e-12.
 */
import { normalQuantile } from './normal-distribution.js';
import { StatisticsError } from './statistics-error.js';

const EXPANSION_FROM = 1e5;
const LARGEST_LOG = 700;

/** P(T > t) for Student's t with `df` degrees of freedom, t >= 0, df finite. */
export function studentTUpperTail(t: number, df: number): number {
  if (!(t >= 0)) throw new StatisticsError('STATS_OUT_OF_RANGE', `the tail is taken from t >= 0, not ${t}`);
  checkDegrees(df);
  const ratio = t / Math.sqrt(df);
  const a = df / 2;
  const x = 1 / (1 + ratio * ratio);
  const beta = Math.sqrt(Math.PI) / gammaRatio(a);
  if (x < (a + 1) / (a + 2.5)) {
    return ((0.5 * powers(ratio, a)) / (a * beta)) * betaFraction(x, a, 0.5);
  }
  const y = (ratio * ratio) / (1 + ratio * ratio);
  return 0.5 - (powers(ratio, a) / beta) * betaFraction(y, 0.5, a);
}

/**
 * The t with P(T <= t) = p for Student's t with `df` degrees of freedom, 0 < p < 1; `df` may be Infinity (normal).
 * Infinite when it exceeds 1e304, which only fractions of a degree reach. Throws `STATS_OUT_OF_RANGE`.
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new StatisticsError('STATS_OUT_OF_RANGE', `a probability lies within 0..1, not at ${p}`);
  if (df !== Number.POSITIVE_INFINITY) checkDegrees(df);
  if (p === 0.5) return 0;
  if (df >= EXPANSION_FROM) return expandAboutNormal(normalQuantile(p), df);
  return p > 0.5 ? fromUpperTail(1 - p, df) : -fromUpperTail(p, df);
}

function checkDegrees(df: number): void {
  if (!(df > 0 && df < Number.POSITIVE_INFINITY)) {
    throw new StatisticsError('STATS_OUT_OF_RANGE', `degrees of freedom are positive, not ${df}`);
  }
}

/** Gamma(a + 1/2) / Gamma(a), relative error below 1e-14. */
function gammaRatio(a: number): number {
  let scale = 1;
  let x = a;
  while (x < 20) {
    scale *= x / (x + 0.5);
    x += 1;
  }
  const w = 1 / (x * x);
  const series = (-1 / 8 + w * (1 / 192 + w * (-1 / 640 + (w * 17) / 14336))) / x;
  return scale * Math.sqrt(x) * Math.exp(series);
}

/** x^a (1 - x)^(1/2) for x = 1 / (1 + ratio^2). */
function powers(ratio: number, a: number): number {
  const square = ratio * ratio;
  const logarithm = ratio > 1e8 ? 2 * Math.log(ratio) : Math.log1p(square);
  return Math.exp(-a * logarithm) * (ratio > 1e8 ? 1 : Math.sqrt(square / (1 + square)));
}

/** The continued fraction of the incomplete beta function, modified Lentz; x below (a + 1) / (a + b + 2). */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-15) return result;
  }
  throw new StatisticsError('STATS_OUT_OF_RANGE', `the incomplete beta function does not converge at ${x}, ${a}, ${b}`);
}

function density(t: number, df: number): number {
  const ratio = t / Math.sqrt(df);
  const logarithm = ratio > 1e8 ? 2 * Math.log(ratio) : Math.log1p(ratio * ratio);
  return (gammaRatio(df / 2) / Math.sqrt(df * Math.PI)) * Math.exp((-(df + 1) / 2) * logarithm);
}

/** Solves P(T > e^s) = tail for s, then returns e^s. Log tail is concave in s, so Newton needs few steps. */
function fromUpperTail(tail: number, df: number): number {
  let low = -LARGEST_LOG;
  let high = 0;
  for (let step = 1; studentTUpperTail(Math.exp(high), df) > tail; step *= 2) {
    low = high;
    high += step;
    if (high > LARGEST_LOG) return Number.POSITIVE_INFINITY;
  }
  let s = high;
  for (let round = 0; round < 200; round++) {
    const t = Math.exp(s);
    const reached = studentTUpperTail(t, df);
    if (reached > tail) low = s;
    else high = s;
    // Near the centre the tail hardly moves with s: there a step in t itself, t' = t + (reached - tail) / density.
    const slope = density(t, df);
    const next = tail > 0.25 ? t + (reached - tail) / slope : 0;
    let proposal = next > 0 ? Math.log(next) : s + (Math.log(reached / tail) * reached) / (t * slope);
    if (!(proposal > low && proposal < high)) proposal = (Math.max(low, -80) + high) / 2;
    if (Math.abs(proposal - s) <= 2e-16 * Math.max(1, Math.abs(s)) || proposal === s) return Math.exp(proposal);
    s = proposal;
  }
  return Math.exp(s);
}

function expandAboutNormal(z: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return z;
  const w = z * z;
  const first = (z * (w + 1)) / 4;
  const second = (z * (3 + w * (16 + 5 * w))) / 96;
  const third = (z * (-15 + w * (17 + w * (19 + 3 * w)))) / 384;
  return z + (first + (second + third / df) / df) / df;
}
