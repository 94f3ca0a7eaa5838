/**
 * The headline: which errors are held against a target, and the targets. Data only.
 *
 * Targets are median absolute errors in percent; `inSampleP90Pct` bounds the 90th percentile where one is set. The left-out
 * target is for model families that had no part in the fit. Where a target speaks of two metrics, a line for both together and
 * one for each carry it alike. A line without targets is shown because its neighbours would mislead without it.
 */

import type { Precision } from '@infersim/catalog';
import type { CaseRun, DatasetId, MetricName } from '../cases/measured-case.js';

/** Rows of a headline: those that meet every condition given. */
export interface RowSelector {
  readonly datasets: readonly DatasetId[];
  readonly metrics: readonly MetricName[];
  readonly runKinds?: readonly CaseRun['kind'][];
  readonly kernelFormats?: readonly Precision[];
  readonly isMoe?: boolean;
  readonly isWarm?: boolean;
  readonly engines?: readonly string[];
  readonly exceptEngines?: readonly string[];
}

/** Limits in percent; null = none set. */
export interface TargetLimits {
  readonly inSampleMedianPct: number | null;
  readonly inSampleP90Pct: number | null;
  readonly leftOutMedianPct: number | null;
}

/** A line of the headline. */
export interface HeadlineTarget {
  /** Stable: stored figures and explanations of misses refer to it. */
  readonly id: string;
  /** Heading it stands under. */
  readonly group: string;
  readonly label: string;
  /** Table of the reference measurements that it was set for. */
  readonly table: string;
  readonly select: RowSelector;
  readonly limits: TargetLimits;
}

function limits(
  inSampleMedianPct: number | null,
  inSampleP90Pct: number | null,
  leftOutMedianPct: number | null,
): TargetLimits {
  return { inSampleMedianPct, inSampleP90Pct, leftOutMedianPct };
}

const OPEN_LOOP = { group: 'Open-loop serving', table: 'vllm_open_loop_serving.csv' } as const;
const CLOSED_LOOP = { group: 'Fixed concurrency', table: 'serving_fixed_concurrency.csv' } as const;
const SATURATED = { group: 'Saturated serving', table: 'mlenergy_qwen3_dense.csv' } as const;
const OFFLINE = { group: 'Offline throughput', table: 'tensorrt_llm_offline.csv' } as const;
const KERNELS = { group: 'Kernels', table: 'aiconfigurator_kernels.csv and others' } as const;
const SMALL = 'Single streams and small batches';

function openLoop(metric: MetricName, isWarm?: boolean): RowSelector {
  return { datasets: ['open-loop-serving'], metrics: [metric], ...(isWarm === undefined ? {} : { isWarm }) };
}

function closedLoop(metric: MetricName, isMoe?: boolean): RowSelector {
  return { datasets: ['fixed-concurrency-serving'], metrics: [metric], ...(isMoe === undefined ? {} : { isMoe }) };
}

function saturated(...metrics: readonly MetricName[]): RowSelector {
  return { datasets: ['saturated-serving'], metrics };
}

function gemm(...kernelFormats: readonly Precision[]): RowSelector {
  return {
    datasets: ['kernels', 'linear-layers', 'microbenchmarks'],
    metrics: ['kernel_ms'],
    runKinds: ['gemm'],
    kernelFormats,
  };
}

/** What a user of a single stream waits for: tokens per second or time per token. */
const RATE_METRICS: readonly MetricName[] = ['decode_tok_s', 'output_tok_s', 'tpot_mean_ms', 'tpot_p50_ms'];
const SMALL_DATASETS: readonly DatasetId[] = ['single-stream', 'static-npu', 'static-batch'];
const SMALL_LIMITS = limits(7, null, 12);

/** Genie, and context binaries that a model's maker built: one NPU through two compilers. */
const QUALCOMM_ENGINES = ['qualcomm-npu', 'qualcomm-qnn'];

