/**
 * Latency samples of each of many like sites: what a distribution over sites is made from.
 *
 * At most `LIMIT` samples per site; beyond it every further sample replaces one by a hash of its number, so a busy site
 * keeps a fair sample. Samples lie in blocks of 2, 4, 8 ... cut from shared pages: a site that outgrows its block moves to
 * the next size, and another site takes what it leaves. 8 bytes a site and at most 16 a sample. Times in seconds.
 */

import { hashString, hashUniform } from '@infersim/kernel';

const LIMIT_BITS = 12;
const LIMIT = 2 ** LIMIT_BITS;
/** Values of a page; a block never spans two. */
const PAGE_BITS = 16;
const PURPOSE = hashString('site-samples');

export class SiteSamples {
  readonly sites: number;
  readonly #seen: Uint32Array;
  /** Each site's block, a number within its size. */
  readonly #block: Int32Array;
  readonly #blocks = Array.from({ length: LIMIT_BITS + 1 }, (_, bits) => new Blocks(bits));

  constructor(sites: number) {
    this.sites = sites;
    this.#seen = new Uint32Array(sites);
    this.#block = new Int32Array(sites);
  }

  /** Bytes held, those of pages that are not full included. */
  get bytes(): number {
    const pages = this.#blocks.reduce((bytes, blocks) => bytes + blocks.bytes, 0);
    return this.#seen.byteLength + this.#block.byteLength + pages;
  }

  add(site: number, valueS: number): void {
    const seen = this.#seen[site]!;
    this.#seen[site] = seen + 1;
    let place = seen;
    if (seen >= LIMIT) {
      place = Math.floor(hashUniform(site, PURPOSE, seen, 0) * (seen + 1));
      if (place >= LIMIT) return;
    } else if (seen === 0) this.#block[site] = this.#blocks[1]!.take();
    else if (seen > 1 && (seen & (seen - 1)) === 0) this.#move(site, seen);
    const bits = bitsOf(Math.min(seen + 1, LIMIT));
    this.#blocks[bits]!.set(this.#block[site]!, place, valueS);
  }

  /** How many samples of a site are held. */
  heldOf(site: number): number {
    return Math.min(this.#seen[site]!, LIMIT);
  }

  /** Copies a site's samples, unsorted, into `into` from `at` on; it must have room. Returns how many they were. */
  copyTo(site: number, into: Float64Array, at: number): number {
    const held = this.heldOf(site);
    if (held > 0) this.#blocks[bitsOf(held)]!.copyTo(this.#block[site]!, held, into, at);
    return held;
  }

  /** Samples of a site, unsorted; a copy. */
  of(site: number): Float64Array {
    const samples = new Float64Array(this.heldOf(site));
    this.copyTo(site, samples, 0);
    return samples;
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

/** Bits of the size of block that holds so many samples, at least 1. */
function bitsOf(held: number): number {
  return held <= 2 ? 1 : 32 - Math.clz32(held - 1);
}

/** Blocks of 2^bits values, by number. */
class Blocks {
  readonly #bits: number;
  readonly #pages: Float64Array[] = [];
  #used = 0;
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
    if (block >>> (PAGE_BITS - this.#bits) === this.#pages.length) this.#pages.push(new Float64Array(2 ** PAGE_BITS));
    return block;
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
