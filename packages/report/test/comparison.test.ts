import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExperimentResult } from '@infersim/runner';
import { afterAll, expect, test } from 'vitest';
import {
  compareResults,
  comparisonJson,
  comparisonText,
  joinChunks,
  ResultsError,
  readSavedResults,
  runsCsv,
  type SavedResults,
  summaryJson,
} from '../src/index.js';
import { FIGURES, fixtureObjective, fixtureResult, fixtureRun } from './fixture-result.js';

const root = mkdtempSync(join(tmpdir(), 'infersim-compare-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

let folders = 0;
function saved(result: ExperimentResult): SavedResults {
  const path = mkdtempSync(join(root, `r${folders++}-`));
  writeFileSync(join(path, 'summary.json'), summaryJson(result, []));
  writeFileSync(join(path, 'runs.csv'), joinChunks(runsCsv(result)));
  return readSavedResults(path);
}

/** Three replications whose costs and p95 are given. */
function withFigures(costs: readonly number[], p95s: readonly number[], seedShift = 0): ExperimentResult {
  return fixtureResult(
    costs.map((cost, index) =>
      fixtureRun(
        index,
        { ...FIGURES, cost_usd_total: cost, ttft_ms_p95: p95s[index]! },
        { seed: 7 + seedShift + index },
      ),
    ),
  );
}

function find(comparison: ReturnType<typeof compareResults>, metric: string) {
  return comparison.metrics.find((item) => item.scope === 'all' && item.metric === metric)!;
}

test('results compared with themselves are the same in every figure', () => {
  const a = saved(fixtureResult());
  const comparison = compareResults(a, a, { thresholdPct: 0 });
  expect(new Set(comparison.metrics.map((item) => item.verdict))).toEqual(new Set(['same']));
  expect(comparison.regressions).toEqual([]);
});

test('pairs by seed see a small common shift that the spread over seeds would hide', () => {
  const a = saved(withFigures([100, 150, 200], [300, 300, 300]));
  const b = saved(withFigures([104.9, 155, 205.1], [300, 300, 300]));
  const cost = find(compareResults(a, b, { thresholdPct: 1 }), 'cost_usd_total');
  // Differences 4.9, 5, 5.1: mean 5, deviation 0.1, t(2, 0.975) = 4.302653.
  expect(cost.delta).toBeCloseTo(5, 10);
  expect(cost.ci_half_width).toBeCloseTo((4.3026527 * 0.1) / Math.sqrt(3), 6);
  expect(cost).toMatchObject({ basis: 'paired', pairs: 3, verdict: 'worse' });
});

test('a difference below the threshold counts as none, a larger one within its interval is unclear', () => {
  const a = saved(withFigures([100, 100, 100], [300, 310, 320]));
  const b = saved(withFigures([100.5, 100.5, 100.5], [250, 330, 390]));
  const comparison = compareResults(a, b, { thresholdPct: 1 });
  expect(find(comparison, 'ttft_ms_p95')).toMatchObject({ verdict: 'unclear', basis: 'paired' });
  expect(find(comparison, 'cost_usd_total')).toMatchObject({ verdict: 'same', basis: 'identical' });
  expect(find(compareResults(a, b, { thresholdPct: 0.1 }), 'cost_usd_total').verdict).toBe('worse');
});

test('without common seeds means are compared and no interval is claimed', () => {
  const a = saved(withFigures([100], [300]));
  const b = saved(withFigures([80], [300], 50));
  const comparison = compareResults(a, b, { thresholdPct: 1 });
  expect(find(comparison, 'cost_usd_total')).toMatchObject({
    basis: 'unpaired',
    ci_half_width: null,
    verdict: 'better',
  });
  expect(comparison.notes[0]).toContain('no common seeds');
});

test('higher is better where the metric says so, and neither where it is neutral', () => {
  const a = saved(fixtureResult([fixtureRun(0)]));
  const b = saved(fixtureResult([fixtureRun(0, { ...FIGURES, served_pct: 50, requests_offered: 5 })]));
  const comparison = compareResults(a, b, { thresholdPct: 1 });
  expect(find(comparison, 'served_pct')).toMatchObject({ verdict: 'worse', basis: 'single' });
  expect(find(comparison, 'requests_offered').verdict).toBe('changed');
  expect(comparison.regressions).toEqual(['served_pct']);
});

test('an objective met in A and missed in B is a regression, whatever its figure', () => {
  const a = saved(fixtureResult());
  const b = saved(fixtureResult(undefined, { objectives: [fixtureObjective({ passed: false })] }));
  expect(compareResults(a, b, { thresholdPct: 1 }).regressions).toEqual(['objective chat-ttft']);
  expect(compareResults(b, a, { thresholdPct: 1 }).regressions).toEqual([]);
});

test('interrupted replications are kept out', () => {
  const a = saved(
    fixtureResult([fixtureRun(0), fixtureRun(1, { ...FIGURES, cost_usd_total: 5 }, { interrupted: true })]),
  );
  const b = saved(fixtureResult([fixtureRun(0), fixtureRun(1)]));
  expect(find(compareResults(a, b, { thresholdPct: 1 }), 'cost_usd_total')).toMatchObject({ pairs: 1, delta: 0 });
});

test('text shows the headline figures of a scope and the word on regressions, JSON everything', () => {
  const a = saved(withFigures([100, 150, 200], [300, 300, 300]));
  const b = saved(withFigures([104.9, 155, 205.1], [290, 280, 270]));
  const comparison = { ...compareResults(a, b, { thresholdPct: 1 }), a: 'base', b: 'variant' };
  const view = { metrics: ['ttft_ms_p95', 'cost_usd_total'], scope: 'all' };
  expect(comparisonText(comparison, view, { color: false, ascii: false })).toMatchInlineSnapshot(`
    "A = base
    B = variant

    metric            A    B  B - A  ± 95 %   change  verdict
    ttft_ms_p95     300  280    -20      25  -6.67 %  unclear
    cost_usd_total  150  155      5    0.25   3.33 %    worse

    3 pairs of replications with the same seed; differences up to 1 % count as none
    regression: cost_usd_total
    "
  `);
  const json = JSON.parse(comparisonJson([comparison])) as { schema: string; comparisons: { metrics: unknown[] }[] };
  expect(json.schema).toBe('infersim.comparison/1');
  expect(json.comparisons[0]!.metrics.length).toBe(comparison.metrics.length);
});

test('what is not a results folder is refused with what is wrong', () => {
  const path = mkdtempSync(join(root, 'bad-'));
  expect(() => readSavedResults(join(path, 'nothing'))).toThrow(/no such file/);
  expect(() => readSavedResults(path)).toThrow(/summary\.json: no such file/);
  writeFileSync(join(path, 'summary.json'), '{');
  expect(() => readSavedResults(path)).toThrow(/is not JSON/);
  writeFileSync(join(path, 'summary.json'), '{"schema":"other/9"}');
  expect(() => readSavedResults(path)).toThrow(ResultsError);
  writeFileSync(join(path, 'summary.json'), '{"schema":"infersim.summary/1"}');
  expect(() => readSavedResults(path)).toThrow(/has no list/);
});
