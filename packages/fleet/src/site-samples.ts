/**
 * Latency samples of each of many like sites: what a distribution over sites is made from.
 *
 * Small growing columns per site, at most `LIMIT` samples each; beyond it every further sample replaces one by a hash
 * of its number, so a busy site keeps a fair sample. Times in seconds.
 */

import { hashString, hashUniform } from '@infersim/kernel';

const LIMIT = 4096;
const PURPOSE = hashString('site-samples');

/** Samples as plain data: sites that have some, how many were seen and kept, the kept ones one behind the other. */
export interface PackedSiteSamples {
  readonly site: Int32Array;
  readonly seen: Float64Array;
  readonly kept: Int32Array;
  readonly values: Float64Array;
}

export class SiteSamples {
  readonly firstSite: number;
  readonly sites: number;
  readonly #values: (Float64Array | undefined)[];
  readonly #seen: Float64Array;

  /** Of `sites` sites from number `firstSite` on. */
  constructor(firstSite: number, sites: number) {
    this.firstSite = firstSite;
    this.sites = sites;
    this.#values = new Array<Float64Array | undefined>(sites).fill(undefined);
    this.#seen = new Float64Array(sites);
  }

  add(siteOfGroup: number, valueS: number): void {
    const site = siteOfGroup - this.firstSite;
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
      const place = Math.floor(hashUniform(siteOfGroup, PURPOSE, seen, 0) * (seen + 1));
      if (place < LIMIT) values[place] = valueS;
    }
  }

  /** Samples of a site, unsorted; a copy. */
  of(siteOfGroup: number): Float64Array {
    const site = siteOfGroup - this.firstSite;
    return (this.#values[site] ?? new Float64Array(0)).slice(0, Math.min(this.#seen[site]!, LIMIT));
  }

  /** Everything kept, as plain data. */
  pack(): PackedSiteSamples {
    const site: number[] = [];
    for (let index = 0; index < this.sites; index++) if (this.#seen[index]! > 0) site.push(this.firstSite + index);
    const rows = site.map((number) => this.of(number));
    const values = new Float64Array(rows.reduce((sum, row) => sum + row.length, 0));
    let at = 0;
    for (const row of rows) {
      values.set(row, at);
      at += row.length;
    }
    return {
      site: Int32Array.from(site),
      seen: Float64Array.from(site, (number) => this.#seen[number - this.firstSite]!),
      kept: Int32Array.from(rows, (row) => row.length),
      values,
    };
  }

  /**
   * Adds what was seen elsewhere of these sites. Where both together kept more than fits, each gives a share in
   * proportion to what it saw, evenly spaced over what it kept.
   */
  absorb({ site: numbers, seen, kept, values }: PackedSiteSamples): void {
    let at = 0;
    for (let row = 0; row < numbers.length; row++) {
      const site = numbers[row]! - this.firstSite;
      const theirs = values.subarray(at, at + kept[row]!);
      at += kept[row]!;
      const mine = this.of(numbers[row]!);
      const total = this.#seen[site]! + seen[row]!;
      let joined = new Float64Array(mine.length + theirs.length);
      joined.set(mine);
      joined.set(theirs, mine.length);
      if (joined.length > LIMIT) {
        const share = Math.max(LIMIT - mine.length, Math.round((LIMIT * seen[row]!) / total));
        const taken = Math.min(theirs.length, share);
        joined = new Float64Array(LIMIT);
        joined.set(spaced(mine, LIMIT - taken));
        joined.set(spaced(theirs, taken), LIMIT - taken);
      }
      this.#values[site] = joined;
      this.#seen[site] = total;
    }
  }
}

/** `count` of the values, evenly spaced. */
function spaced(values: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => values[Math.floor((index * values.length) / count)]!);
}
