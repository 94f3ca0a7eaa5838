import { expect, test } from 'vitest';
import { hasPandas, PageFolder, type PageRun, runPage } from '../src/page-run.js';
import { pages, readText } from '../src/repository.js';
import { excerpt, normalised } from '../src/shown-output.js';

const withPython = await hasPandas();

/** Runs a page in a folder of its own. */
async function run(text: string): Promise<PageRun> {
  const folder = new PageFolder();
  try {
    return await runPage(text, folder, withPython);
  } finally {
    folder.remove();
  }
}

test.each(pages())('%s: every command ends as the page says, every output is what is printed', async (page) => {
  const { ran, showings } = await run(readText(page));
  for (const { block, exitCode, expectedExitCode, stdout, stderr } of ran)
    expect.soft(exitCode, `${page}:${block.line}: ${block.lines[0]}\n${stdout}\n${stderr}`).toBe(expectedExitCode);
  for (const { block, shown, output } of showings)
    expect
      .soft(normalised(block.lines), `${page}:${block.line} is out of date: run \`pnpm run docs\``)
      .toBe(normalised(excerpt(output, shown)));
});

test('the pages do run something', async () => {
  const text = pages().map(readText).join('\n');
  expect(text.match(/^npx infersim /gm)!.length).toBeGreaterThan(15);
  expect(text.match(/^<!-- output/gm)!.length).toBeGreaterThan(5);
});

test('a command that fails, or fails otherwise than said, is seen', async () => {
  const { ran } = await run('```sh\nnpx infersim devices show none\n```\n\n```sh exit=2\nnpx infersim run\n```\n');
  expect(ran.map(({ exitCode, expectedExitCode }) => [exitCode, expectedExitCode])).toEqual([
    [2, 0],
    [2, 2],
  ]);
});

test('a block ends at its first failing line', async () => {
  const { ran } = await run('```sh exit=2\nnpx infersim run\necho on\n```\n');
  expect(ran[0]).toMatchObject({ exitCode: 2, stdout: '' });
});

test('npm and pnpm lines must name scripts of the root and the pinned package manager', async () => {
  const { ran } = await run('```sh\nnpm start -- --replications 2\nnpm run lint\npnpm bench\npnpm run docs\n```\n');
  expect(ran).toEqual([]);
  await expect(run('```sh\nnpm run nothing\n```\n')).rejects.toThrow('no script `nothing`');
  await expect(run('```sh\npnpm docs\n```\n')).rejects.toThrow('`docs` is a command of its own');
  await expect(run('```sh\nnpm exec --yes pnpm@1.0.0 -- bench\n```\n')).rejects.toThrow('package manager');
});

test('what is marked as not run is not run', async () => {
  const { ran } = await run('<!-- not run: it would never end -->\n```sh\nfalse\n```\n');
  expect(ran).toEqual([]);
});
