import { describe, expect, it } from 'vitest';
import { TraceError, type TraceErrorCode } from '../src/trace/trace-error.js';
import { TraceReader } from '../src/trace/trace-reader.js';
import { scanTrace } from '../src/trace/trace-scan.js';
import type { TraceFormat } from '../src/workload-plan.js';
import { gzip, openContent } from './memory-files.js';

const C = 'arrival_s,prompt_tokens,output_tokens';
const FULL = `${C},thinking_tokens,session_id,prefix_group,prefix_tokens,client_id,priority`;
const A = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const B = 'Timestamp,Session ID,Request tokens,Response tokens';
const mooncake = (text: string) => `{"timestamp":0,"input_length":1,"output_length":1,"hash_ids":[0]}\n${text}\n`;

const cases: [string, TraceFormat, string | Uint8Array, TraceErrorCode, number, number][] = [
  ['nothing at all', 'canonical', '', 'trace-empty', 0, 0],
  ['blank lines only', 'mooncake', '\n \n', 'trace-empty', 0, 0],
  ['a header only', 'canonical', `${C}\n`, 'trace-no-rows', 0, 0],
  ['no header', 'canonical', '0,1,1\n', 'trace-header', 1, 0],
  ['header of another format', 'azure-llm', `${C}\n0,1,1\n`, 'trace-header', 1, 0],
  ['unknown column', 'canonical', `${C},sesion_id\n0,1,1,a\n`, 'trace-header', 1, 39],
  ['repeated column', 'canonical', `${C},arrival_s\n0,1,1,a\n`, 'trace-header', 1, 39],
  ['prefix tokens without group', 'canonical', `${C},prefix_tokens\n0,1,1,1\n`, 'trace-header', 1, 39],
  ['too few columns', 'canonical', `${C}\n0,1,1\n1,2\n`, 'trace-column-count', 3, 0],
  ['too many columns', 'canonical', `${C}\n0,1,1,1\n`, 'trace-column-count', 2, 0],
  ['hundreds of columns', 'canonical', `${C}\n${'1,'.repeat(300)}\n`, 'trace-column-count', 2, 513],
  ['open quote', 'canonical', `${C}\n0,"1,1\n`, 'trace-quote', 2, 3],
  ['text behind a quote', 'canonical', `${C}\n0,"1"2,1\n`, 'trace-quote', 2, 6],
  ['words for a count', 'canonical', `${C}\n0,1,1\n0,many,1\n`, 'trace-not-a-number', 3, 3],
  ['NaN', 'canonical', `${C}\n0,NaN,1\n`, 'trace-not-a-number', 2, 3],
  ['Infinity', 'canonical', `${C}\nInfinity,1,1\n`, 'trace-not-a-number', 2, 1],
  ['hex', 'canonical', `${C}\n0,0x10,1\n`, 'trace-not-a-number', 2, 3],
  ['an empty cell', 'canonical', `${C}\n0,,1\n`, 'trace-not-a-number', 2, 3],
  ['half a token', 'canonical', `${C}\n0,1.5,1\n`, 'trace-not-whole', 2, 3],
  ['negative tokens', 'canonical', `${C}\n0,-5,1\n`, 'trace-negative', 2, 3],
  ['negative time', 'canonical', `${C}\n-1,5,1\n`, 'trace-negative', 2, 1],
  ['absurd tokens', 'canonical', `${C}\n0,2147483648,1\n`, 'trace-too-large', 2, 3],
  ['very absurd tokens', 'canonical', `${C}\n0,1e300,1\n`, 'trace-too-large', 2, 3],
  ['absurd time', 'canonical', `${C}\n1e13,1,1\n`, 'trace-too-large', 2, 1],
  ['no prompt tokens', 'canonical', `${C}\n0,0,1\n`, 'trace-zero-tokens', 2, 3],
  ['no output tokens', 'canonical', `${C}\n0,1,0\n`, 'trace-zero-tokens', 2, 5],
  ['time running backwards', 'canonical', `${C}\n1,1,1\n0.5,1,1\n`, 'trace-time-backwards', 3, 0],
  ['more thinking than output', 'canonical', `${FULL}\n0,1,5,6,,,,,\n`, 'trace-inconsistent', 2, 7],
  ['prefix longer than prompt', 'canonical', `${FULL}\n0,10,5,,,g,11,,\n`, 'trace-inconsistent', 2, 12],
  ['formula as session', 'canonical', `${FULL}\n0,1,1,,=1+1,,,,\n`, 'trace-formula-text', 2, 8],
  ['formula as group', 'canonical', `${FULL}\n0,1,1,,,@x,1,,\n`, 'trace-formula-text', 2, 9],
  ['formula as client', 'canonical', `${FULL}\n0,1,1,,,,,"-1",\n`, 'trace-formula-text', 2, 12],
  ['formula as session id', 'burstgpt', `${B}\n0,+x,1,1\n`, 'trace-formula-text', 2, 3],
  ['broken priority', 'canonical', `${FULL}\n0,1,1,,,,,,high\n`, 'trace-not-a-number', 2, 12],
  ['absurd priority', 'canonical', `${FULL}\n0,1,1,,,,,,10000000\n`, 'trace-too-large', 2, 12],
  ['a day that does not exist', 'azure-llm', `${A}\n2023-02-29 00:00:00,1,1\n`, 'trace-bad-time', 2, 1],
  ['an hour that does not exist', 'azure-llm', `${A}\n2023-02-01 24:00:00,1,1\n`, 'trace-bad-time', 2, 1],
  ['a minute that does not exist', 'azure-llm', `${A}\n2023-02-01 23:60:00,1,1\n`, 'trace-bad-time', 2, 1],
  ['a second that does not exist', 'azure-llm', `${A}\n2023-02-01 23:00:60,1,1\n`, 'trace-bad-time', 2, 1],
  ['too fine a fraction', 'azure-llm', `${A}\n2023-02-01 23:00:00.0123456789,1,1\n`, 'trace-bad-time', 2, 1],
  ['a broken zone', 'azure-llm', `${A}\n2023-02-01 23:00:00+2,1,1\n`, 'trace-bad-time', 2, 1],
  ['a number for a time', 'azure-llm', `${A}\n17,1,1\n`, 'trace-bad-time', 2, 1],
  ['Azure without tokens', 'azure-llm', `${A}\n2023-02-01 23:00:00,1,0\n`, 'trace-zero-tokens', 2, 23],
  [
    'Azure backwards',
    'azure-llm',
    `${A}\n2023-02-01 23:00:00,1,1\n2023-02-01 22:59:59,1,1\n`,
    'trace-time-backwards',
    3,
    0,
  ],
  ['broken JSON', 'mooncake', mooncake('{"timestamp":'), 'trace-json', 2, 0],
  ['JSON that is no object', 'mooncake', mooncake('[1]'), 'trace-json', 2, 0],
  ['deeply nested JSON', 'mooncake', mooncake('['.repeat(100_000)), 'trace-json', 2, 0],
  ['missing key', 'mooncake', mooncake('{"timestamp":0}'), 'trace-not-a-number', 2, 0],
  ['text for a length', 'mooncake', mooncake('{"timestamp":0,"input_length":"9"}'), 'trace-not-a-number', 2, 0],
  ['negative milliseconds', 'mooncake', mooncake('{"timestamp":-1}'), 'trace-negative', 2, 0],
  [
    'half a token in JSON',
    'mooncake',
    mooncake('{"timestamp":0,"input_length":1.5,"output_length":1}'),
    'trace-not-whole',
    2,
    0,
  ],
  [
    'zero output in JSON',
    'mooncake',
    mooncake('{"timestamp":0,"input_length":1,"output_length":0}'),
    'trace-zero-tokens',
    2,
    0,
  ],
  ['huge length in JSON', 'mooncake', mooncake('{"timestamp":0,"input_length":1e10}'), 'trace-too-large', 2, 0],
  [
    'too few hash ids',
    'mooncake',
    mooncake('{"timestamp":0,"input_length":513,"output_length":1,"hash_ids":[0]}'),
    'trace-hash-ids',
    2,
    0,
  ],
  [
    'text among hash ids',
    'mooncake',
    mooncake('{"timestamp":0,"input_length":5,"output_length":1,"hash_ids":["0"]}'),
    'trace-hash-ids',
    2,
    0,
  ],
  ['gzip cut in the data', 'canonical', gzip(`${C}\n0,1,1\n`).slice(0, 30), 'trace-gzip', 0, 0],
  ['gzip cut in the header', 'canonical', gzip(`${C}\n0,1,1\n`).slice(0, 6), 'trace-gzip', 0, 0],
  ['gzip cut in the trailer', 'canonical', gzip(`${C}\n0,1,1\n`).slice(0, -3), 'trace-gzip', 0, 0],
  ['gzip with another checksum', 'canonical', damaged(gzip(`${C}\n0,1,1\n`), -6), 'trace-gzip', 0, 0],
];

