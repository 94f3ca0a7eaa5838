/**
 * Latency samples of each of many like sites: what a distribution over sites is made from.
 *
 * At most `LIMIT` samples per site; beyond it every further sample replaces one by a hash of its number, so a busy site
 * keeps a fair sample. Samples lie in blocks of 2, 4, 8 ... cut from shared pages: a site that outgrows its block moves to
 * the next size, and another site takes what it leaves. 8 bytes a site and at most 16 a sample. Times in seconds.
 */

import { HashedPurpose, hashString } from '@infersim/kernel';
import { fixedCells } from '@infersim/stats';

const LIMIT_BITS = 12;
const LIMIT = 2 ** LIMIT_BITS;
/** Values of a page; a block never spans two. */
const PAGE_BITS = 16;
const PURPOSE = hashString('site-samples');

/** What the last draw was for, and what came of it: a request's latencies ask for the same one after another. */
const last = fixedCells(3);
const Last = { SITE: 0, SEEN: 1, PLACE: 2 } as const;
let draws = new HashedPurpose(0, PURPOSE);

/** Samples as plain data: sites that have some, how many were seen and kept, the kept ones one behind the other. */
export interface PackedSiteSamples {
  readonly site: Int32Array;
  readonly seen: Float64Array;
  readonly kept: Int32Array;
  readonly values: Float64Array;
}

/** Sites are called by their number in the group. */
export class SiteSamples {
  readonly firstSite: number;
  readonly sites: number;
  readonly #seen: Int32Array;
  /** Each site's block, a number within its size. */
  readonly #block: Int32Array;
  readonly #blocks = Array.from({ length: LIMIT_BITS + 1 }, (_, bits) => new Blocks(bits));

  /** Of `sites` sites from number `firstSite` on. */
  constructor(firstSite: number, sites: number) {
    this.firstSite = firstSite;
    this.sites = sites;
    this.#seen = new Int32Array(sites);
    this.#block = new Int32Array(sites);
  }

  /** Bytes held, those of pages that are not full included. */
  get bytes(): number {
    const pages = this.#blocks.reduce((bytes, blocks) => bytes + blocks.bytes, 0);
    return this.#seen.byteLength + this.#block.byteLength + pages;
  }

  add(siteOfGroup: number, valueS: number): void {
    const site = siteOfGroup - this.firstSite;
    const seen = this.#seen[site]!;
    this.#seen[site] = seen + 1;
    if (seen < LIMIT) this.#keep(site, seen, valueS);
    else {
      if (last[Last.SEEN] !== seen || last[Last.SITE] !== siteOfGroup) drawPlace(siteOfGroup, seen);
      if (last[Last.PLACE]! < LIMIT) this.#replace(site, valueS);
    }
  }

