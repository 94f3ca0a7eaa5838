/**
 * A million devices: the scenario loads whole, its first seconds run, and what the world holds for devices that have nothing
 * to do is tens of bytes each. Bytes are counted from the columns, not read off the process.
 */
import { fileURLToPath } from 'node:url';
import { World } from '@infersim/fleet';
import { type RunPlan, runReplication } from '@infersim/runner';
import { describe, expect, it } from 'vitest';
import { planOf } from '../src/shipped-scenarios.js';
import { figureOf, noFiles } from '../src/small-plans.js';

const DEVICES = 1_000_000;
const path = fileURLToPath(new URL('../scenarios/million-devices.yaml', import.meta.url));
const short = { horizonS: 4, requests: 'none', timeseries: 'off' };
/** The same devices and load on sites of a hundred. */
const onSites = [
  'grids.edge.sites.homes.count=10000',
  'grids.edge.sites.homes.pools.box-3b.replicas=100',
  'workloads.helper.arrivals.rate_per_s=0.05',
];

const worldOf = (plan: RunPlan) =>
  new World({
    plan: plan.world,
    seed: plan.seed,
    replication: 1,
    openBytes: noFiles,
    requestRows: 0,
    series: false,
    stepByStep: false,
  });

describe('a million devices', () => {
  it('on a million sites: run, are conserved, and none that is idle has an object', () => {
    const plan = planOf(path, [], short);
    expect(plan.world.groups[0]!.count).toBe(DEVICES);
    const world = worldOf(plan);
    const [pool] = world.pools;
    expect(pool!.bank.count).toBe(DEVICES);
    expect(pool!.bank.objects).toBe(0);
    world.run(() => false);
    const offered = world.statistics.offeredByTraffic[0]!;
    expect(offered).toBeGreaterThan(1500);
    expect(offered).toBeLessThan(2500);
    // At most one object for each request that has come; the balancer keeps nothing for one replica a site.
    expect(pool!.bank.objects).toBeGreaterThan(0);
    expect(pool!.bank.objects).toBeLessThanOrEqual(offered);
    expect(pool!.bank.columnBytes / DEVICES).toBeLessThanOrEqual(8);
    expect(pool!.balanceBytes).toBe(0);
    // Next time, count, size, and the states of three streams.
    expect(world.sources[0]!.columnBytes / DEVICES).toBeLessThanOrEqual(120);
    expect(world.statistics.siteMeters[0]!.cells).toBeLessThanOrEqual(2 * offered);
  });

  it('on ten thousand sites: run, are conserved, judged and billed', () => {
    const result = runReplication(planOf(path, onSites, { ...short, horizonS: 20 }), 1, { openBytes: noFiles });
    expect(figureOf(result, 'devices')).toBe(DEVICES);
    expect(figureOf(result, 'sites')).toBe(10_000);
    expect(figureOf(result, 'requests_completed')).toBeGreaterThan(1000);
    expect(result.conservation.filter(({ passed }) => !passed)).toEqual([]);
    expect(result.siteSharesPct[0]).toBeGreaterThan(50);
    expect(figureOf(result, 'cost_usd_total')).toBeGreaterThan(0);
  });

  it('an object is handed on: over time far fewer are made than devices have worked', () => {
    const few = [...onSites, 'grids.edge.sites.homes.count=50'];
    const world = worldOf(planOf(path, few, { ...short, horizonS: 1800 }));
    world.run(() => false);
    const bank = world.pools[0]!.bank;
    const worked = world.statistics.offeredByTraffic[0]!;
    expect(worked).toBeGreaterThan(4000);
    expect(bank.objects).toBeLessThan(worked / 20);
  });
});
