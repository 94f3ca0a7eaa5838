/** Entry of a worker thread: predicts some cases under some constants. Resolved scenarios are kept between tasks. */

import type { MeasuredCase, Prediction } from '../cases/measured-case.js';
import type { ConstantSet } from './constant-set.js';
import { type PreparedCase, predictCase, prepareCase } from './prepared-case.js';

export interface PredictionTask {
  readonly cases: readonly MeasuredCase[];
  readonly constants: ConstantSet;
}

const prepared = new Map<string, PreparedCase>();

/** Predictions in the order of the cases. */
export default function predictTask({ cases, constants }: PredictionTask): Prediction[] {
  return cases.map((measured) => {
    let ready = prepared.get(measured.id);
    if (ready === undefined) {
      ready = prepareCase(measured);
      prepared.set(measured.id, ready);
    }
    return predictCase(ready, constants);
  });
}
