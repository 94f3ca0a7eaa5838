/**
 * One row is one saturated run: the running batch stays at `max_num_seqs`, prompts come from a named task.
 *
 * Power is that of all devices. `data_parallel` ranks each hold a batch of their own. Set aside: runs on B200 whose ninth decile
 * of the token gap is 1.35 times the median or more. Their time per step follows the host, not the device (a small
 * model decodes at 32 ms per step there and at 5 ms in the next run), so they say nothing about the device.
 * So are tasks of which nobody said how long their prompts are: the table states the answers only.
 * The engine is vLLM without a version; the profile of 2025 is the one of these runs.
 */

import type { CaseParallelism } from '../../cases/measured-case.js';
import { isKnownTask } from '../../predict/benchmark-habits.js';
import { present, servingCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { casePrecision } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';

/** Ninth decile over median of the token gap from which a run is host-limited, and where that was seen. */
const HOST_LIMITED_SPREAD = 1.35;
const HOST_LIMITED_DEVICES = new Set(['b200-sxm']);

function parallelismOf(row: TableRow): CaseParallelism {
  const tp = row.count('tensor_parallel');
  const dp = row.countOr('data_parallel', 1);
  const ep = row.countOr('expert_parallel', 1);
  const devices = row.countOr('device_count', tp * dp);
  // Experts over all devices while the attention ranks are not counted: the ranks are what tensor parallel leaves.
  const dpAttention = devices === tp * dp ? dp : devices / tp;
  if (!Number.isInteger(dpAttention) || (devices !== tp * dp && ep !== devices) || !Number.isInteger(devices / ep)) {
    throw new RowFault('ROW_VALUE', 'device_count', 'not the devices of the split', `${devices}`, `${tp} x ${dp}`);
  }
  return { tp, pp: 1, dpAttention, ep };
}

function reasonAgainst(task: string, isHostLimited: boolean): string | undefined {
  if (!isKnownTask(task)) return `task whose prompts are not known: ${task}`;
  return isHostLimited ? 'host-limited: token gaps spread with the host, not the device' : undefined;
}

function readRun(row: TableRow): RowOutcome {
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const modelName = row.requiredText('model');
  const model = requireModel('model', modelName);
  const engineName = row.text('engine') || 'vllm';
  const engineId = requireEngine('engine', engineName, /\d/.test(engineName) ? {} : { version: '0.12' });
  const parallelism = parallelismOf(row);
  const maxNumSeqs = row.count('max_num_seqs');
  const medianMs = row.positive('median_itl_ms');
  const task = row.requiredText('task');
  const p90Ms = row.optionalPositive('p90_itl_ms');
  const spread = (p90Ms ?? medianMs) / medianMs;
  const isHostLimited = HOST_LIMITED_DEVICES.has(deviceId) && spread >= HOST_LIMITED_SPREAD;
  return servingCase(row, {
    dataset: 'saturated-serving',
    source: row.text('source') || 'saturated serving',
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
    parallelism,
    options: { maxNumSeqs },
    run: {
      kind: 'saturated',
      users: maxNumSeqs * parallelism.dpAttention,
      task,
      meanOutputTokens: row.positive('avg_output_len'),
    },
    measured: present({
      output_tok_s: row.optionalPositive('output_tok_s'),
      itl_p50_ms: medianMs,
      itl_p90_ms: p90Ms,
      itl_p95_ms: row.optionalPositive('p95_itl_ms'),
      itl_p99_ms: row.optionalPositive('p99_itl_ms'),
      power_w: row.optionalPositive('avg_power_w_all_gpus'),
      energy_per_output_token_j: row.optionalPositive('energy_per_output_token_j'),
    }),
    setAside: reasonAgainst(task, isHostLimited),
  });
}

export const saturatedServing: TableReader = {
  name: 'saturated serving',
  columns: [
    'device',
    'tensor_parallel',
    'model',
    'precision',
    'task',
    'max_num_seqs',
    'avg_output_len',
    'median_itl_ms',
  ],
  open: () => readRun,
};
