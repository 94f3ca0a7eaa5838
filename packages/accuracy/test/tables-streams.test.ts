import { describe, expect, it } from 'vitest';
import { tableCases } from '../src/tables/read-tables.js';

const HEADER =
  'source,device,device_count,tensor_parallel,model,precision,engine,isl,osl,batch_or_concurrency,request_rate,metric,value,unit,note';
const long = (...rows: readonly string[]) => tableCases('t.csv', [HEADER, ...rows].join('\n'));
const only = (...rows: readonly string[]) => {
  const read = long(...rows);
  expect(read.problems).toEqual([]);
  return read.cases;
};

describe('offline throughput', () => {
  const offline = (engine: string, metric: string, unit: string) =>
    `s,H100 80GB HBM3,2,2.0,Mistral 7B,FP8,${engine},128,2048,"max (offline, all requests queued)",inf,${metric},1000,${unit},`;

  it('counts tokens over all devices', () => {
    const cases = only(
      offline('TensorRT-LLM v0.14.0 (TensorRT engine)', 'total_throughput_output_tokens', 'tok/s (all GPUs)'),
      offline('TensorRT-LLM v1.0 (PyTorch backend)', 'output_throughput_per_gpu', 'tok/s/GPU'),
    );
    expect(cases.map(({ engineId, measured }) => [engineId, measured])).toEqual([
      ['trtllm-engine', { output_tok_s: 1000 }],
      ['trtllm', { output_tok_s: 2000 }],
    ]);
    expect(cases[0]).toMatchObject({
      dataset: 'offline-throughput',
      precision: { weights: 'fp8', kv: 'fp8' },
      run: { kind: 'offline', promptTokens: 128, outputTokens: 2048 },
      parallelism: { tp: 2, pp: 1, dpAttention: 1, ep: 1 },
    });
  });

  it('reads pipelines and attention ranks, and refuses splits that do not add up', () => {
    const header = `${HEADER},pipeline_parallel,dep`;
    const row = (count: number, tp: number, pp: number, dep: string) =>
      `s,B200,${count},${tp},Qwen3-30B-A3B,FP4,trtllm,128,128,max,inf,total_output_throughput,5,tok/s,,${pp},${dep}`;
    const read = tableCases(
      't.csv',
      [header, row(8, 4, 2, ''), row(8, 8, 1, '8'), row(8, 4, 1, ''), row(8, 8, 1, '4')].join('\n'),
    );
    expect(read.cases.map((entry) => entry.parallelism)).toEqual([
      { tp: 4, pp: 2, dpAttention: 1, ep: 1 },
      { tp: 1, pp: 1, dpAttention: 8, ep: 8 },
    ]);
    expect(read.problems.map(({ line, column }) => [line, column])).toEqual([
      [4, 'device_count'],
      [5, 'dep'],
    ]);
  });
});

describe('static batches', () => {
  const batch = (metric: string, unit: string, count = 4) =>
    `TensorRT-LLM performance.md (static batching),A100 (80GB),${count},${count},LLaMA 70B,FP16,TensorRT-LLM v0.6.1,128,128,1280,,${metric},670,${unit},`;

  it('counts every rate that is meant per device times the devices', () => {
    const cases = only(
      batch('output_throughput_per_gpu', 'tok/s/GPU'),
      batch('output_throughput', 'tok/s (source header; likely per GPU as for H100)'),
      batch('output_throughput', 'tok/s'),
    );
    expect(cases.map((entry) => entry.measured.output_tok_s)).toEqual([2680, 2680, 670]);
    expect(cases[0]).toMatchObject({
      dataset: 'static-batch',
      engineId: 'trtllm-static',
      modelId: 'llama-2-70b',
      run: { kind: 'static-batch', batch: 1280, promptTokens: 128, outputTokens: 128 },
    });
  });

  it('reads the first token of a lone request, and sets aside what rounding leaves open', () => {
    const first = (ms: number) =>
      `TensorRT-LLM performance.md (static batching),L40S,1,1,GPT-J 6B,FP8,TensorRT-LLM v0.5,2048,1,1,,first_token_latency,${ms},ms,`;
    const cases = only(first(71), first(7));
    expect(cases[0]).toMatchObject({
      engineId: 'trtllm-static',
      run: { kind: 'single-stream', promptTokens: 2048, outputTokens: 1 },
      measured: { ttft_p50_ms: 71 },
    });
    expect(cases.map((entry) => entry.setAside)).toEqual([undefined, expect.stringContaining('5 %')]);
  });
});

