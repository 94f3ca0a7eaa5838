import type { DeviceEntry } from '@infersim/catalog';
import type { WorldPlan } from '@infersim/fleet';
import { openFileBytes, type RunPlan, runReplication } from '@infersim/runner';
import { loadScenario } from '@infersim/scenario';
import { confidenceInterval } from '@infersim/stats';
import { describe, expect, it } from 'vitest';
import { overReplications } from '../src/acceptance.js';
import { geometricTokens, runEngine } from '../src/engine-station.js';
import { PlainStepModel } from '../src/plain-step-model.js';
import { figuresText, SHIPPED, shortPlan } from '../src/shipped-scenarios.js';
import {
  chatPool,
  deployment,
  engineOf,
  figureOf,
  imagePool,
  replicate,
  routeTo,
  runPlanOf,
  siteGroup,
  stepSOf,
  trafficOf,
  worldOf,
} from '../src/small-plans.js';

const allRows = { requests: { mode: 'all', sample: 0 }, timeseriesS: 0 } as const;
const run = (plan: RunPlan, replication = 1) => runReplication(plan, replication, { openBytes: openFileBytes });

describe('leaping and stepping', () => {
  it.each(SHIPPED)('%s: same fingerprint, figures, rows and series to the bit', (name) => {
    const plan = shortPlan(name);
    const leap = run(plan);
    const step = run({ ...plan, stepByStep: true });
    expect(step.events).toBeGreaterThan(leap.events);
    expect(figuresText(step)).toBe(figuresText(leap));
  });
});

describe('what must not change', () => {
  const chat = (over: Partial<WorldPlan> = {}) =>
    worldOf({
      horizonS: 120,
      pools: [chatPool({ replicas: 2 })],
      traffic: [trafficOf({ arrivals: { process: 'poisson', ratePerS: 8 } })],
      ...over,
    });
  const rowsOf = (world: WorldPlan) => run(runPlanOf(world, { record: allRows })).requests!;

  it('all times doubled: every latency doubles, to the bit', () => {
    const spec = {
      model: new PlainStepModel(0.02, 0.002),
      load: { arrivalsPerS: 1.8 },
      tokens: geometricTokens(60),
      maxNumSeqs: 8,
      warmupRequests: 0,
      requests: 2_000,
      seed: 3,
    };
    const slow = { ...spec, model: new PlainStepModel(0.04, 0.004), load: { arrivalsPerS: 0.9 } };
    const base = runEngine(spec, 1);
    const doubled = runEngine(slow, 1);
    expect(doubled.sojournS).toEqual(base.sojournS.map((time) => 2 * time));
    expect(doubled.waitS).toEqual(base.waitS.map((time) => 2 * time));
  });

  it('a pool that nobody routes to: identical requests', () => {
    const alone = rowsOf(chat());
    const beside = rowsOf(chat({ pools: [chatPool({ replicas: 2 }), chatPool({ id: 'idle', replicas: 3 })] }));
    expect({ ...beside.columns, cost_usd: null }).toEqual({ ...alone.columns, cost_usd: null });
    expect(beside.pool).toEqual(alone.pool);
    expect(beside.outcome).toEqual(alone.outcome);
  });

  it('a site elsewhere that nobody routes to: identical requests and cost per request', () => {
    const alone = rowsOf(chat());
    const groups = [siteGroup(), siteGroup({ id: 'elsewhere', grid: 'edge' })];
    const pools = [chatPool({ replicas: 2 }), chatPool({ id: 'idle', group: 1, replicas: 3 })];
    const beside = rowsOf(chat({ groups, pools }));
    expect(beside.columns).toEqual(alone.columns);
  });

  it('the order of keys in a scenario file: same fingerprint and figures', () => {
    const scenario = {
      schema_version: 1,
      name: 'keys',
      horizon: '2m',
      warmup: '10s',
      grids: {
        cloud: {
          sites: [
            {
              id: 'virginia',
              region: 'us-pjm-virginia',
              pools: [{ id: 'chat', model: 'llama-3.1-8b', device: 'h100-sxm', replicas: 2 }],
            },
          ],
        },
      },
      workloads: [
        {
          id: 'chat',
          from: { region: 'us-pjm-virginia', access: 'fibre' },
          arrivals: { process: 'poisson', rate_per_s: 6 },
          input_tokens: { dist: 'lognormal', median: 300, p99: 1500 },
          output_tokens: { dist: 'lognormal', median: 100, p99: 400 },
          route: { prefer: ['cloud'] },
        },
      ],
    };
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    const planFrom = (document: unknown) => {
      const loaded = loadScenario('keys.yaml', { readBytes: () => Buffer.from(JSON.stringify(document)) });
      if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
      return loaded.plan;
    };
    expect(Object.keys(reversed(scenario) as object)[0]).toBe('workloads');
    expect(figuresText(run(planFrom(reversed(scenario))))).toBe(figuresText(run(planFrom(scenario))));
  });
});

