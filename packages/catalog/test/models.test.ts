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
  let state = 0;
  let stateLayers = 0;
  for (const group of a.layerGroups) {
    if (group.kind !== 'state') continue;
    stateLayers += group.layers;
    state += group.layers * group.paramsPerLayer;
  }
  let total = embeddings + (a.layers - stateLayers) * attention + state + dense + (a.extraParams ?? 0);
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
    expect(parameters(architecture('gpt-j-6b')).total).toBe(6_050_882_784);
    expect(parameters(architecture('gpt-neox-20b')).total).toBe(20_554_567_680);
    expect(parameters(architecture('falcon-7b')).total).toBe(7_217_189_760);
    expect(parameters(architecture('falcon3-7b')).total).toBe(7_455_550_464);
    expect(parameters(architecture('granite-3.1-8b')).total).toBe(8_170_848_256);
    expect(parameters(architecture('baichuan2-7b')).total).toBe(7_505_973_248);
    expect(parameters(architecture('phi-3.5-mini')).total).toBe(3_821_079_552);
    expect(parameters(architecture('lfm2-1.2b')).total).toBe(1_170_340_608);
    expect(parameters(architecture('mistral-small-24b')).total).toBe(23_572_403_200);
    expect(parameters(architecture('qwen2.5-0.5b')).total).toBe(494_032_768);
    expect(parameters(architecture('llama-65b')).total).toBe(65_285_660_672);
    expect(parameters(architecture('mistral-large-2')).total).toBe(122_610_069_504);
    expect(parameters(architecture('nemotron-nano-9b-v2')).total).toBe(8_888_227_328);
    expect(parameters(architecture('qwen3-next-80b-a3b')).total).toBe(79_674_391_296);
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

  test('are found by the names that measured tables use, in any case', () => {
    const names = {
      'meta-llama/Llama-3.1-70B-Instruct': 'llama-3.1-70b',
      'RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic': 'llama-4-scout',
      'MiniMaxAI/MiniMax-M2.5': 'minimax-m2.5',
      'minimax-m2': 'minimax-m2.5',
      'Qwen/Qwen3-235B-A22B-FP8': 'qwen3-235b-a22b-fp8',
      'qwen3-30B-A3B': 'qwen3-30b-a3b',
      'LLaMA 7B': 'llama-2-7b',
      'Llama-3-8B': 'llama-3.1-8b',
      llama_v3_elyza_jp_8b: 'llama-3.1-8b',
      'GPT-J 6B': 'gpt-j-6b',
      'LFM3-1.7B': 'lfm3-1.7b',
    };
    for (const [name, id] of Object.entries(names)) expect(findModel(name)?.id, name).toBe(id);
  });

  test('have aliases that nobody else has', () => {
    const seen = new Map<string, string>(models().map(({ id }) => [id, id]));
    for (const { id, aliases } of models()) {
      for (const alias of aliases ?? []) {
        const key = alias.toLowerCase();
        expect([undefined, id], alias).toContain(seen.get(key));
        seen.set(key, id);
      }
    }
  });

  test('say which are published in block-scaled FP8', () => {
    const blockScaled = models().filter(({ publishedBlockScaled }) => publishedBlockScaled === true);
    for (const { id, nativePrecision } of blockScaled) expect(nativePrecision, id).toBe('fp8');
    const ids = blockScaled.map(({ id }) => id);
    for (const id of ['deepseek-v3', 'deepseek-r1', 'minimax-m2.5', 'qwen3-235b-a22b-fp8']) expect(ids).toContain(id);
    expect(findModel('qwen3-32b-fp8')?.architecture).toBe(findModel('qwen3-32b')?.architecture);
  });
});
