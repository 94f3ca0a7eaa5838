/** Objectives: figures of runs.csv with bounds, checked before the run so that a misspelt one never passes. */

import {
  isSiteColumn,
  LATENCY_METRICS,
  LATENCY_STATS,
  METRIC_COLUMNS,
  metricIndex,
  type ObjectivePlan,
  type ScopeKind,
} from '@infersim/runner';
import { nearestName } from '../nearest-name.js';
import type { ObjectiveInput } from '../schema/scenario-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { unknownName } from './own-entries.js';

/** Endings that a column's name may have as `stat`. */
const STATS = [...LATENCY_STATS, 'peak', 'peak_15min', 'p5', 'worst'] as const;

/** Names an objective may be scoped to. */
export interface ScopeNames {
  readonly workload: readonly string[];
  readonly grid: readonly string[];
  readonly site: readonly string[];
  readonly pool: readonly string[];
  readonly origin: readonly string[];
  /** Scopes whose requests come from like sites, as `kind id`: where `site_share` makes sense. */
  readonly spread: ReadonlySet<string>;
  /** Scope id of a pool in results, by pool id. */
  readonly poolScopes: ReadonlyMap<string, string>;
}

const SCOPES = ['workload', 'grid', 'site', 'pool', 'origin'] as const satisfies readonly ScopeKind[];

/** Resolves all objectives; faulty ones are filed and left out. */
export function resolveObjectives(ctx: ResolveContext, names: ScopeNames): ObjectivePlan[] {
  const plans: ObjectivePlan[] = [];
  const seen = new Map<string, number>();
  for (const [index, input] of ctx.scenario.slo.entries()) {
    const path: Path = ['slo', index];
    const before = seen.get(input.name);
    if (before !== undefined) {
      ctx.problem([...path, 'name'], {
        code: 'SCENARIO_DUPLICATE_ID',
        message: `two objectives are named \`${input.name}\``,
        given: input.name,
        allowed: ['each name once'],
      });
      continue;
    }
    seen.set(input.name, index);
    const plan = resolveObjective(ctx, path, input, names);
    if (plan !== null) plans.push(plan);
  }
  return plans;
}

function resolveObjective(
  ctx: ResolveContext,
  path: Path,
  input: ObjectiveInput,
  names: ScopeNames,
): ObjectivePlan | null {
  const column = columnOf(ctx, path, input);
  const scope = scopeOf(ctx, path, input, names);
  if (column === null || scope === null) return null;
  if (input.max === undefined && input.min === undefined) {
    if (!ctx.isPartial)
      ctx.problem(path, {
        code: 'SCENARIO_MISSING_KEY',
        message: `objective \`${input.name}\` has no bound`,
        allowed: ['max', 'min'],
        allowedTitle: 'needed here',
      });
    return null;
  }
  if (input.max !== undefined && input.min !== undefined && input.max < input.min) {
    ctx.problem([...path, 'max'], {
      code: 'SCENARIO_RANGE',
      message: `max ${input.max} is below min ${input.min}`,
      allowed: [`at least ${input.min}`],
    });
    return null;
  }
  if (input.site_share !== undefined && !checkSiteShare(ctx, path, column, scope, names)) return null;
  return {
    name: input.name,
    column,
    metric: input.metric,
    stat: input.stat ?? '',
    scopeKind: scope.kind,
    scopeId: scope.id,
    ...(input.max === undefined ? {} : { max: input.max }),
    ...(input.min === undefined ? {} : { min: input.min }),
    severity: input.severity,
    ...(input.site_share === undefined ? {} : { siteShare: input.site_share }),
  };
}

