import type { ModelArchitecture } from '@infersim/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectiveRates } from '../src/collective.js';
import { acrossDomains, allReduceS } from '../src/collective.js';
import { createGradedStepModel, createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { DeploymentError } from '../src/deployment-error.js';
import { type ExchangeRates, exchangeS } from '../src/expert-exchange.js';
import { planMemory } from '../src/memory.js';
import { countParams, weightBytes } from '../src/model-arithmetic.js';
import { expectedMaximum } from '../src/moe.js';
import { parallelismOf } from '../src/parallelism.js';
import { weightFormat } from '../src/precision.js';
import { Cost, Work } from '../src/step-model.js';
import { describeStepModel } from '../src/step-model-description.js';
import { decodeCost, deploy, frozen, mixedCost, workOf } from './deployments.js';

function deepseek(change: Partial<DeploymentSpec> = {}): DeploymentSpec {
  return frozen('deepseek-v3', 'h200-sxm', { weightPrecision: 'fp8', maxNumSeqs: 1024, ...change });
}

const wide = deepseek({ tp: 1, dataParallelAttention: 8, expertParallel: 8 });
const LAYOUTS: readonly (readonly [string, Partial<DeploymentSpec>])[] = [
  ['tensor parallel', { tp: 8 }],
  ['experts dealt out', { tp: 8, expertParallel: 8 }],
  ['data-parallel attention, experts by width', { tp: 1, dataParallelAttention: 8 }],
  ['data-parallel attention, experts dealt out', { tp: 1, dataParallelAttention: 8, expertParallel: 8 }],
  ['both', { tp: 2, dataParallelAttention: 4, expertParallel: 4 }],
];

function stepS(spec: DeploymentSpec, batch: number, contextTokens: number): number {
  return decodeCost(createStepModel(spec), Array<number>(batch).fill(contextTokens))[Cost.STEP_S]!;
}

describe('exchangeS', () => {
  const group: CollectiveRates = { ranks: 1, latencyS: 0, busBps: 1, midSizeSlowdown: false };
  const inside: ExchangeRates = {
    devices: 8,
    expertParallel: 8,
    domains: 1,
    latencyS: 7e-6,
    linkBps: 337.5e9,
    nicLatencyS: 15e-6,
    nicBps: 50e9,
    dispatchBytes: 1,
  };

  it('is worked by hand in one domain: 64 tokens to 8 of 256 experts in fp8, back in 16 bit', () => {
    const copies = 64 * 8 * (7 / 8) * 7168;
    expect(exchangeS(inside, group, 64, 7168, 8)).toBeCloseTo(2 * 7e-6 + (copies * 1 + copies * 2) / 337.5e9, 12);
  });

  it('is worked by hand over four domains: once per expert for few tokens, once per domain for many', () => {
    const across = { ...inside, devices: 32, expertParallel: 32, domains: 4 };
    const perExpert = (tokens: number, bytes: number) => (tokens * 8 * (3 / 4) * 7168 * bytes) / 50e9;
    const one = exchangeS(across, group, 1, 7168, 8);
    expect(one).toBeCloseTo(2 * 22e-6 + perExpert(1, 1) + perExpert(1, 2), 12);
    const perDomain = (tokens: number, bytes: number) =>
      7e-6 + (tokens * 3 * (1 - 0.75 ** 8) * 7168 * bytes) / 50e9 + (tokens * 8 * (31 / 32) * 7168 * bytes) / 337.5e9;
    const many = exchangeS(across, group, 4096, 7168, 8);
    expect(many).toBeCloseTo(2 * 22e-6 + perDomain(4096, 1) + perDomain(4096, 2), 9);
    expect(many).toBeLessThan(2 * 22e-6 + perExpert(4096, 1) + perExpert(4096, 2));
  });

  it('gathers all tokens on all devices where that is less than the share of each expert', () => {
    // Two devices: four copies of a token would leave, one is enough.
    const two = { ...inside, devices: 2, expertParallel: 2 };
    const oneWay = (bytes: number) => inside.latencyS + (512 * 7168 * bytes) / inside.linkBps;
    expect(exchangeS(two, group, 512, 7168, 8)).toBeCloseTo(oneWay(inside.dispatchBytes) + oneWay(2), 12);
  });

  it('deals tokens out among the devices of an attention group, which gather them again', () => {
    const pair: CollectiveRates = { ranks: 2, latencyS: 4e-6, busBps: 300e9, midSizeSlowdown: false };
    const half = exchangeS(inside, group, 32, 7168, 8);
    expect(exchangeS(inside, pair, 64, 7168, 8)).toBeCloseTo(half + allReduceS(pair, 64 * 7168 * 2) / 2, 12);
  });

  it('is nothing where every device holds a part of every expert, and never falls with more tokens', () => {
    expect(exchangeS({ ...inside, expertParallel: 1 }, group, 64, 7168, 8)).toBe(0);
    const across = { ...inside, devices: 32, expertParallel: 32, domains: 4 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20000 }), (tokens) => {
        expect(exchangeS(across, group, tokens + 1, 7168, 8)).toBeGreaterThanOrEqual(
          exchangeS(across, group, tokens, 7168, 8),
        );
      }),
    );
  });
});

