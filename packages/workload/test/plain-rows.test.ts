import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceError } from '../src/trace/trace-error.js';
import { type TraceFile, TraceReader } from '../src/trace/trace-reader.js';
import type { TraceFormat } from '../src/workload-plan.js';
import { openContent } from './memory-files.js';

/** Everything a reader gives: rows, what was dropped, and the error that stopped it. */
function readAll(text: string, chunkBytes: number, format: TraceFormat, badRows: TraceFile['badRows']) {
  const reader = new TraceReader(openContent(text, chunkBytes), { path: 't', format, badRows });
  const { row } = reader;
  const rows: unknown[] = [];
  let stopped: unknown = null;
  try {
    while (reader.next()) rows.push({ ...row, segmentIds: null, segmentTokens: null });
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    stopped = { ...error, message: error.message };
  }
  return { rows, stopped, dropped: reader.dropped, rowsRead: reader.rowsRead, firstBad: reader.firstBadRow?.message };
}

const two = (value: number) => String(value).padStart(2, '0');
const digits = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`)).filter((text) => text.length >= least);

/** Cells of tokens: mostly plain counts, among them all that is nearly one. */
const tokens = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 30_000 }).map(String), weight: 12 },
  { arbitrary: digits(1, 12), weight: 2 },
  {
    arbitrary: fc.constantFrom('', '0', '000', '7.0', '7.5', '-3', '+3', '1e3', 'x', ' 8', '9 ', '"10"', '"1'),
    weight: 1,
  },
);
const lineEnd = fc.oneof(
  { arbitrary: fc.constantFrom('\n', '\r\n'), weight: 10 },
  { arbitrary: fc.constantFrom('\n\n', '\n \t\n', '\r\n\r\n', '\r\r\n', '\r', ',\n', ',9\n', ' \n'), weight: 1 },
);

/** Times of the calendar, seconds in order with a few that are not. */
const calendar = (atS: number, style: number, fraction: string) => {
  const clock = `${two(Math.floor(atS / 3_600) % 24)}:${two(Math.floor(atS / 60) % 60)}:${two(atS % 60)}`;
  const day = `2024-02-${two(27 + Math.floor(atS / 86_400))}`;
  switch (style) {
    case 0:
      return `${day}T${clock}.${fraction}`;
    case 1:
      return `${day} ${clock}`;
    case 2:
      return `${day} ${clock}.${fraction}+01:00`;
    case 3:
      return `"${day} ${clock}Z"`;
    case 4:
      return ` ${day} ${clock}.${fraction}`;
    case 5:
      return `${day} ${clock.replace(/:(\d)/, ':7')}`;
    case 6:
      return `${day} ${clock}.`;
    case 7:
      return `${day}_${clock}.${fraction}`;
    default:
      return `${day} ${clock}.${fraction}`;
  }
};
const seconds = (atS: number, style: number, fraction: string) => {
  switch (style) {
    case 0:
      return `${atS}`;
    case 1:
      return `${atS}.`;
    case 2:
      return `${atS}e0`;
    case 3:
      return `"${atS}"`;
    case 4:
      return `-${atS}.${fraction}`;
    case 5:
      return `.${fraction}`;
    case 6:
      return `${atS}.${fraction}.1`;
    case 7:
      return `99${atS}${fraction}`;
    default:
      return `${atS}.${fraction}`;
  }
};

const row = fc.record({
  gapS: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 40 }), weight: 12 },
    { arbitrary: fc.constantFrom(-1, 3_000), weight: 1 },
  ),
  style: fc.integer({ min: 0, max: 40 }),
  fraction: fc.oneof({ arbitrary: digits(7, 7), weight: 3 }, { arbitrary: digits(1, 16), weight: 1 }),
  prompt: tokens,
  output: tokens,
  end: lineEnd,
});

const headers = {
  'azure-llm': ['TIMESTAMP,ContextTokens,GeneratedTokens', 'TIMESTAMP,GeneratedTokens,ContextTokens'],
  canonical: ['arrival_s,prompt_tokens,output_tokens', 'arrival_s,output_tokens,prompt_tokens'],
} as const;

describe.each([
  ['azure-llm', calendar],
  ['canonical', seconds],
] as const)('plain rows of %s', (format, timeOf) => {
  it('are read as the general way reads them, among rows that are not plain, wherever a chunk ends', () => {
    fc.assert(
      fc.property(
        fc.nat(150),
        fc.array(row, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...headers[format]),
        fc.constantFrom<TraceFile['badRows']>('drop', 'drop', 'refuse'),
        fc.integer({ min: 2, max: 400 }),
        fc.boolean(),
        (plain, list, header, badRows, chunkBytes, endsWithLine) => {
          let atS = 80_000;
          // More at one time than are read ahead, so that what is not plain may come behind any number of those that were.
          const before = Array.from({ length: plain }, (_, at) => `${timeOf(atS, 9, '1234567')},${at + 1},${at + 2}\n`);
          const lines = list.map(({ gapS, style, fraction, prompt, output, end }) => {
            atS += gapS;
            return `${timeOf(atS, style, fraction)},${prompt},${output}${end}`;
          });
          const text = `${header}\n${before.join('')}${lines.join('')}`;
          const content = endsWithLine ? text : text.trimEnd();
          // Read byte by byte, no line behind the present one is ever at hand: every row goes the general way.
          const expected = readAll(content, 1, format, badRows);
          expect(readAll(content, chunkBytes, format, badRows)).toEqual(expected);
          expect(readAll(content, 65_536, format, badRows)).toEqual(expected);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('stand as they are behind a line that is longer than the buffer, and where old bytes follow in it', () => {
    const rows = Array.from({ length: 5_000 }, (_, at) => `${timeOf(at, 9, '1234567')},${at + 1},${at + 2}\n`);
    rows.splice(2_500, 0, `${'1'.repeat(200_000)},1,1\n`, `${timeOf(2_500, 9, '0')},${'2'.repeat(70_000)}\n`);
    const text = `${headers[format][0]}\n${rows.join('')}`;
    const expected = readAll(text, 1, format, 'drop');
    expect(expected.rows).toHaveLength(5_000);
    for (const chunkBytes of [65_536, 9_973, 777]) expect(readAll(text, chunkBytes, format, 'drop')).toEqual(expected);
  });
});
