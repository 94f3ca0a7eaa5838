import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { infersim } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-run-'));
const quick = ['--replications', '2', '--horizon', '90s', '--warmup', '15s', '--no-gate'];
/** Long enough that a signal after the first line of progress always comes in the middle. */
const endless = [
  '--horizon',
  '2000h',
  '--warmup',
  '1m',
  '--replications',
  '1',
  '--timeseries',
  'off',
  '--progress',
  'plain',
];
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

test('a run prints the summary, says which files it wrote, and leaves them whole', async () => {
  const { code, stdout } = await run(...quick, '-o', 'first', '--requests', 'all');
  expect(code).toBe(0);
  const wrote = stdout.split('\n').filter((line) => line.startsWith('wrote '));
  expect(wrote.map((line) => line.slice('wrote '.length).split('/').at(-1))).toEqual([
    'scenario.resolved.yaml',
    'summary.json',
    'runs.csv',
    'timeseries.csv',
    'requests.csv',
    'manifest.json',
  ]);
  expect(readdirSync(join(folder, 'first')).length).toBe(6);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(JSON.parse(read('first', 'manifest.json'))).toMatchObject({
    schema: 'infersim.manifest/1',
    status: 'complete',
  });
});

test('the same scenario and seed give the same bytes, for one and two jobs and step by step', async () => {
  const runs: [string, string[]][] = [
    ['jobs-1', ['--jobs', '1']],
    ['jobs-2', ['--jobs', '2']],
    ['steps', ['--step-by-step']],
  ];
  for (const [out, flags] of runs)
    expect((await run(...quick, ...flags, '-o', out, '--requests', 'all', '--format', 'none')).stdout).toBe('');
  for (const file of ['summary.json', 'runs.csv', 'timeseries.csv', 'requests.csv'])
    expect(read('jobs-2', file)).toBe(read('jobs-1', file));
  for (const file of ['summary.json', 'runs.csv', 'timeseries.csv', 'requests.csv'])
    expect(read('steps', file)).toBe(read('jobs-1', file));
});

test('results in a folder are not overwritten without --force', async () => {
  const before = read('jobs-1', 'manifest.json');
  const refused = await run(...quick, '-o', 'jobs-1');
  expect(refused).toMatchObject({ code: 4, stdout: '' });
  expect(refused.stderr).toContain('--force');
  expect(read('jobs-1', 'manifest.json')).toBe(before);
  expect((await run(...quick, '-o', 'jobs-1', '--force', '--format', 'none')).code).toBe(0);
  expect(existsSync(join(folder, 'jobs-1', 'requests.csv'))).toBe(false);
});

test('JSON on stdout is summary.json, one object and nothing else', async () => {
  const { stdout, stderr } = await run(...quick, '-o', 'json', '--format', 'json', '--quiet');
  expect(stdout).toBe(read('json', 'summary.json'));
  expect(stderr).toBe('');
});

test('without --out the folder is named after the scenario and what is in it', async () => {
  await run(...quick, '--format', 'none');
  await run(...quick, '--format', 'none', '--seed', '9');
  const names = readdirSync(join(folder, 'results'));
  expect(names.length).toBe(2);
  for (const name of names) expect(name).toMatch(/^[\w-]+-[0-9a-f]{8}$/);
});

test('saved results print again as they did, from the folder alone', async () => {
  const { stdout } = await run(...quick, '-o', 'again');
  const again = await infersim(['report', 'again'], { cwd: folder });
  expect(again).toMatchObject({ code: 0, stderr: '' });
  const lines = (text: string) => text.split('\n').filter((line) => !line.startsWith('wrote '));
  expect(lines(again.stdout)).toEqual(lines(stdout));
  expect((await infersim(['report', 'again', '--format', 'json'], { cwd: folder })).stdout).toBe(
    read('again', 'summary.json'),
  );
});

test('an objective that is missed is exit code 99, and the results are there all the same', async () => {
  const slo = '--set=slo=[{ name: impossible, metric: ttft_ms, stat: p95, max: 0.001 }]';
  const gated = await run(slo, '--replications', '1', '--horizon', '2m', '--warmup', '10s', '-o', 'missed');
  expect(gated.code).toBe(99);
  expect(gated.stdout).toMatch(/FAIL +impossible/);
  expect(gated.stdout).toContain('why: ');
  expect(existsSync(join(folder, 'missed', 'manifest.json'))).toBe(true);
  expect((await run(slo, ...quick, '-o', 'missed', '--force')).code).toBe(0);
});

test('a dry run checks everything and writes nothing', async () => {
  const { code, stdout } = await run('--dry-run', '-o', 'dry');
  expect(code).toBe(0);
  expect(stdout).toContain('is valid');
  expect(existsSync(join(folder, 'dry'))).toBe(false);
});

