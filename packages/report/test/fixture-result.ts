/** A small experiment's result made by hand: two grids, two pools, one workload. */

import { findModel } from '@infersim/catalog';
import {
  type ExperimentResult,
  METRIC_COLUMNS,
  metricIndex,
  type ObjectiveResult,
  REQUEST_COLUMNS,
  type ReplicationResult,
  type RequestRows,
  type RunPlan,
  type ScopeRef,
  TIMESERIES_COLUMNS,
} from '@infersim/runner';

type PoolPlan = RunPlan['world']['pools'][number];

export const SCOPES: readonly ScopeRef[] = [
  { kind: 'all', id: 'all' },
  { kind: 'grid', id: 'cloud' },
  { kind: 'grid', id: 'edge' },
  { kind: 'pool', id: 'virginia/chat-70b' },
  { kind: 'workload', id: 'chat' },
];

const known = { unit: '1', source: 'made for this test' } as const;

function deployment(grade: 'measured' | 'assumed'): PoolPlan['deployment'] {
  return {
    model: findModel(grade === 'measured' ? 'llama-3.1-70b' : 'llama-3.2-3b'),
    tp: 4,
    weightPrecision: 'fp8',
    device: {
      id: grade === 'measured' ? 'box' : 'small-box',
      class: 'gpu',
      memoryType: 'HBM3',
      execution: 'batched',
      kernels: {},
      power: {},
      memoryBytes: { value: 1, grade, ...known },
      idleLoadedW: { value: 1, grade: 'measured', ...known },
    },
    engine: { id: 'engine', apiS: { value: 0.1, grade: 'fitted', ...known } },
  } as unknown as PoolPlan['deployment'];
}

export function fixturePlan(overrides: Partial<RunPlan> = {}): RunPlan {
  const pool = (id: string, group: number, grade: 'measured' | 'assumed') => ({
    id,
    group,
    deployment: deployment(grade),
    engine: {} as PoolPlan['engine'],
    replicas: 1,
    balance: 'round-robin' as const,
    queueLimit: -1,
    apiS: 0,
    hostIdleW: 0,
    hostBusyW: 0,
    racks: 1,
    rackId: 'rack',
    rackLimitW: 0,
    cost: {
      deviceUsdPerReplicaS: 0,
      facilityUsdPerReplicaS: 0,
      networkUsdPerReplicaS: 0,
      operationsUsdPerReplicaS: 0,
      basis: 'owned' as const,
    },
  });
  const group = (id: string, grid: 'cloud' | 'edge') =>
    ({
      id,
      grid,
      count: 1,
      region: 'here',
      zones: ['us'],
      powerLimitW: 0,
      otherW: 0,
    }) as unknown as RunPlan['world']['groups'][number];
  return {
    schemaVersion: 1,
    name: 'two-grids',
    seed: 7,
    replications: 2,
    confidence: 0.95,
    world: {
      horizonS: 3600,
      warmupS: 300,
      stationary: true,
      meterIntervalS: 60,
      networkJitterSigma: 0,
      groups: [group('virginia', 'cloud'), group('shops', 'edge')],
      pools: [pool('chat-70b', 0, 'measured'), pool('small', 1, 'assumed')],
      origins: [{ id: 'us-east', siteGroup: -1, rttS: [0.02, 0.001] }],
      traffic: [
        {
          workload: { id: 'chat', arrivals: { process: 'closed' } },
          origin: 0,
          route: { stages: [[0]] },
        } as unknown as RunPlan['world']['traffic'][number],
      ],
    },
    objectives: [],
    record: { requests: { mode: 'none', sample: 0 }, timeseriesS: 0 },
    stepByStep: false,
    assumed: [],
    warnings: [],
    deterministic: false,
    ...overrides,
  };
}

/** Values by column for every scope; anything not named is not available. */
export type Figures = Readonly<Record<string, number>>;

export const FIGURES: Figures = {
  requests_offered: 1234567,
  requests_completed: 1234000,
  served_pct: 99.954,
  output_tokens_per_s: 12345.678,
  total_tokens_per_s: 45678.9,
  goodput_requests_per_s: 40.25,
  goodput_pct: 97.5,
  ttft_ms_p50: 123.456,
  ttft_ms_p95: 312.125,
  ttft_ms_p99: 498.75,
  tpot_ms_mean: 21.0625,
  tpot_ms_p95: 25.5,
  e2e_ms_p95: 5120.25,
  power_kw_it_mean: 32,
  power_kw_facility_mean: 41.5,
  power_kw_facility_peak_15min: 50,
  energy_kwh_facility: 38.0416,
  carbon_kg: 14.5,
  cost_usd_device: 60,
  cost_usd_facility: 8,
  cost_usd_energy: 16,
  cost_usd_cooling: 4,
  cost_usd_demand: 4,
  cost_usd_network: 2,
  cost_usd_operations: 5,
  cost_usd_carbon: 1,
  cost_usd_total: 100,
  cost_usd_per_1m_input_tokens: 0.1,
  cost_usd_per_1m_output_tokens: 0.7,
  cost_usd_per_1m_tokens: 0.25,
};

