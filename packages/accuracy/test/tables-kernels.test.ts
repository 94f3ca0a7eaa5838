import { describe, expect, it } from 'vitest';
import { tableCases } from '../src/tables/read-tables.js';

const read = (...lines: readonly string[]) => tableCases('k.csv', lines.join('\n'));
const only = (...lines: readonly string[]) => {
  const { cases, problems } = read(...lines);
  expect(problems).toEqual([]);
  return cases;
};

describe('engine kernels', () => {
  const HEADER = 'source,device,engine,op,dtype,m,n,k,batch,kv_len,heads,kv_heads,num_gpus,message_elems,latency_ms';

  it('reads products, attention and all-reduce', () => {
    const cases = only(
      HEADER,
      's,h100_sxm,vllm,gemm,fp8_block,1.0,4096.0,8192.0,,,,,1,,0.05',
      's,b200_sxm,vllm,gemm,nvfp4,16.0,4096.0,8192.0,,,,,1,,0.02',
      's,h100_sxm,vllm,generation_attention,kv=fp8,,,,32.0,4096.0,64.0,8.0,1,,0.3',
      's,h100_sxm,vllm,all_reduce,bfloat16,,,,,,,,4,4096.0,0.01',
    );
    expect(cases.map(({ family, run, measured }) => ({ family, run, measured }))).toEqual([
      {
        family: 'gemm fp8-block',
        run: { kind: 'gemm', m: 1, n: 4096, k: 8192, dtype: 'fp8', blockScaled: true, quantisesActivations: true },
        measured: { kernel_ms: 0.05 },
      },
      {
        family: 'gemm fp4',
        run: { kind: 'gemm', m: 16, n: 4096, k: 8192, dtype: 'fp4', blockScaled: false, quantisesActivations: true },
        measured: { kernel_ms: 0.02 },
      },
      {
        family: 'decode-attention fp8',
        run: {
          kind: 'decode-attention',
          sequences: 32,
          contextTokens: 4096,
          heads: 64,
          kvHeads: 8,
          headDim: 128,
          kv: 'fp8',
        },
        measured: { kernel_ms: 0.3 },
      },
      {
        family: 'all-reduce custom',
        run: { kind: 'collective', operation: 'all-reduce', ranks: 4, bytes: 8192, library: 'custom' },
        measured: { kernel_ms: 0.01 },
      },
    ]);
    expect(cases[0]).toMatchObject({ dataset: 'kernels', modelId: '', engineId: '', isMoe: false });
  });

  it('names kernels that are not modelled', () => {
    expect(read(HEADER, 's,h100_sxm,vllm,conv,fp8,1,1,1,,,,,1,,0.05').problems).toMatchObject([
      { line: 2, column: 'op', code: 'ROW_METRIC', given: 'conv' },
    ]);
  });
});

describe('linear layers and best products', () => {
  it('reads a layer, and sets aside what one microsecond of rounding leaves open', () => {
    const cases = only(
      'device,tensor_parallel,model,precision,op,M_tokens,K,N,median_ms',
      'a40,2,meta-llama/Llama-2-7b-hf,fp16,mlp_up_proj,8,4096,11008,0.2',
      'a40,2,meta-llama/Llama-2-7b-hf,fp16,attn_pre_proj,1,4096,768,0.009',
    );
    expect(cases[0]).toMatchObject({
      dataset: 'linear-layers',
      deviceId: 'a40',
      modelId: '',
      run: { kind: 'gemm', m: 8, n: 11008, k: 4096, dtype: 'fp16' },
      measured: { kernel_ms: 0.2 },
    });
    expect(cases.map((entry) => entry.setAside === undefined)).toEqual([true, false]);
  });

  it('turns rates into times', () => {
    const [entry] = only(
      'device,precision,metric,value,unit,best_shape_mnk',
      'NVIDIA H100 SXM,BF16,max_achievable_matmul_tflops,800,TFLOPS,2000x4000x5000',
    );
    expect(entry).toMatchObject({ dataset: 'best-matmul', run: { m: 2000, n: 4000, k: 5000 } });
    expect(entry?.measured.kernel_ms).toBeCloseTo(0.1, 12);
    expect(
      read('device,precision,metric,value,best_shape_mnk', 'H100,BF16,max_achievable_matmul_tflops,800,2000x4000')
        .problems,
    ).toMatchObject([{ column: 'best_shape_mnk', code: 'ROW_VALUE' }]);
  });
});

