import type { EngineEntry, EngineKernelConstants, Quantity } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { attentionShape } from '../src/attention.js';
import { createGradedStepModel, createStepModel } from '../src/create-step-model.js';
import { engineCollective, engineKernels } from '../src/engine-kernels.js';
import { GradeTrail } from '../src/grade-trail.js';
import { resolveKernels } from '../src/kernel-resolution.js';
import { Cost } from '../src/step-model.js';
import { decodeCost, frozen, mixedCost } from './deployments.js';

function fixed(value: number, grade: Quantity['grade'] = 'fitted'): Quantity {
  return { value, unit: '1', grade, source: 'test' };
}

const base = frozen('llama-3.1-8b', 'h100-sxm');
const choice = { weight: 'fp16', kv: 'fp8', activation: 'fp16' } as const;

function withOwn(kernels: EngineKernelConstants): EngineEntry {
  return { ...base.engine, kernels };
}

describe('kernels of an engine', () => {
  const device = resolveKernels(base.device, choice);

  it('are those of the device where the engine states none', () => {
    expect(engineKernels(device, base.engine, new GradeTrail())).toBe(device);
    const stated = engineKernels(device, withOwn({}), new GradeTrail());
    expect({ ...stated, attention: { ...stated.attention, decodeGroupRereads: undefined } }).toEqual({
      ...device,
      attention: { ...device.attention, decodeGroupRereads: undefined },
    });
  });

  it('scale the efficiencies of all products, and of attention over prompts', () => {
    const own = withOwn({
      gemmComputeShare: fixed(0.8),
      gemmMemoryShare: fixed(1.1),
      prefillComputeShare: fixed(0.5),
    });
    const scaled = engineKernels(device, own, new GradeTrail());
    for (const product of ['linear', 'fp16'] as const) {
      expect(scaled[product].computeEfficiency).toBeCloseTo(0.8 * device[product].computeEfficiency, 12);
      expect(scaled[product].memoryEfficiency).toBeCloseTo(1.1 * device[product].memoryEfficiency, 12);
    }
    expect(scaled.attention.prefillComputeEfficiency).toBeCloseTo(0.5 * device.attention.prefillComputeEfficiency, 12);
  });

  it('read KV at one rate in every format, and again for each further head of a group', () => {
    const own = withOwn({
      decodeBandwidthEfficiency: fixed(0.9),
      decodeGroupRereads: fixed(0.25),
      decodePerHeadShare: fixed(0.5),
    });
    const { attention } = engineKernels(device, own, new GradeTrail());
    expect(attention.decodeBandwidthEfficiency).toBe(0.9);
    expect(attention.decodePerHeadS).toBeCloseTo(device.attention.decodePerHeadS / 2, 15);
    // 8 query heads share 2 KV heads: three of four read again, each a quarter.
    const heads = { heads: 8, kvHeads: 2, headDim: 64 };
    const once = (2 * 2 * 64 * 1) / (attention.bandwidthBps * 0.9);
    expect(attentionShape(heads, attention, 1).decodeReadS).toBeCloseTo(1.75 * once, 15);
    // Over two devices the groups stay as large, over four a KV head is there twice and its group half as large.
    expect(attentionShape(heads, attention, 2).decodeReadS).toBeCloseTo((1.75 * once) / 2, 15);
    expect(attentionShape(heads, attention, 4).decodeReadS).toBeCloseTo((1.25 * once) / 2, 15);
    expect(attentionShape({ ...heads, kvHeads: 8 }, attention, 1).decodeReadS).toBeCloseTo(4 * once, 15);
    // Traffic to memory is what it was.
    expect(attentionShape(heads, attention, 1).kvBytesPerToken).toBe(2 * 2 * 64);
  });

  it('reduce later and at a share of the bus', () => {
    const rates = { ranks: 4, latencyS: 5e-6, busBps: 300e9, midSizeSlowdown: true };
    const own = withOwn({ collectiveAddedS: fixed(10e-6), collectiveBusShare: fixed(0.2) });
    const slower = engineCollective(rates, own, new GradeTrail());
    expect(slower.latencyS).toBeCloseTo(15e-6, 12);
    expect(slower.busBps).toBeCloseTo(60e9, 0);
    const alone = { ...rates, ranks: 1 };
    expect(engineCollective(alone, own, new GradeTrail())).toBe(alone);
    expect(engineCollective(rates, base.engine, new GradeTrail())).toBe(rates);
  });

  it('count for the grade', () => {
    const engine = withOwn({ gemmComputeShare: fixed(0.9, 'assumed') });
    expect(createGradedStepModel({ ...base, engine }).assumed).toContain('engine.kernels.gemmComputeShare');
  });
});

