/**
 * Names that a document declares, read without regard to whether the rest of it is right: a route to a pool that is
 * faulty elsewhere must not be called unknown as well. Also finds names declared twice.
 */

import type { LocatedMap, LocatedNode, Path } from '../yaml/located.js';
import { nodeAt } from '../yaml/located.js';

export interface Declaration {
  readonly id: string;
  readonly path: Path;
}

export interface Declarations {
  readonly sites: readonly Declaration[];
  readonly pools: readonly Declaration[];
  readonly workloads: readonly Declaration[];
  readonly models: readonly string[];
}

/** Reads the declared names of a document. */
export function declarationsOf(root: LocatedMap): Declarations {
  const sites: Declaration[] = [];
  const pools: Declaration[] = [];
  const models: string[] = [];
  const grids = nodeAt(root, ['grids']);
  for (const [grid, entry] of grids?.kind === 'map' ? grids.entries : []) {
    for (const [siteIndex, site] of itemsOf(nodeAt(entry.node, ['sites'])).entries()) {
      const path: Path = ['grids', grid, 'sites', siteIndex];
      const siteId = textAt(site, 'id');
      if (siteId !== undefined) sites.push({ id: siteId, path: [...path, 'id'] });
      for (const [poolIndex, pool] of itemsOf(nodeAt(site, ['pools'])).entries()) {
        const model = textAt(pool, 'model');
        if (model !== undefined) models.push(model);
        const own = textAt(pool, 'id');
        const id = own ?? (siteId === undefined || model === undefined ? undefined : defaultPoolId(siteId, model));
        if (id !== undefined)
          pools.push({ id, path: [...path, 'pools', poolIndex, own === undefined ? 'model' : 'id'] });
      }
    }
  }
  const workloads = itemsOf(nodeAt(root, ['workloads'])).flatMap((workload, index) => {
    const id = textAt(workload, 'id');
    return id === undefined ? [] : [{ id, path: ['workloads', index, 'id'] }];
  });
  return { sites, pools, workloads, models };
}

/** Id of a pool that names none. */
export function defaultPoolId(site: string, model: string): string {
  return `${site}-${model}`;
}

function itemsOf(node: LocatedNode | undefined): readonly LocatedNode[] {
  return node?.kind === 'list' ? node.items : [];
}

function textAt(node: LocatedNode, key: string): string | undefined {
  const value = nodeAt(node, [key]);
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}
