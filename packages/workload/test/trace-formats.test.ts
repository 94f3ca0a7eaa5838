import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFileFormat, detectFormat } from '../src/trace/detect-format.js';
import { type TraceFile, TraceReader } from '../src/trace/trace-reader.js';
import { scanTrace } from '../src/trace/trace-scan.js';
import type { TraceFormat } from '../src/workload-plan.js';
import { fixture, gzip, openContent, openDisk } from './memory-files.js';

interface Seen {
  timeS: number;
  prompt: number;
  output: number;
  thinking: number;
  session: number;
  segments: [number, number][];
}

function readAll(content: string | Uint8Array, format: TraceFormat, badRows: TraceFile['badRows'] = 'refuse'): Seen[] {
  const reader = new TraceReader(openContent(content), { path: 'trace', format, badRows });
  const seen: Seen[] = [];
  const { row } = reader;
  while (reader.next()) {
    seen.push({
      timeS: row.timeS,
      prompt: row.promptTokens,
      output: row.outputTokens,
      thinking: row.thinkingTokens,
      session: row.sessionKey,
      segments: Array.from({ length: row.segmentCount }, (_, i) => [row.segmentIds[i]!, row.segmentTokens[i]!]),
    });
  }
  return seen;
}

describe('canonical CSV', () => {
  it('reads columns by name in any order, quotes, spaces and empty optional cells', () => {
    const text = [
      'output_tokens, session_id,arrival_s,"prompt_tokens",prefix_group,prefix_tokens,thinking_tokens,client_id',
      '10,"a ""b"", c",0.5,100,sys,40,,x',
      '11,,1e0, 101 ,other,50,3,',
      '12,"a ""b"", c",1.25,102.0,sys,40,12,y',
      '13,s,1.25,103,sys,41,,',
      '14,s,1.25,104,,,,',
    ].join('\n');
    const rows = readAll(text, 'canonical');
    expect(rows.map((row) => [row.timeS, row.prompt, row.output, row.thinking])).toEqual([
      [0.5, 100, 10, 0],
      [1, 101, 11, 3],
      [1.25, 102, 12, 12],
      [1.25, 103, 13, 0],
      [1.25, 104, 14, 0],
    ]);
    expect(rows[0]!.session).toBe(rows[2]!.session);
    expect(rows[1]!.session).toBeNaN();
    expect(rows[3]!.session).not.toBe(rows[0]!.session);
    expect(rows.map((row) => row.segments)).toEqual([[[0, 40]], [[1, 50]], [[0, 40]], [[0, 41]], []]);
  });

  it('gives the same rows from CRLF lines, a missing last line end, a byte order mark, blank lines, and gzip', () => {
    const plain = 'arrival_s,prompt_tokens,output_tokens\n0,5,6\n1.5,7,8\n2,9,10\n';
    const expected = readAll(plain, 'canonical');
    expect(expected).toHaveLength(3);
    for (const variant of [
      plain.replaceAll('\n', '\r\n'),
      plain.trimEnd(),
      `\uFEFF${plain}`,
      plain.replace('1.5', '\n  \n1.5'),
      gzip(plain),
      new Uint8Array([...gzip('arrival_s,prompt_tokens,output_tokens\n0,5,6\n1.'), ...gzip('5,7,8\n2,9,10\n')]),
    ]) {
      expect(readAll(variant, 'canonical')).toEqual(expected);
    }
  });

  it('round trips random rows and accounts for every row', () => {
    const good = fc.record({
      gapMs: fc.integer({ min: 0, max: 100_000 }),
      prompt: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      output: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      session: fc.constantFrom('', 'a', '"b, c"', 'd'),
    });
    const bad = fc.constantFrom('1,0,5,', 'x,1,1,', ',,,', '1e9,-4,1,', '5,1,1', '9,1,1,=cmd', '"1,1,1,a', '2,1,1.5,a');
    const rows = fc.array(fc.oneof({ arbitrary: good, weight: 3 }, { arbitrary: bad, weight: 1 }), { maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.boolean(), fc.integer({ min: 1, max: 300 }), (list, zipped, chunkBytes) => {
        let timeMs = 0;
        const expected: number[][] = [];
        const lines = list.map((row) => {
          if (typeof row === 'string') return row;
          timeMs += row.gapMs;
          expected.push([timeMs / 1000, row.prompt, row.output]);
          return `${timeMs / 1000},${row.prompt},${row.output},${row.session}`;
        });
        fc.pre(expected.length > 0);
        const text = `arrival_s,prompt_tokens,output_tokens,session_id\n${lines.join('\n')}\n`;
        const open = openContent(zipped ? gzip(text) : text, chunkBytes);
        const reader = new TraceReader(open, { path: 't', format: 'canonical', badRows: 'drop' });
        const seen: number[][] = [];
        while (reader.next()) seen.push([reader.row.timeS, reader.row.promptTokens, reader.row.outputTokens]);
        const dropped = Object.values(reader.dropped).reduce((sum, count) => sum + count, 0);
        expect(seen).toEqual(expected);
        expect(reader.rowsRead).toBe(list.length);
        expect(reader.emitted + dropped).toBe(reader.rowsRead);
      }),
      { numRuns: 150 },
    );
  });
});

