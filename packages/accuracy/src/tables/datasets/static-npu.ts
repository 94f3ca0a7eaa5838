/**
 * Single-user rates of a Qualcomm NPU with compiled shapes: one row is one figure of one model.
 *
 * - `decode_tok_s` is measured on the token graph compiled for the full context, whatever the text so far: the case
 *   starts so near the end of the context that every step runs on the largest bucket.
 * - `ttft_min` is one run of the prompt graph (128 tokens), `ttft_max` the same number times the runs of the longest prompt.
 *   So their ratio counts the chunks: where it says fewer than the stated context holds, the model was compiled for a
 *   shorter one, which holds for its token graph too. Equal figures mean that both are of the longest prompt. The longest
 *   prompt leaves room for its first token.
 * - Genie and context binaries that a model's maker built run through different compilers, so they are engines of their own.
 * - `w4a16` = 4-bit weights, integer activations, 8-bit KV. `w4` = 4-bit weights with floating-point activations, which
 *   the integer matrix unit cannot take: another code path, set aside because the formats cannot tell it apart.
 */

import type { CaseRun } from '../../cases/measured-case.js';
import { ONE_DEVICE, present, servingCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { requireFormat } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';

/** Prompt tokens of one run of the prompt graph; the publisher's export setting for language models. */
const CHUNK_TOKENS = 128;

/** Tokens decoded in a decode case: few enough that all of them lie in the last bucket of the context. */
const DECODED_TOKENS = 128;

const METRICS = ['decode_tok_s', 'ttft_min', 'ttft_max'];

function configuration(row: TableRow): string {
  return ['device', 'model', 'precision', 'engine', 'context_length'].map((column) => row.text(column)).join('\n');
}

/** Chunks of the longest prompt by configuration, from rows that read as numbers; the rest is not known. */
function chunkCounts(rows: readonly TableRow[]): Map<string, number> {
  const shortest = new Map<string, number>();
  const longest = new Map<string, number>();
  for (const row of rows) {
    const value = Number(row.text('value'));
    if (!(value > 0)) continue;
    if (row.text('metric') === 'ttft_min') shortest.set(configuration(row), value);
    if (row.text('metric') === 'ttft_max') longest.set(configuration(row), value);
  }
  const counts = new Map<string, number>();
  for (const [key, max] of longest) {
    const min = shortest.get(key);
    if (min !== undefined) counts.set(key, Math.max(1, Math.round(max / min)));
  }
  return counts;
}

/** Context that the graphs were compiled for: as stated, or as many chunks as the longest prompt took. */
function compiledContext(contextTokens: number, chunks: number | undefined): number {
  return chunks === undefined || chunks === 1 ? contextTokens : Math.min(contextTokens, CHUNK_TOKENS * chunks);
}

function promptTokens(metric: string, contextTokens: number, chunks: number | undefined): number {
  const isLongest = metric === 'ttft_max' || chunks === 1;
  return Math.max(1, isLongest ? contextTokens - 1 : Math.min(CHUNK_TOKENS, contextTokens - 1));
}

function readFigure(row: TableRow, chunks: ReadonlyMap<string, number>): RowOutcome {
  const metric = row.requiredText('metric');
  if (!METRICS.includes(metric)) {
    throw new RowFault('ROW_METRIC', 'metric', 'not a figure of these tables', metric, METRICS.join(', '));
  }
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const model = requireModel('model', row.requiredText('model'));
  const engineId = requireEngine('engine', row.text('engine') || 'qnn');
  const count = chunks.get(configuration(row));
  const contextTokens = compiledContext(row.count('context_length'), count);
  const value = row.positive('value');
  const run: CaseRun =
    metric === 'decode_tok_s'
      ? {
          kind: 'single-stream',
          promptTokens: Math.max(1, contextTokens - DECODED_TOKENS),
          outputTokens: Math.min(DECODED_TOKENS, Math.max(1, contextTokens - 1)),
        }
      : {
          kind: 'single-stream',
          promptTokens: promptTokens(metric, contextTokens, count),
          outputTokens: 1,
        };
  const format = row.requiredText('precision');
  return servingCase(row, {
    dataset: 'static-npu',
    source: row.text('source') || 'static NPU',
    deviceId,
    deviceName,
    model,
    engineId,
    precision: { weights: requireFormat('precision', format), kv: /a16|a8/i.test(format) ? 'int8' : 'fp16' },
    parallelism: ONE_DEVICE,
    options: { maxModelLenTokens: contextTokens },
    run,
    measured: present(metric === 'decode_tok_s' ? { decode_tok_s: value } : { ttft_p50_ms: value }),
    setAside: /^w4$/i.test(format) ? 'floating-point activations: not the integer path of the accelerator' : undefined,
  });
}

export const staticNpu: TableReader = {
  name: 'static NPU',
  columns: ['device', 'model', 'precision', 'context_length', 'metric', 'value'],
  open: (rows) => {
    const chunks = chunkCounts(rows);
    return (row) => readFigure(row, chunks);
  },
};
