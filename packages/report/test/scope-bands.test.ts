import { DEFAULT_WIDTHS, type ErrorRecord } from '@infersim/confidence';
import { METRIC_COLUMNS, metricIndex } from '@infersim/runner';
import { expect, test } from 'vitest';
import {
  BANDED_COLUMNS,
  CSV_BAND_COLUMNS,
  columnDocs,
  hasRoom,
  joinChunks,
  outsideMeasuredOf,
  parseCsvRecords,
  poolConfidences,
  runsCsv,
  scopeBands,
  summaryDocument,
  terminalSummary,
} from '../src/index.js';
import { FIGURES, fixtureObjective, fixturePlan, fixtureResult, fixtureRun, SCOPES } from './fixture-result.js';
import { KNOWN_ERRORS } from './known-errors.js';
import { realDeployment } from './real-deployment.js';

const EMPTY: ErrorRecord = { groups: [], ranges: [], widths: DEFAULT_WIDTHS };

function bandsOf(scopeId: string, record = KNOWN_ERRORS) {
  return scopeBands(fixtureResult(), record)[SCOPES.findIndex((scope) => scope.id === scopeId)]!;
}

test('every latency, throughput, power and token cost has a band; prices, counts and shares have none', () => {
  const banded = new Set(BANDED_COLUMNS.map(([name]) => name));
  const without = METRIC_COLUMNS.map((column) => column.name).filter((name) => !banded.has(name));
  expect(without.filter((name) => /_ms_(?!n$)|power_|tokens_per_s|per_1m|energy_kwh/.test(name))).toEqual([]);
  expect(without.filter((name) => name.startsWith('cost_'))).toEqual([
    'cost_usd_device',
    'cost_usd_facility',
    'cost_usd_network',
    'cost_usd_operations',
    'cost_usd_idle',
  ]);
  for (const name of ['requests_offered', 'goodput_pct', 'ttft_ms_n', 'pue', 'busy_pct'])
    expect(without).toContain(name);
  for (const name of CSV_BAND_COLUMNS) expect(banded).toContain(name);
});

test('with an empty record all bands are those of nothing known, and assumed', () => {
  for (const bands of scopeBands(fixtureResult(), EMPTY))
    for (const [, band] of bands) expect(band).toMatchObject({ basis: 'none', grade: 'assumed' });
  const ttft = bandsOf('all', EMPTY).get('ttft_ms_p95')!;
  expect(Math.log(ttft.highFactor)).toBeCloseTo(0.45, 12);
  expect(Math.log(ttft.lowFactor)).toBeCloseTo(-0.45, 12);
});

test('a pool takes the errors of its neighbours, figure by figure', () => {
  const bands = bandsOf('virginia/chat-70b');
  const ttft = bands.get('ttft_ms_p95')!;
  expect(ttft).toMatchObject({ basis: 'device+family+engine', grade: 'fitted' });
  expect(Math.log(ttft.lowFactor)).toBeCloseTo(-0.2, 2);
  expect(Math.log(ttft.highFactor)).toBeCloseTo(0.3, 2);
  expect(bands.get('ttft_ms_p50')).toEqual(ttft);
  expect(bands.get('power_kw_it_mean')).toMatchObject({ basis: 'device+engine' });
  // The device's own kernels are measured here, its power and the engine's overheads fitted.
  expect(bands.get('energy_j_per_output_token')).toMatchObject({ basis: 'none', grade: 'assumed' });
  const tpot = bands.get('tpot_ms_mean')!;
  expect(bands.get('output_tokens_per_s')!.lowFactor).toBeCloseTo(1 / tpot.highFactor, 12);
  expect(bands.get('output_tokens_per_s_per_user')!.highFactor).toBeCloseTo(1 / tpot.lowFactor, 12);
});

test('a scope is no surer than the pools behind it', () => {
  const pool = bandsOf('virginia/chat-70b');
  const all = bandsOf('all');
  for (const [column, band] of pool) {
    expect(all.get(column)!.lowFactor).toBeLessThanOrEqual(band.lowFactor + 1e-12);
    expect(all.get(column)!.highFactor).toBeGreaterThanOrEqual(band.highFactor - 1e-12);
  }
  expect(bandsOf('chat')).toEqual(pool);
  expect(bandsOf('edge').get('ttft_ms_p95')!.basis).toBe('class');
});

test('only the part of a bill that follows power varies with it', () => {
  const bands = bandsOf('virginia/chat-70b');
  const power = bands.get('power_kw_it_mean')!;
  // Energy 16, cooling 4, demand 4 and carbon 1 of 100 dollars.
  expect(bands.get('cost_usd_total')!.highFactor).toBeCloseTo(0.75 + 0.25 * power.highFactor, 12);
  expect(bands.get('cost_usd_energy')!.highFactor).toBe(power.highFactor);
  const tokens = bands.get('output_tokens_per_s')!;
  const energy = bands.get('energy_j_per_output_token')!;
  const cost = bands.get('cost_usd_per_1m_output_tokens')!;
  expect(cost.highFactor).toBeCloseTo(0.75 / tokens.lowFactor + 0.25 * energy.highFactor, 12);
  expect(cost.lowFactor).toBeCloseTo(0.75 / tokens.highFactor + 0.25 * energy.lowFactor, 12);
});