describe('Azure LLM', () => {
  it('takes times relative to the first row, over midnight and months, with and without fraction and zone', () => {
    const text = [
      'TIMESTAMP,ContextTokens,GeneratedTokens',
      '2024-02-28 23:59:59.9999990,1,2',
      '2024-02-29 00:00:00.0000001,3,4',
      '2024-02-29T00:00:01+00:00,5,6',
      '2024-03-01 00:00:01.5+00:00,7,8',
      '2024-03-01 02:00:01.75+02:00,9,10',
      '2024-03-01 00:00:02Z,11,12',
    ].join('\n');
    const rows = readAll(text, 'azure-llm');
    expect(rows[0]!.timeS).toBe(0);
    expect(rows[1]!.timeS).toBeCloseTo(1.1e-6, 12);
    expect(rows[2]!.timeS).toBeCloseTo(1.000001, 12);
    expect(rows[3]!.timeS).toBeCloseTo(86_401.500001, 9);
    expect(rows[4]!.timeS).toBeCloseTo(86_401.750001, 9);
    expect(rows[5]!.timeS).toBeCloseTo(86_402.000001, 9);
    expect(rows.map((row) => row.output)).toEqual([2, 4, 6, 8, 10, 12]);
  });
});

describe('Mooncake', () => {
  it('reads blocks of 512 tokens with a shorter last one, times in milliseconds', () => {
    const text =
      '{"timestamp": 0, "input_length": 1025, "output_length": 3, "hash_ids": [0, 1, 2]}\n' +
      '{"output_length": 9, "hash_ids": [0], "timestamp": 3000, "input_length": 512, "extra": null}';
    const rows = readAll(text, 'mooncake');
    expect(rows.map((row) => [row.timeS, row.prompt, row.output])).toEqual([
      [0, 1025, 3],
      [3, 512, 9],
    ]);
    expect(rows.map((row) => row.segments)).toEqual([
      [
        [0, 512],
        [1, 512],
        [2, 1],
      ],
      [[0, 512]],
    ]);
  });
});

describe('BurstGPT', () => {
  it('reads six or eight columns by name and drops failures by reason', () => {
    const six =
      'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n' +
      '5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,0,1087,Conversation log\n' +
      '50,GPT-4,0,9,9,API log\n55,GPT-4,417,276,693,API log\n';
    const reader = new TraceReader(openContent(six), { path: 'b', format: 'burstgpt', badRows: 'refuse' });
    const times: number[] = [];
    while (reader.next()) times.push(reader.row.timeS);
    expect(times).toEqual([0, 50]);
    expect(reader.rowsRead).toBe(4);
    expect(reader.dropped).toEqual({ failed_no_response: 1, no_prompt_tokens: 1 });
    const eight =
      'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n' +
      '1,17,0.5,GPT-4,3,4,7,API log\n2,,0.5,GPT-4,5,6,11,API log\n3,17,0.5,GPT-4,3,4,7,API log\n';
    const rows = readAll(eight, 'burstgpt');
    expect(rows[0]!.session).toBe(rows[2]!.session);
    expect(rows[1]!.session).toBeNaN();
  });
});

describe('length lists', () => {
  it('reads vidur names and plain names, without times', () => {
    const vidur = 'num_prefill_tokens,num_decode_tokens,num_total_tokens,pd_ratio\n3772,54,3826,69.85\n';
    expect(readAll(vidur, 'lengths')).toMatchObject([{ timeS: Number.NaN, prompt: 3772, output: 54 }]);
    expect(readAll('output_tokens,prompt_tokens\n1,2\n', 'lengths')).toMatchObject([{ prompt: 2, output: 1 }]);
  });
});

describe('format detection', () => {
  it('tells each format from its first line', () => {
    expect(detectFormat('prompt_tokens,output_tokens,arrival_s')).toBe('canonical');
    expect(detectFormat('\uFEFFTIMESTAMP,ContextTokens,GeneratedTokens\r')).toBe('azure-llm');
    expect(detectFormat('{"timestamp":0,"input_length":1,"output_length":1,"hash_ids":[0]}')).toBe('mooncake');
    expect(detectFormat('Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type')).toBe('burstgpt');
    expect(detectFormat('num_prefill_tokens,num_decode_tokens')).toBe('lengths');
    expect(detectFormat('a,b,c')).toBeNull();
  });

  it('reads the shipped fixtures whole under the format it finds', () => {
    const expected: [string, TraceFormat, number, number][] = [
      ['canonical.csv', 'canonical', 60, 60],
      ['azure-style.csv', 'azure-llm', 50, 50],
      ['mooncake-style.jsonl', 'mooncake', 40, 40],
      ['mooncake-style.jsonl.gz', 'mooncake', 40, 40],
      ['burstgpt-style.csv', 'burstgpt', 40, 35],
      ['lengths.csv', 'lengths', 50, 50],
    ];
    for (const [name, format, rowsRead, emitted] of expected) {
      const path = fixture(name);
      expect(detectFileFormat(openDisk, path)).toBe(format);
      const scan = scanTrace(openDisk, { path, format, badRows: 'refuse' });
      expect(scan).toMatchObject({ rowsRead, emitted, firstError: null, usable: true });
    }
    const zipped = new Uint8Array(readFileSync(fixture('mooncake-style.jsonl.gz')));
    expect(readAll(zipped, 'mooncake')).toEqual(
      readAll(readFileSync(fixture('mooncake-style.jsonl'), 'utf8'), 'mooncake'),
    );
  });
});
