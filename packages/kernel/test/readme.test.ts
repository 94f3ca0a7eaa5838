/** Runs the example of the README against the sources. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import * as kernel from '../src/index.js';

it('the README example runs and ends as its comment says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const [importLine, ...lines] = example.split('\n');
  const names = [...(importLine ?? '').matchAll(/\b(type )?([A-Za-z]+)(?=,| \})/g)].filter((match) => !match[1]);
  const imported = names.map((match) => match[2]!);
  expect(imported).toEqual(['createSampler', 'EventQueue', 'RandomStreams', 'runUntil']);

  const source = `${lines.join('\n')}\nreturn { outcome, arrivedCount, timedOutCount };`;
  const script = ts.transpile(source, { target: ts.ScriptTarget.ES2022 });
  const run = new Function(...imported, script) as (...values: unknown[]) => {
    outcome: kernel.RunOutcome;
    arrivedCount: number;
    timedOutCount: number;
  };
  const result = run(...imported.map((name) => (kernel as Record<string, unknown>)[name]));

  expect(result.outcome).toMatchObject({ reason: 'time', nowS: 3600 });
  expect(result.outcome.eventCount).toBe(result.arrivedCount + result.timedOutCount);
  // Poisson with mean 1,800: 4 standard deviations.
  expect(Math.abs(result.arrivedCount - 1800)).toBeLessThan(4 * Math.sqrt(1800));
  expect(Math.abs(result.timedOutCount - result.arrivedCount / 2)).toBeLessThan(20);
});