test('a load leaves room only while the slow end of the band could still serve all of it', () => {
  const slow = { lowFactor: 0.8, highFactor: 1.25, basis: 'device', n: 20, nominal: 0.8 } as const;
  const rates = { decodeTokensPerS: 1000, prefillTokensPerS: 10_000 };
  const load = { outputTokensPerS: 1000, totalTokensPerS: 3000, servedPct: 100, isStable: true };
  // Two replicas: (1 + 0.2) s of work each second, 0.6 of their time, 0.75 at the slow end.
  expect(hasRoom(load, 2, rates, slow)).toBe(true);
  expect(hasRoom({ ...load, outputTokensPerS: 1100, totalTokensPerS: 3100 }, 2, rates, slow)).toBe(false);
  expect(hasRoom(load, 2, rates, { ...slow, lowFactor: 0.7 })).toBe(false);
  expect(hasRoom({ ...load, servedPct: 99 }, 2, rates, slow)).toBe(false);
  expect(hasRoom({ ...load, isStable: false }, 2, rates, slow)).toBe(false);
});

test('throughput far below what a pool can do is set by its open arrivals, and energy per token errs as power does', () => {
  const open = fixturePlan();
  const world = {
    ...open.world,
    pools: open.world.pools.map((pool) => ({ ...pool, deployment: realDeployment() })),
  };
  const chat = world.traffic[0]!;
  const planWith = (arrivals: (typeof chat)['workload']['arrivals']) =>
    fixturePlan({ world: { ...world, traffic: [{ ...chat, workload: { ...chat.workload, arrivals } }] } });
  const bandsWith = (arrivals: (typeof chat)['workload']['arrivals'], tokensPerS: number) => {
    const run = fixtureRun(0, {
      ...FIGURES,
      served_pct: 100,
      output_tokens_per_s: tokensPerS,
      total_tokens_per_s: 3 * tokensPerS,
    });
    const result = fixtureResult([run], { plan: planWith(arrivals) });
    return scopeBands(result, KNOWN_ERRORS)[SCOPES.findIndex((scope) => scope.kind === 'pool')]!;
  };
  const poisson = { process: 'poisson', ratePerS: 1 } as const;
  const light = bandsWith(poisson, 100);
  expect(light.get('output_tokens_per_s')).toMatchObject({ lowFactor: 1, highFactor: 1, basis: 'load' });
  expect(light.get('energy_j_per_output_token')).toEqual(light.get('power_kw_it_mean'));
  const power = light.get('power_kw_it_mean')!;
  expect(light.get('cost_usd_per_1m_tokens')!.highFactor).toBeCloseTo(0.75 + 0.25 * power.highFactor, 12);
  expect(light.get('ttft_ms_p95')!.highFactor).toBeGreaterThan(1.03);
  for (const pacedByPool of [
    bandsWith(poisson, 1e6),
    bandsWith({ process: 'burst', requests: 9, atS: 0, ratePerS: 1 }, 100),
  ])
    expect(pacedByPool.get('output_tokens_per_s')!.lowFactor).toBeLessThan(1);
});

test('pools outside the measured range are named with the constant taken on trust, batches as the run had them', () => {
  expect(outsideMeasuredOf(fixtureResult(), KNOWN_ERRORS)).toMatchInlineSnapshot(`
    [
      {
        "pool": "virginia/chat-70b",
        "text": "tp 4 on box with engine: measured up to 2; takes \`kernels.collectives\` on trust",
      },
      {
        "pool": "shops/small",
        "text": "small-box with engine: no run on record; takes \`kernels\`, \`power\` and \`engine\` on trust",
      },
    ]
  `);
  const run = fixtureRun(0, { ...FIGURES, busy_pct: 50, batch_size_mean: 300, requests_per_s: 1 });
  const texts = outsideMeasuredOf(fixtureResult([run]), KNOWN_ERRORS).map(({ text }) => text);
  expect(texts.slice(1, 3)).toEqual([
    expect.stringMatching(/^batch 600 on box with engine: measured up to 256/),
    expect.stringMatching(/^45679 tokens a request on box with engine: measured up to 9216/),
  ]);
});

