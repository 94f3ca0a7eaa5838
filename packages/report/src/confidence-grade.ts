/**
 * How sure a scope's figures can be: the worst grade among the constants its pools' speed and power rest on.
 *
 * A chain is as strong as its weakest link, so one assumed constant makes the result assumed. Prices and third-party
 * checks do not count, and neither do figures that only describe the device: what counts are memory, bandwidth, the
 * kernel, pipeline or static-shape constants, power, and the engine's overheads. A device without constants of its own
 * for speed or power runs on the defaults of its class, which are assumed.
 */

import { type DeviceEntry, type Grade, type Quantity, worseGrade } from '@infersim/catalog';
import type { PoolPlan, WorldPlan } from '@infersim/fleet';
import type { ScopeRef } from '@infersim/runner';

/** The worst grade of every quantity inside a value, however deep; undefined when there is none. */
export function worstGradeWithin(value: unknown): Grade | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (isQuantity(value)) return value.grade;
  let worst: Grade | undefined;
  for (const part of Object.values(value)) {
    const grade = worstGradeWithin(part);
    if (grade !== undefined) worst = worst === undefined ? grade : worseGrade(worst, grade);
  }
  return worst;
}

function isQuantity(value: object): value is Quantity {
  return 'grade' in value && 'value' in value && 'unit' in value;
}

/** What a figure rests on: latencies and throughput on speed alone; power, energy and cost on both. */
export type GradedConstants = 'speed' | 'speed-and-power';

/** Grades by pool: every scope of a result that a pool serves asks for it, and a pool's constants do not change. */
const KNOWN = {
  speed: new WeakMap<PoolPlan, Grade | 'none'>(),
  'speed-and-power': new WeakMap<PoolPlan, Grade | 'none'>(),
} as const;

function poolGrade(pool: PoolPlan, constants: GradedConstants): Grade | undefined {
  const known = KNOWN[constants].get(pool) ?? gradeOfConstants(pool, constants) ?? 'none';
  KNOWN[constants].set(pool, known);
  return known === 'none' ? undefined : known;
}

function gradeOfConstants(pool: PoolPlan, constants: GradedConstants): Grade | undefined {
  const { device, engine } = pool.deployment;
  const isPower = constants === 'speed-and-power';
  if (speedIsOfClass(device) || (isPower && device.power === undefined)) return 'assumed';
  return worstGradeWithin([
    device.memoryBytes,
    device.memoryBandwidthBps,
    device.kernels,
    device.pipeline,
    device.staticShape,
    engine,
    ...(isPower ? [device.idleLoadedW, device.tdpW, device.power] : []),
  ]);
}

/** Whether the device has no constants of its own for how it computes. */
function speedIsOfClass(device: DeviceEntry): boolean {
  switch (device.execution) {
    case 'sram-pipeline':
      return device.pipeline === undefined;
    case 'static-npu':
      return device.staticShape === undefined;
    default:
      return device.kernels === undefined;
  }
}

/** The grade of a scope's figures, or undefined when no pool can serve it. */
export function scopeGrade(
  world: WorldPlan,
  scope: ScopeRef,
  constants: GradedConstants = 'speed-and-power',
): Grade | undefined {
  let worst: Grade | undefined;
  for (const pool of poolsOf(world, scope)) {
    const grade = poolGrade(pool, constants);
    if (grade !== undefined) worst = worst === undefined ? grade : worseGrade(worst, grade);
  }
  return worst;
}

/** The pools whose constants a scope's figures rest on. */
export function poolsOf(world: WorldPlan, scope: ScopeRef): readonly PoolPlan[] {
  switch (scope.kind) {
    case 'all':
      return world.pools;
    case 'grid':
      return world.pools.filter((pool) => world.groups[pool.group]?.grid === scope.id);
    case 'site':
      return world.pools.filter((pool) => world.groups[pool.group]?.id === scope.id);
    case 'pool':
      return world.pools.filter((pool) => poolScopeId(world, pool) === scope.id);
    case 'workload':
    case 'origin': {
      const reached = new Set<number>();
      for (const traffic of world.traffic) {
        const id = scope.kind === 'workload' ? traffic.workload.id : world.origins[traffic.origin]?.id;
        if (id !== scope.id) continue;
        for (const stage of traffic.route.stages) for (const pool of stage) reached.add(pool);
      }
      return world.pools.filter((_, index) => reached.has(index));
    }
  }
}

/** The id of a pool's scope: `group/pool`. */
export function poolScopeId(world: WorldPlan, pool: PoolPlan): string {
  return `${world.groups[pool.group]?.id ?? pool.group}/${pool.id}`;
}
