import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchPlan, benchScenario, longerOutputs, scenarioPlan, trafficFrom } from '../src/bench-plan.js';

describe('the plan that the bench runs', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bench-plan-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('falls back to the fitted generator where the trace is not at hand, and says so', () => {
    const traffic = trafficFrom('no-such-folder');
    expect(traffic.tracePath).toBeUndefined();
    expect(traffic.title).toMatch(/not at hand/);
    expect(trafficFrom(undefined)).toEqual(traffic);
  });

  it('has eight replicas of four devices, no rows, and the horizon that the requests need', () => {
    const plan = benchPlan(trafficFrom(undefined), 10, 5_000);
    const pool = plan.world.pools[0]!;
    expect(pool.replicas).toBe(8);
    expect(pool.deployment.tp).toBe(4);
    expect(plan.world.horizonS).toBe(500);
    expect(plan.record).toEqual({ requests: { mode: 'none', sample: 0 }, timeseriesS: 0 });
  });

  it('makes larger fleets of like sites, asked over the network of a region', () => {
    const fleet = { sites: 100, replicasPerSite: 10, fromRegion: 'us-pjm-virginia' };
    const { world } = benchPlan(trafficFrom(undefined), 10, 5_000, fleet);
    expect(world.groups.map(({ count }) => count)).toEqual([100]);
    expect(world.pools[0]!.replicas).toBe(10);
    expect(world.origins[0]!.siteGroup).toBe(-1);
  });

  it('makes outputs of the generator longer without touching prompts', () => {
    const once = benchPlan(trafficFrom(undefined), 10, 100).world.traffic[0]!.workload;
    const longer = longerOutputs(trafficFrom(undefined), 8, folder);
    const eight = benchPlan(longer, 10, 100).world.traffic[0]!.workload;
    const lengths = [once, eight].map(({ lengths: of }) => {
      if (of.kind !== 'joint-mixture') throw new Error(of.kind);
      const { prompt, output } = of.components[0]!;
      if (output.dist !== 'mixture' || output.components[0]!.of.dist !== 'uniform') throw new Error(output.dist);
      return { prompt, high: output.components[0]!.of.high };
    });
    expect(lengths[1]!.prompt).toEqual(lengths[0]!.prompt);
    expect(lengths[1]!.high).toBe(8 * lengths[0]!.high);
    expect(eight.budgetTokens).toBe(8 * once.budgetTokens);
  });

  it('writes a trace with longer outputs and the same times and prompts', () => {
    const header = 'TIMESTAMP,ContextTokens,GeneratedTokens';
    writeFileSync(join(folder, 'azure-2023-conv.csv'), `${header}\n2023-11-16 18:15:46.6805900,374,44\n`);
    const longer = longerOutputs(trafficFrom(folder), 8, folder);
    expect(readFileSync(longer.tracePath!, 'utf8')).toBe(`${header}\n2023-11-16 18:15:46.6805900,374,352\n`);
  });

  it('knows a scenario with every kind of scheduler', () => {
    const { world } = scenarioPlan(benchScenario('every-kind'));
    const kinds = new Set(world.pools.map(({ engine }) => engine.scheduler));
    expect([...kinds].sort()).toEqual([
      'llama-cpp',
      'pipeline',
      'sglang',
      'single-stream',
      'static-batch',
      'tgi',
      'trtllm-max-utilization',
      'trtllm-no-evict',
      'vllm',
    ]);
    expect(world.pools.some(({ engine }) => engine.enablePrefixCaching)).toBe(true);
  });
});
