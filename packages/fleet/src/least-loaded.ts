/**
 * The least loaded of the n replicas of each of many sites, kept up to date in O(log n): a tournament tree per site, all of
 * them in one row of typed arrays.
 *
 * Ties go to the lower index, so the choice never depends on the order of updates. One replica per site needs no tree: it is
 * the least loaded one whatever its load, and nothing is kept.
 */
export class LeastLoaded {
  readonly #leaves: number;
  readonly #load: Float64Array;
  /** Winner of each node, by site; node 1 is the root, leaves start at `#leaves`. */
  readonly #winner: Int32Array;

  constructor(sites: number, count: number) {
    let leaves = 1;
    while (leaves < count) leaves *= 2;
    this.#leaves = leaves;
    const trees = count === 1 ? 0 : sites;
    this.#load = new Float64Array(trees * leaves);
    this.#winner = new Int32Array(trees * 2 * leaves);
    if (trees === 0) return;
    for (let leaf = count; leaf < leaves; leaf++) this.#load[leaf] = Number.POSITIVE_INFINITY;
    for (let leaf = 0; leaf < leaves; leaf++) this.#winner[leaves + leaf] = leaf;
    for (let node = leaves - 1; node >= 1; node--) this.#play(0, node);
    for (let site = 1; site < trees; site++) {
      this.#load.copyWithin(site * leaves, 0, leaves);
      this.#winner.copyWithin(site * 2 * leaves, 0, 2 * leaves);
    }
  }

  /** Bytes of the trees. */
  get columnBytes(): number {
    return this.#load.byteLength + this.#winner.byteLength;
  }

  /** Index of the least load of a site. */
  best(site: number): number {
    return this.#leaves === 1 ? 0 : this.#winner[site * 2 * this.#leaves + 1]!;
  }

  /** Load of a replica of a site with several. */
  loadOf(site: number, index: number): number {
    return this.#load[site * this.#leaves + index]!;
  }

  /** Adds to one load of a site (negative to take away). */
  add(site: number, index: number, delta: number): void {
    const leaves = this.#leaves;
    if (leaves === 1) return;
    const load = this.#load;
    const winner = this.#winner;
    const first = site * leaves;
    const root = 2 * first;
    const now = load[first + index]! + delta;
    load[first + index] = now;
    let least = index;
    let leastLoad = now;
    for (let node = leaves + index; node > 1; node >>= 1) {
      // The winner below against that of the other side; ties go to the left.
      const other = winner[root + (node ^ 1)]!;
      const otherLoad = load[first + other]!;
      if (otherLoad < leastLoad || (otherLoad === leastLoad && other < least)) {
        least = other;
        leastLoad = otherLoad;
      }
      const parent = root + (node >> 1);
      // Where another replica was and is the least, nothing further up can change.
      if (least !== index && winner[parent] === least) return;
      winner[parent] = least;
    }
  }

  #play(site: number, node: number): void {
    const first = site * this.#leaves;
    const root = 2 * first;
    const left = this.#winner[root + 2 * node]!;
    const right = this.#winner[root + 2 * node + 1]!;
    this.#winner[root + node] = this.#load[first + right]! < this.#load[first + left]! ? right : left;
  }
}
