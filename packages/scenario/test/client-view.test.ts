/** The client's view of a benchmark in a scenario: prompt pools, counted arrivals, whole-number lengths, chunks. */

import { World } from '@infersim/fleet';
import { createSampler, RandomStreams } from '@infersim/kernel';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../src/problem-format.js';
import { BASE, loadText, unmark } from './memory-files.js';

const WORKLOAD = `  - id: talk
    from: { region: us-pjm-virginia }
    arrivals: { process: poisson, rate_per_s: 2 }
    input_tokens: 500
    output_tokens: 100
    route: { prefer: [cloud] }
`;
/** The base with other lines in place of arrivals and lengths of its workload. */
const withClient = (...lines: string[]) =>
  BASE.replace(
    WORKLOAD,
    `  - id: talk
    from: { site: east }
    route: { prefer: [cloud] }
${lines.map((line) => `    ${line}\n`).join('')}`,
  );
const LENGTHS = ['input_tokens: 1000', 'output_tokens: 20'];

function load(text: string, sets: readonly string[] = []) {
  const loaded = loadText(text, { sets });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
}
const trafficOf = (...lines: string[]) => load(withClient(...lines)).plan.world.traffic[0]!;
const workloadOf = (...lines: string[]) => trafficOf(...lines).workload;

describe('arrivals of known count', () => {
  it('are a stage, by default from its start to the horizon', () => {
    expect(workloadOf('arrivals: { process: poisson-count, rate_per_s: 4 }', ...LENGTHS).arrivals).toEqual({
      process: 'poisson-count',
      ratePerS: 4,
      startS: 0,
      durationS: 600,
    });
    const loaded = load(
      withClient('arrivals: { process: poisson-count, rate_per_s: 4, start: 1m, duration: 2m }', ...LENGTHS),
    );
    expect(loaded.plan.world.traffic[0]!.workload.arrivals).toMatchObject({ startS: 60, durationS: 120 });
    expect(loaded.plan.world.stationary).toBe(false);
    expect(loaded.plan.deterministic).toBe(false);
    expect(load(loaded.resolvedYamlText).plan).toEqual(loaded.plan);
  });

  it('are a burst', () => {
    const loaded = load(withClient('arrivals: { process: burst, requests: 300, at: 3s }', ...LENGTHS), [
      'network.jitter_sigma=0',
    ]);
    expect(loaded.plan.world.traffic[0]!.workload.arrivals).toEqual({
      process: 'burst',
      requests: 300,
      atS: 3,
      ratePerS: 0.5,
    });
    expect(loaded.plan.world.stationary).toBe(false);
    expect(loaded.plan.deterministic).toBe(true);
  });

  it('are steady when the stage fills the horizon', () => {
    expect(
      load(withClient('arrivals: { process: poisson-count, rate_per_s: 4 }', ...LENGTHS)).plan.world.stationary,
    ).toBe(true);
  });

  it('are warned of where the horizon cuts the stage off', () => {
    const loaded = load(withClient('arrivals: { process: poisson-count, rate_per_s: 4, duration: 1h }', ...LENGTHS));
    expect(loaded.warnings.map(({ code }) => code)).toEqual(['SCENARIO_STAGE_LONG']);
  });
});

describe('a closed loop', () => {
  it('needs no think time, and staggers its users by the ramp', () => {
    const { arrivals } = workloadOf('arrivals: { process: closed, users: 64, ramp: 320ms }', ...LENGTHS);
    expect(arrivals).toEqual({ process: 'closed', users: 64, thinkS: { dist: 'constant', value: 0 }, rampS: 0.32 });
    expect(workloadOf('arrivals: { process: closed, users: 1, think: 0s }', ...LENGTHS).arrivals).toMatchObject({
      thinkS: { dist: 'constant', value: 0 },
    });
  });
});

