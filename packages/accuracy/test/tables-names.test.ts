import { modelFamily } from '@infersim/confidence';
import { describe, expect, it } from 'vitest';
import { deviceIdFor, hasPeerAccess, requireDevice } from '../src/tables/names/device-names.js';
import { engineIdFor, requireEngine } from '../src/tables/names/engine-names.js';
import { modelIdFor, requireModel } from '../src/tables/names/model-names.js';
import { casePrecision, formatFor } from '../src/tables/names/precision-names.js';
import type { RowFault } from '../src/tables/row-fault.js';

describe('device names', () => {
  it.each([
    ['h100_sxm', 'h100-sxm'],
    ['NVIDIA H100 80GB HBM3', 'h100-sxm'],
    ['H100-SXM-80GB', 'h100-sxm'],
    ['DGX H100', 'h100-sxm'],
    ['h100-80gb', 'h100-sxm'],
    ['H100 PCIe', 'h100-pcie'],
    ['NVIDIA H100 NVL', 'h100-nvl'],
    ['H200 141GB HBM3', 'h200-sxm'],
    ['h200_sxm', 'h200-sxm'],
    ['B200', 'b200-sxm'],
    ['b200-nvl8', 'b200-sxm'],
    ['gb200-nvl72', 'gb200-nvl72'],
    ['NVIDIA GB200 SXM', 'gb200-nvl72'],
    ['gb300_nvl72', 'gb300-nvl72'],
    ['b300_sxm', 'b300-sxm'],
    ['a100', 'a100-80-sxm'],
    ['A100 (80GB)', 'a100-80-sxm'],
    ['A100-SXM4-40GB', 'a100-40-sxm'],
    ['A100-PCIE-80GB', 'a100-80-pcie'],
    ['NVIDIA A100 PCIe', 'a100-80-pcie'],
    ['L40S 48GB', 'l40s'],
    ['NVIDIA L4', 'l4'],
    ['NVIDIA L40', 'l40'],
    ['L40-48GB PCIe', 'l40'],
    ['h100sxm5', 'h100-sxm'],
    ['A100PCIe 80GB', 'a100-80-pcie'],
    ['NVIDIA RTX 4000 Ada Generation', 'rtx-4000-ada'],
    ['AMD Instinct MI350X', 'mi350x'],
    ['mi350', 'mi350x'],
    ['a40', 'a40'],
    ['3090 24GB', 'rtx-3090'],
    ['NVIDIA GeForce RTX 4090', 'rtx-4090'],
    ['RTX PRO 6000 Blackwell Server Edition', 'rtx-pro-6000-server'],
    ['RTX 6000 Pro Blackwell Server Edition', 'rtx-pro-6000-server'],
    ['NVIDIA RTX 6000 Pro', 'rtx-pro-6000'],
    ['AMD Instinct MI300X', 'mi300x'],
    ['mi355x', 'mi355x'],
    ['Intel Gaudi 3', 'gaudi3'],
    ['TPU v6e', 'tpu-v6e'],
    ['M1 Max 32\u2011Core GPU 64GB', 'apple-m1-max'],
    ['Apple M4 Max', 'apple-m4-max'],
    ['Snapdragon 8 Elite QRD', 'snapdragon-8-elite'],
    ['Samsung Galaxy S25 (Family)', 'snapdragon-8-elite'],
    ['M1 7-Core GPU 8GB', 'apple-m1'],
    ['Trainium1 (trn1.32xlarge, 16 chips / 32 NeuronCores)', 'trainium1'],
  ])('reads %s as %s', (given, id) => {
    expect(deviceIdFor(given)).toBe(id);
  });

  it('does not take a narrower board for a wider rule', () => {
    expect(deviceIdFor('H100 CNX')).toBe('h100-sxm');
    expect(deviceIdFor('Blackwell Ultra')).toBeUndefined();
    expect(deviceIdFor('')).toBeUndefined();
    expect(deviceIdFor('V100')).toBeUndefined();
  });

  it('does not read the number of a chip into a longer one', () => {
    const chips = [
      'a100',
      'h100',
      'h200',
      'b200',
      'b300',
      'h20',
      'gb200',
      'gb300',
      'gh200',
      'vr200',
      'l40s',
      'l40',
      'a10g',
    ];
    for (const chip of chips) {
      expect(deviceIdFor(chip), chip).toBeDefined();
      expect(deviceIdFor(`nvidia-${chip}x8`), chip).toBe(deviceIdFor(chip));
      for (const other of [
        `${chip}00`,
        `${chip}5-sxm`,
        `x${chip}`,
        `${chip}x`,
        `${chip}b 80GB`,
        `NVIDIA ${chip}9 SXM`,
      ]) {
        expect(deviceIdFor(other), other).toBeUndefined();
      }
    }
    expect(deviceIdFor('h1000')).toBeUndefined();
    expect(deviceIdFor('NVIDIA A100X')).toBeUndefined();
    expect(deviceIdFor('RTX 4000 SFF Ada Generation')).toBeUndefined();
  });

  it('names the nearest devices in the fault', () => {
    expect(() => requireDevice('device', 'h1OO-sxm')).toThrow(
      expect.objectContaining({
        code: 'ROW_DEVICE',
        column: 'device',
        given: 'h1OO-sxm',
        allowed: expect.stringMatching(/^h100-sxm \(nearest\)/),
      }),
    );
  });

  it('compares words in any order, and holds out no name where none is near', () => {
    const allowed = (name: string) => {
      try {
        requireDevice('device', name);
      } catch (fault) {
        return (fault as RowFault).allowed;
      }
      throw new Error(`${name} is known`);
    };
    expect(allowed('NVIDIA RTX Ada 4000 SFF Generation')).toMatch(/^rtx-4000-ada \(nearest\), rtx-/);
    expect(allowed('MI300A (AMD Instinct)')).toMatch(/^mi300x \(nearest\)/);
    for (const far of ['V100', 'Blackwell Ultra', 'Rebellions ATOM-Max 64GB'])
      expect(allowed(far), far).not.toContain('nearest)');
  });

  it('lets GeForce boards reach each other only over the host', () => {
    expect(hasPeerAccess('rtx-4090')).toBe(false);
    expect(hasPeerAccess('h100-sxm')).toBe(true);
  });
});

