/**
 * How often measurements lie within the error bands around their predictions.
 *
 * A band is two factors on the prediction: the measurement is covered when it lies from `lowFactor` to `highFactor` times what was
 * predicted, both ends included. A nominal 80 % band that covers much more is too wide to be of use, one that covers much less
 * is a false promise: both are misses.
 */

import type { MetricName } from '../cases/measured-case.js';
import type { ErrorRow } from './error-row.js';
import { type GroupKey, groupErrors } from './error-summary.js';

/** Nominal share of measurements within a band, percent, and what its coverage may be on left-out groups. */
export const NOMINAL_COVERAGE_PCT = 80;
export const COVERAGE_LIMITS_PCT = { low: 70, high: 90 } as const;

/** The band of one figure. */
export interface ErrorBand {
  readonly caseId: string;
  readonly metric: MetricName;
  readonly lowFactor: number;
  readonly highFactor: number;
}

/** Rows with a band = covered + below (measured less than the band) + above. */
export interface BandCoverage {
  readonly n: number;
  readonly covered: number;
  readonly below: number;
  readonly above: number;
  /** Null when no row has a band. */
  readonly coveragePct: number | null;
  /** Rows for which no band was given. */
  readonly withoutBand: number;
}

/** Coverage of all rows that are not set aside. Throws on a band whose factors are no range, and on two for one figure. */
export function bandCoverage(rows: readonly ErrorRow[], bands: readonly ErrorBand[]): BandCoverage {
  return coverageWith(
    rows.filter((row) => row.setAside === ''),
    indexed(bands),
  );
}

/** Coverage by group, in ascending order of the group's values. */
export function bandCoverageBy(
  rows: readonly ErrorRow[],
  bands: readonly ErrorBand[],
  keys: readonly GroupKey[],
): { readonly values: readonly string[]; readonly coverage: BandCoverage }[] {
  const byFigure = indexed(bands);
  return groupErrors(rows, keys).map((group) => ({
    values: group.values,
    coverage: coverageWith(group.rows, byFigure),
  }));
}

function figureKey(caseId: string, metric: MetricName): string {
  return `${metric} ${caseId}`;
}

function indexed(bands: readonly ErrorBand[]): ReadonlyMap<string, ErrorBand> {
  const byFigure = new Map<string, ErrorBand>();
  for (const band of bands) {
    const key = figureKey(band.caseId, band.metric);
    if (!(band.lowFactor > 0 && band.highFactor >= band.lowFactor && Number.isFinite(band.highFactor)))
      throw new RangeError(`the band of ${key} is no range: ${band.lowFactor} to ${band.highFactor}`);
    if (byFigure.has(key)) throw new RangeError(`two bands for ${key}`);
    byFigure.set(key, band);
  }
  return byFigure;
}

function coverageWith(rows: readonly ErrorRow[], bands: ReadonlyMap<string, ErrorBand>): BandCoverage {
  let n = 0;
  let below = 0;
  let above = 0;
  for (const row of rows) {
    const band = bands.get(figureKey(row.caseId, row.metric));
    if (band === undefined) continue;
    n++;
    if (row.measured < band.lowFactor * row.predicted) below++;
    else if (row.measured > band.highFactor * row.predicted) above++;
  }
  const covered = n - below - above;
  return {
    n,
    covered,
    below,
    above,
    coveragePct: n === 0 ? null : (100 * covered) / n,
    withoutBand: rows.length - n,
  };
}
