import type { RunPlan } from '@infersim/runner';
import type { ExplainedPool } from '@infersim/scenario';
import { expect, test } from 'vitest';
import { predictedLoads } from '../src/predicted-load.js';

const constant = (value: number) => ({ dist: 'constant', value }) as const;

function planOf(arrivals: object, stages: number[][]): RunPlan {
  const workload = {
    id: 'chat',
    arrivals,
    lengths: { kind: 'independent', prompt: constant(1000), output: constant(300) },
    maxPromptTokens: 8000,
    budgetTokens: 200,
  };
  return {
    world: {
      groups: [
        { id: 'hub', count: 1 },
        { id: 'shops', count: 10 },
      ],
      pools: [
        { id: 'big', group: 0, replicas: 2 },
        { id: 'small', group: 1, replicas: 1 },
      ],
      origins: [{ id: 'shops', siteGroup: 1 }],
      traffic: [{ workload, origin: 0, route: { stages } }],
    },
  } as unknown as RunPlan;
}

const pools = [
  { model: { maxTokensPerS: 1000, prefill: [{ tokensPerS: 5000 }, { tokensPerS: 10_000 }] } },
  { model: { maxTokensPerS: 100, prefill: [{ tokensPerS: 1000 }] } },
] as unknown as ExplainedPool[];

test('a workload loads the pools of its first stage by prefill and decode time, budget applied', () => {
  const [big, small] = predictedLoads(planOf({ process: 'poisson', ratePerS: 0.5 }, [[0], [1]]), pools);
  // Ten shops at 0.5/s: 5/s, each 1000/10000 s prefill and 200/1000 s decode, over 2 replicas: 75 %.
  expect(big).toEqual({ pool: 'hub/big', requestsPerS: 5, loadPct: expect.closeTo(75, 9), leftOut: [] });
  expect(small).toEqual({ pool: 'shops/small', requestsPerS: 0, loadPct: 0, leftOut: [] });
});

test('pools of one stage share by what they can decode', () => {
  const [big, small] = predictedLoads(planOf({ process: 'poisson', ratePerS: 0.5 }, [[0, 1]]), pools);
  // 2 replicas of 1000 tokens/s against 10 of 100: two thirds and one third.
  expect(big!.requestsPerS).toBeCloseTo(10 / 3, 9);
  expect(small!.requestsPerS).toBeCloseTo(5 / 3, 9);
  expect(small!.loadPct).toBeCloseTo((100 * (5 / 3) * (1 + 2)) / 10, 9);
});

test.each([
  [{ process: 'periodic', periodS: 10, jitterS: 0, emitters: 4 }, 4],
  [{ process: 'on-off', onRatePerS: 2, onMeanS: 10, offMeanS: 30, cv: 1 }, 5],
])('%j gives %d requests/s over ten shops', (arrivals, rate) => {
  expect(predictedLoads(planOf(arrivals, [[0]]), pools)[0]!.requestsPerS).toBeCloseTo(rate, 9);
});

test('what has no rate of its own is left out and named', () => {
  const [big] = predictedLoads(planOf({ process: 'closed', users: 5 }, [[0]]), pools);
  expect(big).toEqual({ pool: 'hub/big', requestsPerS: 0, loadPct: 0, leftOut: ['chat'] });
});
