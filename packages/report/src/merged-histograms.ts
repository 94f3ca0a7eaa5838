/** Latency histograms pooled over replications: bins with the same borders are added up, in ascending order. */

import type { ExperimentResult } from '@infersim/runner';
import type { SummaryHistogram } from './summary-document.js';

interface Pool {
  readonly scope: SummaryHistogram['scope'];
  readonly scopeId: string;
  readonly metric: string;
  readonly bins: Map<number, Map<number, number>>;
}

/** One histogram per scope and metric, in the order in which the first replication has them. */
export function mergeHistograms(result: ExperimentResult): SummaryHistogram[] {
  const pools = new Map<string, Pool>();
  for (const run of result.replications)
    for (const histogram of run.histograms) {
      const scope = run.scopes[histogram.scope];
      if (scope === undefined) throw new RangeError(`a histogram names scope ${histogram.scope}`);
      const key = `${scope.kind} ${scope.id} ${histogram.metric}`;
      let pool = pools.get(key);
      if (pool === undefined) {
        pool = { scope: scope.kind, scopeId: scope.id, metric: histogram.metric, bins: new Map() };
        pools.set(key, pool);
      }
      for (let bin = 0; bin < histogram.count.length; bin++)
        addBin(pool.bins, histogram.lowerMs[bin]!, histogram.upperMs[bin]!, histogram.count[bin]!);
    }
  return [...pools.values()].map(({ scope, scopeId, metric, bins }) => {
    const flat: [number, number, number][] = [];
    for (const [lower, byUpper] of bins) for (const [upper, count] of byUpper) flat.push([lower, upper, count]);
    flat.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return {
      scope,
      scope_id: scopeId,
      metric,
      lower_ms: flat.map((bin) => bin[0]),
      upper_ms: flat.map((bin) => bin[1]),
      count: flat.map((bin) => bin[2]),
    };
  });
}

function addBin(bins: Pool['bins'], lower: number, upper: number, count: number): void {
  let byUpper = bins.get(lower);
  if (byUpper === undefined) {
    byUpper = new Map();
    bins.set(lower, byUpper);
  }
  byUpper.set(upper, (byUpper.get(upper) ?? 0) + count);
}
