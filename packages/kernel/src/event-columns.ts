/**
 * Columns that say what a pending event is, one slot per event; a slot stays where it is while its number is moved about.
 *
 * A slot's columns lie side by side: slot s has its eight from `s << 3`. `RANK` is twice the source entity, and one
 * more for a timer. `GENERATION` is odd while the event is pending. `NEXT` links a list of slots, -1 at its end; free
 * slots are such a list too. `PLACE` is, in a list, the slot before, or the complement of the list's number at its head;
 * in the crowd heap it is the position there.
 *
 * One object and not one export each: a local constant taken from it is folded into compiled code, an import is not.
 */
export const COLUMN = {
  PRIORITY: 0,
  RANK: 1,
  KIND: 2,
  PAYLOAD: 3,
  SEQUENCE: 4,
  GENERATION: 5,
  NEXT: 6,
  PLACE: 7,
} as const;

const { PRIORITY, RANK, SEQUENCE } = COLUMN;

/**
 * Whether the event of slot a goes before that of slot b given equal times: by priority, then source, then the source's
 * in-place event before its timers, then its timers as it scheduled them. Sequences are 32-bit counts compared modulo
 * 2^32: right unless a timer waits while its source schedules 2^31 others.
 */
export function precedes(columns: Int32Array, a: number, b: number): boolean {
  const baseA = a << 3;
  const baseB = b << 3;
  const byPriority = columns[baseA + PRIORITY]! - columns[baseB + PRIORITY]!;
  if (byPriority !== 0) return byPriority < 0;
  const byRank = columns[baseA + RANK]! - columns[baseB + RANK]!;
  return byRank < 0 || (byRank === 0 && ((columns[baseA + SEQUENCE]! - columns[baseB + SEQUENCE]!) | 0) < 0);
}

/** A longer copy of a column, zeros at the end. */
export function widenInts(column: Int32Array, length: number): Int32Array {
  const wide = new Int32Array(length);
  wide.set(column);
  return wide;
}

/** A longer copy of a column, `filler` at the end. */
export function widenFloats(column: Float64Array, length: number, filler: number): Float64Array {
  const wide = new Float64Array(length).fill(filler, column.length);
  wide.set(column);
  return wide;
}
