/**
 * The family of a model by its id: models of one maker and generation, dense and mixture-of-experts apart where both
 * exist, which share shapes and kernels, so that a fit which has seen one of them has nearly seen the others. Families are
 * what is left out when errors are measured; the measured tables name them by this same function.
 */

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^(code-?llama|llama-2)/, 'llama-2'],
  [/^llama-3/, 'llama-3'],
  [/^llama-4/, 'llama-4'],
  [/^mixtral/, 'mixtral'],
  [/^(mistral|ministral)/, 'mistral'],
  [/^qwen2/, 'qwen2'],
  [/^qwen3-next/, 'qwen3-next'],
  [/^deepseek/, 'deepseek'],
  [/^gpt-oss/, 'gpt-oss'],
  [/^gpt-j/, 'gpt-j'],
  [/^minimax-m2/, 'minimax-m2'],
  [/^kimi-k2/, 'kimi-k2'],
];

/** The family of a model: `llama-3`, `qwen3-dense`; by default the word its id begins with. */
export function modelFamily(modelId: string, isMoe: boolean): string {
  const id = modelId.toLowerCase();
  const known = FAMILIES.find(([pattern]) => pattern.test(id));
  if (known !== undefined) return known[1];
  if (id.startsWith('qwen3')) return isMoe ? 'qwen3-moe' : 'qwen3-dense';
  return /^[a-z]+/.exec(id)?.[0] ?? id;
}
