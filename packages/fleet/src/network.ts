/**
 * Delay of the two network legs of an attempt: half the round trip, times a lognormal factor of mean 1.
 *
 * The factor is a hash of (seed, leg, request, attempt), not a draw from a stream: a changed policy or worker count
 * sees the same network for the same attempt. Loss and bandwidth are not modelled; tokens of a stream share the leg.
 */

import { FourPurposes, fourDraws, hashString } from '@infersim/kernel';
import { fixedCells } from '@infersim/stats';

const UPLINK = hashString('network/uplink');
const DOWNLINK = hashString('network/downlink');
const SECOND_DRAW = hashString('network/second-draw');

/** Cells of `legs`: to the site, and back to the client. */
export const Leg = { UP_S: 0, DOWN_S: 1 } as const;

/** Seconds of the legs that `NetworkLegs.draw` drew last. */
export const legs = fixedCells(2);

/** The network of one world. */
export class NetworkLegs {
  /** Sigma of the factor's logarithm, and half its square. */
  readonly #spread: Float64Array;
  /** Two draws for each leg, the one up first. */
  readonly #draws: FourPurposes;

  /** @param sigma of the factor's logarithm, 0 = no jitter. */
  constructor(sigma: number, seed: number) {
    this.#spread = Float64Array.of(sigma, (sigma * sigma) / 2);
    this.#draws = new FourPurposes(seed, [UPLINK, UPLINK ^ SECOND_DRAW, DOWNLINK, DOWNLINK ^ SECOND_DRAW]);
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
    this.#draws.draw(requestId, attempt);
    legs[Leg.UP_S] = halfS * Math.exp(spread[0]! * normal(fourDraws[0]!, fourDraws[1]!) - spread[1]!);
    legs[Leg.DOWN_S] = halfS * Math.exp(spread[0]! * normal(fourDraws[2]!, fourDraws[3]!) - spread[1]!);
  }
}

/** A standard normal number of two uniform ones (Box and Muller, 1958). */
function normal(u: number, v: number): number {
  return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
}

/** Most standard deviations that a normal number of two hash draws can lie from 0: the draws have 53 bits. */
const MOST_DEVIATIONS = Math.sqrt(-2 * Math.log(2 ** -53));

/** Seconds that no leg of this round trip falls below, whatever is drawn. */
export function leastLegS(rttS: number, sigma: number): number {
  return (rttS / 2) * Math.exp(-sigma * MOST_DEVIATIONS - (sigma * sigma) / 2);
}
