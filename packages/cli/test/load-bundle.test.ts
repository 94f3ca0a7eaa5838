import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ROOT } from './run-command.js';

/** A copy of the command alone, without the modules of long commands and of workers. */
const home = mkdtempSync(join(tmpdir(), 'infersim-bundle-'));
const bundle = join(home, 'dist/infersim.cjs');
const cache = `${bundle}.code-cache`;
const built = fileURLToPath(new URL('..', import.meta.url));

beforeEach(() => {
  rmSync(join(home, 'dist'), { recursive: true, force: true });
  mkdirSync(join(home, 'dist'));
  cpSync(join(built, 'bin'), join(home, 'bin'), { recursive: true });
  for (const file of ['infersim.cjs', 'infersim.cjs.code-cache'])
    cpSync(join(built, 'dist', file), join(home, 'dist', file));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Whether the copy runs from bytecode: `function` or `undefined`. */
function bytecodeMain(...flags: string[]): string {
  const script = `process.stdout.write(typeof require(process.argv[1]).loadFromBytecode(process.argv[2])?.main)`;
  return node(...flags, '-e', script, join(home, 'bin/load-bundle.js'), bundle);
}

function validated(...flags: string[]): string {
  return node(...flags, join(home, 'bin/infersim.js'), 'validate', 'scenarios/edge.yaml');
}

const VALID = 'scenarios/edge.yaml: valid\n';

test('the build leaves bytecode that fits this Node, wherever the package lies', () => {
  expect(bytecodeMain()).toBe('function');
  expect(validated()).toBe(VALID);
});

const AMISS: readonly [string, () => void][] = [
  ['missing', () => rmSync(cache)],
  ['empty', () => writeFileSync(cache, '')],
  ['cut short', () => writeFileSync(cache, readFileSync(cache).subarray(0, 100_000))],
  [
    'damaged',
    () => {
      const bytes = readFileSync(cache);
      bytes.writeUInt8(bytes.readUInt8(200_000) ^ 0xff, 200_000);
      writeFileSync(cache, bytes);
    },
  ],
  [
    'of another Node',
    () => {
      const bytes = readFileSync(cache);
      bytes.write('v0', bytes.indexOf(`node ${process.version}`) + 'node '.length, 'latin1');
      writeFileSync(cache, bytes);
    },
  ],
  [
    'of another bundle',
    () => {
      const text = readFileSync(bundle, 'latin1');
      writeFileSync(
        bundle,
        text.replace(/[0-9a-f]{64}/, (hash) => [...hash].reverse().join('')),
        'latin1',
      );
    },
  ],
];

test.each(AMISS)('bytecode that is %s is left alone, and the command works without', (_, spoil) => {
  spoil();
  expect(bytecodeMain()).toBe('undefined');
  expect(validated()).toBe(VALID);
});

test('V8 flags that bytecode was not made for lead to the plain way', () => {
  expect(bytecodeMain('--no-opt')).toBe('undefined');
  expect(validated('--no-opt')).toBe(VALID);
});

test.each(['--help', '--version', 'schema', 'completion bash', 'explain scenarios/edge.yaml', 'devices list'])(
  '`%s` needs nothing but the bundle',
  (words) => {
    expect(node(join(home, 'bin/infersim.js'), ...words.split(' '))).not.toBe('');
  },
);

test('an error within the bundle shows names and the file', () => {
  const script = `
    const { main } = require(process.argv[1]).loadBundle(process.argv[2]);
    process.stdout.write = () => { throw new Error('no such stream'); };
    main(['schema']);`;
  let stderr = '';
  try {
    execFileSync(process.execPath, ['-e', script, join(home, 'bin/load-bundle.js'), bundle], { stdio: 'pipe' });
  } catch (error) {
    stderr = String((error as { stderr: Buffer }).stderr);
  }
  expect(stderr).toContain('internal error: this is a bug of infersim');
  expect(stderr).toMatch(/at schema\w* \(.*infersim\.cjs:\d+:\d+\)/);
});
