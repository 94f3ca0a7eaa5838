/**
 * What results are cut by: the whole, each grid, site group, pool, workload and origin, always in the same order.
 */

import type { WorldPlan } from '@infersim/fleet';
import type { ScopeRef } from './results.js';

/** A scope with what belongs to it. Pool -1 stands for requests that were placed nowhere. */
export interface Scope extends ScopeRef {
  readonly pools: readonly number[];
  readonly groups: readonly number[];
  readonly traffics: readonly number[];
  /** Whether it is cut by where the work ran (meters and bills apply whole) or by whose work it was. */
  readonly isPlace: boolean;
}

const GRID_ORDER = ['cloud', 'enterprise', 'edge'] as const;

/** All scopes of a world. Ids: grid name, group id, `group/pool`, workload id, origin id. */
export function scopesOf(plan: WorldPlan): Scope[] {
  const allPools = plan.pools.map((_, index) => index);
  const allGroups = plan.groups.map((_, index) => index);
  const allTraffics = plan.traffic.map((_, index) => index);
  const poolsOf = (groups: readonly number[]) => allPools.filter((pool) => groups.includes(plan.pools[pool]!.group));
  const scopes: Scope[] = [
    {
      kind: 'all',
      id: 'all',
      pools: [...allPools, -1],
      groups: allGroups,
      traffics: allTraffics,
      isPlace: true,
    },
  ];
  for (const grid of GRID_ORDER) {
    const groups = allGroups.filter((group) => plan.groups[group]!.grid === grid);
    if (groups.length === 0) continue;
    scopes.push({ kind: 'grid', id: grid, pools: poolsOf(groups), groups, traffics: allTraffics, isPlace: true });
  }
  for (const group of allGroups) {
    const { id } = plan.groups[group]!;
    scopes.push({ kind: 'site', id, pools: poolsOf([group]), groups: [group], traffics: allTraffics, isPlace: true });
  }
  for (const pool of allPools) {
    const { id, group } = plan.pools[pool]!;
    scopes.push({
      kind: 'pool',
      id: `${plan.groups[group]!.id}/${id}`,
      pools: [pool],
      groups: [group],
      traffics: allTraffics,
      isPlace: true,
    });
  }
  for (const traffic of allTraffics) {
    scopes.push({
      kind: 'workload',
      id: plan.traffic[traffic]!.workload.id,
      pools: [...allPools, -1],
      groups: allGroups,
      traffics: [traffic],
      isPlace: false,
    });
  }
  plan.origins.forEach((origin, index) => {
    const traffics = allTraffics.filter((traffic) => plan.traffic[traffic]!.origin === index);
    if (traffics.length === 0) return;
    scopes.push({
      kind: 'origin',
      id: origin.id,
      pools: [...allPools, -1],
      groups: allGroups,
      traffics,
      isPlace: false,
    });
  });
  return scopes;
}
