/**
 * One row is one batch of equal requests on the engine of 2023: median prompt time and median time per further token.
 *
 * The prompt time is that of the whole batch, which is the TTFT of each of its requests. Where the end-to-end time shows that the
 * sequence stopped before its stated length, the length it reached is worked out from the times. Set aside: batches
 * whose KV did not fit, because the engine split them and neither time belongs to the batch stated.
 */

import { ONE_DEVICE, present, servingCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { casePrecision } from '../names/precision-names.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';

/** Share of the time that the stated length implies, below which the sequence ended early. */
const STOPPED_EARLY = 0.95;

/** Tokens that the end-to-end time holds; the stated ones where it agrees with them or is blank. */
function reachedTokens(row: TableRow, stated: number, promptMs: number, tokenMs: number): number {
  const e2eMs = row.optionalPositive('e2e_ms_median');
  if (e2eMs === undefined || e2eMs >= STOPPED_EARLY * (promptMs + (stated - 1) * tokenMs)) return stated;
  return Math.max(2, 1 + Math.round((e2eMs - promptMs) / tokenMs));
}

function readBatch(row: TableRow): RowOutcome {
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const modelName = row.requiredText('model');
  const model = requireModel('model', modelName);
  const engineId = requireEngine('engine', row.text('engine') || 'splitwise');
  const promptMs = row.positive('prompt_ms_median');
  const tokenMs = row.positive('token_ms_median');
  const hasSpilled = /kv memory exhausted/i.test(row.text('note'));
  return servingCase(row, {
    dataset: 'split-serving',
    source: row.text('source') || 'Splitwise',
    deviceId,
    deviceName,
    model,
    engineId,
    precision: casePrecision({
      column: 'precision',
      text: row.text('precision'),
      model,
      modelName,
      deviceId,
      engineId,
    }),
    parallelism: { ...ONE_DEVICE, tp: row.count('tensor_parallel') },
    run: {
      kind: 'static-batch',
      batch: row.count('batch_or_concurrency'),
      promptTokens: row.count('isl'),
      outputTokens: reachedTokens(row, row.count('osl'), promptMs, tokenMs),
    },
    measured: present({ ttft_mean_ms: promptMs, tpot_mean_ms: tokenMs }),
    setAside: hasSpilled ? 'KV memory exhausted: the batch was split or queued' : undefined,
  });
}

export const splitServing: TableReader = {
  name: 'split prompt and token times',
  columns: [
    'device',
    'tensor_parallel',
    'model',
    'isl',
    'osl',
    'batch_or_concurrency',
    'prompt_ms_median',
    'token_ms_median',
  ],
  open: () => readBatch,
};
