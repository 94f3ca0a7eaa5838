import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { infersim } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-command-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the version goes to stdout and nothing else', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await infersim(['--version'])).toEqual({ code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
});

test('help names every command, on stdout', async () => {
  const { code, stdout, stderr } = await infersim(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const name of [
    'run',
    'sweep',
    'merge',
    'validate',
    'explain',
    'report',
    'compare',
    'devices',
    'trace',
    'schema',
    'init',
    'completion',
  ])
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
});

test('without a command help goes to stderr and the command line is wrong', async () => {
  const { code, stdout, stderr } = await infersim([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: infersim/);
});

test.each<[string[], string]>([
  [['rnu'], "error: unknown command 'rnu'\n(Did you mean run?)\n"],
  [['run'], "error: missing required argument 'scenario'\n"],
  [['run', 'x.yaml', '--replicatons', '3'], "error: unknown option '--replicatons'\n(Did you mean --replications?)\n"],
  [['run', 'x.yaml', 'y.yaml'], "error: too many arguments for 'run'. Expected 1 argument but got 2.\n"],
  [
    ['run', 'x.yaml', '--seed', 'abc'],
    "error: option '--seed <n>' argument 'abc' is invalid. Allowed are whole numbers from 0 to 9007199254740991.\n",
  ],
  [
    ['run', 'x.yaml', '--format', 'xml'],
    "error: option '--format <format>' argument 'xml' is invalid. Allowed choices are text, json, none.\n",
  ],
  [
    ['run', 'x.yaml', '--requests', 'few'],
    "error: option '--requests <none|sample:N|all>' argument 'few' is invalid. Allowed are none, all, or sample:N with N at least 1.\n",
  ],
  [['run', 'x.yaml', '--out'], "error: option '-o, --out <dir>' argument missing\n"],
  [['devices', 'shwo', 'h100-sxm'], "error: unknown command 'shwo'\n(Did you mean show?)\n"],
  [
    ['devices', 'show', 'h100-smx'],
    'error: the catalog has no entry `h100-smx` among devices; did you mean `h100-sxm`?\nall of them: infersim devices list\n',
  ],
  [
    ['regions', 'show', 'atlantis'],
    'error: the catalog has no entry `atlantis` among regions\nall of them: infersim regions list\n',
  ],
  [['compare', 'one'], 'error: compare needs at least two results folders\n'],
  [
    ['compare', 'a', 'b', '--metric', 'ttft_ms_p59'],
    'error: there is no column `ttft_ms_p59`; did you mean `ttft_ms_p50`?\n',
  ],
  [
    ['schema', 'everything'],
    "error: command-argument value 'everything' is invalid for argument 'topic'. Allowed choices are scenario, summary, overlay, accuracy, columns, reference.\n",
  ],
  [
    ['completion', 'tcsh'],
    "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
  ],
])('a wrong command line is exit code 2 with its reason: %j', async (argv, stderr) => {
  expect(await infersim(argv)).toEqual({ code: 2, signal: null, stdout: '', stderr });
});

test.each(['devices', 'models', 'engines', 'racks', 'regions'])(
  '%s list and show agree, as text and JSON',
  async (kind) => {
    const text = await infersim([kind, 'list']);
    expect({ code: text.code, stderr: text.stderr }).toEqual({ code: 0, stderr: '' });
    const json = await infersim([kind, 'list', '--format', 'json']);
    const entries = JSON.parse(json.stdout) as { id: string }[];
    const ids = text.stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(' ')[0]);
    expect(ids).toEqual(entries.map((entry) => entry.id));
    expect(ids.length).toBeGreaterThan(3);
    const shown = await infersim([kind, 'show', ids[0]!, '--format', 'json']);
    expect(JSON.parse(shown.stdout)).toEqual(entries[0]);
    const read = await infersim([kind, 'show', ids[0]!]);
    expect(read.stdout).toMatch(new RegExp(`^id +${ids[0]}$`, 'm'));
    expect(read.stdout).toMatch(/ +(measured|specified|fitted|assumed)\n +source: /);
  },
);

test('files that are not there are exit code 4, told in a line', async () => {
  const missing = join(folder, 'nothing');
  expect(await infersim(['report', missing])).toEqual({
    code: 4,
    signal: null,
    stdout: '',
    stderr: `error: cannot read ${missing}: no such file or folder [RESULTS_READ]\n`,
  });
  expect((await infersim(['compare', missing, missing])).code).toBe(4);
  expect(await infersim(['trace', 'inspect', missing])).toEqual({
    code: 4,
    signal: null,
    stdout: '',
    stderr: `error: ENOENT: no such file or directory, open '${missing}'\n`,
  });
});

