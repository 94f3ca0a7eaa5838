/**
 * Bands of figures that several pools make together.
 *
 * Latencies: each pool's real latencies are its predicted ones times a factor within its band, so every quantile and mean
 * of their mixture lies between the lowest and the highest factor. The hull of the pools that carry at least 1 % of the
 * requests is therefore safe whatever quantile is asked for; smaller shares cannot move a p99 by themselves.
 *
 * Sums (tokens per second, watts, joules, dollars): the sum of the lows and of the highs, that is, factors weighed by
 * what each pool predicts. Exact when errors of pools go together, too wide when they cancel; engines and devices of one
 * fleet share most of what makes them wrong.
 *
 * Cost per token: the part that does not depend on power (devices, building, network, staff) over tokens, plus the part
 * that does, which follows energy per token. Low cost is fast and frugal at once, high cost slow and hungry.
 */

import { type Band, NOMINAL_COVERAGE } from './band.js';
import { BAND_BASES, type BandBasis } from './band-widths.js';

/** A pool's band and what the pool carries of the figure. */
export interface WeightedBand {
  readonly band: Band;
  /** Requests for latencies; tokens, watts, joules or dollars for sums. At least 0. */
  readonly weight: number;
}

/** Shares of requests below which a pool does not widen the band of a latency. */
const LEAST_SHARE = 0.01;

/** The band of a mixture's latencies; undefined for no pools. Without any weight all pools count. */
export function bandOfMixture(parts: readonly WeightedBand[]): Band | undefined {
  const total = totalWeight(parts);
  const counted = total > 0 ? parts.filter((part) => part.weight >= LEAST_SHARE * total) : parts;
  if (counted.length === 0) return undefined;
  return {
    lowFactor: Math.min(...counted.map(({ band }) => band.lowFactor)),
    highFactor: Math.max(...counted.map(({ band }) => band.highFactor)),
    ...evidenceOf(counted),
  };
}

/** The band of a sum; undefined for no pools. Without any weight all pools count alike. */
export function bandOfSum(parts: readonly WeightedBand[]): Band | undefined {
  if (parts.length === 0) return undefined;
  const total = totalWeight(parts);
  const counted = total > 0 ? parts.filter((part) => part.weight > 0) : parts.map(({ band }) => ({ band, weight: 1 }));
  const sum = totalWeight(counted);
  const mean = (factor: (band: Band) => number) =>
    counted.reduce((all, { band, weight }) => all + factor(band) * weight, 0) / sum;
  return {
    lowFactor: mean((band) => band.lowFactor),
    highFactor: mean((band) => band.highFactor),
    // Evidence is that of what matters: a trace of an unknown pool does not make the sum unknown.
    ...evidenceOf(counted.filter((part) => part.weight >= LEAST_SHARE * sum)),
  };
}

/** The band of a total of which `powerShare` (0 to 1) follows power and the rest is fixed. */
export function bandOfTotalCost(power: Band, powerShare: number): Band {
  return {
    ...power,
    lowFactor: 1 - powerShare + powerShare * power.lowFactor,
    highFactor: 1 - powerShare + powerShare * power.highFactor,
  };
}

/** The band of cost per token, of which `powerShare` (0 to 1) follows energy per token. */
export function bandOfTokenCost(throughput: Band, energyPerToken: Band, powerShare: number): Band {
  const parts: WeightedBand[] = [
    { band: throughput, weight: 1 - powerShare },
    { band: energyPerToken, weight: powerShare },
  ];
  return {
    lowFactor: (1 - powerShare) / throughput.highFactor + powerShare * energyPerToken.lowFactor,
    highFactor: (1 - powerShare) / throughput.lowFactor + powerShare * energyPerToken.highFactor,
    ...evidenceOf(parts.filter((part) => part.weight >= LEAST_SHARE)),
  };
}

function totalWeight(parts: readonly WeightedBand[]): number {
  return parts.reduce((sum, part) => sum + part.weight, 0);
}

function evidenceOf(parts: readonly WeightedBand[]): Pick<Band, 'basis' | 'n' | 'nominal'> {
  return {
    basis: farthestBasis(parts.map(({ band }) => band.basis)),
    n: Math.min(...parts.map(({ band }) => band.n)),
    nominal: NOMINAL_COVERAGE,
  };
}

/** The basis that is farthest away; `none` for an empty list. */
export function farthestBasis(bases: readonly BandBasis[]): BandBasis {
  if (bases.length === 0) return 'none';
  return BAND_BASES[Math.max(...bases.map((basis) => BAND_BASES.indexOf(basis)))]!;
}
