/**
 * Decode attention, timed alone: one new token of each of some sequences over as many cached tokens, heads of 128.
 *
 * Source: aiconfigurator's measured kernels of vLLM (FlashAttention, FlashInfer on Blackwell). Times are rounded to six digits.
 */

import { engineKernels } from '../tables/datasets/engine-kernels.js';
import { AICONFIGURATOR, aiconfiguratorSource, BOARDS } from './kernel-sources.js';
import type { ReferencePart } from './reference-row.js';

type Attention = readonly [
  system: string,
  vllm: string,
  cacheFormat: string,
  sequences: number,
  contextTokens: number,
  heads: number,
  kvHeads: number,
  timeMs: number,
];

const ATTENTION: readonly Attention[] = [
  ['a100_sxm', '0.14.0', 'bfloat16', 64, 4096, 32, 8, 0.681616],
  ['b200_sxm', '0.19.0', 'bfloat16', 8, 8192, 32, 8, 0.056656],
  ['b200_sxm', '0.19.0', 'fp8', 8, 32768, 32, 8, 0.0815947],
  ['h100_sxm', '0.19.0', 'bfloat16', 32, 2048, 32, 8, 0.0991467],
  ['h100_sxm', '0.19.0', 'fp8', 8, 8192, 64, 8, 0.06088],
  ['h200_sxm', '0.19.0', 'bfloat16', 1, 1024, 64, 8, 0.011712],
  ['h200_sxm', '0.19.0', 'bfloat16', 8, 1024, 8, 8, 0.0150613],
  ['h200_sxm', '0.19.0', 'fp8', 128, 2048, 8, 1, 0.0336693],
  ['l40s', '0.14.0', 'bfloat16', 32, 32768, 8, 8, 6.65743],
  ['l40s', '0.14.0', 'fp8', 32, 1024, 8, 1, 0.021984],
];

/** The attention kernels of the table. */
export function decodeAttentionPart(): ReferencePart {
  const rows = ATTENTION.map(([system, vllm, cacheFormat, sequences, contextTokens, heads, kvHeads, timeMs]) => ({
    source: aiconfiguratorSource(system, 'attention', vllm, 'generation_attention_perf'),
    cells: {
      source: AICONFIGURATOR,
      device: system,
      device_name: BOARDS[system] ?? '',
      op: 'generation_attention',
      dtype: `kv=${cacheFormat}`,
      batch: sequences,
      kv_len: contextTokens,
      heads,
      kv_heads: kvHeads,
      latency_ms: timeMs,
    },
  }));
  return { reader: engineKernels, rows };
}