describe('model names', () => {
  it.each([
    ['meta-llama/Llama-3.1-70B-Instruct', 'llama-3.1-70b'],
    ['meta-llama/Meta-Llama-3.1-405B-Instruct-FP8', 'llama-3.1-405b'],
    ['nvidia/Llama-3.3-70B-Instruct-FP4', 'llama-3.3-70b'],
    ['Llama-3-8B', 'llama-3.1-8b'],
    ['Llama3.1-8B', 'llama-3.1-8b'],
    ['LLaMA v3.1 70B', 'llama-3.1-70b'],
    ['LLaMA 7B', 'llama-2-7b'],
    ['LLaMA 70B', 'llama-2-70b'],
    ['llama2-70b', 'llama-2-70b'],
    ['meta-llama/Llama-2-7b-hf', 'llama-2-7b'],
    ['llama_v3_2_1b_instruct', 'llama-3.2-1b'],
    ['llama_v3_8b_instruct', 'llama-3.1-8b'],
    ['llama_v3_elyza_jp_8b', 'llama-3.1-8b'],
    ['llama_v3_1_sea_lion_3_5_8b_r', 'llama-3.1-8b'],
    ['DeepSeek-R1-Distill-Llama-70B', 'llama-3.1-70b'],
    ['RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic', 'llama-4-scout'],
    ['meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8', 'llama-4-maverick'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'mixtral-8x7b'],
    ['Mixtral 8x22B', 'mixtral-8x22b'],
    ['Mistral 7B', 'mistral-7b-v0.1'],
    ['mistral_7b_instruct_v0_3', 'mistral-7b-v0.3'],
    ['mistralai/Mistral-Nemo-Instruct-2407', 'mistral-nemo-12b'],
    ['deepseek-ai/DeepSeek-V3-0324', 'deepseek-v3'],
    ['deepseek-ai/DeepSeek-R1-0528', 'deepseek-r1'],
    ['DeepSeek-V3.1', 'deepseek-v3'],
    ['nvidia/DeepSeek-R1-FP4', 'deepseek-r1'],
    ['openai/gpt-oss-120b', 'gpt-oss-120b'],
    ['gpt-oss-20b-mxfp4', 'gpt-oss-20b'],
    ['Qwen/Qwen3-30B-A3B-Thinking-2507', 'qwen3-30b-a3b'],
    ['Qwen3-14B', 'qwen3-14b'],
    ['nvidia/Qwen3-235B-A22B-FP4', 'qwen3-235b-a22b'],
    ['qwen2_5_7b_instruct', 'qwen2.5-7b'],
    ['qwen2_7b_instruct', 'qwen2-7b'],
    ['google/gemma-3-27b-it', 'gemma-3-27b'],
    ['phi_3_5_mini_instruct', 'phi-3.5-mini'],
    ['GPT-J 6B', 'gpt-j-6b'],
    ['Falcon 180B', 'falcon-180b'],
    ['falcon_v3_7b_instruct', 'falcon3-7b'],
    ['ibm_granite_v3_1_8b_instruct', 'granite-3.1-8b'],
    ['jais_6p7b_chat', 'jais-6p7b'],
    ['MiniMaxAI/MiniMax-M2.5', 'minimax-m2.5'],
    ['MiniMax-M2', 'minimax-m2.5'],
    ['zai-org/GLM-4.5-Air-FP8', 'glm-4.5-air'],
    ['bigscience/bloom', 'bloom-176b'],
    ['qwen2_5_1_5b_instruct', 'qwen2.5-1.5b'],
    ['Qwen/Qwen3-Coder-30B-A3B-Instruct', 'qwen3-30b-a3b'],
    ['nvidia/DeepSeek-R1-0528-NVFP4-v2', 'deepseek-r1'],
    ['unsloth/Llama-3.1-8B-Instruct-bnb-4bit', 'llama-3.1-8b'],
    ['amd/Llama-3.3-70B-Instruct-FP8-KV', 'llama-3.3-70b'],
    ['Llama-3.1-Nemotron-Nano-8B-v1', 'llama-3.1-8b'],
    ['kimi-k2-thinking', 'kimi-k2.5'],
    ['Qwen/Qwen3-Next-80B-A3B-Instruct', 'qwen3-next-80b-a3b'],
    ['Qwen/Qwen3-Next-80B-A3B-Thinking-FP8', 'qwen3-next-80b-a3b-fp8'],
    ['deepseek-ai/DeepSeek-V3.2-Exp', 'deepseek-v3.2'],
    ['nvidia/DeepSeek-V3.2-NVFP4', 'deepseek-v3.2'],
    ['nvidia/NVIDIA-Nemotron-Nano-9B-v2', 'nemotron-nano-9b-v2'],
    ['mistralai/Mistral-Large-Instruct-2411', 'mistral-large-2'],
    ['Mistral Large 2', 'mistral-large-2'],
  ])('reads %s as %s', (given, id) => {
    expect(modelIdFor(given)).toBe(id);
  });

  it('reads the published FP8 edition as an entry of the same shape', () => {
    expect(modelIdFor('Qwen/Qwen3-235B-A22B-FP8')).toMatch(/^qwen3-235b-a22b/);
  });

  it('does not take another size or version for the one asked for', () => {
    for (const name of [
      'Llama-3.1-9B',
      'Qwen4-8B',
      'gpt-oss-200b',
      'Gemma-7',
      'Qwen3',
      'Qwen3-Next-80B-A4B',
      'Mistral-Large-3',
      'NVIDIA-Nemotron-Nano-12B-v2',
      'DeepSeek-V3.3',
      'something',
    ]) {
      expect(modelIdFor(name), name).toBeUndefined();
    }
  });

  it('names the nearest models in the fault', () => {
    expect(() => requireModel('model', 'llama-3.1-9b')).toThrow(
      expect.objectContaining({ code: 'ROW_MODEL', allowed: expect.stringMatching(/^llama-3\.1-\d+b \(nearest\)/) }),
    );
  });

  it('groups models by what they share', () => {
    const family = (name: string) => {
      const { id, architecture } = requireModel('model', name);
      return modelFamily(id, architecture.moe !== undefined);
    };
    expect(family('qwen3-32b')).toBe('qwen3-dense');
    expect(family('qwen3-30b-a3b')).toBe('qwen3-moe');
    expect(family('llama-3.1-8b')).toBe(family('llama-3.2-1b'));
    expect(family('llama-2-7b')).not.toBe(family('llama-3.1-8b'));
    expect(family('gpt-oss-20b')).toBe('gpt-oss');
    expect(family('yi-34b')).toBe('yi');
    expect(family('qwen3-next-80b-a3b')).toBe('qwen3-next');
    expect(family('deepseek-v3.2')).toBe(family('deepseek-r1'));
  });
});

