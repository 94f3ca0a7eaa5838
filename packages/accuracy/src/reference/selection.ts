/**
 * Which rows of the measured tables the built-in reference table holds: a systematic sample of each line of the headline.
 *
 * The rows of a line are sorted by group (source, device, model, engine, family, format, split) and stay in the order of
 * their table within it. A row in a group of n counts 1/sqrt(n), the weight it has in the fits, so that a benchmark that swept
 * every setting does not crowd out the others. Of k marks, spaced evenly over the sum, each picks the row it falls on. Nothing
 * about predictions enters. Rows set aside are no candidates; a line of no more than k rows is taken whole.
 *
 * Of a picked row the table holds the line's figure, and further ones as {@link keptMetrics} says. The product does not run
 * this: the table is data. It is here so that the table can be checked against the rule wherever the full tables are at hand.
 */

import type { MeasuredCase, MetricName } from '../cases/measured-case.js';
import { errorRows } from '../errors/error-row.js';
import { isSelected } from '../errors/headline.js';
import { HEADLINE_TARGETS } from '../errors/targets.js';

/** Rows of one line of the headline. */
export interface ReferenceShare {
  /** Id of the line. */
  readonly line: string;
  readonly rows: number;
}

/** What the table holds, in its order. The other lines of the headline are figures of these same rows. */
export const REFERENCE_SHARES: readonly ReferenceShare[] = [
  { line: 'open-loop-e2e-mean', rows: 21 },
  { line: 'fixed-concurrency-tpot-dense', rows: 24 },
  { line: 'fixed-concurrency-tpot-moe', rows: 24 },
  { line: 'saturated-rate', rows: 15 },
  { line: 'offline-rate', rows: 15 },
  { line: 'kernels-gemm-16', rows: 10 },
  { line: 'kernels-gemm-8-4', rows: 10 },
  { line: 'kernels-attention', rows: 10 },
  { line: 'kernels-collectives', rows: 10 },
  { line: 'llama-cpp-rate', rows: 7 },
  { line: 'qualcomm-npu-rate', rows: 5 },
  { line: 'neuron-rate', rows: 4 },
  { line: 'edge-rate', rows: 4 },
];

/** Of the picked closed loops that state a mean TTFT, one in so many keeps it. */
const TTFT_EVERY = 3;

/** The sample of one line. Throws `RangeError` for a line that is not in the headline. */
export function sampleOfLine(cases: readonly MeasuredCase[], share: ReferenceShare): readonly MeasuredCase[] {
  const candidates = casesOfLine(cases, share.line);
  if (candidates.length <= share.rows) return candidates;
  const sizes = new Map<string, number>();
  for (const measured of candidates) sizes.set(groupOf(measured), (sizes.get(groupOf(measured)) ?? 0) + 1);
  const sorted = [...sizes.keys()].sort().flatMap((group) => candidates.filter((each) => groupOf(each) === group));
  const weights = sorted.map((measured) => 1 / Math.sqrt(sizes.get(groupOf(measured))!));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const picked: MeasuredCase[] = [];
  let reached = 0;
  sorted.forEach((measured, index) => {
    reached += weights[index]!;
    const mark = ((picked.length + 0.5) * total) / share.rows;
    if (picked.length < share.rows && mark < reached) picked.push(measured);
  });
  return picked;
}

/** Figures of the picked cases that the table holds, by case id. `picked` are the cases of all lines in their order. */
export function keptMetrics(picked: readonly MeasuredCase[]): ReadonlyMap<string, readonly MetricName[]> {
  const kept = new Map<string, readonly MetricName[]>();
  const servers = new Set<string>();
  let withTtft = 0;
  for (const measured of picked) {
    const metrics = metricsOf(measured);
    if (measured.measured.kv_blocks !== undefined && measured.dataset === 'open-loop-serving') {
      // Experiments on one server repeat its block count.
      const server = `${groupOf(measured)} ${measured.measured.kv_blocks}`;
      if (!servers.has(server)) metrics.push('kv_blocks');
      servers.add(server);
    }
    if (measured.dataset === 'fixed-concurrency-serving' && measured.measured.ttft_mean_ms !== undefined) {
      if (withTtft % TTFT_EVERY === 0) metrics.push('ttft_mean_ms');
      withTtft++;
    }
    kept.set(measured.id, metrics);
  }
  return kept;
}

function metricsOf({ dataset, run, measured }: MeasuredCase): MetricName[] {
  switch (dataset) {
    case 'open-loop-serving':
      // The tail of a cold stage is the start-up of the server, which is in no headline.
      return run.kind === 'open-loop' && run.warm
        ? ['ttft_mean_ms', 'tpot_mean_ms', 'e2e_mean_ms', 'ttft_p99_ms', 'e2e_p99_ms']
        : ['ttft_mean_ms', 'tpot_mean_ms', 'e2e_mean_ms'];
    case 'fixed-concurrency-serving':
      return ['tpot_mean_ms'];
    case 'saturated-serving':
      return ['output_tok_s', 'itl_p50_ms', 'power_w', 'energy_per_output_token_j'];
    default:
      return Object.keys(measured) as MetricName[];
  }
}

function casesOfLine(cases: readonly MeasuredCase[], line: string): readonly MeasuredCase[] {
  const target = HEADLINE_TARGETS.find(({ id }) => id === line);
  if (target === undefined) throw new RangeError(`the headline has no line ${line}`);
  const exact = cases.map(({ id, measured }) => ({ caseId: id, predicted: measured, failure: '' }));
  const rows = errorRows(cases, exact).rows.filter((row) => isSelected(row, target.select));
  const ids = new Set(rows.map(({ caseId }) => caseId));
  return cases.filter(({ id }) => ids.has(id));
}

function groupOf({ source, deviceId, modelId, engineId, family, precision, parallelism }: MeasuredCase): string {
  const { tp, pp, dpAttention, ep } = parallelism;
  const { weights, kv, activations, blockScaled } = precision;
  const format = [weights, kv ?? '', activations ?? '', blockScaled === true ? 'block' : ''].join(' ');
  return [source, deviceId, modelId, engineId, family, format, tp, pp, dpAttention, ep].join('|');
}
