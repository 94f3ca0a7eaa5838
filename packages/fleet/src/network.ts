/**
 * Delay of the two network legs of an attempt: half the round trip, times a lognormal factor of mean 1.
 *
 * The factor is a hash of (seed, leg, request, attempt), not a draw from a stream: a changed policy or worker count
 * sees the same network for the same attempt. Loss and bandwidth are not modelled; tokens of a stream share the leg.
 */

import { HASH_PREFIX_WORDS, hashPrefix, hashString, hashUniform, hashUniforms } from '@infersim/kernel';

export const UPLINK = hashString('network/uplink');
export const DOWNLINK = hashString('network/downlink');
const SECOND_DRAW = hashString('network/second-draw');

/** Cells of `legs`: to the site, and back to the client. */
export const Leg = { UP_S: 0, DOWN_S: 1 } as const;

/** Seconds of the legs that `NetworkLegs.draw` drew last. */
export const legs = new Float64Array(2);

/** Two uniform draws for each leg. */
const draws = new Float64Array(4);

/** The network of one world. */
export class NetworkLegs {
  /** Sigma of the factor's logarithm, and half its square. */
  readonly #spread: Float64Array;
  readonly #prefixes = new Int32Array(draws.length * HASH_PREFIX_WORDS);

  /** @param sigma of the factor's logarithm, 0 = no jitter. */
  constructor(sigma: number, seed: number) {
    this.#spread = Float64Array.of(sigma, (sigma * sigma) / 2);
    [UPLINK, UPLINK ^ SECOND_DRAW, DOWNLINK, DOWNLINK ^ SECOND_DRAW].forEach((purpose, draw) => {
      hashPrefix(seed, purpose, this.#prefixes, draw * HASH_PREFIX_WORDS);
    });
  }

  /** Puts both legs of an attempt into `legs`. `rttS` is the mean round trip, seconds. */
  draw(rttS: number, requestId: number, attempt: number): void {
    const spread = this.#spread;
    const halfS = rttS / 2;
    if (halfS === 0 || spread[0] === 0) {
      legs[Leg.UP_S] = halfS;
      legs[Leg.DOWN_S] = halfS;
      return;
    }
    hashUniforms(this.#prefixes, requestId, attempt, draws);
    const up = Math.sqrt(-2 * Math.log(1 - draws[0]!)) * Math.cos(2 * Math.PI * draws[1]!);
    legs[Leg.UP_S] = halfS * Math.exp(spread[0]! * up - spread[1]!);
    const down = Math.sqrt(-2 * Math.log(1 - draws[2]!)) * Math.cos(2 * Math.PI * draws[3]!);
    legs[Leg.DOWN_S] = halfS * Math.exp(spread[0]! * down - spread[1]!);
  }
}

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
