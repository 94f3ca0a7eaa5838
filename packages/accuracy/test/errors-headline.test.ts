import { expect, test } from 'vitest';
import { errorRows, IN_SAMPLE, type Split } from '../src/errors/error-row.js';
import { headlineFigures, tightestMarginPct } from '../src/errors/headline.js';
import { compareHeadlines, type RecordedErrors, type RecordedHeadline } from '../src/errors/regression.js';
import { HEADLINE_TARGETS } from '../src/errors/targets.js';
import { gemmCase, handCase, openLoopCase, said } from './hand-cases.js';

const LEFT_OUT: Split = { kind: 'left-out', by: 'model-family', group: 'qwen3-dense' };

function tpotRow(line: number, predicted: number, split: Split, isMoe = false, setAside?: string) {
  const run = handCase(line, { tpot_mean_ms: 100 }, { isMoe, ...(setAside === undefined ? {} : { setAside }) });
  return errorRows([run], [said(run, { tpot_mean_ms: predicted })], split).rows;
}

function figureOf(rows: Parameters<typeof headlineFigures>[0], id: string) {
  return headlineFigures(rows).find((figure) => figure.target.id === id)!;
}

test('ids of the headline are unique and every limit is a positive percentage', () => {
  expect(new Set(HEADLINE_TARGETS.map((target) => target.id)).size).toBe(HEADLINE_TARGETS.length);
  for (const { limits } of HEADLINE_TARGETS)
    for (const limit of Object.values(limits)) if (limit !== null) expect(limit).toBeGreaterThan(0);
});

test('dense and MoE are apart, splits are apart, rows set aside count nowhere', () => {
  const rows = [
    ...tpotRow(2, 104, IN_SAMPLE),
    ...tpotRow(3, 110, IN_SAMPLE, true),
    ...tpotRow(2, 107, LEFT_OUT),
    ...tpotRow(4, 900, IN_SAMPLE, false, 'another engine build'),
  ];
  const dense = figureOf(rows, 'fixed-concurrency-tpot-dense');
  expect(dense.inSample).toMatchObject({ n: 1 });
  expect(dense.inSample!.medianAbs).toBeCloseTo(0.04, 12);
  expect(dense.leftOut['model-family']!.medianAbs).toBeCloseTo(0.07, 12);
  expect(dense.leftOut.device).toBeNull();
  expect(dense.verdict).toBe('met');
  // Limits 5 and 8: 1 point is left of each.
  expect(tightestMarginPct(dense.judgements)).toBeCloseTo(1, 10);
  const moe = figureOf(rows, 'fixed-concurrency-tpot-moe');
  expect(moe).toMatchObject({ verdict: 'missed' });
  expect(tightestMarginPct(moe.judgements)).toBeCloseTo(-1, 10);
});

test('one missed limit of several is a miss; a limit is kept when it is just reached', () => {
  const atLimit = figureOf(
    [...tpotRow(2, 105, IN_SAMPLE), ...tpotRow(2, 92, LEFT_OUT)],
    'fixed-concurrency-tpot-dense',
  );
  expect(atLimit.verdict).toBe('met');
  const over = figureOf([...tpotRow(2, 105, IN_SAMPLE), ...tpotRow(2, 91.9, LEFT_OUT)], 'fixed-concurrency-tpot-dense');
  expect(over.judgements.map((judgement) => [judgement.figure, judgement.isMet])).toEqual([
    ['in-sample median', true],
    ['left-out median', false],
  ]);
  expect(over.verdict).toBe('missed');
});

test('without a row a line has no data, without limits no target', () => {
  expect(figureOf([], 'open-loop-kv-blocks').verdict).toBe('no data');
  const run = handCase(2, { ttft_mean_ms: 100 });
  const { rows } = errorRows([run], [said(run, { ttft_mean_ms: 300 })]);
  expect(figureOf(rows, 'fixed-concurrency-ttft')).toMatchObject({ verdict: 'no target', judgements: [] });
});

