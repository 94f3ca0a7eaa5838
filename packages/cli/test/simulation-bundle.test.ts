import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bundle = fileURLToPath(new URL('../dist/simulation.cjs', import.meta.url));

test('what workers simulate with is one strict scope that loads no other file of ours, with its constants', () => {
  const text = readFileSync(bundle, 'latin1');
  expect(text).toMatch(/^"use strict";/);
  expect(text).not.toMatch(/\b(import|require)\(["']\.\.?\//);
  for (const name of ['Cost', 'EventKind', 'World', 'EventQueue'])
    expect(text).toMatch(new RegExp(`[;{}\\s]const ${name}\\s*=`));
});

test('an error within it shows names and the file', () => {
  const script = `
    try { require(process.argv[1]).runReplication({ world: {} }, 1, {}); }
    catch (error) { process.stdout.write(error.stack); }`;
  const stack = execFileSync(process.execPath, ['-e', script, bundle], { encoding: 'utf8' });
  expect(stack).toMatch(/at (?:Object\.)?runReplication \(.*simulation\.cjs:\d+:\d+\)/);
});
