import { describe, expect, it } from 'vitest';
import { tableCases } from '../src/tables/read-tables.js';

const only = (text: string) => {
  const read = tableCases('t.csv', text);
  expect(read.problems).toEqual([]);
  return read.cases;
};

const CLOSED =
  'family,measured_date,device,device_count,tensor_parallel,attention_dp,moe_tp,moe_ep,model,precision,gemm_quant,engine,' +
  'engine_version,isl,osl,concurrency,ttft_ms,tpot_ms';

describe('fixed concurrency', () => {
  it('draws lengths for InferenceX and keeps them constant elsewhere', () => {
    const [jittered, fixed] = only(
      `${CLOSED}
InferenceX,2026-04-22,h100_sxm,2,2,1.0,2,1,openai/gpt-oss-120b,fp4,nvfp4,vllm,0.19.0,1024,8192,64.0,100.5,20.25
NVIDIA-internal,,h100_sxm,2,2,,1,1,Qwen/Qwen3-32B,unstated,,vllm,0.12.0,1000,500,8,90,11
`,
    );
    expect(jittered).toMatchObject({
      id: 't.csv:2',
      dataset: 'fixed-concurrency-serving',
      source: 'InferenceX',
      deviceId: 'h100-sxm',
      deviceName: 'h100_sxm',
      modelId: 'gpt-oss-120b',
      engineId: 'vllm',
      family: 'gpt-oss',
      isMoe: true,
      peerAccess: true,
      run: {
        kind: 'closed-loop',
        users: 64,
        promptTokens: { low: 819, high: 1024 },
        outputTokens: { low: 6554, high: 8192 },
        staggerS: 0.005,
      },
      measured: { ttft_mean_ms: 100.5, tpot_mean_ms: 20.25 },
    });
    expect(fixed).toMatchObject({
      line: 3,
      engineId: 'vllm-2025',
      isMoe: false,
      run: { promptTokens: { low: 1000, high: 1000 }, outputTokens: { low: 500, high: 500 } },
      parallelism: { tp: 2, pp: 1, dpAttention: 1, ep: 1 },
    });
  });

  it('leaves out the TTFT that holds a streaming interval', () => {
    const row = (tp: number) =>
      `NVIDIA-internal,,h100_sxm,${tp},${tp},,1,1,Qwen/Qwen3-32B,fp8,fp8,trtllm,1.0.0rc3,1024,128,8,130,7`;
    const cases = only(`${CLOSED}\n${row(4)}\n${row(8)}\n`);
    expect(cases.map((entry) => entry.measured)).toEqual([{ tpot_mean_ms: 7 }, { ttft_mean_ms: 130, tpot_mean_ms: 7 }]);
  });

  // device_count, tensor_parallel, attention_dp, moe_tp, moe_ep -> tp, attention ranks, expert ranks
  it.each([
    ['4,4,4.0,1,16', [1, 4, 4]],
    ['2,2,2.0,1,4', [1, 2, 2]],
    ['4,4,1.0,1,4', [4, 1, 4]],
    ['4,4,1.0,4,1', [4, 1, 1]],
    ['1,1,1.0,1,1', [1, 1, 1]],
    ['1,1,,2,1', [1, 2, 1]],
    ['1,1,,4,1', [1, 4, 1]],
    ['2,2,,4,1', [2, 2, 1]],
    ['2,2,,1,2', [2, 1, 2]],
    ['4,4,,2,2', [4, 1, 2]],
  ])('splits experts as %s says', (columns, [tp, dpAttention, ep]) => {
    const [entry] = only(
      `${CLOSED}\nx,,h200_sxm,${columns},Qwen/Qwen3-235B-A22B-FP8,fp8,fp8,vllm,0.12.0,1000,100,8,100,30\n`,
    );
    expect(entry?.parallelism).toEqual({ tp, pp: 1, dpAttention, ep });
  });

  it('disregards the columns on experts for dense models', () => {
    const [entry] = only(`${CLOSED}\nx,,h100_sxm,2,2,,0,0,Qwen/Qwen3-32B,fp8,fp8,vllm,0.12.0,1000,100,8,100,30\n`);
    expect(entry?.parallelism).toEqual({ tp: 2, pp: 1, dpAttention: 1, ep: 1 });
  });

  it('sets aside campaigns whose first token follows the length of the answer', () => {
    const row = (date: string, devices: number, osl: number, ttftMs: number, tpotMs: number) =>
      `x,${date},h100_sxm,${devices},${devices},1,${devices},1,gpt-oss-120b,fp4,nvfp4,vllm,0.11.2,1024,${osl},512,${ttftMs},${tpotMs}`;
    const cases = only(
      [
        CLOSED,
        row('2025-12-05', 2, 1000, 20_000, 5),
        row('2025-12-05', 4, 1000, 16_100, 4),
        row('2025-12-05', 4, 8000, 320_000, 10),
        // Another day: waiting for room, whose share of the request differs from run to run.
        row('2025-12-06', 2, 1000, 20_000, 5),
        row('2025-12-06', 4, 1000, 9_000, 8),
        row('2025-12-06', 4, 8000, 320_000, 10),
      ].join('\n'),
    );
    expect(cases.map((entry) => entry.setAside !== undefined)).toEqual([true, true, true, false, false, false]);
  });

  it('takes the time per token alone where a row states no TTFT, which tells nothing about its campaign', () => {
    const row = (devices: number, ttftMs: string) =>
      `x,2025-12-05,h100_sxm,${devices},${devices},1,${devices},1,gpt-oss-120b,fp4,nvfp4,vllm,0.11.2,1024,1000,512,${ttftMs},5`;
    const cases = only([CLOSED, row(1, '20000'), row(2, '20000'), row(4, '20000'), row(8, '')].join('\n'));
    expect(cases[3]?.measured).toEqual({ tpot_mean_ms: 5 });
    expect(cases[0]?.setAside).toBeDefined();
  });

  it('leaves out rows without a concurrency, and says so', () => {
    const read = tableCases(
      't.csv',
      `${CLOSED}\nx,,h100_sxm,2,2,,0,0,Qwen/Qwen3-32B,fp8,fp8,vllm,0.12.0,4000,1000,,184,11\n`,
    );
    expect(read.cases).toEqual([]);
    expect(read.rows).toEqual({
      file: 't.csv',
      rows: 1,
      cases: 0,
      ignored: [{ reason: expect.stringContaining('concurrency'), rows: 1 }],
    });
  });

  it('names every bad row with line and column, and reads the rest', () => {
    const good = 'x,,h100_sxm,2,2,,1,1,Qwen/Qwen3-32B,fp8,fp8,vllm,0.19.0,1000,100,8,100,30';
    const swap = (from: string, to: string) => good.replace(from, to);
    const read = tableCases(
      'bad.csv',
      [
        CLOSED,
        swap('h100_sxm', 'h999'),
        swap('Qwen/Qwen3-32B', 'Qwen/Qwen9-32B'),
        swap('vllm,0.19.0', 'vlm,0.19.0'),
        swap(',100,30', ',abc,30'),
        swap(',100,30', ',100,-30'),
        swap(',8,100', ',8.5,100'),
        swap('fp8,fp8', 'fp7,fp8'),
        swap('1000,100,8', ',100,8'),
        swap('2,2,,1,1', '3,2,,1,1'),
        good,
      ].join('\n'),
    );
    expect(read.problems.map(({ line, column, code, given }) => [line, column, code, given])).toEqual([
      [2, 'device', 'ROW_DEVICE', 'h999'],
      [3, 'model', 'ROW_MODEL', 'Qwen/Qwen9-32B'],
      [4, 'engine', 'ROW_ENGINE', 'vlm 0.19.0'],
      [5, 'ttft_ms', 'ROW_VALUE', 'abc'],
      [6, 'tpot_ms', 'ROW_VALUE', '-30'],
      [7, 'concurrency', 'ROW_VALUE', '8.5'],
      [8, 'precision', 'ROW_VALUE', 'fp7'],
      [9, 'isl', 'ROW_VALUE', ''],
      [10, 'device_count', 'ROW_VALUE', '3'],
    ]);
    for (const problem of read.problems) {
      expect(problem.file).toBe('bad.csv');
      expect(problem.allowed).not.toBe('');
    }
    expect(read.cases.map((entry) => entry.line)).toEqual([11]);
    expect(read.rows).toMatchObject({ rows: 10, cases: 1 });
  });
});

