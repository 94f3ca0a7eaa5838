/** Publishers that several kinds of kernels come from: aiconfigurator's measured kernels, Vidur's profiles, Azure's benchmarks. */

import type { PublicSource } from './reference-row.js';

/** As the reports name them. */
export const AICONFIGURATOR = 'aiconfigurator kernel DB (measured on silicon)';
export const VIDUR = 'Vidur profiling (MLSys 2024)';
export const AZURE = 'Azure AI-benchmarking-guide';

/** Boards of aiconfigurator's systems, as the driver names them. */
export const BOARDS: Readonly<Record<string, string>> = {
  a100_sxm: 'NVIDIA A100-SXM4-80GB',
  h100_sxm: 'NVIDIA H100 80GB HBM3',
  h200_sxm: 'NVIDIA H200',
  b200_sxm: 'NVIDIA B200',
  gb200: 'NVIDIA GB200',
  l40s: 'NVIDIA L40S',
};

/** A file of aiconfigurator's kernels, measured with the kernels of one vLLM version. */
export function aiconfiguratorSource(system: string, kernels: string, vllm: string, file: string): PublicSource {
  return {
    project: 'ai-dynamo/aiconfigurator',
    place: `aic-core/src/aiconfigurator_core/systems/data/${system}/${kernels}/vllm/${vllm}/${file}.parquet`,
    revision: '095f58a',
  };
}

/** A file of Vidur's profiles. */
export function vidurSource(file: string): PublicSource {
  return { project: 'microsoft/vidur', place: `data/profiling/${file}`, revision: '7d47513' };
}

/** A page of results of Azure's benchmarking guide, read from a copy of it. */
export function azureSource(machine: string): PublicSource {
  return {
    project: 'Azure/AI-benchmarking-guide',
    place: `Azure_Results/${machine}_results.md (read from the copy samuel-bohman/AI-benchmarking-guide)`,
    revision: '',
  };
}
