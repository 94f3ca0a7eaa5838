/** Variants laid over a base, and values laid over both. */

import { describe, expect, it } from 'vitest';
import { formatProblems } from '../src/problem-format.js';
import { BASE, loadFiles, loadText } from './memory-files.js';

function planOf(files: Record<string, string>, sets: readonly string[] = []) {
  const loaded = loadFiles(files, { sets });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.plan;
}

const problemsOf = (variant: string) => {
  const loaded = loadFiles({ 'main.yaml': variant, 'base.yaml': BASE });
  return loaded.ok ? [] : loaded.problems;
};

describe('extends', () => {
  it('merges maps key by key and lists by id', () => {
    const variant = `extends: base.yaml
name: variant
grids:
  cloud:
    sites:
      - id: east
        pools:
          - { id: chat, replicas: 5 }
          - { id: more, model: llama-3.1-8b, device: l40s }
slo:
  - { name: quick, max: 500 }
  - { name: bill, metric: cost_usd_total, max: 9 }
`;
    const plan = planOf({ 'main.yaml': variant, 'base.yaml': BASE });
    expect(plan.name).toBe('variant');
    expect(plan.world.pools.map((pool) => [pool.id, pool.replicas, pool.deployment.device.id])).toEqual([
      ['chat', 5, 'h100-sxm'],
      ['more', 1, 'l40s'],
    ]);
    expect(plan.objectives.map((objective) => [objective.name, objective.max])).toEqual([
      ['quick', 500],
      ['bill', 9],
    ]);
  });

  it('replaces a map of another kind whole', () => {
    const variant =
      'extends: base.yaml\nworkloads:\n  - { id: talk, arrivals: { process: closed, users: 3, think: 5s } }\n';
    const plan = planOf({ 'main.yaml': variant, 'base.yaml': BASE });
    expect(plan.world.traffic[0]?.workload.arrivals).toEqual({
      process: 'closed',
      users: 3,
      thinkS: { dist: 'constant', value: 5 },
      rampS: 0,
    });
  });

  it('takes keys away with null', () => {
    const variant =
      'extends: base.yaml\nworkloads:\n  - { id: talk, input_tokens: null, output_tokens: ~, lengths: azure-code-2023 }\n';
    const plan = planOf({ 'main.yaml': variant, 'base.yaml': BASE });
    expect(plan.world.traffic[0]?.workload.lengths.kind).toBe('joint-mixture');
  });

  it('replaces lists without ids', () => {
    const variant = 'extends: base.yaml\nworkloads:\n  - { id: talk, route: { prefer: [chat] } }\n';
    expect(planOf({ 'main.yaml': variant, 'base.yaml': BASE }).world.traffic[0]?.route.stages).toEqual([[0]]);
  });

  it('chains', () => {
    const files = {
      'main.yaml': 'extends: b.yaml\nseed: 7\n',
      'b.yaml': 'extends: base.yaml\nseed: 6\nreplications: 2\n',
      'base.yaml': BASE,
    };
    const plan = planOf(files);
    expect([plan.seed, plan.replications, plan.name]).toEqual([7, 2, 'base']);
  });

  it('points into the file that holds the fault', () => {
    const fromVariant = problemsOf('extends: base.yaml\nhorizon: 1m\n');
    expect(fromVariant.map((problem) => `${problem.file}:${problem.line}`)).toEqual(['base.yaml:4']);
    const files = { 'main.yaml': 'extends: base.yaml\nseed: 2\n', 'base.yaml': BASE.replace('h100-sxm', 'h100-smx') };
    const loaded = loadFiles(files);
    expect(
      loaded.ok ? [] : loaded.problems.map((problem) => `${problem.file}:${problem.line}:${problem.column}`),
    ).toEqual(['base.yaml:13:21']);
  });

  it('resolves paths from the file that names them', () => {
    const files = {
      'main.yaml': 'extends: sub/base.yaml\n',
      'sub/base.yaml': BASE.replace('arrivals: { process: poisson, rate_per_s: 2 }', 'trace: { file: t.csv }'),
      'sub/t.csv': 'arrival_s,prompt_tokens,output_tokens\n0,10,10\n1,10,10\n',
    };
    const loaded = loadFiles(files);
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    expect(loaded.plan.world.traffic[0]?.workload.arrivals).toMatchObject({ trace: { path: 'sub/t.csv' } });
    expect(loaded.resolvedYamlText).toContain('file: sub/t.csv');
    expect(loaded.inputs.map((input) => input.path)).toEqual(['main.yaml', 'sub/base.yaml', 'sub/t.csv']);
  });
});

