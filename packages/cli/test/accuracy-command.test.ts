import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccuracyDocument } from '@infersim/accuracy';
import { Command } from 'commander';
import { afterAll, expect, test } from 'vitest';
import { addAccuracyCommands } from '../src/accuracy-commands.js';
import { CASE_PROGRESS_WORDS, FIT_PROGRESS_WORDS } from '../src/case-progress.js';
import { type AccuracyFlags, accuracy } from '../src/commands/accuracy.js';
import { ExitCode } from '../src/exit-code.js';
import { writeWholeFiles } from '../src/whole-files.js';
import { CSV, capturedTerminal, handModel } from './hand-model.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-accuracy-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const FLAGS: AccuracyFlags = { format: 'text', progress: 'auto' };

function place(name: string): string {
  return join(folder, name);
}

test('the built-in table is the default; errors go to stdout, nothing to stderr, no file', async () => {
  const { terminal, out, err } = capturedTerminal();
  expect(await accuracy({ ...FLAGS, inSample: true }, terminal, handModel(1.04))).toBe(ExitCode.OK);
  expect(out()).toMatch(/^accuracy: 2 measured rows, 4 figures compared; 1 of 1 targets met\n/);
  expect(out()).toContain('runs.csv:4 device: unknown device');
  expect(out()).toContain('in-sample only');
  expect(err()).toBe('');
});

test('errors on left-out families come beside unless told otherwise, and bands are judged on them', async () => {
  const { terminal, out } = capturedTerminal();
  await accuracy({ ...FLAGS, format: 'json' }, terminal, handModel(1.04));
  const document = JSON.parse(out()) as AccuracyDocument;
  const line = document.headline.find((item) => item.id === 'fixed-concurrency-tpot-dense');
  // 1.04 * 1.1 = 1.144; the limits are 5 and 8.
  expect(line).toMatchObject({
    verdict: 'missed',
    in_sample: { median_abs_pct: 4 },
    left_out_model_family: { median_abs_pct: 14.4 },
  });
  // Measured / predicted is 0.874 for the two times per token, 1 for the two first tokens; bands are 0.9 to 1.1.
  expect(document.bands).toMatchObject({ split: 'left_out_model_family', all: { n: 4, covered: 2, below: 2 } });
});

test('--out, --doc and --write-record write whole files, and refuse to overwrite', async () => {
  const flags: AccuracyFlags = {
    ...FLAGS,
    format: 'none',
    out: place('out'),
    doc: place('page.md'),
    writeRecord: place('record.json'),
  };
  const { terminal, out } = capturedTerminal();
  expect(await accuracy(flags, terminal, handModel(1))).toBe(ExitCode.OK);
  expect(out()).toBe('');
  expect(readdirSync(place('out')).sort()).toEqual(['accuracy.json', 'accuracy.svg', 'errors.csv', 'summary.csv']);
  expect(readFileSync(place('page.md'), 'utf8')).toContain('(page.svg)');
  expect(readFileSync(place('page.svg'), 'utf8')).toMatch(/^<svg /);
  await expect(accuracy(flags, terminal, handModel(1))).rejects.toThrow('give --force to overwrite');
  expect(await accuracy({ ...flags, force: true }, terminal, handModel(1))).toBe(ExitCode.OK);
});

test('--check exits with 8 when a headline error grew by more than a tenth', async () => {
  const record = place('gate.json');
  const first = capturedTerminal();
  await accuracy({ ...FLAGS, format: 'none', writeRecord: record }, first.terminal, handModel(1.04));
  const same = capturedTerminal();
  expect(await accuracy({ ...FLAGS, check: record }, same.terminal, handModel(1.043))).toBe(ExitCode.OK);
  expect(same.out()).toContain('\ngate: no headline error grew by more than a tenth\n');
  const worse = capturedTerminal();
  expect(await accuracy({ ...FLAGS, check: record, format: 'json' }, worse.terminal, handModel(1.05))).toBe(
    ExitCode.REGRESSION,
  );
  expect(worse.err()).toMatch(/^gate: 2 headline figures worse than stored or missing\n/);
  expect(() => JSON.parse(worse.out()) as unknown).not.toThrow();
  // The other lines of the record cannot have rows here: they are not compared.
  const part = capturedTerminal();
  expect(await accuracy({ ...FLAGS, check: record, metric: ['ttft_mean_ms'] }, part.terminal, handModel(9))).toBe(
    ExitCode.OK,
  );
});

