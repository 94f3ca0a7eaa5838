/**
 * Matrix products in 16, 8 and 4 bits, timed alone.
 *
 * Sources: aiconfigurator's measured kernels (formats and scales as vLLM runs them), linear layers of Llama 2 from Vidur's profiles,
 * and a best rate of Azure's benchmarks. Times are rounded to six digits.
 */

import { engineKernels } from '../tables/datasets/engine-kernels.js';
import { linearLayers } from '../tables/datasets/linear-layers.js';
import { longFormat } from '../tables/datasets/long-format.js';
import {
  AICONFIGURATOR,
  AZURE,
  aiconfiguratorSource,
  azureSource,
  BOARDS,
  VIDUR,
  vidurSource,
} from './kernel-sources.js';
import type { ReferencePart } from './reference-row.js';

type EngineProduct = readonly [
  system: string,
  vllm: string,
  format: string,
  m: number,
  n: number,
  k: number,
  timeMs: number,
];

const ENGINE_PRODUCTS: readonly EngineProduct[] = [
  ['a100_sxm', '0.14.0', 'bfloat16', 16, 8192, 8192, 0.100637],
  ['gb200', '0.19.0', 'bfloat16', 1024, 65536, 8192, 0.485556],
  ['h100_sxm', '0.19.0', 'bfloat16', 16, 65536, 8192, 0.379388],
  ['l40s', '0.14.0', 'bfloat16', 1024, 65536, 8192, 4.1499],
  ['b200_sxm', '0.19.0', 'nvfp4', 4096, 4096, 4096, 0.0391182],
  ['b200_sxm', '0.19.0', 'fp8_block', 512, 4096, 4096, 0.0215253],
  ['b200_sxm', '0.19.0', 'fp8', 32, 4096, 4096, 0.00865067],
  ['gb200', '0.19.0', 'fp8_block', 8192, 65536, 8192, 5.20755],
  ['gb200', '0.19.0', 'fp8', 1024, 8192, 8192, 0.0861671],
  ['h100_sxm', '0.19.0', 'fp8_block', 128, 4096, 4096, 0.0215022],
  ['h100_sxm', '0.19.0', 'fp8', 8, 65536, 8192, 0.181119],
  ['h200_sxm', '0.19.0', 'fp8', 4096, 65536, 8192, 2.92014],
  ['l40s', '0.14.0', 'fp8', 512, 8192, 8192, 0.273141],
];

/** A layer already cut to its tensor-parallel share. */
type Layer = readonly [
  system: string,
  model: string,
  tensorParallel: number,
  layer: string,
  tokens: number,
  n: number,
  k: number,
  timeMs: number,
];

const LAYERS: readonly Layer[] = [
  ['a100', 'Llama-2-70b-hf', 2, 'attn_pre_proj', 1024, 5120, 8192, 0.4025],
  ['a100', 'Llama-2-7b-hf', 4, 'attn_pre_proj', 128, 3072, 4096, 0.029],
  ['a40', 'Llama-2-70b-hf', 1, 'mlp_up_proj', 1024, 57344, 8192, 8.5275],
  ['a40', 'Llama-2-7b-hf', 1, 'mlp_down_proj', 64, 4096, 11008, 0.181],
  ['h100', 'Llama-2-70b-hf', 2, 'attn_post_proj', 4096, 8192, 4096, 0.4045],
  ['h100', 'Llama-2-7b-hf', 2, 'mlp_up_proj', 512, 11008, 4096, 0.079],
];

type BestRate = readonly [
  machine: string,
  device: string,
  format: string,
  m: number,
  n: number,
  k: number,
  teraflopsPerS: number,
];

const BEST_RATES: readonly BestRate[] = [['ND_H100_v5', 'H100', 'FP8', 16384, 16384, 16384, 1377.3]];

/** The products of the table. */
export function matrixProductParts(): ReferencePart[] {
  const products = ENGINE_PRODUCTS.map(([system, vllm, format, m, n, k, timeMs]) => ({
    source: aiconfiguratorSource(system, 'gemm', vllm, 'gemm_perf'),
    cells: {
      source: AICONFIGURATOR,
      device: system,
      device_name: BOARDS[system] ?? '',
      op: 'gemm',
      dtype: format,
      m,
      n,
      k,
      latency_ms: timeMs,
    },
  }));
  const layers = LAYERS.map(([system, model, tensorParallel, layer, tokens, n, k, timeMs]) => ({
    source: vidurSource(`compute/${system}/meta-llama/${model}/mlp.csv, ${layer} at tensor parallel ${tensorParallel}`),
    cells: { source: VIDUR, device: system, precision: 'fp16', op: layer, m_tokens: tokens, n, k, median_ms: timeMs },
  }));
  const rates = BEST_RATES.map(([machine, device, format, m, n, k, teraflopsPerS]) => ({
    source: azureSource(machine),
    cells: {
      source: AZURE,
      device,
      device_count: 1,
      precision: format,
      metric: `gemm_tflops_${m}x${n}x${k}`,
      value: teraflopsPerS,
    },
  }));
  return [
    { reader: engineKernels, rows: products },
    { reader: linearLayers, rows: layers },
    { reader: longFormat, rows: rates },
  ];
}
