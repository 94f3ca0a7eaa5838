/**
 * Device benchmarks with one figure per row: matrix products, streaming memory, all-reduce.
 *
 * - `gemm_tflops_MxNxK`: time = 2 M N K over the rate.
 * - `hbm_stream_*`: copy and multiply read one array and write one; add and triad read two. All are bandwidth of the same
 *   memory. The dot product only reads, and host or peer copies use other links: left out.
 * - `allreduce_busbw_SIZE`: sizes are powers of two under decimal names (`67M` is 2^26 bytes); bus bandwidth counts
 *   2 (n-1)/n of the message. Printed with two decimals, so the smallest are known to no better than 5 % and set aside.
 * - Attention rates leave out heads and masking, so no kernel can be named.
 */

import type { CaseRun } from '../../cases/measured-case.js';
import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { isBlockScaled, requireFormat } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { gemmFamily, gemmMs } from './gemm-rate.js';
import { coarselyPrinted } from './printed-resolution.js';

const GEMM = /^gemm_tflops_(\d+)x(\d+)x(\d+)$/;
const ALL_REDUCE = /^allreduce_busbw_(\d+)([KMG])B?$/i;
const DECIMAL: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9 };

/** Last printed digit of the bus bandwidths, GB/s. */
const PRINTED_STEP_GB_S = 0.01;

const IGNORED: readonly (readonly [RegExp, string])[] = [
  [/^hbm_stream_dot$/, 'reads memory without writing: not a copy'],
  [/^(h2d|d2h|d2d|p2p)_/, 'copy over a host or peer link'],
  [/^flash_attention/, 'attention without head count or masking'],
];

/** Whether a metric is one of a device benchmark, read or not. */
export function isMicrobenchmark(metric: string): boolean {
  return /^(gemm_tflops|hbm_stream|allreduce_busbw)_/.test(metric) || IGNORED.some(([pattern]) => pattern.test(metric));
}

function gigabytesPerS(row: TableRow): number {
  const unit = row.text('unit').toLowerCase();
  if (unit === 'gb/s') return row.positive('value');
  if (unit === 'tb/s') return row.positive('value') * 1e3;
  throw new RowFault('ROW_VALUE', 'unit', 'not a bandwidth', row.text('unit'), 'GB/s, TB/s');
}

/** Reads one figure of a device benchmark. */
export function readMicrobenchmark(row: TableRow, metric: string): RowOutcome {
  const ignored = IGNORED.find(([pattern]) => pattern.test(metric));
  if (ignored !== undefined) return { ignored: ignored[1] };
  const deviceName = row.requiredText('device');
  const parts = {
    dataset: 'microbenchmarks' as const,
    source: row.text('source') || 'microbenchmark',
    deviceName,
    deviceId: requireDevice('device', deviceName),
  };

  const gemm = GEMM.exec(metric);
  if (gemm !== null) {
    const [m, n, k] = [Number(gemm[1]), Number(gemm[2]), Number(gemm[3])];
    const dtype = requireFormat('precision', row.requiredText('precision'));
    const blockScaled = isBlockScaled(row.text('precision'));
    return kernelCase(row, {
      ...parts,
      family: gemmFamily(dtype, blockScaled),
      precision: { weights: dtype, activations: dtype },
      run: { kind: 'gemm', m, n, k, dtype, blockScaled },
      measured: { kernel_ms: gemmMs(m, n, k, row.positive('value')) },
    });
  }

  const reduce = ALL_REDUCE.exec(metric);
  if (reduce !== null) {
    const ranks = row.count('device_count');
    const named = Number(reduce[1]) * (DECIMAL[(reduce[2] ?? '').toUpperCase()] ?? Number.NaN);
    const bytes = 2 ** Math.round(Math.log2(named));
    const busGbPerS = gigabytesPerS(row);
    if (ranks < 2) {
      throw new RowFault(
        'ROW_VALUE',
        'device_count',
        'an all-reduce needs two',
        row.text('device_count'),
        'at least 2',
      );
    }
    const run: CaseRun = { kind: 'collective', operation: 'all-reduce', ranks, bytes, library: 'vendor' };
    return kernelCase(row, {
      ...parts,
      family: 'all-reduce vendor',
      precision: { weights: 'fp16' },
      ranks,
      run,
      measured: { kernel_ms: ((bytes * 2 * (ranks - 1)) / ranks / (busGbPerS * 1e9)) * 1e3 },
      setAside: coarselyPrinted(busGbPerS, PRINTED_STEP_GB_S),
    });
  }

  if (!/^hbm_stream_(copy|mul|add|triad)$/.test(metric)) {
    throw new RowFault(
      'ROW_METRIC',
      'metric',
      'no such benchmark is known',
      metric,
      'gemm_tflops_MxNxK, hbm_stream_copy',
    );
  }
  return kernelCase(row, {
    ...parts,
    family: 'memory copy',
    precision: { weights: 'fp16' },
    run: { kind: 'memory-copy' },
    measured: { bandwidth_gb_s: gigabytesPerS(row) },
  });
}
