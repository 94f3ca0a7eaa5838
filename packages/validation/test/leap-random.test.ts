import { findDevice, findModel } from '@infersim/catalog';
import type { DeploymentSpec } from '@infersim/devices';
import type { PoolPlan, WorldPlan } from '@infersim/fleet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figuresText } from '../src/shipped-scenarios.js';
import {
  chatPool,
  deployment,
  engineOf,
  figureOf,
  replicate,
  routeTo,
  runPlanOf,
  siteGroup,
  trafficOf,
  worldOf,
} from '../src/small-plans.js';

const schedulers = ['vllm', 'llama-cpp', 'static-batch'] as const;
const balances = [
  'round-robin',
  'random',
  'least-requests',
  'least-tokens',
  'power-of-two',
  'prefix-affinity',
  'cheapest',
] as const;

/** A pool of any scheduler, with KV memory from scarce to ample. */
const poolChoice = fc.record({
  scheduler: fc.constantFrom(...schedulers),
  model: fc.constantFrom('llama-3.1-8b', 'gemma-3-12b'),
  maxNumSeqs: fc.integer({ min: 1, max: 24 }),
  budget: fc.constantFrom(64, 256, 2048),
  numBlocks: fc.integer({ min: 160, max: 1200 }),
  replicas: fc.integer({ min: 1, max: 3 }),
  balance: fc.constantFrom(...balances),
  chunked: fc.boolean(),
  caching: fc.boolean(),
  async: fc.boolean(),
  watermark: fc.constantFrom(0, 0.01),
  threshold: fc.constantFrom(0, 48),
  queueLimit: fc.constantFrom(-1, 4),
  apiS: fc.constantFrom(0, 0.004),
});
type PoolChoice = typeof poolChoice extends fc.Arbitrary<infer T> ? T : never;

function poolFrom(choice: PoolChoice): Omit<PoolPlan, 'id' | 'group'> {
  const isVllm = choice.scheduler === 'vllm';
  const spec: DeploymentSpec = deployment({
    model: findModel(choice.model)!,
    device: findDevice('h100-sxm')!,
    maxNumSeqs: choice.maxNumSeqs,
    maxNumBatchedTokens: choice.chunked ? choice.budget : 4096,
    maxModelLenTokens: 2048,
  });
  const engine = engineOf(spec, {
    scheduler: choice.scheduler,
    numBlocks: isVllm ? choice.numBlocks : 20_000,
    enableChunkedPrefill: choice.chunked,
    enablePrefixCaching: isVllm && choice.caching,
    asyncScheduling: isVllm && choice.async,
    watermark: isVllm ? choice.watermark : 0,
    longPrefillTokenThreshold: isVllm && choice.chunked ? choice.threshold : 0,
    staticBatchSize: Math.min(choice.maxNumSeqs, 6),
    unifiedKv: true,
  });
  const { replicas, balance, queueLimit, apiS } = choice;
  return chatPool({ engine, replicas, balance, queueLimit, apiS }, spec);
}

const worldChoice = fc.record({
  first: poolChoice,
  second: poolChoice,
  ratePerS: fc.constantFrom(2, 8, 30),
  arrivals: fc.constantFrom('poisson', 'constant', 'closed', 'on-off'),
  prompt: fc.integer({ min: 1, max: 900 }),
  output: fc.integer({ min: 1, max: 400 }),
  isConstant: fc.boolean(),
  prefixed: fc.boolean(),
  timeoutS: fc.constantFrom(-1, 2),
  cancels: fc.boolean(),
  spillQueue: fc.constantFrom(-1, 1),
  jitter: fc.constantFrom(0, 0.3),
  rttS: fc.constantFrom(0, 0.02),
});
type WorldChoice = typeof worldChoice extends fc.Arbitrary<infer T> ? T : never;

function worldFrom(choice: WorldChoice): WorldPlan {
  const arrivals = {
    poisson: { process: 'poisson', ratePerS: choice.ratePerS },
    constant: { process: 'constant', ratePerS: choice.ratePerS },
    closed: { process: 'closed', users: 12, thinkS: { dist: 'exponential', mean: 0.5 }, rampS: 1 },
    'on-off': { process: 'on-off', onRatePerS: 3 * choice.ratePerS, onMeanS: 2, offMeanS: 4, cv: 1.5 },
  } as const;
  const law = (mean: number) =>
    choice.isConstant
      ? ({ dist: 'constant', value: mean } as const)
      : ({ dist: 'truncated', of: { dist: 'exponential', mean }, low: 1, high: 1000, mode: 'clamp' } as const);
  const traffic = trafficOf(
    {
      arrivals: arrivals[choice.arrivals],
      lengths: { kind: 'independent', prompt: law(choice.prompt), output: law(choice.output) },
      maxPromptTokens: 1000,
      ...(choice.prefixed ? { prefix: { groups: 3, tokens: 200, zipf: 1 } } : {}),
    },
    {
      route: { ...routeTo([[0], [1]]), spillQueue: choice.spillQueue },
      client: { timeoutS: choice.timeoutS, maxRetries: 1, backoffS: 0.5, cancelOnTimeout: choice.cancels },
    },
  );
  const groups = [siteGroup(), siteGroup({ id: 'far', grid: 'enterprise' })];
  return worldOf({
    horizonS: 20,
    warmupS: 2,
    networkJitterSigma: choice.jitter,
    groups,
    origins: [{ id: 'place', siteGroup: -1, rttS: [choice.rttS, 2 * choice.rttS] }],
    pools: [
      { ...poolFrom(choice.first), id: 'first', group: 0 },
      { ...poolFrom(choice.second), id: 'second', group: 1 },
    ],
    traffic: [traffic],
  });
}

describe('random small worlds', () => {
  it('leap and step to the same bits, and conserve what must be conserved', () => {
    let preempted = 0;
    fc.assert(
      fc.property(worldChoice, (choice) => {
        const world = worldFrom(choice);
        const record = { requests: { mode: 'all', sample: 0 }, timeseriesS: 60 } as const;
        const leap = replicate(runPlanOf(world, { record }));
        const step = replicate(runPlanOf(world, { record, stepByStep: true }));
        expect(leap.conservation.filter((check) => !check.passed)).toEqual([]);
        expect(figuresText(step)).toBe(figuresText(leap));
        preempted += figureOf(leap, 'preemptions');
      }),
      { numRuns: 120, seed: 41 },
    );
    expect(preempted).toBeGreaterThan(0);
  });
});
