import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

test('the modelling page names exactly the devices whose fp16 matrix products are fitted, and the README counts them', async () => {
  const folder = new PageFolder();
  const { stdout } = await folder.sh('infersim devices list --format json');
  folder.remove();
  const devices = JSON.parse(stdout) as readonly {
    id: string;
    kernels?: { gemm?: { fp16?: { computeEfficiency: { grade: string } } } };
  }[];
  const fitted = devices.filter(({ kernels }) => kernels?.gemm?.fp16?.computeEfficiency.grade === 'fitted');
  const paragraph = /Devices with fitted matrix products: ([^.]+)\./.exec(readText('docs/modelling.md'))![1]!;
  expect([...paragraph.matchAll(/`([^`]+)`/g)].map(([, id]) => id).sort()).toEqual(fitted.map(({ id }) => id).sort());
  expect(fitted.length).toBe(16);
  expect(readText('README.md')).toContain('step times of sixteen devices');
});

test('the architecture page names every package, and its paths exist', () => {
  const page = readText('docs/architecture.md');
  for (const name of readdirSync(join(ROOT, 'packages')))
    expect.soft(page).toMatch(new RegExp(`\`(packages/)?${name}\``));
  for (const [, path] of page.matchAll(/`(packages\/[\w./-]+)`/g))
    expect.soft(existsSync(join(ROOT, path!)), path).toBe(true);
});

test('every error in the README stands in the accuracy page, beside its data and its figure', () => {
  const section = /## How accurate it is\n([\s\S]*?)\n## /.exec(readText('README.md'))![1]!;
  const page = readText('docs/accuracy.md').split('\n');
  let data = '';
  let checked = 0;
  for (const [, run, figure, leftOut, all] of section.matchAll(
    /^\| ([^|]*?)\s*\| ([^|]+) \| ([\d.]+) % \| ([\d.]+) % \|$/gm,
  )) {
    if (run !== '') data = run!.replace(/ \(.*/, '');
    const rows = page.filter((line) => line.startsWith(`| ${data} | ${figure} |`));
    expect.soft(rows[0], `${data}, ${figure}, left out`).toContain(`| ${leftOut} (`);
    expect.soft(rows[1], `${data}, ${figure}, in-sample`).toContain(`| ${all} (`);
    checked++;
  }
  expect(checked).toBeGreaterThan(6);
});

test('every figure of speed in the README stands in the performance page', () => {
  const section = /## How fast it is\n([\s\S]*?)\n## /.exec(readText('README.md'))![1]!;
  const performance = readText('docs/performance.md');
  const figures = section.replaceAll(/\]\([^)]*\)|70B/g, '').match(/\d[\d,.]*\d/g)!;
  expect(figures.length).toBeGreaterThan(3);
  for (const figure of figures) expect.soft(performance).toContain(figure);
});
