/**
 * The rows of a catalog fit and their weights.
 *
 * Rows come in groups of one source, family, device and format, some of hundreds of rows, some of six. A group of n rows
 * weighs like sqrt(n): more rows say more, but a benchmark that swept every concurrency must not outvote all others. The
 * metrics of one row share its weight.
 */

import type { MeasuredCase, MetricName } from '@infersim/accuracy';
import type { CatalogFit } from './catalog-fit.js';

/** One figure of one case. */
export interface CatalogRow {
  readonly caseIndex: number;
  readonly metric: MetricName;
  readonly measured: number;
  readonly weight: number;
}

/** Cases that a fit uses, in their order. */
export function casesOf(fit: CatalogFit, cases: readonly MeasuredCase[]): readonly MeasuredCase[] {
  return cases.filter((measured) => measured.setAside === undefined && fit.selects(measured));
}

/** Rows of `cases` (all of which the fit uses) with weights of mean about 1. */
export function rowsOf(fit: CatalogFit, cases: readonly MeasuredCase[]): readonly CatalogRow[] {
  const counts = new Map<string, number>();
  for (const measured of cases) counts.set(groupOf(measured), (counts.get(groupOf(measured)) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, n) => sum + Math.sqrt(n), 0);
  const rows: CatalogRow[] = [];
  cases.forEach((measured, caseIndex) => {
    const figures = (Object.entries(fit.metrics(measured)) as [MetricName, number][]).filter(
      ([metric]) => (measured.measured[metric] ?? 0) > 0,
    );
    const shared = figures.reduce((sum, [, weight]) => sum + weight, 0);
    const emphasis = fit.emphasis?.(measured) ?? 1;
    const caseWeight = (emphasis * cases.length) / (total * Math.sqrt(counts.get(groupOf(measured))!));
    for (const [metric, weight] of figures) {
      rows.push({ caseIndex, metric, measured: measured.measured[metric]!, weight: (caseWeight * weight) / shared });
    }
  });
  return rows;
}

function groupOf({ dataset, family, deviceId, precision, engineId, isMoe }: MeasuredCase): string {
  return [dataset, family, deviceId, engineId, precision.weights, precision.blockScaled === true, isMoe].join('|');
}
