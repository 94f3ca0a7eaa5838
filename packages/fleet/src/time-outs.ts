/**
 * Deadlines of one constant length: a first-in first-out ring per class of clients, not a heap.
 *
 * Entries whose request ended in time stay until they reach the front; the caller tells stale ones by generation.
 */
export class TimeOuts {
  readonly lengthS: number;
  #slot = new Int32Array(16);
  #generation = new Int32Array(16);
  #deadlineS = new Float64Array(16);
  #head = 0;
  #count = 0;

  constructor(lengthS: number) {
    this.lengthS = lengthS;
  }

  get count(): number {
    return this.#count;
  }

  /** Deadline at the front, seconds; Infinity when empty. */
  get nextS(): number {
    return this.#count === 0 ? Number.POSITIVE_INFINITY : this.#deadlineS[this.#head]!;
  }

  get nextSlot(): number {
    return this.#slot[this.#head]!;
  }

  get nextGeneration(): number {
    return this.#generation[this.#head]!;
  }

  /** Adds a deadline `lengthS` after `nowS`; calls come in time order. */
  push(slot: number, generation: number, nowS: number): void {
    const capacity = this.#slot.length;
    if (this.#count === capacity) this.#grow(capacity);
    const at = (this.#head + this.#count) & (this.#slot.length - 1);
    this.#slot[at] = slot;
    this.#generation[at] = generation;
    this.#deadlineS[at] = nowS + this.lengthS;
    this.#count++;
  }

  drop(): void {
    this.#head = (this.#head + 1) & (this.#slot.length - 1);
    this.#count--;
  }

  #grow(capacity: number): void {
    const slot = new Int32Array(capacity * 2);
    const generation = new Int32Array(capacity * 2);
    const deadlineS = new Float64Array(capacity * 2);
    for (let i = 0; i < this.#count; i++) {
      const from = (this.#head + i) & (capacity - 1);
      slot[i] = this.#slot[from]!;
      generation[i] = this.#generation[from]!;
      deadlineS[i] = this.#deadlineS[from]!;
    }
    this.#slot = slot;
    this.#generation = generation;
    this.#deadlineS = deadlineS;
    this.#head = 0;
  }
}
