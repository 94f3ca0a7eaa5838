/**
 * `requests.parquet`: the rows and columns of requests.csv as Apache Parquet, written by hyparquet-writer.
 *
 * Rows go out in groups, so memory holds one group. Whole numbers below 2^31 are INT32, other numbers DOUBLE (ids too:
 * exact up to 2^53), names dictionary-encoded strings, "not available" is null; pages are compressed with Snappy. The
 * same rows give the same bytes.
 */

import { type ExperimentResult, REQUEST_COLUMNS, type RequestRows, requestBlocks } from '@infersim/runner';
import type { SchemaElement } from 'hyparquet-writer';
import {
  hasRequests,
  REQUESTS_KEY_COLUMNS,
  type RequestKeys,
  type RowsTold,
  requestKeys,
  unknownWorkload,
} from './requests-csv.js';

/** Rows of a group: about 5 MB of values. */
const GROUP_ROWS = 16_384;
const GREATEST_INT32 = 2 ** 31 - 1;

type ColumnName = (typeof REQUESTS_KEY_COLUMNS)[number] | (typeof REQUEST_COLUMNS)[number];
type Cell = string | number | null;

const TEXT: ReadonlySet<ColumnName> = new Set(['workload', 'origin', 'pool', 'outcome']);
const WHOLE: ReadonlySet<ColumnName> = new Set([
  'replication',
  'origin_site',
  'site',
  'attempts',
  'prompt_tokens',
  'cached_tokens',
  'wished_tokens',
  'output_tokens',
  'thinking_tokens',
  'preemptions',
]);
const COLUMNS: readonly ColumnName[] = [...REQUESTS_KEY_COLUMNS, ...REQUEST_COLUMNS];

/** The bytes of requests.parquet in chunks, each good until the next is asked for; null when no requests were recorded. */
export async function requestsParquet(
  result: ExperimentResult,
  told?: RowsTold,
): Promise<Generator<Uint8Array> | null> {
  if (!hasRequests(result)) return null;
  // Loaded by those who want it: other commands start without it.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const table = new ParquetWriter({ writer, schema: schema(), createdBy: 'infersim' });
  const groups: GroupWriter = {
    add(group) {
      const columnData = COLUMNS.map((name) => ({ name, data: group.get(name)! }));
      void table.write({ columnData, rowGroupSize: GROUP_ROWS });
    },
    finish: () => void table.finish(),
    take() {
      const bytes = writer.getBytes();
      writer.index = 0;
      return bytes;
    },
  };
  return parquetOf(result, groups, told);
}

/** A table that is written group by group into a buffer that is emptied in between. */
interface GroupWriter {
  add(group: ReadonlyMap<ColumnName, Cell[]>): void;
  finish(): void;
  take(): Uint8Array;
}

function* parquetOf(result: ExperimentResult, table: GroupWriter, told?: RowsTold): Generator<Uint8Array> {
  let rows = 0;
  const keys = requestKeys(result);
  const group = new Map<ColumnName, Cell[]>(COLUMNS.map((name) => [name, []]));
  const first = group.get('replication')!;
  for (const run of result.replications) {
    for (const block of requestBlocks(run)) {
      let from = 0;
      while (from < block.rows) {
        const to = Math.min(block.rows, from + GROUP_ROWS - first.length);
        addRows(group, keys, run.replication, block, from, to);
        from = to;
        if (first.length < GROUP_ROWS) continue;
        table.add(group);
        for (const cells of group.values()) cells.length = 0;
        yield table.take();
      }
      rows += block.rows;
      told?.(rows);
    }
  }
  if (first.length > 0) table.add(group);
  table.finish();
  yield table.take();
}

function addRows(
  group: ReadonlyMap<ColumnName, Cell[]>,
  keys: RequestKeys,
  replication: number,
  block: RequestRows,
  from: number,
  to: number,
): void {
  const fill = (name: ColumnName, cell: (row: number) => Cell) => {
    const cells = group.get(name)!;
    for (let row = from; row < to; row++) cells.push(cell(row));
  };
  const isPlaced = (row: number) => block.pool[row]! >= 0;
  const workload = (row: number) => {
    const key = keys.workloads[block.workload[row]!];
    if (key === undefined) throw unknownWorkload(block, row);
    return key;
  };
  fill('replication', () => replication);
  fill('workload', (row) => workload(row).id);
  fill('origin', (row) => workload(row).origin);
  fill('origin_site', (row) => block.originSite[row]!);
  fill('pool', (row) => (isPlaced(row) ? keys.pools[block.pool[row]!]! : null));
  fill('site', (row) => (isPlaced(row) ? block.site[row]! : null));
  fill('outcome', (row) => keys.outcomes[block.outcome[row]!] ?? null);
  for (const name of REQUEST_COLUMNS) {
    const values = block.columns[name];
    fill(name, (row) => {
      const value = values[row]!;
      return Number.isFinite(value) ? value : null;
    });
    // A greater number would be cut to its low bits.
    if (WHOLE.has(name))
      for (let row = from; row < to; row++)
        if (values[row]! > GREATEST_INT32) throw new RangeError(`${name} of request row ${row} is ${values[row]}`);
  }
}

function schema(): SchemaElement[] {
  const columns = COLUMNS.map((name): SchemaElement => {
    const column = { name, repetition_type: 'OPTIONAL' } as const;
    if (TEXT.has(name)) return { ...column, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    return { ...column, type: WHOLE.has(name) ? 'INT32' : 'DOUBLE' };
  });
  return [{ name: 'requests', num_children: columns.length }, ...columns];
}