test('the p99 of TTFT is held to warm stages, that of E2E to all', () => {
  const cases = [
    openLoopCase(2, { ttft_p99_ms: 100, e2e_p99_ms: 100 }, false),
    openLoopCase(3, { ttft_p99_ms: 100, e2e_p99_ms: 100 }, true),
  ];
  const { rows } = errorRows(
    cases,
    cases.map((item) => said(item, { ttft_p99_ms: 110, e2e_p99_ms: 103 })),
  );
  expect(figureOf(rows, 'open-loop-ttft-p99-warm').inSample?.n).toBe(1);
  expect(figureOf(rows, 'open-loop-e2e-p99').inSample?.n).toBe(2);
});

test('matrix products go by format, single streams by engine', () => {
  const cases = [
    gemmCase(2, 1, 'fp16'),
    gemmCase(3, 1, 'fp8'),
    gemmCase(4, 1, 'fp4'),
    ...['llama-cpp', 'qualcomm-npu', 'neuron', 'other'].map((engineId, at) =>
      handCase(at + 5, { decode_tok_s: 10 }, { dataset: 'single-stream', engineId }),
    ),
  ];
  const { rows } = errorRows(
    cases,
    cases.map((item) => said(item, item.measured)),
  );
  const counts = Object.fromEntries(
    headlineFigures(rows).flatMap((figure) =>
      figure.inSample === null ? [] : [[figure.target.id, figure.inSample.n]],
    ),
  );
  expect(counts).toEqual({
    'kernels-gemm-16': 1,
    'kernels-gemm-8-4': 2,
    'llama-cpp-rate': 1,
    'qualcomm-npu-rate': 1,
    'neuron-rate': 1,
    'edge-rate': 1,
  });
});

function errors(medianAbsPct: number, p90AbsPct = 20, n = 10): RecordedErrors {
  return { n, medianAbsPct, p90AbsPct };
}

function line(id: string, inSample: RecordedErrors | null, leftOut: RecordedErrors | null = null): RecordedHeadline {
  return { id, inSample, leftOutModelFamily: leftOut, leftOutDevice: null };
}

test.each([
  // A tenth of 5 is 0.5.
  [5, 5.5, true],
  [5, 5.51, false],
  // A tenth of 0.4 is 0.04: 0.1 points are allowed.
  [0.4, 0.5, true],
  [0.4, 0.51, false],
  [5, 2, true],
])('a median of %d that becomes %d passes the gate: %s', (before, after, passes) => {
  const gate = compareHeadlines([line('a', errors(before))], [line('a', errors(after))]);
  expect(gate.passed).toBe(passes);
  expect(gate.regressions.map((item) => item.figure)).toEqual(passes ? [] : ['in-sample median']);
});

test('the p90 and left-out figures are held too', () => {
  const gate = compareHeadlines([line('a', errors(5, 20), errors(7, 30))], [line('a', errors(5, 23), errors(8, 30))]);
  expect(gate.regressions).toEqual([
    { id: 'a', figure: 'in-sample p90', storedPct: 20, allowedPct: 22, nowPct: 23 },
    { id: 'a', figure: 'left-out model family median', storedPct: 7, allowedPct: 7.7, nowPct: 8 },
  ]);
});

test('a stored line that is gone fails, fewer rows and new lines are named', () => {
  const gate = compareHeadlines(
    [line('gone', errors(5)), line('thin', errors(5)), line('empty', null)],
    [line('thin', errors(5, 20, 9)), line('new', errors(1)), line('empty', null)],
  );
  expect(gate).toMatchObject({ passed: false, regressions: [], added: ['new'] });
  expect(gate.missing).toEqual([{ id: 'gone', split: 'in-sample', storedRows: 10, nowRows: 0 }]);
  expect(gate.fewer).toEqual([{ id: 'thin', split: 'in-sample', storedRows: 10, nowRows: 9 }]);
});

test('a split that was not computed is not compared and is named; an empty run does not pass', () => {
  const stored = [line('a', errors(5), errors(7))];
  expect(compareHeadlines(stored, [line('a', errors(5))])).toMatchObject({
    passed: true,
    notComputed: ['left-out model family'],
  });
  expect(compareHeadlines(stored, [])).toMatchObject({ passed: false });
});

test('lines out of scope are not compared', () => {
  const stored = [line('a', errors(5)), line('b', errors(5))];
  expect(compareHeadlines(stored, [line('a', errors(5))], { ids: ['a'] })).toMatchObject({ passed: true, missing: [] });
});
