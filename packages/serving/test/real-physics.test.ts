/** The leaping scheduler on real device physics against the plain one, which prices every step by itself. */

import { createStepModel } from '@infersim/devices';
import { describe, expect, it } from 'vitest';
// Deployments come from the catalog, which this package may not depend on; the device tests know how to build them.
import { deploy } from '../../devices/test/deployments.js';
import { ReferenceEngine } from './reference-engine.js';
import { chain, column, type RequestPlan, records, SETTINGS, serve } from './world.js';

const STREAM = { engineId: 'qualcomm-npu', weightPrecision: 'int4', maxNumSeqs: 1 } as const;

/** A few dozen requests with lengths and gaps from a linear congruence, some with a common start. */
function traffic(count: number, meanGapS: number): RequestPlan[] {
  let state = 42;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  let atS = 0;
  return Array.from({ length: count }, () => {
    atS += meanGapS * 2 * draw();
    const shared = draw() < 0.5;
    return {
      atS,
      prompt: 300 + Math.floor(3000 * draw() * draw()),
      output: 1 + Math.floor(900 * draw() * draw()),
      prefix: shared ? chain([7, 200 + 16 * Math.floor(4 * draw())]) : null,
    };
  });
}

describe('real physics', () => {
  it.each([
    ['llama-3.1-8b', 'h100-sxm', {}, 0.03, 2600],
    ['gemma-3-27b', 'h100-sxm', {}, 0.15, 4000],
    ['mixtral-8x7b', 'h100-sxm', { tp: 2 }, 0.05, 3000],
    ['qwen3-0.6b', 'h100-sxm', { engineId: 'vllm-2025' }, 0.02, 2500],
    ['deepseek-v3', 'h200-sxm', { tp: 8, weightPrecision: 'fp8' }, 0.1, 4000],
  ] as const)('%s on %s leaps to where single steps lead', (model, device, overrides, gapS, numBlocks) => {
    const physics = createStepModel(deploy(model, device, overrides));
    const settings = {
      ...SETTINGS,
      maxNumSeqs: 64,
      maxNumBatchedTokens: 2048,
      blockSizeTokens: 16,
      numBlocks,
      enablePrefixCaching: true,
      maxModelLenTokens: 8192,
    };
    const plans = traffic(60, gapS);
    const outcome = serve(settings, physics, plans);
    const expected = new ReferenceEngine(settings, physics).run(plans);
    expect(outcome.notes.length).toBe(expected.notes.length);
    for (const [timeS, what, request] of expected.notes) {
      const same = outcome.notes.filter((note) => note[1] === what && note[2] === request);
      expect(same.some((note) => Math.abs(note[0] - timeS) <= 1e-9 * timeS)).toBe(true);
    }
    expect(column(outcome, 'PREEMPTIONS', 60)).toEqual(expected.jobs.map((job) => job.preemptions));
    const stepping = serve(settings, physics, plans, { stepByStep: true });
    expect(stepping.segments).toEqual(outcome.segments);
    expect(records(stepping, 60)).toEqual(records(outcome, 60));
    // A leap is worth having.
    expect(outcome.boundaries * 3).toBeLessThan(stepping.boundaries);
  });

  it('serves a phone one request at a time, by the buckets of its compiled graphs', () => {
    const physics = createStepModel(deploy('llama-3.2-3b', 'snapdragon-8-elite', STREAM));
    const change = {
      ...SETTINGS,
      scheduler: 'single-stream',
      enableChunkedPrefill: false,
      maxModelLenTokens: 8192,
      numBlocks: 8192,
    } as const;
    const outcome = serve(change, physics, [{ atS: 0, prompt: 3700, output: 700 }]);
    // Contexts 3701 to 4399 cross the edge at 4096: the steps of each piece cost the same.
    const decodes = outcome.segments.filter((segment) => segment.decodes === 1);
    expect(decodes.length).toBeGreaterThanOrEqual(2);
    expect(decodes.every((segment) => segment.growthS === 0)).toBe(true);
    expect(decodes.reduce((steps, segment) => steps + segment.steps, 0)).toBe(699);
    expect(decodes.at(-1)!.stepS).toBeGreaterThan(decodes[0]!.stepS);
  });
});
