/**
 * Tables with one figure per row (`metric`, `value`, `unit`): offline throughput, static batches, single streams and device
 * benchmarks share these columns, so the metric of each row decides how it is read.
 */

import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { isMicrobenchmark, readMicrobenchmark } from './microbenchmark-rows.js';
import { isOffline, readOffline } from './offline-rows.js';
import { contradictions, isStream, readStream } from './stream-rows.js';

const ALLOWED =
  'total_output_throughput, output_throughput, output_throughput_per_gpu, first_token_latency, decode_tok_s, prefill_tok_s, ' +
  'ttft_p50, tpot_p50, gemm_tflops_MxNxK, hbm_stream_copy, allreduce_busbw_SIZE';

function readFigure(row: TableRow, contradicting: ReadonlySet<TableRow>): RowOutcome {
  const metric = row.requiredText('metric');
  if (contradicting.has(row)) return { ignored: 'a median above its own 99th percentile' };
  if (isMicrobenchmark(metric)) return readMicrobenchmark(row, metric);
  if (isOffline(row, metric)) return readOffline(row);
  if (isStream(metric)) return readStream(row, metric);
  throw new RowFault('ROW_METRIC', 'metric', 'no such figure is known', metric, ALLOWED);
}

export const longFormat: TableReader = {
  name: 'one figure per row',
  columns: [
    'device',
    'device_count',
    'model',
    'precision',
    'isl',
    'osl',
    'batch_or_concurrency',
    'metric',
    'value',
    'unit',
  ],
  open: (rows) => {
    const contradicting = contradictions(rows);
    return (row) => readFigure(row, contradicting);
  },
};
