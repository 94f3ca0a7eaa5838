/** Objectives that are judged at each like site: which share of the sites meets them. */

import type { WorldRecord } from '@infersim/fleet';
import { quantiles } from '@infersim/stats';
import { metricIndex } from './metric-columns.js';
import type { ObjectivePlan } from './run-plan.js';
import type { Scope } from './scopes.js';

const STATISTICS: Record<string, (values: Float64Array) => number | undefined> = {
  mean: (values) => (values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length),
  min: (values) => (values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b))),
  max: (values) => (values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b))),
  p50: (values) => quantiles(values, [0.5])[0],
  p90: (values) => quantiles(values, [0.9])[0],
  p95: (values) => quantiles(values, [0.95])[0],
  p99: (values) => quantiles(values, [0.99])[0],
};
const COLUMN = /^(ttft|tpot|e2e)_ms_(mean|min|max|p50|p90|p95|p99)$/;

/** Whether a column can be judged site by site. */
export function isSiteColumn(column: string): boolean {
  return COLUMN.test(column);
}

/**
 * For each objective the share of sites with traffic that meet it, percent (NaN where it is not judged per site); and
 * for each scope with per-site objectives the share of sites that meet all of them, into `sites_meeting_pct`.
 */
export function judgeSites(
  world: WorldRecord,
  scopes: readonly Scope[],
  objectives: readonly ObjectivePlan[],
  values: Float64Array,
  cellsPerScope: number,
): Float64Array {
  const shares = new Float64Array(objectives.length).fill(Number.NaN);
  const met = new Map<number, (boolean | undefined)[]>();
  objectives.forEach((objective, index) => {
    const match = COLUMN.exec(objective.column);
    if (objective.siteShare === undefined || match === null) return;
    const scopeIndex = scopes.findIndex((s) => s.kind === objective.scopeKind && s.id === objective.scopeId);
    const scope = scopes[scopeIndex];
    if (scope === undefined) return;
    const key = `${match[1]}S` as 'ttftS' | 'tpotS' | 'e2eS';
    const spreads = scope.traffics.flatMap((traffic) => world.statistics.spreads[traffic] ?? []);
    const sites = spreads[0]?.[key].sites ?? 0;
    const verdicts = met.get(scopeIndex) ?? new Array<boolean | undefined>(sites).fill(undefined);
    let judged = 0;
    let good = 0;
    for (let site = 0; site < sites; site++) {
      const samples = Float64Array.from(spreads.flatMap((spread) => Array.from(spread[key].of(site))));
      const value = STATISTICS[match[2]!]!(samples);
      if (value === undefined) continue;
      const ms = value * 1000;
      const isMet =
        (objective.max === undefined || ms <= objective.max) && (objective.min === undefined || ms >= objective.min);
      judged++;
      if (isMet) good++;
      verdicts[site] = isMet && verdicts[site] !== false;
    }
    met.set(scopeIndex, verdicts);
    if (judged > 0) shares[index] = (100 * good) / judged;
  });
  const column = metricIndex('sites_meeting_pct');
  for (const [scope, verdicts] of met) {
    const judged = verdicts.filter((verdict) => verdict !== undefined);
    if (judged.length > 0) {
      values[scope * cellsPerScope + column] = (100 * judged.filter((verdict) => verdict).length) / judged.length;
    }
  }
  return shares;
}
