import { describe, expect, it } from 'vitest';
import type { CaseRun, MeasuredCase } from '../src/cases/measured-case.js';
import { prepareCase } from '../src/predict/prepared-case.js';
import { handCase } from './hand-cases.js';

const closedLoop = (prompt: number, answer: number): CaseRun => ({
  kind: 'closed-loop',
  users: 4,
  promptTokens: { low: prompt, high: prompt },
  outputTokens: { low: answer, high: answer },
  staggerS: 0.005,
});

const failureOf = (parts: Partial<MeasuredCase>): string =>
  prepareCase(handCase(2, { tpot_mean_ms: 1 }, parts)).failure;
const onCard = { deviceId: 'rtx-4090', parallelism: { tp: 1, pp: 1, dpAttention: 1, ep: 1 } } as const;

describe('a case that cannot be run says why', () => {
  it('with the name of its model, also where that decodes greedily', () => {
    const failure = failureOf({ source: 'InferenceX', modelId: 'llama-3.1-70b', ...onCard });
    expect(failure).toContain('llama-3.1-70b');
    expect(failure).not.toContain('greedily');
  });

  it('where prompts are longer than the context', () => {
    const longer = 'prompt of 140000 tokens is longer than the context of llama-3.1-8b (131072)';
    expect(failureOf({ modelId: 'llama-3.1-8b', run: closedLoop(140_000, 10) })).toBe(longer);
    expect(
      failureOf({ modelId: 'llama-3.1-8b', run: { kind: 'single-stream', promptTokens: 140_000, outputTokens: 1 } }),
    ).toBe(longer);
    expect(failureOf({ modelId: 'llama-3.1-8b', run: closedLoop(131_072, 10) })).toBe('');
  });

  it('not where the row states a longer context, nor for batches of random tokens', () => {
    const options = { maxModelLenTokens: 160_000 };
    expect(failureOf({ modelId: 'llama-3.1-8b', run: closedLoop(140_000, 10), options })).toBe('');
    const run = { kind: 'static-batch', batch: 1, promptTokens: 8192, outputTokens: 8 } as const;
    expect(failureOf({ modelId: 'llama-2-7b', engineId: 'vllm-2023-eager', run })).toBe('');
  });

  it('where no request fits the KV cache', () => {
    const tooLong = failureOf({ modelId: 'llama-3.1-8b', run: closedLoop(100_000, 1000), ...onCard });
    expect(tooLong).toMatch(/^request of 101000 tokens is longer than the KV cache holds \(\d+\)$/);
    const held = Number(/\((\d+)\)/.exec(tooLong)?.[1]);
    // 24 GB hold 16 GB of weights, and at 128 KiB a token not 64k tokens beside them.
    expect(held).toBeGreaterThan(10_000);
    expect(held).toBeLessThan(64_000);
    expect(failureOf({ modelId: 'llama-3.1-8b', run: closedLoop(held - 100, 100), ...onCard })).toBe('');
  });
});
