/**
 * Offline throughput of TensorRT-LLM with everything queued at once: output tokens per second of all devices.
 *
 * Source: the performance overview in its documentation, versions 0.14 (compiled engines) and 1.0 (PyTorch backend). Figures are
 * rounded to six digits.
 */

import { longFormat } from '../tables/datasets/long-format.js';
import type { PublicSource, ReferencePart } from './reference-row.js';

type Version = '0.14.0' | '1.0';

type Run = readonly [
  version: Version,
  device: string,
  devices: number,
  model: string,
  format: string,
  promptTokens: number,
  outputTokens: number,
  outputTokensPerS: number,
];

const MISTRAL = 'Mistral 7B';
const QWEN = 'Qwen3-30B-A3B';
const RTX_PRO = 'RTX PRO 6000 Blackwell Server Edition';

const RUNS: readonly Run[] = [
  ['0.14.0', 'A100-PCIE-80GB', 1, MISTRAL, 'FP16', 128, 4096, 2825.79],
  ['0.14.0', 'A100-SXM4-80GB', 1, MISTRAL, 'FP16', 128, 2048, 5303.43],
  ['1.0', 'B200', 1, QWEN, 'FP4', 128, 128, 39827],
  ['1.0', 'B200', 1, QWEN, 'FP4', 5000, 500, 6142],
  ['1.0', 'GB200', 1, QWEN, 'FP4', 1000, 2000, 17177],
  ['0.14.0', 'H100 80GB HBM3', 1, MISTRAL, 'FP16', 128, 4096, 5800.5],
  ['0.14.0', 'H100 80GB HBM3', 1, MISTRAL, 'FP8', 128, 128, 29341.3],
  ['0.14.0', 'H200 141GB HBM3', 1, MISTRAL, 'FP8', 1000, 1000, 17739.1],
  ['0.14.0', 'H200 141GB HBM3', 1, MISTRAL, 'FP8', 500, 2000, 20819.5],
  ['0.14.0', 'L40S', 1, MISTRAL, 'FP8', 2048, 128, 1019.75],
  ['1.0', RTX_PRO, 1, QWEN, 'FP4', 1000, 1000, 9910],
  ['1.0', RTX_PRO, 2, QWEN, 'FP4', 128, 4096, 15049],
  ['1.0', RTX_PRO, 4, QWEN, 'FP4', 128, 128, 36819],
  ['1.0', RTX_PRO, 4, QWEN, 'FP4', 2048, 2048, 18134],
  ['1.0', RTX_PRO, 8, QWEN, 'FP4', 1000, 2000, 28881],
];

const ENGINES: Readonly<Record<Version, string>> = {
  '0.14.0': 'TensorRT-LLM v0.14.0 (TensorRT engine)',
  '1.0': 'TensorRT-LLM v1.0 (PyTorch backend)',
};

function source(version: Version): PublicSource {
  return {
    project: 'NVIDIA/TensorRT-LLM',
    place: 'docs/source/performance/perf-overview.md',
    revision: `v${version}`,
  };
}

/** The offline part of the table. */
export function offlinePart(): ReferencePart {
  const rows = RUNS.map(([version, device, devices, model, format, promptTokens, outputTokens, tokensPerS]) => ({
    source: source(version),
    cells: {
      source: 'TensorRT-LLM perf-overview',
      device,
      device_count: devices,
      tensor_parallel: devices,
      model,
      precision: format,
      engine: ENGINES[version],
      isl: promptTokens,
      osl: outputTokens,
      request_rate: 'inf',
      metric: 'total_output_throughput',
      value: tokensPerS,
      unit: 'tok/s',
    },
  }));
  return { reader: longFormat, rows };
}
