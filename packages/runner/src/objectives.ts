/**
 * Verdicts on the objectives of a run.
 *
 * With several replications the verdict rests on the confidence bound on the bad side, so that a pass means more than
 * luck; with one it rests on the figure itself. A figure that is not available has not passed.
 */

import { confidenceInterval } from '@infersim/stats';
import { LATENCY_METRICS, METRIC_COLUMNS, metricIndex } from './metric-columns.js';
import type { Estimate, ObjectiveResult, ReplicationResult, ScopeRef } from './results.js';
import type { ObjectivePlan, RunPlan } from './run-plan.js';

export function judgeObjectives(
  plan: RunPlan,
  replications: readonly ReplicationResult[],
  estimates: readonly Estimate[],
): ObjectiveResult[] {
  const scopes = replications[0]?.scopes ?? [];
  return plan.objectives.map((objective, index) => {
    const estimate =
      objective.siteShare === undefined
        ? estimateOf(objective, scopes, estimates)
        : shareEstimate(replications, index, plan.confidence);
    const limits =
      objective.siteShare === undefined
        ? { max: objective.max, min: objective.min }
        : { max: undefined, min: objective.siteShare * 100 };
    return judge(objective, estimate, limits, scopes, estimates);
  });
}

function estimateOf(objective: ObjectivePlan, scopes: readonly ScopeRef[], estimates: readonly Estimate[]): Estimate {
  const scope = scopes.findIndex((s) => s.kind === objective.scopeKind && s.id === objective.scopeId);
  const none = { mean: Number.NaN, halfWidth: Number.NaN, n: 0 };
  return scope < 0 ? none : (estimates[scope * METRIC_COLUMNS.length + metricIndex(objective.column)] ?? none);
}

function shareEstimate(replications: readonly ReplicationResult[], index: number, confidence: number): Estimate {
  const values = replications.map((r) => r.siteSharesPct[index]!).filter((value) => !Number.isNaN(value));
  const interval = confidenceInterval(values, confidence);
  return { mean: interval.mean ?? Number.NaN, halfWidth: interval.halfWidth ?? Number.NaN, n: values.length };
}

function judge(
  objective: ObjectivePlan,
  estimate: Estimate,
  limits: { readonly max: number | undefined; readonly min: number | undefined },
  scopes: readonly ScopeRef[],
  estimates: readonly Estimate[],
): ObjectiveResult {
  const limit = limits.max ?? limits.min ?? Number.NaN;
  if (Number.isNaN(estimate.mean)) {
    return {
      objective,
      actual: null,
      judged: null,
      limit,
      marginPct: null,
      passed: false,
      why: 'the figure is not available: nothing in this scope produced it in the window',
    };
  }
  const slack = Number.isNaN(estimate.halfWidth) ? 0 : estimate.halfWidth;
  const isBelow = limits.max === undefined || estimate.mean + slack <= limits.max;
  const isAbove = limits.min === undefined || estimate.mean - slack >= limits.min;
  const isUpper = limits.max !== undefined && (limits.min === undefined || !isBelow);
  const judged = isUpper ? estimate.mean + slack : estimate.mean - slack;
  const bound = isUpper ? limits.max! : limits.min!;
  const distance = isUpper ? bound - judged : judged - bound;
  const passed = isBelow && isAbove;
  return {
    objective,
    actual: estimate.mean,
    judged,
    limit: bound,
    marginPct: bound === 0 ? null : (100 * distance) / Math.abs(bound),
    passed,
    why: passed ? '' : explain(objective, estimate, bound, slack, scopes, estimates),
  };
}

/** Where it is worst, and what stands beside it: words for the person who has to act. */
function explain(
  objective: ObjectivePlan,
  estimate: Estimate,
  bound: number,
  slack: number,
  scopes: readonly ScopeRef[],
  estimates: readonly Estimate[],
): string {
  const reasons: string[] = [];
  const misses = objective.max !== undefined ? estimate.mean > bound : estimate.mean < bound;
  if (!misses && slack > 0) reasons.push('the mean meets it, the confidence bound does not: more replications may');
  const figure = (scope: number, column: string) =>
    estimates[scope * METRIC_COLUMNS.length + metricIndex(column)]?.mean ?? Number.NaN;
  let worst = -1;
  scopes.forEach((scope, index) => {
    if (scope.kind !== 'pool') return;
    const value = figure(index, objective.column);
    if (Number.isNaN(value)) return;
    const isWorse =
      worst < 0 ||
      (objective.max !== undefined ? value > figure(worst, objective.column) : value < figure(worst, objective.column));
    if (isWorse) worst = index;
  });
  if (worst >= 0) {
    reasons.push(`worst in pool ${scopes[worst]!.id}`);
    const isLatency = LATENCY_METRICS.some((metric) => objective.column.startsWith(`${metric}_`));
    if (isLatency) {
      const queueMs = figure(worst, 'queue_ms_p95');
      const kvPct = figure(worst, 'kv_used_pct_mean');
      const busyPct = figure(worst, 'busy_pct');
      if (queueMs > 0)
        reasons.push(`p95 wait there ${queueMs >= 100 ? queueMs.toFixed(0) : queueMs.toPrecision(3)} ms`);
      if (kvPct > 80) reasons.push(`KV cache ${kvPct.toFixed(0)} % full`);
      if (busyPct > 0) reasons.push(`busy ${busyPct.toFixed(0)} % of the time`);
    }
  }
  return reasons.join('; ');
}
