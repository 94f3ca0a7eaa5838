/**
 * How unequal like sites are: a lognormal multiplier of the rate, mean 1, drawn once for each site and replication.
 *
 * A site's size is part of the world, drawn like everything else from a named stream of its source (`<name>/site-rate`)
 * under scenario seed and replication: replications then cover the luck of which sites are large, and runs of
 * different policies under one seed see the same sites. multiplier = exp(sigma z - sigma^2/2), z standard normal.
 */

import type { RandomStreams } from '@infersim/kernel';

/** The multiplier of one source; exactly 1 for sigma 0. @throws RangeError for a negative or infinite sigma */
export function siteRateMultiplier(streams: RandomStreams, name: string, sigma: number): number {
  if (!(sigma >= 0 && sigma < 100)) throw new RangeError(`site rate sigma must be from 0 to 100, got ${sigma}`);
  if (sigma === 0) return 1;
  return Math.exp(sigma * streams.stream(`${name}/site-rate`).nextNormal() - (sigma * sigma) / 2);
}
