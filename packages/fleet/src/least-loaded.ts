/**
 * The least loaded of the n replicas of each of many sites.
 *
 * Of few replicas of a site it is kept what the least load is and, as bits, which of them have it: they are looked through only
 * when the last of those got more. Many play in a tournament tree per site, kept up to date in O(log n). There a replica plays
 * with its key, load x leaves + index: two keys say all about a match. Loads and keys are whole numbers, exact up to 2^53. One
 * replica per site needs neither: it is the least loaded one whatever its load, and nothing is kept.
 *
 * Ties go to the lower index, so the choice never depends on the order of updates.
 */

/** Most replicas of a site that bits stand for. */
const MOST_FLAT = 32;

/** Cells of a site of few replicas: the least load, a bit for each replica that has it, then the loads. */
const Flat = { LEAST: 0, WHO: 1, FIRST_LOAD: 2 } as const;

export class LeastLoaded {
  readonly #count: number;
  readonly #isFlat: boolean;
  /** Cells of a site: `Flat`, or a tree of least keys, whose root is node 1 and whose leaves start at `#leaves`. */
  readonly #stride: number;
  readonly #cells: Float64Array;
  readonly #leaves: number;

  constructor(sites: number, count: number) {
    let leaves = 1;
    while (leaves < count) leaves *= 2;
    this.#count = count;
    this.#leaves = leaves;
    this.#isFlat = count <= MOST_FLAT;
    const stride = this.#isFlat ? Flat.FIRST_LOAD + count : 2 * leaves;
    this.#stride = stride;
    const cells = new Float64Array(count === 1 ? 0 : sites * stride);
    this.#cells = cells;
    if (cells.length === 0) return;
    if (this.#isFlat) cells[Flat.WHO] = 2 ** count - 1;
    else {
      for (let leaf = 0; leaf < leaves; leaf++) cells[leaves + leaf] = leaf < count ? leaf : Number.POSITIVE_INFINITY;
      for (let node = leaves - 1; node >= 1; node--) cells[node] = Math.min(cells[2 * node]!, cells[2 * node + 1]!);
    }
    for (let site = 1; site < sites; site++) cells.copyWithin(site * stride, 0, stride);
  }

  /** Bytes of all sites. */
  get columnBytes(): number {
    return this.#cells.byteLength;
  }

  /** Index of the least load of a site. */
  best(site: number): number {
    if (this.#count === 1) return 0;
    const row = Math.imul(site, this.#stride);
    if (this.#isFlat === false) return this.#cells[row + 1]! & (this.#leaves - 1);
    const who = this.#cells[row + Flat.WHO]! | 0;
    return 31 - Math.clz32(who & -who);
  }

  /** Load of a replica of a site with several. */
  loadOf(site: number, index: number): number {
    const row = site * this.#stride;
    if (this.#isFlat) return this.#cells[row + Flat.FIRST_LOAD + index]!;
    return (this.#cells[row + this.#leaves + index]! - index) / this.#leaves;
  }

  /** Adds to one load of a site (negative to take away): whole numbers, the sum of which stays from 0 to 2^53 / n. */
  add(site: number, index: number, delta: number): void {
    if (this.#count === 1) return;
    const row = Math.imul(site, this.#stride);
    if (this.#isFlat === false) {
      this.#climb(row, index, delta);
      return;
    }
    const cells = this.#cells;
    const at = row + Flat.FIRST_LOAD + index;
    const least = cells[row + Flat.LEAST]!;
    const before = cells[at]!;
    const load = before + delta;
    cells[at] = load;
    if (load > least) {
      if (before > least) return;
      const others = cells[row + Flat.WHO]! & ~(1 << index);
      if (others === 0) this.#lookThrough(row);
      else cells[row + Flat.WHO] = others;
    } else if (load < least) {
      cells[row + Flat.LEAST] = load;
      cells[row + Flat.WHO] = 1 << index;
    } else cells[row + Flat.WHO] = cells[row + Flat.WHO]! | (1 << index);
  }

  /** Finds the least load of few anew, and who has it. */
  #lookThrough(row: number): void {
    const cells = this.#cells;
    const first = row + Flat.FIRST_LOAD;
    let least = cells[first]!;
    let who = 1;
    for (let index = 1; index < this.#count; index++) {
      const load = cells[first + index]!;
      if (load > least) continue;
      who = load < least ? 1 << index : who | (1 << index);
      least = load;
    }
    cells[row + Flat.LEAST] = least;
    cells[row + Flat.WHO] = who;
  }

  /** Adds to a load of many and plays the matches up the tree again, as far as they change. */
  #climb(row: number, index: number, delta: number): void {
    const leaves = this.#leaves;
    const keys = this.#cells;
    let node = leaves | index;
    let least = keys[row + node]! + delta * leaves;
    keys[row + node] = least;
    while (node > 1) {
      const other = keys[row + (node ^ 1)]!;
      if (other < least) least = other;
      node >>= 1;
      // Where another replica was and is the least, nothing further up can change.
      if (keys[row + node] === least) return;
      keys[row + node] = least;
    }
  }
}
