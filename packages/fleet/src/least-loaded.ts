/**
 * The least loaded of the n replicas of each of many sites.
 *
 * Few replicas are looked through when one is asked for, which costs less than to keep anything but their loads. Many play in a
 * tournament tree per site, kept up to date in O(log n). There a replica plays with its key, load x leaves + index: two keys say
 * all about a match. Keys are whole numbers, exact up to 2^53. One replica per site needs neither: it is the least loaded one
 * whatever its load, and nothing is kept.
 *
 * Ties go to the lower index, so the choice never depends on the order of updates.
 */

/** Most replicas of a site that are looked through: with more a tree took fewer instructions [measured]. */
const MOST_FLAT = 32;

export class LeastLoaded {
  readonly #count: number;
  readonly #isFlat: boolean;
  /** Of each replica, where few are looked through. */
  readonly #loads: Float64Array;
  readonly #leaves: number;
  /** log2 of the nodes of a tree. */
  readonly #treeBits: number;
  /** Least key below each node, by site; node 1 is the root, leaves start at `#leaves`. */
  readonly #keys: Float64Array;

  constructor(sites: number, count: number) {
    let leafBits = 0;
    while (1 << leafBits < count) leafBits++;
    const leaves = 1 << leafBits;
    const nodes = 2 * leaves;
    this.#count = count;
    this.#isFlat = count <= MOST_FLAT;
    this.#leaves = leaves;
    this.#treeBits = leafBits + 1;
    this.#loads = new Float64Array(this.#isFlat && count > 1 ? sites * count : 0);
    const keys = new Float64Array(this.#isFlat ? 0 : sites * nodes);
    this.#keys = keys;
    if (this.#isFlat) return;
    for (let leaf = 0; leaf < leaves; leaf++) keys[leaves + leaf] = leaf < count ? leaf : Number.POSITIVE_INFINITY;
    for (let node = leaves - 1; node >= 1; node--) keys[node] = Math.min(keys[2 * node]!, keys[2 * node + 1]!);
    for (let site = 1; site < sites; site++) keys.copyWithin(site * nodes, 0, nodes);
  }

  /** Bytes of all sites. */
  get columnBytes(): number {
    return this.#loads.byteLength + this.#keys.byteLength;
  }

  /** The replica with the least load of a site; replicas count through all sites. */
  best(site: number): number {
    const first = Math.imul(site, this.#count);
    return this.#isFlat
      ? this.#leastFrom(first)
      : first + (this.#keys[(site << this.#treeBits) | 1]! & (this.#leaves - 1));
  }

  /** Load of a replica of a site with several. */
  loadOf(replica: number): number {
    if (this.#isFlat) return this.#loads[replica]!;
    const site = Math.floor(replica / this.#count);
    const index = replica - site * this.#count;
    return (this.#keys[(site << this.#treeBits) | this.#leaves | index]! - index) / this.#leaves;
  }

  /** Adds to the load of a replica (negative to take away): whole numbers, the sum of which stays from 0 to 2^53 / n. */
  add(replica: number, delta: number): void {
    if (this.#count === 1) return;
    if (this.#isFlat) {
      const loads = this.#loads;
      loads[replica] = loads[replica]! + delta;
    } else this.#climb(replica, delta);
  }

  #leastFrom(first: number): number {
    const loads = this.#loads;
    const end = first + this.#count;
    if (this.#count === 1) return first;
    let best = first;
    let least = loads[first]!;
    for (let replica = first + 1; replica < end; replica++) {
      const load = loads[replica]!;
      if (load < least) {
        least = load;
        best = replica;
      }
    }
    return best;
  }

  #climb(replica: number, delta: number): void {
    const leaves = this.#leaves;
    const keys = this.#keys;
    const site = (replica / this.#count) | 0;
    const tree = site << this.#treeBits;
    let node = leaves | (replica - site * this.#count);
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
