import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND, infersim } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-requests-'));
const quick = [
  '--replications',
  '2',
  '--horizon',
  '90s',
  '--warmup',
  '15s',
  '--no-gate',
  '--format',
  'none',
  '--quiet',
];
/** Step by step, so that there are not too many rows to look at when the signal comes. */
const endless = ['--horizon', '2000h', '--replications', '1', '--step-by-step', '--progress', 'plain'];
beforeAll(async () => {
  await infersim(['init', 'mine.yaml'], { cwd: folder });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...argv: string[]) {
  return infersim(['run', 'mine.yaml', ...argv], { cwd: folder });
}

function read(...path: string[]): string {
  return readFileSync(join(folder, ...path), 'utf8');
}

const FILES = ['manifest.json', 'runs.csv', 'scenario.resolved.yaml', 'summary.json', 'timeseries.csv'];

test.concurrent('--requests-format parquet writes requests.parquet instead of requests.csv', async ({ expect }) => {
  const all = ['--requests', 'all', '-o', 'parquet'];
  const { code, stdout, stderr } = await run(...quick, ...all, '--requests-format', 'parquet', '--format', 'text');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
    'wrote parquet/requests.parquet',
    'wrote parquet/manifest.json',
  ]);
  expect(readdirSync(join(folder, 'parquet')).sort()).toEqual([...FILES, 'requests.parquet'].sort());
  expect(JSON.parse(read('parquet', 'manifest.json')).files).toContain('requests.parquet');
  const bytes = readFileSync(join(folder, 'parquet', 'requests.parquet'));
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
  expect(read('parquet', 'scenario.resolved.yaml')).toContain('requests_format: parquet');

  // The other format takes its place.
  expect(await run(...quick, ...all, '--force')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(readdirSync(join(folder, 'parquet')).sort()).toEqual([...FILES, 'requests.csv'].sort());
  expect(read('parquet', 'requests.csv')).toMatch(/^replication,workload,origin,origin_site,pool,site,outcome,/);
});

test.concurrent('a sample comes in either format, with as many rows per replication', async ({ expect }) => {
  expect((await run(...quick, '--requests', 'sample:20', '-o', 'sample')).code).toBe(0);
  expect(read('sample', 'requests.csv').trimEnd().split('\n')).toHaveLength(1 + 2 * 20);
  const parquet = ['--set', 'record={ requests: { sample: 20 }, requests_format: parquet }'];
  expect((await run(...quick, ...parquet, '-o', 'sample-parquet')).code).toBe(0);
  expect(readdirSync(join(folder, 'sample-parquet'))).toContain('requests.parquet');
});

test.concurrent('another format is a wrong command line', async ({ expect }) => {
  expect(await run('--requests-format', 'xml', '-o', 'refused')).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: "error: option '--requests-format <format>' argument 'xml' is invalid. Allowed choices are csv, parquet.\n",
  });
  expect(existsSync(join(folder, 'refused'))).toBe(false);
});

test.concurrent('another format in the scenario is told with its place', async ({ expect }) => {
  const { code, stdout, stderr } = await run('--set', 'record.requests_format=xml', '-o', 'refused');
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('record.requests_format');
  expect(stderr).toContain('parquet');
});

test.concurrent('the first Ctrl-C writes the rows so far', async ({ expect }) => {
  let sent = false;
  const ended = await infersim(['run', 'mine.yaml', ...endless, '--requests', 'all', '-o', 'cut', '--format', 'none'], {
    cwd: folder,
    onStderr: (text, kill) => {
      // Once something has happened: a run stopped before that writes nothing.
      if (sent || !/ [1-9]\S* events/.test(text)) return;
      sent = true;
      kill('SIGINT');
    },
  });
  expect(ended.code).toBe(130);
  expect(readdirSync(join(folder, 'cut')).sort()).toEqual([...FILES, 'requests.csv'].sort());
  const [header, ...rows] = read('cut', 'requests.csv').trimEnd().split('\n');
  const sent_s = header!.split(',').indexOf('sent_s');
  const times = rows.map((row) => Number(row.split(',')[sent_s]));
  expect(times.length).toBeGreaterThan(1000);
  expect(times.every((time, index) => index === 0 || time >= times[index - 1]!)).toBe(true);
});

test.concurrent('the second Ctrl-C leaves nothing of them', async ({ expect }) => {
  let sent = 0;
  const argv = ['run', 'mine.yaml', ...endless, '--requests', 'all', '--requests-format', 'parquet', '-o', 'a/stopped'];
  const ended = await infersim(argv, {
    cwd: folder,
    onStderr: (text, kill) => {
      if ((sent === 0 && text.includes('simulated')) || (sent === 1 && text.includes('stopping'))) {
        sent++;
        kill('SIGINT');
      }
    },
  });
  expect(ended.code).toBe(130);
  // Where the results were quicker than the second signal they are whole.
  const left = existsSync(join(folder, 'a/stopped')) ? readdirSync(join(folder, 'a/stopped')) : [];
  expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
  expect(left.includes('requests.parquet')).toBe(left.includes('manifest.json'));
});

// A limit on the size of files stands for a full disk: both refuse a write. Windows has none.
test.runIf(process.platform !== 'win32').each([
  ['rows of a run', '50', 'error: cannot write request rows into full: the file is too large for this file system'],
  ['the table of rows', '110', 'error: cannot write full/requests.csv: the file is too large for this file system'],
])('a disk that takes no more %s ends the run with 4 and leaves nothing', (_, kilobytes, message) => {
  // Shells count in blocks of 512 or 1,024 bytes: bash is told which.
  const shell = 'ulimit -f "$0" && exec "$@"';
  const words = [COMMAND, 'run', 'mine.yaml', ...quick, '--requests', 'all', '-o', 'full'];
  const ended = spawnSync('bash', ['--norc', '-c', shell, kilobytes, process.execPath, ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
  });
  expect(ended).toMatchObject({ status: 4, stdout: '', stderr: `${message} [RESULTS_WRITE]\n` });
  expect(existsSync(join(folder, 'full'))).toBe(false);
});
