import { hashString, hashUniform } from '@infersim/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leg, leastLegS, legs, NetworkLegs } from '../src/network.js';

/** One leg by the letter of its definition. */
function legS(name: string, rttS: number, sigma: number, seed: number, requestId: number, attempt: number): number {
  const purpose = hashString(name);
  const u = 1 - hashUniform(seed, purpose, requestId, attempt);
  const v = hashUniform(seed, purpose ^ hashString('network/second-draw'), requestId, attempt);
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  return (rttS / 2) * Math.exp(sigma * normal - (sigma * sigma) / 2);
}

describe('NetworkLegs', () => {
  it('draws both legs of an attempt as each is defined', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.nat(2 ** 32 - 1),
        fc.nat(2 ** 40),
        fc.integer({ min: 1, max: 9 }),
        (rttS, sigma, seed, requestId, attempt) => {
          new NetworkLegs(sigma, seed).draw(rttS, requestId, attempt);
          expect(legs[Leg.UP_S]).toBe(legS('network/uplink', rttS, sigma, seed, requestId, attempt));
          expect(legs[Leg.DOWN_S]).toBe(legS('network/downlink', rttS, sigma, seed, requestId, attempt));
          expect(legs[Leg.UP_S]).toBeGreaterThanOrEqual(leastLegS(rttS, sigma));
        },
      ),
    );
  });

  it('halves the round trip where there is no jitter, and takes no time where there is no way to go', () => {
    new NetworkLegs(0, 7).draw(0.05, 1, 1);
    expect(Array.from(legs)).toEqual([0.025, 0.025]);
    new NetworkLegs(0.3, 7).draw(0, 1, 1);
    expect(Array.from(legs)).toEqual([0, 0]);
  });
});