test('problems of a scenario are exit code 3 with their places, and nothing is written', async () => {
  writeFileSync(join(folder, 'bad.yaml'), 'schema_version: 1\nname: bad\nhorizonn: 1h\n');
  const { code, stdout, stderr } = await infersim(['run', 'bad.yaml', '-o', 'bad-results'], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('bad.yaml:3:1');
  expect(stderr).toContain('did you mean `horizon`?');
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(existsSync(join(folder, 'bad-results'))).toBe(false);
  const github = await infersim(['validate', 'bad.yaml', '--format', 'github'], { cwd: folder });
  expect(github.code).toBe(3);
  expect(github.stdout).toMatch(/^::error file=bad\.yaml,line=3,col=1/m);
});

test('a value from the command line is checked like one from the file, and named by its flag', async () => {
  const { code, stderr } = await run('--horizon', 'soon');
  expect(code).toBe(3);
  expect(stderr).toContain('--horizon');
  expect((await run('--set', 'replicatons=3')).stderr).toContain('--set');
});

test('a scenario file that is not there is exit code 4', async () => {
  const { code, stdout, stderr } = await infersim(['run', 'nowhere.yaml'], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toContain('nowhere.yaml');
});

test('explain prints the plan, and the resolved scenario runs to the same results', async () => {
  const text = await infersim(['explain', 'mine.yaml'], { cwd: folder });
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/KV/);
  const yaml = await infersim(['explain', 'mine.yaml', '--format', 'yaml'], { cwd: folder });
  writeFileSync(join(folder, 'resolved.yaml'), yaml.stdout);
  const resolved = await infersim(['run', 'resolved.yaml', ...quick, '-o', 'resolved', '--format', 'none'], {
    cwd: folder,
  });
  expect(resolved.code).toBe(0);
  await run(...quick, '-o', 'plain', '--format', 'none');
  expect(read('resolved', 'runs.csv')).toBe(read('plain', 'runs.csv'));
});

test('compare finds no difference between a run and itself, and a regression where there is one', async () => {
  const cheap = ['--set', 'slo=[]', ...quick, '--format', 'none'];
  await run(...cheap, '-o', 'a');
  await run(...cheap, '-o', 'b', '--set', 'grids.cloud.sites[0].pools[0].precision=fp16');
  const same = await infersim(['compare', 'a', 'a'], { cwd: folder });
  expect(same.code).toBe(0);
  expect(same.stdout).toContain('no regression');
  const worse = await infersim(['compare', 'a', 'b', '--threshold', '0'], { cwd: folder });
  const back = await infersim(['compare', 'b', 'a', '--threshold', '0', '--no-gate'], { cwd: folder });
  expect([worse.code, back.code]).toEqual([8, 0]);
  expect(worse.stdout).toContain('regression: ');
  const json = JSON.parse(
    (await infersim(['compare', 'a', 'b', '--format', 'json', '--no-gate'], { cwd: folder })).stdout,
  ) as {
    comparisons: { common_worlds: number }[];
  };
  expect(json.comparisons[0]!.common_worlds).toBe(2);
});

test.concurrent('the first Ctrl-C writes partial results and says so, with exit code 130', async ({ expect }) => {
  let sent = false;
  const ended = await infersim(['run', 'mine.yaml', ...endless, '-o', 'cut'], {
    cwd: folder,
    onStderr: (text, kill) => {
      if (sent || !text.includes('simulated')) return;
      sent = true;
      kill('SIGINT');
    },
  });
  expect(ended.code).toBe(130);
  expect(ended.stdout).toContain('interrupted');
  expect(JSON.parse(read('cut', 'manifest.json'))).toMatchObject({ status: 'interrupted' });
  expect(JSON.parse(read('cut', 'summary.json'))).toMatchObject({ status: 'interrupted' });
});

test.concurrent('SIGTERM is exit code 143', async ({ expect }) => {
  let sent = false;
  const ended = await infersim(['run', 'mine.yaml', ...endless, '-o', 'terminated', '--format', 'none'], {
    cwd: folder,
    onStderr: (text, kill) => {
      if (sent || !text.includes('simulated')) return;
      sent = true;
      kill('SIGTERM');
    },
  });
  expect(ended.code).toBe(143);
});

test.concurrent('the second Ctrl-C stops at once and leaves neither lock nor temporary files', async ({ expect }) => {
  let sent = 0;
  const ended = await infersim(['run', 'mine.yaml', ...endless, '-o', 'stopped'], {
    cwd: folder,
    onStderr: (text, kill) => {
      if ((sent === 0 && text.includes('simulated')) || (sent === 1 && text.includes('stopping'))) {
        sent++;
        kill('SIGINT');
      }
    },
  });
  expect(ended.code).toBe(130);
  const left = existsSync(join(folder, 'stopped')) ? readdirSync(join(folder, 'stopped')) : [];
  expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
});
