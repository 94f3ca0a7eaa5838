import { expect, test } from 'vitest';
import type { MeasuredCase } from '../src/cases/measured-case.js';
import { bandCoverage, bandCoverageBy } from '../src/errors/coverage.js';
import { errorRows } from '../src/errors/error-row.js';
import { groupErrors, summarizeErrors } from '../src/errors/error-summary.js';
import { precisionText } from '../src/errors/precision-text.js';
import { gemmCase, handCase, said } from './hand-cases.js';

test('the signed error is predicted over measured less one, a row per metric', () => {
  const run = handCase(2, { ttft_mean_ms: 200, tpot_mean_ms: 10 });
  const { rows, uncompared } = errorRows([run], [said(run, { tpot_mean_ms: 9, ttft_mean_ms: 250 })]);
  expect(uncompared).toEqual([]);
  expect(rows.map(({ metric, signedError, absError }) => [metric, signedError, absError])).toEqual([
    ['ttft_mean_ms', 0.25, 0.25],
    ['tpot_mean_ms', -0.09999999999999998, 0.09999999999999998],
  ]);
  expect(rows[0]).toMatchObject({
    caseId: 'runs.csv:2',
    file: 'runs.csv',
    line: 2,
    source: 'Lab A',
    deviceId: 'h100-sxm',
    engineId: 'vllm',
    precision: 'fp16',
    deviceCount: 2,
    isWarm: true,
    kernelFormat: '',
    setAside: '',
    split: { kind: 'in-sample' },
  });
});

test('cases and predictions meet by id, whatever their order', () => {
  const [a, b] = [handCase(2, { tpot_mean_ms: 10 }), handCase(3, { tpot_mean_ms: 20 })];
  const { rows } = errorRows([a, b], [said(b, { tpot_mean_ms: 30 }), said(a, { tpot_mean_ms: 10 })]);
  expect(rows.map((row) => [row.line, row.signedError])).toEqual([
    [2, 0],
    [3, 0.5],
  ]);
});

test('what cannot be compared is named with its reason, never dropped', () => {
  const cases = [
    handCase(2, { tpot_mean_ms: 10 }),
    handCase(3, { tpot_mean_ms: 10 }),
    handCase(4, { tpot_mean_ms: 0, ttft_mean_ms: 5, e2e_mean_ms: 7 }),
  ];
  const { rows, uncompared } = errorRows(cases, [
    { caseId: 'runs.csv:3', predicted: {}, failure: 'the model does not fit' },
    said(cases[2]!, { tpot_mean_ms: 1, ttft_mean_ms: Number.NaN }),
  ]);
  expect(rows).toEqual([]);
  expect(uncompared.map((item) => [item.line, item.metric, item.reason])).toEqual([
    [2, '', 'no prediction was made'],
    [3, '', 'the model does not fit'],
    [4, 'tpot_mean_ms', 'the measured value 0 is not a positive number'],
    [4, 'ttft_mean_ms', 'the predicted value is NaN'],
    [4, 'e2e_mean_ms', 'the metric was not predicted'],
  ]);
});

test('two predictions for a case, or one for no case, are a bug of the caller', () => {
  const run = handCase(2, { tpot_mean_ms: 10 });
  const prediction = said(run, { tpot_mean_ms: 10 });
  expect(() => errorRows([run], [prediction, prediction])).toThrow('two predictions for case runs.csv:2');
  expect(() => errorRows([], [prediction])).toThrow('runs.csv:2, which is no case');
});

test.each<[Partial<MeasuredCase>, string]>([
  [{ precision: { weights: 'fp16' } }, 'fp16'],
  [{ precision: { weights: 'fp8', blockScaled: true } }, 'fp8 block'],
  [{ precision: { weights: 'fp8', kv: 'fp8', activations: 'fp8' } }, 'fp8, fp8 kv'],
  [{ precision: { weights: 'int4', activations: 'fp16', kv: 'fp16' } }, 'int4, fp16 act'],
  [{ run: { kind: 'gemm', m: 1, n: 1, k: 1, dtype: 'fp8', blockScaled: true } }, 'fp8 block'],
  [{ run: { kind: 'memory-copy' } }, ''],
])('the precision of %j reads %j', (parts, words) => {
  expect(precisionText(handCase(2, {}, parts))).toBe(words);
});

