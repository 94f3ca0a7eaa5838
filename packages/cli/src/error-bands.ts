/**
 * Nominal 80 % bands of compared figures, as a user with a model of a new family would get them: made from the errors of all
 * rows at hand but those of the figure's own family. On left-out rows their coverage is that of something never seen.
 */

import type { CaseRun, ErrorBand, ErrorRow, MeasuredCase } from '@infersim/accuracy';
import { findDevice, findModel } from '@infersim/catalog';
import { errorClassOf, errorRowsOf, type ErrorRow as KnownError, leaveOutBands } from '@infersim/confidence';

/** Bands of the rows, each from the others' errors; figures of kernels have none. */
export function errorBands(rows: readonly ErrorRow[], cases: readonly MeasuredCase[]): ErrorBand[] {
  const bandOf = leaveOutBands(knownErrors(rows, cases));
  return rows.flatMap((row): ErrorBand[] => {
    const { caseId, metric, deviceId, family, isMoe, engineId } = row;
    const device = findDevice(deviceId);
    if (device === undefined || engineId === '') return [];
    const band = bandOf(metric, { deviceId, deviceClass: errorClassOf(device), family, isMoe, engineId });
    return band === null ? [] : [{ caseId, metric, lowFactor: band.lowFactor, highFactor: band.highFactor }];
  });
}

/** Errors as the record of errors keeps them; rows that are set aside teach nothing. */
export function knownErrors(rows: readonly ErrorRow[], cases: readonly MeasuredCase[]): KnownError[] {
  const byId = new Map(cases.map((measured) => [measured.id, measured]));
  return rows.flatMap((row) => {
    const measured = byId.get(row.caseId);
    if (measured === undefined || row.setAside !== '' || row.engineId === '') return [];
    const { deviceId, family, isMoe, engineId, parallelism, precision, run } = measured;
    return errorRowsOf({
      deviceId,
      family,
      isMoe,
      engineId,
      ...sizeOf(run),
      tp: parallelism.tp,
      params: findModel(measured.modelId)?.cardParams.value ?? 0,
      weightPrecision: precision.weights,
      measured: { [row.metric]: row.measured },
      predicted: { [row.metric]: row.predicted },
    });
  });
}

/** Sequences in flight, and prompt and answer together, tokens; 0 where the table does not say. */
function sizeOf(run: CaseRun): { readonly batch: number; readonly contextTokens: number } {
  switch (run.kind) {
    case 'open-loop':
      return { batch: 0, contextTokens: run.sharedPromptTokens + run.questionTokens + run.outputTokens };
    case 'closed-loop':
      return { batch: run.users, contextTokens: run.promptTokens.high + run.outputTokens.high };
    case 'saturated':
      return { batch: run.users, contextTokens: 0 };
    case 'offline':
      return { batch: 0, contextTokens: run.promptTokens + run.outputTokens };
    case 'static-batch':
      return { batch: run.batch, contextTokens: run.promptTokens + run.outputTokens };
    case 'single-stream':
      return { batch: 1, contextTokens: run.promptTokens + run.outputTokens };
    default:
      return { batch: 0, contextTokens: 0 };
  }
}
