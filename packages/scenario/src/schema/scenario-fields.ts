/** The whole scenario: sections put together. */

import * as z from 'zod';
import { costSection } from './cost-fields.js';
import { choice, flag, id, named, real, share, text, time, whole } from './fields.js';
import { deviceFields, modelFields, rackFields, regionFields } from './inline-fields.js';
import { gridFields } from './site-fields.js';
import { workloadFields } from './workload-fields.js';

/** Version of the scenario format; a changed meaning is a new number. */
export const SCENARIO_SCHEMA_VERSION = 1;

const objective = z.strictObject({
  name: id('name of the objective in results'),
  metric: id('a figure of runs.csv, e.g. ttft_ms, power_kw_facility, cost_usd_per_1m_output_tokens'),
  stat: id('mean, std, min, p50, p90, p95, p99, max or n of a latency; mean, peak or peak_15min of a level').optional(),
  max: real('highest value that is met', { min: -1e15 }).optional(),
  min: real('lowest value that is met', { min: -1e15 }).optional(),
  severity: choice('`fail` makes the run exit with 99, `warn` only says so', ['fail', 'warn']).default('fail'),
  workload: id('judge this workload').optional(),
  grid: choice('judge this grid', ['cloud', 'enterprise', 'edge']).optional(),
  site: id('judge this site or group of like sites').optional(),
  pool: id('judge this pool').optional(),
  origin: id('judge the requests of this origin').optional(),
  site_share: share('judge each like site alone: at least this share of them has to meet it', { above: 0 }).optional(),
});

const network = z
  .strictObject({
    jitter_sigma: real('sigma of the lognormal factor on every network leg', { max: 3 }).default(0.1),
    lan: time('round trip within a site', { max: 60, otherwise: 'of the catalog' }).optional(),
    rtt: z
      .array(
        z.strictObject({
          from: id('an origin, a region or a site'),
          to: id('a site or a region'),
          rtt: time('round trip, everything included', { max: 60 }),
        }),
      )
      .max(10_000)
      .default([])
      .meta({ description: 'measured round trips, instead of what the catalog says' }),
  })
  .meta({ description: 'round trips and their jitter' });

const record = z
  .strictObject({
    requests: z
      .union([
        z.enum(['none', 'all']),
        z.strictObject({ sample: whole('rows kept, chosen at random', { min: 1, max: 1e9 }) }),
      ])
      .default('none')
      .meta({ description: 'rows of requests.csv: none, all, or a sample' }),
    requests_format: choice(
      'file of request rows: requests.csv or requests.parquet',
      ['csv', 'parquet'],
      'csv',
    ).optional(),
    timeseries: z
      .union([time('seconds per row', { above: 0 }), z.literal('off')])
      .default(60)
      .meta({
        description: 'time per row of timeseries.csv, a multiple of meter_interval; `off` writes none',
        'x-unit': 's',
      }),
  })
  .meta({ description: 'what is written beside the summary' });

export const scenarioFields = z.strictObject({
  schema_version: whole('version of this format', { min: 1, max: SCENARIO_SCHEMA_VERSION }),
  name: id('name of the scenario; part of the results folder'),
  description: text('what the scenario is about').optional(),
  horizon: time('simulated time', { above: 0, max: 3.2e8 }),
  warmup: time('statistics start here; conservation is counted from zero', { max: 3.2e8 }),
  stationary: flag(
    'the load has no trend, so that a mean over time makes sense',
    'true without replay, day curves, bursts and stages that end',
  ).optional(),
  replications: whole('runs with other random numbers', { min: 1, max: 10_000 }).default(5),
  seed: whole('seed of all random numbers', { max: 2 ** 53 - 1 }).default(1),
  confidence: share('level of confidence intervals', { min: 0.5, max: 0.9999 }).default(0.95),
  meter_interval: time('power, PUE and price are applied per interval of this length', { above: 0, max: 3600 }).default(
    60,
  ),
  start_hour_utc: real('hour of the day at time zero, UTC', { max: 24 }, 'h').default(12),
  catalog: z.array(text('path of an overlay file, from the folder of the file that names it')).max(20).optional().meta({
    description:
      'overlay files that change constants of catalog devices and engines, such as `infersim calibrate` writes; later ones win',
  }),
  grids: gridFields,
  workloads: z.array(workloadFields).min(1).max(1000).meta({ description: 'the traffic' }),
  slo: z.array(objective).max(1000).default([]).meta({ description: 'objectives that the exit code reports' }),
  network: network.prefault({}),
  costs: costSection.prefault({}),
  devices: named('devices of your own, by id', deviceFields).default({}),
  models: named('models of your own, by id', modelFields).default({}),
  racks: named('servers and racks of your own, by id', rackFields).default({}),
  regions: named('regions of your own, by id', regionFields).default({}),
  record: record.prefault({}),
  step_by_step: flag('take every step instead of leaping: slow, same results').default(false),
});

/** A checked scenario: every fixed default filled in, quantities as numbers in the units of their keys. */
export type Scenario = z.output<typeof scenarioFields>;
/** A scenario as a user may write it. */
export type ScenarioInput = z.input<typeof scenarioFields>;
export type ObjectiveInput = z.output<typeof objective>;
