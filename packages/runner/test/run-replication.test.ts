import { describe, expect, it } from 'vitest';
import { group, pool, traffic, workload } from '../../fleet/test/small-world.js';
import { COST_COLUMNS, METRIC_COLUMNS, TIMESERIES_COLUMNS } from '../src/index.js';
import { figure, replicate, runPlan } from './small-plan.js';

const three = () =>
  runPlan({
    horizonS: 300,
    warmupS: 60,
    groups: [
      group({ id: 'virginia', grid: 'cloud' }),
      group({ id: 'factory', grid: 'enterprise' }),
      group({ id: 'shops', grid: 'edge', count: 4 }),
    ],
    pools: [pool({ group: 0, replicas: 2 }), pool({ id: 'plant', group: 1 }), pool({ id: 'till', group: 2 })],
    origins: [
      { id: 'us-east', siteGroup: -1, rttS: [0.02, 0.005, 0.03] },
      { id: 'shops', siteGroup: 2, rttS: [0.03, 0.03, 0.002] },
    ],
    traffic: [
      traffic(),
      traffic({
        workload: workload({ id: 'shop', siteRateSigma: 0.5, arrivals: { process: 'poisson', ratePerS: 1 } }),
        origin: 1,
        route: {
          stages: [[2], [0]],
          excludedByResidency: [],
          siteOrder: 'nearest',
          policy: 'chain',
          spillTtftS: -1,
          spillQueue: 4,
        },
      }),
    ],
  });

