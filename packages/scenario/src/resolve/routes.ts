/**
 * Routes: stages of pools in order of preference, after residency.
 *
 * A target names a grid (all its pools), a site (all pools there) or a pool. `prefer` is one stage; each entry of `spill`
 * is the next one. A pool that an earlier stage holds is not tried again. Residency removes pools before anything is
 * scored; a route that it leaves without pools is refused.
 */

import { type GridKind, regions } from '@infersim/catalog';
import type { PoolPlan, RoutePlan, SiteGroupPlan } from '@infersim/fleet';
import type { WorkloadInput } from '../schema/workload-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { unknownName } from './own-entries.js';

const GRIDS: readonly GridKind[] = ['cloud', 'enterprise', 'edge'];

/** Names that routes may use, as the document declares them, faulty parts included. */
export interface DeclaredNames {
  readonly sites: readonly string[];
  readonly pools: readonly string[];
  readonly models: readonly string[];
}

export interface RouteWorld {
  readonly groups: readonly SiteGroupPlan[];
  readonly pools: readonly PoolPlan[];
  readonly poolModels: readonly string[];
  readonly declared: DeclaredNames;
}

/** Resolves the route of a workload; null after filing why there is none. */
export function resolveRoute(
  ctx: ResolveContext,
  path: Path,
  input: WorkloadInput,
  world: RouteWorld,
): RoutePlan | null {
  const at: Path = [...path, 'route'];
  const { route } = input;
  const taken = new Set<number>();
  const excluded: number[] = [];
  const stages: number[][] = [];
  let isSound = true;
  const models = route.models;
  for (const [index, model] of (models ?? []).entries())
    if (!world.declared.models.includes(model)) {
      const here = ctx.isWritten([...at, 'models', index]) ? [...at, 'models', index] : [...at, 'models'];
      unknownName(ctx, here, 'model', model, [...new Set(world.declared.models)], 'models of the pools');
      isSound = false;
    }
  const zones = checkedZones(ctx, at, input, world);
  if (zones === null) isSound = false;
  const addStage = (targets: readonly string[], where: (index: number) => Path) => {
    const pools: number[] = [];
    for (const [index, name] of targets.entries()) {
      const found = targetPools(name, world);
      if (found === null) {
        const allowed = [...new Set([...GRIDS, ...world.declared.sites, ...world.declared.pools])];
        if (allowed.includes(name) && !GRIDS.includes(name as GridKind)) continue;
        unknownName(ctx, where(index), 'pool', name, allowed, 'grids, sites and pools');
        isSound = false;
        continue;
      }
      if (found.length === 0 && !ctx.isPartial) {
        ctx.problem(where(index), {
          code: 'SCENARIO_ROUTE',
          message: `grid \`${name}\` has no pools`,
          given: name,
          allowed: [...new Set(world.groups.map((group) => group.grid))],
        });
        isSound = false;
      }
      for (const pool of found) {
        if (models !== undefined && !models.includes(world.poolModels[pool] ?? '')) continue;
        if (taken.has(pool)) continue;
        taken.add(pool);
        const group = world.groups[world.pools[pool]?.group ?? -1];
        const isAllowed =
          zones === null || zones === undefined || (group?.zones ?? []).some((zone) => zones.includes(zone));
        if (isAllowed) pools.push(pool);
        else excluded.push(pool);
      }
    }
    if (pools.length > 0) stages.push(pools);
  };
  addStage(route.prefer, (index) => itemPath(ctx, [...at, 'prefer'], index));
  for (const [index, entry] of route.spill.entries()) {
    const here: Path = [...at, 'spill', index];
    if (typeof entry === 'string') addStage([entry], () => here);
    else addStage(entry, (inner) => [...here, inner]);
  }
  if (!isSound) return null;
  if (stages.length === 0) {
    if (!ctx.isPartial) reportEmpty(ctx, at, input, world, excluded);
    return null;
  }
  if (!checkKinds(ctx, at, stages, world)) return null;
  const when = route.spill_when;
  return {
    stages,
    excludedByResidency: excluded,
    siteOrder: route.site_order,
    policy: route.policy,
    spillTtftS: when.ttft ?? -1,
    spillQueue: when.queue ?? -1,
  };
}

/** A list item, or the key where a single name stands for the list. */
function itemPath(ctx: ResolveContext, path: Path, index: number): Path {
  const item = [...path, index];
  return ctx.isWritten(item) ? item : path;
}

function targetPools(name: string, world: RouteWorld): number[] | null {
  const indices = world.pools.map((_, index) => index);
  if (GRIDS.includes(name as GridKind))
    return indices.filter((index) => world.groups[world.pools[index]?.group ?? -1]?.grid === name);
  const group = world.groups.findIndex((each) => each.id === name);
  if (group >= 0) return indices.filter((index) => world.pools[index]?.group === group);
  const pool = world.pools.findIndex((each) => each.id === name);
  return pool >= 0 ? [pool] : null;
}

/** Zones of a workload's residency; undefined when it has none, null after filing unknown ones. */
function checkedZones(
  ctx: ResolveContext,
  at: Path,
  input: WorkloadInput,
  world: RouteWorld,
): readonly string[] | null | undefined {
  const zones = input.route.residency;
  if (zones === undefined) return undefined;
  const known = [
    ...new Set([...world.groups.flatMap((group) => group.zones), ...regions().flatMap((region) => region.zones)]),
  ];
  let isSound = true;
  for (const [index, zone] of zones.entries())
    if (!known.includes(zone) && !ctx.isPartial) {
      unknownName(ctx, itemPath(ctx, [...at, 'residency'], index), 'zone', zone, known, 'zones');
      isSound = false;
    }
  return isSound ? zones : null;
}

function reportEmpty(
  ctx: ResolveContext,
  at: Path,
  input: WorkloadInput,
  world: RouteWorld,
  excluded: readonly number[],
): void {
  if (excluded.length > 0) {
    const zones = excluded.map((pool) => {
      const group = world.groups[world.pools[pool]?.group ?? -1];
      return `${world.pools[pool]?.id ?? ''} (${group?.zones.join(', ') ?? ''})`;
    });
    ctx.problem([...at, 'residency'], {
      code: 'SCENARIO_RESIDENCY',
      message: `residency leaves workload \`${input.id}\` without a pool`,
      given: (input.route.residency ?? []).join(', '),
      allowed: zones,
      allowedTitle: 'pools and their zones',
    });
    return;
  }
  ctx.problemAtKey(at, {
    code: 'SCENARIO_ROUTE',
    message: `the route of workload \`${input.id}\` leads to no pool`,
    allowed: world.pools.map((pool, index) => `${pool.id} (${world.poolModels[index] ?? ''})`),
    allowedTitle: 'pools',
  });
}

function checkKinds(ctx: ResolveContext, at: Path, stages: readonly (readonly number[])[], world: RouteWorld): boolean {
  const fixed = stages.flat().filter((pool) => world.pools[pool]?.deployment.model.fixedWork !== undefined);
  if (fixed.length === 0 || fixed.length === stages.flat().length) return true;
  ctx.problemAtKey(at, {
    code: 'SCENARIO_ROUTE',
    message: 'the route mixes pools that make tokens with pools of fixed work',
    allowed: [`models: [...] to choose one kind; fixed work: ${fixed.map((pool) => world.pools[pool]?.id).join(', ')}`],
  });
  return false;
}