  /** How many samples of a site are held. */
  heldOf(siteOfGroup: number): number {
    return Math.min(this.#seen[siteOfGroup - this.firstSite]!, LIMIT);
  }

  /** Copies a site's samples, unsorted, into `into` from `at` on; it must have room. Returns how many they were. */
  copyTo(siteOfGroup: number, into: Float64Array, at: number): number {
    const site = siteOfGroup - this.firstSite;
    const held = this.heldOf(siteOfGroup);
    if (held > 0) this.#blocks[bitsOf(held)]!.copyTo(this.#block[site]!, held, into, at);
    return held;
  }

  /** Samples of a site, unsorted; a copy. */
  of(site: number): Float64Array {
    const samples = new Float64Array(this.heldOf(site));
    this.copyTo(site, samples, 0);
    return samples;
  }

  /** Everything kept, as plain data. */
  pack(): PackedSiteSamples {
    const site: number[] = [];
    let held = 0;
    for (let index = 0; index < this.sites; index++) {
      if (this.#seen[index] === 0) continue;
      site.push(this.firstSite + index);
      held += this.heldOf(this.firstSite + index);
    }
    const values = new Float64Array(held);
    let at = 0;
    const kept = Int32Array.from(site, (number) => {
      const count = this.copyTo(number, values, at);
      at += count;
      return count;
    });
    return {
      site: Int32Array.from(site),
      seen: Float64Array.from(site, (number) => this.#seen[number - this.firstSite]!),
      kept,
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
      const number = numbers[row]!;
      const theirs = values.subarray(at, at + kept[row]!);
      at += kept[row]!;
      const mine = this.of(number);
      const site = number - this.firstSite;
      const total = this.#seen[site]! + seen[row]!;
      if (mine.length + theirs.length <= LIMIT) for (const value of theirs) this.add(number, value);
      else {
        const share = Math.max(LIMIT - mine.length, Math.round((LIMIT * seen[row]!) / total));
        const taken = Math.min(theirs.length, share);
        for (const value of theirs.subarray(0, LIMIT - mine.length)) this.add(number, value);
        const joined = [...spaced(mine, LIMIT - taken), ...spaced(theirs, taken)];
        joined.forEach((value, place) => {
          this.#blocks[LIMIT_BITS]!.set(this.#block[site]!, place, value);
        });
      }
      this.#seen[site] = total;
    }
  }

  /** One more sample of a site that has `held`, below the limit. */
  #keep(site: number, held: number, valueS: number): void {
    if (held === 0) this.#block[site] = this.#blocks[1]!.take();
    else if (held > 1 && (held & (held - 1)) === 0) this.#move(site, held);
    this.#blocks[bitsOf(held + 1)]!.set(this.#block[site]!, held, valueS);
  }

  /** A sample of a busy site in the place that was drawn for it. */
  #replace(site: number, valueS: number): void {
    this.#blocks[LIMIT_BITS]!.set(this.#block[site]!, last[Last.PLACE]!, valueS);
  }

  /** Puts the samples of a full block into one of twice the size. */
  #move(site: number, held: number): void {
    const bits = bitsOf(held);
    const from = this.#blocks[bits]!;
    const to = this.#blocks[bits + 1]!;
    const old = this.#block[site]!;
    const next = to.take();
    for (let place = 0; place < held; place++) to.set(next, place, from.get(old, place));
    from.give(old);
    this.#block[site] = next;
  }
}

/** Where sample number `seen` of a busy site goes, into `last`; one of `LIMIT` or more, whatever it is, is not kept. */
function drawPlace(siteOfGroup: number, seen: number): void {
  if (last[Last.SITE] !== siteOfGroup) draws = new HashedPurpose(siteOfGroup, PURPOSE);
  last[Last.SITE] = siteOfGroup;
  last[Last.SEEN] = seen;
  // Most samples of a busy site are not kept, which the upper bits of the draw tell: products of greater numbers are not less.
  const least = draws.least(seen, 0) * (seen + 1);
  last[Last.PLACE] = least >= LIMIT ? least : Math.floor(draws.uniform(seen, 0) * (seen + 1));
}

/** `count` of the values, evenly spaced. */
function spaced(values: Float64Array, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => values[Math.floor((index * values.length) / count)]!);
}

/** Bits of the size of block that holds so many samples, at least 1. */
function bitsOf(held: number): number {
  return held <= 2 ? 1 : 32 - Math.clz32(held - 1);
}

/** Blocks of 2^bits values, by number. */
class Blocks {
  readonly #bits: number;
  readonly #pages: Float64Array[] = [];
  #used = 0;
  /** Blocks that the pages have room for. */
  #room = 0;
  readonly #free: number[] = [];

  constructor(bits: number) {
    this.#bits = bits;
  }

  get bytes(): number {
    return this.#pages.length * 2 ** PAGE_BITS * Float64Array.BYTES_PER_ELEMENT;
  }

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const block = this.#used++;
    if (block === this.#room) this.#addPage();
    return block;
  }

  #addPage(): void {
    this.#pages.push(new Float64Array(2 ** PAGE_BITS));
    this.#room += 1 << (PAGE_BITS - this.#bits);
  }

  give(block: number): void {
    this.#free.push(block);
  }

  get(block: number, place: number): number {
    return this.#pages[block >>> (PAGE_BITS - this.#bits)]![this.#start(block) + place]!;
  }

  set(block: number, place: number, value: number): void {
    this.#pages[block >>> (PAGE_BITS - this.#bits)]![this.#start(block) + place] = value;
  }

  copyTo(block: number, count: number, into: Float64Array, at: number): void {
    const page = this.#pages[block >>> (PAGE_BITS - this.#bits)]!;
    const start = this.#start(block);
    for (let i = 0; i < count; i++) into[at + i] = page[start + i]!;
  }

  #start(block: number): number {
    return (block & ((1 << (PAGE_BITS - this.#bits)) - 1)) << this.#bits;
  }
}
