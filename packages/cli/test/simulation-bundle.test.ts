import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const built = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(built, 'dist/simulation.cjs');

function node(script: string): string {
  return execFileSync(process.execPath, ['-e', script, join(built, 'bin/load-bundle.js'), bundle], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('what workers simulate with is one strict scope that loads no other file of ours, with its constants', () => {
  const text = readFileSync(bundle, 'latin1');
  expect(text).toMatch(/^\/\/ [0-9a-f]{64} *\n"use strict";/);
  expect(text).not.toMatch(/\b(import|require)\(["']\.\.?\//);
  for (const name of ['Cost', 'EventKind', 'World', 'EventQueue'])
    expect(text).toMatch(new RegExp(`[;{}\\s]const ${name}\\s*=`));
});

test('it starts from bytecode', () => {
  const script = `process.stdout.write(Object.keys(require(process.argv[1]).loadFromBytecode(process.argv[2])).sort().join())`;
  expect(node(script)).toBe('runReplication,runTask');
});

test('an error within it shows names and the file', () => {
  const script = `
    try { require(process.argv[1]).loadBundle(process.argv[2]).runReplication({ world: {} }, 1, {}); }
    catch (error) { process.stdout.write(error.stack); }`;
  expect(node(script)).toMatch(/at (?:Object\.)?runReplication \(.*simulation\.cjs:\d+:\d+\)/);
});
