import { describe, expect, it } from 'vitest';
import { planMemory } from '../src/memory.js';
import { deploy } from './deployments.js';

describe('planMemory', () => {
  it('is worked by hand for Llama-3.1-8B on one H100', () => {
    const plan = planMemory(deploy('llama-3.1-8b', 'h100-sxm'));
    const room = 0.9 * 85_520_809_984 - 16.06e9 - 2e9;
    expect(plan.kvBytesPerToken).toBe(131_072);
    expect(plan.kvCapacityBytesPerDevice / room).toBeCloseTo(1, 3);
    expect(plan.blocks).toBe(Math.floor(plan.kvCapacityBytesPerDevice / (16 * 131_072)));
    expect(plan).toMatchObject({
      fits: true,
      fitsMaxModelLen: true,
      message: '',
      fixedBlocksPerSequence: 0,
      hasKv: true,
    });
  });

  it('agrees with the block count of a real engine: Qwen3-8B on H100, about 377k tokens with 5 GB overhead', () => {
    const plan = planMemory(deploy('qwen3-8b', 'h100-sxm', { memoryOverheadBytes: 5e9 }));
    expect(Math.abs(plan.kvTokens / 377_000 - 1)).toBeLessThan(0.01);
  });

  it('refuses 70B in fp16 on one H100 with the numbers and the smallest parallelism', () => {
    const plan = planMemory(deploy('llama-3.1-70b', 'h100-sxm'));
    expect(plan.fits).toBe(false);
    expect(plan.blocks).toBe(0);
    expect(plan.smallestTpThatFits).toBe(2);
    expect(plan.message).toBe(
      'llama-3.1-70b in fp16 does not fit on 1 x h100-sxm: needs 143.1 GB per device (weights 141.1 GB, overhead 2.000 GB, ' +
        'least cache 0.005243 GB), has 76.97 GB; smallest that fits: tp 2',
    );
    expect(planMemory(deploy('llama-3.1-70b', 'h100-sxm', { tp: 2 })).fits).toBe(true);
  });

  it('says when nothing in the scale-up domain fits', () => {
    const plan = planMemory(deploy('kimi-k2', 'h100-sxm', { weightPrecision: 'fp8' }));
    expect(plan.smallestTpThatFits).toBeUndefined();
    expect(plan.message).toMatch(/nothing up to tp 8 fits/);
  });

  it('splits KV over the heads there are, and replicates the rest', () => {
    const at = (tp: number) => planMemory(deploy('llama-3.1-70b', 'h100-sxm', { tp })).kvBytesPerTokenPerDevice;
    expect(at(8)).toBe(327_680 / 8);
    const qwen = planMemory(deploy('qwen3-30b-a3b', 'h100-sxm', { tp: 8 }));
    expect(qwen.kvBytesPerTokenPerDevice).toBe(qwen.kvBytesPerToken / 4);
  });

  it('replicates the MLA latent on every device', () => {
    const plan = planMemory(deploy('deepseek-v3', 'h200-sxm', { tp: 8, weightPrecision: 'fp8' }));
    expect(plan.kvBytesPerTokenPerDevice).toBe(70_272);
    expect(plan.kvTokens).toBe(plan.blocks * 16);
  });

  it('holds windows once per sequence with the hybrid allocator, else in full', () => {
    const hybrid = planMemory(deploy('gemma-3-27b', 'h100-sxm'));
    const full = planMemory(deploy('gemma-3-27b', 'h100-sxm', { hybridKvCache: false }));
    expect(hybrid.kvBytesPerToken).toBe(81_920);
    expect(hybrid.fixedBlocksPerSequence).toBe(Math.ceil(436_207_616 / (16 * 81_920)));
    expect(full.kvBytesPerToken).toBe(507_904);
    expect(full.fixedBlocksPerSequence).toBe(0);
  });

  it('gives a smaller longest context than asked where the cache is short', () => {
    const plan = planMemory(deploy('llama-3.1-8b', 'rtx-4090', { maxModelLenTokens: 131_072 }));
    expect(plan.fits).toBe(true);
    expect(plan.fitsMaxModelLen).toBe(false);
    expect(plan.maxContextFits).toBe(plan.kvTokens);
  });

  it('fits more blocks with fewer bits in weights and cache', () => {
    const wide = planMemory(deploy('llama-3.1-8b', 'l40s'));
    const narrow = planMemory(deploy('llama-3.1-8b', 'l40s', { weightPrecision: 'int4', kvPrecision: 'fp8' }));
    expect(narrow.blocks).toBeGreaterThan(2 * wide.blocks);
  });

  it('takes the chips of an SRAM pipeline from the weights', () => {
    const groq = planMemory(
      deploy('llama-2-70b', 'groq-lpu-v1', {
        weightPrecision: 'int8',
        engineId: 'sram-pipeline',
        memoryOverheadBytes: 0,
        gpuMemoryUtilization: 1,
      }),
    );
    // Reported: about 576 chips for Llama-2-70B.
    expect(Math.abs(groq.devices / 576 - 1)).toBeLessThan(0.05);
    expect(groq.fits).toBe(true);
    const cerebras = planMemory(
      deploy('llama-3.1-70b', 'cerebras-wse3', { engineId: 'sram-pipeline', memoryOverheadBytes: 0 }),
    );
    expect(cerebras.devices).toBe(4);
  });

  it('has no KV for fixed work, and as many requests as their memory allows', () => {
    const { architecture: _none, ...model } = deploy('llama-3.1-8b', 'l4').model;
    const plan = planMemory({
      ...deploy('llama-3.1-8b', 'l4'),
      model: {
        ...model,
        fixedWork: { params: 2e9, flopPerUnit: 1e12, bytesPerUnit: 1e9, residentBytesPerRequest: 1e9 },
      },
    });
    expect(plan).toMatchObject({ fits: true, hasKv: false, blocks: 0, kvBytesPerToken: 0 });
    expect(plan.maxSequences).toBe(Math.floor((plan.usableBytes - 4e9 - 2e9) / 1e9));
  });
});
