/**
 * Bands of model error of every scope's figures, as factors on them, from the bands of the pools behind.
 *
 * Latencies take the hull of the pools that carry 1 % of the scope's requests, sums the factors of the pools weighed by what
 * each contributes (see the confidence room). Throughput that is set by the load has the factor 1. Energy per token is
 * that of the device at work where the device sets the pace; where the load does, tokens are given and it errs as power
 * does. A workload or an origin is taken to spread over the pools it may reach as all traffic does.
 *
 * A band says how far a real system may be from the model, in four of five cases. It is not the run-to-run spread that
 * replications show, nor does it hold what the scenario assumes: demand, prices, round trips, PUE.
 */

import { type Grade, worseGrade } from '@infersim/catalog';
import {
  type Band,
  type BandBasis,
  bandGrade,
  bandOfMixture,
  bandOfSum,
  bandOfTokenCost,
  bandOfTotalCost,
  ERROR_RECORD,
  type ErrorRecord,
  farthestBasis,
  inverseOf,
  type MetricKind,
  NOMINAL_COVERAGE,
} from '@infersim/confidence';
import type { PoolPlan } from '@infersim/fleet';
import { type ExperimentResult, METRIC_COLUMNS, metricIndex, type ScopeRef } from '@infersim/runner';
import { BANDED_COLUMNS, type BandedBy, POWER_COST_COLUMNS } from './band-columns.js';
import { poolScopeId, poolsOf, scopeGrade } from './confidence-grade.js';
import { isLoadBound } from './load-bound.js';
import { type PoolBands, poolBands, poolOutside } from './pool-confidence.js';

/** What a band rests on: neighbours at some distance, nobody, or the load that leaves the model nothing to get wrong. */
export type FigureBasis = BandBasis | 'load';

/** The band of one column of one scope, as factors. */
export interface FigureBand {
  readonly lowFactor: number;
  readonly highFactor: number;
  readonly basis: FigureBasis;
  /** Worst grade of the constants behind; assumed where nothing alike was ever measured. */
  readonly grade: Grade;
}

/** Bands of all banded columns of one scope; a column is missing where no pool stands behind it. */
export type ScopeBands = ReadonlyMap<string, FigureBand>;

/** The band of throughput that the load sets. */
const SET_BY_LOAD: Band = {
  lowFactor: 1,
  highFactor: 1,
  basis: 'device+family+engine',
  n: Number.POSITIVE_INFINITY,
  nominal: NOMINAL_COVERAGE,
};

interface PoolFigures {
  readonly plan: PoolPlan;
  readonly bands: PoolBands;
  readonly throughput: Band;
  readonly energyPerToken: Band;
  readonly requests: number;
  readonly tokensPerS: number;
  readonly powerKw: number;
}

/** Bands of every scope of a result, in the order of its scopes. */
export function scopeBands(result: ExperimentResult, record: ErrorRecord = ERROR_RECORD): ScopeBands[] {
  const { world } = result.plan;
  const pools = new Map(world.pools.map((plan, index) => [plan, poolFigures(result, plan, index, record)]));
  return result.scopes.map((scope) => {
    const behind = poolsOf(world, scope).map((plan) => pools.get(plan)!);
    const powerShare = powerShareOf(result, scope);
    const bands = new Map<string, FigureBand>();
    for (const [column, how] of BANDED_COLUMNS) {
      const band = bandOfColumn(how, behind, powerShare);
      if (band === undefined) continue;
      const isSpeed = how.by === 'latency' || how.by === 'throughput';
      const constants = scopeGrade(world, scope, isSpeed ? 'speed' : 'speed-and-power') ?? 'assumed';
      const isLoad = how.by === 'throughput' && band.lowFactor === 1 && band.highFactor === 1;
      bands.set(column, {
        lowFactor: band.lowFactor,
        highFactor: band.highFactor,
        basis: isLoad ? 'load' : band.basis,
        grade: isLoad ? constants : worseGrade(constants, bandGrade(band)),
      });
    }
    return bands;
  });
}

/** What a scope's bands rest on at worst; undefined where it has none. */
export function farthestBasisOf(bands: Iterable<Pick<FigureBand, 'basis'>>): FigureBasis | undefined {
  const bases = [...bands].map((band) => band.basis);
  const neighbours = bases.filter((basis) => basis !== 'load');
  return neighbours.length > 0 ? farthestBasis(neighbours) : bases[0];
}