function checkSiteShare(
  ctx: ResolveContext,
  path: Path,
  column: string,
  scope: { kind: ScopeKind; id: string },
  names: ScopeNames,
): boolean {
  const at: Path = [...path, 'site_share'];
  if (!names.spread.has(`${scope.kind} ${scope.id}`)) {
    ctx.problem(at, {
      code: 'SCENARIO_SCOPE',
      message: '`site_share` judges like sites apart, and this scope has none',
      allowed: [...names.spread].map((each) => each.replace(' ', ': ')),
      allowedTitle: 'scopes with like sites',
    });
    return false;
  }
  if (isSiteColumn(column)) return true;
  ctx.problem([...path, 'metric'], {
    code: 'SCENARIO_SCOPE',
    message: `\`${column}\` is not kept per site`,
    given: column,
    allowed: METRIC_COLUMNS.map((each) => each.name).filter(isSiteColumn),
    allowedTitle: 'kept per site',
  });
  return false;
}

/** Metrics as users name them: with the statistic split off where there is one. */
function metricNames(): string[] {
  const latencies = LATENCY_METRICS.map((metric) => `${metric}_ms`);
  const plain = METRIC_COLUMNS.map((column) => column.name).filter(
    (name) => !latencies.some((latency) => name.startsWith(`${latency}_`)),
  );
  const split = plain.map((name) => {
    const stat = STATS.find((each) => name.endsWith(`_${each}`));
    return stat === undefined ? name : name.slice(0, -stat.length - 1);
  });
  return [...new Set([...latencies, ...split])];
}

function statsOf(metric: string): string[] {
  return STATS.filter((stat) => metricIndex(`${metric}_${stat}`) >= 0);
}

function columnOf(ctx: ResolveContext, path: Path, input: ObjectiveInput): string | null {
  const { metric, stat } = input;
  const stats = statsOf(metric);
  if (stat === undefined) {
    if (metricIndex(metric) >= 0) return metric;
    if (stats.length > 0) {
      ctx.problem([...path, 'metric'], {
        code: 'SCENARIO_STAT',
        message: `\`${metric}\` needs a \`stat\``,
        given: metric,
        allowed: stats,
        allowedTitle: 'stat may be',
      });
      return null;
    }
  } else if (stats.includes(stat)) return `${metric}_${stat}`;
  else if (stats.length > 0 || metricIndex(metric) >= 0) {
    const nearest = nearestName(stat, stats);
    ctx.problem([...path, 'stat'], {
      code: 'SCENARIO_STAT',
      message:
        stats.length > 0 ? `\`${metric}\` has no stat \`${stat}\`` : `\`${metric}\` is one figure and takes no stat`,
      given: stat,
      allowed: stats.length > 0 ? stats : ['no `stat`'],
      ...(nearest === undefined ? {} : { nearest }),
    });
    return null;
  }
  const names = metricNames();
  const nearest = nearestName(metric, [...names, ...METRIC_COLUMNS.map((column) => column.name)]);
  ctx.problem([...path, 'metric'], {
    code: 'SCENARIO_UNKNOWN_METRIC',
    message: `there is no metric \`${metric}\``,
    given: metric,
    allowed: nearest === undefined ? names : [nearest, ...names.filter((name) => name !== nearest)],
    allowedTitle: 'metrics',
    ...(nearest === undefined ? {} : { nearest }),
  });
  return null;
}

function scopeOf(
  ctx: ResolveContext,
  path: Path,
  input: ObjectiveInput,
  names: ScopeNames,
): { kind: ScopeKind; id: string } | null {
  const given = SCOPES.filter((scope) => input[scope] !== undefined);
  const [kind, second] = given;
  if (kind === undefined) return { kind: 'all', id: 'all' };
  if (second !== undefined) {
    ctx.problemAtKey([...path, second], {
      code: 'SCENARIO_SCOPE',
      message: `objective \`${input.name}\` names ${given.map((each) => `\`${each}\``).join(' and ')}`,
      allowed: ['one scope; without one the whole fleet is judged'],
    });
    return null;
  }
  const id = input[kind] ?? '';
  if (names[kind].includes(id)) return { kind, id: kind === 'pool' ? (names.poolScopes.get(id) ?? id) : id };
  unknownName(ctx, [...path, kind], kind, id, names[kind], `${kind}s`);
  return null;
}
