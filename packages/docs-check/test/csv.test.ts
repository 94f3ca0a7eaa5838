import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnDocs, type TableName } from '@infersim/report';
import { autoType, csvParse, type DSVRowArray } from 'd3-dsv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPandas, PageFolder } from '../src/page-run.js';

const withPandas = await hasPandas();
const TABLES: readonly TableName[] = ['runs', 'timeseries', 'requests'];
const SCENARIOS = ['three-grids', 'enterprise'] as const;
const results = mkdtempSync(join(tmpdir(), 'infersim-csv-'));
const folder = new PageFolder();

beforeAll(async () => {
  for (const name of SCENARIOS) {
    const flags = '--horizon 4m --warmup 30s --replications 2 --requests all --no-gate --format none --quiet';
    const ended = await folder.sh(`infersim run scenarios/${name}.yaml ${flags} -o '${join(results, name)}'`);
    expect(ended).toMatchObject({ exitCode: 0, stdout: '' });
  }
});
afterAll(() => {
  folder.remove();
  rmSync(results, { recursive: true });
});

const documented = (table: TableName) => columnDocs()[table].filter(({ sweepsOnly }) => sweepsOnly !== true);
/** Columns of numbers: those with a unit, and the counting keys. */
const numeric = (table: TableName) =>
  documented(table)
    .filter(({ name, unit }) => unit !== '' || ['trial', 'replication', 'seed', 'origin_site', 'site'].includes(name))
    .map(({ name }) => name);
const read = (scenario: string, table: TableName) => readFileSync(join(results, scenario, `${table}.csv`), 'utf8');

describe.each(SCENARIOS)('CSV files of %s', (scenario) => {
  it('are the three documented tables and no other', () => {
    const files = readdirSync(join(results, scenario)).filter((name) => name.endsWith('.csv'));
    expect(files.sort()).toEqual(TABLES.map((table) => `${table}.csv`).sort());
  });

  describe.each(TABLES)('%s.csv', (table) => {
    let text: string;
    let rows: DSVRowArray;
    beforeAll(() => {
      text = read(scenario, table);
      rows = csvParse(text);
    });

    it('has the documented columns, in order, and rows', () => {
      expect(rows.columns).toEqual(documented(table).map(({ name }) => name));
      expect(rows.length).toBeGreaterThan(10);
    });

    it('is UTF-8 with LF, no mark, no comment, no blank line, one header', () => {
      expect(text).not.toMatch(/\r|^\uFEFF|^#|\n\n/m);
      expect(text.endsWith('\n')).toBe(true);
      expect(rows.filter((row) => row['replication'] === 'replication')).toEqual([]);
    });

    it('parses numbers as numbers; what is not available is empty', () => {
      const isNumberOrEmpty = (cell: string | undefined) => /^(-?\d+(\.\d+)?(e[+-]?\d+)?)?$/.test(cell ?? '?');
      for (const column of numeric(table))
        expect(rows.map((row) => row[column]).filter((cell) => !isNumberOrEmpty(cell))).toEqual([]);
      expect(text).not.toMatch(/\b(NaN|N\/A|null|undefined|Infinity)\b/);
    });

    it('needs no options of d3: autoType gives numbers and null', () => {
      const typed = csvParse(text, autoType) as unknown as Record<string, unknown>[];
      for (const column of numeric(table))
        expect(typed.filter((row) => row[column] !== null && typeof row[column] !== 'number')).toEqual([]);
    });

    // Registered only where pandas is: there is nothing to skip elsewhere, d3 reads the same files everywhere.
    if (withPandas)
      it('needs no options of pandas: numeric columns are numeric', async () => {
        const file = join(results, scenario, `${table}.csv`);
        const script = `import json, pandas as pd; f = pd.read_csv(r"${file}"); print(json.dumps([len(f), {c: f[c].dtype.kind for c in f}]))`;
        const ended = await folder.python(script);
        expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
        const [length, kinds] = JSON.parse(ended.stdout) as [number, Record<string, string>];
        expect(length).toBe(rows.length);
        expect(Object.keys(kinds)).toEqual(rows.columns);
        for (const column of numeric(table)) expect.soft(kinds[column], column).toMatch(/^[iuf]$/);
      });
  });
});

describe('an empty cell', () => {
  it('stands where a figure does not exist: the offered requests of a grid', () => {
    const grids = csvParse(read('three-grids', 'runs')).filter((row) => row['scope'] === 'grid');
    expect(grids.map((row) => row['requests_offered'])).toEqual(grids.map(() => ''));
  });

  it('is never the first cell of a row', () => {
    for (const table of TABLES) expect(read('three-grids', table)).not.toMatch(/^,/m);
  });
});
