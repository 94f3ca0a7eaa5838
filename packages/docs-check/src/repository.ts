/** Where things lie: the root of the repository, its pages, and the built command. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `packages/`, `docs/` and `scenarios/`. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The built command. */
export const COMMAND = join(ROOT, 'packages/cli/bin/infersim.js');

/** Text of a file, by its path from the root. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Paths from the root of every page that is checked: the README and all of `docs/`, in name order. */
export function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.sort().map((name) => `docs/${name}`)];
}
