/**
 * From the name and version a table gives an engine to its profile.
 *
 * vLLM: before 0.3 without captured graphs, up to 0.12 the profile of 2025, newer ones and nightly builds the current one;
 * without a version the date decides. TensorRT-LLM: 0.x ran compiled engines, 1.x the PyTorch backend; the static-batch
 * benchmark of early versions is a program of its own, so its caller says so.
 */

import { engines, findEngine } from '@infersim/catalog';
import { RowFault } from '../row-fault.js';
import { plainName } from './canonical-name.js';
import { nearestOf } from './nearest-of.js';

export interface EngineHints {
  /** Version in a column of its own; else it is looked for in the name. */
  readonly version?: string;
  /** ISO date of the measurement, for names without a version. */
  readonly date?: string;
  /** The benchmark ran one batch from start to end. */
  readonly isStaticBatch?: boolean;
}

/** From this date on a vLLM without a version counts as newer than 0.12. */
const VLLM_CURRENT_FROM = '2026-01-15';

const NAMED: readonly (readonly [RegExp, string])[] = [
  [/splitwise/, 'vllm-2023-eager'],
  [/sglang/, 'sglang'],
  [/\btgi\b|text[- ]generation[- ]inference/, 'tgi'],
  [/llama[.-]?cpp|llama-bench|ggml|ollama/, 'llama-cpp'],
  [/qnn[ _]?context[ _]?binary/, 'qualcomm-qnn'],
  [/\bqnn|genie|qualcomm/, 'qualcomm-npu'],
  [/neuron/, 'neuron'],
  [/fastflowlm|\bflm\b/, 'fastflowlm'],
];

function versionOf(text: string): { readonly major: number; readonly minor: number } | undefined {
  const match = /(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

function vllmProfile(text: string, date: string): string {
  const version = versionOf(text);
  if (version !== undefined && version.major === 0) {
    if (version.minor < 3) return 'vllm-2023-eager';
    return version.minor < 13 ? 'vllm-2025' : 'vllm';
  }
  if (version !== undefined || /nightly|\bv1\b/.test(text)) return 'vllm';
  return date !== '' && date < VLLM_CURRENT_FROM ? 'vllm-2025' : 'vllm';
}

/** Profile id of an engine by rule, whether or not the catalog has it; undefined when no rule fits. */
export function engineIdFor(name: string, hints: EngineHints = {}): string | undefined {
  const plain = plainName(name);
  const isHinted = hints.version !== undefined || (hints.date ?? '') !== '' || hints.isStaticBatch === true;
  if (findEngine(plain) !== undefined && !isHinted) return plain;
  const named = NAMED.find(([pattern]) => pattern.test(plain));
  if (named !== undefined) return named[1];
  const text = `${plain} ${plainName(hints.version ?? '')}`;
  if (/^vllm\b/.test(plain)) return vllmProfile(text, hints.date ?? '');
  if (!/tensorrt|^trt/.test(plain)) return undefined;
  if (hints.isStaticBatch === true) return 'trtllm-static';
  const version = versionOf(text);
  return version === undefined || version.major >= 1 || /pytorch/.test(text) ? 'trtllm' : 'trtllm-engine';
}

/** Profile of the engine in a row's cell; one that no rule or no entry fits is a fault. */
export function requireEngine(column: string, name: string, hints: EngineHints = {}): string {
  const id = engineIdFor(name, hints);
  if (id !== undefined && findEngine(id) !== undefined) return id;
  const ids = engines().map((engine) => engine.id);
  const given = hints.version === undefined ? name : `${name} ${hints.version}`;
  throw new RowFault('ROW_ENGINE', column, 'the catalog has no such engine', given, nearestOf(id ?? name, ids));
}
