/** What every column of the CSV files means, with its unit: for `infersim schema` and the docs. */

import { METRIC_COLUMNS, metricIndex, REQUEST_COLUMNS, TIMESERIES_COLUMNS } from '@infersim/runner';
import { CSV_BAND_COLUMNS } from './band-columns.js';

/** The tables a results folder may hold. */
export type TableName = 'runs' | 'timeseries' | 'requests';

/** One documented column. */
export interface ColumnDoc {
  readonly name: string;
  /** Empty for text. */
  readonly unit: string;
  readonly meaning: string;
  /** Stands in the files of sweeps only. */
  readonly sweepsOnly?: true;
}

const TIMESERIES_DOCS: Readonly<Record<(typeof TIMESERIES_COLUMNS)[number], readonly [string, string]>> = {
  interval_s: ['s', 'length of the interval that starts at time_s'],
  requests_offered: ['requests', 'requests that clients sent in the interval (first attempts)'],
  requests_completed: ['requests', 'requests whose last token was received in the interval'],
  tokens_output: ['tokens', 'output tokens made in the interval'],
  running_mean: ['requests', 'requests in running batches, mean over the interval'],
  waiting_mean: ['requests', 'requests waiting at replicas, mean over the interval'],
  kv_used_pct_mean: ['%', 'KV blocks in use, mean over the interval'],
  power_kw_it: ['kW', 'IT power, mean over the interval'],
  power_kw_facility: ['kW', 'facility power: IT power times the PUE of the interval'],
  pue: ['ratio', 'facility power over IT power in the interval'],
  energy_kwh_it: ['kWh', 'IT energy of the interval'],
  energy_kwh_facility: ['kWh', 'facility energy of the interval'],
  price_usd_per_kwh: ['USD/kWh', 'price of energy in the interval; empty where sites of the scope differ'],
  carbon_g_per_kwh: ['g CO2e/kWh', 'carbon of the grid in the interval; empty where sites of the scope differ'],
};

const REQUEST_DOCS: Readonly<Record<(typeof REQUEST_COLUMNS)[number], readonly [string, string]>> = {
  request_id: ['', 'number of the request, unique within its source'],
  task_id: ['', 'task the request belongs to: what a user wants done'],
  session_id: ['', 'session the request is a turn of'],
  attempts: ['attempts', 'tries, retries included'],
  prompt_tokens: ['tokens', 'prompt length'],
  cached_tokens: ['tokens', 'prompt tokens found in a prefix cache'],
  wished_tokens: ['tokens', 'tokens the request would have produced without a budget, thinking included'],
  output_tokens: ['tokens', 'tokens produced, thinking included'],
  thinking_tokens: ['tokens', 'tokens of thinking among them'],
  sent_s: ['s', 'simulated time at which the client sent it first'],
  admitted_s: ['s', 'simulated time at which a replica first scheduled it'],
  first_token_s: ['s', 'simulated time at which the client received the first token'],
  last_token_s: ['s', 'simulated time at which the client received the last token'],
  ttft_ms: ['ms', 'time to first token: request sent to first output token received, queueing and network included'],
  tpot_ms: ['ms', 'time per output token after the first; empty for fewer than 2 tokens'],
  e2e_ms: ['ms', 'request sent to last token received'],
  queue_ms: ['ms', 'arrival at the replica to first being scheduled'],
  preemptions: ['preemptions', 'times it was put back for want of KV blocks'],
  energy_j: ['J', 'its share of device energy, idle excluded'],
  device_s: ['device s', 'its share of busy device time'],
  cost_usd: ['USD', 'its marginal share of the cost, idle excluded'],
};

const RUN_KEYS: readonly ColumnDoc[] = [
  { name: 'scenario', unit: '', meaning: 'name of the scenario' },
  { name: 'trial', unit: '', meaning: 'number of the parameter set; 0 for a single run' },
  { name: 'replication', unit: '', meaning: 'number of the replication within the trial' },
  { name: 'seed', unit: '', meaning: 'seed of the scenario that the replication was run with' },
  { name: 'scope', unit: '', meaning: 'what the row is about: all, grid, site (group), pool, workload or origin' },
  { name: 'scope_id', unit: '', meaning: 'which one: its id; `group/pool` for pools, `all` for the whole' },
  {
    name: 'param.<path>',
    unit: '',
    meaning: 'value of a swept parameter, one column per axis (sweeps only)',
    sweepsOnly: true,
  },
  {
    name: 'status',
    unit: '',
    meaning:
      '`ok`; `unstable` when queues only grew, so that means are not to be trusted; `interrupted` when cut off; ' +
      '`failed` when a trial of a sweep came to nothing (its one row has no figures)',
  },
];

