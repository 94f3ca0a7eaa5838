import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BenchDocument,
  judged,
  pageWithFigures,
  readDocument,
  SCHEMA,
  writeDocument,
} from '../src/bench-document.js';
import type { Figure } from '../src/figure.js';

const figures: readonly Figure[] = [
  { id: 'a', group: 'g', name: 'known', value: 2, unit: 's', gate: { atMost: 3 }, aim: { atMost: 1 } },
  { id: 'b', group: 'g', name: 'unknown', value: Number.NaN, unit: 's', gate: { atMost: 3 } },
  { id: 'c', group: 'g', name: 'beside', value: 5, unit: 's', min: 5, max: 5 },
];
const document: BenchDocument = {
  schema: SCHEMA,
  date: '2026-11-21T18:00',
  quick: false,
  machine: { cpu: 'a processor', cores: 2, memory_gib: 23.4, node: 'v20', load_before: 0.12, load_after: 1 },
  traffic: 'a trace',
  figures: figures.map(judged),
  allocation_sites: [],
  projection: ['as long as it takes'],
};
const page = [
  '# Page',
  '<!-- bench: figures of one run, written by `pnpm bench --doc`; do not edit -->',
  'old',
  '<!-- bench: end -->',
  'after',
].join('\n');

describe('the document of a run', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bench-document-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('carries verdicts, and null for what could not be measured', () => {
    expect(document.figures.map(({ value, verdict }) => ({ value, verdict }))).toEqual([
      { value: 2, verdict: { gate: 'met', aim: 'missed' } },
      { value: null, verdict: { gate: 'not judged', aim: 'not judged' } },
      { value: 5, verdict: { gate: 'not judged', aim: 'not judged' } },
    ]);
  });

  it('is read back as it was written', () => {
    const path = join(folder, 'run.json');
    writeDocument(path, document);
    expect(readDocument(path)).toEqual(document);
  });

  it('is refused when it is of another schema', () => {
    const path = join(folder, 'old.json');
    writeFileSync(path, JSON.stringify({ ...document, schema: 'infersim.bench/1' }));
    expect(() => readDocument(path)).toThrow('infersim.bench/1');
  });

  it('replaces what stands between the markers of a page, and the same again', () => {
    const written = pageWithFigures(page, document);
    expect(written).toMatch(/^# Page\n/);
    expect(written).toMatch(/<!-- bench: end -->\nafter$/);
    expect(written).not.toMatch(/old/);
    expect(written).toMatch(
      'Run of 2026-11-21T18:00 on 2 cores of a processor, 23 GiB, Node v20; system load 0.1 before, 1.0 after.',
    );
    expect(written).toMatch('| g: known | 2 s | <= 3: met | <= 1: missed |  |');
    expect(written.indexOf('| g: beside | 5 s |')).toBeGreaterThan(written.indexOf('Beside them, without a gate:'));
    expect(written).toMatch('- as long as it takes');
    expect(pageWithFigures(written, document)).toBe(written);
  });

  it('refuses a page without markers', () => {
    expect(() => pageWithFigures('# Page', document)).toThrow('the page needs the lines');
  });
});
