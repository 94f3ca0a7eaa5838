/**
 * One row is one closed loop: C users, prompts of about ISL and answers of about OSL tokens, mean TTFT and TPOT.
 *
 * `InferenceX` draws both lengths evenly from [0.8 L, L]. `NVIDIA-internal` states no jitter and gets constant lengths.
 * Users start 5 ms apart. Left out of what is measured: TTFT of TensorRT-LLM at tensor parallel 1, 2 and 4, because its first
 * chunk left the server only after a streaming interval of about 20 tokens. A blank TTFT is not stated. A row without a
 * concurrency cannot be replayed: its load is not known, and the time per token depends on little else.
 *
 * Set aside: campaigns (one source, device, model and day) whose TTFT is the same share of the whole request in every run. Waiting
 * and prefill cannot do that across other lengths and device counts; the first token was stamped by the answer's length.
 *
 * The columns on parallelism come from two tools. Where attention ranks are given (`attention_dp`), `tensor_parallel` counts
 * all devices; elsewhere the experts' split (`moe_tp` x `moe_ep`) counts them and `tensor_parallel` is that of attention,
 * so attention is data parallel over what remains. For dense models the experts' columns mean nothing.
 */

import type { ModelEntry } from '@infersim/catalog';
import type { CaseParallelism, LengthRange } from '../../cases/measured-case.js';
import { present, servingCase } from '../case-assembly.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { casePrecision } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import type { RowOutcome, TableReader } from '../table-reader.js';
import type { TableRow } from '../table-row.js';

/** Starts of the users of a closed loop lie this far apart, seconds; the benchmark client opens its connections so. */
export const CLIENT_STAGGER_S = 0.005;

/** Shortest length of the InferenceX client as a share of the nominal one; published setting of its random data set. */
const INFERENCEX_SHORTEST = 0.8;

/** Tensor-parallel sizes whose TTFT holds a streaming interval in the TensorRT-LLM runs. */
const STREAMING_INTERVAL_TP = new Set([1, 2, 4]);

/**
 * A campaign with at least so many different runs, whose TTFT is more than this share of the request and differs by less than this
 * from run to run, stamped its first tokens wrongly. Waiting alone moves the share by far more.
 */
const CAMPAIGN_RUNS = 3;
const STAMPED_SHARE = 0.5;
const STAMPED_SPREAD = 0.03;

function lengths(nominalTokens: number, isJittered: boolean): LengthRange {
  return { low: isJittered ? Math.round(INFERENCEX_SHORTEST * nominalTokens) : nominalTokens, high: nominalTokens };
}

function expertParallelism(row: TableRow): CaseParallelism {
  const tensorParallel = row.count('tensor_parallel');
  const deviceCount = row.countOr('device_count', tensorParallel);
  const attentionRanks = row.optionalPositive('attention_dp');
  const moeTp = row.optionalNumber('moe_tp') ?? 0;
  const moeEp = row.optionalNumber('moe_ep') ?? 0;
  const devices = attentionRanks === undefined && moeTp * moeEp > 0 ? moeTp * moeEp : deviceCount;
  const dpAttention = attentionRanks ?? devices / tensorParallel;
  const tp = devices / dpAttention;
  const ep = Math.min(Math.max(moeEp, 1), devices);
  if (!Number.isInteger(dpAttention) || !Number.isInteger(tp) || !Number.isInteger(devices / ep)) {
    const given = ['device_count', 'tensor_parallel', 'attention_dp', 'moe_tp', 'moe_ep'];
    throw new RowFault(
      'ROW_VALUE',
      'tensor_parallel',
      'the columns on parallelism contradict each other',
      given.map((column) => `${column} ${row.text(column) || '-'}`).join(', '),
      'devices = tensor parallel x attention ranks, a multiple of the expert ranks',
    );
  }
  return { tp, pp: 1, dpAttention, ep };
}

