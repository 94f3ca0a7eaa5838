/**
 * From the name a table gives a model to its catalog entry.
 *
 * An id or alias of the catalog is taken as it is. Otherwise organisation, case, separators, tuning (`-Instruct`), number formats
 * (`-FP8`) and release dates (`-2507`) are dropped from both sides, and what is left has to agree. A short list names
 * models of the same shape under another name, because only the shape counts for speed; a fine-tune whose name keeps its
 * base (`llama_v3_elyza_jp_8b`) is that base.
 */

import { findModel, type ModelEntry, models } from '@infersim/catalog';
import { RowFault } from '../row-fault.js';
import { plainName, squeezedName } from './canonical-name.js';
import { nearestOf } from './nearest-of.js';

/** Words that say nothing about the shape of a model. */
const NOISE = new RegExp(
  `^(${[
    'meta|ibm|nvidia|hf|base|instruct|chat|it|thinking|preview|latest|sft|dpo|text|model|gguf|r',
    'fp8|fp4|nvfp4|mxfp4|mxfp8|bf16|bfloat16|fp16|f16|int4|int8|awq|gptq|bnb|4bit|8bit|dynamic|quantized|w4a16|w8a8|w8a16|kv|block',
    '\\d{4}|\\d{6,8}',
  ].join('|')})$`,
);

/** Same shape under another name: what is left of a name without its noise, and the catalog ids that stand for it. */
const SAME_SHAPE: readonly (readonly [RegExp, ...string[]])[] = [
  [/^llama(7|13|70)b$/, 'llama-2-$1b'],
  [/^llama3(8|70)b$/, 'llama-3.1-$1b'],
  [/^llama4(scout|maverick)/, 'llama-4-$1'],
  [/^mistral7b0\.2$/, 'mistral-7b-v0.3'],
  [/^mixtral(8x7|8x22)b0\.1$/, 'mixtral-$1b'],
  [/^nemo(12b)?$/, 'mistral-nemo-12b'],
  [/^deepseek3\.1(terminus)?$/, 'deepseek-v3'],
  [/^deepseekr1distillllama(8|70)b$/, 'llama-3.1-$1b'],
  [/^deepseekr1distillqwen(1\.5|7|14|32)b$/, 'qwen2.5-$1b'],
  [/^llama3\.1nemotron(8|70)b$/, 'llama-3.1-$1b'],
  [/^qwq32b$/, 'qwen2.5-32b'],
  [/^qwen3coder30ba3b$/, 'qwen3-30b-a3b'],
  [/^minimaxm2(\.\d)?$/, 'minimax-m2.5'],
  [/^glm4\.[56](air)$/, 'glm-4.5-$1'],
  [/^glm4\.[56]$/, 'glm-4.5'],
  [/^yi1\.534b$/, 'yi-34b'],
];

/** Names whose base shows through: family with version, anything, size. */
const FINE_TUNE = /^(llama|qwen|mistral|gemma|phi)(\d(?:\.\d)?)[a-z]+(?:\d\.\d)?(\d+(?:\.\d+)?b)(?:\d(?:\.\d)?)?$/;

function withoutOrganisation(name: string): string {
  return plainName(name).split('/').at(-1) ?? '';
}

/** What is left of a name: words without noise, `v` of versions and separators dropped. */
export function modelKey(name: string): string {
  const last = withoutOrganisation(name);
  const words = last
    // Versions and sizes whose point a file name could not hold: v3_1, 2_5_7b, 6p7b.
    .replace(/v(\d)_(\d)(?![\dbp])/g, 'v$1.$2')
    .replace(/(?<![\d.])(\d)_(\d)(?=_\d|_[a-z])/g, '$1.$2')
    .replace(/(?<![\d.])(\d+)p(\d)b/g, '$1.$2b')
    // The second upload of a quantised checkpoint, not the second version of the model.
    .replace(/-(fp8|fp4|nvfp4|mxfp4)-v\d+$/, '-$1')
    .split(/[\s_\-/()+,:]+/)
    .map((word) => word.replace(/^v(?=\d)/, ''))
    .filter((word) => word !== '' && !NOISE.test(word));
  return words.join('').replace(/[^a-z0-9.]/g, '');
}

/** Keys that an entry answers to. */
function keysOf(model: ModelEntry): string[] {
  return [model.id, model.name, ...(model.aliases ?? [])].map(modelKey);
}

/** Entries whose name and the given one differ by a size that one of them leaves out; editions of one shape count once. */
function bySize(key: string): ModelEntry[] {
  const shapes = new Map<string, ModelEntry>();
  for (const model of models()) {
    const own = modelKey(model.id);
    const [long, short] = own.length > key.length ? [own, key] : [key, own];
    const fits = long.startsWith(short) && /^\d+(\.\d+)?[bm]$/.test(long.slice(short.length)) && /[a-z]{2}/.test(short);
    if (fits && !shapes.has(own)) shapes.set(own, model);
  }
  return [...shapes.values()];
}

/** Catalog id of a model, or undefined when neither an entry nor a rule fits. */
export function modelIdFor(name: string): string | undefined {
  const known = findModel(name.trim());
  if (known !== undefined) return known.id;
  const whole = squeezedName(withoutOrganisation(name));
  if (whole === '') return undefined;
  const published = models().find((model) =>
    [model.id, ...(model.aliases ?? [])].some((other) => squeezedName(withoutOrganisation(other)) === whole),
  );
  if (published !== undefined) return published.id;
  // A file name may spell 1.5b as 1_5b, where the first digit could as well belong to the version before.
  return idForKey(modelKey(name)) ?? idForKey(modelKey(name.replace(/(\d)_(\d)b/i, '$1.$2b')));
}

function idForKey(key: string): string | undefined {
  if (key === '') return undefined;
  const exact = models().find((model) => keysOf(model).includes(key));
  if (exact !== undefined) return exact.id;
  for (const [pattern, ...ids] of SAME_SHAPE) {
    const match = pattern.exec(key);
    if (match === null) continue;
    return ids
      .map((id) => id.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? ''))
      .find((id) => findModel(id) !== undefined);
  }
  const sized = bySize(key);
  if (sized.length === 1) return sized[0]?.id;
  const tuned = FINE_TUNE.exec(key);
  return tuned === null ? undefined : modelIdFor(`${tuned[1]}-${tuned[2]}-${tuned[3]}`);
}

/** Catalog entry of the model in a row's cell; a model that the catalog lacks is a fault. */
export function requireModel(column: string, name: string): ModelEntry {
  const id = modelIdFor(name);
  const entry = id === undefined ? undefined : findModel(id);
  if (entry !== undefined) return entry;
  const ids = models().map((model) => model.id);
  throw new RowFault('ROW_MODEL', column, 'the catalog has no such model', name, nearestOf(name, ids));
}
