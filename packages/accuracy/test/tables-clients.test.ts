import { describe, expect, it } from 'vitest';
import type { ClientContext } from '../src/tables/client-formats/client-run.js';
import { clientCases, isClientResult, readClientResults } from '../src/tables/client-formats/read-client-files.js';

const CONTEXT: ClientContext = { deviceId: 'h100-sxm', engineId: 'vllm', tp: 2 };
const read = (value: unknown, context = CONTEXT) => clientCases('r.json', JSON.stringify(value), context);
const only = (value: unknown, context = CONTEXT) => {
  const { cases, problems } = read(value, context);
  expect(problems).toEqual([]);
  expect(cases).toHaveLength(1);
  return cases[0];
};

const VLLM = {
  date: '20261101-101010',
  backend: 'vllm',
  model_id: 'meta-llama/Llama-3.1-8B-Instruct',
  num_prompts: 200,
  request_rate: 'inf',
  max_concurrency: 16,
  duration: 100,
  completed: 200,
  total_input_tokens: 180_000,
  total_output_tokens: 40_000,
  request_throughput: 2,
  output_throughput: 400,
  mean_ttft_ms: 55,
  median_ttft_ms: 50,
  p99_ttft_ms: 140,
  mean_tpot_ms: 9,
  median_tpot_ms: 8.8,
  p99_tpot_ms: 12,
};

describe('vllm bench serve', () => {
  it('makes a closed loop of a bound on requests in flight', () => {
    expect(only(VLLM)).toMatchObject({
      id: 'r.json:1',
      dataset: 'fixed-concurrency-serving',
      source: 'vllm bench serve',
      modelId: 'llama-3.1-8b',
      engineId: 'vllm',
      precision: { weights: 'fp16' },
      parallelism: { tp: 2, pp: 1, dpAttention: 1, ep: 1 },
      run: {
        kind: 'closed-loop',
        users: 16,
        promptTokens: { low: 900, high: 900 },
        outputTokens: { low: 200, high: 200 },
      },
      measured: {
        ttft_mean_ms: 55,
        ttft_p50_ms: 50,
        ttft_p99_ms: 140,
        tpot_mean_ms: 9,
        tpot_p50_ms: 8.8,
        tpot_p99_ms: 12,
        output_tok_s: 400,
      },
    });
  });

  it('takes the spread of lengths from the details', () => {
    const lens = { input_lens: [800, 1000, 900], output_lens: [180, 190, 200] };
    const detailed = { ...VLLM, ...lens, completed: 3, total_input_tokens: 2700, total_output_tokens: 570 };
    expect(only(detailed)?.run).toMatchObject({
      promptTokens: { low: 800, high: 1000 },
      outputTokens: { low: 180, high: 200 },
    });
  });

  it('keeps the mean where a few lengths are far out', () => {
    const skewed = [...Array<number>(150).fill(20), ...Array<number>(10).fill(4000)];
    const total = skewed.reduce((sum, tokens) => sum + tokens, 0);
    const detailed = { ...VLLM, completed: 160, input_lens: skewed, total_input_tokens: total };
    expect(only(detailed)?.run).toMatchObject({ promptTokens: { low: 20, high: 518 } });
    const long = { ...detailed, input_lens: [1, 999, 1000], completed: 3, total_input_tokens: 2000 + 700 };
    expect(only(long)?.run).toMatchObject({ promptTokens: { low: 800, high: 1000 } });
  });

  it('makes an open loop of a rate, and leaves out the throughput that repeats it', () => {
    const entry = only({ ...VLLM, request_rate: 2, max_concurrency: null });
    expect(entry).toMatchObject({
      dataset: 'open-loop-serving',
      run: {
        kind: 'open-loop',
        ratePerS: 2,
        durationS: 100,
        sharedPrompts: 200,
        promptsPerShared: 1,
        questionTokens: 900,
        outputTokens: 200,
      },
    });
    expect(entry?.measured.output_tok_s).toBeUndefined();
    expect(entry?.measured.ttft_mean_ms).toBe(55);
  });

  it('asks which of a rate and a bound held', () => {
    expect(only({ ...VLLM, request_rate: 2 })?.run.kind).toBe('open-loop');
    expect(only({ ...VLLM, request_rate: 4 })?.run.kind).toBe('closed-loop');
  });

  it('queues everything at once where neither is stated', () => {
    expect(only({ ...VLLM, max_concurrency: null })).toMatchObject({
      dataset: 'offline-throughput',
      run: { kind: 'offline', promptTokens: 900, outputTokens: 200 },
      measured: { output_tok_s: 400 },
    });
  });

  it('takes what the caller knows better', () => {
    const entry = only(VLLM, {
      ...CONTEXT,
      modelId: 'llama-3.1-70b',
      tp: 4,
      precision: { weights: 'fp8', kv: 'fp8' },
      peerAccess: false,
      options: { maxNumSeqs: 64 },
    });
    expect(entry).toMatchObject({
      modelId: 'llama-3.1-70b',
      parallelism: { tp: 4 },
      precision: { weights: 'fp8', kv: 'fp8' },
      peerAccess: false,
      options: { maxNumSeqs: 64 },
    });
  });

  it.each([
    [{ ...VLLM, mean_ttft_ms: 'soon' }, 'mean_ttft_ms', 'ROW_VALUE'],
    [{ ...VLLM, total_input_tokens: undefined }, 'total_input_tokens', 'ROW_VALUE'],
    [{ ...VLLM, model_id: 'nobody/Nothing-1B' }, 'model', 'ROW_MODEL'],
    [{ ...VLLM, model_id: undefined }, 'model', 'ROW_MODEL'],
    [{ ...VLLM, request_rate: -1 }, 'request_rate', 'ROW_VALUE'],
  ])('names what is wrong (%#)', (value, column, code) => {
    const { cases, problems } = read(value);
    expect(cases).toEqual([]);
    expect(problems).toMatchObject([{ file: 'r.json', line: 1, column, code }]);
  });

  it('names an unknown device or engine of the caller', () => {
    expect(read(VLLM, { ...CONTEXT, deviceId: 'h1000' }).problems).toMatchObject([{ code: 'ROW_DEVICE' }]);
    expect(read(VLLM, { ...CONTEXT, engineId: 'engine' }).problems).toMatchObject([{ code: 'ROW_ENGINE' }]);
  });
});

