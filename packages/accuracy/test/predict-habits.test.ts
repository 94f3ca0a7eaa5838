import { describe, expect, it } from 'vitest';
import type { MeasuredCase } from '../src/cases/measured-case.js';
import { caseScenario } from '../src/predict/case-scenario.js';
import { predictCase, prepareCase } from '../src/predict/prepared-case.js';
import { handCase } from './hand-cases.js';

/** Parts of the scenario that a benchmark's habits decide. */
function scenarioOf(measured: MeasuredCase) {
  const scenario = caseScenario(measured) as unknown as {
    models?: Record<string, { base: string; sampling: string }>;
    grids: { enterprise: { sites: [{ pools: [{ model: string; engine: object; parallelism: object }] }] } };
    workloads: { budget_tokens?: number }[];
  };
  return { ...scenario, pool: scenario.grids.enterprise.sites[0].pools[0] };
}

const offline: Partial<MeasuredCase> = {
  dataset: 'offline-throughput',
  source: 'TensorRT-LLM perf-overview',
  engineId: 'trtllm-engine',
  modelId: 'mistral-7b-v0.1',
  precision: { weights: 'fp8', kv: 'fp8' },
  parallelism: { tp: 1, pp: 1, dpAttention: 1, ep: 1 },
  run: { kind: 'offline', promptTokens: 128, outputTokens: 128 },
};

describe('what a client asked for', () => {
  it('is declared to the engine: the longest answer of the run', () => {
    expect(scenarioOf(handCase(2, {})).workloads[0]).toMatchObject({ budget_tokens: 1000 });
    expect(scenarioOf(handCase(2, {}, offline)).workloads[0]).toMatchObject({ budget_tokens: 128 });
  });

  it('may be longer than the model was trained for', () => {
    const run = { kind: 'static-batch', batch: 8, promptTokens: 2048, outputTokens: 128 } as const;
    const gptJ = handCase(2, {}, { modelId: 'gpt-j-6b', engineId: 'trtllm-static', dataset: 'static-batch', run });
    expect(scenarioOf(gptJ).pool.engine).toMatchObject({ max_model_len: 2176 });
    expect(scenarioOf(handCase(2, {})).pool.engine).not.toHaveProperty('max_model_len');
  });
});

describe('trtllm-bench', () => {
  it('attends over the whole context where the model has a window, and decodes greedily', () => {
    const { models, pool } = scenarioOf(handCase(2, {}, offline));
    expect(models?.[pool.model]).toEqual({ base: 'mistral-7b-v0.3', sampling: 'greedy' });
  });

  it('spreads experts and attention over devices, each rank with requests of its own', () => {
    const four = { tp: 4, pp: 1, dpAttention: 1, ep: 1 };
    const experts = handCase(2, {}, { ...offline, engineId: 'trtllm', isMoe: true, parallelism: four });
    expect(scenarioOf(experts).pool.parallelism).toMatchObject({ tp: 1, dp: 4, ep: 4 });
    expect(scenarioOf(experts).pool.engine).toMatchObject({ gpu_memory_utilization: 0.95 });
    const compiled = handCase(2, {}, { ...offline, isMoe: true, parallelism: four });
    expect(scenarioOf(compiled).pool.parallelism).toMatchObject({ tp: 4, dp: 1, ep: 1 });

    const dense = handCase(2, {}, { ...offline, engineId: 'trtllm', parallelism: four });
    expect(scenarioOf(dense).pool.parallelism).toMatchObject({ tp: 4, dp: 1, ep: 1 });
  });
});

describe('closed loops of NVIDIA', () => {
  const budget = (engineId: string) =>
    scenarioOf(handCase(2, {}, { source: 'NVIDIA-internal', engineId })).pool.engine as {
      max_num_batched_tokens?: number;
    };

  it('run with a step budget by engine', () => {
    expect(budget('vllm').max_num_batched_tokens).toBe(2048);
    expect(budget('trtllm').max_num_batched_tokens).toBe(1000 + 1500);
    expect(budget('sglang').max_num_batched_tokens).toBeUndefined();
  });
});

describe('a batch that is handed over whole', () => {
  const splitwise = (batch: number) =>
    handCase(
      2,
      { ttft_mean_ms: 100, tpot_mean_ms: 40 },
      {
        dataset: 'split-serving',
        engineId: 'vllm-2023-eager',
        modelId: 'llama-2-70b',
        parallelism: { tp: 8, pp: 1, dpAttention: 1, ep: 1 },
        run: { kind: 'static-batch', batch, promptTokens: 512, outputTokens: 8 },
      },
    );

  it('is computed in one step, whatever the budget of the engine, and starts complete', () => {
    const prepared = prepareCase(splitwise(16));
    expect(prepared.failure).toBe('');
    expect(prepared.plan?.world.pools[0]?.engine).toMatchObject({ scheduler: 'static-batch', staticBatchSize: 16 });
    const api = 1000 * (prepared.plan?.world.pools[0]?.apiS ?? 0);
    const one = predictCase(prepareCase(splitwise(1)), {}).predicted;
    const sixteen = predictCase(prepared, {}).predicted;
    // 16 times the tokens of a prompt that is bound by arithmetic, in one step, and nobody waits beside it.
    expect(sixteen.ttft_mean_ms! - api).toBeGreaterThan(8 * (one.ttft_mean_ms! - api));
    expect(sixteen.ttft_mean_ms! - api).toBeLessThan(18 * (one.ttft_mean_ms! - api));
  });

  it('streams no tokens', () => {
    expect(prepareCase(splitwise(2)).plan?.world.pools[0]?.deployment.streams).toBe(false);
    expect(prepareCase(handCase(2, {}, offline)).plan?.world.pools[0]?.deployment.streams).toBe(false);
    expect(prepareCase(handCase(2, {})).plan?.world.pools[0]?.deployment.streams).toBeUndefined();
  });
});
