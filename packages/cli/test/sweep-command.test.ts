import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIO } from '../../sweep/test/small-sweep.js';
import { type CommandOptions, type Ended, infersim } from './run-command.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-sweep-'));
const RATE = 'workloads.chat.arrivals.rate_per_s';
const REPLICAS = 'grids.cloud.sites.virginia.pools.chat.replicas';
/** 12 trials. */
const GRID = ['--axis', `${RATE}=1..8:4:log`, '--axis', `${REPLICAS}=1,2,3`];
const QUIET = ['--format', 'none', '--quiet', '--no-gate'];

beforeAll(async () => {
  writeFileSync(join(folder, 'small.yaml'), SCENARIO);
  expect((await sweep([...GRID, ...QUIET, '--jobs', '2', '-o', 'whole'])).code).toBe(0);
  expect((await sweep([...GRID, ...QUIET, '--jobs', '1', '-o', 'one'])).code).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function sweep(argv: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return infersim(['sweep', 'small.yaml', '--progress', 'none', '--jobs', '1', ...argv], { cwd: folder, ...options });
}
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
/** What must not depend on how a sweep was run. */
const results = (out: string) => ({ runs: read(out, 'runs.csv'), sweep: read(out, 'sweep.json') });
const journalLines = (out: string) => read(out, 'trials.jsonl').split('\n').length - 1;

describe('a sweep', () => {
  it('leaves runs.csv of all trials, sweep.json and its journal', () => {
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      'manifest.json',
      'runs.csv',
      'sweep.json',
      'trials.jsonl',
    ]);
    const [header, ...rows] = read('whole', 'runs.csv').trimEnd().split('\n');
    const columns = header!.split(',');
    expect(columns.slice(0, 9)).toEqual([
      ...['scenario', 'trial', 'replication', 'seed', 'scope', 'scope_id'],
      ...[`param.${RATE}`, `param.${REPLICAS}`, 'status'],
    ]);
    expect(columns.slice(-2)).toEqual(['pareto', 'error']);
    const keys = rows.map((row) => row.split(',').slice(0, 9)).filter((row) => row[4] === 'all');
    expect(keys.length).toBe(12 * 2);
    expect(keys[0]).toEqual(['small', '1', '1', '1', 'all', 'all', '1', '1', 'ok']);
    expect(keys.at(-1)).toEqual(['small', '12', '2', '1', 'all', 'all', '8', '3', 'ok']);
    const document = JSON.parse(read('whole', 'sweep.json')) as {
      counts: object;
      pareto: { trials: number[] };
      trials: { trial: number; params: object; pareto: boolean; figures: object }[];
    };
    expect(document.counts).toEqual({ trials: 12, ok: 12, unstable: 0, failed: 0, not_run: 0 });
    expect(document.trials[11]!.params).toEqual({ [RATE]: 8, [REPLICAS]: 3 });
    expect(document.trials.filter(({ pareto }) => pareto).map(({ trial }) => trial)).toEqual(document.pareto.trials);
    const flagged = new Set(rows.filter((row) => row.endsWith(',1,')).map((row) => Number(row.split(',')[1])));
    expect([...flagged]).toEqual(document.pareto.trials);
  });

  it('has rows that a run of the same values has', async () => {
    const sets = ['--set', `${RATE}=8`, '--set', `${REPLICAS}=3`];
    await infersim(['run', 'small.yaml', ...sets, '-o', 'single', ...QUIET], { cwd: folder });
    const single = read('single', 'runs.csv').trimEnd().split('\n').slice(1);
    const last = read('whole', 'runs.csv').trimEnd().split('\n').slice(-single.length);
    const figures = (row: string, from: number, to: number) => row.split(',').slice(from, to);
    for (const [index, row] of single.entries())
      expect(figures(last[index]!, 8, -2)).toEqual(figures(row, 6, Number.MAX_SAFE_INTEGER));
  });

  it('gives the same bytes for one worker and for two', () => {
    expect(results('one')).toEqual(results('whole'));
  });

  it('tells on the terminal what was met and what is best, within 80 columns', async () => {
    const { code, stdout, stderr } = await sweep(['--axis', `${REPLICAS}=1,2`, '-o', 'told']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(
      /^small: 2 of 2 trials done\n\nobjectives met {2}trials\n1 of 1 +2\n\nBest by each metric\n/,
    );
    expect(stdout).toContain('Pareto set: ');
    expect(stdout.match(/^wrote .*$/gm)).toEqual([
      'wrote told/sweep.json',
      'wrote told/runs.csv',
      'wrote told/manifest.json',
    ]);
    const again = await infersim(['report', 'told'], { cwd: folder });
    expect(again).toEqual({ code: 0, signal: null, stdout: stdout.replace(/( events) in [^,\n]+/, '$1'), stderr: '' });
    const json = await infersim(['report', 'told', '--format', 'json'], { cwd: folder });
    expect(json.stdout).toBe(read('told', 'sweep.json'));
  });

  it('fails trials that take longer than they may, and keeps the others', async () => {
    const argv = [
      '--axis',
      'horizon=60s,300d',
      '--replications',
      '1',
      '--time-limit',
      '4s',
      '-o',
      'limited',
      '--no-gate',
    ];
    const { code, stdout } = await sweep(argv);
    expect(code).toBe(5);
    expect(stdout).toContain('small: 2 of 2 trials done, 1 failed\n');
    expect(stdout).toContain('\n  trial 2: replication 1 took longer than 4s (--time-limit)\n');
    const rows = read('limited', 'runs.csv').trimEnd().split('\n');
    expect(rows.at(-1)).toMatch(
      /^small,2,,1,all,all,300d,failed,.*,replication 1 took longer than 4s \(--time-limit\)$/,
    );
  });

  it('prints sweep.json when asked for JSON, and 99 when a trial misses an objective', async () => {
    const argv = ['--axis', 'slo.fast.max=0.001,1000', '-o', 'json', '--format', 'json', '--quiet'];
    const { code, stdout, stderr } = await sweep(argv);
    expect({ code, stderr }).toEqual({ code: 99, stderr: '' });
    expect(stdout).toBe(read('json', 'sweep.json'));
    const { trials } = JSON.parse(stdout) as { trials: { missed: string[] }[] };
    expect(trials.map(({ missed }) => missed)).toEqual([['fast'], []]);
    expect((await sweep([...argv, '--resume', '--no-gate'])).code).toBe(0);
  });

  it('draws Latin hypercubes over joined axes from a file and flags', async () => {
    writeFileSync(
      join(folder, 'axes.yaml'),
      `axes:\n  - zip:\n      - { path: ${REPLICAS}, values: [1, 2] }\n      - { path: description, values: [one, two] }\n`,
    );
    const argv = ['--axes', 'axes.yaml', '--axis', `${RATE}=1..8:log`, '--lhs', '4', '--dry-run', '--format', 'json'];
    const { code, stdout } = await sweep(argv);
    expect(code).toBe(0);
    const { trials } = JSON.parse(stdout) as { trials: { params: Record<string, number | string> }[] };
    expect(trials.map(({ params }) => `${params[REPLICAS]} ${params['description']}`).sort()).toEqual([
      '1 one',
      '1 one',
      '2 two',
      '2 two',
    ]);
    expect((await sweep(argv)).stdout).toBe(stdout);
  });
});

describe('a sweep that was killed', () => {
  /** Starts a sweep and sends a signal once `trials` are in its journal. */
  async function stopped(out: string, signal: NodeJS.Signals, trials: number): Promise<Ended> {
    const path = join(folder, out, 'trials.jsonl');
    let timer: NodeJS.Timeout | undefined;
    const options: CommandOptions = {
      onStart: (kill) => {
        timer = setInterval(() => {
          if (!existsSync(path) || journalLines(out) <= trials) return;
          clearInterval(timer);
          kill(signal);
        }, 5);
      },
    };
    try {
      return await sweep([...GRID, '--no-gate', '-o', out], options);
    } finally {
      clearInterval(timer);
    }
  }

  it('goes on with --resume to the same bytes, also when a write was cut half way', async () => {
    expect(await stopped('killed', 'SIGKILL', 3)).toMatchObject({ signal: 'SIGKILL' });
    expect(existsSync(join(folder, 'killed', 'runs.csv'))).toBe(false);
    const whole = journalLines('killed');
    expect(whole).toBeLessThan(13);
    // What a kill in the middle of a write leaves: the beginning of the next line.
    const path = join(folder, 'killed', 'trials.jsonl');
    writeFileSync(path, read('killed', 'trials.jsonl') + read('whole', 'trials.jsonl').slice(0, 700).split('\n')[0]!);
    const refused = await sweep([...GRID, '-o', 'killed']);
    expect(refused).toEqual({
      code: 4,
      signal: null,
      stdout: '',
      stderr:
        'error: killed holds a sweep already; give --resume to go on with it, --force to start over, ' +
        'or --out for another folder [RESULTS_EXIST]\n',
    });
    const resumed = await sweep([...GRID, '--no-gate', '--resume', '-o', 'killed']);
    expect(resumed).toMatchObject({ code: 0, stderr: `${whole - 1} of 12 trials are finished in killed\n` });
    expect(resumed.stdout.replace(/\s+/g, ' ')).toContain(`${whole - 1} of the trials kept`);
    expect(results('killed')).toEqual(results('whole'));
    expect(journalLines('killed')).toBe(13);
  });

  it('by Ctrl-C writes what is done, marked as interrupted, and goes on later', async () => {
    const ended = await stopped('stopped', 'SIGINT', 3);
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.stderr).toBe('stopping: writing what is done (once more to stop at once)\n');
    const document = JSON.parse(read('stopped', 'sweep.json')) as { status: string; counts: { ok: number } };
    expect(document.status).toBe('interrupted');
    expect(document.counts.ok).toBe(journalLines('stopped') - 1);
    expect(JSON.parse(read('stopped', 'manifest.json'))).toMatchObject({ status: 'interrupted' });
    expect((await sweep([...GRID, ...QUIET, '--resume', '-o', 'stopped'])).code).toBe(0);
    expect(results('stopped')).toEqual(results('whole'));
  });

  it('runs nothing again once it is complete', async () => {
    const journal = read('whole', 'trials.jsonl');
    const { code, stderr } = await sweep([...GRID, '--no-gate', '--resume', '-o', 'whole', '--format', 'none']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '12 of 12 trials are finished in whole\n' });
    expect(read('whole', 'trials.jsonl')).toBe(journal);
    expect(results('whole')).toEqual(results('one'));
  });

  it.each<[string, readonly string[], string]>([
    ['other values', ['--axis', `${RATE}=1,2`], 'its axes or their values are not the same'],
    ['another seed', [...GRID, '--seed', '7'], 'the scenario, a file it reads or a flag has changed since'],
    ['another value', [...GRID, '--set', 'horizon=70s'], 'the scenario, a file it reads or a flag has changed since'],
    ['a shard', [...GRID, '--shard', '1/2'], 'it is shard 1/1, not shard 1/2'],
  ])('is not gone on with under %s', async (_, argv, reason) => {
    const { code, stdout, stderr } = await sweep([...argv, '--resume', '-o', 'one']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toBe(
      `error: one holds another sweep: ${reason}; give --out for another folder, or --force to start over [RESULTS_EXIST]\n`,
    );
    expect(results('one')).toEqual(results('whole'));
  });
});