export function fixtureRun(
  replication: number,
  figures: Figures = FIGURES,
  overrides: Partial<ReplicationResult> = {},
): ReplicationResult {
  const width = METRIC_COLUMNS.length;
  const values = new Float64Array(SCOPES.length * width).fill(Number.NaN);
  for (let scope = 0; scope < SCOPES.length; scope++)
    for (const [name, value] of Object.entries(figures)) {
      if (metricIndex(name) < 0) throw new Error(`no column ${name}`);
      values[scope * width + metricIndex(name)] = value;
    }
  return {
    replication,
    seed: 7 + replication,
    fingerprint: `f00d000${replication}`,
    events: 1000 + replication,
    steps: 500,
    reachedS: 3600,
    interrupted: false,
    scopes: SCOPES,
    values,
    thinCells: new Int32Array(0),
    timeseries: null,
    requests: null,
    spooledRequests: null,
    histograms: [
      {
        scope: 0,
        metric: 'ttft',
        lowerMs: Float64Array.of(100, 200),
        upperMs: Float64Array.of(200, 400),
        count: Float64Array.of(10, 5 + replication),
      },
    ],
    limits: [
      {
        scope: 3,
        busyPct: 83.21,
        kvFullPct: 38.4,
        batchFullPct: 2.25,
        queueNonEmptyPct: 0,
        memoryBoundPct: 71,
        computeBoundPct: 29,
      },
    ],
    conservation: [
      {
        name: 'requests',
        left: 10,
        right: 10,
        relative: 0,
        tolerance: 0,
        passed: true,
        meaning: 'offered = ended + in flight',
      },
      {
        name: 'energy',
        left: 1,
        right: 1 + 1e-12,
        relative: 1e-12,
        tolerance: 1e-9,
        passed: true,
        meaning: 'devices = requests + idle',
      },
    ],
    tallies: { 'chat/queue_full': 3 },
    siteSharesPct: new Float64Array(0),
    stable: true,
    warnings: [],
    ...overrides,
  };
}

export function fixtureTimeseries(): ReplicationResult['timeseries'] {
  const width = TIMESERIES_COLUMNS.length;
  const cells = Float64Array.from({ length: 2 * width }, (_, index) => index / 4);
  cells[width + 3] = Number.NaN;
  return { timeS: Float64Array.of(0, 60), scope: Int32Array.of(0, 1), cells };
}

export function fixtureRequests(): RequestRows {
  const columns = Object.fromEntries(
    REQUEST_COLUMNS.map((name, index) => [name, Float64Array.of(index + 0.5, Number.NaN)]),
  ) as RequestRows['columns'];
  return {
    rows: 2,
    workload: Int32Array.of(0, 0),
    originSite: Int32Array.of(0, 0),
    pool: Int32Array.of(0, -1),
    site: Int32Array.of(0, 0),
    outcome: Int32Array.of(0, 1),
    columns,
  };
}

export function fixtureObjective(overrides: Partial<ObjectiveResult> = {}, name = 'chat-ttft'): ObjectiveResult {
  return {
    objective: {
      name,
      column: 'ttft_ms_p95',
      metric: 'ttft_ms',
      stat: 'p95',
      scopeKind: 'workload',
      scopeId: 'chat',
      max: 500,
      severity: 'fail',
    },
    actual: 312.125,
    judged: 325.5,
    limit: 500,
    marginPct: 34.9,
    passed: true,
    why: '',
    ...overrides,
  };
}

/** Means and made-up half-widths over the replications given. */
export function fixtureResult(
  runs: readonly ReplicationResult[] = [fixtureRun(0), fixtureRun(1)],
  overrides: Partial<ExperimentResult> = {},
): ExperimentResult {
  const plan = overrides.plan ?? fixturePlan({ replications: runs.length });
  const cells = SCOPES.length * METRIC_COLUMNS.length;
  return {
    plan,
    replications: runs,
    scopes: SCOPES,
    estimates: Array.from({ length: cells }, (_, cell) => {
      const mean = runs.reduce((sum, run) => sum + run.values[cell]!, 0) / runs.length;
      const name = METRIC_COLUMNS[cell % METRIC_COLUMNS.length]!.name;
      return { mean, halfWidth: runs.length > 1 && name.startsWith('ttft') ? mean / 50 : Number.NaN, n: runs.length };
    }),
    objectives: [fixtureObjective()],
    fingerprint: 'cafe0123',
    lost: [],
    interrupted: false,
    deterministic: false,
    stable: true,
    conserved: true,
    warnings: [],
    ...overrides,
  };
}
