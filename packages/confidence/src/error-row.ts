/**
 * One error: how far one figure of one measured run was from a prediction whose constants were fitted without the run's
 * model family. Units: tokens, sequences, parameters; errors as ln(measured/predicted).
 */

import { findDevice, type Precision } from '@infersim/catalog';
import { errorClassOf } from './device-class.js';
import { errorOf, type MetricKind } from './metric-kind.js';

/** What ran, with what, and how far out of one figure. */
export interface ErrorRow {
  readonly deviceId: string;
  readonly deviceClass: string;
  readonly family: string;
  readonly isMoe: boolean;
  readonly engineId: string;
  readonly metricKind: MetricKind;
  /** ln(measured/predicted): positive when the real figure is larger. */
  readonly logError: number;
  /** Sequences in flight per replica; 0 = not stated. */
  readonly batch: number;
  /** Prompt and answer of one sequence together, tokens; 0 = not stated. */
  readonly contextTokens: number;
  readonly tp: number;
  /** All parameters of the model. */
  readonly params: number;
  readonly weightPrecision: Precision;
}

/** A measured run beside its prediction; metric names as measured tables have them, `ttft_mean_ms` and the like. */
export interface ComparedRun extends Omit<ErrorRow, 'deviceClass' | 'metricKind' | 'logError'> {
  readonly measured: Readonly<Partial<Record<string, number>>>;
  readonly predicted: Readonly<Partial<Record<string, number>>>;
}

/**
 * The errors of a run: one per figure that was both measured and predicted. Empty for a device that the catalog does not
 * hold, since nothing could be learned for it.
 */
export function errorRowsOf(run: ComparedRun): ErrorRow[] {
  const device = findDevice(run.deviceId);
  if (device === undefined) return [];
  const { measured, predicted, ...what } = run;
  return Object.entries(measured).flatMap(([metric, value]) => {
    const said = predicted[metric];
    const error = value === undefined || said === undefined ? null : errorOf(metric, value, said);
    return error === null ? [] : [{ ...what, deviceClass: errorClassOf(device), ...error }];
  });
}
