/** Whatever is done to a scenario, loading it ends in a plan or in problems with places, never in an exception. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Problem } from '../src/problem.js';
import { formatProblems } from '../src/problem-format.js';
import { loadText } from './memory-files.js';

const TEXT = readFileSync(new URL('../../../scenarios/three-grids.yaml', import.meta.url), 'utf8');
const RUNS = 80;

function check(text: string): void {
  const loaded = loadText(text);
  if (loaded.ok) {
    expect(loaded.plan.world.pools.length).toBeGreaterThan(0);
    return;
  }
  expect(loaded.problems.some((problem) => problem.severity === 'error')).toBe(true);
  for (const problem of loaded.problems) expectPlace(problem);
  expect(formatProblems(loaded.problems)).toContain(loaded.problems[0]?.code);
}

function expectPlace(problem: Problem): void {
  expect(problem.file).toBe('main.yaml');
  expect(problem.line).toBeGreaterThan(0);
  expect(problem.endColumn).toBeGreaterThan(problem.column);
  expect(problem.code).toMatch(/^[A-Z0-9_]+$/);
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Paths of all values inside a document. */
function pathsOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function replaced(document: Json, path: readonly (string | number)[], change: Json | undefined): Json {
  const copy = structuredClone(document);
  let at: Json = copy;
  for (const step of path.slice(0, -1)) at = (at as Record<string | number, Json>)[step] as Json;
  const last = path[path.length - 1];
  if (last === undefined) return copy;
  if (change === undefined && Array.isArray(at)) at.splice(Number(last), 1);
  else if (change === undefined) delete (at as Record<string | number, Json>)[last];
  else (at as Record<string | number, Json>)[last] = change;
  return copy;
}

const DOCUMENT = parse(TEXT) as Json;
const PATHS = pathsOf(DOCUMENT);
const JUNK: readonly (Json | undefined)[] = [
  undefined,
  null,
  '',
  'nonsense',
  '=1+1',
  '10 parsecs',
  '-5s',
  '1e400',
  true,
  0,
  -1,
  0.5,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  [],
  {},
  [[]],
  [null],
  { id: 1 },
  { dist: 'gamma' },
  ['cloud', 'cloud'],
];

describe('mutated scenarios', () => {
  it('with one or two values replaced, removed or mistyped', () => {
    const mutation = fc.tuple(fc.nat(PATHS.length - 1), fc.nat(JUNK.length - 1));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 2 }), (mutations) => {
        let document = DOCUMENT;
        for (const [path, junk] of mutations) {
          const at = PATHS[path] ?? [];
          if (pathsOf(document).some((each) => JSON.stringify(each) === JSON.stringify(at)))
            document = replaced(document, at, JUNK[junk]);
        }
        check(stringify(document));
      }),
      { numRuns: RUNS, seed: 11 },
    );
  });

  it('with characters put in, taken out or swapped', () => {
    const marks = [...'{}[]:,-?&*!|>\'"%@`# \n\t~<0a'];
    const edit = fc.tuple(fc.nat(TEXT.length - 1), fc.nat(3), fc.constantFrom(...marks));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = TEXT;
        for (const [at, removed, mark] of edits) text = `${text.slice(0, at)}${mark}${text.slice(at + removed)}`;
        check(text);
      }),
      { numRuns: RUNS, seed: 12 },
    );
  });
});
