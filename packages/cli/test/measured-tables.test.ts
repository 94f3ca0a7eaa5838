/** `accuracy` through the built command, on a small table of our own: every kind of run, kernels, and rows that are wrong. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AccuracyDocument, accuracySummaryCsv, accuracyText, ERROR_COLUMNS } from '@infersim/accuracy';
import { afterAll, expect, test } from 'vitest';
import { ExitCode } from '../src/exit-code.js';
import { infersim } from './run-command.js';

const TABLES = fileURLToPath(new URL('fixtures/measured', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'infersim-measured-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const place = (name: string): string => join(folder, name);
const accuracy = (...argv: string[]) =>
  infersim(['accuracy', '--data', TABLES, '--progress', 'none', '--jobs', '1', ...argv]);

const PROBLEMS = [
  {
    file: 'runs.csv',
    line: 10,
    column: 'device',
    code: 'ROW_DEVICE',
    message: 'the catalog has no such device',
    given: 'abacus',
    allowed: expect.any(String),
  },
  {
    file: 'runs.csv',
    line: 11,
    column: 'concurrency',
    code: 'ROW_VALUE',
    message: '`concurrency` is not a number',
    given: 'eight',
    allowed: 'a decimal number',
  },
];

test('text, JSON and CSV say the same, and a bad row stops none of the others', { timeout: 60_000 }, async () => {
  const json = await accuracy('--format', 'json', '--rows', '--out', place('out'));
  expect(json).toMatchObject({ code: ExitCode.OK, stderr: '' });
  const document = JSON.parse(json.stdout) as AccuracyDocument;
  expect(document.counts).toEqual({
    rows: 15,
    rows_left_out: 0,
    cases: 13,
    figures: 12,
    figures_set_aside: 0,
    cases_set_aside: 0,
    uncompared: 1,
    problems: 2,
  });
  expect(document.problems).toEqual(PROBLEMS);
  expect(document.uncompared).toMatchObject([
    { case: 'runs.csv:12', reason: expect.stringMatching(/does not fit on/) },
  ]);
  // Twelve rows tell nothing about the constants of a fit: nothing is left out.
  expect(document.splits).toEqual(['in_sample']);
  expect(document.rows?.every((row) => row.predicted > 0)).toBe(true);

  const text = await accuracy();
  const options = { color: false, ascii: false };
  expect(text).toMatchObject({ code: ExitCode.OK, stderr: '', stdout: accuracyText(document, { files: [] }, options) });
  expect(text.stdout).toContain('runs.csv:10 device: the catalog has no such device; given: abacus');

  const csv = await accuracy('--format', 'csv');
  expect(csv).toMatchObject({ code: ExitCode.OK, stderr: '' });
  expect(csv.stdout).toBe(readFileSync(join(place('out'), 'errors.csv'), 'utf8'));
  const [head, ...lines] = csv.stdout.trimEnd().split('\n');
  expect(head).toBe(ERROR_COLUMNS.join(','));
  expect(lines.map((line) => line.split(',')[0])).toEqual(document.rows?.map((row) => row.case));
  expect(readFileSync(join(place('out'), 'summary.csv'), 'utf8')).toBe([...accuracySummaryCsv(document)].join(''));
  expect(readdirSync(place('out')).sort()).toEqual(['accuracy.json', 'accuracy.svg', 'errors.csv', 'summary.csv']);
});

test('the gate passes on the stored figures and exits with 8 on better ones', { timeout: 60_000 }, async () => {
  const record = place('record.json');
  expect(await accuracy('--format', 'none', '--write-record', record)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const same = await accuracy('--check', record);
  expect(same.code).toBe(ExitCode.OK);
  expect(same.stdout).toMatch(/\ngate: no headline error grew by more than a tenth\n$/);
  const stored = JSON.parse(readFileSync(record, 'utf8')) as { headline: AccuracyDocument['headline'] };
  const better = stored.headline.map((line) => ({
    ...line,
    in_sample:
      line.in_sample === null ? null : { ...line.in_sample, median_abs_pct: line.in_sample.median_abs_pct / 2 },
  }));
  writeFileSync(record, JSON.stringify({ ...stored, headline: better }));
  const worse = await accuracy('--check', record, '--quiet', '--format', 'none');
  expect(worse).toMatchObject({ code: ExitCode.REGRESSION, stdout: '' });
  expect(worse.stderr).toMatch(/^gate: \d+ headline figures worse than stored or missing\n/);
});

test('a device that is left out is priced by its class', { timeout: 60_000 }, async () => {
  const ended = await accuracy('--leave-out', 'device', '--only', 'kernels', '--format', 'json', '--rows');
  expect(ended).toMatchObject({ code: ExitCode.OK, stderr: '' });
  const { splits, rows } = JSON.parse(ended.stdout) as AccuracyDocument;
  expect(splits).toEqual(['in_sample', 'left_out_device']);
  const predicted = (split: string) => rows!.filter((row) => row.split === split).map((row) => row.predicted);
  expect(rows!.filter((row) => row.split === 'left_out_device').every((row) => row.left_out === 'h100-sxm')).toBe(true);
  const [fitted, byClass] = [predicted('in_sample'), predicted('left_out_device')];
  expect(byClass).toHaveLength(4);
  expect(byClass.slice(0, 3).every((value, at) => value !== fitted[at])).toBe(true);
});

test('families of the built-in table are left out, sizes where it has but one family', {
  timeout: 120_000,
}, async () => {
  const argv = ['--only', 'saturated-serving', '--metric', 'itl_p50_ms', '--format', 'json', '--rows'];
  const ended = await infersim(['accuracy', '--progress', 'none', ...argv]);
  expect(ended).toMatchObject({ code: ExitCode.OK, stderr: '' });
  const { splits, rows, bands } = JSON.parse(ended.stdout) as AccuracyDocument;
  expect(splits).toEqual(['in_sample', 'left_out_model_family']);
  const leftOut = rows!.filter((row) => row.split === 'left_out_model_family');
  expect(leftOut.length).toBeGreaterThan(5);
  for (const row of leftOut) expect(row.left_out).toBe(`${row.family}: ${row.model}`);
  expect(new Set(rows!.map((row) => row.metric))).toEqual(new Set(['itl_p50_ms']));
  expect(bands).toMatchObject({ split: 'left_out_model_family', all: { n: leftOut.length, without_band: 0 } });
});

test('nothing but the wrong command line is a reason to do nothing', async () => {
  const ended = await infersim(['accuracy', '--data', place('nowhere.csv')]);
  expect(ended).toMatchObject({ code: ExitCode.FILE, stdout: '' });
  expect(ended.stderr).toMatch(/^error: ENOENT/);
  writeFileSync(place('notes.csv'), 'a,b\n1,2\n');
  const unknown = await infersim(['accuracy', '--data', place('notes.csv')]);
  expect(unknown).toMatchObject({ code: ExitCode.INVALID_INPUT, stdout: '' });
  expect(unknown.stderr).toMatch(
    /^error: no measured row can be used: [^:]+notes.csv:1: the header belongs to no known kind/,
  );
});

test('a signal ends it with 130, and no file is begun', { timeout: 60_000 }, async () => {
  const runs = Array.from(
    { length: 2000 },
    (_, at) => `h100-sxm,llama-3.1-8b,vllm,closed-loop,${at + 64},64,16,tpot_mean_ms,9`,
  );
  const table = ['device,model,engine,kind,input_tokens,output_tokens,concurrency,metric,value', ...runs].join('\n');
  writeFileSync(place('many.csv'), table);
  let isSent = false;
  const ended = await infersim(
    ['accuracy', '--data', place('many.csv'), '--out', place('unfinished'), '--write-record', place('unfinished.json')],
    {
      onStderr: (_, kill) => {
        if (!isSent) kill('SIGINT');
        isSent = true;
      },
    },
  );
  expect(ended).toMatchObject({ code: ExitCode.INTERRUPTED, stdout: '' });
  expect(ended.stderr).toMatch(/^in-sample: \d+ %, \d+ of 2000 rows[^\n]*\nstopped; nothing was written\n$/);
  expect(existsSync(place('unfinished'))).toBe(false);
  expect(existsSync(place('unfinished.json'))).toBe(false);
});
