/**
 * One request at a time on consumer GPUs, Apple silicon, Trainium and the NPUs of a phone and a laptop.
 *
 * Sources, by kind: a community benchmark of llama.cpp and a row of its discussion 4167 (quoted elsewhere), the published
 * performance files of Qualcomm AI Hub, the benchmark tables of the AWS Neuron documentation, a model card of FastFlowLM.
 */

import { longFormat } from '../tables/datasets/long-format.js';
import { staticNpu } from '../tables/datasets/static-npu.js';
import type { PublicSource, ReferencePart } from './reference-row.js';

type LlamaCppRun = readonly [
  device: string,
  devices: number,
  model: string,
  format: string,
  outputTokens: number,
  decodeTokensPerS: number,
];

/** Several devices hold a range of layers each. */
const GPU_BENCHMARKS: readonly LlamaCppRun[] = [
  ['M1 Max 32\u2011Core GPU 64GB', 1, 'Llama-3-8B', 'Q4_K_M', 1024, 34.49],
  ['L40S 48GB', 4, 'Llama-3-8B', 'F16', 1024, 42.48],
  ['3090 24GB', 6, 'Llama-3-70B', 'Q4_K_M', 1024, 16.93],
  ['3090 24GB', 1, 'Llama-3-8B', 'Q4_K_M', 1024, 111.74],
  ['4090 24GB', 2, 'Llama-3-70B', 'Q4_K_M', 1024, 19.06],
  ['4090 24GB', 8, 'Llama-3-8B', 'F16', 1024, 52.12],
];

const DISCUSSION: readonly LlamaCppRun[] = [['Apple M1 Max 32-core GPU 64GB', 1, 'LLaMA 7B', 'F16', 128, 23.03]];

function llamaCppRows(runs: readonly LlamaCppRun[], name: string, engine: string, source: PublicSource) {
  return runs.map(([device, devices, model, format, outputTokens, tokensPerS]) => ({
    source,
    cells: {
      source: name,
      device,
      device_count: devices,
      tensor_parallel: devices > 1 ? 'layer-split' : 1,
      model,
      precision: format,
      engine,
      osl: outputTokens,
      batch_or_concurrency: 1,
      metric: 'decode_tok_s',
      value: tokensPerS,
      unit: 'tok/s',
    },
  }));
}

/** Decode rate on the token graph of the full context, which is as long as the prompt figures beside it show. */
type QualcommRun = readonly [model: string, runtime: string, contextTokens: number, decodeTokensPerS: number];

const SNAPDRAGON_8_ELITE: readonly QualcommRun[] = [
  ['falcon_v3_7b_instruct', 'genie', 4096, 14.02985],
  ['jais_6p7b_chat', 'qnn_context_binary', 2048, 13.33],
  ['llama_v3_elyza_jp_8b', 'genie', 4096, 14.72],
  ['mistral_7b_instruct_v0_3', 'qnn_context_binary', 4096, 12.56],
  ['qwen2_7b_instruct', 'qnn_context_binary', 4096, 13.65],
];

function qualcommRows() {
  return SNAPDRAGON_8_ELITE.map(([model, runtime, contextTokens, tokensPerS]) => ({
    source: {
      project: 'qualcomm/ai-hub-models',
      place: `qai_hub_models/models/${model}/perf.yaml`,
      revision: 'b61a009',
    },
    cells: {
      source: 'Qualcomm AI Hub Models perf.yaml',
      device: 'Snapdragon 8 Elite QRD',
      model,
      precision: 'w4a16',
      engine: runtime,
      context_length: contextTokens,
      metric: 'decode_tok_s',
      value: tokensPerS,
    },
  }));
}

/** On 16 chips, all layers over all cores. */
type NeuronRun = readonly [
  model: string,
  transformersNeuronX: string,
  promptTokens: number,
  outputTokens: number,
  figure: { readonly outputTokensPerS: number } | { readonly tpotP50Ms: number },
];

const TRAINIUM1: readonly NeuronRun[] = [
  ['Llama-2-70b', '2.18.0', 256, 256, { outputTokensPerS: 39.17668 }],
  ['Llama-2-70b', '2.18.0', 1024, 1024, { tpotP50Ms: 26.03793 }],
  ['Llama-3-70B', '2.18.1', 2048, 2048, { outputTokensPerS: 37.70379 }],
  ['Llama-3-70B', '2.18.1', 128, 1024, { tpotP50Ms: 24.48 }],
];

function neuronRows() {
  return TRAINIUM1.map(([model, version, promptTokens, outputTokens, figure]) => ({
    source: {
      project: 'aws-neuron/aws-neuron-sdk',
      place: 'about-neuron/benchmarks/trn1/latency_data_decoder.csv',
      revision: '7c165a3e',
    },
    cells: {
      source: 'AWS Neuron SDK docs',
      device: 'Trainium1 (trn1.32xlarge, 16 chips / 32 NeuronCores)',
      device_count: 16,
      tensor_parallel: 32,
      model,
      precision: 'bf16',
      engine: `Transformers NeuronX ${version}`,
      isl: promptTokens,
      osl: outputTokens,
      batch_or_concurrency: 1,
      ...('tpotP50Ms' in figure
        ? { metric: 'tpot_p50', value: figure.tpotP50Ms, unit: 'ms' }
        : { metric: 'output_throughput', value: figure.outputTokensPerS, unit: 'tok/s' }),
    },
  }));
}

type FastFlowRun = readonly [model: string, format: string, promptTokens: number, decodeTokensPerS: number];

const RYZEN_AI_MAX: readonly FastFlowRun[] = [
  ['LFM3-1.7B', 'Q4_0', 1024, 41],
  ['LFM3-1.7B', 'Q4_0', 4096, 39],
  ['LFM3-1.7B', 'Q4_0', 8192, 36],
  ['LFM3-1.7B', 'Q4_0', 32768, 24],
];

function fastFlowRows() {
  return RYZEN_AI_MAX.map(([model, format, promptTokens, tokensPerS]) => ({
    source: { project: 'FastFlowLM', place: `model card FastFlowLM/${model}-NPU2 on Hugging Face`, revision: '' },
    cells: {
      source: 'FastFlowLM model card',
      device: 'AMD Ryzen AI MAX+ PRO 395 NPU (XDNA2)',
      model,
      precision: format,
      engine: 'FastFlowLM',
      isl: promptTokens,
      metric: 'decode_tok_s',
      value: tokensPerS,
      unit: 'tok/s',
    },
  }));
}

/** The single streams of the table. */
export function singleStreamParts(): ReferencePart[] {
  const benchmarks: PublicSource = {
    project: 'XiongjieDai/GPU-Benchmarks-on-LLM-Inference',
    place: 'README.md',
    revision: 'aa72e0ec86c3',
  };
  const discussion: PublicSource = {
    project: 'ggml-org/llama.cpp',
    place: 'discussion 4167, quoted in the README of another project',
    revision: 'November 2023',
  };
  const llamaCpp = [
    ...llamaCppRows(GPU_BENCHMARKS, 'XiongjieDai GPU-Benchmarks-on-LLM-Inference', 'llama.cpp (2024-05)', benchmarks),
    ...llamaCppRows(DISCUSSION, 'copy of llama.cpp discussion 4167 row', 'llama.cpp Metal (Nov 2023)', discussion),
  ];
  return [
    { reader: longFormat, rows: [...llamaCpp, ...neuronRows(), ...fastFlowRows()] },
    { reader: staticNpu, rows: qualcommRows() },
  ];
}
