/**
 * Single streams and static batches: one figure of one run.
 *
 * `prefill_tok_s` is prompt tokens over the time to the first token, `decode_tok_s` the rate after it. A decode rate without a
 * prompt starts from an empty context; one without a length is that of the next tokens after the prompt. Batches above
 * one run from start to end as they are (TensorRT-LLM's early benchmark, Neuron).
 */

import type { CaseRun, MetricName } from '../../cases/measured-case.js';
import { servingCase } from '../case-assembly.js';
import type { RowOutcome } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { figureNames } from './figure-names.js';
import { valueMs, valueTokensPerS } from './figure-units.js';
import { coarselyPrinted } from './printed-resolution.js';

/** Tokens decoded where a table gives a decode rate at a context but no length. */
const DECODED_TOKENS = 128;

/** First-token latencies of the batch benchmark are rounded to whole milliseconds. */
const PRINTED_STEP_MS = 1;

const LATENCIES: Readonly<Record<string, MetricName>> = {
  first_token_latency: 'ttft_p50_ms',
  ttft_mean: 'ttft_mean_ms',
  ttft_p50: 'ttft_p50_ms',
  ttft_p90: 'ttft_p90_ms',
  ttft_p99: 'ttft_p99_ms',
  tpot_mean: 'tpot_mean_ms',
  tpot_p50: 'tpot_p50_ms',
  tpot_p99: 'tpot_p99_ms',
  e2e_mean: 'e2e_mean_ms',
  e2e_p50: 'e2e_p50_ms',
  e2e_p90: 'e2e_p90_ms',
  e2e_p99: 'e2e_p99_ms',
};

const RATES: readonly (readonly [RegExp, MetricName])[] = [
  [/^decode_tok_s/, 'decode_tok_s'],
  [/^prefill_tok_s/, 'prefill_tok_s'],
  [/^(output_throughput|output_tok_s)(_per_gpu)?$/, 'output_tok_s'],
];

function metricOf(metric: string): MetricName | undefined {
  return LATENCIES[metric.replace(/_ms$/, '')] ?? RATES.find(([pattern]) => pattern.test(metric))?.[1];
}

/** Whether a metric belongs to a stream or a batch that runs once. */
export function isStream(metric: string): boolean {
  return metricOf(metric) !== undefined;
}

/**
 * Rows of runs whose median lies above their 99th percentile: one of the two is wrong and nothing says which. Compared
 * within rows that agree in everything but metric and value.
 */
export function contradictions(rows: readonly TableRow[]): Set<TableRow> {
  const columns = ['device', 'device_count', 'model', 'precision', 'engine', 'isl', 'osl', 'batch_or_concurrency'];
  const medians = new Map<string, TableRow>();
  const key = (row: TableRow, metric: string) => [metric, ...columns.map((column) => row.text(column))].join('\n');
  for (const row of rows) {
    const metric = row.text('metric');
    if (metric.endsWith('_p50')) medians.set(key(row, metric.slice(0, -4)), row);
  }
  const found = new Set<TableRow>();
  for (const row of rows) {
    const metric = row.text('metric');
    const median = metric.endsWith('_p99') ? medians.get(key(row, metric.slice(0, -4))) : undefined;
    if (median !== undefined && Number(median.text('value')) > Number(row.text('value'))) found.add(row).add(median);
  }
  return found;
}

function runOf(row: TableRow, metric: MetricName, batch: number): CaseRun {
  const isDecode = metric === 'decode_tok_s';
  const promptTokens = isDecode ? row.countOr('isl', 1) : row.count('isl');
  const outputTokens = row.countOr('osl', isDecode ? DECODED_TOKENS : 1);
  return batch > 1
    ? { kind: 'static-batch', batch, promptTokens, outputTokens }
    : { kind: 'single-stream', promptTokens, outputTokens };
}

/** Reads one figure of a stream or batch. */
export function readStream(row: TableRow, name: string): RowOutcome {
  const metric = metricOf(name);
  if (metric === undefined) return { ignored: `no such figure: ${name}` };
  const batch = row.countOr('batch_or_concurrency', 1);
  const isBatchBenchmark = /static batch|gptsession/i.test(`${row.text('source')} ${row.text('note')}`);
  const { deviceCount, ...names } = figureNames(row, { isStaticBatch: isBatchBenchmark || batch > 1 });
  const value = metric.endsWith('_ms') ? valueMs(row) : valueTokensPerS(row, deviceCount);
  return servingCase(row, {
    ...names,
    dataset: isBatchBenchmark || batch > 1 ? 'static-batch' : 'single-stream',
    source: row.text('source') || 'single stream',
    run: runOf(row, metric, batch),
    measured: { [metric]: value },
    setAside: name === 'first_token_latency' ? coarselyPrinted(value, PRINTED_STEP_MS) : undefined,
  });
}
