/**
 * One row is one load stage of a vLLM server: requests at a steady rate from a recycled pool of prompts.
 *
 * Stage 0 meets a cold pool and the first-request compilation, so it is not warm; later stages of the same experiment are.
 * TPOT is derived from the client's end-to-end and first-token times, because the gaps it printed are between chunks that can
 * hold more than one token (so ITL is not taken). Arrivals are exponential gaps normalised to the stage.
 */

import type { MeasuredCase } from '../../cases/measured-case.js';
import { ONE_DEVICE, present, servingCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { casePrecision } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';

function readStage(row: TableRow): MeasuredCase {
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const modelName = row.requiredText('model');
  const model = requireModel('model', modelName);
  const engineId = requireEngine('engine', row.text('engine') || 'vllm v1');
  const arrival = row.text('arrival');
  if (arrival !== '' && !/poisson|exponential/i.test(arrival)) {
    throw new RowFault('ROW_VALUE', 'arrival', 'arrivals of this kind are not replayed', arrival, 'Poisson');
  }
  const outputTokens = row.count('output_tokens');
  const ttftMs = row.positive('ttft_mean_ms');
  const e2eMs = row.positive('e2e_mean_ms');
  if (e2eMs < ttftMs) {
    throw new RowFault(
      'ROW_VALUE',
      'e2e_mean_ms',
      'ends before its first token',
      row.text('e2e_mean_ms'),
      'above TTFT',
    );
  }
  const maxNumSeqs = row.optionalPositive('max_num_seqs');
  const maxNumBatchedTokens = row.optionalPositive('max_num_batched_tokens');
  return servingCase(row, {
    dataset: 'open-loop-serving',
    source: row.text('source') || 'vLLM open loop',
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
    parallelism: { ...ONE_DEVICE, tp: row.countOr('tensor_parallel', 1) },
    options: {
      ...(maxNumSeqs === undefined ? {} : { maxNumSeqs }),
      ...(maxNumBatchedTokens === undefined ? {} : { maxNumBatchedTokens }),
    },
    run: {
      kind: 'open-loop',
      ratePerS: row.positive('request_rate_per_s'),
      durationS: row.positive('duration_s'),
      sharedPrompts: row.count('distinct_system_prompts'),
      sharedPromptTokens: row.number('system_prompt_tokens'),
      promptsPerShared: row.count('prompts_per_system_prompt'),
      questionTokens: row.number('question_tokens'),
      outputTokens,
      warm: (row.optionalNumber('stage') ?? 0) > 0,
    },
    measured: present({
      ttft_mean_ms: ttftMs,
      ttft_p90_ms: row.optionalPositive('ttft_p90_ms'),
      ttft_p99_ms: row.optionalPositive('ttft_p99_ms'),
      tpot_mean_ms: outputTokens > 1 ? (e2eMs - ttftMs) / (outputTokens - 1) : undefined,
      e2e_mean_ms: e2eMs,
      e2e_p90_ms: row.optionalPositive('e2e_p90_ms'),
      e2e_p99_ms: row.optionalPositive('e2e_p99_ms'),
      kv_blocks: row.optionalPositive('kv_blocks_of_16'),
    }),
  });
}

export const openLoopServing: TableReader = {
  name: 'open-loop serving',
  columns: [
    'model',
    'device',
    'system_prompt_tokens',
    'distinct_system_prompts',
    'question_tokens',
    'prompts_per_system_prompt',
    'output_tokens',
    'request_rate_per_s',
    'duration_s',
    'ttft_mean_ms',
    'e2e_mean_ms',
  ],
  open: () => readStage,
};