test('a record that cannot be read stops before any work', async () => {
  const { terminal } = capturedTerminal();
  writeFileSync(place('bad.json'), '{"schema": "infersim.accuracy/9"}');
  await expect(accuracy({ ...FLAGS, check: place('bad.json') }, terminal, handModel(1))).rejects.toMatchObject({
    exitCode: ExitCode.INVALID_INPUT,
    message: `${place('bad.json')}: schema is "infersim.accuracy/9"; allowed: "infersim.accuracy/1" [ACCURACY_RECORD]`,
  });
  await expect(accuracy({ ...FLAGS, check: place('none.json') }, terminal, handModel(1))).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('metrics and tables can be chosen; unknown metrics and nothing left are told', async () => {
  const { terminal, out } = capturedTerminal();
  const chosen = { ...FLAGS, metric: ['ttft_mean_ms'], format: 'json', rows: true, inSample: true } as const;
  await accuracy(chosen, terminal, handModel(1));
  expect((JSON.parse(out()) as AccuracyDocument).rows?.map((row) => row.metric)).toEqual([
    'ttft_mean_ms',
    'ttft_mean_ms',
  ]);
  await expect(accuracy({ ...FLAGS, metric: ['ttft_men_ms'] }, terminal, handModel(1))).rejects.toMatchObject({
    exitCode: ExitCode.USAGE,
    message: 'there is no metric `ttft_men_ms`; did you mean `ttft_mean_ms`?',
  });
  await expect(accuracy({ ...FLAGS, only: ['kernels'] }, terminal, handModel(1))).rejects.toMatchObject({
    exitCode: ExitCode.INVALID_INPUT,
    message: 'no measured row can be used: of 2 rows none is of kernels; there are: fixed-concurrency-serving',
  });
});

test('--data takes folders and files; JSON does not say where it was measured', async () => {
  mkdirSync(place('tables'));
  writeFileSync(join(place('tables'), 'mine.csv'), CSV);
  const { terminal, out } = capturedTerminal();
  await accuracy({ ...FLAGS, data: [place('tables')] }, terminal, handModel(1));
  expect(out()).toMatch(/^accuracy: 2 measured rows, 4 figures compared/);
  expect(out()).toContain('mine.csv:4 device: the catalog has no such device; given: abacus');
  writeFileSync(place('bench.json'), '{}');
  await expect(accuracy({ ...FLAGS, data: [place('bench.json')] }, terminal, handModel(1))).rejects.toMatchObject({
    exitCode: ExitCode.USAGE,
  });
  await expect(accuracy({ ...FLAGS, data: [place('nowhere')] }, terminal, handModel(1))).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('flags become what the command takes, and wrong ones are refused', async () => {
  const parse = async (...argv: string[]): Promise<Record<string, unknown>> => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    addAccuracyCommands(
      program,
      () => Promise.reject(new Error('not loaded here')),
      () => undefined,
    );
    const command = program.commands.find((item) => item.name() === argv[0])!;
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await program.parseAsync(argv, { from: 'user' }).catch((error: Error) => {
      if (error.message !== 'not loaded here') throw error;
    });
    return command.opts();
  };
  const argv = [
    'accuracy',
    '--data',
    'a',
    'b',
    '--leave-out',
    'model-family',
    'device',
    '--only',
    'kernels',
    '--jobs',
    '2',
  ];
  expect(await parse(...argv)).toEqual({
    data: ['a', 'b'],
    leaveOut: ['model-family', 'device'],
    only: ['kernels'],
    jobs: 2,
    format: 'text',
    color: true,
    progress: 'auto',
  });
  expect(await parse('calibrate', 'a.csv', '--hold', '0.2', '--tp', '4')).toMatchObject({ hold: 0.2, tp: 4, seed: 1 });
  await expect(parse('accuracy', '--in-sample', '--leave-out', 'device')).rejects.toThrow('cannot be used with');
  await expect(parse('accuracy', '--leave-out', 'metric')).rejects.toThrow('Allowed choices are model-family, device');
  await expect(parse('calibrate', 'a.csv', '--hold', '0.9')).rejects.toThrow('Allowed are shares from 0');
  await expect(parse('calibrate')).rejects.toThrow('missing required argument');
});

test('progress says phase, rows and the time left of the phase', () => {
  const state = { phase: 'in-sample', done: 30, total: 120, phaseStartS: 10 };
  expect(CASE_PROGRESS_WORDS.text(state, 20)).toBe('in-sample: 25 %, 30 of 120 rows, 30s left');
  expect(CASE_PROGRESS_WORDS.text({ ...state, done: 0 }, 20)).toBe('in-sample: 0 %, 0 of 120 rows');
  expect(CASE_PROGRESS_WORDS.share(state)).toBe(0.25);
  const fits = { phase: 'fits of engines', runs: 1200, fitsDone: 1, fits: 4 };
  expect(FIT_PROGRESS_WORDS.text(fits, 61)).toBe('fits of engines 1 of 4: 1200 rows run, 1m1s');
  expect(FIT_PROGRESS_WORDS.share(fits)).toBe(0.25);
  expect(FIT_PROGRESS_WORDS.text({ phase: 'before', runs: 0, fitsDone: 0, fits: 0 }, 0)).toBe('before: 0 rows run, 0s');
});

test('files are written whole or not at all', () => {
  function* breaking(): Generator<string> {
    yield 'half';
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  }
  const target = place('whole');
  expect(() =>
    writeWholeFiles([
      { path: join(target, 'a.txt'), chunks: ['a'] },
      { path: join(target, 'b.txt'), chunks: breaking() },
    ]),
  ).toThrow('the disk is full');
  expect(readdirSync(target)).toEqual([]);
});
