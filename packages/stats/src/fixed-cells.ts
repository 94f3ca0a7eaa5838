/**
 * Cells to hand numbers over in, between functions of a hot path: filled by one, read by the other within the same call.
 *
 * A number in a cell is not put into an object on its way. These have memory of their own that never moves, which short
 * arrays have not; so code that reaches them through a constant of its module needs neither their length nor their place.
 * No unit of their own; each user names its cells.
 */

/** `count` cells of 0. */
export function fixedCells(count: number): Float64Array<ArrayBuffer> {
  return new Float64Array(new ArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
}
