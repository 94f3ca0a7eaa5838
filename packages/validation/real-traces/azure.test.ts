import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { figureOf } from '../src/small-plans.js';
import { expectAccountedFor, replay, tracePath } from './accounts.js';

const traces = [
  { file: 'azure-2023-conv.csv', requests: 19_366 },
  { file: 'azure-2023-code.csv', requests: 8_819 },
];

/** Prompt and output tokens of a file, added up from its text without the trace reader. */
function tokensIn(file: string): { prompt: number; output: number } {
  const rows = readFileSync(tracePath(file), 'utf8').trimEnd().split('\n').slice(1);
  const sumOf = (column: number) => rows.reduce((sum, row) => sum + Number(row.split(',')[column]), 0);
  return { prompt: sumOf(1), output: sumOf(2) };
}

describe('the Azure traces of 2023 through edge, enterprise and cloud', () => {
  it.each(traces)('$file: every request and token is accounted for', ({ file, requests }) => {
    const result = replay('azure.yaml', file);
    expectAccountedFor(result, requests);
    for (const grid of ['edge', 'enterprise', 'cloud']) {
      expect(figureOf(result, 'requests_completed', `grid/${grid}`), grid).toBeGreaterThan(0.01 * requests);
    }
    expect(figureOf(result, 'served_pct')).toBeGreaterThan(90);
    const tokens = tokensIn(file);
    const rows = result.requests!.columns;
    expect(rows.prompt_tokens.reduce((sum, n) => sum + n, 0)).toBe(tokens.prompt);
    expect(rows.wished_tokens.reduce((sum, n) => sum + n, 0)).toBe(tokens.output);
    expect(figureOf(result, 'cost_usd_total')).toBeGreaterThan(0);
    expect(figureOf(result, 'power_kw_facility_mean')).toBeGreaterThan(figureOf(result, 'power_kw_it_mean'));
  });

  it('a second run gives the same fingerprint', () => {
    const twice = [1, 2].map(() => replay('azure.yaml', 'azure-2023-code.csv').fingerprint);
    expect(twice[0]).toBe(twice[1]);
  });
});
