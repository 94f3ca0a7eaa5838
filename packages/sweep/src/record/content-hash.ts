/**
 * What decides whether a finished trial may be kept: a hash of everything its result rests on, apart from the program's
 * version, which is compared by name.
 *
 * Covered: the resolved scenario, the plan made from it (so constants of the catalog too) and the bytes of every input file.
 * Not covered: where the files lie, so that shards may run on machines with other folders.
 */

import { createHash } from 'node:crypto';
import type { LoadedScenario } from '@infersim/scenario';
import type { Assignment } from '../design/design.js';

/** Hash of one trial's content, 16 hexadecimal digits. */
export function contentHash(loaded: LoadedScenario): string {
  const hash = createHash('sha256').update(loaded.resolvedYamlText);
  hash.update(JSON.stringify(loaded.plan, withoutPaths));
  for (const { sha256 } of loaded.inputs) hash.update(`\n${sha256}`);
  return hash.digest('hex').slice(0, 16);
}

/** Hash of what every trial of a design assigns, 16 hexadecimal digits. */
export function assignmentsHash(trials: Iterable<{ readonly assignments: readonly Assignment[] }>): string {
  const hash = createHash('sha256');
  for (const { assignments } of trials)
    hash.update(`${JSON.stringify(assignments.map(({ path, text }) => [path, text]))}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** Joins hashes and names to one, 16 hexadecimal digits. */
export function joinedHash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

function withoutPaths(key: string, value: unknown): unknown {
  return key === 'path' && typeof value === 'string' ? undefined : value;
}