const TIMESERIES_KEYS: readonly ColumnDoc[] = [
  { name: 'replication', unit: '', meaning: 'number of the replication' },
  { name: 'time_s', unit: 's', meaning: 'start of the interval, simulated seconds since time zero' },
  { name: 'scope', unit: '', meaning: 'what the row is about' },
  { name: 'scope_id', unit: '', meaning: 'which one' },
];

const REQUEST_KEYS: readonly ColumnDoc[] = [
  { name: 'replication', unit: '', meaning: 'number of the replication' },
  { name: 'workload', unit: '', meaning: 'id of the workload' },
  { name: 'origin', unit: '', meaning: 'id of the origin' },
  { name: 'origin_site', unit: '', meaning: 'number of the like site it came from; 0 for a single place' },
  { name: 'pool', unit: '', meaning: 'pool that served it last, `group/pool`; empty when it was never placed' },
  { name: 'site', unit: '', meaning: 'number of the site within its group; empty when it was never placed' },
  { name: 'outcome', unit: '', meaning: 'completed, rejected, failed, timed_out or in_flight' },
];

/** All columns of each table, in file order. */
export function columnDocs(): Readonly<Record<TableName, readonly ColumnDoc[]>> {
  return {
    runs: [
      ...RUN_KEYS,
      ...METRIC_COLUMNS.map(({ name, unit, meaning }) => ({ name, unit, meaning })),
      {
        name: 'confidence_grade',
        unit: '',
        meaning: 'worst grade among the constants that speed and power rest on: measured, specified, fitted, assumed',
      },
      {
        name: 'band_basis',
        unit: '',
        meaning:
          'measured neighbours that the bands of the row rest on, the farthest: device+family+engine, device+engine, ' +
          'device, class, none (nothing alike was measured: as wide as for uncalibrated simulators); ' +
          'load (the load sets the figure, not the model)',
      },
      ...CSV_BAND_COLUMNS.flatMap((name) => bandDocs(name)),
      {
        name: 'pareto',
        unit: '',
        meaning: '1 for trials of the Pareto set, 0 for others, empty for failed ones (sweeps only)',
        sweepsOnly: true,
      },
      { name: 'error', unit: '', meaning: 'why a trial failed (sweeps only)', sweepsOnly: true },
    ],
    timeseries: [
      ...TIMESERIES_KEYS,
      ...TIMESERIES_COLUMNS.map((name) => ({
        name,
        unit: TIMESERIES_DOCS[name][0],
        meaning: TIMESERIES_DOCS[name][1],
      })),
    ],
    requests: [
      ...REQUEST_KEYS,
      ...REQUEST_COLUMNS.map((name) => ({ name, unit: REQUEST_DOCS[name][0], meaning: REQUEST_DOCS[name][1] })),
    ],
  };
}

/** Both ends of a band of model error; run-to-run spread is what the rows of several replications show. */
function bandDocs(name: string): ColumnDoc[] {
  const { unit } = METRIC_COLUMNS[metricIndex(name)]!;
  const band = `nominal 80 % band of model error of ${name}`;
  return [
    { name: `${name}_low`, unit, meaning: `low end of the ${band}` },
    { name: `${name}_high`, unit, meaning: `high end of the ${band}` },
  ];
}

/** The column documentation as Markdown tables, one per file. */
export function columnDocsMarkdown(): string {
  const lines: string[] = [];
  for (const [table, docs] of Object.entries(columnDocs())) {
    lines.push(`## ${table}.csv`, '', '| column | unit | meaning |', '| --- | --- | --- |');
    for (const { name, unit, meaning } of docs)
      lines.push(`| \`${name}\` | ${unit} | ${meaning.replaceAll('|', '\\|')} |`);
    lines.push('');
  }
  return lines.join('\n');
}

/** A key of a scenario, documented. */
export interface KeyDoc {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly unit: string;
  readonly description: string;
}

/** Keys as one Markdown table, in the order given. */
export function keyDocsMarkdown(keys: readonly KeyDoc[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
  const rows = keys.map(
    (key) =>
      `| \`${key.path}\` | ${cell(key.type)} | ${cell(key.default)} | ${cell(key.unit)} | ${cell(key.description)} |`,
  );
  return ['| key | type | default | unit | meaning |', '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}
