/** What a scenario becomes: engines, memory, prices, cooling, network, routes. */

import { capitalRecoveryFactor } from '@infersim/accounting';
import { findDevice, findModel, findRegion, roundTripMs } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { explainPools } from '../src/explain.js';
import { formatProblems } from '../src/problem-format.js';
import { BASE, type Files, loadFiles, withLine } from './memory-files.js';

function load(text: string, files: Files = {}, sets: readonly string[] = []) {
  const loaded = loadFiles({ 'main.yaml': text, ...files }, { sets });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
}

const planOf = (text: string, sets: readonly string[] = []) => load(text, {}, sets).plan;
const poolOf = (...sets: string[]) => {
  const pool = planOf(BASE, sets).world.pools[0];
  if (pool === undefined) throw new Error('no pool');
  return pool;
};
const POOL = 'grids.cloud.sites.east.pools.chat';
const SITE = 'grids.cloud.sites.east';

describe('engines', () => {
  it('take the large defaults on large devices only', () => {
    const large = poolOf().engine;
    expect([large.maxNumSeqs, large.maxNumBatchedTokens]).toEqual([1024, 8192]);
    const small = poolOf(`${POOL}.device=l40s`).engine;
    expect([small.maxNumSeqs, small.maxNumBatchedTokens]).toEqual([256, 2048]);
    const exception = poolOf(`${POOL}.device=a100-80-sxm`).engine;
    expect([exception.maxNumSeqs, exception.maxNumBatchedTokens]).toEqual([256, 2048]);
  });

  it('hold the KV blocks that memory leaves', () => {
    const { engine } = poolOf(`${POOL}.engine.gpu_memory_utilization=0.8`, `${POOL}.engine.memory_overhead=3GB`);
    // Llama-3.1-8B: 2 x 32 layers x 8 heads x 128 x 2 bytes = 131,072 bytes per token, 16 tokens per block.
    const memory = findDevice('h100-sxm')?.memoryBytes.value ?? 0;
    const weights = (findModel('llama-3.1-8b')?.cardParams.value ?? 0) * 2;
    const blocks = (memory * 0.8 - weights - 3e9) / (131_072 * 16);
    expect(Math.abs(engine.numBlocks / blocks - 1)).toBeLessThan(0.01);
  });

  it('shorten the model length to what the cache holds', () => {
    const { engine } = poolOf(
      `${POOL}.device=l4`,
      `${POOL}.precision=fp8`,
      `${POOL}.engine.gpu_memory_utilization=0.5`,
    );
    expect(engine.maxModelLenTokens).toBe(engine.numBlocks * 16);
    expect(engine.maxModelLenTokens).toBeLessThan(131_072);
  });

  it('keep the order of precedence: what is written wins', () => {
    const { engine, apiS } = poolOf(`${POOL}.engine={ max_num_seqs: 7, enable_prefix_caching: false, api_time: 3ms }`);
    expect([engine.maxNumSeqs, engine.enablePrefixCaching, apiS]).toEqual([7, false, 0.003]);
  });

  it('follow from the device when not named', () => {
    expect(poolOf(`${POOL}.device=snapdragon-x-elite`, `${POOL}.precision=int4`).engine.scheduler).toBe(
      'single-stream',
    );
  });
});

describe('formats', () => {
  it('compute in the format of the weights where the device can, else in fp16', () => {
    const formats = (device: string, precision: string) => {
      const { deployment } = poolOf(`${POOL}.device=${device}`, `${POOL}.precision=${precision}`);
      return [deployment.weightPrecision, deployment.kvPrecision, deployment.activationPrecision];
    };
    expect(formats('h100-sxm', 'fp8')).toEqual(['fp8', 'fp16', 'fp8']);
    expect(formats('a100-80-sxm', 'fp8')).toEqual(['fp8', 'fp16', 'fp16']);
    expect(formats('h100-sxm', 'int4')).toEqual(['int4', 'fp16', 'fp16']);
    expect(formats('b200-sxm', 'fp4')).toEqual(['fp4', 'fp16', 'fp4']);
    expect(formats('h100-sxm', 'bf16')).toEqual(['fp16', 'fp16', 'fp16']);
    expect(formats('h100-sxm', '{ weights: fp8, kv: fp8 }')).toEqual(['fp8', 'fp8', 'fp8']);
  });
});

