import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorRows } from '../src/errors/error-row.js';
import { compareHeadlines } from '../src/errors/regression.js';
import { accuracyDocument } from '../src/output/accuracy-json.js';
import { accuracyText } from '../src/output/accuracy-text.js';
import { gateText } from '../src/output/gate-text.js';
import { marginText, percentText, placesText, signedText } from '../src/output/words.js';
import { handCase, said, tablesOf } from './hand-cases.js';
import { handDocument } from './hand-report.js';

const PLAIN = { color: false, ascii: false };

test('the whole text, headline first', () => {
  expect(accuracyText(handDocument(), { files: ['out/errors.csv'] }, PLAIN)).toMatchInlineSnapshot(`
    "accuracy: 6 measured rows, 5 figures compared; 1 of 4 targets met

                             n in-sample % target left-out % target margin
    Open-loop serving
      met    E2E mean        1   2.0 (2.0)  3 (8)          -      5   +1.0
    Fixed concurrency
      MISSED TPOT, dense     1   4.0 (4.0)      5       10.0      8   -2.0
      MISSED TPOT, MoE       1 20.0 (20.0)      9          -     13  -11.0
             TTFT mean       1 50.0 (50.0)              60.0
    Kernels
      MISSED GEMM bf16, fp16 1 10.0 (10.0)      7          -          -3.0
    no rows for 18 of 23 lines

    Left-out devices, no limits set
                                   n   left-out %  in-sample %
      Open-loop serving: E2E mean  1  15.0 (15.0)    2.0 (2.0)

    By device, in-sample
               n       all %  bias latency rate power kernels
      b200-sxm 1 20.0 (20.0) -20.0    20.0    -     -       -
      h100-sxm 3  4.0 (40.8)  +4.0     4.0    -     -    10.0

    By model family, in-sample
                  n       all %  bias latency rate power
      gpt-oss     1 20.0 (20.0) -20.0    20.0    -     -
      qwen3-dense 3  4.0 (40.8)  +4.0     4.0    -     -

    By engine, in-sample
           n       all % bias latency rate power
      vllm 4 12.0 (41.0) +3.0    12.0    -     -

    Worst figures of runs
      error %        metric  measured  predicted  at
        +50.0  ttft_mean_ms       100        150  runs.csv:2
        -20.0  tpot_mean_ms        10          8  runs.csv:3
         +4.0  tpot_mean_ms        20       20.8  runs.csv:2
         +2.0   e2e_mean_ms      1000       1020  open.csv:3

    Worst figures of kernels
      error %     metric  measured  predicted  at
        -10.0  kernel_ms       0.5       0.45  kernels.csv:2

    Error bands
      nominal 80 % bands hold 100 % of 1 figure on left-out model families (wanted:
      70 to 90 %); 0 measured below, 0 above; 1 figure without a band

    Set aside: 1 row, in no headline
      1 the GPU throttled (runs.csv:4)

    Understood and left out: 2 of 9 rows
      2 no load is stated

    Not compared: 1 figure or row
      1 the model does not fit (runs.csv:5)

    Bad rows: 1 problem, the rest was run
      runs.csv:6 device: unknown device; given: h1000; allowed: ids and names of the
        catalog [ROW_DEVICE]

    error = predicted / measured - 1, in percent; shown is the median of its size
      (90th percentile in brackets); bias is the median with its sign; margin is
      what is left to the closest limit, in percentage points
    left-out: constants fitted again without the model family (or device) that is
      then predicted
    wrote out/errors.csv
    "
  `);
});

test('an in-sample run says so, an empty one does not claim anything', () => {
  const run = handCase(2, { tpot_mean_ms: 10 });
  const alone = accuracyDocument({
    tables: tablesOf([run]),
    errors: [errorRows([run], [said(run, { tpot_mean_ms: 10 })])],
  });
  expect(accuracyText(alone, { files: [] }, PLAIN)).toContain('in-sample only (nothing was left out');
  const empty = accuracyDocument({ tables: tablesOf([]), errors: [] });
  expect(accuracyText(empty, { files: [] }, PLAIN)).toMatch(
    /^accuracy: 0 measured rows, 0 figures compared; no target could be judged\n\nno row belongs to a target\n/,
  );
});

