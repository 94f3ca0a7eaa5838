/**
 * What a run of the engine says to a measurement: the figures of the table, read from the results of one replication.
 *
 * Latencies are the client's, the API's share included, as benchmarks see them; rates of single streams leave the API out,
 * because the programs that measure them run in the engine's process. Power is the devices' alone: the scenario's server
 * draws nothing. Units as in the metric names.
 */

import type { CaseRun, MetricName } from '../cases/measured-case.js';

/** Reads a column of runs.csv of the whole; NaN = not available. */
export type ColumnReader = (column: string) => number;

export type Figures = Partial<Record<MetricName, number>>;

const MS_PER_S = 1000;

const LATENCIES: readonly MetricName[] = [
  'ttft_mean_ms',
  'ttft_p50_ms',
  'ttft_p90_ms',
  'ttft_p99_ms',
  'tpot_mean_ms',
  'tpot_p50_ms',
  'tpot_p99_ms',
  'itl_p50_ms',
  'itl_p90_ms',
  'itl_p95_ms',
  'itl_p99_ms',
  'e2e_mean_ms',
  'e2e_p50_ms',
  'e2e_p90_ms',
  'e2e_p99_ms',
];

/** `ttft_mean_ms` is the column `ttft_ms_mean`. */
function columnOf(metric: MetricName): string {
  const [name, stat] = metric.split('_');
  return `${name}_ms_${stat}`;
}

/** Figures of a run; `apiS` is the time outside the engine per request, `blocks` the KV blocks of the replica. */
export function runFigures(run: CaseRun, column: ColumnReader, apiS: number, blocks: number): Figures {
  const figures: Figures = { kv_blocks: blocks };
  for (const metric of LATENCIES) {
    const value = column(columnOf(metric));
    if (Number.isFinite(value)) figures[metric] = value;
  }
  switch (run.kind) {
    case 'open-loop':
    case 'closed-loop':
      break;
    case 'saturated': {
      const tokensPerS = column('output_tokens_per_s');
      const watts = MS_PER_S * column('power_kw_it_mean');
      figures.output_tok_s = tokensPerS;
      figures.power_w = watts;
      figures.energy_per_output_token_j = watts / tokensPerS;
      break;
    }
    case 'offline':
    case 'static-batch': {
      const lastS = column('e2e_ms_max') / MS_PER_S - apiS;
      figures.output_tok_s = (column('requests_completed') * run.outputTokens) / lastS;
      break;
    }
    case 'single-stream': {
      const firstS = column('ttft_ms_mean') / MS_PER_S - apiS;
      const totalS = column('e2e_ms_mean') / MS_PER_S - apiS;
      figures.prefill_tok_s = run.promptTokens / firstS;
      if (run.outputTokens > 1) figures.decode_tok_s = (run.outputTokens - 1) / (totalS - firstS);
      figures.output_tok_s = run.outputTokens / totalS;
      break;
    }
    default:
      break;
  }
  return figures;
}
