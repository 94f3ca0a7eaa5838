/**
 * Where every value of a resolved scenario comes from: written by the user, a default, or the catalog, with source and
 * grade; and what each pool will do by its step model. Data only; printing is the command's business.
 */

import type { Grade } from '@infersim/catalog';
import { describeStepModel, type StepModelDescription } from '@infersim/devices';
import type { RunPlan } from '@infersim/runner';
import type { ResolveContext } from './resolve/context.js';
import { scenarioFields } from './schema/scenario-fields.js';
import { metaOf, schemaAt } from './schema/schema-walk.js';
import { type Path, pathText } from './yaml/located.js';

export interface ExplainedValue {
  readonly path: string;
  readonly value: string | number | boolean;
  readonly unit: string;
  readonly from: 'scenario' | 'default' | 'catalog';
  readonly source?: string;
  readonly grade?: Grade;
}

/** What a pool will do, worked out without a run. */
export interface ExplainedPool {
  readonly pool: string;
  readonly site: string;
  readonly replicas: number;
  readonly model: StepModelDescription;
}

/** Every single value of the resolved scenario in its order, with where it comes from; then what overlay files change. */
export function explainedValues(ctx: ResolveContext, resolved: unknown): ExplainedValue[] {
  const values: ExplainedValue[] = [];
  const visit = (value: unknown, path: Path, above: ReturnType<ResolveContext['filledAt']>): void => {
    const filled = ctx.filledAt(path) ?? above;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index], filled);
      return;
    }
    if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key], filled);
      return;
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return;
    const schema = schemaAt(scenarioFields, path, resolved);
    const unit = filled?.unit ?? (schema === null || typeof value !== 'number' ? '' : (metaOf(schema)['x-unit'] ?? ''));
    const isWritten = ctx.isWritten(path) || (filled === undefined && isWrittenAbove(ctx, path));
    values.push({
      path: pathText(path),
      value,
      unit,
      from: isWritten ? 'scenario' : (filled?.from ?? 'default'),
      ...(isWritten || filled?.source === undefined ? {} : { source: filled.source }),
      ...(isWritten || filled?.grade === undefined ? {} : { grade: filled.grade }),
    });
  };
  visit(resolved, [], undefined);
  for (const { kind, id, path, change, unit, file, place } of ctx.overlaid)
    values.push({
      path: `catalog: ${kind}.${id}.${path}`,
      value: change.value,
      unit,
      from: 'catalog',
      source: `${file}:${place.source.position(place.start).line}: ${change.source}`,
      grade: change.grade,
    });
  return values;
}

/** A short form the user wrote (one name for a list, a single precision) covers what was made of it. */
function isWrittenAbove(ctx: ResolveContext, path: Path): boolean {
  const last = path[path.length - 1];
  return typeof last === 'number' && ctx.isWritten(path.slice(0, -1)) && !ctx.isWritten(path);
}

/** Predicted step times, memory and power of every pool. Throws only for plans that were never resolved here. */
export function explainPools(plan: RunPlan): ExplainedPool[] {
  return plan.world.pools.map((pool) => ({
    pool: pool.id,
    site: plan.world.groups[pool.group]?.id ?? '',
    replicas: pool.replicas,
    model: describeStepModel(pool.deployment),
  }));
}
