import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenDifferences, goldenRow, goldenText, HEADLINES, PINNED_NODE_MAJOR, parseGolden } from '../src/golden.js';
import { SHIPPED } from '../src/shipped-scenarios.js';

const isPinned = Number(process.versions.node.split('.')[0]) === PINNED_NODE_MAJOR;
const agreed = parseGolden(readFileSync(new URL('../golden/shipped-scenarios.csv', import.meta.url), 'utf8'));

describe('golden runs', () => {
  it('hold every shipped scenario', () => {
    expect(agreed.map((row) => row.scenario)).toEqual([...SHIPPED]);
  });

  it.each(agreed)('$scenario runs as agreed', (row) => {
    expect(goldenDifferences(row, goldenRow(row.scenario), isPinned)).toEqual([]);
  });

  it('the comparison sees a change of 1e-8, and forgives one of 1e-10', () => {
    const row = agreed[0]!;
    const changed = (factor: number) => ({ ...row, figures: row.figures.map((figure) => figure * factor) });
    expect(goldenDifferences(row, changed(1 + 1e-8), true)).toHaveLength(HEADLINES.length);
    expect(goldenDifferences(row, changed(1 + 1e-10), true)).toEqual([]);
    expect(goldenDifferences(row, { ...row, fingerprint: 'other' }, true)).toHaveLength(1);
    expect(goldenDifferences(row, { ...row, fingerprint: 'other' }, false)).toEqual([]);
  });

  it('the text reads back as it was', () => {
    expect(parseGolden(goldenText(agreed))).toEqual(agreed);
  });
});
