/**
 * All-reduce among the devices of one machine: an engine's own kernel, and the vendor's library.
 *
 * Sources: aiconfigurator's measured kernels of vLLM (messages in 16-bit elements), Vidur's profiles (bytes), and the bus rates of
 * Azure's benchmarks. Times are rounded to six digits.
 */

import { collectives } from '../tables/datasets/collectives.js';
import { engineKernels } from '../tables/datasets/engine-kernels.js';
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

type EngineReduce = readonly [system: string, vllm: string, ranks: number, elements: number, timeMs: number];

const ENGINE_REDUCES: readonly EngineReduce[] = [
  ['a100_sxm', '0.14.0', 4, 262144, 0.0145485],
  ['b200_sxm', '0.24.0', 4, 268435456, 1.29117],
  ['h100_sxm', '0.24.0', 2, 32768, 0.0045152],
  ['h200_sxm', '0.24.0', 2, 67108864, 0.46301],
  ['l40s', '0.22.0', 4, 8192, 0.0175117],
];

type LibraryReduce = readonly [machine: string, ranks: number, bytes: number, timeMs: number];

const LIBRARY_REDUCES: readonly LibraryReduce[] = [
  ['a100_pairwise_nvlink', 2, 12091392, 0.093],
  ['a100_dgx', 4, 14319616, 0.196],
  ['h100_pairwise_nvlink', 2, 44564480, 0.243],
  ['h100_dgx', 8, 673792, 0.031],
];

/** Sizes are powers of two under decimal names. */
type BusRate = readonly [machine: string, device: string, ranks: number, size: string, busGbPerS: number];

const BUS_RATES: readonly BusRate[] = [['ND_GB200_v6', 'GB200', 4, '134M', 574.19]];

/** The collectives of the table. */
export function allReduceParts(): ReferencePart[] {
  const reduces = ENGINE_REDUCES.map(([system, vllm, ranks, elements, timeMs]) => ({
    source: aiconfiguratorSource(system, 'comm', vllm, 'custom_allreduce_perf'),
    cells: {
      source: AICONFIGURATOR,
      device: system,
      device_name: BOARDS[system] ?? '',
      op: 'all_reduce',
      dtype: 'bfloat16',
      num_gpus: ranks,
      message_elems: elements,
      latency_ms: timeMs,
    },
  }));
  const library = LIBRARY_REDUCES.map(([machine, ranks, bytes, timeMs]) => ({
    source: vidurSource(`network/${machine}/all_reduce.csv`),
    cells: {
      source: VIDUR,
      topology: machine,
      collective: 'all_reduce',
      num_workers: ranks,
      devices_per_node: ranks,
      size_field: bytes,
      median_ms_over_ranks: timeMs,
    },
  }));
  const rates = BUS_RATES.map(([machine, device, ranks, size, busGbPerS]) => ({
    source: azureSource(machine),
    cells: {
      source: AZURE,
      device,
      device_count: ranks,
      metric: `allreduce_busbw_${size}`,
      value: busGbPerS,
      unit: 'GB/s',
    },
  }));
  return [
    { reader: engineKernels, rows: reduces },
    { reader: collectives, rows: library },
    { reader: longFormat, rows: rates },
  ];
}
