/**
 * Exact statistics of whole numbers from how often each occurs: memory follows the distinct values, not the rows.
 *
 * Quantiles are R-7 (linear between the two nearest order statistics), as d3 and numpy have them by default.
 */

/** Mean, spread and quantiles of a length, in tokens. */
export interface LengthStatistics {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation over the rows (divisor n). */
  readonly sd: number;
  readonly min: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export class ValueCounts {
  #counts = new Map<number, number>();
  #total = 0;

  add(value: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#total++;
  }

  get total(): number {
    return this.#total;
  }

  /** Statistics of what was added; NaN everywhere (and count 0) before anything was. */
  statistics(): LengthStatistics {
    const values = Float64Array.from(this.#counts.keys()).sort();
    const upTo = new Float64Array(values.length);
    let count = 0;
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      const times = this.#counts.get(values[i]!)!;
      count += times;
      sum += times * values[i]!;
      upTo[i] = count;
    }
    const mean = sum / count;
    let squares = 0;
    for (let i = 0; i < values.length; i++) squares += this.#counts.get(values[i]!)! * (values[i]! - mean) ** 2;
    const at = (rank: number) => values[firstAbove(upTo, rank)]!;
    const quantile = (p: number) => {
      if (count === 0) return Number.NaN;
      const position = (count - 1) * p;
      const below = Math.floor(position);
      const low = at(below);
      return low + (at(Math.min(below + 1, count - 1)) - low) * (position - below);
    };
    return {
      count,
      mean,
      sd: Math.sqrt(squares / count),
      min: quantile(0),
      p10: quantile(0.1),
      p50: quantile(0.5),
      p90: quantile(0.9),
      p95: quantile(0.95),
      p99: quantile(0.99),
      max: quantile(1),
    };
  }
}

/** Index of the first entry of a rising column that is above `rank`. */
function firstAbove(upTo: Float64Array, rank: number): number {
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo[middle]! > rank) high = middle;
    else low = middle + 1;
  }
  return low;
}
