/**
 * One row is one published wattage of a device. Only the idle ones can be predicted without knowing more: loads come
 * without batch, lengths or even a model, ranges without the run they belong to.
 */

import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';

const IGNORED: readonly (readonly [RegExp, string])[] = [
  [/adder|delta|per_gb/i, 'a difference between two powers'],
  [/range/i, 'a range over runs that are not described'],
  [/^gpu_power_/i, 'power of a load that is not described'],
];

const IDLE = /^idle_(gpu_power|power|loaded_power|loaded)(_w)?$/i;

function readPoint(row: TableRow): RowOutcome {
  const metric = row.requiredText('metric');
  const ignored = IGNORED.find(([pattern]) => pattern.test(metric));
  if (ignored !== undefined) return { ignored: ignored[1] };
  if (!IDLE.test(metric)) {
    throw new RowFault('ROW_METRIC', 'metric', 'no such power is known', metric, 'idle_gpu_power, idle_loaded_power');
  }
  const unit = row.text('unit');
  if (unit !== '' && unit.toUpperCase() !== 'W') throw new RowFault('ROW_VALUE', 'unit', 'not a power', unit, 'W');
  const deviceName = row.requiredText('device');
  return kernelCase(row, {
    dataset: 'power-points',
    source: row.text('source') || 'power points',
    deviceName,
    deviceId: requireDevice('device', deviceName),
    family: 'idle',
    precision: { weights: 'fp16' },
    run: { kind: 'idle', loaded: /loaded/i.test(metric) },
    measured: { power_w: row.positive('value') },
  });
}

export const powerPoints: TableReader = {
  name: 'power points',
  columns: ['device', 'metric', 'value', 'unit', 'conditions'],
  open: () => readPoint,
};
