import { expect, test } from 'vitest';
import { errorRows } from '../src/errors/error-row.js';
import { HEADLINE_TARGETS } from '../src/errors/targets.js';
import { accuracyDocument } from '../src/output/accuracy-json.js';
import { accuracyPage, unexplainedMisses } from '../src/output/accuracy-page.js';
import { markdownTable } from '../src/output/markdown-table.js';
import { MISSES } from '../src/output/misses.js';
import { handCase, said, tablesOf } from './hand-cases.js';
import { handDocument } from './hand-report.js';

function section(page: string, heading: string): string {
  return page.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
}

test('the page leads with what had no part in the fit', () => {
  const page = accuracyPage(handDocument());
  const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    'On what had no part in the fit',
    'On what the constants were fitted to',
    'Where targets are missed',
    'Error bands',
    'Method',
    'By device',
    'By model family',
    'By engine',
    'By precision',
    'By source',
    'Worst figures',
    'How others do',
    'Not validated',
    'Rows set aside',
    'Rows without an error',
    'Reproduce',
  ]);
  expect(section(page, headings[0]!)).toMatchInlineSnapshot(`
    "## On what had no part in the fit

    Model families left out of the fit, one at a time:

    | data | metric | figures | left-out | target | margin | bias |
    | --- | --- | ---: | ---: | ---: | ---: | ---: |
    | Fixed concurrency | TPOT, dense | 1 | 10.0 (10.0) | 8 | **-2.0** | +10.0 |
    | Fixed concurrency | TTFT mean | 1 | 60.0 (60.0) |  |  | +60.0 |

    Devices left out of the fit, one at a time, and then run on the constants of their class (no targets set):

    | data | metric | figures | left-out | bias |
    | --- | --- | ---: | ---: | ---: |
    | Open-loop serving | E2E mean | 1 | 15.0 (15.0) | +15.0 |

    "
  `);
  expect(section(page, headings[1]!)).toMatchInlineSnapshot(`
    "## On what the constants were fitted to

    | data | metric | figures | in-sample | target | verdict | bias | worst |
    | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | Open-loop serving | E2E mean | 1 | 2.0 (2.0) | 3 (8) | met | +2.0 | 2.0 |
    | Fixed concurrency | TPOT, dense | 1 | 4.0 (4.0) | 5 | **missed** | +4.0 | 4.0 |
    | Fixed concurrency | TPOT, MoE | 1 | 20.0 (20.0) | 9 | **missed** | -20.0 | 20.0 |
    | Fixed concurrency | TTFT mean | 1 | 50.0 (50.0) |  |  | +50.0 | 50.0 |
    | Kernels | GEMM bf16, fp16 | 1 | 10.0 (10.0) | 7 | **missed** | -10.0 | 10.0 |

    The verdict covers the limits on left-out families too.

    ![Predicted against measured values, one panel per quantity](accuracy.svg)

    "
  `);
});

test('a miss says by how much and why; without an explanation it says that too', () => {
  const page = section(
    accuracyPage(handDocument(), { misses: { 'kernels-gemm-16': 'One shape of 16 rows.' } }),
    'Where targets are missed',
  );
  expect(page).toMatchInlineSnapshot(`
    "## Where targets are missed

    **Fixed concurrency, TPOT, dense**: left-out median 10.0 % for a target of 8 %, over by 2.0 points. The cause is not known.

    **Fixed concurrency, TPOT, MoE**: in-sample median 20.0 % for a target of 9 %, over by 11.0 points. The cause is not known.

    **Kernels, GEMM bf16, fp16**: in-sample median 10.0 % for a target of 7 %, over by 3.0 points. One shape of 16 rows.

    "
  `);
});

test('misses without an explanation and explanations without a miss are found', () => {
  expect(unexplainedMisses(handDocument(), { 'kernels-gemm-16': 'x', 'open-loop-e2e-mean': 'y' })).toEqual({
    unexplained: ['fixed-concurrency-tpot-dense', 'fixed-concurrency-tpot-moe'],
    stale: ['open-loop-e2e-mean'],
  });
});

test('explanations belong to lines of the headline', () => {
  const ids = HEADLINE_TARGETS.map((target) => target.id);
  for (const id of Object.keys(MISSES)) expect(ids).toContain(id);
});

test('coverage, rows set aside and rows without an error are told', () => {
  const page = accuracyPage(handDocument());
  expect(section(page, 'Error bands')).toContain('it holds **100 %** of the measurements (wanted: 70 to 90 %)');
  expect(section(page, 'Rows set aside')).toContain('| the GPU throttled | 1 | runs.csv:4 | 100 |');
  expect(section(page, 'Rows without an error')).toBe(
    '## Rows without an error\n\n' +
      '- 1 figure or row not compared: the model does not fit (runs.csv:5)\n' +
      '- 2 rows understood and left out: no load is stated\n' +
      '- runs.csv:6 not read: unknown device\n\n',
  );
});

test('a run without left-out groups says that only in-sample errors are known', () => {
  const run = handCase(2, { tpot_mean_ms: 10 });
  const document = accuracyDocument({
    tables: tablesOf([run]),
    errors: [errorRows([run], [said(run, { tpot_mean_ms: 10 })])],
  });
  const page = accuracyPage(document, { picture: null });
  expect(section(page, 'On what had no part in the fit')).toContain('Nothing was left out');
  expect(page).not.toContain('![');
  expect(page).not.toContain('## Error bands');
  expect(page).not.toContain('## Where targets are missed');
});

test('every table has as many cells in each row as in its head', () => {
  const tables = accuracyPage(handDocument()).match(/(?:^\|.*\n)+/gm)!;
  expect(tables.length).toBeGreaterThan(10);
  for (const table of tables) {
    const widths = table
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(widths).size).toBe(1);
  }
});

test('no cell can end its column', () => {
  expect(markdownTable(['a', 'b'], [['x|y', 'line\nend']])).toEqual([
    '| a | b |',
    '| --- | ---: |',
    '| x\\|y | line end |',
  ]);
});
