/** A small report with something of everything: hits, misses, both splits, kernels, rows set aside, bad rows, bands. */

import type { RowProblem } from '../src/cases/measured-case.js';
import { type ErrorRows, errorRows } from '../src/errors/error-row.js';
import type { AccuracyDocument } from '../src/output/accuracy-document.js';
import { accuracyDocument } from '../src/output/accuracy-json.js';
import { gemmCase, handCase, openLoopCase, said, tablesOf } from './hand-cases.js';

const dense = handCase(2, { tpot_mean_ms: 20, ttft_mean_ms: 100 });
const moe = handCase(
  3,
  { tpot_mean_ms: 10 },
  { isMoe: true, family: 'gpt-oss', deviceId: 'b200-sxm', source: 'Lab B' },
);
const aside = handCase(4, { tpot_mean_ms: 10 }, { setAside: 'the GPU throttled' });
const tooBig = handCase(5, { tpot_mean_ms: 10 });
const warm = openLoopCase(3, { e2e_mean_ms: 1000 }, true);
const gemm = gemmCase(2, 0.5, 'fp16');

export const CASES = [dense, moe, aside, tooBig, warm, gemm];

export const PROBLEM: RowProblem = {
  file: 'runs.csv',
  line: 6,
  column: 'device',
  code: 'ROW_DEVICE',
  message: 'unknown device',
  given: 'h1000',
  allowed: 'ids and names of the catalog',
};

/** TPOT +4 % and -20 %, TTFT +50 %, E2E +2 %, kernel -10 %; set aside: +100 %. */
export const IN_SAMPLE_ERRORS: ErrorRows = errorRows(CASES, [
  said(dense, { tpot_mean_ms: 20.8, ttft_mean_ms: 150 }),
  said(moe, { tpot_mean_ms: 8 }),
  said(aside, { tpot_mean_ms: 20 }),
  { caseId: tooBig.id, predicted: {}, failure: 'the model does not fit' },
  said(warm, { e2e_mean_ms: 1020 }),
  said(gemm, { kernel_ms: 0.45 }),
]);

/** Dense TPOT +10 % without its family. */
export const LEFT_OUT_ERRORS: ErrorRows = errorRows([dense], [said(dense, { tpot_mean_ms: 22, ttft_mean_ms: 160 })], {
  kind: 'left-out',
  by: 'model-family',
  group: 'qwen3-dense',
});

/** The same family on an H100 that was left out: TPOT +15 %. */
export const LEFT_OUT_DEVICE_ERRORS: ErrorRows = errorRows([warm], [said(warm, { e2e_mean_ms: 1150 })], {
  kind: 'left-out',
  by: 'device',
  group: 'h100-sxm',
});

export function handDocument(withRows = false): AccuracyDocument {
  const tables = tablesOf(CASES, [PROBLEM]);
  const [first, ...others] = tables.files;
  const ignored = [{ reason: 'no load is stated', rows: 2 }];
  return accuracyDocument({
    tables: { ...tables, files: [{ ...first!, rows: first!.rows + 2, ignored }, ...others] },
    errors: [IN_SAMPLE_ERRORS, LEFT_OUT_ERRORS, LEFT_OUT_DEVICE_ERRORS],
    bands: [{ caseId: dense.id, metric: 'tpot_mean_ms', lowFactor: 0.9, highFactor: 1.1 }],
    withRows,
  });
}
