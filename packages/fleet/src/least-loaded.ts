/**
 * The least loaded of the n replicas of each of many sites, kept up to date in O(log n): a tournament tree per site, all of
 * them in one typed array.
 *
 * A replica plays with its key, load x leaves + index: ties go to the lower index, so the choice never depends on the order of
 * updates, and two keys say all about a match. Keys are whole numbers, exact up to 2^53. One replica per site needs no tree:
 * it is the least loaded one whatever its load, and nothing is kept.
 */
export class LeastLoaded {
  readonly #leaves: number;
  /** log2 of the nodes of a tree. */
  readonly #treeBits: number;
  /** Least key below each node, by site; node 1 is the root, leaves start at `#leaves`. */
  readonly #keys: Float64Array;

  constructor(sites: number, count: number) {
    let leafBits = 0;
    while (1 << leafBits < count) leafBits++;
    const leaves = 1 << leafBits;
    this.#leaves = leaves;
    this.#treeBits = leafBits + 1;
    const trees = count === 1 ? 0 : sites;
    const nodes = 2 * leaves;
    this.#keys = new Float64Array(trees * nodes);
    if (trees === 0) return;
    const keys = this.#keys;
    for (let leaf = 0; leaf < leaves; leaf++) keys[leaves + leaf] = leaf < count ? leaf : Number.POSITIVE_INFINITY;
    for (let node = leaves - 1; node >= 1; node--) keys[node] = Math.min(keys[2 * node]!, keys[2 * node + 1]!);
    for (let site = 1; site < trees; site++) keys.copyWithin(site * nodes, 0, nodes);
  }

  /** Bytes of the trees. */
  get columnBytes(): number {
    return this.#keys.byteLength;
  }

  /** Index of the least load of a site. */
  best(site: number): number {
    const leaves = this.#leaves;
    return leaves === 1 ? 0 : this.#keys[(site << this.#treeBits) | 1]! & (leaves - 1);
  }

  /** Load of a replica of a site with several. */
  loadOf(site: number, index: number): number {
    const leaves = this.#leaves;
    return (this.#keys[(site << this.#treeBits) | leaves | index]! - index) / leaves;
  }

  /** Adds to one load of a site (negative to take away): whole numbers, the sum of which stays from 0 to 2^53 / n. */
  add(site: number, index: number, delta: number): void {
    const leaves = this.#leaves;
    if (leaves === 1) return;
    const keys = this.#keys;
    const tree = site << this.#treeBits;
    let node = leaves | index;
    let least = keys[tree | node]! + delta * leaves;
    keys[tree | node] = least;
    while (node > 1) {
      const other = keys[tree | (node ^ 1)]!;
      if (other < least) least = other;
      node >>= 1;
      // Where another replica was and is the least, nothing further up can change.
      if (keys[tree | node] === least) return;
      keys[tree | node] = least;
    }
  }
}
