/**
 * Power of very many like sites in time bins: cells only for the (site, bin) pairs in which something was drawn.
 *
 * A site's cells are a list from its latest bin back; work is reported at most a leap behind, so what is looked for is near
 * the front. 16 bytes a cell and 4 a site, where one row of bins per site would take 480 bytes for an hour of minutes and
 * 11 kB for a day. Amounts are those of `TimeBins` to the bit: the same edges, the same pieces, added in the same order.
 * Seconds, joules.
 */

import { Stretch } from '@infersim/stats';

/** Cells to start with. */
const FIRST_CELLS = 1024;

export class SiteBins {
  readonly #widthS: number;
  /** Latest cell of each site plus 1; 0 = none. */
  readonly #latest: Int32Array;
  #bin = new Int32Array(FIRST_CELLS);
  /** Cell of the same site before it in time, plus 1. */
  #before = new Int32Array(FIRST_CELLS);
  #amount = new Float64Array(FIRST_CELLS);
  #cells = 0;

  constructor(sites: number, widthS: number) {
    this.#widthS = widthS;
    this.#latest = new Int32Array(sites);
  }

  /** Cells in use. */
  get cells(): number {
    return this.#cells;
  }

  /** Adds a stretch of time (cells of `Stretch`), which begins at 0 or later, to a site. */
  addStretch(site: number, stretch: Float64Array): void {
    const fromS = stretch[Stretch.FROM_S]!;
    const toS = stretch[Stretch.TO_S]!;
    const rate = stretch[Stretch.RATE]!;
    if (!(toS > fromS)) return;
    const width = this.#widthS;
    const first = this.#binOf(fromS);
    let last = this.#binOf(toS);
    if (last > 0 && last * width === toS) last--;
    // From the last bin back, as the list runs; `ahead` is the cell after the one looked at.
    let ahead = -1;
    let cell = this.#latest[site]! - 1;
    for (let bin = last; bin >= first; bin--) {
      while (cell >= 0 && this.#bin[cell]! > bin) {
        ahead = cell;
        cell = this.#before[cell]! - 1;
      }
      if (cell < 0 || this.#bin[cell]! < bin) cell = this.#insert(site, bin, cell, ahead);
      const pieceFromS = bin === first ? fromS : bin * width;
      const pieceToS = bin === last ? toS : (bin + 1) * width;
      this.#amount[cell] = this.#amount[cell]! + (pieceToS - pieceFromS) * rate;
    }
  }

  /** The amount of a site in a bin. */
  amount(site: number, bin: number): number {
    let cell = this.#latest[site]! - 1;
    while (cell >= 0 && this.#bin[cell]! > bin) cell = this.#before[cell]! - 1;
    return cell >= 0 && this.#bin[cell] === bin ? this.#amount[cell]! : 0;
  }

  /** Adds every amount of a site to the bins of `into` that it has. */
  addTo(site: number, into: Float64Array): void {
    for (let cell = this.#latest[site]! - 1; cell >= 0; cell = this.#before[cell]! - 1) {
      const bin = this.#bin[cell]!;
      if (bin < into.length) into[bin] = into[bin]! + this.#amount[cell]!;
    }
  }

  /** Whether anything was ever added to a site. */
  hasAny(site: number): boolean {
    return this.#latest[site]! > 0;
  }

  /** Bins of a site up to the last that something was added to. */
  binCount(site: number): number {
    const cell = this.#latest[site]! - 1;
    return cell < 0 ? 0 : this.#bin[cell]! + 1;
  }

  /** Sets the bins of a site that has none yet; those of nothing are left out. */
  put(site: number, amounts: Float64Array): void {
    for (let bin = 0; bin < amounts.length; bin++) {
      if (amounts[bin] === 0) continue;
      const cell = this.#insert(site, bin, this.#latest[site]! - 1, -1);
      this.#amount[cell] = amounts[bin]!;
    }
  }

  #insert(site: number, bin: number, before: number, ahead: number): number {
    const cell = this.#cells++;
    if (cell === this.#bin.length) this.#grow();
    this.#bin[cell] = bin;
    this.#before[cell] = before + 1;
    if (ahead < 0) this.#latest[site] = cell + 1;
    else this.#before[ahead] = cell + 1;
    return cell;
  }

  /** The bin with bin * width <= timeS < (bin + 1) * width: divided, then corrected by the edges themselves. */
  #binOf(timeS: number): number {
    const width = this.#widthS;
    let bin = Math.floor(timeS / width);
    while (bin > 0 && bin * width > timeS) bin--;
    while ((bin + 1) * width <= timeS) bin++;
    return bin;
  }

  #grow(): void {
    const length = this.#bin.length * 2;
    const bin = new Int32Array(length);
    bin.set(this.#bin);
    this.#bin = bin;
    const before = new Int32Array(length);
    before.set(this.#before);
    this.#before = before;
    const amount = new Float64Array(length);
    amount.set(this.#amount);
    this.#amount = amount;
  }
}
