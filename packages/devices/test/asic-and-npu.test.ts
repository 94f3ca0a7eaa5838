import { readFileSync } from 'node:fs';
import type { Quantity, StaticShapeConstants } from '@infersim/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { architectureFromConfig } from '../src/config-json.js';
import { createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { PipelineStepModel } from '../src/pipeline-step-model.js';
import { compiledContexts } from '../src/static-npu-step-model.js';
import { COST_CELLS, Cost, Work } from '../src/step-model.js';
import { describeStepModel } from '../src/step-model-description.js';
import { decodeCost, deploy, mixedCost, workOf } from './deployments.js';

const PIPELINE = { engineId: 'sram-pipeline', memoryOverheadBytes: 0, gpuMemoryUtilization: 1 } as const;
const NPU = {
  engineId: 'qualcomm-npu',
  memoryOverheadBytes: 0.3e9,
  weightPrecision: 'int4',
  kvPrecision: 'int8',
  maxModelLenTokens: 4096,
} as const;

function known(value: number, unit = '1'): Quantity {
  return { value, unit, grade: 'fitted', source: 'test' };
}

function tokensPerS(spec: DeploymentSpec, contextTokens: number): number {
  return 1 / decodeCost(createStepModel(spec), [contextTokens])[Cost.STEP_S]!;
}

describe('published tokens/s per user', () => {
  // Groq, 2024: Llama 3 70B 284 and 8B 877 tok/s; Cerebras, August 2024: Llama 3.1 70B 450 and 8B 1,800 tok/s
  // (independent benchmark of hosted endpoints, one stream).
  it.each([
    ['groq-lpu-v1', 'llama-3.1-70b', 'int8', 284],
    ['groq-lpu-v1', 'llama-3.1-8b', 'int8', 877],
    ['cerebras-wse3', 'llama-3.1-70b', 'fp16', 450],
    ['cerebras-wse3', 'llama-3.1-8b', 'fp16', 1800],
  ] as const)('%s runs %s in %s within 10 %%', (deviceId, modelId, weightPrecision, published) => {
    const rate = tokensPerS(deploy(modelId, deviceId, { ...PIPELINE, weightPrecision }), 500);
    expect(Math.abs(rate / published - 1)).toBeLessThan(0.1);
  });

  // Qualcomm AI Hub Models performance tables, Snapdragon 8 Elite, Genie, 4-bit weights, 16-bit activations.
  it.each([
    ['llama-3.1-8b', 14.14],
    ['llama-3.2-3b', 28.03],
    ['llama-3.2-1b', 64.14],
  ] as const)('Snapdragon 8 Elite decodes %s within 7 %%', (modelId, published) => {
    expect(Math.abs(tokensPerS(deploy(modelId, 'snapdragon-8-elite', NPU), 128) / published - 1)).toBeLessThan(0.07);
  });

  it.each([
    ['llama-3.1-8b', 0.142777],
    ['llama-3.2-3b', 0.082049],
    ['llama-3.2-1b', 0.03957],
  ] as const)('Snapdragon 8 Elite reads the first 128 tokens of %s within 7 %%', (modelId, seconds) => {
    const model = createStepModel(deploy(modelId, 'snapdragon-8-elite', NPU));
    const stepS = mixedCost(model, [], [{ cached: 0, tokens: 128 }])[Cost.STEP_S]!;
    expect(Math.abs(stepS / seconds - 1)).toBeLessThan(0.07);
  });

  it('Hailo-10H decodes Qwen2-1.5B at 9.45 tok/s within 15 %', () => {
    const config = JSON.parse(readFileSync(new URL('./fixtures/qwen2-1.5b.json', import.meta.url), 'utf8')) as unknown;
    const result = architectureFromConfig(config);
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    const spec = deploy('qwen3-1.7b', 'hailo-10h', { ...NPU, maxModelLenTokens: 2048 });
    const rate = tokensPerS(
      { ...spec, model: { ...spec.model, architecture: result.architecture, fixedWork: undefined } },
      512,
    );
    expect(Math.abs(rate / 9.45 - 1)).toBeLessThan(0.15);
  });
});

describe('PipelineStepModel', () => {
  const model = createStepModel(deploy('llama-3.1-8b', 'groq-lpu-v1', { ...PIPELINE, weightPrecision: 'int8' }));

  it('keeps every user at the single-stream rate until the stages are full, then shares one token per stage time', () => {
    if (!(model instanceof PipelineStepModel)) throw new Error(model.kind);
    expect(model.stages).toBe(32);
    const at = (batch: number) => decodeCost(model, Array<number>(batch).fill(500))[Cost.STEP_S]!;
    expect(at(16)).toBeCloseTo(at(1), 9);
    expect(at(32) / at(1)).toBeLessThan(1.02);
    expect(at(320) / at(1)).toBeCloseTo(10, 0);
  });

  it('prices the line exactly over the steps it claims', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 8000 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 4000 }),
        (batch, wanted) => {
          const first = decodeCost(model, batch);
          const j = Math.min(first[Cost.LINEAR_STEPS]!, wanted) - 1;
          const work = workOf(model, batch);
          work[Work.CONTEXT] = work[Work.CONTEXT]! + j * work[Work.DECODES]!;
          const later = new Float64Array(COST_CELLS);
          model.priceDecode(work, later);
          const predicted = first[Cost.STEP_S]! + j * first[Cost.STEP_GROWTH_S]!;
          expect(Math.abs(later[Cost.STEP_S]! / predicted - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it('never gets cheaper with more prompt tokens or more users', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 4000 }), (users, tokens) => {
        const batch = Array<number>(users).fill(300);
        const base = mixedCost(model, batch, [{ cached: 0, tokens }]);
        const longer = mixedCost(model, batch, [{ cached: 0, tokens: tokens + 50 }]);
        const busier = mixedCost(model, [...batch, 300], [{ cached: 0, tokens }]);
        expect(longer[Cost.STEP_S]).toBeGreaterThan(base[Cost.STEP_S]!);
        expect(busier[Cost.STEP_S]! * (1 + 1e-12)).toBeGreaterThanOrEqual(base[Cost.STEP_S]!);
        expect(base[Cost.PREFILL_S]).toBeLessThanOrEqual(base[Cost.STEP_S]!);
      }),
    );
  });

  it('holds only active weights of experts in its stage time but all of them in its chips', () => {
    const spec = deploy('gpt-oss-120b', 'groq-lpu-v1', { ...PIPELINE, weightPrecision: 'int8' });
    const experts = createStepModel(spec);
    const dense = createStepModel(deploy('llama-3.1-70b', 'groq-lpu-v1', { ...PIPELINE, weightPrecision: 'int8' }));
    expect(experts.devices).toBeGreaterThan(dense.devices);
    expect(decodeCost(experts, [500])[Cost.STEP_S]).toBeLessThan(decodeCost(dense, [500])[Cost.STEP_S]!);
  });
});

