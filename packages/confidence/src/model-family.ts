/**
 * The family of a model by its id: models of one maker and generation, dense and mixture-of-experts apart where both
 * exist, which share shapes and kernels. Families are what is left out when errors are measured, so this has to name
 * them as the measured tables do.
 */

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^(code-?llama|llama-2)/, 'llama-2'],
  [/^llama-3/, 'llama-3'],
  [/^llama-4/, 'llama-4'],
  [/^mixtral/, 'mixtral'],
  [/^(mistral|ministral)/, 'mistral'],
  [/^qwen2/, 'qwen2'],
  [/^gpt-oss/, 'gpt-oss'],
  [/^gpt-j/, 'gpt-j'],
  [/^minimax-m2/, 'minimax-m2'],
  [/^kimi-k2/, 'kimi-k2'],
];

/** The family of a model: `llama-3`, `qwen3-dense`; by default the word its id begins with. */
export function modelFamily(modelId: string, isMoe: boolean): string {
  const id = modelId.toLowerCase();
  if (id.startsWith('qwen3')) return isMoe ? 'qwen3-moe' : 'qwen3-dense';
  return FAMILIES.find(([pattern]) => pattern.test(id))?.[1] ?? /^[a-z]+/.exec(id)?.[0] ?? id;
}
