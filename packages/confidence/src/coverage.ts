/**
 * Do the bands keep their word? Each model family in turn is taken out of the record, widths calibrated anew without it,
 * and its errors held against the bands that are left: what a user with a model of a new family gets.
 */

import { type Band, bandFor, inverseOf } from './band.js';
import type { BandBasis, BandQuery } from './band-widths.js';
import { errorGroups, groupKey } from './error-groups.js';
import { buildErrorRecord, type ErrorRecord } from './error-record.js';
import type { ErrorRow } from './error-row.js';
import { kindOfMetric, type MetricKind } from './metric-kind.js';
import { groupWeight } from './pooled-errors.js';

/** How often errors fell into the band. */
export interface CoverageLine {
  readonly rows: number;
  readonly covered: number;
  /** Covered over all rows; NaN without any. */
  readonly share: number;
  /** The same with rows of one device, family, engine and figure weighed as errors that go together. */
  readonly groupShare: number;
}

/** Coverage of one left-out family in one kind of figure with one basis. */
export interface FamilyCoverage extends CoverageLine {
  readonly family: string;
  readonly metricKind: MetricKind;
  readonly basis: BandBasis;
}

export interface Coverage {
  readonly overall: CoverageLine;
  readonly byFamily: readonly (CoverageLine & { readonly family: string })[];
  readonly byMetric: readonly (CoverageLine & { readonly metricKind: MetricKind })[];
  readonly byBasis: readonly (CoverageLine & { readonly basis: BandBasis })[];
  readonly lines: readonly FamilyCoverage[];
}

interface Cell {
  readonly family: string;
  readonly metricKind: MetricKind;
  readonly basis: BandBasis;
  readonly rows: number;
  readonly covered: number;
  readonly weight: number;
}

/** Coverage on each family left out of the record. Rows are errors of fits without the family; their order is no matter. */
export function coverageByLeaveOut(rows: readonly ErrorRow[]): Coverage {
  const families = [...new Set(rows.map((row) => row.family))].sort();
  const cells = families.flatMap((family) => familyCells(rows, family));
  const by = <K extends 'family' | 'metricKind' | 'basis'>(key: K) =>
    [...new Set(cells.map((cell) => cell[key]))]
      .sort()
      .map((value) => ({ [key]: value, ...line(cells.filter((cell) => cell[key] === value)) }));
  const lineKeys = [
    ...new Map(cells.map((cell) => [`${cell.family} ${cell.metricKind} ${cell.basis}`, cell])).values(),
  ];
  return {
    overall: line(cells),
    byFamily: by('family') as unknown as Coverage['byFamily'],
    byMetric: by('metricKind') as unknown as Coverage['byMetric'],
    byBasis: by('basis') as unknown as Coverage['byBasis'],
    lines: lineKeys.map(({ family, metricKind, basis }) => ({
      family,
      metricKind,
      basis,
      ...line(cells.filter((cell) => cell.family === family && cell.metricKind === metricKind && cell.basis === basis)),
    })),
  };
}

/**
 * Bands as a user with a model of a new family would get them, for any figure of a measured table: the record is built
 * from `rows` without the family asked about. The factors are on the figure itself, times and rates alike; null for a
 * metric that is no figure of a run. Records are built once per family.
 */
export function leaveOutBands(
  rows: readonly ErrorRow[],
): (metric: string, who: Omit<BandQuery, 'metricKind'>) => Band | null {
  const records = new Map<string, ErrorRecord>();
  return (metric, who) => {
    const kind = kindOfMetric(metric);
    if (kind === null) return null;
    let record = records.get(who.family);
    if (record === undefined) {
      record = buildErrorRecord(rows.filter((row) => row.family !== who.family));
      records.set(who.family, record);
    }
    const band = bandFor({ ...who, metricKind: kind.metricKind }, record);
    return kind.isInverse ? inverseOf(band) : band;
  };
}

function familyCells(rows: readonly ErrorRow[], family: string): Cell[] {
  const record = buildErrorRecord(rows.filter((row) => row.family !== family));
  const own = rows.filter((row) => row.family === family);
  return errorGroups(own).map((group) => {
    const band = bandFor(group, record);
    const low = Math.log(band.lowFactor);
    const high = Math.log(band.highFactor);
    const key = groupKey(group);
    const errors = own.filter((row) => groupKey(row) === key).map((row) => row.logError);
    return {
      family,
      metricKind: group.metricKind,
      basis: band.basis,
      rows: errors.length,
      covered: errors.filter((error) => error >= low && error <= high).length,
      weight: groupWeight(errors.length),
    };
  });
}

function line(cells: readonly Cell[]): CoverageLine {
  const sum = (of: (cell: Cell) => number) => cells.reduce((total, cell) => total + of(cell), 0);
  const rows = sum((cell) => cell.rows);
  const covered = sum((cell) => cell.covered);
  const weight = sum((cell) => cell.weight);
  return {
    rows,
    covered,
    share: covered / rows,
    groupShare: sum((cell) => (cell.weight * cell.covered) / cell.rows) / weight,
  };
}