describe('shards', () => {
  const merge = (...argv: string[]) => infersim(['merge', ...argv], { cwd: folder });
  beforeAll(async () => {
    for (const index of [1, 2, 3])
      expect((await sweep([...GRID, ...QUIET, '--shard', `${index}/3`, '-o', `shard-${index}`])).code).toBe(0);
  });

  it('merged in any order give the bytes of the unsharded sweep', async () => {
    const { code, stderr } = await merge('shard-3', 'shard-1', 'shard-2', '-o', 'merged', '--format', 'none');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(results('merged')).toEqual(results('whole'));
    expect((await sweep([...GRID, ...QUIET, '--resume', '-o', 'merged'])).code).toBe(0);
    expect(results('merged')).toEqual(results('whole'));
  });

  it('that are missing, doubled, of other sweeps or no sweeps are refused by name', async () => {
    await sweep([...GRID, ...QUIET, '--shard', '1/2', '-o', 'half']);
    await sweep([...GRID, ...QUIET, '--shard', '3/3', '--seed', '5', '-o', 'seeded']);
    const cut = read('shard-1', 'trials.jsonl').split('\n').slice(0, 3).join('\n');
    cpSync(join(folder, 'shard-1'), join(folder, 'cut'), { recursive: true });
    writeFileSync(join(folder, 'cut', 'trials.jsonl'), `${cut}\n`);
    const refused = (lines: readonly string[]) => ({
      code: 4,
      signal: null,
      stdout: '',
      stderr: `error: these are not the shards of one sweep:\n  ${lines.join('\n  ')} [RESULTS_READ]\n`,
    });
    expect(await merge('shard-1', 'shard-2', '-o', 'no')).toEqual(refused(['shard 3/3 is missing']));
    expect(await merge('shard-1', 'cut', 'half', 'seeded', 'nothing', '-o', 'no')).toEqual(
      refused([
        'nothing holds no sweep',
        'shard 1/3 is there twice: shard-1 and cut',
        'cut (shard 1/3) is not complete: 2 of 4 trials are missing; --resume it',
        'half is shard 1/2, shard-1 is shard 1/3',
        'seeded belongs to another sweep than shard-1',
        'shard 2/3 is missing',
        'shard 3/3 is missing',
      ]),
    );
    expect(existsSync(join(folder, 'no'))).toBe(false);
  });

  it('are not merged into one of themselves', async () => {
    expect(await merge('shard-1', 'shard-2', 'shard-3', '-o', './shard-2')).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: 'error: --out ./shard-2 is one of the shards\n',
    });
  });
});

