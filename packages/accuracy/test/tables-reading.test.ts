import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measuredFiles, readMeasuredTables, tableCases } from '../src/tables/read-tables.js';
import { TABLE_KINDS, tableKindOf } from '../src/tables/table-kinds.js';

const LAYERS = 'device,op,M_tokens,K,N,median_ms';
const TIDY = 'device,model,engine,kind,input_tokens,output_tokens,concurrency,metric,value';
const KIT =
  'device,op,dtype,m,n,k,sequences,context_tokens,heads,kv_heads,head_dim,ranks,bytes,time_ms,power_w,date,driver,torch,note';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tables-'));
  await writeFile(join(dir, 'b.csv'), `${LAYERS}\na40,proj,1,4096,4096,0.1\nzx81,proj,1,4096,4096,0.1\n`);
  await writeFile(join(dir, 'a.CSV'), `\uFEFFextra,${LAYERS}\r\nx,h100,proj,1,4096,4096,0.1\r\n`);
  await writeFile(join(dir, 'c.csv'), 'colour,taste\nred,sweet\n');
  await writeFile(join(dir, 'd.csv'), '');
  await writeFile(join(dir, 'notes.txt'), LAYERS);
});
afterAll(() => rm(dir, { recursive: true }));

describe('files', () => {
  it('lists the tables of a folder by name', async () => {
    expect((await measuredFiles(dir)).map((path) => path.slice(dir.length + 1))).toEqual([
      'a.CSV',
      'b.csv',
      'c.csv',
      'd.csv',
    ]);
    await expect(measuredFiles(join(dir, 'none'))).rejects.toThrow();
  });

  it('reads what it knows, names what it does not, and counts', async () => {
    const tables = await readMeasuredTables([...(await measuredFiles(dir)), join(dir, 'gone.csv')]);
    expect(tables.cases.map((entry) => [entry.id, entry.deviceId])).toEqual([
      ['a.CSV:2', 'h100-sxm'],
      ['b.csv:2', 'a40'],
    ]);
    expect(tables.problems.map(({ file, line, code }) => [file, line, code])).toEqual([
      ['b.csv', 3, 'ROW_DEVICE'],
      ['c.csv', 1, 'ROW_SHAPE'],
      ['d.csv', 1, 'ROW_SHAPE'],
      ['gone.csv', 1, 'ROW_SHAPE'],
    ]);
    expect(tables.files).toEqual([
      { file: 'a.CSV', rows: 1, cases: 1, ignored: [] },
      { file: 'b.csv', rows: 2, cases: 1, ignored: [] },
      { file: 'c.csv', rows: 1, cases: 0, ignored: [] },
      { file: 'd.csv', rows: 0, cases: 0, ignored: [] },
      { file: 'gone.csv', rows: 0, cases: 0, ignored: [] },
    ]);
  });

  it('keeps ids unique where two files share a name', async () => {
    const path = join(dir, 'b.csv');
    const tables = await readMeasuredTables([path, path]);
    expect(tables.cases.every((entry) => entry.id.startsWith(dir))).toBe(true);
  });
});

describe('recognising', () => {
  it('needs the columns, in any order and case, and allows more', () => {
    const reversed = LAYERS.toLowerCase().split(',').reverse();
    expect(tableKindOf([...reversed, 'remark'])?.name).toBe('linear layers');
    expect(tableKindOf(reversed.slice(1))).toBeUndefined();
  });

  it('tells every kind from the others by its own columns', () => {
    for (const kind of TABLE_KINDS) expect(tableKindOf(kind.columns)?.name).toBe(kind.name);
  });

  it('says what a header lacks for the nearest kind', () => {
    const { problems } = tableCases('x.csv', 'device,op,M_tokens,K,N,time\na40,p,1,2,3,4\n');
    expect(problems).toMatchObject([
      { line: 1, column: 'median_ms', allowed: expect.stringContaining('linear layers') },
    ]);
  });

  it('accounts for every row of any table', () => {
    const cell = fc.constantFrom('a40', 'h100', 'x', '1', '-1', '', '0.5', 'gemm', 'idle', 'fp8', '4096');
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 6, maxLength: 6 }), { maxLength: 6 }), (rows) => {
        const read = tableCases('r.csv', [LAYERS, ...rows.map((row) => row.join(','))].join('\n'));
        const ignored = (read.rows.ignored ?? []).reduce((sum, entry) => sum + entry.rows, 0);
        expect(read.cases.length + read.problems.length + ignored).toBe(rows.length);
        expect(read.rows.rows).toBe(rows.length);
      }),
    );
  });
});

