/**
 * From the format a table states to the formats of a deployment.
 *
 * One word mostly names the weights; what goes with it depends on who made the checkpoint and on the engine:
 * - Checkpoints that the catalog marks as published with block scales (FP8 of Qwen3, DeepSeek, Kimi K2, MiniMax M2) carry one
 *   scale per 128x128 block; those that NVIDIA or Red Hat made, and FP8 made on load, one per tensor or channel.
 * - TensorRT-LLM keeps KV in FP8 for its FP8 and FP4 checkpoints (their quantisation files say so; the static batches of
 *   LLaMA 7B at 112 x 2,176 tokens would not fit into 80 GB otherwise, and the queues of the closed loops begin at the
 *   load where an FP8 cache is full). Other engines keep it in 16 bits unless told otherwise.
 * - gpt-oss is published with MXFP4 experts: weights alone on Hopper and before, with FP8 activations where the row says
 *   fp8, in its own arithmetic on Blackwell.
 * - GGUF formats hold weights only; arithmetic is in 16 bits. The name of the format is kept: two of the same width differ.
 */

import { findDevice, type GgufFormat, type ModelEntry, type Precision } from '@infersim/catalog';
import type { CasePrecision } from '../../cases/measured-case.js';
import { RowFault } from '../row-fault.js';
import { plainName } from './canonical-name.js';

/**
 * Words for formats, the narrow ones first. Two 8-bit operands (`W8A8`) are whole numbers unless the name says fp8, so what
 * is said stands before what is only numbered.
 */
const FORMATS: readonly (readonly [RegExp, Precision])[] = [
  [/weights (bf16|fp16|bfloat16)/, 'fp16'],
  [/nvfp4|mxfp4|\bfp4\b|e2m1/, 'fp4'],
  [/\bi?q2_|\bint2\b/, 'int2'],
  [/\bi?q4_|\bq5_(0|k)|\bq3_k|\bint4\b|\bw4(a\d+)?\b|awq|gptq|\b4[ -]?bit\b/, 'int4'],
  [/\bq8_0\b|\bq6_k|(?<![a-z0-9])int8\b/, 'int8'],
  [/(?<![a-z0-9])fp8|e4m3|float8/, 'fp8'],
  [/(?<![a-z0-9])w8a(8|16)(?![a-z0-9])|smoothquant/, 'int8'],
  [/\b(bf16|bfloat16|fp16|float16|f16|half)\b/, 'fp16'],
  [/\b(fp32|float32|f32)\b/, 'fp32'],
];

/** Names of GGUF formats; small variants of a mixture count as the mixture. */
const GGUF_FORMATS: readonly (readonly [RegExp, GgufFormat])[] = [
  [/\bq8_0\b/, 'Q8_0'],
  [/\bq6_k/, 'Q6_K'],
  [/\bq5_k_s/, 'Q5_K_S'],
  [/\bq5_k/, 'Q5_K_M'],
  [/\bq5_0\b/, 'Q5_0'],
  [/\bq4_0\b/, 'Q4_0'],
  [/\biq4_xs\b/, 'IQ4_XS'],
  [/\bq4_k/, 'Q4_K_M'],
  [/\bq3_k/, 'Q3_K_M'],
  [/\bq2_k/, 'Q2_K'],
  [/\bf16\b/, 'F16'],
];

const ALLOWED =
  'fp32, fp16, bf16, fp8, fp8_block, int8, nvfp4, mxfp4, fp4, int4, w4a16, Q8_0, Q6_K, Q5_K_M, Q5_K_S, Q5_0, Q4_K_M, Q4_0, ' +
  'IQ4_XS, Q3_K_M, Q2_K, unstated';

/** Format that a word or phrase names, or undefined. */
export function formatFor(text: string): Precision | undefined {
  const plain = plainName(text);
  return FORMATS.find(([pattern]) => pattern.test(plain))?.[1];
}

/** GGUF format that a word names, or undefined. */
export function ggufFor(text: string): GgufFormat | undefined {
  const plain = plainName(text);
  return GGUF_FORMATS.find(([pattern]) => pattern.test(plain))?.[1];
}

/** A format that has to be stated; an unknown one is a fault. */
export function requireFormat(column: string, text: string): Precision {
  const format = formatFor(text);
  if (format !== undefined) return format;
  throw new RowFault('ROW_VALUE', column, `\`${column}\` names no known number format`, text, ALLOWED);
}

/** Whether words say that scales belong to blocks of weights. */
export function isBlockScaled(text: string): boolean {
  return /block|128x128/.test(plainName(text));
}

/** Whether the FP8 weights of this checkpoint carry one scale per block. */
function isPublishedBlockFp8(model: ModelEntry, modelName: string): boolean {
  const name = plainName(modelName);
  if (/^(nvidia|redhatai|neuralmagic|amd)\/|dynamic/.test(name)) return false;
  if (model.publishedBlockScaled === true && model.nativePrecision === 'fp8') return true;
  return model.id.startsWith('qwen3') && /fp8/.test(name);
}

function computesInFp4(deviceId: string): boolean {
  return findDevice(deviceId)?.peakFlops.fp4 !== undefined;
}

export interface PrecisionCell {
  readonly column: string;
  readonly text: string;
  /** What the matrix products ran in, where a column of its own says so. */
  readonly gemm?: string;
  readonly model: ModelEntry;
  readonly modelName: string;
  readonly deviceId: string;
  readonly engineId: string;
}

/** Formats of the deployment in a row; a format that nobody knows is a fault. */
export function casePrecision(cell: PrecisionCell): CasePrecision {
  const { model, engineId, deviceId } = cell;
  const isUnstated = cell.text === '' || /^(unstated|default|auto|native)$/i.test(cell.text);
  const stated = isUnstated
    ? (formatFor(cell.modelName) ?? model.nativePrecision)
    : requireFormat(cell.column, cell.text);

  if (model.id.startsWith('gpt-oss') && (stated === 'fp4' || stated === 'fp8')) {
    if (stated === 'fp8') return { weights: 'fp4', activations: 'fp8', ...tensorRtCache(engineId) };
    return computesInFp4(deviceId) ? { weights: 'fp4' } : { weights: 'fp4', activations: 'fp16' };
  }
  const isNarrowFloat = stated === 'fp8' || stated === 'fp4';
  const blockScaled =
    stated === 'fp8' &&
    (isBlockScaled(`${cell.text} ${cell.gemm ?? ''}`) || isPublishedBlockFp8(model, cell.modelName));
  return {
    weights: stated,
    ...(engineId === 'llama-cpp' ? ggufPrecision(cell.text, stated) : {}),
    ...(isNarrowFloat ? tensorRtCache(engineId) : {}),
    ...(blockScaled ? { blockScaled } : {}),
  };
}

function ggufPrecision(text: string, weights: Precision): Pick<CasePrecision, 'activations' | 'gguf'> {
  if (weights === 'fp16') return {};
  const gguf = ggufFor(text);
  return { activations: 'fp16', ...(gguf === undefined ? {} : { gguf }) };
}

function tensorRtCache(engineId: string): Pick<CasePrecision, 'kv'> {
  return engineId.startsWith('trtllm') ? { kv: 'fp8' } : {};
}
