import type { TraceSpec } from '@infersim/workload';
import { expect, test, vi } from 'vitest';
import { rehearsalOf } from '../src/rehearsal.js';
import { noTraces, replicate, runPlan } from './small-plan.js';

test('a thread rehearses a hundred requests, once, before its first long run, whose results stay what they are', () => {
  const plan = runPlan({ horizonS: 300, warmupS: 60 });
  const before = replicate(plan);

  expect(rehearsalOf(plan, 99_999)).toBeNull();
  const { groups, traffic } = plan.world;
  const crowd = { ...plan.world, groups: [{ ...groups[0]!, count: 20_000 }] };
  expect(rehearsalOf({ ...plan, world: crowd }, 200_000)).toBeNull();
  const trace: TraceSpec = {
    path: 'lengths.csv',
    format: 'lengths',
    badRows: 'refuse',
    speed: 1,
    keep: 1,
    copies: 1,
    repeat: 1,
    spreadS: 0,
  };
  const fromFile = traffic.map((each) => ({
    ...each,
    workload: { ...each.workload, lengths: { kind: 'bootstrap' as const, trace } },
  }));
  expect(rehearsalOf({ ...plan, world: { ...plan.world, traffic: fromFile } }, 200_000)).toBeNull();
  const rehearsal = rehearsalOf(plan, 200_000)!;
  expect(rehearsal.world).toEqual({ ...plan.world, horizonS: 0.15, warmupS: 0 });
  expect(rehearsal.record).toEqual({ ...plan.record, requests: { mode: 'none', sample: 0 }, timeseriesS: 0 });
  expect(rehearsalOf(plan, 200_000)).toBeNull();

  replicate(rehearsal);
  expect(replicate(plan)).toEqual(before);
});

test('what is wrong with a long run is told by the run itself', async () => {
  vi.resetModules();
  const { runReplication } = await import('../src/index.js');
  const plan = runPlan({ horizonS: 1e9 });
  const broken = { ...plan, world: { ...plan.world, pools: [] } };
  const progress: number[] = [];
  const onProgress = (simulatedS: number) => progress.push(simulatedS) > 0;
  expect(() => runReplication(broken, 1, { ...noTraces, onProgress })).toThrow();
  expect(runReplication(plan, 1, { ...noTraces, onProgress })).toMatchObject({ interrupted: true });
  expect(progress).toHaveLength(1);
});