describe('open loop', () => {
  const HEADER =
    'experiment,stage,model,device,tensor_parallel,precision,engine,max_num_seqs,max_num_batched_tokens,kv_blocks_of_16,' +
    'system_prompt_tokens,distinct_system_prompts,question_tokens,prompts_per_system_prompt,output_tokens,arrival,' +
    'request_rate_per_s,duration_s,ttft_mean_ms,ttft_p90_ms,ttft_p99_ms,itl_mean_ms,e2e_mean_ms,e2e_p90_ms,e2e_p99_ms';
  const stage = (number: number, e2eMs = 1040) =>
    `9,${number},meta-llama/Llama-2-7b-hf,H100-SXM-80GB,1,bf16,vLLM v1,128,2048,7463,100,11,466,4,101,Poisson given the count,` +
    `5.0,600,40,44,80,99,${e2eMs},1100,1200`;

  it('derives TPOT from the client times and knows which stages are warm', () => {
    const [cold, warm] = only(`${HEADER}\n${stage(0)}\n${stage(1)}\n`);
    expect(cold).toMatchObject({
      dataset: 'open-loop-serving',
      modelId: 'llama-2-7b',
      precision: { weights: 'fp16' },
      options: { maxNumSeqs: 128, maxNumBatchedTokens: 2048 },
      run: {
        kind: 'open-loop',
        ratePerS: 5,
        durationS: 600,
        sharedPrompts: 11,
        sharedPromptTokens: 100,
        promptsPerShared: 4,
        questionTokens: 466,
        outputTokens: 101,
        warm: false,
      },
      measured: {
        ttft_mean_ms: 40,
        ttft_p90_ms: 44,
        ttft_p99_ms: 80,
        tpot_mean_ms: 10,
        e2e_mean_ms: 1040,
        e2e_p90_ms: 1100,
        e2e_p99_ms: 1200,
        kv_blocks: 7463,
      },
    });
    expect(warm?.run).toMatchObject({ warm: true });
  });

  it('refuses a request that ends before it begins', () => {
    const read = tableCases('t.csv', `${HEADER}\n${stage(0, 30)}\n`);
    expect(read.problems).toMatchObject([{ line: 2, column: 'e2e_mean_ms', code: 'ROW_VALUE' }]);
  });

  it('refuses arrivals that it would not replay', () => {
    const read = tableCases('t.csv', `${HEADER}\n${stage(0).replace('Poisson given the count', 'bursts')}\n`);
    expect(read.problems).toMatchObject([{ column: 'arrival', given: 'bursts' }]);
  });
});

