/**
 * Latency samples of each of many like sites: what a distribution over sites is made from.
 *
 * Small growing columns per site, at most `LIMIT` samples each; beyond it every further sample replaces one by a hash
 * of its number, so a busy site keeps a fair sample. Times in seconds.
 */

import { hashString, hashUniform } from '@infersim/kernel';

const LIMIT = 4096;
const PURPOSE = hashString('site-samples');

export class SiteSamples {
  readonly sites: number;
  readonly #values: (Float64Array | undefined)[];
  readonly #seen: Float64Array;

  constructor(sites: number) {
    this.sites = sites;
    this.#values = new Array<Float64Array | undefined>(sites).fill(undefined);
    this.#seen = new Float64Array(sites);
  }

  add(site: number, valueS: number): void {
    const seen = this.#seen[site]!;
    this.#seen[site] = seen + 1;
    let values = this.#values[site];
    if (values === undefined) {
      values = new Float64Array(8);
      this.#values[site] = values;
    } else if (seen >= values.length && values.length < LIMIT) {
      const next = new Float64Array(Math.min(LIMIT, values.length * 2));
      next.set(values);
      values = next;
      this.#values[site] = values;
    }
    if (seen < values.length) values[seen] = valueS;
    else {
      const place = Math.floor(hashUniform(site, PURPOSE, seen, 0) * (seen + 1));
      if (place < LIMIT) values[place] = valueS;
    }
  }

  /** Samples of a site, unsorted; a copy. */
  of(site: number): Float64Array {
    return (this.#values[site] ?? new Float64Array(0)).slice(0, Math.min(this.#seen[site]!, LIMIT));
  }
}