describe('prices', () => {
  it('spread capital by the capital recovery factor', () => {
    // Annuity of 1 USD over 4 years at 8 %: 0.301921 (tables of annuities).
    expect(capitalRecoveryFactor(0.08, 4)).toBeCloseTo(0.301_920_8, 6);
    expect(capitalRecoveryFactor(0, 4)).toBe(0.25);
  });

  it('add device, server, facility, network and operations by hand', () => {
    const { cost } = poolOf(
      `${POOL}.costs={ device_price_usd: 30000, server_share: 0.5, network_usd_per_device: 2000, facility_usd_per_w: 10, device_life_years: 4, facility_life_years: 15, wacc: 0, opex_share_per_year: 0.1 }`,
      `${POOL}.parallelism.tp=2`,
    );
    const yearS = 365 * 86_400;
    expect(cost.deviceUsdPerReplicaS).toBeCloseTo((2 * 45_000) / 4 / yearS, 12);
    expect(cost.networkUsdPerReplicaS).toBeCloseTo((2 * 2000) / 4 / yearS, 12);
    expect(cost.operationsUsdPerReplicaS).toBeCloseTo((2 * 4500) / yearS, 12);
    // A DGX H100 is built for 10.2 kW with eight devices.
    expect(cost.facilityUsdPerReplicaS).toBeCloseTo((10 * (10_200 / 8) * 2) / 15 / yearS, 12);
    expect(cost.basis).toBe('owned');
  });

  it('take the residual value off at the end of the life', () => {
    const costs = (residual: string) =>
      poolOf(
        `${POOL}.costs={ device_price_usd: 10000, server_share: 0, wacc: 0, device_life_years: 5, residual_share: ${residual} }`,
      ).cost.deviceUsdPerReplicaS;
    expect(costs('20%') / costs('0')).toBeCloseTo(0.8, 12);
  });

  it('charge rent when rented', () => {
    const { cost } = poolOf(`${POOL}.costs={ ownership: rented, device_usd_per_h: 3 }`, `${POOL}.parallelism.tp=4`);
    expect(cost.basis).toBe('rented');
    expect(cost.deviceUsdPerReplicaS).toBeCloseTo(12 / 3600, 12);
    expect(cost.facilityUsdPerReplicaS + cost.networkUsdPerReplicaS + cost.operationsUsdPerReplicaS).toBe(0);
  });

  it('take a pool over a grid over the whole', () => {
    const rent = (...sets: string[]) => poolOf('costs.ownership=rented', ...sets).cost.deviceUsdPerReplicaS * 3600;
    expect(rent('costs.device_usd_per_h=1')).toBeCloseTo(1, 12);
    expect(rent('costs.device_usd_per_h=1', 'costs.cloud.device_usd_per_h=2')).toBeCloseTo(2, 12);
    expect(
      rent('costs.device_usd_per_h=1', 'costs.cloud.device_usd_per_h=2', `${POOL}.costs.device_usd_per_h=4`),
    ).toBeCloseTo(4, 12);
  });

  it('turn tariffs into base units', () => {
    const cost = planOf(BASE, [
      `${SITE}.tariff={ energy_usd_per_kwh: 0.36, demand_usd_per_kw_month: 10, carbon_g_per_kwh: 360 }`,
      'costs.carbon_usd_per_t=100',
    ]).world.groups[0]?.cost;
    expect(cost?.energyUsdPerJ).toBeCloseTo(1e-7, 15);
    expect(cost?.demandUsdPerWMonth).toBe(0.01);
    expect(cost?.carbonGPerJ).toBeCloseTo(1e-4, 12);
    expect(cost?.carbonUsdPerG).toBe(1e-4);
    const hourly = cost?.hourlyMultiplier ?? [];
    expect(hourly).toHaveLength(24);
    expect(hourly.reduce((sum, value) => sum + value, 0) / 24).toBeCloseTo(1, 12);
  });
});

