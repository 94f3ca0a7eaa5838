import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addRunFlags, loadOptions, type RunFlags } from '../src/run-flags.js';

function parse(...argv: string[]): RunFlags {
  let parsed: RunFlags | undefined;
  const command = addRunFlags(new Command('run').argument('<scenario>'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action((_path: string, flags: RunFlags) => {
      parsed = flags;
    });
  command.parse(['s.yaml', ...argv], { from: 'user' });
  return parsed!;
}

test('without flags nothing is laid over the scenario', () => {
  const flags = parse();
  expect(loadOptions(flags)).toEqual({ sets: [], overrides: {} });
  expect(flags).toEqual({ format: 'text', color: true, progress: 'auto', gate: true });
});

test.each<[string[], object]>([
  [['--set', 'a.b=1', '--set', 'c=[1, 2]'], { sets: ['a.b=1', 'c=[1, 2]'], overrides: {} }],
  [['--seed', '0', '--replications', '3'], { sets: [], overrides: { seed: 0, replications: 3 } }],
  [['--horizon', '2h', '--warmup', '5m'], { sets: [], overrides: { horizonS: '2h', warmupS: '5m' } }],
  [['--requests', 'none'], { sets: [], overrides: { requests: 'none' } }],
  [['--requests', 'all'], { sets: [], overrides: { requests: 'all' } }],
  [['--requests', 'sample:500'], { sets: [], overrides: { requests: 'sample:500' } }],
  [['--requests-format', 'parquet'], { sets: [], overrides: { requestsFormat: 'parquet' } }],
  [['--timeseries', 'off'], { sets: [], overrides: { timeseries: 'off' } }],
  [['--step-by-step'], { sets: [], overrides: { stepByStep: true } }],
])('%j becomes %j', (argv, options) => {
  expect(loadOptions(parse(...argv))).toEqual(options);
});

test('flags of the run itself stay out of the scenario', () => {
  const flags = parse(
    '-o',
    'out',
    '--force',
    '--jobs',
    '2',
    '--format',
    'json',
    '--quiet',
    '--no-color',
    '--progress',
    'plain',
    '--dry-run',
    '--profile',
    '--no-gate',
  );
  expect(loadOptions(flags)).toEqual({ sets: [], overrides: {} });
  expect(flags).toEqual({
    out: 'out',
    force: true,
    jobs: 2,
    format: 'json',
    quiet: true,
    color: false,
    progress: 'plain',
    dryRun: true,
    profile: true,
    gate: false,
  });
});

test.each([
  [['--seed', 'x']],
  [['--seed', '-1']],
  [['--seed', '1.5']],
  [['--seed', '9007199254740993']],
  [['--replications', '0']],
  [['--jobs', '0']],
  [['--jobs', '1e3']],
  [['--format', 'xml']],
  [['--progress', 'loud']],
  [['--requests', 'some']],
  [['--requests-format', 'json']],
  [['--requests', 'sample:0']],
  [['--requests', 'sample:']],
  [['--set']],
])('%j is refused', (argv) => {
  expect(() => parse(...argv)).toThrow();
});