describe('acrossDomains', () => {
  it('is worked by hand: 256 MB over two domains of 8 with a 50 GB/s card each', () => {
    const nvlink: CollectiveRates = { ranks: 8, latencyS: 5e-6, busBps: 400e9, midSizeSlowdown: true };
    const rates = acrossDomains(nvlink, 2, 15e-6, 50e9);
    expect(rates.ranks).toBe(16);
    const expected = 20e-6 + (256e6 * 1.75) / 400e9 + ((256e6 / 8) * 1) / 50e9;
    expect(allReduceS(rates, 256e6)).toBeCloseTo(expected, 12);
  });

  it('is what tensor parallelism beyond one host pays', () => {
    const inHost = decodeCost(createStepModel(deepseek({ tp: 8 })), [1000])[Cost.STEP_S]!;
    const across = createGradedStepModel(deepseek({ tp: 16 }));
    expect(across.assumed).toContain('expertExchange.nicLatencyS');
    // 61 layers, two all-reduces each, at least the card's latency.
    expect(decodeCost(across.model, [1000])[Cost.STEP_S]! - inHost / 2).toBeGreaterThan(2 * 61 * 15e-6);
  });
});

describe('memory of a replica with data-parallel attention', () => {
  const arch = deepseek().model.architecture as ModelArchitecture;
  const format = weightFormat('fp8', 'fp8', 'tensors');

  it.each(LAYOUTS)('%s: devices hold the experts once and the rest once per rank', (_name, change) => {
    const spec = deepseek(change);
    const plan = planMemory(spec);
    const { dp, devices } = parallelismOf(spec);
    const experts = countParams(arch).routedExperts * format.expertBytes;
    const rest = weightBytes(arch, format) - experts;
    expect(plan.devices).toBe(devices);
    expect(plan.weightsBytes).toBe(weightBytes(arch, format));
    expect((plan.weightsBytesPerDevice * devices) / (experts + dp * rest)).toBeCloseTo(1, 12);
  });

  it('adds the blocks of the ranks up; a latent that tensor parallelism repeats is held once per rank', () => {
    const one = planMemory(wide);
    const rank = Math.floor(one.kvCapacityBytesPerDevice / (16 * 70_272));
    expect(one.blocks).toBe(8 * rank);
    expect(one.maxContextFits).toBe(8192);
    const long = planMemory({ ...wide, maxModelLenTokens: 100_000_000 });
    expect(long.maxContextFits).toBe(rank * 16);
    const replicated = planMemory(deepseek({ tp: 8 }));
    expect(one.kvTokens / replicated.kvTokens).toBeGreaterThan(5);
    expect(one.kvCapacityBytes).toBeCloseTo(8 * one.kvCapacityBytesPerDevice, 0);
  });

  it('splits the KV heads of a rank over its devices as ever', () => {
    const qwen = deploy('qwen3-235b-a22b', 'h200-sxm', { tp: 2, dataParallelAttention: 4, expertParallel: 8 });
    const plan = planMemory(qwen);
    expect(plan.kvBytesPerTokenPerDevice).toBe(plan.kvBytesPerToken / 2);
  });
});

