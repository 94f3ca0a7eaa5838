/** One row is the best matrix product found on a device: its rate and shape. An upper bound rather than a typical shape. */

import type { MeasuredCase } from '../../cases/measured-case.js';
import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireFormat } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { gemmFamily, gemmMs } from './gemm-rate.js';

const SHAPE = /^(\d+)x(\d+)x(\d+)$/;

function readBest(row: TableRow): MeasuredCase {
  const metric = row.requiredText('metric');
  if (metric !== 'max_achievable_matmul_tflops') {
    throw new RowFault('ROW_METRIC', 'metric', 'no such figure is known', metric, 'max_achievable_matmul_tflops');
  }
  const text = row.requiredText('best_shape_mnk');
  const shape = SHAPE.exec(text);
  if (shape === null) throw new RowFault('ROW_VALUE', 'best_shape_mnk', 'not a shape', text, 'MxNxK');
  const [m, n, k] = [Number(shape[1]), Number(shape[2]), Number(shape[3])];
  const deviceName = row.requiredText('device');
  const dtype = requireFormat('precision', row.requiredText('precision'));
  return kernelCase(row, {
    dataset: 'best-matmul',
    source: row.text('source') || 'best matmul',
    deviceName,
    deviceId: requireDevice('device', deviceName),
    family: gemmFamily(dtype, false),
    precision: { weights: dtype, activations: dtype },
    run: { kind: 'gemm', m, n, k, dtype, blockScaled: false },
    measured: { kernel_ms: gemmMs(m, n, k, row.positive('value')) },
  });
}

export const bestMatmul: TableReader = {
  name: 'best matrix products',
  columns: ['device', 'precision', 'metric', 'value', 'best_shape_mnk'],
  open: () => readBest,
};