function bandOfColumn(how: BandedBy, pools: readonly PoolFigures[], powerShare: number): Band | undefined {
  const sum = (band: (pool: PoolFigures) => Band, weight: (pool: PoolFigures) => number) =>
    bandOfSum(pools.map((pool) => ({ band: band(pool), weight: weight(pool) })));
  const ofKind = (kind: MetricKind) => (pool: PoolFigures) => pool.bands[kind];
  const throughput = () =>
    sum(
      (pool) => pool.throughput,
      (pool) => pool.tokensPerS,
    );
  const power = () => sum(ofKind('power'), (pool) => pool.powerKw);
  const energyPerToken = () =>
    sum(
      (pool) => pool.energyPerToken,
      (pool) => pool.powerKw,
    );
  switch (how.by) {
    case 'latency': {
      const band = bandOfMixture(pools.map((pool) => ({ band: pool.bands[how.metricKind], weight: pool.requests })));
      return band !== undefined && how.isInverse ? inverseOf(band) : band;
    }
    case 'throughput':
      return throughput();
    case 'power':
      return power();
    case 'energy-per-token':
      return energyPerToken();
    case 'total-cost': {
      const band = power();
      return band === undefined ? undefined : bandOfTotalCost(band, powerShare);
    }
    case 'token-cost': {
      const tokens = throughput();
      const energy = energyPerToken();
      return tokens === undefined || energy === undefined ? undefined : bandOfTokenCost(tokens, energy, powerShare);
    }
  }
}

function poolFigures(result: ExperimentResult, plan: PoolPlan, index: number, record: ErrorRecord): PoolFigures {
  const { world } = result.plan;
  const bands = poolBands(plan, record);
  const scope: ScopeRef = { kind: 'pool', id: poolScopeId(world, plan) };
  const figure = (column: string) => meanOf(result, scope, column);
  const tokensPerS = figure('output_tokens_per_s');
  const load = {
    outputTokensPerS: tokensPerS,
    totalTokensPerS: figure('total_tokens_per_s'),
    servedPct: figure('served_pct'),
    isStable: result.stable && !result.interrupted,
  };
  const isBound = tokensPerS > 0 && isLoadBound(world, index, load, bands.throughput);
  return {
    plan,
    bands,
    throughput: isBound ? SET_BY_LOAD : bands.throughput,
    energyPerToken: isBound ? bands.power : bands.energy,
    requests: figure('requests_completed'),
    tokensPerS,
    powerKw: figure('power_kw_it_mean'),
  };
}

/** A sentence about a pool that leaves everything measured. */
export interface OutsideMeasured {
  /** `group/pool`. */
  readonly pool: string;
  readonly text: string;
}

/** Where the pools of a result left everything measured, batches and lengths as the run had them. */
export function outsideMeasuredOf(result: ExperimentResult, record: ErrorRecord = ERROR_RECORD): OutsideMeasured[] {
  const { world } = result.plan;
  return world.pools.flatMap((plan) => {
    const scope: ScopeRef = { kind: 'pool', id: poolScopeId(world, plan) };
    const busyShare = meanOf(result, scope, 'busy_pct') / 100;
    const requestsPerS = meanOf(result, scope, 'requests_per_s');
    const reached = {
      ...(busyShare > 0 ? { batch: meanOf(result, scope, 'batch_size_mean') / busyShare } : {}),
      ...(requestsPerS > 0 ? { contextTokens: meanOf(result, scope, 'total_tokens_per_s') / requestsPerS } : {}),
    };
    return poolOutside(plan, reached, record).map((text) => ({ pool: scope.id, text }));
  });
}

/** Share of a scope's bill that follows power, 0 to 1. */
function powerShareOf(result: ExperimentResult, scope: ScopeRef): number {
  const total = meanOf(result, scope, 'cost_usd_total');
  if (!(total > 0)) return 0;
  const power = POWER_COST_COLUMNS.reduce((sum, column) => sum + meanOf(result, scope, column), 0);
  return Math.min(1, Math.max(0, power / total));
}

/** Mean over replications; 0 where it is not available. */
function meanOf(result: ExperimentResult, scope: ScopeRef, column: string): number {
  const scopeIdx = result.scopes.findIndex((other) => other.kind === scope.kind && other.id === scope.id);
  const mean = scopeIdx < 0 ? 0 : result.estimates[scopeIdx * METRIC_COLUMNS.length + metricIndex(column)]!.mean;
  return Number.isFinite(mean) ? mean : 0;
}
