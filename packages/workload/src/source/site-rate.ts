/**
 * How unequal like sites are: a lognormal multiplier of the rate, mean 1, drawn once for each site and replication.
 *
 * A site's size is part of the world, drawn like everything else from a named stream of its source (`<name>/site-rate`)
 * under scenario seed and replication: replications then cover the luck of which sites are large, and runs of
 * different policies under one seed see the same sites. multiplier = exp(sigma z - sigma^2/2), z standard normal.
 */

import { type RandomStream, type RandomStreams, StreamBank } from '@infersim/kernel';

/** The multiplier of one source; exactly 1 for sigma 0. @throws RangeError for a negative or infinite sigma */
export function siteRateMultiplier(streams: RandomStreams, name: string, sigma: number): number {
  checkSigma(sigma);
  return sigma === 0 ? 1 : multiplierOf(streams.stream(`${name}/site-rate`), sigma);
}

function checkSigma(sigma: number): void {
  if (!(sigma >= 0 && sigma < 100)) throw new RangeError(`site rate sigma must be from 0 to 100, got ${sigma}`);
}

function multiplierOf(stream: RandomStream, sigma: number): number {
  return Math.exp(sigma * stream.nextNormal() - (sigma * sigma) / 2);
}

/** Most emitters or users of one site that are looked through one by one. */
export const FEW = 64;

/** Name of a site's source, the prefix of its streams. */
export function siteSourceName(workloadId: string, sites: number, site: number): string {
  return sites === 1 ? workloadId : `${workloadId}/${site}`;
}

/** Size of every site, or null where all have size 1: what `siteRateMultiplier` gives for the names of two or more sites. */
export function siteMultipliers(
  streams: RandomStreams,
  sites: number,
  workloadId: string,
  sigma: number,
): Float64Array | null {
  if (sigma === 0) return null;
  checkSigma(sigma);
  const multipliers = new Float64Array(sites);
  const bank = new StreamBank(streams, sites, `${workloadId}/`, '/site-rate');
  bank.seedAll();
  for (let site = 0; site < sites; site++) {
    bank.select(site);
    multipliers[site] = multiplierOf(bank.stream, sigma);
  }
  return multipliers;
}