describe('--set', () => {
  const base = { 'main.yaml': BASE };

  it('sets values by position and by id', () => {
    expect(planOf(base, ['grids.cloud.sites[0].pools[0].replicas=4']).world.pools[0]?.replicas).toBe(4);
    expect(planOf(base, ['grids.cloud.sites.east.pools.chat.replicas=6']).world.pools[0]?.replicas).toBe(6);
    expect(planOf(base, ['grids.cloud.sites[east].pools[chat].replicas=7']).world.pools[0]?.replicas).toBe(7);
    expect(planOf(base, ['slo.quick.max=5']).objectives[0]?.max).toBe(5);
  });

  it('takes units, maps, new keys and new items', () => {
    const plan = planOf(base, [
      'horizon=2h',
      'record={ requests: { sample: 10 }, timeseries: off }',
      'network.jitter_sigma=0',
      'slo[+]={ name: more, metric: pue, max: 2 }',
      'grids.cloud.sites.east.pools.chat.parallelism.tp=2',
    ]);
    expect(plan.world.horizonS).toBe(7200);
    expect(plan.record).toEqual({ requests: { mode: 'sample', sample: 10 }, timeseriesS: 0 });
    expect(plan.world.networkJitterSigma).toBe(0);
    expect(plan.objectives.map((objective) => objective.name)).toEqual(['quick', 'more']);
    expect(plan.world.pools[0]?.deployment.tp).toBe(2);
  });

  it('lets later values win, and wins over other flags', () => {
    expect(planOf(base, ['seed=3', 'seed=4']).seed).toBe(4);
    const loaded = loadText(BASE, {
      sets: ['seed=3'],
      overrides: {
        seed: 9,
        replications: 2,
        horizonS: '1h',
        requests: 'sample:5',
        timeseries: 'off',
        stepByStep: true,
      },
    });
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    expect([loaded.plan.seed, loaded.plan.replications, loaded.plan.world.horizonS, loaded.plan.stepByStep]).toEqual([
      3,
      2,
      3600,
      true,
    ]);
    expect(loaded.plan.record).toEqual({ requests: { mode: 'sample', sample: 5 }, timeseriesS: 0 });
  });

  it.each([
    ['no equals sign', 'seed', 'SCENARIO_SET', '--set:1:1'],
    ['no path', '=3', 'SCENARIO_SET', '--set:1:1'],
    ['no value', 'seed=', 'SCENARIO_SET', '--set:1:5'],
    ['an unknown key', 'sede=3', 'SCENARIO_UNKNOWN_KEY', '--set:1:1'],
    ['an unknown key inside', 'grids.cloud.sites.east.pools.chat.replicsa=3', 'SCENARIO_UNKNOWN_KEY', '--set:1:34'],
    ['an unknown id', 'grids.cloud.sites.aest.count=3', 'SCENARIO_SET', '--set:1:18'],
    ['a position past the end', 'grids.cloud.sites[4].count=3', 'SCENARIO_SET', '--set:1:18'],
    ['a value of the wrong type', 'seed=many', 'SCENARIO_TYPE', '--set:1:6'],
    ['a value that is no YAML', 'seed=[1', 'SCENARIO_SYNTAX', '--set:1:8'],
    ['a nesting bomb', `seed=${'['.repeat(5000)}`, 'SCENARIO_TOO_DEEP', '--set:1:69'],
    ['a path through a value', 'horizon.deeper=1', 'SCENARIO_SET', '--set:1:8'],
    ['a forbidden key', '__proto__.x=1', 'SCENARIO_SET', '--set:1:1'],
    ['an unknown name', 'grids.cloud.sites.east.pools.chat.device=h100-smx', 'SCENARIO_UNKNOWN_DEVICE', '--set:1:42'],
  ])('refuses %s, naming --set', (_, set, code, place) => {
    const loaded = loadText(BASE, { sets: [set] });
    const shown = loaded.ok
      ? []
      : loaded.problems.map((problem) => `${problem.code} ${problem.file}:${problem.line}:${problem.column}`);
    expect(shown).toContain(`${code} ${place}`);
  });

  it('names the flag that gave a bad value', () => {
    const loaded = loadText(BASE, { overrides: { horizonS: '10 parsecs' } });
    expect(loaded.ok ? '' : loaded.problems[0]?.file).toBe('--horizon');
  });
});
