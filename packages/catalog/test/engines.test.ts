import { describe, expect, test } from 'vitest';
import type { EngineEntry } from '../src/entries.js';
import { engines, findDevice, findEngine } from '../src/lookup.js';

const engine = (id: string): EngineEntry => {
  const found = findEngine(id);
  if (found === undefined) throw new Error(`no engine ${id}`);
  return found;
};

describe('engine profiles', () => {
  test('are there for every engine that measured tables name', () => {
    expect(engines().map(({ id }) => id)).toEqual([
      'vllm',
      'vllm-2025',
      'vllm-2023-eager',
      'sglang',
      'trtllm',
      'trtllm-max-utilization',
      'trtllm-engine',
      'trtllm-static',
      'tgi',
      'llama-cpp',
      'static-batch',
      'neuron',
      'qualcomm-npu',
      'qualcomm-qnn',
      'fastflowlm',
      'single-stream',
      'sram-pipeline',
    ]);
  });

  test('use every kind of scheduler', () => {
    expect([...new Set(engines().map(({ scheduler }) => scheduler))].sort()).toEqual([
      'llama-cpp',
      'pipeline',
      'sglang',
      'single-stream',
      'static-batch',
      'tgi',
      'trtllm-max-utilization',
      'trtllm-no-evict',
      'vllm',
    ]);
  });

  test('state a version and the month it stands for', () => {
    for (const { id, version, date } of engines()) {
      expect(version.length, id).toBeGreaterThan(0);
      expect(date, id).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    }
  });

  test('give vLLM its documented defaults, small and large', () => {
    const vllm = engine('vllm');
    expect(vllm.defaults).toMatchObject({ maxNumSeqs: 256, maxNumBatchedTokens: 2048, blockSizeTokens: 16 });
    expect(vllm.defaultsLargeDevice).toMatchObject({ maxNumSeqs: 1024, maxNumBatchedTokens: 8192 });
    expect(vllm.defaultsLargeDevice!.exceptDevices).toContain('a100-80-sxm');
    expect(vllm.asyncScheduling).toBe(true);
    for (const id of vllm.defaultsLargeDevice!.exceptDevices) expect(findDevice(id)?.id).toBe(id);
  });

  test('give the others their documented defaults', () => {
    expect(engine('trtllm').defaults).toMatchObject({
      maxNumBatchedTokens: 8192,
      maxNumSeqs: 2048,
      blockSizeTokens: 32,
      gpuMemoryUtilization: 0.9,
    });
    expect(engine('trtllm').memoryShareOf).toBe('free');
    expect(engine('trtllm-engine').defaults.blockSizeTokens).toBe(64);
    expect(engine('sglang').defaults).toMatchObject({ blockSizeTokens: 1, maxPrefillTokens: 16_384 });
    expect(engine('sglang').defaultsLargeDevice?.maxNumBatchedTokens).toBe(8192);
    expect(engine('tgi').defaults).toMatchObject({
      maxNumBatchedTokens: 4096,
      waitingServedRatio: 0.3,
      maxWaitingTokens: 20,
    });
  });

  test('differ between the two schedulers of TensorRT-LLM in the scheduler alone', () => {
    const { id: _, name: __, scheduler: no, ...numbers } = engine('trtllm');
    const { id: ___, name: ____, scheduler: max, ...others } = engine('trtllm-max-utilization');
    expect([no, max]).toEqual(['trtllm-no-evict', 'trtllm-max-utilization']);
    expect(others).toEqual(numbers);
  });

  test('carry what their scheduler needs, and no other scheduler has it', () => {
    for (const { id, scheduler, defaults, batchWaitS } of engines()) {
      expect(batchWaitS !== undefined, id).toBe(scheduler === 'static-batch');
      expect(defaults.waitingServedRatio !== undefined, id).toBe(scheduler === 'tgi');
      expect(defaults.maxWaitingTokens !== undefined, id).toBe(scheduler === 'tgi');
      expect(defaults.scheduleConservativeness !== undefined, id).toBe(scheduler === 'sglang');
      expect(defaults.maxPrefillTokens !== undefined, id).toBe(scheduler === 'sglang');
      expect(defaults.microBatchTokens !== undefined, id).toBe(scheduler === 'llama-cpp');
    }
  });

  test('keep shares between nothing and all, and whole positive counts', () => {
    for (const { id, defaults } of engines()) {
      expect(defaults.gpuMemoryUtilization, id).toBeGreaterThan(0);
      expect(defaults.gpuMemoryUtilization, id).toBeLessThanOrEqual(1);
      for (const n of [defaults.blockSizeTokens, defaults.maxNumSeqs, defaults.maxNumBatchedTokens]) {
        expect(Number.isInteger(n), id).toBe(true);
        expect(n, id).toBeGreaterThan(0);
      }
    }
  });

  test('launch without graphs only in the profile of 2023', () => {
    for (const e of engines()) expect(e.eagerLayerFloorS !== undefined, e.id).toBe(e.id === 'vllm-2023-eager');
    for (const id of Object.keys(engine('vllm-2023-eager').eagerLayerFloorByDevice!)) {
      expect(findDevice(id)?.id).toBe(id);
    }
  });
});