const summary = (mean: number, more: object = {}) => ({
  successful: { mean, median: mean, percentiles: { p90: mean * 1.5, p99: mean * 2 }, ...more },
});
const METRICS = {
  requests_per_second: summary(2),
  request_latency: summary(3, { count: 120 }),
  prompt_token_count: summary(512, { min: 500, max: 520 }),
  output_token_count: summary(128, { min: 128, max: 128 }),
  time_to_first_token_ms: summary(60),
  inter_token_latency_ms: summary(10),
  time_per_output_token_ms: summary(11),
  output_tokens_per_second: summary(256),
};
const step = (strategy: object, metrics: object = METRICS) => ({
  args: { strategy },
  benchmarker: { backend: { model: 'Qwen/Qwen3-8B' } },
  duration: 60,
  metrics,
});

describe('GuideLLM', () => {
  it('makes a case of each load step', () => {
    const { cases, problems, rows } = read({
      benchmarks: [
        step({ type_: 'synchronous' }),
        step({ type_: 'concurrent', streams: 32 }),
        step({ type_: 'poisson', rate: 2 }),
        step({ type_: 'throughput', max_concurrency: null }),
        step({ type_: 'constant', rate: 2 }),
      ],
    });
    expect(problems).toEqual([]);
    expect(rows).toMatchObject({ rows: 5, cases: 5 });
    expect(cases.map(({ id, run }) => [id, run.kind, 'users' in run ? run.users : undefined])).toEqual([
      ['r.json:1', 'closed-loop', 1],
      ['r.json:2', 'closed-loop', 32],
      ['r.json:3', 'open-loop', undefined],
      ['r.json:4', 'offline', undefined],
      ['r.json:5', 'open-loop', undefined],
    ]);
    expect(cases[1]).toMatchObject({
      modelId: 'qwen3-8b',
      run: { promptTokens: { low: 504, high: 520 }, outputTokens: { low: 128, high: 128 } },
      measured: {
        ttft_mean_ms: 60,
        ttft_p90_ms: 90,
        ttft_p99_ms: 120,
        tpot_mean_ms: 10,
        e2e_mean_ms: 3000,
        e2e_p99_ms: 6000,
        output_tok_s: 256,
      },
    });
    expect(cases[2]?.run).toMatchObject({ ratePerS: 2, durationS: 60, sharedPrompts: 120 });
    expect(cases.map((entry) => entry.setAside !== undefined)).toEqual([false, false, false, false, true]);
  });

  it('names a broken step and reads the others', () => {
    const { cases, problems } = read({
      benchmarks: [
        step({ type_: 'waves' }),
        step({ type_: 'concurrent' }),
        step({ type_: 'synchronous' }),
        step({ type_: 'synchronous' }, {}),
      ],
    });
    expect(cases.map((entry) => entry.line)).toEqual([3]);
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 'benchmarks[0].strategy'],
      [2, 'benchmarks[1].streams'],
      [4, 'benchmarks[3].prompt_token_count.mean'],
    ]);
  });
});

