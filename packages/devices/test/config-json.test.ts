import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architectureFromConfig, type ConfigResult } from '../src/config-json.js';
import { countParams, kvFootprint } from '../src/model-arithmetic.js';

function load(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;
}

function architecture(result: ConfigResult) {
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.architecture;
}

// Parameters as the model cards or checkpoint indices print them, billions.
const CARDS: readonly (readonly [string, number])[] = [
  ['llama-3.1-8b', 8.03],
  ['mistral-7b-v0.1', 7.24],
  ['qwen2.5-7b', 7.62],
  ['qwen2-1.5b', 1.54],
  ['qwen3-0.6b', 0.596],
  ['qwen3-30b-a3b', 30.5],
  ['mixtral-8x7b', 46.7],
  ['deepseek-v3', 671],
  ['gemma-3-27b', 27.0],
  ['gpt-oss-20b', 20.91],
  ['phi-3-mini', 3.82],
  ['opt-13b', 12.85],
  ['bloom-176b', 176.25],
  ['gpt2', 0.124],
  ['llama-4-scout', 107.8],
  ['qwen3-next-80b-a3b', 79.7],
  ['jamba-v0.1', 51.6],
  ['nemotron-h-8b', 8.1],
  ['mamba-2.8b', 2.77],
  ['falcon-h1-7b', 7.59],
];

describe('architectureFromConfig', () => {
  it.each(CARDS)('%s has the parameters of its card within 1 %', (name, billions) => {
    const total = countParams(architecture(architectureFromConfig(load(name)))).total;
    expect(Math.abs(total / (billions * 1e9) - 1)).toBeLessThan(0.01);
  });

  it('reads nested text models with a global layer every sixth', () => {
    const arch = architecture(architectureFromConfig(load('gemma-3-27b')));
    expect(arch.layerGroups).toEqual([
      { kind: 'full', layers: 10 },
      { kind: 'window', layers: 52, windowTokens: 1024 },
    ]);
    expect(arch.tieEmbeddings).toBe(true);
  });

  it('ignores a window that is switched off and applies one that is on', () => {
    expect(architecture(architectureFromConfig(load('qwen2.5-7b'))).layerGroups).toEqual([
      { kind: 'full', layers: 28 },
    ]);
    expect(architecture(architectureFromConfig(load('mistral-7b-v0.1'))).layerGroups).toEqual([
      { kind: 'window', layers: 32, windowTokens: 4096 },
    ]);
  });

  it('caches the latent of DeepSeek only: 70,272 bytes per token, published in fp8', () => {
    const result = architectureFromConfig(load('deepseek-v3'));
    expect(kvFootprint(architecture(result), 2).growingBytesPerToken).toBe(70_272);
    expect(result.ok && result.nativePrecision).toBe('fp8');
  });

  it('lets only every fourth layer of a linear-attention hybrid grow', () => {
    const footprint = kvFootprint(architecture(architectureFromConfig(load('qwen3-next-80b-a3b'))), 2);
    expect(footprint.growingBytesPerToken).toBe(12 * 2 * 2 * 256 * 2);
    // 32 value heads of 128 x 128 in fp32, and three columns of 8,192 convolution inputs in fp16, in 36 layers.
    expect(footprint.stateBytes).toBe(36 * (32 * 128 * 128 * 4 + 8192 * 3 * 2));
  });

  it('keeps growing KV of Nemotron-H to its four attention layers and none for Mamba', () => {
    const nemotron = kvFootprint(architecture(architectureFromConfig(load('nemotron-h-8b'))), 2);
    expect(nemotron.growingBytesPerToken).toBe(4 * 2 * 8 * 128 * 2);
    const mamba = kvFootprint(architecture(architectureFromConfig(load('mamba-2.8b'))), 2);
    expect(mamba.growingBytesPerToken).toBe(0);
    expect(mamba.stateBytes).toBe(64 * 5120 * (16 + 3) * 2);
  });

  it('counts layers so that groups sum to them', () => {
    for (const [name] of CARDS) {
      const arch = architecture(architectureFromConfig(load(name)));
      expect(arch.layerGroups.reduce((sum, group) => sum + group.layers, 0)).toBe(arch.layers);
    }
  });

  it('names the fields that are missing, of the wrong type or out of range, all at once', () => {
    const broken = { ...load('llama-3.1-8b'), hidden_size: -4096, num_attention_heads: '32', vocab_size: Number.NaN };
    const { num_hidden_layers: _layers, ...rest } = broken as Record<string, unknown>;
    const result = architectureFromConfig(rest);
    expect(result.ok).toBe(false);
    const errors = result.ok ? [] : result.errors;
    expect(errors.map((error) => [error.code, error.field, error.given])).toEqual([
      ['CONFIG_MISSING', 'num_hidden_layers', undefined],
      ['CONFIG_RANGE', 'hidden_size', -4096],
      ['CONFIG_TYPE', 'vocab_size', Number.NaN],
      ['CONFIG_TYPE', 'num_attention_heads', '32'],
    ]);
    for (const error of errors) expect(error.allowed).toMatch(/integer/);
  });

  it.each([
    ['not an object', [], ''],
    ['an encoder-decoder', { ...load('llama-3.1-8b'), is_encoder_decoder: true }, 'is_encoder_decoder'],
    ['heads that KV heads do not divide', { ...load('llama-3.1-8b'), num_key_value_heads: 5 }, 'num_key_value_heads'],
    [
      'heads that do not divide the width',
      { ...load('llama-3.1-8b'), num_attention_heads: 24, num_key_value_heads: 8 },
      'num_attention_heads',
    ],
    ['more experts per token than experts', { ...load('mixtral-8x7b'), num_experts_per_tok: 9 }, 'num_experts_per_tok'],
    ['too few layer types', { ...load('gpt-oss-20b'), layer_types: ['full_attention'] }, 'layer_types'],
    ['an unknown layer type', { ...load('gpt-oss-20b'), layer_types: Array(24).fill('magic') }, 'layer_types[0]'],
    ['a short hybrid pattern', { ...load('nemotron-h-8b'), hybrid_override_pattern: 'M*-' }, 'hybrid_override_pattern'],
    ['an absurd width', { ...load('llama-3.1-8b'), hidden_size: 1e18 }, 'hidden_size'],
  ])('refuses %s', (_what, json, field) => {
    const result = architectureFromConfig(json);
    expect(result.ok).toBe(false);
    expect(result.ok ? [] : result.errors.map((error) => error.field)).toContain(field);
  });

  it('reads an unknown family by common names and says so', () => {
    const result = architectureFromConfig({ ...load('llama-3.1-8b'), model_type: 'brand_new' }, 'mine');
    expect(result.ok && result.notes).toEqual([
      'mine: model type "brand_new" is not known, read by common field names',
    ]);
  });
});
