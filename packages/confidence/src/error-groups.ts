/**
 * Errors put together by device, model family, engine and kind of figure: three quantiles stand for all rows of a group.
 */

import { quantiles } from '@infersim/stats';
import type { ErrorRow } from './error-row.js';
import type { MetricKind } from './metric-kind.js';

/** Errors of one device, family and engine in one kind of figure. */
export interface ErrorGroup {
  readonly deviceId: string;
  readonly deviceClass: string;
  readonly family: string;
  readonly isMoe: boolean;
  readonly engineId: string;
  readonly metricKind: MetricKind;
  /** Figures compared. */
  readonly n: number;
  /** Quantiles of ln(measured/predicted). */
  readonly q10: number;
  readonly q50: number;
  readonly q90: number;
}

/** Digits kept of an error: a hundredth of a per cent. */
const DECIMALS = 4;

/** Groups in the order of device, family, engine, kind; the order of the rows does not matter. */
export function errorGroups(rows: readonly ErrorRow[]): ErrorGroup[] {
  const byKey = new Map<string, ErrorRow[]>();
  for (const row of rows) {
    const key = groupKey(row);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [row]);
    else known.push(row);
  }
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => {
      const [q10, q50, q90] = quantiles(
        Float64Array.from(members, (row) => row.logError),
        [0.1, 0.5, 0.9],
      );
      const { deviceId, deviceClass, family, isMoe, engineId, metricKind } = members[0]!;
      return {
        deviceId,
        deviceClass,
        family,
        isMoe,
        engineId,
        metricKind,
        n: members.length,
        q10: rounded(q10!),
        q50: rounded(q50!),
        q90: rounded(q90!),
      };
    });
}

/** Rows of one device, family, engine and kind of figure have one key. */
export function groupKey(row: Pick<ErrorRow, 'deviceId' | 'family' | 'isMoe' | 'engineId' | 'metricKind'>): string {
  return [row.deviceId, row.family, row.isMoe ? 'moe' : 'dense', row.engineId, row.metricKind].join(' ');
}

function rounded(value: number): number {
  // Adding zero turns -0 into 0.
  return Number(value.toFixed(DECIMALS)) + 0;
}

/** One group of the shipped record, on one line. */
export function errors(
  deviceId: string,
  deviceClass: string,
  family: string,
  kind: 'dense' | 'moe',
  engineId: string,
  metricKind: MetricKind,
  n: number,
  q10: number,
  q50: number,
  q90: number,
): ErrorGroup {
  return { deviceId, deviceClass, family, isMoe: kind === 'moe', engineId, metricKind, n, q10, q50, q90 };
}
