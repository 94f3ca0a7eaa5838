/**
 * The least loaded of n entities, kept up to date in O(log n): a tournament tree over a typed array of loads.
 *
 * Ties go to the lower index, so the choice never depends on the order of updates.
 */
export class LeastLoaded {
  readonly #leaves: number;
  readonly #load: Float64Array;
  /** Winner of each node; node 1 is the root, leaves start at `#leaves`. */
  readonly #winner: Int32Array;

  constructor(count: number) {
    let leaves = 1;
    while (leaves < count) leaves *= 2;
    this.#leaves = leaves;
    this.#load = new Float64Array(leaves).fill(Number.POSITIVE_INFINITY, count);
    this.#winner = new Int32Array(2 * leaves);
    for (let leaf = 0; leaf < leaves; leaf++) this.#winner[leaves + leaf] = leaf;
    for (let node = leaves - 1; node >= 1; node--) this.#play(node);
  }

  /** Index of the least load. */
  get best(): number {
    return this.#winner[1]!;
  }

  loadOf(index: number): number {
    return this.#load[index]!;
  }

  /** Adds to one load (negative to take away). */
  add(index: number, delta: number): void {
    this.#load[index] = this.#load[index]! + delta;
    let node = (this.#leaves + index) >> 1;
    while (node >= 1) {
      this.#play(node);
      node >>= 1;
    }
  }

  #play(node: number): void {
    const left = this.#winner[2 * node]!;
    const right = this.#winner[2 * node + 1]!;
    this.#winner[node] = this.#load[right]! < this.#load[left]! ? right : left;
  }
}