describe('a bad design is refused before anything runs', () => {
  it.each<[string, readonly string[], string]>([
    ['no axis', [], 'error: the design: there is no axis: give --axis path=v1,v2 or path=a..b:n\n'],
    [
      'bad axes, all at once',
      ['--axis', 'horizon', '--axis', `${RATE}=5..1:3`, '--zip', `${RATE}=`],
      'error: --axis horizon: there is no `=`: an axis is path=v1,v2 or path=a..b:n\n' +
        `error: --axis ${RATE}=5..1:3: the range is empty: 5 is not below 1\n` +
        `error: --zip ${RATE}=: a value is empty; give \`""\` for empty text, \`null\` to take a key away\n`,
    ],
    [
      'too many trials',
      ['--axis', `${RATE}=1..9:9`, '--axis', `${REPLICAS}=1,2`, '--max-trials', '17'],
      'error: the design: 18 trials (9 x 2) are more than the 17 that --max-trials allows\n',
    ],
  ])('%s: a wrong command line', async (_, argv, stderr) => {
    expect(await sweep([...argv, '-o', 'refused'])).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: `${stderr}nothing was run\n`,
    });
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it('unknown paths and values that the schema refuses: an invalid scenario, each problem once, with the count', async () => {
    const argv = ['--axis', `${REPLICAS}=1,2.5`, '--axis', 'grids.cloud.sites.virginia.pools.chat.replicsa=1,2,3'];
    expect(await sweep([...argv, '-o', 'refused'])).toEqual({
      code: 3,
      signal: null,
      stdout: '',
      stderr: `error: unknown key \`replicsa\` [SCENARIO_UNKNOWN_KEY]
  --axis:1:38   grids.cloud.sites[0].pools[0]
    1 | grids.cloud.sites.virginia.pools.chat.replicsa=1
      |                                      ^^^^^^^^^ did you mean \`replicas\`?
  allowed here: id, model, device, precision, parallelism, replicas, engine, balance, queue_limit, rack, host, power, costs

error: 2.5 is no whole number [SCENARIO_TYPE]
  --axis:1:48   grids.cloud.sites[0].pools[0].replicas
    1 | grids.cloud.sites.virginia.pools.chat.replicas=2.5
      |                                                ^^^
  in 3 of 6 trials, first in 4
  allowed: a whole number, at least 1, at most 1000000
6 of 6 trials (2 x 3) have problems; nothing was run
`,
    });
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it.each<[readonly string[], string]>([
    [['--axis', 'seed=1,2', '--pareto', 'cots'], 'error: --pareto: there is no column `cots`; did you mean `cost`?\n'],
    [
      ['--axis', 'seed=1,2', '--shard', '3/2'],
      "error: option '--shard <i/n>' argument '3/2' is invalid. Allowed are i/n with i from 1 to n, e.g. 2/8.\n",
    ],
    [['--axis', 'seed=1,2', '--shard', '3/3', '-o', 'x'], 'error: shard 3/3 of 2 trials is empty\n'],
    [
      ['--axis', 'seed=1,2', '--emit', 'slurm', '--shard', '1/2'],
      'error: --emit makes the shards itself: give --shards, not --shard\n',
    ],
    [
      ['--axis', 'seed=1,2', '--emit', 'slurm', '--shards', '3'],
      'error: --emit slurm: 3 shards for 2 trials leave shards without work\n',
    ],
    [
      ['--axis', 'seed=1,2', '--requests', 'all'],
      'error: --requests: a sweep keeps the rows of runs.csv of each trial, not its requests or time series; run the trial ' +
        'that you want to look into by itself: infersim run small.yaml --set <path=value of the trial> --requests all\n',
    ],
    [
      ['--axis', 'seed=1,2', '--time-limit', 'soon'],
      'error: --time-limit: `soon` is no time above 0, as 90s, 10m or 2h are\n',
    ],
    [
      ['--axis', `${REPLICAS}=1,2`, '--axis', 'grids.cloud.sites[0].pools[0].replicas=3,4', '-o', 'refused'],
      `error: --axis ${REPLICAS}=1,2: changes nothing: \`grids.cloud.sites[0].pools[0].replicas\` is laid over the same ` +
        'place\nnothing was run\n',
    ],
  ])('%j', async (argv, stderr) => {
    expect(await sweep(argv)).toEqual({ code: 2, signal: null, stdout: '', stderr });
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it.each<[readonly string[], string]>([
    [['--axes', 'nothing.yaml'], 'error: --axes: cannot read nothing.yaml: no such file or folder\n'],
    [
      ['--axis', 'unknown=1,2', '-o', 'small.yaml'],
      'error: cannot write small.yaml/runs.csv: a part of the path is not a folder [RESULTS_WRITE]\n',
    ],
    [
      ['--axis', 'unknown=1,2', '-o', 'whole'],
      'error: whole holds a sweep already; give --resume to go on with it, --force to start over, or --out for another ' +
        'folder [RESULTS_EXIST]\n',
    ],
  ])('%j: what stands in the way of files, before any trial is looked at', async (argv, stderr) => {
    expect(await sweep(argv)).toEqual({ code: 4, signal: null, stdout: '', stderr });
  });
});

describe('without running', () => {
  it('tells trials that come to the same', async () => {
    const { code, stderr } = await sweep(['--axis', 'horizon=60s,1min,70s', '--dry-run', '--format', 'none']);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'warning: trials 1 and 2 come to the same scenario: their values are equal\n',
    });
  });

  it('--dry-run checks and lists the trials', async () => {
    const { code, stdout, stderr } = await sweep(['--zip', `${RATE}=1,2`, '--zip', `${REPLICAS}=2,4`, '--dry-run']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replaceAll(/[0-9a-f]{16}|-[0-9a-f]{8}\b/g, 'HASH')).toBe(`\
trial  ${RATE}  ${REPLICAS}
1                                       1                                               2
2                                       2                                               4

small: 2 trials (2), 4 replications, 1 input file
design HASH; results would go to results/small-sweepHASH
`);
    expect(existsSync(join(folder, 'results'))).toBe(false);
  });

  it('--emit writes a job whose shards run as they are and merge to the unsharded sweep', async () => {
    expect((await sweep([...GRID, '--emit', 'slurm', '--shards', '2', '-o', 'job.sh'])).code).toBe(0);
    const script = read('job.sh');
    const name = /--out "(results\/small-sweep-[0-9a-f]{8})-shard-/.exec(script)![1]!;
    const words = (line: string) => [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
    const line = /^exec infersim ((?:.*\\\n)*.*)$/m.exec(script)![1]!.replaceAll('\\\n', ' ');
    for (const index of ['1', '2']) {
      const filled = line.replaceAll(/\$\{SLURM_ARRAY_TASK_ID\}/g, index).replaceAll(/\$\{SLURM_CPUS[^}]*\}/g, '1');
      expect((await infersim(words(filled), { cwd: folder })).code).toBe(0);
    }
    const merge = /infersim (merge .*)$/m.exec(script)![1]!;
    expect((await infersim(words(merge), { cwd: folder })).code).toBe(0);
    expect(results(name)).toEqual(results('whole'));
    const again = await sweep([...GRID, '--emit', 'slurm', '-o', 'job.sh']);
    expect(again).toMatchObject({
      code: 4,
      stderr: 'error: job.sh exists; give --force to overwrite [RESULTS_EXIST]\n',
    });
  });
});
