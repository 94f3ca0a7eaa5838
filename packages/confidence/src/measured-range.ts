/** The range that measurements of a device with an engine span. Tokens, sequences, parameters. */

import type { Precision } from '@infersim/catalog';
import type { ErrorRow } from './error-row.js';

/** What was ever measured with a device and an engine; 0 where no row states it. */
export interface MeasuredRange {
  readonly deviceId: string;
  readonly engineId: string;
  readonly maxBatch: number;
  readonly maxContextTokens: number;
  readonly minTp: number;
  readonly maxTp: number;
  readonly minParams: number;
  readonly maxParams: number;
  readonly weightPrecisions: readonly Precision[];
}

/** Ranges in the order of device and engine. */
export function measuredRanges(rows: readonly ErrorRow[]): MeasuredRange[] {
  const byKey = new Map<string, MeasuredRange>();
  for (const row of rows) {
    const key = `${row.deviceId} ${row.engineId}`;
    const known = byKey.get(key);
    byKey.set(key, {
      deviceId: row.deviceId,
      engineId: row.engineId,
      maxBatch: Math.max(known?.maxBatch ?? 0, row.batch),
      maxContextTokens: Math.max(known?.maxContextTokens ?? 0, row.contextTokens),
      minTp: Math.min(known?.minTp ?? row.tp, row.tp),
      maxTp: Math.max(known?.maxTp ?? row.tp, row.tp),
      minParams: Math.min(known?.minParams ?? row.params, row.params),
      maxParams: Math.max(known?.maxParams ?? row.params, row.params),
      weightPrecisions: [...new Set([...(known?.weightPrecisions ?? []), row.weightPrecision])].sort(),
    });
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, range]) => range);
}

/** One range of the shipped record. Tensor-parallel degrees and parameters as [least, most]. */
export function range(
  deviceId: string,
  engineId: string,
  maxBatch: number,
  maxContextTokens: number,
  tp: readonly [number, number],
  params: readonly [number, number],
  weightPrecisions: readonly Precision[],
): MeasuredRange {
  return {
    deviceId,
    engineId,
    maxBatch,
    maxContextTokens,
    minTp: tp[0],
    maxTp: tp[1],
    minParams: params[0],
    maxParams: params[1],
    weightPrecisions,
  };
}
