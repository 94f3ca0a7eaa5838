/** Objectives that are judged at each like site: which share of the sites meets them. */

import type { WorldRecord } from '@infersim/fleet';
import { quantiles } from '@infersim/stats';
import { metricIndex } from './metric-columns.js';
import type { ObjectivePlan } from './run-plan.js';
import type { Scope } from './scopes.js';
import { SpreadSamples } from './site-spreads.js';

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

/** Verdict on a site over all objectives of a scope. */
const Verdict = { NONE: 0, MET: 1, MISSED: 2 } as const;

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
  const met = new Map<number, Uint8Array>();
  objectives.forEach((objective, index) => {
    const match = COLUMN.exec(objective.column);
    if (objective.siteShare === undefined || match === null) return;
    const scopeIndex = scopes.findIndex((s) => s.kind === objective.scopeKind && s.id === objective.scopeId);
    const scope = scopes[scopeIndex];
    if (scope === undefined) return;
    const key = `${match[1]}S` as 'ttftS' | 'tpotS' | 'e2eS';
    const spreads = scope.traffics.flatMap((traffic) => world.statistics.spreads[traffic] ?? []);
    const samples = new SpreadSamples(spreads.map((spread) => spread[key]));
    const { sites } = samples;
    const verdicts = met.get(scopeIndex) ?? new Uint8Array(sites);
    const statistic = STATISTICS[match[2]!]!;
    let judged = 0;
    let good = 0;
    for (let site = 0; site < sites; site++) {
      const value = statistic(samples.of(site));
      if (value === undefined) continue;
      const ms = value * 1000;
      const isMet =
        (objective.max === undefined || ms <= objective.max) && (objective.min === undefined || ms >= objective.min);
      judged++;
      if (isMet) good++;
      if (!isMet) verdicts[site] = Verdict.MISSED;
      else if (verdicts[site] === Verdict.NONE) verdicts[site] = Verdict.MET;
    }
    met.set(scopeIndex, verdicts);
    if (judged > 0) shares[index] = (100 * good) / judged;
  });
  const column = metricIndex('sites_meeting_pct');
  for (const [scope, verdicts] of met) {
    const judged = verdicts.filter((verdict) => verdict !== Verdict.NONE);
    if (judged.length > 0) {
      const good = judged.filter((verdict) => verdict === Verdict.MET).length;
      values[scope * cellsPerScope + column] = (100 * good) / judged.length;
    }
  }
  return shares;
}