describe('a replication', () => {
  const result = replicate(three());

  it('conserves requests, tokens, blocks, time, energy and money, and obeys Little', () => {
    expect(result.conservation.map(({ name, passed }) => [name, passed])).toEqual([
      ['requests', true],
      ['tokens', true],
      ['kv-blocks', true],
      ['time', true],
      ['energy', true],
      ['energy-facility', true],
      ['money', true],
      ['little', true],
    ]);
  });

  it('cuts results by the whole, grids, sites, pools, workloads and origins, in this order', () => {
    expect(result.scopes.map(({ kind, id }) => `${kind}/${id}`)).toEqual([
      'all/all',
      'grid/cloud',
      'grid/enterprise',
      'grid/edge',
      'site/virginia',
      'site/factory',
      'site/shops',
      'pool/virginia/chat',
      'pool/factory/plant',
      'pool/shops/till',
      'workload/chat',
      'workload/shop',
      'origin/us-east',
      'origin/shops',
    ]);
  });

  it('adds up: additive figures of grids, sites and pools make the whole', () => {
    for (const column of METRIC_COLUMNS) {
      if (!column.additive) continue;
      const whole = figure(result, 'all/all', column.name);
      for (const scopes of [
        ['grid/cloud', 'grid/enterprise', 'grid/edge'],
        ['site/virginia', 'site/factory', 'site/shops'],
        ['pool/virginia/chat', 'pool/factory/plant', 'pool/shops/till'],
      ]) {
        const parts = scopes.map((scope) => figure(result, scope, column.name));
        if (parts.some(Number.isNaN)) continue;
        expect(Math.abs(parts.reduce((a, b) => a + b, 0) - whole)).toBeLessThanOrEqual(1e-9 * Math.abs(whole));
      }
    }
  });

  it('makes the bill of its parts, and cost per token of the bill', () => {
    for (const { kind, id } of result.scopes) {
      const scope = `${kind}/${id}`;
      const total = figure(result, scope, 'cost_usd_total');
      const parts = COST_COLUMNS.reduce((sum, [part]) => sum + figure(result, scope, `cost_usd_${part}`), 0);
      expect(parts).toBeCloseTo(total, 9);
      const input = figure(result, scope, 'tokens_input');
      const output = figure(result, scope, 'tokens_output');
      if (!(output > 0)) continue;
      const split =
        (figure(result, scope, 'cost_usd_per_1m_input_tokens') * input +
          figure(result, scope, 'cost_usd_per_1m_output_tokens') * output) /
        1e6;
      expect(Math.abs(split - total) / total).toBeLessThan(1e-9);
      expect((figure(result, scope, 'cost_usd_per_1m_tokens') * (input + output)) / 1e6).toBeCloseTo(total, 9);
    }
  });

  it('charges the workloads together what the pools that worked cost', () => {
    const workloads = ['workload/chat', 'workload/shop'].map((scope) => figure(result, scope, 'cost_usd_total'));
    const worked = ['pool/virginia/chat', 'pool/shops/till'].map((scope) => figure(result, scope, 'cost_usd_total'));
    expect(workloads[0]! + workloads[1]!).toBeCloseTo(worked[0]! + worked[1]!, 9);
  });

  it('lets anyone recompute energy, facility power and price from the time series', () => {
    const { timeseries } = result;
    const width = TIMESERIES_COLUMNS.length;
    const at = (row: number, name: (typeof TIMESERIES_COLUMNS)[number]) =>
      timeseries!.cells[row * width + TIMESERIES_COLUMNS.indexOf(name)]!;
    const all = result.scopes.findIndex((scope) => scope.kind === 'all');
    let itKwh = 0;
    let facilityKwh = 0;
    let usd = 0;
    timeseries!.scope.forEach((scope, row) => {
      if (scope !== all || timeseries!.timeS[row]! < 60) return;
      itKwh += at(row, 'energy_kwh_it');
      facilityKwh += at(row, 'energy_kwh_facility');
      usd += at(row, 'energy_kwh_facility') * at(row, 'price_usd_per_kwh');
      expect(at(row, 'power_kw_it') * at(row, 'pue')).toBeCloseTo(at(row, 'power_kw_facility'), 9);
    });
    expect(itKwh).toBeCloseTo(figure(result, 'all/all', 'energy_kwh_it'), 9);
    expect(facilityKwh).toBeCloseTo(figure(result, 'all/all', 'energy_kwh_facility'), 9);
    expect(usd).toBeCloseTo(
      figure(result, 'all/all', 'cost_usd_energy') + figure(result, 'all/all', 'cost_usd_cooling'),
      9,
    );
  });

  it('charges a rented pool its rent and no power, and still conserves money', () => {
    const base = pool();
    const rented = replicate(runPlan({ pools: [{ ...base, cost: { ...base.cost, basis: 'rented' } }] }));
    expect(figure(rented, 'all/all', 'cost_usd_energy')).toBe(0);
    expect(figure(rented, 'all/all', 'cost_usd_demand')).toBe(0);
    expect(figure(rented, 'all/all', 'energy_kwh_facility')).toBeGreaterThan(0);
    expect(rented.conservation.find(({ name }) => name === 'money')!.passed).toBe(true);
  });

  it('draws idle power where nothing runs, never more than its most', () => {
    const idle = figure(result, 'pool/factory/plant', 'power_kw_it_mean');
    expect(figure(result, 'pool/factory/plant', 'energy_idle_pct')).toBe(100);
    expect(idle).toBeGreaterThan(0.1);
    expect(figure(result, 'pool/virginia/chat', 'power_kw_it_peak')).toBeGreaterThan(idle);
  });

  it('shows the spread over like sites: worst is not below the median', () => {
    const p5 = figure(result, 'site/shops', 'site_ttft_ms_p95_p5');
    const p50 = figure(result, 'site/shops', 'site_ttft_ms_p95_p50');
    const worst = figure(result, 'site/shops', 'site_ttft_ms_p95_worst');
    expect(p5).toBeLessThanOrEqual(p50);
    expect(p50).toBeLessThanOrEqual(worst);
    expect(figure(result, 'workload/shop', 'site_ttft_ms_p95_worst')).toBe(worst);
    expect(figure(result, 'workload/chat', 'site_ttft_ms_p95_worst')).toBeNaN();
  });

  it('writes a row per request whose costs stay within the bill', () => {
    const { requests } = result;
    expect(requests!.rows).toBe(figure(result, 'all/all', 'requests_offered'));
    const own = requests!.columns.cost_usd.reduce((sum, usd) => sum + (Number.isNaN(usd) ? 0 : usd), 0);
    expect(own).toBeGreaterThan(0);
    const hour = 300 / 240;
    expect(own).toBeLessThan(figure(result, 'all/all', 'cost_usd_total') * hour);
  });

  it('is the same to the bit when run again, and after another world in the same thread', () => {
    replicate(runPlan());
    const again = replicate(three());
    expect(again.fingerprint).toBe(result.fingerprint);
    expect(again.values).toEqual(result.values);
  });

  it('differs in another replication', () => {
    expect(replicate(three(), 2).fingerprint).not.toBe(result.fingerprint);
  });
});

describe('stability', () => {
  it('says unstable when more comes than can be served', () => {
    const result = replicate(
      runPlan({
        horizonS: 3600,
        traffic: [traffic({ workload: workload({ arrivals: { process: 'poisson', ratePerS: 150 } }) })],
      }),
    );
    expect(result.stable).toBe(false);
    expect(result.warnings[0]).toMatch(/virginia\/chat.*unstable/);
  });

  it('says so of a short run too', () => {
    const result = replicate(
      runPlan({
        horizonS: 300,
        traffic: [traffic({ workload: workload({ arrivals: { process: 'poisson', ratePerS: 150 } }) })],
      }),
    );
    expect(result.stable).toBe(false);
  });

  it('says nothing of the kind at light load', () => {
    expect(replicate(runPlan({ horizonS: 3600 })).stable).toBe(true);
  });
});
