import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PageFolder } from '../src/page-run.js';
import { ROOT, readText } from '../src/repository.js';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  license: string;
  engines: { node: string };
};

test('the README names the Node version and the licence that the manifest does', () => {
  const [, least] = /^>=([\d.]+)$/.exec(manifest.engines.node)!;
  expect(readText('README.md')).toContain(`Node ${least} or later`);
  expect(readText('docs/getting-started.md').replaceAll('\n', ' ')).toContain(`Node ${least} or later`);
  expect(readText('README.md')).toContain(`[${manifest.license}](LICENSE)`);
});

test('getting started lists the exit codes that the command names in its help, and no other', async () => {
  const folder = new PageFolder();
  const { stdout } = await folder.sh('infersim --help');
  folder.remove();
  const named = stdout.slice(stdout.indexOf('Exit codes:')).match(/\b\d+(?=[ /])/g)!;
  const rows = readText('docs/getting-started.md').matchAll(/^\| ([\d, ]+) \|/gm);
  const listed = [...rows].flatMap(([, codes]) => codes!.split(', '));
  expect(listed).toEqual(named);
});
