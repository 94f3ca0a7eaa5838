/** Value of a one-figure row in the unit of its metric. */

import { RowFault } from '../row-fault.js';
import type { TableRow } from '../table-row.js';

const MILLISECONDS: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1e3, us: 1e-3, µs: 1e-3, ns: 1e-6 };

function unitOf(row: TableRow): string {
  // Units carry remarks in brackets: `tok/s (all GPUs)`.
  return row
    .text('unit')
    .replace(/\(.*\)/, '')
    .trim()
    .toLowerCase();
}

/** Milliseconds; a unit that is no time is a fault. */
export function valueMs(row: TableRow): number {
  const factor = MILLISECONDS[unitOf(row)];
  if (factor === undefined)
    throw new RowFault('ROW_VALUE', 'unit', 'not a unit of time', row.text('unit'), 'ms, s, us');
  return row.positive('value') * factor;
}

/**
 * Tokens per second over all `deviceCount` devices.
 *
 * `tok/s/GPU` and metrics that end in `_per_gpu` count one device. So does the A100 table of the static batches whose unit says
 * "likely per GPU": LLaMA 70B at batch 1280, 128 in and 128 out, on four A100 would do 15 % of their peak arithmetic if its 670
 * tok/s were the total; per device it is 59 %, which large batches reach.
 */
export function valueTokensPerS(row: TableRow, deviceCount: number): number {
  const unit = unitOf(row);
  if (!/^(|tok(ens?)?\/s(ec)?(\/gpu)?)$/.test(unit)) {
    throw new RowFault('ROW_VALUE', 'unit', 'not a rate of tokens', row.text('unit'), 'tok/s, tok/s/GPU');
  }
  const isPerDevice =
    unit.endsWith('/gpu') || /_per_gpu$/.test(row.text('metric')) || /per gpu/i.test(row.text('unit'));
  return row.positive('value') * (isPerDevice ? deviceCount : 1);
}
