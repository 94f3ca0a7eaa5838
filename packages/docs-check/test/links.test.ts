import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { anchors, links } from '../src/markdown.js';
import { pages, ROOT, readText } from '../src/repository.js';

const isElsewhere = (target: string) => /^[a-z]+:/.test(target);

test.each(pages())('%s: every relative link leads somewhere', (page) => {
  for (const { target, line } of links(readText(page)).filter((link) => !isElsewhere(link.target))) {
    const [path, anchor] = target.split('#') as [string, string | undefined];
    const file = path === '' ? page : normalize(join(dirname(page), path));
    expect.soft(existsSync(join(ROOT, file)), `${page}:${line}: ${target}`).toBe(true);
    if (anchor !== undefined && file.endsWith('.md') && existsSync(join(ROOT, file)))
      expect.soft(anchors(readText(file)), `${page}:${line}: ${target}`).toContain(anchor);
  }
});

test('every page of docs is reached from the index, and the index from the README', () => {
  const index = links(readText('docs/README.md')).map(({ target }) => `docs/${target}`);
  const others = pages().filter((page) => page !== 'README.md' && page !== 'docs/README.md');
  for (const page of others) expect.soft(index).toContain(page);
  expect(links(readText('README.md')).map(({ target }) => target)).toContain('docs/README.md');
});