function denseParallelism(row: TableRow): CaseParallelism {
  const tp = row.count('tensor_parallel');
  const devices = row.countOr('device_count', tp);
  const dpAttention = row.countOr('attention_dp', 1);
  if ((devices !== tp * dpAttention && devices !== tp) || devices % dpAttention !== 0) {
    throw new RowFault(
      'ROW_VALUE',
      'device_count',
      'not the devices of the split',
      `${devices}`,
      `${tp * dpAttention}`,
    );
  }
  return { tp: devices / dpAttention, pp: 1, dpAttention, ep: 1 };
}

function parallelismOf(row: TableRow, model: ModelEntry): CaseParallelism {
  return model.architecture.moe === undefined ? denseParallelism(row) : expertParallelism(row);
}

function campaignOf(row: TableRow): string {
  return ['family', 'source', 'device', 'model', 'measured_date'].map((column) => row.text(column)).join('\n');
}

/** Campaigns whose first-token times follow the length of the answer. */
function stampedByLength(rows: readonly TableRow[]): Set<string> {
  const shares = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const [ttftMs, tpotMs, tokens] = ['ttft_ms', 'tpot_ms', 'osl'].map((column) => Number(row.text(column)));
    const share = (ttftMs ?? 0) / ((ttftMs ?? 0) + (tpotMs ?? 0) * (tokens ?? 0));
    if (row.text('measured_date') === '' || row.text('ttft_ms') === '' || Number.isNaN(share)) continue;
    const key = campaignOf(row);
    const runs = shares.get(key) ?? new Map<string, number>();
    runs.set(['device_count', 'isl', 'osl'].map((column) => row.text(column)).join('\n'), share);
    shares.set(key, runs);
  }
  const stamped = [...shares].filter(([, runs]) => {
    const each = [...runs.values()];
    const [least, most] = [Math.min(...each), Math.max(...each)];
    return each.length >= CAMPAIGN_RUNS && least > STAMPED_SHARE && most - least < STAMPED_SPREAD;
  });
  return new Set(stamped.map(([key]) => key));
}

function readRun(row: TableRow, stamped: ReadonlySet<string>): RowOutcome {
  if (row.text('concurrency') === '') return { ignored: 'concurrency is not stated, so the load is not known' };
  const deviceName = row.requiredText('device');
  const deviceId = requireDevice('device', deviceName);
  const modelName = row.requiredText('model');
  const model = requireModel('model', modelName);
  const version = row.text('engine_version');
  const engineId = requireEngine('engine', row.requiredText('engine'), {
    ...(version === '' ? {} : { version }),
    date: row.text('measured_date'),
  });
  const source = row.text('family') || row.text('source') || 'closed loop';
  const isJittered = /inferencex|inferencemax/i.test(source);
  const parallelism = parallelismOf(row, model);
  const hasStreamingInterval = engineId === 'trtllm' && STREAMING_INTERVAL_TP.has(row.count('tensor_parallel'));
  return servingCase(row, {
    dataset: 'fixed-concurrency-serving',
    source,
    deviceId,
    deviceName,
    model,
    engineId,
    precision: casePrecision({
      column: 'precision',
      text: row.text('precision'),
      gemm: row.text('gemm_quant'),
      model,
      modelName,
      deviceId,
      engineId,
    }),
    parallelism,
    run: {
      kind: 'closed-loop',
      users: row.count('concurrency'),
      promptTokens: lengths(row.count('isl'), isJittered),
      outputTokens: lengths(row.count('osl'), isJittered),
      staggerS: CLIENT_STAGGER_S,
    },
    measured: present({
      ttft_mean_ms: hasStreamingInterval ? undefined : row.optionalPositive('ttft_ms'),
      tpot_mean_ms: row.positive('tpot_ms'),
    }),
    setAside: stamped.has(campaignOf(row)) ? 'first tokens stamped by the length of the answer' : undefined,
  });
}

export const fixedConcurrency: TableReader = {
  name: 'fixed-concurrency serving',
  columns: [
    'device',
    'tensor_parallel',
    'model',
    'precision',
    'engine',
    'isl',
    'osl',
    'concurrency',
    'ttft_ms',
    'tpot_ms',
  ],
  open: (rows) => {
    const stamped = stampedByLength(rows);
    return (row) => readRun(row, stamped);
  },
};
