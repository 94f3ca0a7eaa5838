/**
 * Delay of one network leg: half the round trip, times a lognormal factor of mean 1.
 *
 * The factor is a hash of (seed, leg, request, attempt), not a draw from a stream: a changed policy or worker count
 * sees the same network for the same attempt. Loss and bandwidth are not modelled; tokens of a stream share the leg.
 */

import { hashString, hashUniform } from '@infersim/kernel';

export const UPLINK = hashString('network/uplink');
export const DOWNLINK = hashString('network/downlink');
const SECOND_DRAW = hashString('network/second-draw');

/** Seconds of one leg. `rttS` is the mean round trip; `sigma` of the factor's logarithm, 0 = no jitter. */
export function legS(
  rttS: number,
  sigma: number,
  seed: number,
  leg: number,
  requestId: number,
  attempt: number,
): number {
  if (rttS === 0) return 0;
  if (sigma === 0) return rttS / 2;
  const u = 1 - hashUniform(seed, leg, requestId, attempt);
  const v = hashUniform(seed, leg ^ SECOND_DRAW, requestId, attempt);
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  return (rttS / 2) * Math.exp(sigma * normal - (sigma * sigma) / 2);
}

/** Most standard deviations that a normal number of two hash draws can lie from 0: the draws have 53 bits. */
const MOST_DEVIATIONS = Math.sqrt(-2 * Math.log(2 ** -53));

/** Seconds that no leg of this round trip falls below, whatever is drawn. */
export function leastLegS(rttS: number, sigma: number): number {
  return (rttS / 2) * Math.exp(-sigma * MOST_DEVIATIONS - (sigma * sigma) / 2);
}