describe('tidy runs', () => {
  const read = (header: string, ...rows: readonly string[]) => tableCases('t.csv', [header, ...rows].join('\n'));

  it('needs little', () => {
    const { cases, problems } = read(TIDY, 'h100-sxm,llama-3.1-8b,vllm,closed-loop,1000,200,8,tpot_mean_ms,9.5');
    expect(problems).toEqual([]);
    expect(cases).toMatchObject([
      {
        dataset: 'fixed-concurrency-serving',
        precision: { weights: 'fp16' },
        parallelism: { tp: 1, pp: 1, dpAttention: 1, ep: 1 },
        peerAccess: true,
        options: {},
        run: {
          kind: 'closed-loop',
          users: 8,
          promptTokens: { low: 1000, high: 1000 },
          outputTokens: { low: 200, high: 200 },
          staggerS: 0.005,
        },
        measured: { tpot_mean_ms: 9.5 },
      },
    ]);
  });

  it('reads every kind of run', () => {
    const header = `${TIDY},rate_per_s,duration_s,task`;
    const row = (kind: string, tail = ',,') => `h100,llama-3.1-8b,vllm,${kind},1000,200,8,output_tok_s,100,${tail}`;
    const { cases, problems } = read(
      header,
      row('open-loop', '2.5,60,'),
      row('offline'),
      row('static-batch'),
      row('single-stream'),
      row('saturated', ',,chat'),
    );
    expect(problems).toEqual([]);
    expect(cases.map((entry) => [entry.dataset, entry.run])).toEqual([
      [
        'open-loop-serving',
        {
          kind: 'open-loop',
          ratePerS: 2.5,
          durationS: 60,
          sharedPrompts: 150,
          sharedPromptTokens: 0,
          promptsPerShared: 1,
          questionTokens: 1000,
          outputTokens: 200,
          warm: true,
        },
      ],
      ['offline-throughput', { kind: 'offline', promptTokens: 1000, outputTokens: 200 }],
      ['static-batch', { kind: 'static-batch', batch: 8, promptTokens: 1000, outputTokens: 200 }],
      ['single-stream', { kind: 'single-stream', promptTokens: 1000, outputTokens: 200 }],
      ['saturated-serving', { kind: 'saturated', users: 8, task: 'chat', meanOutputTokens: 200 }],
    ]);
  });

  it('takes formats, split, limits and jitter where they are stated', () => {
    const { cases } = read(
      `${TIDY},precision,kv_precision,activations,scales,tp,ep,max_num_seqs,max_num_batched_tokens,max_model_len,peer_access,input_tokens_low`,
      'h100,deepseek-r1,sglang,closed-loop,1000,200,8,ttft_mean_ms,95,fp8,fp8,fp8,block,8,8,64,4096,8192,no,800',
    );
    expect(cases).toMatchObject([
      {
        precision: { weights: 'fp8', kv: 'fp8', activations: 'fp8', blockScaled: true },
        parallelism: { tp: 8, pp: 1, dpAttention: 1, ep: 8 },
        peerAccess: false,
        options: { maxNumSeqs: 64, maxNumBatchedTokens: 4096, maxModelLenTokens: 8192 },
        run: { promptTokens: { low: 800, high: 1000 } },
      },
    ]);
  });

  it.each([
    ['h100,llama-3.1-8b,vllm,closed-lop,1,1,1,tpot_mean_ms,9', 'kind', 'closed-loop (nearest)'],
    ['h100,llama-3.1-8b,vllm,offline,1,1,1,tpot_men_ms,9', 'metric', 'tpot_mean_ms (nearest)'],
    ['h100,llama-3.1-8b,vllm,offline,1,1,1,tpot_mean_ms,fast', 'value', 'a decimal number'],
    ['h100,llama-3.1-8b,vllm,open-loop,1,1,1,tpot_mean_ms,9', 'rate_per_s', 'a value'],
    ['h100,llama-3.1-8b,vllm,closed-loop,1,1,,tpot_mean_ms,9', 'concurrency', 'a value'],
  ])('names what is wrong in %s', (row, column, allowed) => {
    expect(read(TIDY, row).problems).toMatchObject([{ line: 2, column, allowed: expect.stringContaining(allowed) }]);
  });

  it('refuses expert ranks that do not divide the devices', () => {
    const { problems } = read(`${TIDY},tp,ep`, 'h100,mixtral-8x7b,vllm,offline,1,1,1,output_tok_s,9,4,3');
    expect(problems).toMatchObject([{ column: 'ep', given: '3' }]);
  });
});

