/**
 * How figures are taken: every variant once per round, rounds interleaved, median and range over rounds.
 *
 * The machine is shared and its clock wanders by tens of percent, so two variants are compared within the same rounds
 * and only their ratio is worth quoting. One round of each variant goes first and is thrown away (compilation, caches).
 */

/** One thing to measure. */
export interface Variant<Result> {
  readonly name: string;
  /** Does a fixed amount of work and returns what came of it, the seconds it took among it. */
  readonly run: () => Result;
  /** What to do in the round that is thrown away, where a shorter run will do; default: `run`. */
  readonly warmUp?: () => unknown;
}

/** Median, least and greatest over rounds, in the unit of the values. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
  };
}

/** Results of each variant, by name, one per round. */
export function interleave<Result>(variants: readonly Variant<Result>[], rounds: number): Map<string, Result[]> {
  const results = new Map<string, Result[]>(variants.map(({ name }) => [name, []]));
  for (const { run, warmUp } of variants) (warmUp ?? run)();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of variants) results.get(name)!.push(run());
  }
  return results;
}

/** Seconds that `work` takes by the wall clock. */
export function secondsOf(work: () => void): number {
  const startMs = performance.now();
  work();
  return (performance.now() - startMs) / 1000;
}

/** Ratios taken within each round: a slow minute of the machine cancels out. */
export function ratios(numerators: readonly number[], denominators: readonly number[]): Spread {
  return spreadOf(numerators.map((value, round) => value / denominators[round]!));
}
