/**
 * One row is one collective of the vendor's library: median time over ranks at a message size in bytes (read as elements, the
 * rates would exceed the links).
 *
 * The topology names the machine: `a100_dgx` boards on a switch, `a100_pairwise_nvlink` PCIe boards bridged in
 * pairs. Left out: ranks on several machines, whose time is that of a network nobody describes, and more than two ranks
 * on bridged pairs, whose slowest hop is the PCIe host.
 */

import { kernelCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { coarselyPrinted } from './printed-resolution.js';

/** Boards that are bridged in pairs, by chip. */
const PAIRED_BOARDS: Readonly<Record<string, string>> = { a100: 'a100 pcie 80gb', h100: 'h100 nvl' };

/** Last printed digit, milliseconds. */
const PRINTED_STEP_MS = 0.001;

function boardOf(topology: string, isPairwise: boolean): string {
  const chip = topology.split('_')[0] ?? topology;
  return isPairwise ? (PAIRED_BOARDS[chip] ?? `${chip} pcie`) : topology.replace(/_dgx$/, '');
}

function readCollective(row: TableRow): RowOutcome {
  const topology = row.requiredText('topology').toLowerCase();
  const ranks = row.count('num_workers');
  const isPairwise = /pair/.test(topology);
  if (row.countOr('devices_per_node', ranks) < ranks) return { ignored: 'ranks on several machines' };
  if (isPairwise && ranks > 2) return { ignored: 'bridged pairs joined over the PCIe host' };
  const name = row.requiredText('collective');
  if (name !== 'all_reduce' && name !== 'send_recv') {
    throw new RowFault('ROW_METRIC', 'collective', 'no such collective is modelled', name, 'all_reduce, send_recv');
  }
  if (ranks < 2) {
    throw new RowFault('ROW_VALUE', 'num_workers', 'a collective needs two', row.text('num_workers'), 'at least 2');
  }
  const medianMs = row.positive('median_ms_over_ranks');
  const operation = name === 'all_reduce' ? 'all-reduce' : 'send-receive';
  return kernelCase(row, {
    dataset: 'collectives',
    source: row.text('source') || 'collectives',
    deviceName: topology,
    deviceId: requireDevice('topology', boardOf(topology, isPairwise)),
    family: `${operation} vendor`,
    precision: { weights: 'fp16' },
    ranks,
    run: { kind: 'collective', operation, ranks, bytes: row.count('size_field'), library: 'vendor' },
    measured: { kernel_ms: medianMs },
    setAside: coarselyPrinted(medianMs, PRINTED_STEP_MS),
  });
}

export const collectives: TableReader = {
  name: 'collectives',
  columns: ['topology', 'collective', 'num_workers', 'size_field', 'median_ms_over_ranks'],
  open: () => readCollective,
};