test('colour paints verdicts and changes nothing else', () => {
  const coloured = accuracyText(handDocument(), { files: [] }, { color: true, ascii: true });
  const codeStart = String.fromCharCode(27);
  expect(coloured).toContain(`${codeStart}[31mMISSED${codeStart}[39m`);
  expect(coloured).toContain(`${codeStart}[32mmet${codeStart}[39m`);
  const withoutCodes = coloured.replaceAll(new RegExp(`${codeStart}\\[\\d+m`, 'g'), '');
  expect(withoutCodes).toBe(accuracyText(handDocument(), { files: [] }, PLAIN));
});

test('no line is longer than 80 characters or leaves ASCII when asked, whatever the tables say', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, word, word, fc.double({ min: 0, max: 1e9, noNaN: true })), {
        minLength: 1,
        maxLength: 8,
      }),
      (items) => {
        const cases = items.map(([deviceId, family, setAside], at) =>
          handCase(at + 2, { tpot_mean_ms: 10 }, { deviceId, family, ...(at % 3 === 2 ? { setAside } : {}) }),
        );
        const document = accuracyDocument({
          tables: tablesOf(cases),
          errors: [
            errorRows(
              cases,
              cases.map((item, at) => said(item, { tpot_mean_ms: items[at]![3] })),
            ),
          ],
        });
        for (const line of accuracyText(document, { files: [] }, { color: false, ascii: true }).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(80);
          expect(line).toMatch(/^[\x20-\x7e]*$/);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('the gate names what grew, what is gone, what is new', () => {
  const errors = (medianAbsPct: number, n = 10) => ({ n, medianAbsPct, p90AbsPct: 20 });
  const line = (id: string, inSample: ReturnType<typeof errors> | null) => ({
    id,
    inSample,
    leftOutModelFamily: null,
    leftOutDevice: null,
  });
  const gate = compareHeadlines(
    [line('open-loop-tpot', errors(4)), line('offline-rate', errors(5)), line('llama-cpp-rate', errors(5))],
    [line('open-loop-tpot', errors(4.6)), line('llama-cpp-rate', errors(5, 8)), line('edge-rate', errors(1))],
  );
  expect(gateText(gate, { color: false })).toMatchInlineSnapshot(`
    "gate: 2 headline figures worse than stored or missing
                                        stored %  allowed %  now %
      open-loop-tpot  in-sample median       4.0        4.4    4.6
      missing: offline-rate, in-sample: 0 of 10 figures
      fewer rows: llama-cpp-rate, in-sample: 8 of 10 figures
      not stored yet: edge-rate
    "
  `);
  expect(gateText(compareHeadlines([], []), { color: false })).toBe(
    'gate: no headline error grew by more than a tenth\n',
  );
});

test.each<[number | null, string, string]>([
  [0, '0.0', '0.0'],
  [-0.04, '0.0', '0.0'],
  [0.05, '0.1', '+0.1'],
  [-3.12, '-3.1', '-3.1'],
  [99.94, '99.9', '+99.9'],
  [99.96, '100', '+100'],
  [123_456, '123k', '+123k'],
  [null, '-', '-'],
])('%d percent reads %s, with its sign %s', (value, plain, signed) => {
  expect([percentText(value), signedText(value)]).toEqual([plain, signed]);
});

test('a narrow miss does not read as none', () => {
  expect([-0.04, 0.04, 0.5, -12.34, null].map(marginText)).toEqual(['-0.04', '+0.04', '+0.5', '-12.3', '-']);
});

test('places are stretches of lines; of many the first are named and the rest counted', () => {
  const at = (file: string, ...lines: number[]) => lines.map((line) => ({ file, line }));
  expect(placesText([...at('a.csv', 9, 3, 4, 5, 4), ...at('b.csv', 2)])).toBe('a.csv:3-5, 9; b.csv:2');
  const odd = Array.from({ length: 20 }, (_, index) => 2 * index + 1);
  expect(placesText(at('a.csv', ...odd))).toBe('a.csv:1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 8 more lines');
});