describe('collectives', () => {
  const HEADER = 'source,topology,collective,num_workers,devices_per_node,size_field,median_ms_over_ranks';

  it('reads ranks of one machine and leaves out the rest, by reason', () => {
    const { cases, rows, problems } = read(
      HEADER,
      's,h100_dgx,all_reduce,8,8,1048576,0.05',
      's,a100_pairwise_nvlink,send_recv,2,2,1048576,0.05',
      's,a100_pairwise_nvlink,all_reduce,4,4,1048576,0.05',
      's,a100_dgx,all_reduce,8,4,1048576,0.05',
      's,a100_dgx,send_recv,2,1,1048576,0.05',
    );
    expect(problems).toEqual([]);
    expect(cases.map(({ deviceId, run }) => ({ deviceId, run }))).toEqual([
      {
        deviceId: 'h100-sxm',
        run: { kind: 'collective', operation: 'all-reduce', ranks: 8, bytes: 1048576, library: 'vendor' },
      },
      {
        deviceId: 'a100-80-pcie',
        run: { kind: 'collective', operation: 'send-receive', ranks: 2, bytes: 1048576, library: 'vendor' },
      },
    ]);
    expect(rows).toMatchObject({
      rows: 5,
      cases: 2,
      ignored: [
        { reason: expect.stringContaining('pairs'), rows: 1 },
        { reason: expect.stringContaining('several machines'), rows: 2 },
      ],
    });
  });
});

describe('device benchmarks', () => {
  const HEADER = 'source,device,device_count,model,precision,isl,osl,batch_or_concurrency,metric,value,unit';

  it('reads products, memory and bus rates', () => {
    const cases = only(
      HEADER,
      's,H200,1,,FP8,,,,gemm_tflops_1000x2000x3000,1200,TFLOPS',
      's,H200,1,,,,,,hbm_stream_triad,4.15,TB/s',
      's,H200,8,,,,,,allreduce_busbw_67M,350,GB/s',
      's,H200,8,,,,,,allreduce_busbw_1K,0.06,GB/s',
    );
    expect(cases[0]?.measured.kernel_ms).toBeCloseTo(0.01, 12);
    expect(cases[1]).toMatchObject({ run: { kind: 'memory-copy' }, measured: { bandwidth_gb_s: 4150 } });
    expect(cases[2]).toMatchObject({ run: { ranks: 8, bytes: 2 ** 26, library: 'vendor' } });
    // Bus bandwidth counts 2 (n-1)/n = 1.75 of the message.
    expect(cases[2]?.measured.kernel_ms).toBeCloseTo(((2 ** 26 * 1.75) / 350e9) * 1e3, 12);
    expect(cases[3]).toMatchObject({ run: { bytes: 1024 }, setAside: expect.stringContaining('5 %') });
  });

  it('leaves out links and kernels that are not modelled, by reason', () => {
    const { cases, rows, problems } = read(
      HEADER,
      's,H200,1,,,,,,h2d_bandwidth,52,GB/s',
      's,H200,1,,,,,,d2d_read_bandwidth,671,GB/s',
      's,H200,1,,,,,,hbm_stream_dot,4.4,TB/s',
      's,H200,1,,,,,,flash_attention2_tflops,329,TFLOPS',
    );
    expect([cases, problems]).toEqual([[], []]);
    expect(rows.ignored?.map((entry) => entry.rows)).toEqual([2, 1, 1]);
  });

  it('refuses a bandwidth in another unit and a lone all-reduce', () => {
    const { problems } = read(
      HEADER,
      's,H200,1,,,,,,hbm_stream_copy,4,GiB',
      's,H200,1,,,,,,allreduce_busbw_1M,4,GB/s',
      's,H200,1,,,,,,hbm_stream_sum,4,TB/s',
    );
    expect(problems.map(({ line, column }) => [line, column])).toEqual([
      [2, 'unit'],
      [3, 'device_count'],
      [4, 'metric'],
    ]);
  });
});

describe('power points', () => {
  it('keeps idle power and counts what says too little', () => {
    const { cases, rows, problems } = read(
      'source,device,metric,value,unit,conditions',
      's,H200 SXM,idle_gpu_power,80.3,W,',
      's,H100 80GB / A100 80GB,cuda_context_idle_adder,26-50,W,',
      's,H100 SXM,power_range_over_runs,267-680,W,',
      's,B200 SXM,gpu_power_phi3mini_batch128,606,W,',
      's,B200 SXM,idle_gpu_power,80,mW,',
    );
    expect(cases).toMatchObject([{ run: { kind: 'idle', loaded: false }, measured: { power_w: 80.3 } }]);
    expect(rows.ignored).toHaveLength(3);
    expect(problems).toMatchObject([{ line: 6, column: 'unit' }]);
  });
});
