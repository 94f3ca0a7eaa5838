/**
 * A binary heap of (time, number) pairs on typed arrays: which emitter, client or user is next.
 *
 * Ties go to the smaller number, so the order never depends on how the heap came about. Numbers are whole and below
 * 2^31.
 */
export class TimeHeap {
  size = 0;
  #times: Float64Array;
  #numbers: Int32Array;

  constructor(capacity: number) {
    this.#times = new Float64Array(Math.max(1, capacity));
    this.#numbers = new Int32Array(Math.max(1, capacity));
  }

  /** Time of the first pair; Infinity when empty. */
  get firstTime(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
  }

  /** Number of the first pair; meaningless when empty. */
  get firstNumber(): number {
    return this.#numbers[0]!;
  }

  /** Adds a pair. The heap must have been made large enough: adding to a full one throws RangeError. */
  push(time: number, number: number): void {
    if (this.size === this.#times.length) throw new RangeError(`time heap is full at ${this.size} entries`);
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(time, number, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#times[at] = time;
    this.#numbers[at] = number;
  }

  /** Gives the first pair another time. */
  replaceFirst(time: number): void {
    this.#sink(time, this.#numbers[0]!);
  }

  /** Removes the first pair. */
  removeFirst(): void {
    this.size--;
    if (this.size > 0) this.#sink(this.#times[this.size]!, this.#numbers[this.size]!);
  }

  #sink(time: number, number: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#before(this.#times[child + 1]!, this.#numbers[child + 1]!, child)) child++;
      if (this.#before(time, number, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#times[at] = time;
    this.#numbers[at] = number;
  }

  #before(time: number, number: number, other: number): boolean {
    const otherTime = this.#times[other]!;
    return time < otherTime || (time === otherTime && number < this.#numbers[other]!);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#numbers[to] = this.#numbers[from]!;
  }
}