describe('launch floor of an eager engine', () => {
  const eager: EngineEntry = {
    ...base.engine,
    eagerLayerFloorS: { ...fixed(400e-6), unit: 's' },
    eagerLayerFloorByDevice: { 'a100-80-sxm': { ...fixed(600e-6), unit: 's' } },
  };
  const kernelsOf = (device: string) => ({ ...frozen('llama-3.1-8b', device), engine: eager });
  const stepS = (device: string) => decodeCost(createStepModel(kernelsOf(device)), [100])[Cost.STEP_S]!;

  it("is the device's own where its hosts differ, 32 layers at 600 us against 400 us", () => {
    expect(stepS('a100-80-sxm') - stepS('h100-sxm')).toBeCloseTo(32 * 200e-6, 9);
  });
});

describe("the host's share of a step", () => {
  const seconds = (value: number): Quantity => ({ ...fixed(value), unit: 's' });
  // 1 ms and 10 us a sequence, hidden behind kernels where those take longer; 40 us a streamed token.
  const engine: EngineEntry = {
    ...base.engine,
    hostOverlap: true,
    hostFixedS: seconds(1e-3),
    hostPerSequenceS: seconds(10e-6),
    hostPerStreamedTokenS: seconds(40e-6),
    promptLayerLaunchS: seconds(1e-3),
  };
  const contexts = Array<number>(100).fill(100);
  const prompt = [{ cached: 0, tokens: 16 }];
  const spec = { ...base, engine };

  it('launches kernels one by one in steps with prompts: 32 layers at 1 ms beside the rest', () => {
    const cost = mixedCost(createStepModel(spec), contexts, prompt);
    // The prompt is finished: 101 rows.
    expect(cost[Cost.STEP_S]).toBeCloseTo(32e-3 + 1e-3 + 101 * 50e-6, 9);
    expect(decodeCost(createStepModel(spec), contexts)[Cost.STEP_S]).toBeLessThan(12e-3);
    expect(createGradedStepModel(spec).assumed).not.toContain('engine.promptLayerLaunchS');
  });

  it('counts launches of an engine without overlap against the kernels alone', () => {
    const alone = { ...spec, engine: { ...engine, hostOverlap: false } };
    const { stepFixedS, stepPerSequenceS } = engine;
    const expected = 32e-3 + stepFixedS.value + 101 * stepPerSequenceS.value + 1e-3 + 101 * 50e-6;
    expect(mixedCost(createStepModel(alone), contexts, prompt)[Cost.STEP_S]).toBeCloseTo(expected, 9);
  });

  it('saves what a streamed token costs where answers are handed over whole', () => {
    const whole = { ...spec, streams: false };
    const step = (s: typeof spec) => mixedCost(createStepModel(s), contexts, prompt)[Cost.STEP_S]!;
    expect(step(spec) - step(whole)).toBeCloseTo(101 * 40e-6, 9);
  });

  it('takes longer on a slower host', () => {
    const slower = { ...spec, device: { ...spec.device, hostTimeFactor: fixed(1.5) } };
    const step = (s: typeof spec) => mixedCost(createStepModel(s), contexts, prompt)[Cost.STEP_S]!;
    expect(step(slower) / step(spec)).toBeCloseTo(1.5, 9);
  });
});