describe('saturated runs', () => {
  const HEADER =
    'source,device,device_count,tensor_parallel,data_parallel,expert_parallel,model,precision,engine,task,max_num_seqs,' +
    'avg_output_len,output_tok_s,median_itl_ms,p90_itl_ms,p99_itl_ms,avg_power_w_all_gpus,energy_per_output_token_j';
  const run = (device: string, p90Ms: number, split = '1,1,1,1', model = 'Qwen/Qwen3-8B') =>
    `ML,${device},${split},${model},bfloat16,vLLM (see benchmark repo),gpqa,64,7000.5,1500,40,${p90Ms},70,400,0.27`;

  it('keeps the batch full and the power summed', () => {
    const [entry] = only(`${HEADER}\n${run('H100', 80)}\n`);
    expect(entry).toMatchObject({
      dataset: 'saturated-serving',
      engineId: 'vllm-2025',
      options: { maxNumSeqs: 64 },
      run: { kind: 'saturated', users: 64, task: 'gpqa', meanOutputTokens: 7000.5 },
      measured: {
        output_tok_s: 1500,
        itl_p50_ms: 40,
        itl_p90_ms: 80,
        itl_p99_ms: 70,
        power_w: 400,
        energy_per_output_token_j: 0.27,
      },
    });
    expect(entry?.setAside).toBeUndefined();
  });

  it('sets aside what the host limited, on the device where that was seen', () => {
    const cases = only(`${HEADER}\n${run('B200', 54)}\n${run('B200', 53.9)}\n`);
    expect(cases.map((entry) => entry.setAside?.split(':')[0])).toEqual(['host-limited', undefined]);
    expect(cases[0]?.measured.itl_p99_ms).toBe(70);
  });

  it('sets aside tasks whose prompts are not known', () => {
    const cases = only(`${HEADER}\n${run('H100', 41).replace('gpqa', 'image-chat')}\n${run('H100', 41)}\n`);
    expect(cases.map((entry) => entry.setAside)).toEqual(['task whose prompts are not known: image-chat', undefined]);
  });

  it('gives each attention rank a batch of its own', () => {
    const moe = 'Qwen/Qwen3-235B-A22B-Instruct-2507-FP8';
    const cases = only(
      `${HEADER}\n${run('H100', 41, '8,1,8,8', moe)}\n${run('H100', 41, '8,8,1,8', moe)}\n${run('H100', 41, '8,1,1,8', moe)}\n`,
    );
    expect(
      cases.map(({ parallelism, run }) => [
        parallelism.tp,
        parallelism.dpAttention,
        parallelism.ep,
        'users' in run && run.users,
      ]),
    ).toEqual([
      [1, 8, 8, 512],
      [8, 1, 8, 64],
      [1, 8, 8, 512],
    ]);
  });
});

describe('split prompt and token times', () => {
  const HEADER =
    'source,device,tensor_parallel,model,precision,engine,isl,osl,batch_or_concurrency,prompt_ms_median,token_ms_median,e2e_ms_median,note';
  const row = (osl: number, e2eMs: number | '', note = '') =>
    `s,a100-80gb,2,llama2-70b,fp16,vLLM-based (Splitwise authors),512,${osl},2,100,50,${e2eMs},${note}`;

  it('reads a batch, and the length it reached where it stopped early', () => {
    const cases = only(`${HEADER}\n${row(101, 5100)}\n${row(1001, 5100)}\n${row(1001, '')}\n`);
    expect(cases.map((entry) => entry.run)).toEqual([
      { kind: 'static-batch', batch: 2, promptTokens: 512, outputTokens: 101 },
      { kind: 'static-batch', batch: 2, promptTokens: 512, outputTokens: 101 },
      { kind: 'static-batch', batch: 2, promptTokens: 512, outputTokens: 1001 },
    ]);
    expect(cases[0]).toMatchObject({
      engineId: 'vllm-2023-eager',
      dataset: 'split-serving',
      parallelism: { tp: 2 },
      measured: { ttft_mean_ms: 100, tpot_mean_ms: 50 },
    });
  });

  it('sets aside a batch whose KV did not fit', () => {
    const [entry] = only(`${HEADER}\n${row(101, 90000, 'KV memory exhausted (batch split / queued)')}\n`);
    expect(entry?.setAside).toMatch(/KV memory/);
  });
});
