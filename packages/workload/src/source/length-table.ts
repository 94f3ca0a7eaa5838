/**
 * Prompt and output lengths of a trace, kept pairwise in memory for bootstrapping.
 *
 * Up to a million rows are kept whole; of a longer trace a uniform sample of a million (reservoir sampling, Vitter's
 * algorithm R, seeded), so memory never passes 12 MB. All sources of a workload share one table in a replication.
 */

import type { RandomStream, RandomStreams } from '@infersim/kernel';
import type { OpenBytes } from '../request-source.js';
import { type TraceFile, TraceReader } from '../trace/trace-reader.js';

/** Most rows kept. */
export const MAX_TABLE_ROWS = 1_000_000;

export class LengthTable {
  rows = 0;
  promptTokens: Int32Array = new Int32Array(1024);
  outputTokens: Int32Array = new Int32Array(1024);
  thinkingTokens: Int32Array = new Int32Array(1024);

  /** Adds or replaces a row. */
  set(index: number, promptTokens: number, outputTokens: number, thinkingTokens: number): void {
    if (index === this.promptTokens.length) {
      const length = Math.min(MAX_TABLE_ROWS, index * 2);
      this.promptTokens = grown(this.promptTokens, length);
      this.outputTokens = grown(this.outputTokens, length);
      this.thinkingTokens = grown(this.thinkingTokens, length);
    }
    this.promptTokens[index] = promptTokens;
    this.outputTokens[index] = outputTokens;
    this.thinkingTokens[index] = thinkingTokens;
    if (index === this.rows) this.rows++;
  }
}

/**
 * Reads a trace's lengths; `stream` decides which rows stay of a trace beyond `maxRows`.
 *
 * @throws TraceError for damage, or a bad row under 'refuse'.
 */
export function readLengthTable(
  open: OpenBytes,
  file: TraceFile,
  stream: RandomStream,
  maxRows = MAX_TABLE_ROWS,
): LengthTable {
  const table = new LengthTable();
  const reader = new TraceReader(open, file);
  const { row } = reader;
  while (reader.next()) {
    const index = reader.emitted <= maxRows ? reader.emitted - 1 : stream.nextInt(reader.emitted);
    if (index < maxRows) table.set(index, row.promptTokens, row.outputTokens, row.thinkingTokens);
  }
  return table;
}

const tables = new WeakMap<RandomStreams, Map<string, LengthTable>>();

/**
 * The table of a workload's trace for one replication, read on first use by any of its sources; rows of a very long
 * trace are sampled with the stream `<workloadId>/length-table`.
 */
export function sharedLengthTable(
  open: OpenBytes,
  file: TraceFile,
  streams: RandomStreams,
  workloadId: string,
): LengthTable {
  const byKey = tables.get(streams) ?? new Map<string, LengthTable>();
  tables.set(streams, byKey);
  const key = JSON.stringify([workloadId, file.path, file.format, file.badRows]);
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const table = readLengthTable(open, file, streams.stream(`${workloadId}/length-table`));
  byKey.set(key, table);
  return table;
}

function grown(old: Int32Array, length: number): Int32Array {
  const next = new Int32Array(length);
  next.set(old);
  return next;
}
