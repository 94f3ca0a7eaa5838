/**
 * The program's own table of runs: one row is one figure of one run, with the catalog's words for what ran.
 *
 * Needed are `device, model, engine, kind, metric, value` and what the kind needs; the rest has defaults: one device, the format
 * as published, the engine's own limits. Metrics are the names the reports use (`ttft_mean_ms`, `output_tok_s`). Lengths
 * may be jittered: `input_tokens_low` and `output_tokens_low` give the shortest, the plain columns the longest.
 */

import type {
  CaseParallelism,
  CasePrecision,
  CaseRun,
  DatasetId,
  MeasuredCase,
  MetricName,
} from '../../cases/measured-case.js';
import { servingCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { nearestOf } from '../names/nearest-of.js';
import { casePrecision, isBlockScaled, requireFormat } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';
import { CLIENT_STAGGER_S } from './fixed-concurrency.js';

/** Figures that a run can have. */
export const RUN_METRICS: readonly MetricName[] = [
  'ttft_mean_ms',
  'ttft_p50_ms',
  'ttft_p90_ms',
  'ttft_p99_ms',
  'tpot_mean_ms',
  'tpot_p50_ms',
  'tpot_p99_ms',
  'itl_p50_ms',
  'itl_p90_ms',
  'itl_p95_ms',
  'itl_p99_ms',
  'e2e_mean_ms',
  'e2e_p50_ms',
  'e2e_p90_ms',
  'e2e_p99_ms',
  'output_tok_s',
  'decode_tok_s',
  'prefill_tok_s',
  'power_w',
  'energy_per_output_token_j',
  'kv_blocks',
];

const KINDS = ['closed-loop', 'open-loop', 'offline', 'static-batch', 'single-stream', 'saturated'] as const;
type Kind = (typeof KINDS)[number];

const DATASETS: Readonly<Record<Kind, DatasetId>> = {
  'closed-loop': 'fixed-concurrency-serving',
  'open-loop': 'open-loop-serving',
  offline: 'offline-throughput',
  'static-batch': 'static-batch',
  'single-stream': 'single-stream',
  saturated: 'saturated-serving',
};

function oneOf<T extends string>(row: TableRow, column: string, names: readonly T[], code: RowFault['code']): T {
  const given = row.requiredText(column);
  const found = names.find((name) => name === given.toLowerCase());
  if (found !== undefined) return found;
  throw new RowFault(code, column, `\`${column}\` is not known`, given, nearestOf(given, names));
}

function yesOr(row: TableRow, column: string, fallback: boolean): boolean {
  const text = row.text(column).toLowerCase();
  if (text === '') return fallback;
  if (/^(true|yes|1)$/.test(text)) return true;
  if (/^(false|no|0)$/.test(text)) return false;
  throw new RowFault('ROW_VALUE', column, `\`${column}\` is neither yes nor no`, row.text(column), 'true, false');
}

function range(row: TableRow, column: string) {
  const high = row.count(column);
  const low = row.countOr(`${column}_low`, high);
  if (low > high) {
    throw new RowFault('ROW_VALUE', `${column}_low`, 'above the longest length', `${low}`, `at most ${high}`);
  }
  return { low, high };
}

function openLoopRun(row: TableRow): CaseRun {
  const ratePerS = row.positive('rate_per_s');
  const durationS = row.optionalPositive('duration_s') ?? 600;
  const sharedPromptTokens = row.optionalNumber('shared_prompt_tokens') ?? 0;
  const inputTokens = row.count('input_tokens');
  if (sharedPromptTokens > inputTokens) {
    const given = row.text('shared_prompt_tokens');
    throw new RowFault('ROW_VALUE', 'shared_prompt_tokens', 'more than the prompt', given, `at most ${inputTokens}`);
  }
  return {
    kind: 'open-loop',
    ratePerS,
    durationS,
    // Without a stated pool every prompt is its own, so the pool is as large as the run.
    sharedPrompts: row.countOr('shared_prompts', Math.ceil(ratePerS * durationS)),
    sharedPromptTokens,
    promptsPerShared: row.countOr('prompts_per_shared', 1),
    questionTokens: inputTokens - sharedPromptTokens,
    outputTokens: row.count('output_tokens'),
    warm: yesOr(row, 'warm', true),
  };
}

function runOf(row: TableRow, kind: Kind, dpAttention: number): CaseRun {
  switch (kind) {
    case 'closed-loop':
      return {
        kind,
        users: row.count('concurrency'),
        promptTokens: range(row, 'input_tokens'),
        outputTokens: range(row, 'output_tokens'),
        staggerS: row.optionalNumber('stagger_s') ?? CLIENT_STAGGER_S,
      };
    case 'open-loop':
      return openLoopRun(row);
    case 'saturated':
      return {
        kind,
        users: row.count('concurrency') * dpAttention,
        task: row.requiredText('task'),
        meanOutputTokens: row.positive('output_tokens'),
      };
    case 'static-batch':
      return {
        kind,
        batch: row.count('concurrency'),
        promptTokens: row.count('input_tokens'),
        outputTokens: row.count('output_tokens'),
      };
    case 'offline':
    case 'single-stream':
      return { kind, promptTokens: row.count('input_tokens'), outputTokens: row.count('output_tokens') };
  }
}

function readRow(row: TableRow): MeasuredCase {
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const modelName = row.requiredText('model');
  const model = requireModel('model', modelName);
  const engineId = requireEngine('engine', row.requiredText('engine'));
  const kind = oneOf(row, 'kind', KINDS, 'ROW_VALUE');
  const metric = oneOf(row, 'metric', RUN_METRICS, 'ROW_METRIC');
  const parallelism: CaseParallelism = {
    tp: row.countOr('tp', 1),
    pp: row.countOr('pp', 1),
    dpAttention: row.countOr('dp', 1),
    ep: row.countOr('ep', 1),
  };
  const devices = parallelism.tp * parallelism.pp * parallelism.dpAttention;
  if (devices % parallelism.ep !== 0) {
    throw new RowFault('ROW_VALUE', 'ep', 'does not divide the devices', `${parallelism.ep}`, `divisors of ${devices}`);
  }
  const named = casePrecision({
    column: 'precision',
    text: row.text('precision'),
    model,
    modelName,
    deviceId,
    engineId,
  });
  const precision: CasePrecision = {
    ...named,
    ...(row.text('kv_precision') === '' ? {} : { kv: requireFormat('kv_precision', row.text('kv_precision')) }),
    ...(row.text('activations') === '' ? {} : { activations: requireFormat('activations', row.text('activations')) }),
    ...(isBlockScaled(row.text('scales')) ? { blockScaled: true } : {}),
  };
  const maxNumSeqs = row.optionalPositive('max_num_seqs');
  const maxNumBatchedTokens = row.optionalPositive('max_num_batched_tokens');
  const maxModelLenTokens = row.optionalPositive('max_model_len');
  return servingCase(row, {
    dataset: DATASETS[kind],
    source: row.text('source') || row.file,
    deviceId,
    deviceName,
    model,
    engineId,
    precision,
    parallelism,
    ...(row.text('peer_access') === '' ? {} : { peerAccess: yesOr(row, 'peer_access', true) }),
    options: {
      ...(maxNumSeqs === undefined ? {} : { maxNumSeqs }),
      ...(maxNumBatchedTokens === undefined ? {} : { maxNumBatchedTokens }),
      ...(maxModelLenTokens === undefined ? {} : { maxModelLenTokens }),
    },
    run: runOf(row, kind, parallelism.dpAttention),
    measured: { [metric]: row.positive('value') },
  });
}

export const tidyRuns: TableReader = {
  name: 'tidy runs',
  columns: ['device', 'model', 'engine', 'kind', 'metric', 'value'],
  open: () => readRow,
};
