/** Engines, parallelism, formats and power of a pool: what they become, what reaches cost and power, what is refused. */

import { findEngine } from '@infersim/catalog';
import { METRIC_COLUMNS, metricIndex, openFileBytes, runReplication } from '@infersim/runner';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../src/load.js';
import { formatProblems } from '../src/problem-format.js';
import { BASE, loadText, unmark, withLine } from './memory-files.js';

const FIXTURE = new URL('../../../fixtures/scenarios/engines.yaml', import.meta.url);

function loadFixture() {
  const loaded = loadScenario(FIXTURE.pathname);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
}
function load(text: string) {
  const loaded = loadText(text);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
}
/** The base with lines added to its pool. */
const withPool = (...lines: string[]) =>
  withLine(14, '            replicas: 2', ...lines.map((line) => `            ${line}`));
const poolOf = (...lines: string[]) => load(withPool(...lines)).plan.world.pools[0]!;
/** A pool of experts in place of the base's. */
const withExperts = (...lines: string[]) =>
  withPool(...lines)
    .replace('model: llama-3.1-8b', 'model: deepseek-v3')
    .replace('device: h100-sxm', 'device: h200-sxm');
const expertsOf = (...lines: string[]) => load(withExperts(...lines)).plan.world.pools[0]!;

describe('the fixture of engines', () => {
  const loaded = loadFixture();
  const pool = (id: string) => loaded.plan.world.pools.find((each) => each.id === id)!;

  it('has every scheduler of batching devices that every-kind.yaml leaves out', () => {
    expect(loaded.warnings.map(({ code, path }) => [code, path])).toEqual([
      ['SCENARIO_BUDGET_RESERVED', 'workloads[1].budget_tokens'],
      ['SCENARIO_BUDGET_RESERVED', 'workloads[3].budget_tokens'],
    ]);
    const schedulers = loaded.plan.world.pools.map(({ engine }) => engine.scheduler);
    expect(schedulers).toEqual(expect.arrayContaining(['sglang', 'trtllm-no-evict', 'trtllm-max-utilization', 'tgi']));
  });

  it('hands options on to their schedulers', () => {
    expect(pool('sglang').engine).toMatchObject({
      enableMixedChunk: false,
      maxPrefillTokens: 8192,
      scheduleConservativeness: 1,
      schedulePolicy: 'lpm',
    });
    expect(pool('no-evict').engine.firstStepS).toBe(findEngine('trtllm')?.firstRequestS?.value);
    expect(pool('fill-up').engine).toMatchObject({ scheduler: 'trtllm-max-utilization', maxNumSeqs: 64 });
    expect(pool('tgi').engine).toMatchObject({ waitingServedRatio: 1.2, maxWaitingTokens: 20 });
    expect('firstStepS' in pool('tgi').engine).toBe(false);
    expect('schedulePolicy' in pool('capped').engine).toBe(false);
  });

  it('hands parallelism, formats and power on to the physics', () => {
    expect(pool('spread-experts').deployment).toMatchObject({
      tp: 1,
      dataParallelAttention: 8,
      expertParallel: 8,
      blockScaledWeights: true,
      weightPrecision: 'fp8',
    });
    expect(pool('per-block').deployment.blockScaledWeights).toBe(true);
    expect(pool('capped').deployment.powerLimitW).toBe(400);
    expect(pool('slowed').deployment.clockRatio).toBe(0.7);
    expect(pool('pruned').deployment.sparsity).toBe('2:4');
    const { deployment } = pool('sglang');
    for (const key of [
      'dataParallelAttention',
      'expertParallel',
      'blockScaledWeights',
      'sparsity',
      'powerLimitW',
      'clockRatio',
      'nicBps',
    ])
      expect(key in deployment).toBe(false);
  });

  it('resolves to a scenario that gives the same plan', () => {
    const again = load(loaded.resolvedYamlText);
    expect(again.plan).toEqual(loaded.plan);
    expect(again.resolvedYamlText).toBe(loaded.resolvedYamlText);
  });

  it('runs, serves and conserves everything, leaping as it steps', () => {
    const leap = runReplication(loaded.plan, 1, { openBytes: openFileBytes });
    expect(leap.conservation.filter((check) => !check.passed)).toEqual([]);
    const served = leap.scopes.flatMap((scope, index) =>
      scope.kind === 'workload' ? [leap.values[index * METRIC_COLUMNS.length + metricIndex('served_pct')]] : [],
    );
    expect(served).toEqual(new Array(9).fill(100));
    const step = runReplication({ ...loaded.plan, stepByStep: true }, 1, { openBytes: openFileBytes });
    expect(step.fingerprint).toBe(leap.fingerprint);
  });
});

