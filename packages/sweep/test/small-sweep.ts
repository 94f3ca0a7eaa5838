/** Journal headers and records of a sweep that nobody ran, and the small scenario that tests do run. */

import { METRIC_COLUMNS, metricIndex } from '@infersim/runner';
import type { JournalHeader, TrialRecord } from '../src/index.js';

export function header(over: Partial<JournalHeader> = {}): JournalHeader {
  return {
    schema: 'infersim.sweep-journal/1',
    version: '0.1.0',
    scenario: 'small',
    seed: 1,
    design: 'd0',
    assignments: 'a0',
    content: 'c0',
    axes: [{ path: 'pools.chat.replicas', values: '[1, 2, 3]', dimension: 1 }],
    method: 'grid',
    drawSeed: null,
    trials: 3,
    shard: { index: 1, count: 1 },
    ...over,
  };
}

/** A finished trial; `figures` by column name. */
export function record(
  trial: number,
  over: Partial<Omit<TrialRecord, 'figures'>> & { readonly figures?: Readonly<Record<string, number>> } = {},
): TrialRecord {
  const { figures = {}, ...rest } = over;
  const row: (number | null)[] = METRIC_COLUMNS.map(() => null);
  for (const [name, value] of Object.entries(figures)) {
    if (metricIndex(name) < 0) throw new Error(`no column ${name}`);
    row[metricIndex(name)] = value;
  }
  return {
    trial,
    hash: `h${trial}`,
    status: 'ok',
    error: '',
    params: [{ path: 'pools.chat.replicas', text: String(trial) }],
    replications: 2,
    fingerprint: `f${trial}`,
    objectives: [],
    figures: row,
    events: 10,
    steps: 5,
    rows: [`small,${trial}`],
    ...rest,
  };
}

/** A pool, a steady stream of requests: milliseconds to run. */
export const SCENARIO = `schema_version: 1
name: small
horizon: 60s
warmup: 10s
replications: 2
grids:
  cloud:
    sites:
      - id: virginia
        region: us-pjm-virginia
        pools:
          - { id: chat, model: llama-3.1-8b, device: h100-sxm, precision: fp8, replicas: 2 }
workloads:
  - id: chat
    from: { region: us-pjm-virginia }
    arrivals: { process: poisson, rate_per_s: 4 }
    input_tokens: { dist: lognormal, median: 300, p99: 2000 }
    output_tokens: { dist: lognormal, median: 100, p99: 500 }
    route: { prefer: [chat] }
slo:
  - { name: fast, metric: ttft_ms, stat: p95, max: 500 }
`;