describe('AIPerf', () => {
  const figure = (unit: string, avg: number) => ({
    unit,
    avg,
    p50: avg,
    p90: avg * 1.5,
    p99: avg * 2,
    min: avg,
    max: avg,
  });
  const RECORDS = {
    time_to_first_token: figure('ms', 60),
    inter_token_latency: figure('us', 10_000),
    request_latency: figure('s', 3),
    output_token_throughput: figure('tokens/sec', 256),
    request_throughput: figure('requests/sec', 2),
    input_sequence_length: figure('tokens', 512),
    output_sequence_length: figure('tokens', 128),
    request_count: figure('requests', 120),
  };
  const config = (loadgen: object) => ({ endpoint: { model_names: ['Qwen/Qwen3-8B'] }, loadgen });

  it('reads figures at the top or under records, in any unit of time', () => {
    for (const value of [
      { ...RECORDS, input_config: config({ concurrency: 8 }) },
      { records: RECORDS, input_config: config({ concurrency: 8 }) },
      { ...RECORDS, input_config: { model: 'Qwen/Qwen3-8B', perf_analyzer: { stimulus: { concurrency: 8 } } } },
    ]) {
      expect(only(value)).toMatchObject({
        modelId: 'qwen3-8b',
        run: { kind: 'closed-loop', users: 8, promptTokens: { low: 512, high: 512 } },
        measured: { ttft_mean_ms: 60, tpot_mean_ms: 10, e2e_mean_ms: 3000, e2e_p99_ms: 6000, output_tok_s: 256 },
      });
    }
  });

  it('makes an open loop of a rate', () => {
    expect(only({ ...RECORDS, input_config: config({ request_rate: 2 }) })?.run).toMatchObject({
      kind: 'open-loop',
      ratePerS: 2,
      durationS: 60,
    });
  });

  it('names a missing load and an unknown unit', () => {
    expect(read({ ...RECORDS, input_config: config({}) }).problems).toMatchObject([{ column: 'input_config' }]);
    const odd = { ...RECORDS, time_to_first_token: figure('days', 1), input_config: config({ concurrency: 8 }) };
    expect(read(odd).problems).toMatchObject([{ column: 'time_to_first_token.unit', given: 'days' }]);
  });
});

describe('other files', () => {
  it.each(['', '{', 'null', '[]', '{"benchmarks":[]}', '{"a":1}', '"text"'])('names %j and goes on', (text) => {
    expect(isClientResult(text)).toBe(false);
    const { cases, problems, rows } = clientCases('x.json', text, CONTEXT);
    expect(cases).toEqual([]);
    expect(problems).toMatchObject([{ file: 'x.json', line: 1, code: 'ROW_SHAPE' }]);
    expect(rows).toMatchObject({ rows: 0, cases: 0 });
  });

  it('knows results, with a byte order mark too', () => {
    expect(isClientResult(`\uFEFF${JSON.stringify(VLLM)}`)).toBe(true);
    expect(clientCases('x.json', `\uFEFF${JSON.stringify(VLLM)}`, CONTEXT).cases).toHaveLength(1);
  });

  it('names a file that is not there', async () => {
    const tables = await readClientResults(['/nowhere/a.json'], CONTEXT);
    expect(tables.problems).toMatchObject([{ file: 'a.json', given: 'ENOENT' }]);
  });
});