describe('steps of a replica with expert parallelism', () => {
  it('waits for the slowest of the ranks that hold whole experts', () => {
    expect(stepS(deepseek({ tp: 8, expertParallel: 8 }), 32, 1000)).toBeGreaterThan(
      stepS(deepseek({ tp: 8 }), 32, 1000),
    );
    expect([1, 2, 3, 8, 32, 64, 256].map(expectedMaximum)).toEqual([0, 0.56, 1.03, 1.42, 2.07, 2.34, 2.83]);
  });

  it('reads the latent once per rank: long contexts cost an eighth of tensor parallelism', () => {
    const growth = (spec: DeploymentSpec) =>
      decodeCost(createStepModel(spec), Array<number>(256).fill(6000))[Cost.STEP_GROWTH_S]!;
    const replicated = growth(deepseek({ tp: 8 }));
    // Reading the latent costs every device of the tensor-parallel group the same; the ranks share it out. At one device per
    // rank there are eight times the heads to compute, which bounds the gain.
    expect(growth(wide)).toBeLessThan(replicated);
    const tokenBytes = (spec: DeploymentSpec) =>
      decodeCost(createStepModel(spec), [10])[Cost.KV_BYTES_PER_CONTEXT_TOKEN]!;
    expect(tokenBytes(wide)).toBe(tokenBytes(deepseek({ tp: 8 })) / 8);
  });

  it('takes as long for nine sequences as for sixteen on eight ranks, up to what their experts read', () => {
    const model = createStepModel(wide);
    const nine = decodeCost(model, Array<number>(9).fill(2000));
    const sixteen = decodeCost(model, Array<number>(16).fill(2000));
    expect(nine[Cost.STEP_S]! / sixteen[Cost.STEP_S]!).toBeCloseTo(1, 12);
    expect(decodeCost(model, Array<number>(17).fill(2000))[Cost.STEP_S]).toBeGreaterThan(sixteen[Cost.STEP_S]!);
  });

  it('shares prompts out by whole chunks: one prompt keeps one rank busy, eight keep all', () => {
    const model = createStepModel(wide);
    const one = mixedCost(model, [], [{ cached: 0, tokens: 8000 }]);
    const eight = mixedCost(model, [], Array(8).fill({ cached: 0, tokens: 1000 }));
    expect(one[Cost.STEP_S]).toBeGreaterThan(2.5 * eight[Cost.STEP_S]!);
    expect(mixedCost(model, [], Array(9).fill({ cached: 0, tokens: 1000 }))[Cost.STEP_S]).toBeGreaterThan(
      mixedCost(model, [], Array(8).fill({ cached: 0, tokens: 1000 }))[Cost.STEP_S]! * 1.3,
    );
  });

  it.each(LAYOUTS)('%s: useful arithmetic over all devices is that of the tokens', (_name, change) => {
    const spec = deepseek(change);
    const chunks = Array(8).fill({ cached: 0, tokens: 1024 });
    const total = mixedCost(createStepModel(spec), [], chunks)[Cost.COMPUTE_S]! * parallelismOf(spec).devices;
    const reference = mixedCost(createStepModel(deepseek({ tp: 8 })), [], chunks)[Cost.COMPUTE_S]! * 8;
    // The latent's down-projection and the router are repeated on every device of a tensor-parallel group.
    expect(total / reference).toBeGreaterThan(0.75);
    expect(total / reference).toBeLessThanOrEqual(1 + 1e-9);
  });

  it.each(LAYOUTS)('%s: more sequences, more context and more prompt never cost less', (_name, change) => {
    const model = createStepModel(deepseek(change));
    const slack = 1 + 1e-9;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 3000 }),
        (groups, contextTokens, tokens) => {
          const contexts = Array<number>(8 * groups).fill(contextTokens);
          const step = mixedCost(model, contexts, [{ cached: 0, tokens }])[Cost.STEP_S]!;
          expect(
            mixedCost(model, [...contexts, contextTokens], [{ cached: 0, tokens }])[Cost.STEP_S]! * slack,
          ).toBeGreaterThanOrEqual(step);
          expect(
            mixedCost(model, contexts, [{ cached: 0, tokens: tokens + 1 }])[Cost.STEP_S]! * slack,
          ).toBeGreaterThanOrEqual(step);
          expect(
            mixedCost(
              model,
              contexts.map((c) => c + 1),
              [{ cached: 0, tokens }],
            )[Cost.STEP_S]! * slack,
          ).toBeGreaterThanOrEqual(step);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(LAYOUTS)('%s: the line of a decode step equals pricing again from the advanced counts', (_name, change) => {
    const model = createStepModel(deepseek(change));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 4000 }),
        (batch, wanted) => {
          const first = decodeCost(model, batch);
          const j = Math.min(first[Cost.LINEAR_STEPS]!, wanted) - 1;
          const work = workOf(model, batch);
          work[Work.CONTEXT] = work[Work.CONTEXT]! + j * batch.length;
          const later = new Float64Array(first.length);
          model.priceDecode(work, later);
          for (const [value, growth] of [
            [Cost.STEP_S, Cost.STEP_GROWTH_S],
            [Cost.BYTES, Cost.BYTES_GROWTH],
            [Cost.COMPUTE_S, Cost.COMPUTE_GROWTH_S],
          ] as const) {
            expect(Math.abs(later[value]! / (first[value]! + j * first[growth]!) - 1)).toBeLessThan(1e-12);
          }
        },
      ),
    );
  });

  it('pays for the network where the experts leave the scale-up domain, less with a faster card', () => {
    const inside = deepseek({ tp: 1, dataParallelAttention: 8, expertParallel: 8 });
    const across = deepseek({ tp: 1, dataParallelAttention: 16, expertParallel: 16 });
    const faster = { ...across, nicBps: 400e9 };
    expect(createGradedStepModel(across).assumed).toContain('expertExchange.nicBps');
    expect(createGradedStepModel(inside).assumed).not.toContain('expertExchange.nicBps');
    const prompt = (spec: DeploymentSpec) =>
      mixedCost(createStepModel(spec), [], Array(16).fill({ cached: 0, tokens: 512 }))[Cost.STEP_S]!;
    expect(prompt(faster)).toBeLessThan(prompt(across));
  });

  it('is described with its degrees', () => {
    expect(describeStepModel(wide).parallelism).toEqual({ tp: 1, pp: 1, dp: 8, ep: 8, expertDevices: 8, devices: 8 });
  });
});

