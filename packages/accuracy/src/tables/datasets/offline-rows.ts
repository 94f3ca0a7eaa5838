/** Offline throughput: all requests of one length are queued at once; output tokens per second over all devices. */

import type { MeasuredCase } from '../../cases/measured-case.js';
import { servingCase } from '../case-assembly.js';
import type { TableRow } from '../table-row.js';
import { figureNames } from './figure-names.js';
import { valueTokensPerS } from './figure-units.js';

const METRIC = /^(total_)?(output_throughput|throughput_output_tokens|output_tok_s)(_per_gpu)?$/;

/** Whether a row queues everything at once: an unbounded rate, or a batch that is no number. */
export function isOffline(row: TableRow, metric: string): boolean {
  if (!METRIC.test(metric)) return false;
  return /^inf/i.test(row.text('request_rate')) || /max|offline|all/i.test(row.text('batch_or_concurrency'));
}

/** Reads one offline row. */
export function readOffline(row: TableRow): MeasuredCase {
  const { deviceCount, ...names } = figureNames(row, {});
  return servingCase(row, {
    ...names,
    dataset: 'offline-throughput',
    source: row.text('source') || 'offline throughput',
    run: { kind: 'offline', promptTokens: row.count('isl'), outputTokens: row.count('osl') },
    measured: { output_tok_s: valueTokensPerS(row, deviceCount) },
  });
}
