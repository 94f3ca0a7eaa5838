import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { checkFolder, checkTargets, writeWholeFiles } from '../src/whole-files.js';
import { COMMAND } from './run-command.js';

const root = mkdtempSync(join(tmpdir(), 'infersim-whole-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

test('files that can be written pass, and the trial leaves nothing', () => {
  const file = join(folder, 'deep', 'deeper', 'a.csv');
  checkTargets([file, join(folder, 'b.csv')], false);
  checkFolder(join(folder, 'results'));
  expect(readdirSync(folder)).toEqual([]);
  writeWholeFiles([{ path: file, chunks: ['a', 'b'] }]);
  expect(readFileSync(file, 'utf8')).toBe('ab');
});

test('files that are there need force, whatever is no regular file is refused even so', () => {
  const file = join(folder, 'a.csv');
  writeFileSync(file, 'old');
  expect(() => checkTargets([file], false)).toThrow('give --force to overwrite');
  symlinkSync(file, join(folder, 'to-file'));
  const link = join(folder, 'to-file');
  checkTargets([file, link], true);
  writeWholeFiles([{ path: link, chunks: ['old'] }]);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  mkdirSync(join(folder, 'sub'));
  symlinkSync(join(folder, 'sub'), join(folder, 'to-folder'));
  symlinkSync(join(folder, 'nothing'), join(folder, 'to-nothing'));
  for (const path of [join(folder, 'sub'), join(folder, 'to-folder'), join(folder, 'to-nothing'), '/dev/null'])
    expect(() => checkTargets([path], true), path).toThrow(`cannot write ${path}: it is no file that may be replaced`);
  expect(readFileSync(file, 'utf8')).toBe('old');
});

test('a folder that cannot be made is told at once', () => {
  const file = join(folder, 'a.csv');
  writeFileSync(file, '');
  expect(() => checkTargets([join(file, 'sub', 'b.csv')], true)).toThrow(/^cannot write .*b\.csv: /);
  expect(() => checkFolder(join(folder, 'new', 'n'.repeat(300)))).toThrow(/^cannot make the folder /);
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test.runIf(existsSync('/proc'))('a folder that the system never makes does not hang', () => {
  expect(() => checkTargets(['/proc/infersim/a.csv'], true)).toThrow(/^cannot write \/proc\/infersim\/a\.csv: /);
  expect(() => checkFolder('/proc/infersim')).toThrow(/^cannot make the folder \/proc\/infersim: /);
  expect(() => writeWholeFiles([{ path: '/proc/infersim/a.csv', chunks: ['a'] }])).toThrow(/^cannot write/);
});

test('the file that stdout goes to is not overwritten', () => {
  const file = join(folder, 'stdout.txt');
  const tables = join(folder, 'runs.csv');
  writeFileSync(tables, '');
  const argv = [COMMAND, 'calibrate', tables, '-o', file, '--force'];
  const ended = spawnSync(process.execPath, argv, { stdio: ['ignore', openSync(file, 'w'), 'pipe'], encoding: 'utf8' });
  expect(ended.stderr).toBe(`error: cannot write ${file}: it is no file that may be replaced [RESULTS_WRITE]\n`);
  expect(ended.status).toBe(4);
});
