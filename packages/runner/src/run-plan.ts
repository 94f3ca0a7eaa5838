/**
 * One experiment as plain data: the world, how often to run it, what to record and which objectives judge it.
 */

import type { Grade } from '@infersim/catalog';
import type { WorldPlan } from '@infersim/fleet';

/** What the results are cut by. */
export type ScopeKind = 'all' | 'grid' | 'site' | 'pool' | 'workload' | 'origin';

/** An objective: a metric of a scope (a column of runs.csv), a bound, and what its failure means. */
export interface ObjectivePlan {
  readonly name: string;
  /** Column of runs.csv, e.g. `ttft_ms_p95`. */
  readonly column: string;
  /** As the user wrote it. */
  readonly metric: string;
  readonly stat: string;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string;
  readonly max?: number;
  readonly min?: number;
  readonly severity: 'fail' | 'warn';
  /** Judge per like site: at least this share of the sites has to meet it. Absent = judge the scope as a whole. */
  readonly siteShare?: number;
}

/** A constant that the result rests on and nobody has measured. */
export interface AssumedConstant {
  readonly where: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly grade: Grade;
}

export interface RunPlan {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly seed: number;
  readonly replications: number;
  readonly confidence: number;
  readonly world: WorldPlan;
  readonly objectives: readonly ObjectivePlan[];
  readonly record: {
    readonly requests: { readonly mode: 'none' | 'sample' | 'all'; readonly sample: number };
    /** File of the request rows; absent = CSV. */
    readonly requestsFormat?: 'csv' | 'parquet';
    /** Seconds per row of timeseries.csv; 0 = off. A multiple of the meter interval. */
    readonly timeseriesS: number;
  };
  readonly stepByStep: boolean;
  readonly assumed: readonly AssumedConstant[];
  /** Things the user should know that are not errors. */
  readonly warnings: readonly string[];
  /** True when nothing in the world is random: replications would be copies. */
  readonly deterministic: boolean;
}
