import { expect, test } from 'vitest';
import { type ErrorRow, errorRows } from '../src/errors/error-row.js';
import { accuracyPlot } from '../src/output/accuracy-plot.js';
import { gemmCase, handCase, said } from './hand-cases.js';
import { IN_SAMPLE_ERRORS } from './hand-report.js';

const WORDS = { title: 'Predicted & measured <all>', subtitle: 'in-sample' };

/** Every opened tag is closed in order, and no text holds a bare `<` or `&`. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, slash, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/gi)) {
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (self !== '/') open.push(name!);
  }
  expect(open).toEqual([]);
  expect(svg.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
}

function manyRows(count: number): ErrorRow[] {
  const cases = Array.from({ length: count }, (_, at) =>
    handCase(at + 2, { tpot_mean_ms: 1 + at / 7, output_tok_s: 10 + at }, { deviceId: `device-${at % 25}` }),
  );
  return [
    ...errorRows(
      cases,
      cases.map((item, at) =>
        said(item, { tpot_mean_ms: (1 + at / 7) * (0.8 + (at % 13) / 30), output_tok_s: 10 + at }),
      ),
    ).rows,
  ];
}

test('a panel per quantity that has rows, named for readers and for screen readers', () => {
  const svg = accuracyPlot(IN_SAMPLE_ERRORS.rows, WORDS);
  expectWellFormed(svg);
  expect(svg).toContain('<title id="title">Predicted &amp; measured &lt;all&gt;</title>');
  expect(svg).toContain('latency, ms: 4 dots, median error 12.0 %; kernel time, ms: 1 dots, median error 10.0 %');
  for (const words of ['latency, ms', 'kernel time, ms', 'measured', 'predicted', 'h100-sxm', 'b200-sxm'])
    expect(svg).toContain(`>${words}</text>`);
  expect(svg).not.toContain('power, W');
});

test('a right prediction lies on the line of equality, a tenth too much on the edge of the band', () => {
  // Panel from 60,116 of 230 by 230; one value 10: the range is widened to a ratio of 4, 5 to 20, and 10 is in its middle.
  const run = handCase(2, { tpot_mean_ms: 10 });
  const at = (predicted: number) =>
    accuracyPlot(errorRows([run], [said(run, { tpot_mean_ms: predicted })]).rows, WORDS);
  expect(at(10)).toContain('<path class="dots d0" d="M175,231h0"/>');
  expect(at(10)).toContain('<path class="equal" d="M60,346L290,116"/>');
  // The upper edge leaves the left side at 230 log4(1.1) = 15.8 above the corner.
  expect(at(10)).toContain('<path class="band" d="M60,346L60,330.2L274.2,116');
});

test('dots of a device are one path, equal dots are drawn once, rows set aside not at all', () => {
  const svg = accuracyPlot([...IN_SAMPLE_ERRORS.rows, ...IN_SAMPLE_ERRORS.rows], WORDS);
  const dots = [...svg.matchAll(/<path class="dots d\d" d="([^"]+)"/g)].flatMap(([, path]) => path!.match(/M/g)!);
  // Four latencies and a kernel; the fifth latency is set aside.
  expect(dots.length).toBe(5);
});

test('devices beyond the colours share one, and are counted', () => {
  const svg = accuracyPlot(manyRows(100), WORDS);
  expect(svg).toContain('>16 other devices</text>');
  expect(svg.match(/class="key /g)?.length).toBe(10);
});

test('thousands of dots stay small, and the same rows give the same bytes', () => {
  const rows = manyRows(3000);
  const svg = accuracyPlot(rows, WORDS);
  expectWellFormed(svg);
  expect(svg.length).toBeLessThan(300_000);
  expect(accuracyPlot(rows, WORDS)).toBe(svg);
  expect(svg).not.toMatch(/NaN|Infinity|\d\.\d\d+[,h"LVH]/);
});

test('what a log scale cannot show is counted; without rows there is still a picture', () => {
  const gemm = gemmCase(2, 1, 'fp16');
  const zero = accuracyPlot(errorRows([gemm], [said(gemm, { kernel_ms: 0 })]).rows, WORDS);
  expectWellFormed(zero);
  expect(zero).toContain('1 with a prediction of 0 cannot be shown on a logarithmic scale');
  expectWellFormed(accuracyPlot([], WORDS));
});