test('the summary holds the ends of each band beside the figure', () => {
  const summary = summaryDocument(fixtureResult(), [], KNOWN_ERRORS);
  const pool = summary.scopes.find((scope) => scope.scope_id === 'virginia/chat-70b')!;
  const { value, band } = pool.metrics['tpot_ms_mean']!;
  expect(band).toMatchObject({ nominal: 0.8, basis: 'device+family+engine', grade: 'fitted' });
  expect(band!.low).toBeLessThan(value!);
  expect(band!.high).toBeGreaterThan(value!);
  expect(pool.metrics['itl_ms_p95']!.band).toBeUndefined();
  expect(pool.band_basis).toBe('none');
  expect(summary.outside_measured!.map(({ pool: id }) => id)).toContain('shops/small');
});

test('runs.csv carries the bands of the figures most asked for', () => {
  const { records } = parseCsvRecords(joinChunks(runsCsv(fixtureResult(), undefined, KNOWN_ERRORS)));
  const pool = records.find((record) => record['scope'] === 'pool')!;
  const band = bandsOf('virginia/chat-70b').get('ttft_ms_p95')!;
  expect(Number(pool['ttft_ms_p95_low'])).toBe(FIGURES['ttft_ms_p95']! * band.lowFactor);
  expect(Number(pool['ttft_ms_p95_high'])).toBe(FIGURES['ttft_ms_p95']! * band.highFactor);
  expect(pool['band_basis']).toBe('none');
  const bare = parseCsvRecords(joinChunks(runsCsv(fixtureResult([fixtureRun(0, {})]), undefined, KNOWN_ERRORS)));
  expect(bare.records[0]).toMatchObject({ band_basis: '', ttft_ms_p95_low: '', ttft_ms_p95_high: '' });
});

test('the terminal keeps model error apart from run-to-run spread, within 80 columns', () => {
  const plan = fixturePlan();
  const objective = (name: string, max: number) => {
    const made = fixtureObjective({ limit: max }, name);
    return { ...made, objective: { ...made.objective, max } };
  };
  const within = objective('near', 350);
  const far = objective('far', 900);
  const text = terminalSummary(
    summaryDocument(fixtureResult(undefined, { plan, objectives: [within, far] }), [], KNOWN_ERRORS),
    { events: 1, wallS: 1, files: [] },
    { color: false, ascii: true },
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(text.slice(text.indexOf('Objectives'), text.indexOf('cloud')).trimEnd()).toMatchInlineSnapshot(`
    "Objectives
      PASS  near  312.1, max 350 ms  margin +34.9 %
            ttft_ms p95 of workload chat; judged on the bound of its interval,
            325.5; the limit lies within the band of model error, 255-422
      PASS  far   312.1, max 900 ms  margin +34.9 %
            ttft_ms p95 of workload chat; judged on the bound of its interval, 325.5"
  `);
  expect(text.slice(text.indexOf('Model error'), text.indexOf('CPT'))).toMatchInlineSnapshot(`
    "Model error: nominal 80 % bands, from the nearest neighbours measured
                             cloud         edge          all
      out tokens/s       11.7k-13k  10.8k-14.2k    11.7k-13k
      TTFT p95 ms          255-422      199-528      255-422
      TPOT mean ms         20-22.1    18.4-24.2      20-22.1
      E2E p95 ms         4870-5380    4460-5870    4870-5380
      IT kW mean           26.2-39    24.2-42.2      26.2-39
      USD/1M out       0.611-0.826  0.569-0.877  0.611-0.826
      measured: speed  same family   same class  same family
      measured: power  same engine   same class  same engine

    "
  `);
  expect(text.slice(text.indexOf('+- is'), text.indexOf('chat: 6'))).toMatchInlineSnapshot(`
    "+- is the half-width of a 95 % interval: run-to-run spread, not model error
    conserved in all 2 replications: requests, energy (counts exactly, sums to 1e-9)
    outside what was measured: virginia/chat-70b: tp 4 on box with engine: measured
      up to 2; takes \`kernels.collectives\` on trust
    outside what was measured: shops/small: small-box with engine: no run on record;
      takes \`kernels\`, \`power\` and \`engine\` on trust
    "
  `);
});

test('explain knows the bands of every pool before a run', () => {
  const [first, second] = poolConfidences(fixturePlan().world, KNOWN_ERRORS);
  expect(first).toMatchObject({ pool: 'virginia/chat-70b', bands: { ttft: { n: 400 } } });
  expect(second!.outside).toEqual([
    'small-box with engine: no run on record; takes `kernels`, `power` and `engine` on trust',
  ]);
});

test('column documentation says what a band is', () => {
  const docs = columnDocs().runs;
  expect(docs.find((doc) => doc.name === 'ttft_ms_p95_low')).toEqual({
    name: 'ttft_ms_p95_low',
    unit: 'ms',
    meaning: 'low end of the nominal 80 % band of model error of ttft_ms_p95',
  });
  expect(metricIndex('ttft_ms_p95_low')).toBe(-1);
});
