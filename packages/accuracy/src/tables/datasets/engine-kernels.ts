/**
 * One row is one kernel of an engine, measured alone: matrix product, decode attention, all-reduce.
 *
 * Attention: `batch` sequences with `kv_len` cached tokens each; heads of 128 dimensions unless a column says otherwise (the bytes
 * behind the table's own bandwidth shares come out at 128 for every device and format). All-reduce: the engine's own
 * kernel inside a captured graph; products in fewer than 16 bits quantise their activations in the timed call; messages count 16-bit elements (the bus rates then match those of the fabric).
 */

import type { MeasuredCase } from '../../cases/measured-case.js';
import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { isBlockScaled, requireFormat } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { gemmFamily } from './gemm-rate.js';

const HEAD_DIM = 128;
const ELEMENT_BYTES = 2;

function readKernel(row: TableRow): MeasuredCase {
  const op = row.requiredText('op');
  const deviceName = row.text('device_name') || row.requiredText('device');
  const parts = {
    dataset: 'kernels' as const,
    source: row.text('source') || 'kernel benchmark',
    deviceName,
    deviceId: requireDevice('device', row.requiredText('device')),
    measured: { kernel_ms: row.positive('latency_ms') },
  };
  const format = row.requiredText('dtype');
  const dtype = requireFormat('dtype', format.replace(/^kv=/, ''));
  switch (op) {
    case 'gemm': {
      const blockScaled = isBlockScaled(format);
      const [m, n, k] = [row.count('m'), row.count('n'), row.count('k')];
      return kernelCase(row, {
        ...parts,
        family: gemmFamily(dtype, blockScaled),
        precision: { weights: dtype, activations: dtype, ...(blockScaled ? { blockScaled } : {}) },
        run: { kind: 'gemm', m, n, k, dtype, blockScaled, ...(dtype === 'fp16' ? {} : { quantisesActivations: true }) },
      });
    }
    case 'generation_attention':
      return kernelCase(row, {
        ...parts,
        family: `decode-attention ${dtype}`,
        precision: { weights: 'fp16', kv: dtype },
        run: {
          kind: 'decode-attention',
          sequences: row.count('batch'),
          contextTokens: row.count('kv_len'),
          heads: row.count('heads'),
          kvHeads: row.count('kv_heads'),
          headDim: row.countOr('head_dim', HEAD_DIM),
          kv: dtype,
        },
      });
    case 'all_reduce': {
      const ranks = row.count('num_gpus');
      return kernelCase(row, {
        ...parts,
        family: 'all-reduce custom',
        precision: { weights: dtype },
        ranks,
        run: {
          kind: 'collective',
          operation: 'all-reduce',
          ranks,
          bytes: row.count('message_elems') * ELEMENT_BYTES,
          library: 'custom',
        },
      });
    }
    default:
      throw new RowFault(
        'ROW_METRIC',
        'op',
        'no such kernel is modelled',
        op,
        'gemm, generation_attention, all_reduce',
      );
  }
}

export const engineKernels: TableReader = {
  name: 'engine kernels',
  columns: ['device', 'op', 'dtype', 'm', 'n', 'k', 'batch', 'kv_len', 'heads', 'kv_heads', 'num_gpus', 'latency_ms'],
  open: () => readKernel,
};
