import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'infersim-packed-'));
const home = join(root, 'home');

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function infersim(...args: string[]): string {
  return execFileSync(process.execPath, [join(home, 'node_modules/infersim/bin/infersim.js'), ...args], {
    cwd: home,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

beforeAll(() => {
  const { packageManager } = JSON.parse(readFileSync(join(packageFolder, '../../package.json'), 'utf8')) as {
    packageManager: string;
  };
  npm(packageFolder, 'exec', '--yes', '--', packageManager, 'pack', '--pack-destination', root);
  const tarball = readdirSync(root).find((name) => name.endsWith('.tgz'))!;
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{ "name": "empty", "private": true }\n');
  npm(home, 'install', '--no-audit', '--no-fund', join(root, tarball));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test('the package holds the command, its bundle, licenses and nothing of the workspace', () => {
  const folder = join(home, 'node_modules/infersim');
  expect(readdirSync(folder).sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'package.json']);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(manifest.dependencies)).toEqual(['piscina']);
  expect(manifest.dependencies['piscina']).toMatch(/^\d+\.\d+\.\d+$/);
  expect(readdirSync(join(home, 'node_modules')).filter((name) => name.startsWith('@infersim'))).toEqual([]);
});

test('npx finds the command', () => {
  expect(npm(home, 'exec', '--', 'infersim', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('catalog and schema are inside', () => {
  expect(infersim('devices', 'show', 'h100-sxm')).toContain('source:');
  expect(JSON.parse(infersim('schema'))).toHaveProperty('$schema');
});

test('measured figures and the worker that predicts them are inside', () => {
  const chosen = ['--only', 'single-stream', '--format', 'json', '--progress', 'none'];
  const { counts, splits } = JSON.parse(infersim('accuracy', '--in-sample', ...chosen)) as {
    counts: { figures: number; uncompared: number };
    splits: readonly string[];
  };
  expect(counts.figures).toBeGreaterThan(5);
  expect(counts.uncompared).toBe(0);
  expect(splits).toEqual(['in_sample']);
});

test('a starter scenario runs over worker threads and leaves whole results', () => {
  infersim('init', 'mine.yaml');
  const args = ['--jobs', '2', '--replications', '2', '--no-gate', '--format', 'json'];
  const summary = JSON.parse(infersim('run', 'mine.yaml', ...args, '-o', 'two')) as {
    schema: string;
    replications: number;
    conservation: { passed: boolean };
  };
  expect(summary).toMatchObject({ schema: 'infersim.summary/1', replications: 2, conservation: { passed: true } });
  expect(readdirSync(join(home, 'two')).sort()).toEqual([
    'manifest.json',
    'runs.csv',
    'scenario.resolved.yaml',
    'summary.json',
    'timeseries.csv',
  ]);
  infersim('run', 'mine.yaml', '--jobs', '1', '--replications', '2', '--no-gate', '--format', 'none', '-o', 'one');
  for (const file of ['summary.json', 'runs.csv', 'timeseries.csv'])
    expect(readFileSync(join(home, 'one', file), 'utf8')).toBe(readFileSync(join(home, 'two', file), 'utf8'));
});