describe('measuring kit', () => {
  const row = (cells: string) => `NVIDIA H200,${cells},2026-11-20,570,2.9,`;
  const read = (...rows: readonly string[]) => tableCases('kit.csv', [KIT, ...rows].join('\n'));

  it('reads every operation', () => {
    const { cases, problems } = read(
      row('gemm,bf16,16,4096,8192,,,,,,,,0.03,'),
      row('decode_attention,bf16,1,,,32,4096,64,8,128,,,0.2,'),
      row('prefill_attention,bf16,512,,,1,4096,64,8,128,,,0.4,'),
      row('prefill_attention,bf16,4096,,,1,4096,64,8,128,,,1.4,'),
      row('memory_copy,,,,,,,,,,,1073741824,0.5,'),
      row('all_reduce,bf16,,,,,,,,,8,1048576,0.05,'),
      row('idle,,,,,,,,,,,,,75'),
      row('idle_loaded,,,,,,,,,,,,,110'),
      `${row('load,bf16,256,28672,8192,,,,,,,,0.9,520')}torch.mm; share=0.5; busy=0.482; readings=80`,
      `${row('load,,,,,,,,,,,1073741824,0.5,400')}share=1.0`,
    );
    expect(problems).toEqual([]);
    expect(cases.map((entry) => entry.run)).toEqual([
      { kind: 'gemm', m: 16, n: 4096, k: 8192, dtype: 'fp16', blockScaled: false },
      {
        kind: 'decode-attention',
        sequences: 32,
        contextTokens: 4096,
        heads: 64,
        kvHeads: 8,
        headDim: 128,
        kv: 'fp16',
      },
      { kind: 'prefill-attention', queries: 512, cachedTokens: 3584, heads: 64, kvHeads: 8, headDim: 128, kv: 'fp16' },
      { kind: 'prefill-attention', queries: 4096, cachedTokens: 0, heads: 64, kvHeads: 8, headDim: 128, kv: 'fp16' },
      { kind: 'memory-copy' },
      { kind: 'collective', operation: 'all-reduce', ranks: 8, bytes: 1048576, library: 'vendor' },
      { kind: 'idle', loaded: false },
      { kind: 'idle', loaded: true },
      { kind: 'load-power', product: { m: 256, n: 28672, k: 8192 }, dtype: 'fp16', dutyShare: 0.482 },
      { kind: 'load-power', dtype: 'fp16', dutyShare: 1 },
    ]);
    // A copy reads and writes each byte.
    expect(cases[4]?.measured.bandwidth_gb_s).toBeCloseTo((2 * 2 ** 30) / 0.5e-3 / 1e9, 9);
    expect(cases[9]?.measured).toEqual({ power_w: 400 });
  });

  it('leaves out copies that caches can hold', () => {
    const { cases, rows } = read(row('memory_copy,,,,,,,,,,,1048576,0.005,'));
    expect(cases).toEqual([]);
    expect(rows.ignored).toEqual([{ reason: expect.stringContaining('cache'), rows: 1 }]);
  });

  it('names what it cannot read', () => {
    const { problems } = read(
      row('gem,bf16,16,4096,8192,,,,,,,,0.03,'),
      row('gemm,bf15,16,4096,8192,,,,,,,,0.03,'),
      row('prefill_attention,bf16,512,,,4,4096,64,8,128,,,0.4,'),
      row('prefill_attention,bf16,512,,,1,256,64,8,128,,,0.4,'),
      row('all_reduce,bf16,,,,,,,,,1,1048576,0.05,'),
      `${row('load,bf16,256,28672,8192,,,,,,,,0.9,520')}busy=1.5`,
    );
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [2, 'op'],
      [3, 'dtype'],
      [4, 'sequences'],
      [5, 'm'],
      [6, 'ranks'],
      [7, 'note'],
    ]);
  });
});