describe('StaticNpuStepModel', () => {
  const spec = deploy('llama-3.2-3b', 'snapdragon-8-elite', NPU);
  const model = createStepModel(spec);
  const shape = {
    prefillChunkTokens: known(4, 'tokens'),
    contextBucketsTokens: [512, 1024, 2048],
    memoryEfficiency: known(0.5),
    computeEfficiency: known(0.25),
    stepFixedS: known(0.25, 's'),
    graphLoadS: known(0, 's'),
  };
  const withShape = (
    change: Partial<typeof shape & StaticShapeConstants>,
    maxModelLenTokens = 4096,
  ): DeploymentSpec => ({
    ...spec,
    maxModelLenTokens,
    device: { ...spec.device, staticShape: { ...shape, ...change } },
    engine: { ...spec.engine, hostFixedS: known(0, 's') },
  });

  it('is worked by hand', () => {
    // 28 layers of 3072 x (3072 + 2 x 1024 + 3072 + 3 x 8192) at half a byte; LM head 128256 x 3072 at one byte.
    const norms = spec.model.architecture?.extraParams ?? 0;
    const bodyParams = 28 * 3072 * (3072 + 2 * 1024 + 3072 + 3 * 8192) + norms;
    const headParams = 128256 * 3072;
    const bps = 85.3e9;
    const flops = 45e12 * 0.25;
    const kvBytes = 28 * 2 * 8 * 128;
    const change = {
      kvEfficiency: known(0.25),
      decodeContextS: known(1e-6, 's'),
      chunkContextS: known(20e-6, 's'),
      prefillPaddingTokens: known(2, 'tokens'),
    };
    const priced = createStepModel(withShape(change));
    const decodeS = (bodyParams / 2 + headParams) / (bps * 0.5) + 1024 * (kvBytes / (bps * 0.25) + 28 * 1e-6) + 0.25;
    expect(decodeCost(priced, [600])[Cost.STEP_S]).toBeCloseTo(decodeS, 9);
    // Seven tokens: a chunk of 4 and one of 3 padded to 4; no LM head, the smallest context.
    const chunkS = bodyParams / 2 / (bps * 0.5) + 512 * (kvBytes / (bps * 0.25) + 28 * 20e-6);
    const at = (tokens: number) => mixedCost(priced, [], [{ cached: 0, tokens }])[Cost.STEP_S]!;
    expect(at(7)).toBeCloseTo(2 * (chunkS + 0.25), 9);
    // Five: the second chunk is padded to 2 only, and handles half of what a whole one does.
    expect(at(5)).toBeCloseTo(2 * (chunkS + 0.25) - 512 * 28 * 10e-6, 9);
    const expanding = createStepModel(withShape({ ...change, expansionEfficiency: known(0.01) }));
    const expandedS =
      bodyParams / 2 / (bps * 0.01) + (4 * 2 * bodyParams) / flops + 512 * (kvBytes / (bps * 0.25) + 28 * 20e-6);
    expect(mixedCost(expanding, [], [{ cached: 0, tokens: 4 }])[Cost.STEP_S]).toBeCloseTo(expandedS + 0.25, 9);
    const slower = {
      ...withShape(change),
      engine: { ...withShape(change).engine, kernels: { graphTimeFactor: known(2) } },
    };
    expect(decodeCost(createStepModel(slower), [600])[Cost.STEP_S]).toBeCloseTo(2 * (decodeS - 0.25) + 0.25, 9);
  });

  it('has no graph for more context than the deployment', () => {
    expect(compiledContexts([512, 1024, 4096], 1500)).toEqual([512, 1024, 1500]);
    expect(compiledContexts([512, 1024], 512)).toEqual([512]);
    expect(compiledContexts([256], 8192)).toEqual([256]);
    const at = (context: number) => decodeCost(createStepModel(withShape({}, 600)), [context])[Cost.STEP_S]!;
    const whole = (context: number) => decodeCost(createStepModel(withShape({})), [context])[Cost.STEP_S]!;
    expect(at(500)).toBe(whole(500));
    expect(at(550)).toBeLessThan(whole(550));
  });

  it('costs the same within a context bucket and jumps at its edge', () => {
    const buckets = createStepModel(withShape({}));
    const at = (context: number) => decodeCost(buckets, [context]);
    expect(at(1)[Cost.STEP_S]).toBe(at(512)[Cost.STEP_S]);
    expect(at(513)[Cost.STEP_S]).toBeGreaterThan(at(512)[Cost.STEP_S]!);
    expect(at(513)[Cost.STEP_S]).toBe(at(1024)[Cost.STEP_S]);
    expect(at(500)[Cost.LINEAR_STEPS]).toBe(13);
    expect(at(512)[Cost.LINEAR_STEPS]).toBe(1);
    expect(at(500)[Cost.STEP_GROWTH_S]).toBe(0);
  });

  it('runs prompts in whole chunks', () => {
    const at = (tokens: number) => mixedCost(model, [], [{ cached: 0, tokens }])[Cost.STEP_S]!;
    expect(at(1)).toBe(at(128));
    expect(at(129)).toBeCloseTo(2 * at(128), 9);
    expect(at(384)).toBeCloseTo(3 * at(128), 9);
  });

  it('serves streams one after the other', () => {
    expect(decodeCost(model, [100, 100])[Cost.STEP_S]).toBeCloseTo(2 * decodeCost(model, [100])[Cost.STEP_S]!, 12);
  });

  it('refuses more than one device', () => {
    expect(() => createStepModel(deploy('llama-3.2-3b', 'snapdragon-8-elite', { ...NPU, tp: 2 }))).toThrow(
      /tp \* pp is 2/,
    );
  });
});

