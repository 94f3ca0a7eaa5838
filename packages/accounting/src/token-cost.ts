/**
 * Cost per token: the whole bill of a window over its tokens, split between input and output.
 *
 * The split follows what caused the time: prefill's share of busy time (averaged over both orders of removing it,
 * a two-player Shapley value) pays for input tokens, the rest for output tokens; idle time is shared in the same
 * proportion, so that the two parts add up to the total.
 */

export interface TokenCost {
  /** USD that input tokens carry, and output tokens. Their sum is the total. */
  readonly prefillUsd: number;
  readonly decodeUsd: number;
}

/** Splits `totalUsd` by busy time; NaN parts when nothing ran (nothing caused the cost). */
export function splitByCause(totalUsd: number, prefillS: number, busyS: number): TokenCost {
  if (!(busyS > 0)) return { prefillUsd: Number.NaN, decodeUsd: Number.NaN };
  const prefillUsd = totalUsd * (prefillS / busyS);
  return { prefillUsd, decodeUsd: totalUsd - prefillUsd };
}

/** USD per million; NaN where there is nothing to divide by. */
export function perMillion(usd: number, count: number): number {
  return count > 0 ? (usd / count) * 1e6 : Number.NaN;
}