describe('engine names', () => {
  it.each([
    ['vLLM v1', {}, 'vllm'],
    ['vllm', { version: '0.19.0' }, 'vllm'],
    ['vllm', { version: 'nightly-5b8c30d62b754b57' }, 'vllm'],
    ['vllm', { version: '0.12.0' }, 'vllm-2025'],
    ['vllm', { date: '2025-12-05' }, 'vllm-2025'],
    ['vllm', { date: '2026-04-05' }, 'vllm'],
    ['vLLM 0.2.1', {}, 'vllm-2023-eager'],
    ['vLLM-based (Splitwise authors)', {}, 'vllm-2023-eager'],
    ['vllm-2025', {}, 'vllm-2025'],
    ['trtllm', { version: '1.0.0rc3' }, 'trtllm'],
    ['TensorRT-LLM v1.0 (PyTorch backend)', {}, 'trtllm'],
    ['TensorRT-LLM v0.20 (PyTorch backend)', {}, 'trtllm'],
    ['TensorRT-LLM v0.14.0 (TensorRT engine)', {}, 'trtllm-engine'],
    ['TensorRT-LLM v0.6.1', { isStaticBatch: true }, 'trtllm-static'],
    ['sglang', { version: '0.5.6.post2' }, 'sglang'],
    ['llama.cpp Metal (Nov 2023)', {}, 'llama-cpp'],
    ['qnn_context_binary', {}, 'qualcomm-qnn'],
    ['qnn', {}, 'qualcomm-npu'],
    ['genie', {}, 'qualcomm-npu'],
    ['Transformers NeuronX 2.18.1', {}, 'neuron'],
    ['FastFlowLM', {}, 'fastflowlm'],
  ])('reads %s %o as %s', (name, hints, id) => {
    expect(engineIdFor(name, hints)).toBe(id);
  });

  it('refuses what it does not know', () => {
    expect(engineIdFor('MLC')).toBeUndefined();
    expect(() => requireEngine('engine', 'vlm')).toThrow(
      expect.objectContaining({ code: 'ROW_ENGINE', allowed: expect.stringMatching(/^vllm \(nearest\)/) }),
    );
  });
});