describe('cooling', () => {
  const pueOf = (...sets: string[]) => planOf(BASE, sets).world.groups[0]?.cost.pue;

  it('is thermal by default, at the region’s mean temperature', () => {
    const mean = findRegion('us-pjm-virginia')?.climate?.annualMeanC.value;
    expect(pueOf()).toMatchObject({ model: 'thermal', outdoorC: mean, freeCoolingC: 32 });
    expect(pueOf(`${SITE}.power.cooling=air`)).toMatchObject({ freeCoolingC: 18 });
  });

  it('uses the wet bulb for evaporative cooling', () => {
    const climate = findRegion('us-pjm-virginia')?.climate;
    const wet = (climate?.annualMeanC.value ?? 0) - (climate?.wetBulbDepressionK.value ?? 0);
    expect(pueOf(`${SITE}.power.cooling=evaporative`)).toMatchObject({ outdoorC: wet, freeCoolingC: 18 });
  });

  it('is fixed where given, and for devices in room air', () => {
    expect(pueOf(`${SITE}.power.pue=1.25`)).toEqual({ model: 'fixed', pue: 1.25 });
    expect(pueOf(`${SITE}.power.cooling=ambient`)).toEqual({ model: 'fixed', pue: 1.1 });
  });

  it('warns where the connection is smaller than what the pools can draw', () => {
    const { warnings, plan } = load(BASE, {}, [`${SITE}.power.limit=1kW`]);
    expect(warnings.map((warning) => warning.code)).toEqual(['SCENARIO_SITE_POWER']);
    expect(plan.warnings).toHaveLength(1);
  });
});

const FLEET = `${withLine(17, '    from: { region: eu-frankfurt, access: lan }')}`.replace(
  'workloads:',
  `  edge:
    sites:
      - id: shops
        count: 3
        region: us-caiso-california
        uplink: cable
        pools:
          - { id: box, model: llama-3.2-3b, device: jetson-agx-orin-64, precision: int4, engine: { kind: llama-cpp } }
workloads:
  - id: local
    from: { each_site_of: shops }
    arrivals: { process: periodic, period: 10s }
    input_tokens: 50
    output_tokens: 5
    route: { prefer: [edge], spill: [[chat, box], cloud] }`,
);

describe('network', () => {
  it('adds last mile, distance and uplink', () => {
    const { origins } = planOf(FLEET).world;
    const far = (roundTripMs('eu-frankfurt', 'us-east-virginia') ?? 0) / 1000;
    const farther = (roundTripMs('eu-frankfurt', 'us-west-oregon') ?? 0) / 1000;
    const across = (roundTripMs('us-west-oregon', 'us-east-virginia') ?? 0) / 1000;
    const [shops, frankfurt] = origins;
    expect(shops).toMatchObject({ id: 'shops', siteGroup: 1 });
    expect(shops?.rttS[1]).toBeCloseTo(0.0005, 12);
    expect(shops?.rttS[0]).toBeCloseTo(0.0005 + 0.018 + across, 12);
    expect(frankfurt).toMatchObject({ id: 'eu-frankfurt-lan', siteGroup: -1 });
    expect(frankfurt?.rttS[0]).toBeCloseTo(0.0005 + far, 12);
    expect(frankfurt?.rttS[1]).toBeCloseTo(0.0005 + farther + 0.018, 12);
  });

  it('takes measured round trips, either way round', () => {
    const rtt = (from: string, to: string) =>
      planOf(FLEET, [`network.rtt=[{ from: ${from}, to: ${to}, rtt: 42ms }]`]).world.origins[0]?.rttS[0];
    expect(rtt('shops', 'east')).toBe(0.042);
    expect(rtt('east', 'shops')).toBe(0.042);
  });
});

