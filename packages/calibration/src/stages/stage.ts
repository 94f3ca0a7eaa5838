/**
 * The three stages of a fit, in order: kernels, engines, power. Later stages take the earlier ones' constants as they are.
 *
 * Each metric belongs to one stage. Metrics of one run are not independent rows: together they weigh one, tails less than means,
 * because few samples make them. The count of KV blocks is a row of its own: it depends on memory, not on time.
 */

import type { MeasuredCase, MetricName } from '@infersim/accuracy';

/** Stage of a fit. */
export type StageId = 'kernels' | 'engines' | 'power';

/** All stages in the order they run. */
export const STAGES: readonly StageId[] = ['kernels', 'engines', 'power'];

/** One figure of one case that a stage is fitted to. */
export interface StageRow {
  /** Index into the cases of the problem. */
  readonly caseIndex: number;
  readonly metric: MetricName;
  readonly measured: number;
  readonly weight: number;
}

/** Whether the case times one kernel, or the memory, of one device. */
export function isKernelCase(run: MeasuredCase['run']): boolean {
  return ['gemm', 'decode-attention', 'prefill-attention', 'collective', 'memory-copy'].includes(run.kind);
}

/** The stage whose constants a metric tells about. */
export function stageOf(metric: MetricName): StageId {
  switch (metric) {
    case 'kernel_ms':
    case 'bandwidth_gb_s':
      return 'kernels';
    case 'power_w':
    case 'energy_per_output_token_j':
      return 'power';
    default:
      return 'engines';
  }
}

function importance(metric: MetricName): number {
  if (/_p99_/.test(metric)) return 0.25;
  return /_p9\d_/.test(metric) ? 0.5 : 1;
}

/** Rows of one stage, positive figures only; the metrics of one case share its weight. */
export function stageRows(
  cases: readonly MeasuredCase[],
  stage: StageId,
  weightOf: (measured: MeasuredCase, metric: MetricName) => number = () => 1,
): readonly StageRow[] {
  const rows: StageRow[] = [];
  cases.forEach((measured, caseIndex) => {
    const figures = (Object.entries(measured.measured) as [MetricName, number][]).filter(
      ([metric, value]) => stageOf(metric) === stage && value > 0 && Number.isFinite(value),
    );
    const shared = figures.reduce((sum, [metric]) => sum + (metric === 'kv_blocks' ? 0 : importance(metric)), 0);
    for (const [metric, value] of figures) {
      const share = metric === 'kv_blocks' ? 1 : importance(metric) / shared;
      rows.push({ caseIndex, metric, measured: value, weight: share * weightOf(measured, metric) });
    }
  });
  return rows;
}

/** Heaviest weight that balancing may give a row: one odd shape must not speak for a whole decade. */
const HEAVIEST = 4;

/**
 * Factors that let every decade of a kernel's size count alike (mean 1 over kernels of one kind): benchmarks measure many
 * sizes near each other and few far out, and a model meets them all.
 */
export function decadeFactors(cases: readonly MeasuredCase[]): Float64Array {
  const decades = cases.map((measured) => decadeOf(measured.run));
  const counts = new Map<string, number>();
  for (const decade of decades) counts.set(decade, (counts.get(decade) ?? 0) + 1);
  const factors = Float64Array.from(decades, (decade) =>
    Math.min(HEAVIEST, cases.length / (counts.size * (counts.get(decade) ?? 1))),
  );
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / Math.max(1, factors.length);
  return factors.map((factor) => factor / mean);
}

function decadeOf(run: MeasuredCase['run']): string {
  return `${run.kind} ${Math.floor(Math.log10(Math.max(1, sizeOf(run))))}`;
}

/** What a kernel's time grows with: rows, tokens of context read, pairs of tokens, bytes. */
function sizeOf(run: MeasuredCase['run']): number {
  switch (run.kind) {
    case 'gemm':
      return run.m;
    case 'decode-attention':
      return run.sequences * run.contextTokens;
    case 'prefill-attention':
      return run.queries * (run.cachedTokens + run.queries);
    case 'collective':
      return run.bytes;
    default:
      return 1;
  }
}
