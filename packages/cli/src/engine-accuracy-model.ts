/**
 * The accuracy model of the program: rows run through the engine in worker threads, and the fits behind the catalog's
 * constants are made again without a group.
 *
 * A group is a model family; in a table that holds one family only, a model of it (a size). A device that is left out loses
 * its kernel and power constants too and is priced by its class, as one that nobody has measured.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { CasePredictor, type MeasuredCase, type PredictCall } from '@infersim/accuracy';
import { CATALOG_FITS, type ConstantSet, type LeaveOutOptions, leaveGroupsOut } from '@infersim/calibration';
import type { AccuracyModel, LeaveOutRows, PredictOptions } from './accuracy-model.js';
import { CliError } from './cli-error.js';
import { errorBands } from './error-bands.js';
import { ExitCode } from './exit-code.js';

/** A model whose threads run the built worker at `workerUrl`; they start with the first row that needs one. */
export function engineAccuracyModel(workerUrl: URL): AccuracyModel {
  const predictors = new Map<number, CasePredictor>();
  const predict = async (
    cases: readonly MeasuredCase[],
    constants: ConstantSet,
    { jobs, signal }: Pick<PredictOptions, 'jobs' | 'signal'>,
    call: PredictCall = {},
  ) => {
    // Kernels are priced without waiting for anything: signals are only heard between turns.
    await nextTurn();
    signal.throwIfAborted();
    const predictor = predictors.get(jobs) ?? new CasePredictor({ jobs, workerUrl });
    predictors.set(jobs, predictor);
    return predictor.predict(cases, constants, call);
  };
  return {
    referenceTables: () =>
      Promise.reject(new CliError(ExitCode.USAGE, 'say what was measured: accuracy needs --data <folder or file>')),
    predict: (cases, options) => predict(cases, options.constants, options, { onProgress: options.onProgress }),
    predictLeftOut: (rows, options) =>
      leaveGroupsOut(CATALOG_FITS, rows.fitted, {
        ...groupingsOf(rows),
        predict: (cases, constants) => predict(cases, constants, options),
        ...(rows.by === 'device'
          ? {
              isUnfitted: ({ engineId }: MeasuredCase) => engineId === '',
              predictGroup: (device: string, cases: readonly MeasuredCase[], constants: ConstantSet) =>
                predict(cases, withoutOwn(device, constants), options, { unfittedDevices: [device] }),
            }
          : {}),
        chosen: rows.predicted,
        onProgress: options.onProgress,
      }),
    bandsOf: errorBands,
    close: async () => {
      await Promise.all([...predictors.values()].map((predictor) => predictor.close()));
    },
  };
}

/** Constants but the kernel and power ones of a device, which its class is to stand in for. */
function withoutOwn(device: string, constants: ConstantSet): ConstantSet {
  const isOwn = (path: string) => /^(kernels|power)\./.test(path.slice(`devices.${device}.`.length));
  return Object.fromEntries(
    Object.entries(constants).filter(([path]) => !(path.startsWith(`devices.${device}.`) && isOwn(path))),
  );
}

/** Kernels are of no family, so only devices can be left out of them. */
function groupingsOf({ by, fitted }: LeaveOutRows): Pick<LeaveOutOptions, 'groupings' | 'groupingOf'> {
  if (by === 'device') return { groupings: [({ deviceId }) => deviceId], groupingOf: () => 0 };
  const families = new Map<string, Set<string>>();
  const tableOf = ({ dataset, engineId }: MeasuredCase) => `${dataset} ${engineId}`;
  for (const measured of fitted) {
    const table = tableOf(measured);
    families.set(table, (families.get(table) ?? new Set()).add(measured.family));
  }
  return {
    groupings: [({ family }) => family, ({ family, modelId }) => `${family}: ${modelId}`],
    groupingOf: (measured) => {
      if (measured.engineId === '') return null;
      return (families.get(tableOf(measured))?.size ?? 0) > 1 ? 0 : 1;
    },
  };
}
