/**
 * Answers on their way from sites to clients, as three numbers each: when it takes effect at the client (seconds), the
 * client's slot, and how the attempt ended. Slots of clients are the same in every thread.
 *
 * A growing column, reused from window to window. `sort` puts answers in the one order in which every thread applies them.
 */

const STRIDE = 3;

export class Answers {
  count = 0;
  #cells = new Float64Array(64 * STRIDE);
  #order = new Int32Array(64);

  push(atS: number, client: number, outcome: number): void {
    this.#room(this.count + 1);
    const at = this.count++ * STRIDE;
    this.#cells[at] = atS;
    this.#cells[at + 1] = client;
    this.#cells[at + 2] = outcome;
  }

  atS(index: number): number {
    return this.#cells[index * STRIDE]!;
  }

  client(index: number): number {
    return this.#cells[index * STRIDE + 1]!;
  }

  outcome(index: number): number {
    return this.#cells[index * STRIDE + 2]!;
  }

  clear(): void {
    this.count = 0;
  }

  /** Copies answers `from` to `to - 1` to the beginning of a shared column. */
  copyTo(cells: Float64Array, from: number, to: number): void {
    cells.set(this.#cells.subarray(from * STRIDE, to * STRIDE));
  }

  /** Appends the first `count` answers of a shared column. */
  append(cells: Float64Array, count: number): void {
    this.#room(this.count + count);
    this.#cells.set(cells.subarray(0, count * STRIDE), this.count * STRIDE);
    this.count += count;
  }

  /** Indices in order of (time, client slot): whoever holds the same answers, in whatever order, gets the same. */
  sort(): Int32Array {
    if (this.#order.length < this.count) this.#order = new Int32Array(this.#cells.length / STRIDE);
    const order = this.#order.subarray(0, this.count);
    for (let index = 0; index < order.length; index++) order[index] = index;
    const cells = this.#cells;
    return order.sort(
      (a, b) => cells[a * STRIDE]! - cells[b * STRIDE]! || cells[a * STRIDE + 1]! - cells[b * STRIDE + 1]!,
    );
  }

  #room(count: number): void {
    if (count * STRIDE <= this.#cells.length) return;
    const grown = new Float64Array(Math.max(count * STRIDE, 2 * this.#cells.length));
    grown.set(this.#cells.subarray(0, this.count * STRIDE));
    this.#cells = grown;
  }
}

/** Numbers of a shared column per answer. */
export const ANSWER_CELLS = STRIDE;
