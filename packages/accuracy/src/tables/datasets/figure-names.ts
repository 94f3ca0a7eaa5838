/** Device, model, engine, formats and split of a one-figure row. */

import type { ModelEntry } from '@infersim/catalog';
import type { CaseParallelism, CasePrecision } from '../../cases/measured-case.js';
import { requireDevice } from '../names/device-names.js';
import { type EngineHints, requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { casePrecision } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { TableRow } from '../table-row.js';

export interface FigureNames {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly model: ModelEntry;
  readonly engineId: string;
  readonly precision: CasePrecision;
  readonly parallelism: CaseParallelism;
  readonly deviceCount: number;
}

/**
 * Split over devices. `layer-split` (llama.cpp) is a pipeline. Neuron counts cores, two on a chip, and the catalog chips, so
 * there the chips are the ranks. `dep` = attention data parallel and experts over that many devices.
 */
function splitOf(row: TableRow, deviceId: string): { deviceCount: number; parallelism: CaseParallelism } {
  const deviceCount = row.countOr('device_count', 1);
  if (/layer/i.test(row.text('tensor_parallel'))) {
    return { deviceCount, parallelism: { tp: 1, pp: deviceCount, dpAttention: 1, ep: 1 } };
  }
  if (/^(trainium|inferentia)/.test(deviceId)) {
    return { deviceCount, parallelism: { tp: deviceCount, pp: 1, dpAttention: 1, ep: 1 } };
  }
  const ranks = row.optionalPositive('dep') ?? 1;
  if (ranks > 1) {
    if (ranks !== deviceCount) {
      throw new RowFault('ROW_VALUE', 'dep', 'not the devices of the run', row.text('dep'), `${deviceCount}`);
    }
    return { deviceCount, parallelism: { tp: 1, pp: 1, dpAttention: ranks, ep: ranks } };
  }
  const pp = row.countOr('pipeline_parallel', 1);
  const tp = row.countOr('tensor_parallel', deviceCount / pp);
  if (tp * pp !== deviceCount) {
    throw new RowFault('ROW_VALUE', 'device_count', 'not the devices of the split', `${deviceCount}`, `${tp} x ${pp}`);
  }
  return { deviceCount, parallelism: { tp, pp, dpAttention: 1, ep: 1 } };
}

/** Reads the names of a row that runs a model; unknown ones are faults. */
export function figureNames(row: TableRow, hints: EngineHints): FigureNames {
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const modelName = row.requiredText('model');
  const model = requireModel('model', modelName);
  const engineId = requireEngine('engine', row.requiredText('engine'), hints);
  const precision = casePrecision({
    column: 'precision',
    text: row.text('precision'),
    model,
    modelName,
    deviceId,
    engineId,
  });
  return { deviceId, deviceName, model, engineId, precision, ...splitOf(row, deviceId) };
}
