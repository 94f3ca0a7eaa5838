import { join } from 'node:path';
import { type TraceFile, TraceReader } from '../src/trace/trace-reader.js';
import type { TraceFormat } from '../src/workload-plan.js';
import { openDisk } from '../test/memory-files.js';

/** Folder of recorded traces, or undefined where there is none. */
export const tracesFolder = process.env['INFERSIM_TRACES'];

export const recorded = (name: string, format: TraceFormat): TraceFile => ({
  path: join(tracesFolder ?? '', name),
  format,
  badRows: 'refuse',
});

export const AZURE_CONV = recorded('azure-2023-conv.csv', 'azure-llm');
export const AZURE_CODE = recorded('azure-2023-code.csv', 'azure-llm');
export const MOONCAKE = recorded('mooncake-conversation.jsonl.gz', 'mooncake');
export const ARXIV = recorded('vidur-arxiv-summarization.lengths.csv.gz', 'lengths');

/** Prompt and output lengths of all rows, in order. */
export function lengthsOf(file: TraceFile): [number, number][] {
  const reader = new TraceReader(openDisk, file);
  const rows: [number, number][] = [];
  while (reader.next()) rows.push([reader.row.promptTokens, reader.row.outputTokens]);
  return rows;
}