describe('formats', () => {
  it.each([
    ['bf16', 'fp16'],
    ['bfloat16', 'fp16'],
    ['F16', 'fp16'],
    ['compute FP16/BF16-matmul, weights bf16', 'fp16'],
    ['fp8_block', 'fp8'],
    ['FP8', 'fp8'],
    ['nvfp4', 'fp4'],
    ['FP8-W8A8', 'fp8'],
    ['w8a8_fp8', 'fp8'],
    ['W8A8', 'int8'],
    ['w8a8_int8', 'int8'],
    ['int8_w8a8', 'int8'],
    ['FP4', 'fp4'],
    ['w4a16', 'int4'],
    ['w4', 'int4'],
    ['Q4_K_M', 'int4'],
    ['Q8_0', 'int8'],
    ['IQ2_XS', 'int2'],
  ])('reads %s as %s', (text, format) => {
    expect(formatFor(text)).toBe(format);
  });

  it('knows no format in plain words', () => {
    expect(formatFor('fast')).toBeUndefined();
  });

  const precision = (
    modelName: string,
    text: string,
    more: { deviceId?: string; engineId?: string; gemm?: string } = {},
  ) =>
    casePrecision({
      column: 'precision',
      text,
      model: requireModel('model', modelName),
      modelName,
      deviceId: 'h100-sxm',
      engineId: 'vllm',
      ...more,
    });

  it('gives block scales to checkpoints that were published with them, and to no others', () => {
    expect(precision('Qwen/Qwen3-235B-A22B-FP8', 'fp8')).toEqual({ weights: 'fp8', blockScaled: true });
    expect(precision('MiniMaxAI/MiniMax-M2.5', 'fp8').blockScaled).toBe(true);
    expect(precision('deepseek-ai/DeepSeek-R1', 'fp8').blockScaled).toBe(true);
    expect(precision('Qwen/Qwen3-32B', 'fp8')).toEqual({ weights: 'fp8' });
    expect(precision('Qwen/Qwen3-32B', 'fp8', { gemm: 'fp8_block' }).blockScaled).toBe(true);
    expect(precision('nvidia/Qwen3-235B-A22B-FP8', 'fp8').blockScaled).toBeUndefined();
    expect(precision('RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic', 'fp8')).toEqual({ weights: 'fp8' });
  });

  it('keeps KV in FP8 only where TensorRT-LLM runs a narrow checkpoint', () => {
    expect(precision('Qwen/Qwen3-32B', 'fp8', { engineId: 'trtllm' })).toEqual({ weights: 'fp8', kv: 'fp8' });
    expect(precision('Mistral 7B', 'FP16', { engineId: 'trtllm-engine' })).toEqual({ weights: 'fp16' });
  });

  it('computes gpt-oss in 16 bits on Hopper, in FP8 where the row says so, in its own format on Blackwell', () => {
    expect(precision('gpt-oss-120b', 'fp4')).toEqual({ weights: 'fp4', activations: 'fp16' });
    expect(precision('gpt-oss-120b', 'fp4', { deviceId: 'b200-sxm' })).toEqual({ weights: 'fp4' });
    expect(precision('gpt-oss-120b', 'fp8', { engineId: 'trtllm' })).toEqual({
      weights: 'fp4',
      activations: 'fp8',
      kv: 'fp8',
    });
  });

  it('takes what the name or the publisher says where the table says nothing', () => {
    expect(precision('Qwen/Qwen3-32B', 'unstated')).toEqual({ weights: 'fp16' });
    expect(precision('Qwen/Qwen3-32B-FP8', '').weights).toBe('fp8');
  });

  it('reads weights of GGUF files for arithmetic in 16 bits', () => {
    for (const [text, weights, gguf] of [
      ['Q4_K_M', 'int4', 'Q4_K_M'],
      ['q4_0', 'int4', 'Q4_0'],
      ['Q8_0', 'int8', 'Q8_0'],
      ['Q2_K', 'int2', 'Q2_K'],
      ['Q3_K_M', 'int4', 'Q3_K_M'],
      ['IQ4_XS', 'int4', 'IQ4_XS'],
      ['Q5_0', 'int4', 'Q5_0'],
      ['q5_k_s', 'int4', 'Q5_K_S'],
      ['Q5_K_M', 'int4', 'Q5_K_M'],
      ['Q6_K', 'int8', 'Q6_K'],
    ] as const) {
      expect(precision('Llama-3-8B', text, { engineId: 'llama-cpp' })).toEqual({ weights, activations: 'fp16', gguf });
    }
    expect(precision('Llama-3-8B', 'F16', { engineId: 'llama-cpp' })).toEqual({ weights: 'fp16' });
    expect(precision('Llama-3-8B', 'int4', { engineId: 'llama-cpp' })).toEqual({
      weights: 'int4',
      activations: 'fp16',
    });
  });
});
