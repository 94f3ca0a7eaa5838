/** Problems as text, as annotations and as JSON. */

import { describe, expect, it } from 'vitest';
import type { Problem } from '../src/problem.js';
import { formatProblems } from '../src/problem-format.js';
import { loadText, withLine } from './memory-files.js';

function problemsOf(text: string): readonly Problem[] {
  const loaded = loadText(text);
  return loaded.ok ? [] : loaded.problems;
}

const misspelt = withLine(14, '            replicsa: 3');

describe('formatProblems', () => {
  it('shows the line with carets, what was meant and what is allowed', () => {
    expect(formatProblems(problemsOf(misspelt))).toBe(
      [
        'error: unknown key `replicsa` [SCENARIO_UNKNOWN_KEY]',
        '  main.yaml:14:13   grids.cloud.sites[0].pools[0]',
        '   14 |             replicsa: 3',
        '      |             ^^^^^^^^ did you mean `replicas`?',
        '  allowed here: id, model, device, precision, parallelism, replicas, engine, balance, queue_limit, rack, host, power, costs',
        '',
      ].join('\n'),
    );
  });

  it('writes GitHub annotations on one line each', () => {
    const lines = formatProblems(problemsOf(misspelt), { format: 'github' }).trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^::error file=main\.yaml,line=14,col=13,endColumn=21,title=SCENARIO_UNKNOWN_KEY::unknown key `replicsa`%0A/,
    );
  });

  it('writes JSON that holds every field', () => {
    const parsed = JSON.parse(formatProblems(problemsOf(misspelt), { format: 'json' })) as { problems: Problem[] };
    expect(parsed.problems[0]).toMatchObject({
      code: 'SCENARIO_UNKNOWN_KEY',
      severity: 'error',
      file: 'main.yaml',
      line: 14,
      column: 13,
      endColumn: 21,
      path: 'grids.cloud.sites[0].pools[0]',
      given: 'replicsa',
      nearest: 'replicas',
    });
  });

  it('colours only when asked', () => {
    expect(formatProblems(problemsOf(misspelt))).not.toContain('\u001b');
    expect(formatProblems(problemsOf(misspelt), { color: true })).toContain('\u001b[31merror:\u001b[0m');
  });

  it('lets no control character of the input through', () => {
    const shown = formatProblems(problemsOf(withLine(2, 'name: "a\\u001b[31mred"', '"\\u202eevil": 1')));
    expect(shown).toContain('SCENARIO_ID');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it('shows the marked part of a long line', () => {
    const shown = formatProblems(
      problemsOf(withLine(2, `name: base # ${'x'.repeat(500)}`, `horizn: "${'y'.repeat(500)}"`)),
    );
    for (const line of shown.split('\n')) expect(line.length).toBeLessThan(160);
  });

  it('counts what it leaves out', () => {
    const text = `${withLine(2, 'name: base')}${Array.from({ length: 80 }, (_, i) => `k${i}: 1\n`).join('')}`;
    const shown = formatProblems(problemsOf(text));
    expect(shown.match(/^error:/gm)).toHaveLength(50);
    expect(shown).toContain('and 30 more problems');
  });
});

describe('one pass', () => {
  it('reports problems of syntax-free layers together, in line order', () => {
    const text = withLine(14, '            replicsa: 3')
      .replace('us-pjm-virginia\n        pools', 'us-pjm-virgina\n        pools')
      .replace('h100-sxm', 'h100-smx')
      .replace('stat: p95', 'stat: p96')
      .replace('prefer: [cloud]', 'prefer: [cluod]')
      .replace('10m', '10 parsecs');
    const problems = problemsOf(text);
    expect(problems.map((problem) => `${problem.line} ${problem.code}`)).toEqual([
      '3 SCENARIO_UNIT',
      '9 SCENARIO_UNKNOWN_REGION',
      '13 SCENARIO_UNKNOWN_DEVICE',
      '14 SCENARIO_UNKNOWN_KEY',
      '21 SCENARIO_UNKNOWN_POOL',
      '23 SCENARIO_STAT',
    ]);
  });

  it('draws no conclusions from parts that are broken themselves', () => {
    // The pool is faulty, so routes and objectives that name it must not be called unknown as well.
    const text = withLine(14, '            replicas: none')
      .replace('prefer: [cloud]', 'prefer: [chat]')
      .replace('max: 1000 }', 'max: 1000, pool: chat }');
    expect(problemsOf(text).map((problem) => problem.code)).toEqual(['SCENARIO_TYPE']);
  });

  it('keeps places right when items before were left out', () => {
    const text = withLine(11, '          - { id: lost, model: 5 }', '          - id: chat').replace(
      'h100-sxm',
      'h100-smx',
    );
    expect(problemsOf(text).map((problem) => `${problem.line}:${problem.column} ${problem.code}`)).toEqual([
      '11:15 SCENARIO_MISSING_KEY',
      '11:32 SCENARIO_TYPE',
      '14:21 SCENARIO_UNKNOWN_DEVICE',
    ]);
  });
});
