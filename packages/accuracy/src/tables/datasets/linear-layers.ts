/** One row is one linear layer of a model on one device, already cut to its tensor-parallel share: median time at M tokens. */

import type { MeasuredCase } from '../../cases/measured-case.js';
import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireFormat } from '../names/precision-names.js';
import type { TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { gemmFamily } from './gemm-rate.js';
import { coarselyPrinted } from './printed-resolution.js';

/** Last printed digit, milliseconds. */
const PRINTED_STEP_MS = 0.001;

function readLayer(row: TableRow): MeasuredCase {
  const deviceName = row.requiredText('device');
  const medianMs = row.positive('median_ms');
  const dtype = requireFormat('precision', row.text('precision') || 'fp16');
  return kernelCase(row, {
    dataset: 'linear-layers',
    source: row.text('source') || 'linear layers',
    deviceName,
    deviceId: requireDevice('device', deviceName),
    family: gemmFamily(dtype, false),
    precision: { weights: dtype, activations: dtype },
    run: { kind: 'gemm', m: row.count('m_tokens'), n: row.count('n'), k: row.count('k'), dtype, blockScaled: false },
    measured: { kernel_ms: medianMs },
    setAside: coarselyPrinted(medianMs, PRINTED_STEP_MS),
  });
}

export const linearLayers: TableReader = {
  name: 'linear layers',
  columns: ['device', 'op', 'm_tokens', 'k', 'n', 'median_ms'],
  open: () => readLayer,
};
