import { expect, test } from 'vitest';
import { summaryDocument, terminalSummary } from '../src/index.js';
import { FIGURES, fixtureObjective, fixturePlan, fixtureResult, fixtureRun } from './fixture-result.js';

const plain = { color: false, ascii: false } as const;
const facts = { events: 1234567, wallS: 4.5, files: ['results/two-grids-0123abcd/summary.json'] };

function render(result = fixtureResult(), options: { color: boolean; ascii: boolean } = plain): string {
  return terminalSummary(summaryDocument(result, []), facts, options);
}

test('the whole summary, objectives first', () => {
  expect(render()).toMatchInlineSnapshot(`
    "two-grids: every objective met

    Objectives
      PASS  chat-ttft  312.1, max 500 ms  margin +34.9 %
            ttft_ms p95 of workload chat; judged on the bound of its interval, 325.5

                           cloud         edge          all
      offered             1.235M       1.235M       1.235M
      completed           1.234M       1.234M       1.234M
      served %             99.95        99.95        99.95
      out tokens/s        12.35k       12.35k       12.35k
      all tokens/s        45.68k       45.68k       45.68k
      TTFT p50 ms     123.5 ±2.5   123.5 ±2.5   123.5 ±2.5
      TTFT p95 ms     312.1 ±6.2   312.1 ±6.2   312.1 ±6.2
      TTFT p99 ms    498.8 ±10.0  498.8 ±10.0  498.8 ±10.0
      TPOT mean ms         21.06        21.06        21.06
      goodput req/s        40.25        40.25        40.25
      kW mean               41.5         41.5         41.5
      kW peak                 50           50           50
      kWh                  38.04        38.04        38.04
      kg CO2e               14.5         14.5         14.5
      USD                    100          100          100
      USD/1M in              0.1          0.1          0.1
      USD/1M out             0.7          0.7          0.7
      USD/1M all            0.25         0.25         0.25

    Model error: nominal 80 % bands, from the nearest neighbours measured
                             cloud         edge          all
      out tokens/s       11.5k-14k    11.5k-14k    11.5k-14k
      TTFT p95 ms          274-427      274-427      274-427
      TPOT mean ms       15.3-24.6    15.3-24.6    15.3-24.6
      E2E p95 ms         4730-5630    4730-5630    4730-5630
      IT kW mean         26.9-35.9    26.9-35.9    26.9-35.9
      USD/1M out       0.602-0.766  0.602-0.766  0.602-0.766
      measured: speed   same class   same class   same class
      measured: power   same class   same class   same class

    CPT in this window of 55m, USD per 1M tokens: 0.25 = device 0.15 + facility 0.02
      + energy 0.04 + cooling 0.01 + demand 0.01 + network 0.005 + operations 0.0125
      + carbon 0.0025; load factor 83 %

    What limits each pool
      virginia/chat-70b: KV cache full 38.4 % of the time, batch full 2.25 % of the
        time; busy 83.2 %, mostly bound by memory bandwidth (71 %)

    ± is the half-width of a 95 % interval: run-to-run spread, not model error
    conserved in all 2 replications: requests, energy (counts exactly, sums to 1e-9)
    outside what was measured: virginia/chat-70b: box with engine: no run on record;
      takes \`kernels\`, \`power\` and \`engine\` on trust
    outside what was measured: shops/small: small-box with engine: no run on record;
      takes \`kernels\`, \`power\` and \`engine\` on trust
    chat: 6 requests refused because the queue was full (2 replications together)
    2 replications, warm-up 5m, seed 7, fingerprint cafe0123, 1.235M events in 4.5s
    wrote results/two-grids-0123abcd/summary.json
    "
  `);
});

test('a missed objective says why and where, a missed warning does not fail the run', () => {
  const missed = fixtureObjective(
    {
      passed: false,
      actual: 812.3,
      judged: 812.3,
      marginPct: -62.46,
      why: 'worst at virginia/chat-70b: KV cache full 91 % of the time',
    },
    'chat-ttft-of-a-workload-with-quite-a-long-name-that-does-not-fit',
  );
  const warned = fixtureObjective({ passed: false, actual: null, judged: null, marginPct: null });
  const text = render(
    fixtureResult(undefined, {
      objectives: [missed, { ...warned, objective: { ...warned.objective, severity: 'warn', name: 'feeder' } }],
    }),
  );
  expect(text.slice(0, text.indexOf('cloud'))).toMatchInlineSnapshot(`
    "two-grids: 1 of 2 objectives missed, 1 missed that only warn

    Objectives
      FAIL chat-ttft-of-a-workload-with-quite-a-long-name-that-does-not-fit
            812.3, max 500 ms, margin -62.5 %
            ttft_ms p95 of workload chat
            why: worst at virginia/chat-70b: KV cache full 91 % of the time
      WARN feeder
            -, max 500 ms, no margin
            ttft_ms p95 of workload chat

                           "
  `);
});

test('with one replication there is no interval and the summary says so', () => {
  const text = render(fixtureResult([fixtureRun(0)]));
  expect(text).not.toContain('±');
  expect(text).toContain('no intervals: n/a (1 replication)');
});

test('deterministic replications show no interval whatever the estimates say', () => {
  const text = render(fixtureResult(undefined, { deterministic: true }));
  expect(text).not.toContain('±');
  expect(text).toContain('deterministic: nothing is random');
});

test('without a steady state latencies read "unstable" instead of a mean', () => {
  const runs = [fixtureRun(0, FIGURES, { stable: false }), fixtureRun(1)];
  const text = render(fixtureResult(runs, { stable: false }));
  expect(text).toMatch(/TTFT p95 ms +unstable +unstable +unstable\n/);
  expect(text).toContain('unstable: queues only grew');
});

test('assumed constants are counted, thin percentiles marked, broken conservation shouted', () => {
  const assumed = { where: 'devices.box', name: 'idleW', value: 3, unit: 'W', grade: 'assumed' } as const;
  const run = fixtureRun(0);
  const p99 = run.values.indexOf(FIGURES['ttft_ms_p99']!);
  const broken = { ...run.conservation[0]!, right: 9, relative: 0.1, passed: false };
  const text = render(
    fixtureResult([{ ...run, thinCells: Int32Array.of(p99), conservation: [broken] }], {
      plan: fixturePlan({ assumed: [assumed, assumed] }),
      conserved: false,
    }),
  );
  expect(text).toContain('rests on 2 assumed constants, see explain');
  expect(text).toMatch(/TTFT p99 ms.* 498\.8\*\n/);
  expect(text).toContain('NOT conserved: requests');
});

test('no line is wider than 80 columns, in ASCII there is nothing but ASCII', () => {
  const text = render(fixtureResult(undefined, { warnings: ['word '.repeat(60), 'x'.repeat(200)] }), {
    color: false,
    ascii: true,
  });
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(text).toContain('123.5 +-2.5');
});

test('colour only adds escape codes', () => {
  const colored = render(undefined, { color: true, ascii: false });
  expect(colored).toContain('\u001b[32mPASS');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the escape character
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(render());
});
