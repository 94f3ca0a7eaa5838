/**
 * Costs that depend on one integer, computed once per value that ever occurs and then read from flat arrays.
 *
 * Rows are filled on first use (a negative time marks an empty one), so a table costs memory for its size but time only for the
 * counts that happen. Counts above the size are computed each time: right, but not fast; size the table so that the
 * scheduler's limits stay below it.
 */

import type { CountCost } from './layer-work.js';

/** No cost is negative. */
const EMPTY = -1;

/** Lazy table of `CountCost` by count. `load` positions it; the three getters then read the loaded row. */
export class CountTable {
  readonly #compute: (count: number) => CountCost;
  readonly #timeS: Float64Array;
  readonly #bytes: Float64Array;
  readonly #computeS: Float64Array;

  constructor(size: number, compute: (count: number) => CountCost) {
    this.#compute = compute;
    this.#timeS = new Float64Array(size).fill(EMPTY);
    this.#bytes = new Float64Array(size);
    this.#computeS = new Float64Array(size);
  }

  /** Seconds for `count`. */
  timeS(count: number): number {
    if (count >= this.#timeS.length) return this.#compute(count).timeS;
    const timeS = this.#timeS[count]!;
    return timeS === EMPTY ? this.#fill(count) : timeS;
  }

  /** Bytes of one device for `count`. */
  bytes(count: number): number {
    if (count >= this.#timeS.length) return this.#compute(count).bytes;
    const timeS = this.#timeS[count]!;
    if (timeS === EMPTY) this.#fill(count);
    return this.#bytes[count]!;
  }

  /** Arithmetic seconds at peak of one device for `count`. */
  computeS(count: number): number {
    if (count >= this.#timeS.length) return this.#compute(count).computeS;
    const timeS = this.#timeS[count]!;
    if (timeS === EMPTY) this.#fill(count);
    return this.#computeS[count]!;
  }

  #fill(count: number): number {
    const cost = this.#compute(count);
    this.#timeS[count] = cost.timeS;
    this.#bytes[count] = cost.bytes;
    this.#computeS[count] = cost.computeS;
    return cost.timeS;
  }
}