/** Lines of the headline, in the order shown. */
export const HEADLINE_TARGETS: readonly HeadlineTarget[] = [
  {
    id: 'open-loop-e2e-mean',
    ...OPEN_LOOP,
    label: 'E2E mean',
    select: openLoop('e2e_mean_ms'),
    limits: limits(3, 8, 5),
  },
  { id: 'open-loop-tpot', ...OPEN_LOOP, label: 'TPOT', select: openLoop('tpot_mean_ms'), limits: limits(4, 8, 6) },
  {
    id: 'open-loop-ttft-mean',
    ...OPEN_LOOP,
    label: 'TTFT mean',
    select: openLoop('ttft_mean_ms'),
    limits: limits(5, 15, 8),
  },
  {
    id: 'open-loop-ttft-p99-warm',
    ...OPEN_LOOP,
    label: 'TTFT p99, warm stages',
    select: openLoop('ttft_p99_ms', true),
    limits: limits(15, null, 20),
  },
  {
    id: 'open-loop-e2e-p99',
    ...OPEN_LOOP,
    label: 'E2E p99',
    select: openLoop('e2e_p99_ms'),
    limits: limits(6, null, 9),
  },
  {
    id: 'open-loop-kv-blocks',
    ...OPEN_LOOP,
    label: 'KV blocks',
    select: openLoop('kv_blocks'),
    limits: limits(2, 5, 4),
  },
  {
    id: 'fixed-concurrency-tpot-dense',
    ...CLOSED_LOOP,
    label: 'TPOT, dense',
    select: closedLoop('tpot_mean_ms', false),
    limits: limits(5, null, 8),
  },
  {
    id: 'fixed-concurrency-tpot-moe',
    ...CLOSED_LOOP,
    label: 'TPOT, MoE',
    select: closedLoop('tpot_mean_ms', true),
    limits: limits(9, null, 13),
  },
  {
    id: 'fixed-concurrency-ttft',
    ...CLOSED_LOOP,
    label: 'TTFT mean',
    select: closedLoop('ttft_mean_ms'),
    limits: limits(null, null, null),
  },
  {
    id: 'saturated-rate-and-itl',
    ...SATURATED,
    label: 'tokens/s and ITL p50',
    select: saturated('output_tok_s', 'itl_p50_ms'),
    limits: limits(5, 15, 7),
  },
  {
    id: 'saturated-rate',
    ...SATURATED,
    label: 'tokens/s',
    select: saturated('output_tok_s'),
    limits: limits(5, 15, 7),
  },
  {
    id: 'saturated-itl-p50',
    ...SATURATED,
    label: 'ITL p50',
    select: saturated('itl_p50_ms'),
    limits: limits(5, 15, 7),
  },
  { id: 'saturated-power', ...SATURATED, label: 'GPU watts', select: saturated('power_w'), limits: limits(4, null, 7) },
  {
    id: 'saturated-energy',
    ...SATURATED,
    label: 'J per token',
    select: saturated('energy_per_output_token_j'),
    limits: limits(4, null, 7),
  },
  {
    id: 'offline-rate',
    ...OFFLINE,
    label: 'tokens/s',
    select: { datasets: ['offline-throughput'], metrics: ['output_tok_s'] },
    limits: limits(7, 18, 11),
  },
  { id: 'kernels-gemm-16', ...KERNELS, label: 'GEMM bf16, fp16', select: gemm('fp16'), limits: limits(7, null, null) },
  {
    id: 'kernels-gemm-8-4',
    ...KERNELS,
    label: 'GEMM fp8, fp4',
    select: gemm('fp8', 'fp4'),
    limits: limits(11, null, null),
  },
  {
    id: 'kernels-attention',
    ...KERNELS,
    label: 'attention',
    select: { datasets: ['kernels'], metrics: ['kernel_ms'], runKinds: ['decode-attention', 'prefill-attention'] },
    limits: limits(9, null, null),
  },
  {
    id: 'kernels-collectives',
    ...KERNELS,
    label: 'collectives',
    select: {
      datasets: ['kernels', 'collectives', 'microbenchmarks'],
      metrics: ['kernel_ms', 'bandwidth_gb_s'],
      runKinds: ['collective'],
    },
    limits: limits(10, null, null),
  },
  {
    id: 'llama-cpp-rate',
    group: SMALL,
    table: 'llamacpp.csv',
    label: 'llama.cpp',
    select: { datasets: SMALL_DATASETS, metrics: RATE_METRICS, engines: ['llama-cpp'] },
    limits: SMALL_LIMITS,
  },
  {
    id: 'qualcomm-npu-rate',
    group: SMALL,
    table: 'qualcomm_npu.csv',
    label: 'Qualcomm NPUs',
    select: { datasets: SMALL_DATASETS, metrics: RATE_METRICS, engines: QUALCOMM_ENGINES },
    limits: SMALL_LIMITS,
  },
  {
    id: 'neuron-rate',
    group: SMALL,
    table: 'neuron_trn1.csv',
    label: 'Neuron',
    select: { datasets: SMALL_DATASETS, metrics: RATE_METRICS, engines: ['neuron'] },
    limits: SMALL_LIMITS,
  },
  {
    id: 'edge-rate',
    group: SMALL,
    table: 'edge_misc.csv',
    label: 'other edge devices',
    select: {
      datasets: ['single-stream', 'static-npu'],
      metrics: RATE_METRICS,
      exceptEngines: ['llama-cpp', ...QUALCOMM_ENGINES, 'neuron'],
    },
    limits: SMALL_LIMITS,
  },
];