describe('FixedWorkStepModel', () => {
  const base = deploy('llama-3.1-8b', 'l4');
  const { architecture: _none, ...model } = base.model;
  const vision = (deviceId: string): DeploymentSpec => ({
    ...deploy('llama-3.1-8b', deviceId),
    model: {
      ...model,
      fixedWork: { params: 25e6, flopPerUnit: 8e9, bytesPerUnit: 50e6, residentBytesPerRequest: 1e8 },
    },
  });

  it('batches units of different requests and never grows with steps', () => {
    const steps = createStepModel(vision('l4'));
    expect(steps.kind).toBe('fixed-work');
    const one = decodeCost(steps, [1]);
    const eight = decodeCost(steps, Array<number>(8).fill(1));
    expect(eight[Cost.STEP_S]).toBeGreaterThan(one[Cost.STEP_S]!);
    expect(eight[Cost.STEP_S]).toBeLessThan(8 * one[Cost.STEP_S]!);
    expect(one[Cost.LINEAR_STEPS]).toBe(Number.POSITIVE_INFINITY);
    expect(one[Cost.STEP_GROWTH_S]).toBe(0);
    expect(one[Cost.KV_BYTES_PER_CONTEXT_TOKEN]).toBe(0);
  });

  it('counts the unit of a request whose prompt ends in the step', () => {
    const steps = createStepModel(vision('l4'));
    const joined = mixedCost(steps, [1], [{ cached: 0, tokens: 1 }]);
    expect(joined[Cost.STEP_S]).toBe(decodeCost(steps, [1, 1])[Cost.STEP_S]);
    expect(joined[Cost.PREFILL_S]).toBeCloseTo(joined[Cost.STEP_S]! / 2, 12);
  });

  it('runs on fixed-shape and pipelined devices with their own efficiencies', () => {
    expect(createStepModel({ ...vision('hailo-10h'), weightPrecision: 'int8', activationPrecision: 'int8' }).kind).toBe(
      'fixed-work',
    );
    expect(createStepModel(vision('groq-lpu-v1')).kind).toBe('fixed-work');
  });
});

describe('describeStepModel', () => {
  it('gives operating points, bounds and grades for every way of running a model', () => {
    for (const spec of [
      deploy('llama-3.1-8b', 'h100-sxm'),
      deploy('llama-3.1-8b', 'groq-lpu-v1', { ...PIPELINE, weightPrecision: 'int8' }),
      deploy('llama-3.2-3b', 'snapdragon-8-elite', NPU),
    ]) {
      const description = describeStepModel(spec);
      const batches = description.decode.map((point) => point.batch);
      expect(batches[0]).toBe(1);
      expect(batches).toEqual([...new Set(batches)].sort((a, b) => a - b));
      for (const point of [...description.decode, ...description.prefill]) {
        expect(point.stepS).toBeGreaterThan(0);
        expect(point.mfu).toBeLessThan(1);
        expect(point.powerW).toBeLessThanOrEqual(description.maxW);
        expect(point.powerW).toBeGreaterThanOrEqual(description.idleW);
      }
      expect(description.maxTokensPerS).toBe(Math.max(...description.decode.map((point) => point.tokensPerS)));
    }
  });
});
