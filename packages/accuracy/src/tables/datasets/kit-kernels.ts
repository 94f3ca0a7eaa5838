/**
 * The table that the measuring kit writes (and that anybody can write by hand): one row is one kernel or power reading.
 *
 * | op | columns read |
 * |---|---|
 * | `gemm` | `dtype, m, n, k, time_ms` |
 * | `decode_attention` | `dtype` (of the KV), `sequences, context_tokens, heads, kv_heads, head_dim, time_ms` |
 * | `prefill_attention` | as above for one sequence; `m` new tokens of `context_tokens` in all, blank = all are new |
 * | `memory_copy` | `bytes` copied (memory moves twice as many), `time_ms`; copies that caches can hold are left out |
 * | `all_reduce` | `ranks, bytes` of one rank, `time_ms`; the vendor's library |
 * | `idle`, `idle_loaded` | `power_w` |
 * | `load` | `power_w` while `dtype, m, n, k` repeats, or a copy where they are blank; `busy=` in `note`: share of time |
 */

import type { Precision } from '@infersim/catalog';
import type { CaseRun, MetricName } from '../../cases/measured-case.js';
import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { nearestOf } from '../names/nearest-of.js';
import { isBlockScaled, requireFormat } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import { parseAmount, type TableRow } from '../table-row.js';
import { gemmFamily } from './gemm-rate.js';

const OPS = [
  'gemm',
  'decode_attention',
  'prefill_attention',
  'memory_copy',
  'all_reduce',
  'idle',
  'idle_loaded',
  'load',
] as const;

/** Copies below this may run in the last-level cache (up to 256 MB on accelerators sold today). */
const LEAST_COPY_BYTES = 2 ** 28;

interface Reading {
  readonly family: string;
  readonly dtype: Precision;
  readonly run: CaseRun;
  readonly measured: Partial<Record<MetricName, number>>;
  readonly ranks?: number;
}

function dtypeOf(row: TableRow): Precision {
  return requireFormat('dtype', row.requiredText('dtype').replace(/^kv=/, ''));
}

function heads(row: TableRow) {
  return { heads: row.count('heads'), kvHeads: row.count('kv_heads'), headDim: row.count('head_dim') };
}

function product(row: TableRow) {
  return { m: row.count('m'), n: row.count('n'), k: row.count('k') };
}

function prefill(row: TableRow): CaseRun {
  const total = row.count('context_tokens');
  const queries = row.countOr('m', total);
  if (queries > total)
    throw new RowFault('ROW_VALUE', 'm', 'more new tokens than there are', `${queries}`, `at most ${total}`);
  if (row.countOr('sequences', 1) !== 1) {
    throw new RowFault('ROW_VALUE', 'sequences', 'prompts are measured one at a time', row.text('sequences'), '1');
  }
  return { kind: 'prefill-attention', queries, cachedTokens: total - queries, ...heads(row), kv: dtypeOf(row) };
}

function loadRun(row: TableRow): CaseRun {
  const busy = /\bbusy=([^;\s]+)/.exec(row.text('note'))?.[1];
  const dutyShare = busy === undefined ? 1 : parseAmount('note', busy);
  if (dutyShare > 1 || dutyShare === 0) {
    throw new RowFault('ROW_VALUE', 'note', 'not a share of time', busy ?? '', 'above 0, at most 1');
  }
  if (row.text('m') === '') return { kind: 'load-power', dtype: 'fp16', dutyShare };
  return { kind: 'load-power', product: product(row), dtype: dtypeOf(row), dutyShare };
}

function readingOf(row: TableRow): Reading {
  const op = OPS.find((name) => name === row.requiredText('op'));
  switch (op) {
    case 'gemm': {
      const dtype = dtypeOf(row);
      const blockScaled = isBlockScaled(row.text('dtype'));
      return {
        family: gemmFamily(dtype, blockScaled),
        dtype,
        run: { kind: 'gemm', ...product(row), dtype, blockScaled },
        measured: { kernel_ms: row.positive('time_ms') },
      };
    }
    case 'decode_attention': {
      const dtype = dtypeOf(row);
      return {
        family: `decode-attention ${dtype}`,
        dtype,
        run: {
          kind: 'decode-attention',
          sequences: row.count('sequences'),
          contextTokens: row.count('context_tokens'),
          ...heads(row),
          kv: dtype,
        },
        measured: { kernel_ms: row.positive('time_ms') },
      };
    }
    case 'prefill_attention':
      return {
        family: `prefill-attention ${dtypeOf(row)}`,
        dtype: dtypeOf(row),
        run: prefill(row),
        measured: { kernel_ms: row.positive('time_ms') },
      };
    case 'memory_copy':
      return {
        family: 'memory copy',
        dtype: 'fp16',
        run: { kind: 'memory-copy' },
        measured: { bandwidth_gb_s: (2 * row.positive('bytes')) / 1e9 / (row.positive('time_ms') / 1e3) },
      };
    case 'all_reduce': {
      const ranks = row.count('ranks');
      if (ranks < 2) throw new RowFault('ROW_VALUE', 'ranks', 'an all-reduce needs two', `${ranks}`, 'at least 2');
      return {
        family: 'all-reduce vendor',
        dtype: 'fp16',
        ranks,
        run: { kind: 'collective', operation: 'all-reduce', ranks, bytes: row.count('bytes'), library: 'vendor' },
        measured: { kernel_ms: row.positive('time_ms') },
      };
    }
    case 'idle':
    case 'idle_loaded':
      return {
        family: 'idle',
        dtype: 'fp16',
        run: { kind: 'idle', loaded: op === 'idle_loaded' },
        measured: { power_w: row.positive('power_w') },
      };
    case 'load':
      return {
        family: 'load power',
        dtype: row.text('dtype') === '' ? 'fp16' : dtypeOf(row),
        run: loadRun(row),
        measured: { power_w: row.positive('power_w') },
      };
    case undefined:
      throw new RowFault(
        'ROW_METRIC',
        'op',
        'no such operation is known',
        row.text('op'),
        nearestOf(row.text('op'), OPS),
      );
  }
}

function readRow(row: TableRow): RowOutcome {
  if (row.text('op') === 'memory_copy' && row.positive('bytes') < LEAST_COPY_BYTES) {
    return { ignored: 'a copy that the last-level cache can hold' };
  }
  const { family, dtype, run, measured, ranks } = readingOf(row);
  const deviceName = row.requiredText('device');
  return kernelCase(row, {
    dataset: run.kind === 'idle' || run.kind === 'load-power' ? 'power-points' : 'kernels',
    source: row.text('source') || 'measuring kit',
    deviceName,
    deviceId: requireDevice('device', deviceName),
    family,
    precision: { weights: dtype, activations: dtype },
    ...(ranks === undefined ? {} : { ranks }),
    run,
    measured,
  });
}

export const kitKernels: TableReader = {
  name: 'measuring kit',
  columns: ['device', 'op', 'dtype', 'm', 'n', 'k', 'sequences', 'context_tokens', 'bytes', 'time_ms', 'power_w'],
  open: () => readRow,
};
