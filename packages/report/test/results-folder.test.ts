import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimResultsFolder, type ResultFile, ResultsError } from '../src/index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'infersim-report-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const files: ResultFile[] = [
  { name: 'manifest.json', chunks: ['{}\n'] },
  { name: 'summary.json', chunks: ['{"a":', '1}\n'] },
  { name: 'runs.csv', chunks: ['a,ü\n'] },
];

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ResultsError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

test('a claimed folder holds exactly the files written, whole, once released', () => {
  const folder = claimResultsFolder(join(root, 'a/b'), { force: false });
  folder.write(files);
  folder.release();
  expect(readdirSync(folder.path).sort()).toEqual(['manifest.json', 'runs.csv', 'summary.json']);
  expect(readFileSync(join(folder.path, 'summary.json'), 'utf8')).toBe('{"a":1}\n');
  expect(readFileSync(join(folder.path, 'runs.csv'), 'utf8')).toBe('a,ü\n');
});

test('results are not overwritten without force; with it, files of the earlier run do not stay behind', () => {
  const path = join(root, 'run');
  const first = claimResultsFolder(path, { force: false });
  first.write([...files, { name: 'requests.csv', chunks: ['x\n'] }]);
  first.release();
  expect(codeOf(() => claimResultsFolder(path, { force: false }))).toBe('RESULTS_EXIST');
  expect(readdirSync(path)).not.toContain('.infersim-lock');
  const second = claimResultsFolder(path, { force: true });
  second.write(files);
  second.release();
  expect(existsSync(join(path, 'requests.csv'))).toBe(false);
});

test('a folder that only holds other things is no obstacle, and they stay', () => {
  writeFileSync(join(root, 'notes.txt'), 'mine');
  const folder = claimResultsFolder(root, { force: false });
  folder.write(files);
  folder.release();
  expect(readdirSync(root).sort()).toEqual(['manifest.json', 'notes.txt', 'runs.csv', 'summary.json']);
});

test('two runs cannot claim one folder, whether or not they may overwrite', () => {
  const folder = claimResultsFolder(join(root, 'x'), { force: false });
  expect(codeOf(() => claimResultsFolder(folder.path, { force: true }))).toBe('RESULTS_LOCKED');
  folder.release();
  claimResultsFolder(folder.path, { force: false }).release();
});

test('the lock of a dead process is taken over', () => {
  writeFileSync(join(root, '.infersim-lock'), `99999999 ${hostname()}\n`);
  const folder = claimResultsFolder(root, { force: false });
  folder.release();
  expect(readdirSync(root)).toEqual([]);
});

test('the lock of another host is respected', () => {
  writeFileSync(join(root, '.infersim-lock'), '1 some-other-host\n');
  expect(codeOf(() => claimResultsFolder(root, { force: true }))).toBe('RESULTS_LOCKED');
});

test('a folder made for a run that wrote nothing is removed again, with the folders above it', () => {
  claimResultsFolder(join(root, 'a/b/c'), { force: false }).release();
  expect(readdirSync(root)).toEqual([]);
});

test('when writing fails nothing of the run stays, and older results are untouched', () => {
  const path = join(root, 'run');
  const first = claimResultsFolder(path, { force: false });
  first.write(files);
  first.release();
  const full: ResultFile = {
    name: 'timeseries.csv',
    chunks: (function* () {
      yield 'a\n';
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    })(),
  };
  const second = claimResultsFolder(path, { force: true });
  expect(codeOf(() => second.write([full, { name: 'summary.json', chunks: ['new'] }]))).toBe('RESULTS_WRITE');
  second.release();
  expect(readdirSync(path).sort()).toEqual(['manifest.json', 'runs.csv', 'summary.json']);
  expect(readFileSync(join(path, 'summary.json'), 'utf8')).toBe('{"a":1}\n');
});

test('a fault of the program is not dressed up as a full disk, and still leaves no temporary file', () => {
  const folder = claimResultsFolder(root, { force: false });
  const broken = (function* (): Generator<string> {
    yield 'a';
    throw new RangeError('row of 3 cells');
  })();
  expect(() => folder.write([{ name: 'runs.csv', chunks: broken }])).toThrow(RangeError);
  folder.release();
  expect(readdirSync(root)).toEqual([]);
});

