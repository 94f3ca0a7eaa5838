/**
 * A prefix cache of whole blocks with least-recently-used eviction, as a yardstick: how much could be reused at best?
 *
 * A request hits the leading blocks that are in the cache, up to the first that is not. Then its blocks are touched
 * from the last to the first, so that beginnings outlive ends. Outputs are not written back, blocks in use are not
 * pinned and nothing takes time: a bound for a real cache, not a model of one. Memory: one entry for each cached
 * block.
 */
export class LruBlocks {
  /** Most blocks kept; Infinity = all. */
  readonly capacityBlocks: number;
  #nodeOf = new Map<number, number>();
  #ids = new Float64Array(1024);
  #newer = new Int32Array(1024);
  #older = new Int32Array(1024);
  #newest = -1;
  #oldest = -1;

  constructor(capacityBlocks: number) {
    if (!(capacityBlocks >= 1)) throw new RangeError(`LRU capacity must be at least 1 block, got ${capacityBlocks}`);
    this.capacityBlocks = capacityBlocks;
  }

  /** How many leading blocks of a request are cached now. */
  leadingHits(ids: Float64Array, count: number): number {
    let hits = 0;
    while (hits < count && this.#nodeOf.has(ids[hits]!)) hits++;
    return hits;
  }

  /** Caches a request's blocks, from the last to the first. */
  touch(ids: Float64Array, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.#touchOne(ids[i]!);
  }

  get cachedBlocks(): number {
    return this.#nodeOf.size;
  }

  #touchOne(id: number): void {
    let node = this.#nodeOf.get(id);
    if (node !== undefined) {
      if (node === this.#newest) return;
      this.#unlink(node);
    } else if (this.#nodeOf.size >= this.capacityBlocks) {
      node = this.#oldest;
      this.#unlink(node);
      this.#nodeOf.delete(this.#ids[node]!);
      this.#nodeOf.set(id, node);
    } else {
      node = this.#nodeOf.size;
      if (node === this.#ids.length) this.#grow();
      this.#nodeOf.set(id, node);
    }
    this.#ids[node] = id;
    this.#older[node] = this.#newest;
    this.#newer[node] = -1;
    if (this.#newest >= 0) this.#newer[this.#newest] = node;
    else this.#oldest = node;
    this.#newest = node;
  }

  #unlink(node: number): void {
    const newer = this.#newer[node]!;
    const older = this.#older[node]!;
    if (newer >= 0) this.#older[newer] = older;
    else this.#newest = older;
    if (older >= 0) this.#newer[older] = newer;
    else this.#oldest = newer;
  }

  #grow(): void {
    const length = this.#ids.length * 2;
    const ids = new Float64Array(length);
    ids.set(this.#ids);
    this.#ids = ids;
    const newer = new Int32Array(length);
    newer.set(this.#newer);
    this.#newer = newer;
    const older = new Int32Array(length);
    older.set(this.#older);
    this.#older = older;
  }
}