function damaged(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length + at]! ^= 255;
  return copy;
}

function firstError(content: string | Uint8Array, format: TraceFormat): TraceError {
  const reader = new TraceReader(openContent(content, 4096), { path: 'dir/trace.csv', format, badRows: 'refuse' });
  try {
    while (reader.next());
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('the trace was accepted');
}

describe('trace errors', () => {
  it.each(cases)('%s', (_, format, content, code, line, column) => {
    const error = firstError(content, format);
    expect(error).toMatchObject({ code, line, column, path: 'dir/trace.csv' });
    expect(error.allowed).not.toBe('');
    expect(error.given.length).toBeLessThanOrEqual(80);
    expect(error.message).toContain(error.allowed);
    expect(error.message.startsWith(line === 0 ? 'dir/trace.csv: ' : `dir/trace.csv:${line}`)).toBe(true);
  });

  it('refuses a line that never ends', () => {
    const open = () => ({ read: (into: Uint8Array) => into.fill(97).length, close() {} });
    const scan = scanTrace(open, { path: 'endless', format: 'canonical', badRows: 'drop' });
    expect(scan.firstError?.code).toBe('trace-line-too-long');
    expect(scan.usable).toBe(false);
  });

  it('drops and counts bad rows when told to, under the code of what is wrong', () => {
    const text = `${C}\n5,1,1\n4,1,1\nx,1,1\n5,0,1\n6,1\n7,2,3\n`;
    const file = { path: 't', format: 'canonical', badRows: 'drop' } as const;
    const scan = scanTrace(openContent(text), file);
    expect(scan).toMatchObject({ rowsRead: 6, emitted: 2, firstS: 5, lastS: 7, usable: true });
    expect(scan.dropped).toEqual({
      'trace-time-backwards': 1,
      'trace-not-a-number': 1,
      'trace-zero-tokens': 1,
      'trace-column-count': 1,
    });
    expect(scan.firstError).toMatchObject({ code: 'trace-time-backwards', line: 3 });
    expect(scanTrace(openContent(text), { ...file, badRows: 'refuse' })).toMatchObject({
      rowsRead: 2,
      emitted: 1,
      usable: false,
      firstError: { line: 3 },
    });
  });

  it('refuses a trace whose rows were all dropped', () => {
    const scan = scanTrace(openContent(`${C}\n0,0,0\n`), { path: 't', format: 'canonical', badRows: 'drop' });
    expect(scan).toMatchObject({ rowsRead: 1, emitted: 0, usable: false, firstError: { code: 'trace-no-rows' } });
  });

  it('lets errors of the file system through', () => {
    const open = () => {
      throw new Error('ENOENT: no such file');
    };
    expect(() => scanTrace(open, { path: 't', format: 'canonical', badRows: 'refuse' })).toThrow('ENOENT');
  });
});
