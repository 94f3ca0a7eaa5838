import { describe, expect, test } from 'vitest';
import type { ModelArchitecture } from '../src/entries.js';
import { findModel, models } from '../src/lookup.js';

/** Parameters by summing matrices: an independent reading of the shape, for the tests only. */
function parameters(a: ModelArchitecture): { total: number; active: number } {
  const attention =
    a.mla === undefined
      ? a.hidden * a.headDim * (2 * a.heads + 2 * a.kvHeads)
      : a.hidden * a.mla.qLoraRank +
        a.mla.qLoraRank * a.heads * (a.mla.nopeHeadDim + a.mla.ropeHeadDim) +
        a.hidden * (a.mla.kvLoraRank + a.mla.ropeHeadDim) +
        a.mla.kvLoraRank * a.heads * (a.mla.nopeHeadDim + a.mla.valueHeadDim) +
        a.heads * a.mla.valueHeadDim * a.hidden;
  const embeddings = a.vocab * a.hidden * (a.tieEmbeddings ? 1 : 2);
  const moeLayers = a.moe?.moeLayers ?? 0;
  const dense = (a.layers - moeLayers) * a.ffnMatrices * a.hidden * a.ffnIntermediate;
  let total = embeddings + a.layers * attention + dense + (a.extraParams ?? 0);
  let active = total;
  if (a.moe) {
    const expert = a.ffnMatrices * a.hidden * a.moe.expertIntermediate;
    const fixed = a.hidden * a.moe.experts + a.moe.sharedExperts * expert;
    total += moeLayers * (fixed + a.moe.experts * expert);
    active += moeLayers * (fixed + a.moe.expertsPerToken * expert);
  }
  return { total, active };
}

function kvBytesPerToken(a: ModelArchitecture): number {
  if (a.mla) return a.layers * (a.mla.kvLoraRank + a.mla.ropeHeadDim) * 2;
  return 2 * a.layers * a.kvHeads * a.headDim * 2;
}

const architecture = (id: string): ModelArchitecture => findModel(id)!.architecture;

describe('models', () => {
  test('sum to what their cards print within 1 %', () => {
    for (const { id, architecture: a, cardParams } of models()) {
      const error = parameters(a).total / cardParams.value - 1;
      expect(Math.abs(error), `${id} ${parameters(a).total}`).toBeLessThan(0.01);
    }
  });

  test('have active parameters near the card, where the card counts both embeddings', () => {
    for (const { id, architecture: a, cardActiveParams } of models()) {
      if (id.startsWith('gpt-oss')) continue;
      const computed = parameters(a).active;
      const room = 0.01 * cardActiveParams.value;
      expect(computed, id).toBeGreaterThan((cardActiveParams.low ?? cardActiveParams.value) - room);
      expect(computed, id).toBeLessThan((cardActiveParams.high ?? cardActiveParams.value) + room);
    }
  });

  test('sum exactly where the tensor count is widely known', () => {
    expect(parameters(architecture('llama-3.1-8b')).total).toBe(8_030_261_248);
    expect(parameters(architecture('llama-2-7b')).total).toBe(6_738_415_616);
    expect(parameters(architecture('qwen2.5-7b')).total).toBe(7_615_616_512);
    expect(parameters(architecture('qwen3-8b')).total).toBe(8_190_735_360);
    expect(parameters(architecture('mixtral-8x7b')).total).toBe(46_702_792_704);
    expect(parameters(architecture('llama-3.2-1b')).total).toBe(1_235_814_400);
    expect(parameters(architecture('gemma-3-4b')).total).toBe(4_300_079_472);
    expect(parameters(architecture('gemma-3-12b')).total).toBe(12_187_325_040);
    expect(parameters(architecture('gemma-3-27b')).total).toBe(27_432_406_640);
    expect(parameters(architecture('gpt-oss-20b')).total).toBe(20_914_757_184);
    expect(parameters(architecture('deepseek-v3')).total).toBe(671_026_419_200);
  });

  test('have layer groups that sum to the layers, with known windows', () => {
    for (const { id, architecture: a } of models()) {
      let layers = 0;
      for (const group of a.layerGroups) layers += group.layers;
      expect(layers, id).toBe(a.layers);
    }
    expect(architecture('gpt-oss-120b').layerGroups).toContainEqual({ kind: 'window', layers: 18, windowTokens: 128 });
    expect(architecture('gemma-3-27b').layerGroups).toContainEqual({ kind: 'window', layers: 52, windowTokens: 1024 });
    expect(architecture('mistral-7b-v0.1').layerGroups).toEqual([{ kind: 'window', layers: 32, windowTokens: 4096 }]);
  });

  test('need the KV bytes per token that engines report', () => {
    expect(kvBytesPerToken(architecture('llama-3.1-8b'))).toBe(131072);
    expect(kvBytesPerToken(architecture('llama-3.1-70b'))).toBe(327680);
    expect(kvBytesPerToken(architecture('qwen3-8b'))).toBe(147456);
    expect(kvBytesPerToken(architecture('deepseek-v3'))).toBe(70272);
    expect(kvBytesPerToken(architecture('glm-5'))).toBe(89856);
  });

  test('are consistent: heads divide into groups, experts chosen are fewer than experts', () => {
    for (const { id, architecture: a } of models()) {
      expect(a.heads % a.kvHeads, id).toBe(0);
      if (a.moe) {
        expect(a.moe.expertsPerToken, id).toBeLessThan(a.moe.experts);
        expect(a.moe.moeLayers, id).toBeLessThanOrEqual(a.layers);
      }
    }
  });
});
