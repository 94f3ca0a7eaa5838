import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParetoMetric, parsePareto, sweepResult, sweepSummary, type TrialRecord } from '../src/index.js';
import { shortPaths } from '../src/result/short-paths.js';
import { header, record } from './small-sweep.js';

const METRICS = parsePareto('cost,ttft_ms_p95,power_kw') as readonly ParetoMetric[];

function summary(records: readonly TrialRecord[], over: Parameters<typeof header>[0] = {}, kept = 0): string {
  const entries = new Map(
    records.map(({ rows: _, ...outcome }) => [outcome.trial, { outcome, journal: '', offset: 0, length: 0 }]),
  );
  const facts = { wallS: 1.5, kept, files: ['results/small/runs.csv'] };
  return sweepSummary(sweepResult(header(over), entries, METRICS), facts, { ascii: false });
}
const figures = (cost: number, ttft: number, kw: number) => ({
  cost_usd_per_1m_output_tokens: cost,
  ttft_ms_p95: ttft,
  power_kw_facility_mean: kw,
});
const slo = (passed: boolean) => [{ name: 'fast', passed, severity: 'fail' as const }];

describe('the summary of a sweep', () => {
  it('says what was met, what is best, what is in the Pareto set, what failed', () => {
    const text = summary([
      record(1, { figures: figures(3, 40, 1), objectives: slo(true) }),
      record(2, { figures: figures(2, 80, 2), objectives: slo(false) }),
      record(3, { status: 'failed', error: 'the worker of replication 1 died', replications: 0, fingerprint: '' }),
    ]);
    expect(text.replace(/fingerprint [0-9a-f]{16}/, 'fingerprint F')).toBe(`small: 3 of 3 trials done, 1 failed

objectives met  trials
1 of 1               1
0 of 1               1

Best by each metric
  cost_usd_per_1m_output_tokens: 2
    trial 2 (misses objectives): replicas=2
  ttft_ms_p95: 40
    trial 1: replicas=1
  power_kw_facility_mean: 1
    trial 1: replicas=1

Pareto set: 2 of 2 trials
  trial  USD/1M out  TTFT p95 ms  kW mean  slo  replicas
  1               3           40        1  1/1         1
  2               2           80        2  0/1         2

Failed
  trial 3: the worker of replication 1 died

fingerprint F, 30 events in 1.5s
wrote results/small/runs.csv
`);
  });

  it('names axes that made no difference, as far as trials differ in them alone', () => {
    const axes = ['sites.a.replicas', 'sites.b.replicas'].map((path, index) => ({
      path,
      values: '[1, 2]',
      dimension: index + 1,
    }));
    const trial = (number: number, a: string, b: string, cameTo: string) =>
      record(number, { fingerprint: cameTo, params: [a, b].map((text, index) => ({ path: axes[index]!.path, text })) });
    const text = (...records: TrialRecord[]) => summary(records, { axes, trials: 4 });
    const grid = (last: string) => [
      trial(1, '1', '1', 'x'),
      trial(2, '1', '2', 'x'),
      trial(3, '2', '1', 'y'),
      trial(4, '2', '2', last),
    ];
    expect(text(...grid('y'))).toContain(
      '\nNo difference made: b.replicas. Trials that differ in nothing else came to the\n  same\n',
    );
    expect(text(...grid('z'))).not.toContain('No difference');
    expect(text(trial(1, '1', '1', 'x'), trial(2, '2', '2', 'x'))).not.toContain('No difference');
  });

  it('of a shard that was resumed and stopped says so', () => {
    const text = summary([record(2)], { shard: { index: 2, count: 2 }, trials: 8 }, 1);
    expect(text).toContain('small: 1 of 4 trials done, shard 2/2 of 8 trials\n');
    expect(text).toContain('1 of the trials kept');
  });

  it('never is wider than 80 columns, whatever paths and values are', () => {
    const path = fc.array(fc.stringMatching(/^[a-z_]{1,25}$/), { minLength: 1, maxLength: 6 });
    const texts = fc.array(fc.stringMatching(/^[a-z0-9{}:,. ]{1,40}$/), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(fc.array(path, { minLength: 7, maxLength: 7 }), texts, (paths, values) => {
        const axes = values.map((_, index) => ({ path: paths[index]!.join('.'), values: '', dimension: index + 1 }));
        const params = values.map((text, index) => ({ path: axes[index]!.path, text }));
        const text = summary([record(1, { figures: figures(1234.5, 1e9, 1e-7), params })], { axes });
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('paths are shortened', () => {
  it('to the least that tells them apart', () => {
    expect(shortPaths(['a.chat.replicas', 'b.reason.replicas', 'horizon', 'sites[0].pools[1]', 'x.tp'])).toEqual([
      'chat.replicas',
      'reason.replicas',
      'horizon',
      'pools[1]',
      'tp',
    ]);
  });

  it('and stay distinct', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
      .map((steps) => steps.join('.'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 6 }), (paths) => {
        expect(new Set(shortPaths(paths)).size).toBe(paths.length);
      }),
    );
  });
});
