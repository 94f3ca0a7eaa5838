/** What is known about one pool's predictions: bands by kind of figure from measured neighbours, and where it leaves them. */

import {
  type Band,
  bandFor,
  ERROR_RECORD,
  type ErrorRecord,
  errorClassOf,
  METRIC_KINDS,
  type MetricKind,
  modelFamily,
  outsideMeasured,
  unknownBand,
} from '@infersim/confidence';
import { countParams } from '@infersim/devices';
import type { PoolPlan, WorldPlan } from '@infersim/fleet';
import { poolScopeId } from './confidence-grade.js';

export type PoolBands = Readonly<Record<MetricKind, Band>>;

/** What only a run tells about a pool's range; absent before one. */
export interface PoolRange {
  readonly batch?: number;
  readonly contextTokens?: number;
}

/** A pool as `explain` shows it. */
export interface PoolConfidence {
  readonly pool: string;
  readonly bands: PoolBands;
  readonly outside: readonly string[];
}

/** Bands of a pool's figures. Networks without tokens were never measured. */
export function poolBands(pool: PoolPlan, record: ErrorRecord = ERROR_RECORD): PoolBands {
  const { device, engine, model } = pool.deployment;
  const isMoe = model.architecture?.moe !== undefined;
  const who = {
    deviceId: device.id,
    deviceClass: errorClassOf(device),
    family: modelFamily(model.id, isMoe),
    isMoe,
    engineId: engine.id,
  };
  const bandOf = (metricKind: MetricKind): Band =>
    model.architecture === undefined ? unknownBand(metricKind, record) : bandFor({ ...who, metricKind }, record);
  return Object.fromEntries(METRIC_KINDS.map((kind) => [kind, bandOf(kind)])) as unknown as PoolBands;
}

/** Where a pool lies outside everything measured, in sentences. */
export function poolOutside(pool: PoolPlan, reached: PoolRange = {}, record: ErrorRecord = ERROR_RECORD): string[] {
  const { device, engine, model, tp, weightPrecision } = pool.deployment;
  if (model.architecture === undefined)
    return [`${model.id} on ${device.id}: no network of fixed work is on record; takes all constants on trust`];
  return outsideMeasured(
    {
      deviceId: device.id,
      engineId: engine.id,
      tp,
      params: countParams(model.architecture).total,
      weightPrecision,
      ...reached,
    },
    record,
  );
}

/** Every pool of a world before a run. */
export function poolConfidences(world: WorldPlan, record: ErrorRecord = ERROR_RECORD): PoolConfidence[] {
  return world.pools.map((pool) => ({
    pool: poolScopeId(world, pool),
    bands: poolBands(pool, record),
    outside: poolOutside(pool, {}, record),
  }));
}
