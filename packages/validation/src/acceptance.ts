/**
 * When a simulated figure agrees with a truth known from theory.
 *
 * One estimate per independent replication, at least 20 of them, with a fixed seed. The mean agrees when it lies within
 * t(R - 1, 0.9995) s / sqrt(R) of the truth: were the seed changed, a correct simulator would fail about once in a
 * thousand times; with the seed as it is it never flickers. Agreement alone would also follow from noise, so the
 * half-width has to be below a stated share of the truth (2 % unless said otherwise): the check has the power to see an
 * error of that size.
 *
 * A bias known beforehand (a step is not a continuous time) may be allowed as a share of the truth; it is named in the
 * check and widens the band on both sides.
 */

import { studentTQuantile, sumOf } from '@infersim/stats';

/** Fewest replications that a check may rest on. */
export const LEAST_REPLICATIONS = 20;
/** Confidence of one side of the band. */
const ONE_SIDED = 0.9995;
/** Widest half-width that still has power, as a share of the truth. */
export const WIDEST_SHARE = 0.02;

/** How an estimate over replications compares with the truth; all but the shares in the unit of the truth. */
export interface Agreement {
  readonly estimate: number;
  readonly truth: number;
  readonly halfWidth: number;
  readonly replications: number;
  /** |estimate - truth| within the half-width and the allowed bias. */
  readonly agrees: boolean;
  /** Half-width below the widest share of the truth. */
  readonly hasPower: boolean;
}

/** What is allowed beyond the rule; both as shares of the truth. */
export interface Allowance {
  /** Bias known beforehand, default 0. */
  readonly bias?: number;
  /** Widest half-width, default `WIDEST_SHARE`. */
  readonly widest?: number;
}

/** Judges one estimate per replication against the truth. @throws RangeError for fewer than 20 replications. */
export function agreementWith(truth: number, estimates: readonly number[], allowance: Allowance = {}): Agreement {
  const replications = estimates.length;
  if (replications < LEAST_REPLICATIONS) {
    throw new RangeError(`a check needs ${LEAST_REPLICATIONS} replications or more, got ${replications}`);
  }
  const estimate = sumOf(estimates) / replications;
  const squares = sumOf(estimates.map((value) => (value - estimate) ** 2));
  const halfWidth =
    studentTQuantile(ONE_SIDED, replications - 1) * Math.sqrt(squares / (replications - 1) / replications);
  const scale = Math.abs(truth);
  return {
    estimate,
    truth,
    halfWidth,
    replications,
    agrees: Math.abs(estimate - truth) <= halfWidth + (allowance.bias ?? 0) * scale,
    hasPower: halfWidth < (allowance.widest ?? WIDEST_SHARE) * scale,
  };
}

/** Calls `run` for replications 1 to `replications` and gathers what it returns. */
export function overReplications<T>(replications: number, run: (replication: number) => T): T[] {
  return Array.from({ length: replications }, (_, index) => run(index + 1));
}

/** One line for a table or a failed test: estimate, half-width, truth and the difference in percent. */
export function agreementText(name: string, { estimate, truth, halfWidth, replications }: Agreement): string {
  const differencePct = (100 * (estimate - truth)) / truth;
  return (
    `${name}: ${estimate.toPrecision(6)} +- ${halfWidth.toPrecision(3)} (R = ${replications}), ` +
    `truth ${truth.toPrecision(6)}, difference ${differencePct.toFixed(2)} %`
  );
}