test('a trace is described, as text and JSON', async () => {
  const path = join(folder, 'azure.csv');
  writeFileSync(
    path,
    'TIMESTAMP,ContextTokens,GeneratedTokens\n' +
      '2023-11-16 18:15:00.0000000,100,10\n2023-11-16 18:15:01.0000000,200,20\n2023-11-16 18:15:03.0000000,300,30\n',
  );
  const text = await infersim(['trace', 'inspect', path]);
  expect({ code: text.code, stderr: text.stderr }).toEqual({ code: 0, stderr: '' });
  expect(text.stdout).toContain('rows read 3 = requests 3 + dropped 0\n');
  const json = JSON.parse((await infersim(['trace', 'inspect', path, '--format', 'json'])).stdout) as {
    format: string;
    prompt: { mean: number };
  };
  expect(json).toMatchObject({ format: 'azure-llm', prompt: { mean: 200 } });
});

test('a bad row stops the reading with its place, or is dropped and counted when told so', async () => {
  const path = join(folder, 'bad.csv');
  writeFileSync(
    path,
    'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:00.0,100,10\n2023-11-16 18:15:01.0,0,20\n',
  );
  const refused = await infersim(['trace', 'inspect', path]);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(`${path}:3`);
  const dropped = await infersim(['trace', 'inspect', path, '--bad-rows', 'drop']);
  expect(dropped.code).toBe(0);
  expect(dropped.stdout).toContain('rows read 2 = requests 1 + dropped 1\n');
});

test('a file of no known format is refused', async () => {
  const path = join(folder, 'notes.txt');
  writeFileSync(path, 'hello\n');
  const { code, stderr } = await infersim(['trace', 'inspect', path]);
  expect(code).toBe(3);
  expect(stderr).toContain('no known trace format');
});

test('schemas are JSON Schemas, columns and reference are documents', async () => {
  for (const topic of ['scenario', 'summary', 'overlay', 'accuracy']) {
    const { code, stdout } = await infersim(['schema', topic]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('$schema');
  }
  expect((await infersim(['schema'])).stdout).toBe((await infersim(['schema', 'scenario'])).stdout);
  expect((await infersim(['schema', 'columns'])).stdout).toContain('| `ttft_ms_p99` | ms |');
  const columns = JSON.parse((await infersim(['schema', 'columns', '--format', 'json'])).stdout) as object;
  expect(Object.keys(columns)).toEqual(['runs', 'timeseries', 'requests']);
  expect((await infersim(['schema', 'reference'])).stdout).toContain('replications');
});

test('a starter scenario is valid, and is not overwritten', async () => {
  const first = await infersim(['init', 'mine.yaml'], { cwd: folder });
  expect(first).toMatchObject({ code: 0, stdout: 'wrote mine.yaml\nrun it: infersim run mine.yaml\n', stderr: '' });
  expect(await infersim(['validate', 'mine.yaml'], { cwd: folder })).toMatchObject({
    code: 0,
    stdout: 'mine.yaml: valid\n',
  });
  const again = await infersim(['init', 'mine.yaml'], { cwd: folder });
  expect(again).toMatchObject({ code: 4, stdout: '' });
  expect(again.stderr).toContain('--force');
  expect((await infersim(['init', 'mine.yaml', '--force'], { cwd: folder })).code).toBe(0);
  expect((await infersim(['init', '-'])).stdout).toBe(readFileSync(join(folder, 'mine.yaml'), 'utf8'));
});

test('completion scripts know commands and flags', async () => {
  const bash = await infersim(['completion', 'bash']);
  expect(bash.code).toBe(0);
  expect(bash.stdout).toMatch(/'run'\) words='.*--replications.*'/);
  expect(bash.stdout).toMatch(/'devices'\) words='list show --help'/);
  expect((await infersim(['completion', 'zsh'])).stdout).toContain('compdef _infersim infersim');
  expect((await infersim(['completion', 'fish'])).stdout).toContain("-n '__fish_seen_subcommand_from devices; and");
});

test('nothing of all this wrote anything beside the files it names', () => {
  expect(readdirSync(folder).sort()).toEqual(['azure.csv', 'bad.csv', 'mine.yaml', 'notes.txt']);
});
