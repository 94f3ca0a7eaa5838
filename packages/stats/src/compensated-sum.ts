/**
 * Compensated summation after Neumaier (1974, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
 * Summen"): beside the running sum stands a second number that collects what each addition rounded away. The error
 * of the result is one rounding of the true sum plus terms of second order, however long the series, as long as the
 * intermediate sums do not overflow.
 *
 * The state is two neighbouring cells of a Float64Array, so that an accumulator on the hot path allocates nothing
 * and is never boxed; `accumulate` and `accumulated` work on any such pair, `CompensatedSum` owns one.
 *
 * Order still matters in the last bit: for the same bytes from any number of workers, merge in a fixed order.
 */

/**
 * Adds `amount` to the pair (sum, compensation) at `cells[at]` and `cells[at + 1]`. No allocation.
 * A non-finite amount makes the sum non-finite; nothing is checked here.
 */
export function accumulate(cells: Float64Array, at: number, amount: number): void {
  const sum = cells[at]!;
  const next = sum + amount;
  cells[at + 1]! += Math.abs(sum) >= Math.abs(amount) ? sum - next + amount : amount - next + sum;
  cells[at] = next;
}

/** The value of the pair that `accumulate` keeps at `cells[at]` and `cells[at + 1]`. */
export function accumulated(cells: Float64Array, at: number): number {
  return cells[at]! + cells[at + 1]!;
}

/** The sum of `values` in index order, compensated. An empty series sums to 0. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  let compensation = 0;
  for (let idx = 0; idx < values.length; idx++) {
    const amount = values[idx]!;
    const next = sum + amount;
    compensation += Math.abs(sum) >= Math.abs(amount) ? sum - next + amount : amount - next + sum;
    sum = next;
  }
  return sum + compensation;
}

/** A running compensated sum. Amounts must be finite: after Infinity or NaN the value is not to be relied on. */
export class CompensatedSum {
  private readonly cells = new Float64Array(2);

  /** Adds one amount; no allocation. */
  add(amount: number): void {
    accumulate(this.cells, 0, amount);
  }

  /** Adds another sum with its compensation. Associative to rounding, not to the bit. */
  merge(other: CompensatedSum): void {
    accumulate(this.cells, 0, other.cells[0]!);
    this.cells[1]! += other.cells[1]!;
  }

  /** Back to zero. */
  reset(): void {
    this.cells.fill(0);
  }

  /** The sum so far; 0 when nothing was added. */
  get value(): number {
    return accumulated(this.cells, 0);
  }
}