// Errors 0, +10, -20, +30, -40 %: absolute 0 10 20 30 40, signed -40 -20 0 10 30.
const LADDER = [100, 110, 80, 130, 60].map((predicted, at) => ({
  measured: handCase(at + 2, { ttft_mean_ms: 100 }, { source: at < 3 ? 'Lab A' : 'Lab B' }),
  predicted,
}));
const LADDER_ROWS = errorRows(
  LADDER.map((item) => item.measured),
  LADDER.map((item) => said(item.measured, { ttft_mean_ms: item.predicted })),
).rows;

test('a summary is count, median, 90th percentile (R-7), worst with its case, and bias', () => {
  const summary = summarizeErrors(LADDER_ROWS)!;
  expect(summary).toMatchObject({ n: 5, worstCaseId: 'runs.csv:6', worstMetric: 'ttft_mean_ms', bias: 0 });
  expect(summary.medianAbs).toBeCloseTo(0.2, 12);
  // Position 4 * 0.9 = 3.6 between 0.3 and 0.4.
  expect(summary.p90Abs).toBeCloseTo(0.36, 12);
  expect(summary.worstAbs).toBeCloseTo(0.4, 12);
  expect(summarizeErrors([])).toBeNull();
});

test('the bias keeps the sign that the median of sizes loses', () => {
  const cases = [handCase(2, { ttft_mean_ms: 100 }), handCase(3, { ttft_mean_ms: 100 })];
  const { rows } = errorRows(
    cases,
    cases.map((item) => said(item, { ttft_mean_ms: 88 })),
  );
  expect(summarizeErrors(rows)!.bias).toBeCloseTo(-0.12, 12);
});

test('groups come in order of their values and leave out rows set aside', () => {
  const aside = handCase(9, { ttft_mean_ms: 1 }, { setAside: 'throttled' });
  const rows = [...LADDER_ROWS].reverse().concat(errorRows([aside], [said(aside, { ttft_mean_ms: 9 })]).rows);
  const groups = groupErrors(rows, ['source', 'quantity']);
  expect(groups.map(({ values, summary }) => [values, summary.n, Math.round(1000 * summary.medianAbs)])).toEqual([
    [['Lab A', 'latency'], 3, 100],
    [['Lab B', 'latency'], 2, 350],
  ]);
});

test('kernels are told by format', () => {
  const gemm = gemmCase(2, 1, 'fp4');
  expect(errorRows([gemm], [said(gemm, { kernel_ms: 1 })]).rows[0]).toMatchObject({
    kernelFormat: 'fp4',
    precision: 'fp4',
  });
});

test('a band covers from its low to its high factor of the prediction, ends included', () => {
  // Predicted 100 each; bands 0.8 to 1.25, that is 80 to 125.
  const cases = [80, 125, 79, 126, 100].map((measured, at) => handCase(at + 2, { ttft_mean_ms: measured }));
  const { rows } = errorRows(
    cases,
    cases.map((item) => said(item, { ttft_mean_ms: 100 })),
  );
  const bands = rows.slice(0, 4).map(({ caseId, metric }) => ({ caseId, metric, lowFactor: 0.8, highFactor: 1.25 }));
  const expected = { n: 4, covered: 2, below: 1, above: 1, coveragePct: 50, withoutBand: 1 };
  expect(bandCoverage(rows, bands)).toEqual(expected);
  expect(bandCoverageBy(rows, bands, ['metric'])).toEqual([{ values: ['ttft_mean_ms'], coverage: expected }]);
  expect(bandCoverage(rows, []).coveragePct).toBeNull();
  expect(() => bandCoverage(rows, [{ ...bands[0]!, highFactor: 0.7 }])).toThrow('no range: 0.8 to 0.7');
  expect(() => bandCoverage(rows, [bands[0]!, bands[0]!])).toThrow('two bands');
});
