/**
 * Costs that depend on one integer, computed once per value that ever occurs and then read from one flat array.
 *
 * Rows are filled on first use (a negative time marks an empty one), so a table costs memory for its size but time only for the
 * counts that happen. A row's three cells lie side by side, and nothing is passed by value: `rowOf` gives a place in `rows`.
 * Counts above the size are computed each time, into a spare row that the next such count overwrites: right, but not fast;
 * size the table so that the scheduler's limits stay below it.
 */

import type { CountCost } from './layer-work.js';

/** Cells of a row: seconds, bytes of one device, arithmetic seconds at peak of one device. */
export const CountRow = { TIME_S: 0, BYTES: 1, COMPUTE_S: 2 } as const;
const ROW_CELLS = 3;

/** No cost is negative. */
const EMPTY = -1;

/** Lazy table of `CountCost` by count. */
export class CountTable {
  readonly rows: Float64Array;
  readonly #compute: (count: number) => CountCost;
  readonly #size: number;

  constructor(size: number, compute: (count: number) => CountCost) {
    this.#compute = compute;
    this.#size = size;
    this.rows = new Float64Array(ROW_CELLS * (size + 1)).fill(EMPTY);
  }

  /** Place in `rows` of the first cell for `count`, filled; holds until the next call. */
  rowOf(count: number): number {
    const row = count * ROW_CELLS;
    return count < this.#size && this.rows[row] !== EMPTY ? row : this.#fill(count);
  }

  #fill(count: number): number {
    const row = ROW_CELLS * Math.min(count, this.#size);
    const cost = this.#compute(count);
    this.rows[row + CountRow.TIME_S] = cost.timeS;
    this.rows[row + CountRow.BYTES] = cost.bytes;
    this.rows[row + CountRow.COMPUTE_S] = cost.computeS;
    return row;
  }
}