describe('routes', () => {
  it('go by stages; a pool is tried once', () => {
    const { traffic, pools } = planOf(FLEET).world;
    const ids = traffic[0]?.route.stages.map((stage) => stage.map((pool) => pools[pool]?.id));
    expect(ids).toEqual([['box'], ['chat']]);
  });

  it('can be narrowed to models', () => {
    const { traffic, pools } = planOf(FLEET, [
      'workloads.talk.route={ prefer: [cloud, edge], models: llama-3.2-3b }',
    ]).world;
    expect(traffic[1]?.route.stages.flat().map((pool) => pools[pool]?.id)).toEqual(['box']);
  });

  it('say when to spill', () => {
    const route = planOf(FLEET, ['workloads.local.route.spill_when={ ttft: 500ms, queue: 3 }']).world.traffic[0]?.route;
    expect([route?.spillTtftS, route?.spillQueue]).toEqual([0.5, 3]);
    expect(planOf(FLEET).world.traffic[0]?.route).toMatchObject({ spillTtftS: -1, spillQueue: -1 });
  });
});

describe('objectives', () => {
  it('name columns and scopes of the results', () => {
    const sets = [
      'slo[+]={ name: a, metric: power_kw_facility, stat: peak_15min, max: 9, site: east }',
      'slo[+]={ name: b, metric: cost_usd_per_1m_output_tokens, max: 1, pool: chat }',
      'slo[+]={ name: c, metric: ttft_ms_p95, max: 1, workload: local, site_share: 90% }',
    ];
    const { objectives } = planOf(FLEET, sets);
    expect(objectives.map((each) => [each.column, each.scopeKind, each.scopeId, each.siteShare])).toEqual([
      ['ttft_ms_p95', 'all', 'all', undefined],
      ['power_kw_facility_peak_15min', 'site', 'east', undefined],
      ['cost_usd_per_1m_output_tokens', 'pool', 'east/chat', undefined],
      ['ttft_ms_p95', 'workload', 'local', 0.9],
    ]);
  });
});

describe('own devices and models', () => {
  it('move fitted constants with a changed bandwidth', () => {
    const text = `${BASE}devices: { mine: { base: h100-sxm, memory_bw_gb_s: 1675 } }\n`;
    const device = planOf(text, [`${POOL}.device=mine`]).world.pools[0]?.deployment.device;
    const known = findDevice('h100-sxm');
    expect(device?.memoryBandwidthBps).toMatchObject({ value: 1.675e12, source: 'scenario' });
    const before = known?.kernels?.gemm.fp16.bandwidthBps.value ?? 0;
    expect((device?.kernels?.gemm.fp16.bandwidthBps.value ?? 0) / before).toBeCloseTo(1675 / 3350, 12);
    expect(device?.tdpW).toEqual(known?.tdpW);
  });

  it('can be written from scratch', () => {
    const text = `${BASE}devices: { chip: { class: asic, memory_gib: 96GiB, memory_bw_gb_s: 4TB/s, fp16_tflops: 400, tdp_w: 500, price_usd: 9000 } }\n`;
    const device = planOf(text, [`${POOL}.device=chip`]).world.pools[0]?.deployment.device;
    expect(device?.memoryBytes.value).toBe(96 * 2 ** 30);
    expect(device?.memoryBandwidthBps.value).toBe(4e12);
    expect(device?.idleW).toMatchObject({ value: 50, grade: 'assumed' });
  });

  it('read a published config.json', () => {
    const config = {
      model_type: 'llama',
      num_hidden_layers: 32,
      hidden_size: 4096,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      intermediate_size: 14336,
      vocab_size: 128256,
      max_position_embeddings: 131072,
      torch_dtype: 'bfloat16',
    };
    const text = `${BASE}models: { mine: { config: llama.json, context_tokens: 8192 } }\n`;
    const { plan, inputs } = load(text, { 'llama.json': JSON.stringify(config) }, [`${POOL}.model=mine`]);
    const shape = plan.world.pools[0]?.deployment.model.architecture;
    const known = findModel('llama-3.1-8b')?.architecture;
    expect([shape?.layers, shape?.hidden, shape?.kvHeads, shape?.headDim]).toEqual([
      known?.layers,
      known?.hidden,
      known?.kvHeads,
      known?.headDim,
    ]);
    expect(shape?.contextTokens).toBe(8192);
    expect(inputs.map((input) => input.path)).toContain('llama.json');
  });

  it('may be networks without tokens', () => {
    const text = `${BASE}models: { vision: { fixed_work: { params: 86000000, flop_per_unit: 17.6GFLOP } } }\n`;
    const pool = planOf(text, [`${POOL}.model=vision`]).world.pools[0];
    expect(pool?.deployment.model.fixedWork?.flopPerUnit).toBe(17.6e9);
    expect(pool?.engine.hasKv).toBe(false);
  });
});