describe('single streams', () => {
  it('makes a pipeline of a split by layers', () => {
    const [entry] = only(
      's,4090 24GB,4,layer-split,Llama-3-70B,Q4_K_M,llama.cpp (2024-05),,1024.0,1,,decode_tok_s_avg_over_1024_generated,18.8,tok/s,',
    );
    expect(entry).toMatchObject({
      dataset: 'single-stream',
      engineId: 'llama-cpp',
      deviceId: 'rtx-4090',
      peerAccess: false,
      parallelism: { tp: 1, pp: 4, dpAttention: 1, ep: 1 },
      precision: { weights: 'int4', activations: 'fp16', gguf: 'Q4_K_M' },
      run: { kind: 'single-stream', promptTokens: 1, outputTokens: 1024 },
      measured: { decode_tok_s: 18.8 },
    });
  });

  it('reads decode rates at a context and prefill rates of a prompt', () => {
    const cases = only(
      's,Apple M1 Max 32-core GPU 64GB,1.0,1.0,LLaMA 7B,Q8_0,llama.cpp Metal,4096,,1,,decode_tok_s,40.2,tok/s,',
      's,Apple M1 Max 32-core GPU 64GB,1.0,1.0,LLaMA 7B,Q8_0,llama.cpp Metal,512,,1,,prefill_tok_s_pp512,537,tok/s,',
    );
    expect(cases.map((entry) => entry.run)).toEqual([
      { kind: 'single-stream', promptTokens: 4096, outputTokens: 128 },
      { kind: 'single-stream', promptTokens: 512, outputTokens: 1 },
    ]);
    expect(cases.map((entry) => entry.measured)).toEqual([{ decode_tok_s: 40.2 }, { prefill_tok_s: 537 }]);
  });

  const neuron = (metric: string, value: number, unit = 'ms') =>
    `AWS,"Trainium1 (trn1.32xlarge, 16 chips / 32 NeuronCores)",16,32,Llama-2-70b,"compute FP16/BF16-matmul, weights bf16",` +
    `Transformers NeuronX 2.18.0,128,128,1,,${metric},${value},${unit},`;

  it('counts chips, not cores', () => {
    const cases = only(neuron('tpot_p50', 0.025, 's'), neuron('output_throughput', 39, 'tok/s'));
    expect(cases[0]).toMatchObject({ parallelism: { tp: 16, pp: 1 }, measured: { tpot_p50_ms: 25 } });
    expect(cases[1]?.measured).toEqual({ output_tok_s: 39 });
  });

  it('leaves out a median that lies above its own 99th percentile, and its partner', () => {
    const read = long(
      neuron('tpot_p50', 26.5),
      neuron('tpot_p99', 24.2),
      neuron('ttft_p50', 50),
      neuron('ttft_p99', 55),
    );
    expect(read.cases.map((entry) => Object.keys(entry.measured)[0])).toEqual(['ttft_p50_ms', 'ttft_p99_ms']);
    expect(read.rows.ignored).toEqual([{ reason: expect.stringContaining('median'), rows: 2 }]);
  });

  it('names metrics and units that it does not know', () => {
    const read = long(neuron('smoothness', 3), neuron('tpot_p50', 3, 'parsec'), neuron('output_throughput', 3, 'ms'));
    expect(read.problems.map(({ line, column, code, given }) => [line, column, code, given])).toEqual([
      [2, 'metric', 'ROW_METRIC', 'smoothness'],
      [3, 'unit', 'ROW_VALUE', 'parsec'],
      [4, 'unit', 'ROW_VALUE', 'ms'],
    ]);
  });
});

describe('static NPU', () => {
  const NPU = 'source,device,model,precision,engine,context_length,metric,value,unit';
  const npu = (model: string, metric: string, value: number, precision = 'w4a16', context = 4096) =>
    `q,Snapdragon 8 Elite QRD,${model},${precision},genie,${context},${metric},${value},ms`;
  const read = (...rows: readonly string[]) => tableCases('t.csv', [NPU, ...rows].join('\n'));

  it('counts the chunks of the longest prompt from the two first-token times', () => {
    const { cases, problems } = read(
      npu('llama_v3_2_1b_instruct', 'ttft_min', 40),
      npu('llama_v3_2_1b_instruct', 'ttft_max', 1280),
      npu('jais_6p7b_chat', 'ttft_min', 238),
      npu('jais_6p7b_chat', 'ttft_max', 3808),
      npu('llama_v2_7b_chat', 'ttft_min', 1440, 'w4a16', 1024),
      npu('llama_v2_7b_chat', 'ttft_max', 1440, 'w4a16', 1024),
    );
    expect(problems).toEqual([]);
    expect(cases.map(({ run }) => 'promptTokens' in run && run.promptTokens)).toEqual([
      128, 4095, 128, 2047, 1023, 1023,
    ]);
    expect(cases[0]).toMatchObject({
      dataset: 'static-npu',
      engineId: 'qualcomm-npu',
      precision: { weights: 'int4', kv: 'int8' },
      measured: { ttft_p50_ms: 40 },
      options: { maxModelLenTokens: 4096 },
    });
    expect(cases[2]).toMatchObject({ options: { maxModelLenTokens: 2048 } });
  });

  it('decodes at the end of the compiled context', () => {
    const { cases } = read(
      npu('llama_v3_2_1b_instruct', 'decode_tok_s', 64),
      npu('indus_1b', 'decode_tok_s', 74),
      npu('indus_1b', 'ttft_min', 28),
      npu('indus_1b', 'ttft_max', 224),
    );
    expect(cases[0]?.run).toEqual({ kind: 'single-stream', promptTokens: 3968, outputTokens: 128 });
    // Eight chunks are a context of 1,024, whatever the table states.
    expect(cases[1]?.run).toEqual({ kind: 'single-stream', promptTokens: 896, outputTokens: 128 });
  });

  it('sets aside floating-point activations', () => {
    const { cases } = read(npu('llama_v3_2_1b_instruct', 'decode_tok_s', 27, 'w4'));
    expect(cases[0]?.setAside).toMatch(/floating-point/);
  });

  it('takes the stated context where the shorter time is missing', () => {
    const { cases } = read(npu('llama_v3_2_1b_instruct', 'ttft_max', 1280));
    expect(cases[0]?.run).toMatchObject({ promptTokens: 4095 });
  });
});
