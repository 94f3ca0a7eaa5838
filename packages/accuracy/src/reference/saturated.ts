/**
 * Full batches of Qwen3 on one or two GPUs: output rate, median gap between tokens, power of all GPUs together, and energy.
 *
 * Source: ML.ENERGY benchmark v3, the data of its leaderboard as of 2026-02-16. Figures are rounded to six digits.
 */

import { saturatedServing } from '../tables/datasets/saturated-serving.js';
import type { PublicSource, ReferencePart } from './reference-row.js';

type Run = readonly [
  device: string,
  tensorParallel: number,
  model: 'Qwen3-8B' | 'Qwen3-14B' | 'Qwen3-32B',
  task: string,
  batch: number,
  meanOutputTokens: number,
  outputTokensPerS: number,
  itlP50Ms: number,
  powerW: number,
  energyPerTokenJ: number,
];

const CHAT = 'lm-arena-chat';

const RUNS: readonly Run[] = [
  ['B200', 1, 'Qwen3-14B', CHAT, 1024, 613.328, 15050.1, 61.5068, 932.266, 0.0619441],
  ['B200', 1, 'Qwen3-32B', CHAT, 8, 645.747, 556.386, 14.1267, 859.647, 1.54505],
  ['B200', 1, 'Qwen3-32B', CHAT, 128, 634.074, 4675.83, 24.7205, 975.596, 0.208647],
  ['B200', 1, 'Qwen3-8B', 'gpqa', 128, 8074.01, 2729, 47.5794, 472.581, 0.17317],
  ['H100', 1, 'Qwen3-14B', 'gpqa', 8, 6930.37, 553.284, 14.4233, 483.623, 0.874095],
  ['H100', 1, 'Qwen3-14B', CHAT, 8, 619.536, 627.413, 12.5355, 443.012, 0.706093],
  ['H100', 1, 'Qwen3-14B', CHAT, 96, 622.826, 3774.78, 23.4962, 541.777, 0.143525],
  ['H100', 1, 'Qwen3-32B', CHAT, 8, 637.715, 312.005, 25.2058, 538.414, 1.72566],
  ['H100', 1, 'Qwen3-32B', CHAT, 32, 629.32, 960.543, 28.8073, 599.37, 0.62399],
  ['H100', 2, 'Qwen3-32B', 'gpqa', 64, 7058.38, 2078.74, 32.2815, 1114.21, 0.536003],
  ['H100', 2, 'Qwen3-32B', CHAT, 64, 635.077, 2653.82, 22.4457, 974.141, 0.367071],
  ['H100', 2, 'Qwen3-32B', CHAT, 256, 634.456, 5155.46, 44.4519, 1177.92, 0.228481],
  ['H100', 1, 'Qwen3-8B', 'gpqa', 64, 8366.58, 2510.25, 26.6415, 669.755, 0.266808],
  ['H100', 1, 'Qwen3-8B', CHAT, 64, 644.548, 4314.68, 13.9505, 514.393, 0.119219],
  ['H100', 1, 'Qwen3-8B', CHAT, 256, 654.028, 7718.83, 31.3581, 632.807, 0.0819822],
];

function source(model: string, task: string): PublicSource {
  return {
    project: 'ml-energy/leaderboard',
    place: `public/data/models/Qwen__${model}__${task}.json`,
    revision: 'updated 2026-02-16',
  };
}

/** The saturated part of the table. */
export function saturatedPart(): ReferencePart {
  const rows = RUNS.map(([device, tensorParallel, model, task, batch, outputTokens, rate, itlMs, powerW, energyJ]) => ({
    source: source(model, task),
    cells: {
      source: 'ML.ENERGY Benchmark v3 (leaderboard data, last_updated 2026-02-16)',
      device,
      device_count: tensorParallel,
      tensor_parallel: tensorParallel,
      model: `Qwen/${model}`,
      precision: 'bfloat16',
      engine: 'vLLM',
      task,
      max_num_seqs: batch,
      avg_output_len: outputTokens,
      output_tok_s: rate,
      median_itl_ms: itlMs,
      avg_power_w_all_gpus: powerW,
      energy_per_output_token_j: energyJ,
    },
  }));
  return { reader: saturatedServing, rows };
}