describe('what must not get worse', () => {
  /** The device with every bandwidth of its memory multiplied. */
  function faster(device: DeviceEntry, factor: number): DeviceEntry {
    const scaled = (value: unknown, key: string): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map((inner) => scaled(inner, ''));
      if (key === 'bandwidthBps' || key === 'memoryBandwidthBps') {
        const quantity = value as { value: number };
        return { ...quantity, value: quantity.value * factor };
      }
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, scaled(inner, name)]));
    };
    return scaled(device, '') as DeviceEntry;
  }

  it('more memory bandwidth: throughput of a closed loop never falls, and grows where decode is memory bound', () => {
    const throughput = (factor: number) => {
      const spec = deployment();
      const pool = chatPool({}, { ...spec, device: faster(spec.device, factor) });
      const users = { process: 'closed', users: 16, thinkS: { dist: 'constant', value: 0 }, rampS: 0 } as const;
      const lengths = {
        kind: 'independent',
        prompt: { dist: 'constant', value: 300 },
        output: { dist: 'constant', value: 100 },
      } as const;
      const world = worldOf({ horizonS: 120, pools: [pool], traffic: [trafficOf({ arrivals: users, lengths })] });
      return figureOf(replicate(runPlanOf(world)), 'requests_completed');
    };
    const completed = [1, 1.25, 1.5, 2, 4].map(throughput);
    expect(completed).toEqual([...completed].sort((a, b) => a - b));
    expect(completed[3]!).toBeGreaterThan(1.3 * completed[0]!);
  });

  it('one more replica: the median wait under least requests does not rise', () => {
    const medianMs = (replicas: number) => {
      const pool = imagePool(1, { replicas });
      const ratePerS = 1.5 / (100 * stepSOf(pool, 1));
      const traffic = trafficOf({ arrivals: { process: 'poisson', ratePerS } });
      const plan = runPlanOf(worldOf({ horizonS: 2_000 / ratePerS, pools: [pool], traffic: [traffic] }));
      return figureOf(replicate(plan), 'e2e_ms_p50');
    };
    const medians = [2, 3, 4, 5].map(medianMs);
    expect(medians).toEqual([...medians].sort((a, b) => b - a));
  });

  it('KV memory without end: no preemptions, where scarce memory has many', () => {
    const preemptions = (numBlocks: number) => {
      const spec = deployment();
      const pool = chatPool({ engine: engineOf(spec, { numBlocks }) }, spec);
      const traffic = trafficOf({
        arrivals: { process: 'poisson', ratePerS: 30 },
        lengths: {
          kind: 'independent',
          prompt: { dist: 'constant', value: 400 },
          output: { dist: 'constant', value: 300 },
        },
      });
      return figureOf(
        replicate(runPlanOf(worldOf({ horizonS: 60, pools: [pool], traffic: [traffic] }))),
        'preemptions',
      );
    };
    expect(preemptions(1_000)).toBeGreaterThan(100);
    expect(preemptions(100_000)).toBe(0);
  });
});

describe('what must have the same law', () => {
  const horizonS = 400;
  const pool = chatPool({ replicas: 4, balance: 'random' });
  const half = chatPool({ replicas: 2, balance: 'random' });
  const poisson = (ratePerS: number) => ({ process: 'poisson', ratePerS }) as const;
  const meansMs = (world: WorldPlan) =>
    overReplications(20, (replication) => figureOf(replicate(runPlanOf(world), replication), 'e2e_ms_mean'));
  const whole = meansMs(
    worldOf({ horizonS, warmupS: 20, pools: [pool], traffic: [trafficOf({ arrivals: poisson(40) })] }),
  );

  /** Independent worlds: the interval of the differences holds zero and is narrower than 2 % of the mean. */
  function expectSameLaw(others: readonly number[]): void {
    const gap = confidenceInterval(
      others.map((mean, index) => mean - whole[index]!),
      0.999,
    );
    const mean = confidenceInterval(whole).mean!;
    expect(Math.abs(gap.mean!)).toBeLessThan(gap.halfWidth!);
    expect(gap.halfWidth! / mean).toBeLessThan(0.02);
  }

  it('a pool split into two halves with half the traffic each', () => {
    const traffic = [0, 1].map((index) =>
      trafficOf({ id: `half-${index}`, arrivals: poisson(20) }, { route: routeTo([[index]]) }),
    );
    expectSameLaw(meansMs(worldOf({ horizonS, warmupS: 20, pools: [half, { ...half, id: 'other' }], traffic })));
  });

  it('one class of traffic or two like ones of half the rate', () => {
    const traffic = [0, 1].map((index) => trafficOf({ id: `class-${index}`, arrivals: poisson(20) }));
    expectSameLaw(meansMs(worldOf({ horizonS, warmupS: 20, pools: [pool], traffic })));
  });
});