describe('checkDeployment', () => {
  it.each([
    [deepseek({ tp: 8, expertParallel: 3 }), 'a divisor of 256 experts'],
    [deepseek({ tp: 4, expertParallel: 8 }), 'a divisor of tp * dataParallelAttention, 4 devices'],
    [deepseek({ tp: 4, pp: 2, dataParallelAttention: 2 }), '1 with pipeline parallelism (pp above 1)'],
    [deploy('llama-3.1-70b', 'h100-sxm', { expertParallel: 2 }), '1: the model has no experts'],
    [
      deploy('llama-3.1-70b', 'h100-sxm', { dataParallelAttention: 2 }),
      '1: the ranks of a model without experts share nothing; use replicas',
    ],
    [
      deploy('mixtral-8x7b', 'groq-lpu-v1', { engineId: 'sram-pipeline', expertParallel: 2 }),
      '1: the device does not batch',
    ],
    [deepseek({ tp: 8, expertParallel: 1.5 }), 'an integer of 1 or more'],
  ] as const)('refuses what cannot be dealt out (%#)', (spec, allowed) => {
    for (const attempt of [() => createStepModel(spec), () => planMemory(spec)]) {
      try {
        attempt();
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(DeploymentError);
        expect(error).toMatchObject({ allowed });
      }
    }
  });
});
