import { findModel, type ModelArchitecture, models } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import {
  countParams,
  distinctWindows,
  flopPerToken,
  kvFootprint,
  linearFlopPerToken,
  weightBytes,
} from '../src/model-arithmetic.js';
import { weightFormat } from '../src/precision.js';

function arch(id: string): ModelArchitecture {
  const model = findModel(id);
  if (model === undefined) throw new Error(id);
  return model.architecture;
}

/** Cards that count otherwise than the sum of matrices. */
/** OpenAI's active count leaves out the input embedding. */
const WITHOUT_INPUT_TABLE: readonly string[] = ['gpt-oss-20b', 'gpt-oss-120b'];
/** Z.ai's active count leaves out both embedding tables. */
const WITHOUT_TABLES: readonly string[] = ['glm-4.5', 'glm-4.5-air'];
/** Cards that print active parameters as 37B, 32B, 12B and 3.3B: rounded further than 1 %. */
const ROUNDED_ACTIVE: Readonly<Record<string, number>> = {
  'deepseek-v3': 37.55e9,
  'deepseek-r1': 37.55e9,
  'deepseek-v3.2': 37.55e9,
  'kimi-k2': 32.86e9,
  'qwen3-30b-a3b': 3.35e9,
  'qwen3-30b-a3b-fp8': 3.35e9,
  'qwen3-next-80b-a3b': 3.87e9,
  'qwen3-next-80b-a3b-fp8': 3.87e9,
  'glm-4.5-air': 12.2e9,
};

describe('countParams', () => {
  it('covers the whole catalog', () => {
    expect(models().length).toBeGreaterThanOrEqual(48);
  });

  it.each(models().map((model) => [model.id, model] as const))('%s matches its card within 1 %', (id, model) => {
    const params = countParams(model.architecture);
    expect(Math.abs(params.total / model.cardParams.value - 1)).toBeLessThan(0.01);
    const active =
      params.active -
      (WITHOUT_INPUT_TABLE.includes(id) ? params.inputOnlyEmbedding : 0) -
      (WITHOUT_TABLES.includes(id) ? params.embedding : 0);
    const card = ROUNDED_ACTIVE[id] ?? model.cardActiveParams.value;
    expect(Math.abs(active / card - 1)).toBeLessThan(0.01);
  });
});

describe('kvFootprint', () => {
  it.each([
    ['llama-3.1-8b', 131_072],
    ['llama-3.1-70b', 327_680],
    ['qwen3-8b', 147_456],
    ['deepseek-v3', 70_272],
  ])('%s takes %d bytes per token in fp16', (id, bytes) => {
    expect(kvFootprint(arch(id), 2).growingBytesPerToken).toBe(bytes);
  });

  it('splits Gemma 3 27B into 10 growing layers and 52 of 1,024 tokens', () => {
    const footprint = kvFootprint(arch('gemma-3-27b'), 2);
    expect(footprint.growingBytesPerToken).toBe(81_920);
    expect(footprint.windowBytesPerToken + footprint.growingBytesPerToken).toBe(507_904);
    expect(footprint.windowCapBytes).toBe(436_207_616);
  });

  it('halves with fp8', () => {
    expect(kvFootprint(arch('llama-3.1-8b'), 1).growingBytesPerToken).toBe(65_536);
  });
});

describe('weightBytes', () => {
  // Sizes from the configurations with fp16 embeddings and 4.5 bits per weight; gpt-oss in its own MXFP4.
  it.each([
    ['llama-3.1-8b', 'fp16', 16.06],
    ['llama-3.1-8b', 'fp8', 9.08],
    ['llama-3.1-8b', 'int4', 6.03],
    ['llama-3.1-70b', 'fp8', 72.66],
    ['gpt-oss-120b', 'fp4', 65.19],
    ['gpt-oss-20b', 'fp4', 13.75],
    ['deepseek-v3', 'fp8', 672.9],
  ] as const)('%s in %s takes %d GB', (id, precision, gigabytes) => {
    const native = findModel(id)?.nativePrecision ?? 'fp16';
    const bytes = weightBytes(arch(id), weightFormat(precision, native, 'tensors'));
    expect(bytes / 1e9 / gigabytes).toBeCloseTo(1, 2);
  });

  it('never grows when a format has fewer bits', () => {
    const order = ['fp32', 'fp16', 'fp8', 'int4', 'int2'] as const;
    for (const container of ['tensors', 'gguf', 'compiled'] as const) {
      const sizes = order.map((precision) => weightBytes(arch('qwen3-8b'), weightFormat(precision, 'fp16', container)));
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }
  });
});

describe('flopPerToken', () => {
  it('is two per active parameter but the input table, plus attention over the context', () => {
    const llama = arch('llama-3.1-8b');
    const params = countParams(llama);
    expect(linearFlopPerToken(llama)).toBe(2 * (params.total - 128_256 * 4096));
    expect(flopPerToken(llama, 1000) - flopPerToken(llama, 0)).toBe(4 * 32 * 128 * 32 * 1000);
  });

  it('stops growing with the context in window layers', () => {
    const mistral = arch('mistral-7b-v0.1');
    expect(flopPerToken(mistral, 8192)).toBe(flopPerToken(mistral, 4096));
  });
});

describe('distinctWindows', () => {
  it('lists each window once, ascending', () => {
    expect(distinctWindows(arch('gpt-oss-120b'))).toEqual([128]);
    expect(distinctWindows(arch('llama-3.1-8b'))).toEqual([]);
  });
});
