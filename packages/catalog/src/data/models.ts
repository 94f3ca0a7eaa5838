/**
 * Shapes of transformer models as their configuration files state them, with what the model cards print beside; one file per
 * family under `models/`.
 *
 * `extraParams` counts norms, biases, learned positions and vision towers, so that the sum over the architecture is the exact
 * parameter count. `sampling` says what the generation settings shipped with the model ask for (`generation_config.json`, from
 * general knowledge): top-p or top-k count as `top-p`, for both look at the whole vocabulary; temperature alone counts as
 * greedy. A benchmark that sends temperature 0 is greedy whatever the model ships.
 */

import type { ModelEntry } from '../entries.js';
import { earlyModels } from './models/early.js';
import { edgeModels } from './models/edge.js';
import { gemmaModels } from './models/gemma.js';
import { latentAttentionModels } from './models/latent-attention.js';
import { llamaModels } from './models/llama.js';
import { mistralModels } from './models/mistral.js';
import { otherDenseModels } from './models/other-dense.js';
import { otherExpertsModels } from './models/other-experts.js';
import { qwen2Models } from './models/qwen2.js';
import { qwen3Models } from './models/qwen3.js';

/** Editions that the maker publishes in FP8 with a scale per block, by the id of the 16-bit edition. */
const BLOCK_FP8: { readonly [id: string]: readonly string[] } = {
  'qwen3-8b': ['Qwen/Qwen3-8B-FP8'],
  'qwen3-14b': ['Qwen/Qwen3-14B-FP8'],
  'qwen3-32b': ['Qwen/Qwen3-32B-FP8'],
  'qwen3-30b-a3b': ['Qwen/Qwen3-30B-A3B-FP8', 'Qwen/Qwen3-30B-A3B-Instruct-2507-FP8'],
  'qwen3-235b-a22b': ['Qwen/Qwen3-235B-A22B-FP8', 'Qwen/Qwen3-235B-A22B-Instruct-2507-FP8'],
  'qwen3-coder-480b-a35b': ['Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8'],
  'qwen3-next-80b-a3b': ['Qwen/Qwen3-Next-80B-A3B-Instruct-FP8', 'Qwen/Qwen3-Next-80B-A3B-Thinking-FP8'],
};

function withFp8Edition(entry: ModelEntry): ModelEntry[] {
  const aliases = BLOCK_FP8[entry.id];
  if (aliases === undefined) return [entry];
  const edition: ModelEntry = {
    ...entry,
    id: `${entry.id}-fp8`,
    aliases,
    name: `${entry.name} FP8`,
    nativePrecision: 'fp8',
    publishedBlockScaled: true,
    notes: `Shape of ${entry.name}.`,
  };
  return [entry, edition];
}

/** Builders of the model entries, family by family. */
export const modelFamilies: readonly (() => readonly ModelEntry[])[] = [
  llamaModels,
  mistralModels,
  qwen2Models,
  () => qwen3Models().flatMap(withFp8Edition),
  latentAttentionModels,
  otherExpertsModels,
  gemmaModels,
  otherDenseModels,
  earlyModels,
  edgeModels,
];
