import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { errorRows } from '../src/errors/error-row.js';
import { compareHeadlines } from '../src/errors/regression.js';
import { accuracySummaryCsv, ERROR_COLUMNS, errorsCsv } from '../src/output/accuracy-csv.js';
import { ACCURACY_SCHEMA, type AccuracyDocument } from '../src/output/accuracy-document.js';
import { accuracyJson } from '../src/output/accuracy-json.js';
import { accuracyRecord, readAccuracyRecord, recordedHeadlines } from '../src/output/accuracy-record.js';
import { handCase, said } from './hand-cases.js';
import { handDocument, IN_SAMPLE_ERRORS, LEFT_OUT_ERRORS } from './hand-report.js';

function read(chunks: Iterable<string>): Record<string, string>[] {
  return parse([...chunks].join(''), { columns: true });
}

test('errors.csv reads back: a row per figure, rows set aside with their reason', () => {
  const rows = read(errorsCsv([...IN_SAMPLE_ERRORS.rows, ...LEFT_OUT_ERRORS.rows]));
  expect(rows.length).toBe(8);
  expect(Object.keys(rows[0]!)).toEqual([...ERROR_COLUMNS]);
  expect(rows[0]).toEqual({
    case_id: 'runs.csv:2',
    file: 'runs.csv',
    line: '2',
    dataset: 'fixed-concurrency-serving',
    source: 'Lab A',
    device: 'h100-sxm',
    model: 'qwen3-32b',
    family: 'qwen3-dense',
    is_moe: 'false',
    precision: 'fp16',
    engine: 'vllm',
    device_count: '2',
    run_kind: 'closed-loop',
    metric: 'tpot_mean_ms',
    split: 'in_sample',
    left_out: '',
    set_aside: '',
    measured: '20',
    predicted: '20.8',
    signed_error_pct: String(100 * (20.8 / 20 - 1)),
    abs_error_pct: String(100 * (20.8 / 20 - 1)),
  });
  expect(rows.filter((row) => row['set_aside'] === 'the GPU throttled').length).toBe(1);
  expect(rows.at(-1)).toMatchObject({ split: 'left_out_model_family', left_out: 'qwen3-dense' });
});

test('text with commas, quotes and line ends survives', () => {
  const source = 'Lab "A", Inc.\nBerlin';
  const run = handCase(2, { tpot_mean_ms: 1 }, { source });
  const { rows } = errorRows([run], [said(run, { tpot_mean_ms: 1 })]);
  expect(read(errorsCsv(rows))[0]!['source']).toBe(source);
});

test('summary.csv has a row per group, empty cells where a key plays no part', () => {
  const document = handDocument();
  const rows = read(accuracySummaryCsv(document));
  expect(rows.length).toBe(document.groups.length);
  const device = rows.find(
    (row) => row['grouped_by'] === 'device' && row['device'] === 'b200-sxm' && row['level'] === 'run',
  );
  expect(device).toMatchObject({
    split: 'in_sample',
    source: '',
    metric: '',
    n: '1',
    median_abs_error_pct: '20',
    bias_pct: '-20',
    worst_case_id: 'runs.csv:3',
    worst_metric: 'tpot_mean_ms',
  });
  expect(new Set(rows.map((row) => row['grouped_by']))).toContain('device+metric');
});

test('the document is JSON that reads back, and holds nothing but plain values', () => {
  const document = handDocument(true);
  const value = JSON.parse(accuracyJson(document)) as AccuracyDocument;
  expect(value).toEqual(document);
  expect(value.schema).toBe(ACCURACY_SCHEMA);
  expect(value.rows?.length).toBe(9);
  expect(handDocument().rows).toBeUndefined();
});

test('counts of the document add up and leave out what is set aside', () => {
  const { counts, splits, set_aside, uncompared, worst } = handDocument();
  expect(counts).toEqual({
    rows: 9,
    rows_left_out: 2,
    cases: 6,
    figures: 5,
    figures_set_aside: 1,
    cases_set_aside: 1,
    uncompared: 1,
    problems: 1,
  });
  expect(splits).toEqual(['in_sample', 'left_out_model_family', 'left_out_device']);
  expect(set_aside).toEqual([
    { case: 'runs.csv:4', file: 'runs.csv', line: 4, reason: 'the GPU throttled', figures: 1, median_abs_pct: 100 },
  ]);
  expect(uncompared).toEqual([
    { case: 'runs.csv:5', file: 'runs.csv', line: 5, metric: '', reason: 'the model does not fit' },
  ]);
  expect(worst.map((row) => [row.case, row.metric, row.signed_error_pct])).toEqual([
    ['runs.csv:2', 'ttft_mean_ms', 50],
    ['runs.csv:3', 'tpot_mean_ms', -20],
    ['runs.csv:2', 'tpot_mean_ms', 4],
    ['open.csv:3', 'e2e_mean_ms', 2],
    ['kernels.csv:2', 'kernel_ms', -10],
  ]);
});

test('bands are judged on left-out families when there are any', () => {
  // Predicted 22, band 0.9 to 1.1: 19.8 to 24.2 covers the measured 20. The TTFT has no band.
  expect(handDocument().bands).toMatchObject({
    split: 'left_out_model_family',
    all: { n: 1, covered: 1, below: 0, above: 0, coverage_pct: 100, without_band: 1 },
  });
});

test('a record is the headline alone and passes its own gate; a whole document is a record too', () => {
  const document = handDocument();
  const stored = readAccuracyRecord(accuracyRecord(document));
  expect(Object.keys(JSON.parse(accuracyRecord(document)) as object)).toEqual(['schema', 'headline']);
  const now = recordedHeadlines(document);
  expect(compareHeadlines(stored, now)).toMatchObject({ passed: true, missing: [], fewer: [], added: [] });
  expect(readAccuracyRecord(accuracyJson(document))).toEqual(now);
});

test.each([
  ['', 'no JSON'],
  ['[]', 'the document is no object'],
  ['{}', 'schema is absent; allowed: "infersim.accuracy/1"'],
  ['{"schema": "infersim.accuracy/2"}', 'schema is "infersim.accuracy/2"'],
  ['{"schema": "infersim.accuracy/1"}', 'headline is no list'],
  ['{"schema": "infersim.accuracy/1", "headline": [{}]}', 'headline[0].id is no text'],
  [
    '{"schema": "infersim.accuracy/1", "headline": [{"id": "a", "in_sample": {"n": 1, "median_abs_pct": "4"}}]}',
    'headline[0].in_sample.median_abs_pct is "4"; wanted: a number from 0',
  ],
  ['{"schema": "infersim.accuracy/1", "headline": []}', 'headline has no line; wanted: at least one line with figures'],
  [
    '{"schema": "infersim.accuracy/1", "headline": [{"id": "a", "in_sample": null}, {"id": "b"}]}',
    'headline has 2 lines, none with figures',
  ],
])('a record of %j is refused: %s', (text, message) => {
  expect(() => readAccuracyRecord(text)).toThrow(message);
});
