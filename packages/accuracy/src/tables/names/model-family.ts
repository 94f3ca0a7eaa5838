/**
 * Families for leaving out: models that share their architecture and mostly differ in size, so that a fit which has seen
 * one of them has nearly seen the others.
 */

import type { ModelEntry } from '@infersim/catalog';

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^(codellama|llama-2)/, 'llama-2'],
  [/^llama-3/, 'llama-3'],
  [/^llama-4/, 'llama-4'],
  [/^mixtral/, 'mixtral'],
  [/^mistral|^ministral/, 'mistral'],
  [/^qwen2/, 'qwen2'],
  [/^qwen3-next/, 'qwen3-next'],
  [/^deepseek/, 'deepseek'],
  [/^gpt-oss/, 'gpt-oss'],
  [/^gpt-j/, 'gpt-j'],
  [/^minimax-m2/, 'minimax-m2'],
  [/^kimi-k2/, 'kimi-k2'],
];

/** Family of a catalog model: `llama-3`, `qwen3-dense`, `qwen3-moe`; by default the word its id begins with. */
export function modelFamily(model: ModelEntry): string {
  const known = FAMILIES.find(([pattern]) => pattern.test(model.id));
  if (known !== undefined) return known[1];
  if (model.id.startsWith('qwen3')) return model.architecture.moe === undefined ? 'qwen3-dense' : 'qwen3-moe';
  return /^[a-z]+/.exec(model.id)?.[0] ?? model.id;
}