describe('ranks of data-parallel attention', () => {
  const eight = expertsOf(
    'precision: fp8',
    'parallelism: { dp: 8, ep: 8 }',
    'engine: { max_num_seqs: 64, max_num_batched_tokens: 1024 }',
  );
  const one = expertsOf(
    'precision: fp8',
    'parallelism: { tp: 8 }',
    'engine: { max_num_seqs: 64, max_num_batched_tokens: 1024 }',
  );

  it('multiply what engines bound per rank', () => {
    expect([eight.engine.maxNumSeqs, eight.engine.maxNumBatchedTokens]).toEqual([512, 8192]);
    expect([one.engine.maxNumSeqs, one.engine.maxNumBatchedTokens]).toEqual([64, 1024]);
    expect([eight.deployment.maxNumSeqs, eight.deployment.maxNumBatchedTokens]).toEqual([512, 8192]);
    const own = expertsOf(
      'precision: fp8',
      'parallelism: { dp: 8, ep: 8 }',
      'engine: { kind: sglang, num_gpu_blocks_override: 20000, max_prefill_tokens: 4096 }',
    );
    expect([own.engine.numBlocks, own.engine.maxPrefillTokens]).toEqual([160_000, 32_768]);
    // One sequence lives on one rank.
    expect(own.engine.maxModelLenTokens).toBe(20_000);
  });

  it('count as devices in cost, racks and power', () => {
    expect(eight.cost).toEqual(one.cost);
    expect([eight.hostBusyW, eight.hostIdleW, eight.racks]).toEqual([one.hostBusyW, one.hostIdleW, one.racks]);
    expect(eight.racks).toBe(2);
    const site = (text: string) => load(text).plan.world.groups[0]!.cost.pue;
    expect(site(withExperts('precision: fp8', 'parallelism: { dp: 8, ep: 8 }'))).toMatchObject({ model: 'thermal' });
    const rated = (...lines: string[]) => {
      const pue = site(withExperts('precision: fp8', ...lines));
      return pue.model === 'thermal' ? pue.ratedW : Number.NaN;
    };
    expect(rated('parallelism: { dp: 8, ep: 8 }') / rated('parallelism: { tp: 8 }')).toBeCloseTo(1, 1);
  });
});

describe('formats', () => {
  it('have scales per block where the model was published so', () => {
    expect(expertsOf('precision: fp8', 'parallelism: { tp: 8 }').deployment.blockScaledWeights).toBe(true);
    expect(expertsOf('parallelism: { tp: 8 }').deployment.blockScaledWeights).toBe(true);
    expect(
      'blockScaledWeights' in
        expertsOf('precision: { weights: fp8, block_scaled: false }', 'parallelism: { tp: 8 }').deployment,
    ).toBe(false);
    expect('blockScaledWeights' in poolOf('precision: fp8').deployment).toBe(false);
    const own = load(
      `${withExperts('parallelism: { tp: 8 }').replace('model: deepseek-v3', 'model: mine')}models: { mine: { base: deepseek-v3, context_tokens: 8192 } }\n`,
    );
    expect(own.plan.world.pools[0]!.deployment.blockScaledWeights).toBe(true);
  });
});

describe('a power limit', () => {
  it('lowers what the site has to be built for', () => {
    const rated = (...lines: string[]) => {
      const { pue } = load(withPool(...lines)).plan.world.groups[0]!.cost;
      return pue.model === 'thermal' ? pue.ratedW : Number.NaN;
    };
    const full = rated();
    const capped = rated('power: { limit_w: 400W }');
    expect(full - capped).toBeGreaterThan(2 * 250);
  });
});

describe('GGUF formats', () => {
  it('reach the physics by name, and only where one is named', () => {
    const engine = 'engine: { kind: llama-cpp }';
    expect(poolOf('precision: { weights: int4, gguf: Q4_0 }', engine).deployment).toMatchObject({
      weightPrecision: 'int4',
      gguf: 'Q4_0',
    });
    expect(poolOf('precision: { weights: int8, gguf: Q6_K }', engine).deployment).toMatchObject({
      weightPrecision: 'int8',
      gguf: 'Q6_K',
    });
    expect('gguf' in poolOf('precision: int4', engine).deployment).toBe(false);
  });
});

