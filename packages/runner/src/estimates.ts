/** Figures over replications: mean and Student t interval of every cell, in the order of the replications. */

import { confidenceInterval } from '@infersim/stats';
import type { Estimate, ReplicationResult } from './results.js';

/** One estimate per cell of `values`; a figure that a replication does not have is left out of the mean. */
export function estimatesOf(replications: readonly ReplicationResult[], confidence: number): Estimate[] {
  const cells = replications[0]?.values.length ?? 0;
  const estimates: Estimate[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const values = replications.map((result) => result.values[cell]!).filter((value) => !Number.isNaN(value));
    const interval = confidenceInterval(values, confidence);
    estimates.push({
      mean: interval.mean ?? Number.NaN,
      halfWidth: interval.halfWidth ?? Number.NaN,
      n: values.length,
    });
  }
  return estimates;
}