describe('lengths that jitter', () => {
  it('are whole numbers, each as likely as any other', () => {
    const { lengths } = workloadOf(
      'arrivals: { process: poisson, rate_per_s: 1 }',
      'input_tokens: { dist: uniform-whole, min: 8, max: 10 }',
      'output_tokens: { dist: uniform-whole, min: 7, max: 7 }',
    );
    if (lengths.kind !== 'independent') throw new Error(lengths.kind);
    expect(lengths.output).toEqual({ dist: 'constant', value: 7 });
    const sampler = createSampler(lengths.prompt);
    const stream = new RandomStreams(1, 0).stream('lengths');
    const counts = new Map<number, number>();
    for (let i = 0; i < 30_000; i++) {
      const tokens = Math.round(sampler.sample(stream));
      counts.set(tokens, (counts.get(tokens) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([8, 9, 10]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(330);
  });

  it('can be mixed, and stay what they are when resolved', () => {
    const loaded = load(
      withClient(
        'arrivals: { process: poisson, rate_per_s: 1 }',
        'input_tokens: { dist: mixture, components: [{ weight: 1, of: { dist: uniform-whole, min: 8, max: 10 } }, { weight: 2, of: { dist: constant, value: 5 } }] }',
        'output_tokens: 5',
      ),
    );
    expect(load(loaded.resolvedYamlText).plan).toEqual(loaded.plan);
  });
});

describe('a prompt pool', () => {
  const POOL = 'prompt_pool: { beginnings: 9, beginning_tokens: 100, prompts_per_beginning: 5, order: shuffled }';

  it('is planned as written', () => {
    expect(workloadOf('arrivals: { process: poisson, rate_per_s: 1 }', ...LENGTHS, POOL).promptPool).toEqual({
      beginnings: 9,
      beginningTokens: 100,
      promptsPerBeginning: 5,
      order: 'shuffled',
    });
    expect(
      workloadOf(
        'arrivals: { process: poisson, rate_per_s: 1 }',
        ...LENGTHS,
        'prompt_pool: { prompts_per_beginning: 50 }',
      ).promptPool,
    ).toEqual({ beginnings: 1, beginningTokens: 0, promptsPerBeginning: 50, order: 'cycle' });
  });

  it('is shared by stages that name it', () => {
    const stage = (id: string, arrivals: string, more = '') =>
      `  - { id: ${id}, from: { site: east }, route: { prefer: [cloud] }, arrivals: { process: poisson-count, rate_per_s: ${arrivals} }, input_tokens: ${more === '' ? 1000 : more}, output_tokens: 20, prompt_pool: { id: questions, prompts_per_beginning: 40 } }\n`;
    const [head] = BASE.split('workloads:');
    const stages = `${head}workloads:\n${stage('warm', '2, duration: 1m')}${stage('measured', '4, start: 1m')}`;
    const [warm, measured] = load(stages).plan.world.traffic;
    expect(warm!.workload.promptPool?.owner).toBeUndefined();
    expect(measured!.workload.promptPool?.owner).toEqual({ workloadId: 'warm', workloadIndex: 0 });
    expect(load(load(stages).resolvedYamlText).plan).toEqual(load(stages).plan);
    const other = loadText(
      `${head}workloads:\n${stage('warm', '2, duration: 1m')}${stage('measured', '4, start: 1m', '900')}`,
    );
    expect(other.ok ? [] : other.problems.map(({ code, line }) => [code, line])).toEqual([['SCENARIO_CONFLICT', 17]]);
  });

  it('is all hits after the first pass in a run of the scenario', () => {
    const { plan } = load(withClient('arrivals: { process: poisson-count, rate_per_s: 2 }', ...LENGTHS, POOL), [
      'grids.cloud.sites.east.pools.chat.replicas=1',
      'horizon=90s',
    ]);
    const world = new World({
      plan: plan.world,
      seed: plan.seed,
      replication: 1,
      openBytes: () => {
        throw new Error('no traces');
      },
      requestRows: Number.POSITIVE_INFINITY,
      series: false,
      stepByStep: false,
    });
    world.run(() => false);
    expect(world.statistics.offeredByTraffic[0]).toBe(180);
    const { cachedTokens } = world.log!.columns;
    const later = [...cachedTokens.subarray(45, world.log!.rows)].filter((tokens) => !Number.isNaN(tokens));
    expect(later.length).toBeGreaterThan(100);
    expect(new Set(later)).toEqual(new Set([992]));
  });
});

describe('chunks', () => {
  it('reach the plan only where they are more than one token', () => {
    const chunked = trafficOf(
      'arrivals: { process: poisson, rate_per_s: 1 }',
      ...LENGTHS,
      'client: { stream_interval_tokens: 20 }',
    );
    expect(chunked.client.streamIntervalTokens).toBe(20);
    const plain = trafficOf('arrivals: { process: poisson, rate_per_s: 1 }', ...LENGTHS);
    expect('streamIntervalTokens' in plain.client).toBe(false);
  });
});

describe('what cannot be', () => {
  const poisson = 'arrivals: { process: poisson, rate_per_s: 1 }';
  it.each<[string, string[], string]>([
    [
      'a stage after the horizon',
      ['arrivals: { process: poisson-count, rate_per_s: 4, start: §1h }', ...LENGTHS],
      'SCENARIO_RANGE',
    ],
    [
      'a stage without requests',
      ['arrivals: { process: poisson-count, rate_per_s: §0.0001 }', ...LENGTHS],
      'SCENARIO_RANGE',
    ],
    [
      'a burst after the horizon',
      ['arrivals: { process: burst, requests: 4, at: §600s }', ...LENGTHS],
      'SCENARIO_RANGE',
    ],
    [
      'a burst too large for memory',
      ['arrivals: { process: burst, requests: §10000001 }', ...LENGTHS],
      'SCENARIO_RANGE',
    ],
    ['a burst of none', ['arrivals: { process: burst, requests: §0 }', ...LENGTHS], 'SCENARIO_RANGE'],
    [
      'a stage with a day curve',
      ['arrivals: { process: poisson-count, rate_per_s: 4, §profile: weekday-chat }', ...LENGTHS],
      'SCENARIO_UNKNOWN_KEY',
    ],
    [
      'parts of tokens',
      [poisson, 'input_tokens: { dist: uniform-whole, min: §0.5, max: 3 }', 'output_tokens: 5'],
      'SCENARIO_TYPE',
    ],
    [
      'a range upside down',
      [poisson, 'input_tokens: { dist: uniform-whole, min: 5, max: §3 }', 'output_tokens: 5'],
      'SCENARIO_DISTRIBUTION',
    ],
    [
      'whole seconds to think',
      ['arrivals: { process: closed, users: 2, think: { dist: §uniform-whole, min: 1, max: 3 } }', ...LENGTHS],
      'SCENARIO_CHOICE',
    ],
    [
      'a pool and a prefix',
      [poisson, ...LENGTHS, 'prefix: { groups: 1, tokens: 9 }', '§prompt_pool: { prompts_per_beginning: 5 }'],
      'SCENARIO_CONFLICT',
    ],
    [
      'a pool too large',
      [poisson, ...LENGTHS, 'prompt_pool: { beginnings: 2000, prompts_per_beginning: §2000 }'],
      'SCENARIO_RANGE',
    ],
    ['an empty pool', [poisson, ...LENGTHS, 'prompt_pool: { prompts_per_beginning: §0 }'], 'SCENARIO_RANGE'],
    ['chunks of nothing', [poisson, ...LENGTHS, 'client: { stream_interval_tokens: §0 }'], 'SCENARIO_RANGE'],
  ])('%s', (_, lines, code) => {
    const { text, line, column } = unmark(withClient(...lines));
    const loaded = loadText(text);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => [problem.code, problem.line, problem.column])).toEqual([[code, line, column]]);
  });
});