describe('what cannot be', () => {
  it.each<[string, string, string]>([
    ['ranks without experts', withPool('parallelism: { dp: §2 }'), 'SCENARIO_PARALLELISM'],
    ['expert parallelism without experts', withPool('parallelism: { tp: 2, ep: §2 }'), 'SCENARIO_PARALLELISM'],
    ['ranks over pipeline stages', withExperts('parallelism: { dp: §4, pp: 2 }'), 'SCENARIO_PARALLELISM'],
    ['groups that do not divide the devices', withExperts('parallelism: { tp: 8, ep: §3 }'), 'SCENARIO_PARALLELISM'],
    [
      'ranks on chips of a pipeline',
      withPool('parallelism: { dp: §2 }').replace('h100-sxm', 'groq-lpu-v1'),
      'SCENARIO_PARALLELISM',
    ],
    ['scales per block of fp16', withPool('precision: { weights: fp16, block_scaled: §true }'), 'SCENARIO_PRECISION'],
    ['GGUF without llama.cpp', withPool('precision: { weights: int4, gguf: §Q4_0 }'), 'SCENARIO_PRECISION'],
    [
      'GGUF of another width',
      withPool('precision: { weights: int8, gguf: §Q4_0 }', 'engine: { kind: llama-cpp }'),
      'SCENARIO_PRECISION',
    ],
    [
      'sparsity without a rate',
      withPool("precision: { weights: fp16, sparsity: §'2:4' }").replace('h100-sxm', 'gaudi3'),
      'SCENARIO_PRECISION',
    ],
    ['another sparsity', withPool("precision: { weights: fp16, sparsity: §'1:4' }"), 'SCENARIO_CHOICE'],
    ['a limit above the TDP', withPool('power: { limit_w: §900 }'), 'SCENARIO_DEVICE_POWER'],
    ['a limit below idle', withPool('power: { limit_w: §50W }'), 'SCENARIO_DEVICE_POWER'],
    [
      'a limit of a chip pipeline',
      withPool('power: { limit_w: §100 }').replace('h100-sxm', 'groq-lpu-v1'),
      'SCENARIO_DEVICE_POWER',
    ],
    ['a clock too low', withPool('power: { clock_ratio: §0.2 }'), 'SCENARIO_RANGE'],
    [
      'a budget below one token a sequence',
      withPool('engine: { max_num_seqs: 64, max_num_batched_tokens: §32 }'),
      'SCENARIO_ENGINE_SETTING',
    ],
    [
      'a cold start nobody timed',
      withPool('engine: { kind: static-batch, first_request_time: §cold }'),
      'SCENARIO_ENGINE_OPTION',
    ],
    ['a negative first request', withPool('engine: { first_request_time: §-1s }'), 'SCENARIO_RANGE'],
  ])('%s', (_, marked, code) => {
    const { text, line, column } = unmark(marked);
    const loaded = loadText(text);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => [problem.code, problem.line, problem.column])).toEqual([[code, line, column]]);
  });

  it('is told in the keys of the scenario', () => {
    const loaded = loadText(
      withPool('engine: { kind: trtllm, enable_chunked_prefill: false, max_num_seqs: 64, max_num_batched_tokens: 32 }'),
    );
    const [problem, ...others] = loaded.ok ? [] : loaded.problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'SCENARIO_ENGINE_SETTING',
      message: 'engine setting max_num_batched_tokens is 32; allowed: at least max_num_seqs (64)',
      given: '32',
      allowed: ['at least max_num_seqs (64)'],
    });
  });

  it('is a network without tokens on an engine that serves none', () => {
    const models = 'models: { vision: { fixed_work: { params: 86000000, flop_per_unit: 17.6GFLOP } } }\n';
    const text = withPool('engine: { kind: sglang }').replace('model: llama-3.1-8b', 'model: vision');
    const loaded = loadText(text + models);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['SCENARIO_ENGINE_SETTING', 'the engine needs a model with a KV cache'],
    ]);
  });

  it('is warned of where a micro-batch means nothing', () => {
    const warned = (engine: string) =>
      load(withPool(`engine: ${engine}`)).warnings.map(({ code, line }) => `${code}:${line}`);
    expect(warned('{ n_ubatch: 256 }')).toEqual(['SCENARIO_ENGINE_OPTION:15']);
    expect(warned('{ kind: llama-cpp, n_ubatch: 256 }')).toEqual([]);
  });

  it('is warned of where pruned weights are only stored narrow', () => {
    const warned = (precision: string) =>
      load(withPool(`precision: ${precision}`)).warnings.map(({ code, path, line }) => [code, path.slice(-8), line]);
    expect(warned("{ weights: int4, sparsity: '2:4' }")).toEqual([['SCENARIO_PRECISION', 'sparsity', 15]]);
    expect(warned("{ weights: fp8, sparsity: '2:4' }")).toEqual([]);
  });

  it('is warned of where an option means nothing', () => {
    const { warnings } = load(withPool('engine: { schedule_policy: lpm, max_waiting_tokens: 5 }'));
    expect(warnings.map(({ code }) => code)).toEqual(['SCENARIO_ENGINE_OPTION', 'SCENARIO_ENGINE_OPTION']);
    expect(load(BASE).warnings).toEqual([]);
  });
});

describe('the first request', () => {
  it('takes longer only where somebody says so', () => {
    expect('firstStepS' in poolOf().engine).toBe(false);
    expect(poolOf('engine: { first_request_time: 2s }').engine.firstStepS).toBe(2);
    const cold = load(withPool('engine: { first_request_time: cold }'));
    expect(cold.plan.world.pools[0]!.engine.firstStepS).toBe(findEngine('vllm')?.firstRequestS?.value);
    expect(load(cold.resolvedYamlText).plan).toEqual(cold.plan);
  });
});