test('a path through a file cannot be made', () => {
  writeFileSync(join(root, 'file'), '');
  expect(codeOf(() => claimResultsFolder(join(root, 'file/run'), { force: false }))).toBe('RESULTS_WRITE');
});

describe('a file written ahead', () => {
  const rows = (chunks: Iterable<string | Uint8Array>): ResultFile => ({ name: 'requests.csv', chunks });

  test('appears with the others and not before, as text or bytes', async () => {
    const folder = claimResultsFolder(join(root, 'run'), { force: false });
    await folder.stage(rows(['a\n', Uint8Array.of(0xff, 0x0a)]));
    expect(readdirSync(folder.path).filter((name) => !name.startsWith('.'))).toEqual([]);
    writeFileSync(folder.temporaryPath('requests-1'), 'of no use afterwards');
    folder.write(files);
    expect(readdirSync(folder.path).sort()).toEqual([
      '.infersim-lock',
      'manifest.json',
      'requests.csv',
      'runs.csv',
      'summary.json',
    ]);
    folder.release();
    expect([...readFileSync(join(folder.path, 'requests.csv'))]).toEqual([0x61, 0x0a, 0xff, 0x0a]);
  });

  test('lets others have their turn while it is written', async () => {
    const folder = claimResultsFolder(join(root, 'run'), { force: false });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let chunks = 0;
    await folder.stage(
      rows(
        (function* () {
          // Until others had three turns, or clearly have none.
          while (turns < 3 && chunks++ < 3_000_000) yield 'x';
        })(),
      ),
    );
    clearInterval(timer);
    folder.release();
    expect(turns).toBe(3);
  });

  test('is gone when the folder is given back without the others, and so is what a run needed meanwhile', async () => {
    const folder = claimResultsFolder(join(root, 'a/run'), { force: false });
    writeFileSync(folder.temporaryPath('requests-1'), 'rows');
    await folder.stage(rows(['a\n']));
    folder.release();
    expect(readdirSync(root)).toEqual([]);
  });

  test('leaves older results as they are when the disk is full', async () => {
    const path = join(root, 'run');
    const first = claimResultsFolder(path, { force: false });
    first.write([...files, { name: 'requests.csv', chunks: ['old\n'] }]);
    first.release();
    const second = claimResultsFolder(path, { force: true });
    const full = (function* () {
      yield 'new';
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    })();
    await expect(second.stage(rows(full))).rejects.toMatchObject({
      code: 'RESULTS_WRITE',
      message: `cannot write ${join(path, 'requests.csv')}: the disk is full`,
    });
    second.release();
    expect(readFileSync(join(path, 'requests.csv'), 'utf8')).toBe('old\n');
    expect(readdirSync(path).sort()).toEqual(['manifest.json', 'requests.csv', 'runs.csv', 'summary.json']);
  });

  test('replaces the one of the other format', async () => {
    const path = join(root, 'run');
    const first = claimResultsFolder(path, { force: false });
    await first.stage(rows(['a\n']));
    first.write(files);
    first.release();
    const second = claimResultsFolder(path, { force: true });
    await second.stage({ name: 'requests.parquet', chunks: [Uint8Array.of(1)] });
    second.write(files);
    second.release();
    expect(readdirSync(path).sort()).toEqual(['manifest.json', 'requests.parquet', 'runs.csv', 'summary.json']);
  });

  test('of a run that was killed is gone when the folder is claimed again', () => {
    writeFileSync(join(root, '.infersim-tmp-requests-1'), 'rows of a run that was killed');
    writeFileSync(join(root, '.infersim-lock'), `99999999 ${hostname()}\n`);
    const folder = claimResultsFolder(root, { force: false });
    expect(readdirSync(root)).toEqual(['.infersim-lock']);
    folder.release();
  });
});

test('a lock of this very process number that this process never took is left over, as in a restarted container', () => {
  writeFileSync(join(root, '.infersim-lock'), `${process.pid} ${hostname()}\n`);
  const folder = claimResultsFolder(root, { force: false });
  expect(codeOf(() => claimResultsFolder(root, { force: false }))).toBe('RESULTS_LOCKED');
  folder.release();
  claimResultsFolder(root, { force: false }).release();
});
