/** Entry of a worker thread: predicts some runs under some constants. Resolved scenarios are kept between tasks. */

import type { MeasuredCase, Prediction } from '../cases/measured-case.js';
import type { ConstantSet } from './constant-set.js';
import { type PreparedCase, predictCase, prepareCase } from './prepared-case.js';

/** One case stands for all of its run: its measured metrics are those that anyone of them asks for. */
export interface PredictionTask {
  readonly runs: readonly { readonly key: string; readonly measured: MeasuredCase }[];
  readonly constants: ConstantSet;
  readonly unfittedDevices: readonly string[];
}

const prepared = new Map<string, PreparedCase>();

/** Predictions in the order of the runs. */
export default function predictTask({ runs, constants, unfittedDevices }: PredictionTask): Prediction[] {
  return runs.map(({ key, measured }) => {
    let ready = prepared.get(key);
    if (ready === undefined) {
      ready = prepareCase(measured);
      prepared.set(key, ready);
    }
    return predictCase({ ...ready, measured }, constants, unfittedDevices);
  });
}