describe('workloads', () => {
  it('keep the budget of a named profile unless told otherwise', () => {
    const text = BASE.replace('    input_tokens: 500\n    output_tokens: 100\n', '    lengths: azure-conv-2023\n');
    expect(planOf(text).world.traffic[0]?.workload).toMatchObject({ budgetTokens: 1000, maxPromptTokens: 16_384 });
    expect(planOf(text, ['workloads.talk.budget_tokens=64']).world.traffic[0]?.workload.budgetTokens).toBe(64);
  });

  it('start a UTC profile at the UTC hour and a local one at the local hour', () => {
    const hour = (name: string) =>
      planOf(BASE, [`workloads.talk.arrivals.profile=${name}`, 'start_hour_utc=20']).world.traffic[0]?.workload.profile
        ?.startHour;
    expect(hour('azure-conv-2024')).toBe(20);
    expect(hour('burstgpt-campus')).toBe((20 + (findRegion('us-pjm-virginia')?.utcOffsetH ?? 0)) % 24);
  });

  it('know when nothing is random', () => {
    const fixed = ['workloads.talk.arrivals={ process: constant, rate_per_s: 2 }', 'network.jitter_sigma=0'];
    expect(planOf(BASE, fixed).deterministic).toBe(true);
    expect(planOf(BASE, fixed.slice(0, 1)).deterministic).toBe(false);
    expect(planOf(BASE, [...fixed, `${POOL}.balance=random`]).deterministic).toBe(false);
  });

  it('are stationary without trends', () => {
    expect(planOf(BASE).world.stationary).toBe(true);
    expect(planOf(BASE, ['workloads.talk.arrivals.profile=azure-conv-2024']).world.stationary).toBe(false);
    expect(planOf(BASE, ['stationary=false']).world.stationary).toBe(false);
  });
});

describe('explaining', () => {
  const { explained, plan } = load(BASE);
  const at = (path: string) => explained.find((each) => each.path === path);

  it('says for every value where it comes from', () => {
    expect(at('horizon')).toMatchObject({ value: 600, unit: 's', from: 'scenario' });
    expect(at('confidence')).toMatchObject({ value: 0.95, from: 'default' });
    expect(at('grids.cloud.sites[0].tariff.energy_usd_per_kwh')).toMatchObject({ from: 'catalog', unit: 'USD/kWh' });
    expect(at('grids.cloud.sites[0].tariff.energy_usd_per_kwh')?.source).not.toBe('');
    expect(at('grids.cloud.sites[0].pools[0].engine.max_num_seqs')?.source).toContain('large device');
    expect(at('workloads[0].route.prefer[0]')).toMatchObject({ value: 'cloud', from: 'scenario' });
  });

  it('lists the assumed constants with their values', () => {
    expect(plan.assumed.length).toBeGreaterThan(0);
    for (const constant of plan.assumed) {
      expect(constant.grade).toBe('assumed');
      expect(Number.isFinite(constant.value)).toBe(true);
    }
    expect(plan.assumed.some((constant) => constant.name === 'device_life_years')).toBe(true);
  });

  it('predicts step times per pool', () => {
    const [pool] = explainPools(plan);
    expect(pool).toMatchObject({ pool: 'chat', site: 'east', replicas: 2 });
    expect(pool?.model.decode.length).toBeGreaterThan(1);
  });
});
