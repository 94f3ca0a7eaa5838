import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchedConstants } from '../src/batched-constants.js';
import { priceDecodeInFull, priceMixedInFull } from '../src/batched-prices.js';
import { BatchedStepModel } from '../src/batched-step-model.js';
import { BatchedTables } from '../src/batched-tables.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { GradeTrail } from '../src/grade-trail.js';
import { COST_CELLS, segmentS } from '../src/step-model.js';
import { deploy, type Piece, workOf } from './deployments.js';

const constantsOf = (spec: DeploymentSpec) => {
  if (spec.model.architecture === undefined) throw new Error(`${spec.model.id} has no architecture`);
  return batchedConstants(spec, spec.model.architecture, new GradeTrail());
};

const PLAIN: readonly (readonly [string, DeploymentSpec])[] = [
  ['dense', deploy('llama-3.1-8b', 'h100-sxm')],
  ['experts', deploy('mixtral-8x7b', 'h100-sxm', { tp: 2 })],
  ['host-bound', deploy('qwen3-0.6b', 'h100-sxm', { engineId: 'vllm-2025' })],
  ['eager', deploy('llama-2-7b', 'a100-80-sxm', { engineId: 'vllm-2023-eager', maxModelLenTokens: 4096 })],
  ['pipeline-parallel', deploy('llama-3.1-70b', 'h100-sxm', { tp: 2, pp: 2 })],
  [
    'layers split over devices',
    deploy('llama-3.1-8b', 'rtx-4090', { engineId: 'llama-cpp', blockSizeTokens: 1, pp: 4 }),
  ],
  ['state layers beside attention', deploy('lfm2-1.2b', 'h100-sxm')],
];
const OTHER: readonly (readonly [string, DeploymentSpec])[] = [
  ['sliding windows', deploy('gemma-3-27b', 'h100-sxm')],
  ['data-parallel attention', deploy('deepseek-v3', 'h200-sxm', { weightPrecision: 'fp8', dataParallelAttention: 8 })],
];

const contexts = fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 0, maxLength: 30 });
const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc.record({
    cached: fc.integer({ min: 0, max: 3000 }),
    tokens: fc.integer({ min: 1, max: 700 }),
    finishes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('prices of plain deployments', () => {
  it.each(PLAIN)('%s: to the bit those of the full formulas, by rows filled or not', (_name, spec) => {
    const constants = constantsOf(spec);
    const model = new BatchedStepModel(constants);
    const tables = new BatchedTables(constants, []);
    const full = new Float64Array(COST_CELLS);
    const first = new Float64Array(COST_CELLS);
    const again = new Float64Array(COST_CELLS);
    fc.assert(
      fc.property(contexts, pieces, (batch, chunks) => {
        const decode = workOf(model, batch);
        priceDecodeInFull(tables, decode, full);
        model.priceDecode(decode, first);
        model.priceDecode(decode, again);
        expect([...first]).toEqual([...full]);
        expect([...again]).toEqual([...full]);
        const mixed = workOf(model, batch, chunks);
        priceMixedInFull(tables, mixed, full);
        model.priceMixed(mixed, first);
        model.priceMixed(mixed, again);
        expect([...first]).toEqual([...full]);
        expect([...again]).toEqual([...full]);
      }),
    );
  });
});

describe('tables of few rows', () => {
  it.each([...PLAIN, ...OTHER])('%s: counts that share a row are priced as in large tables', (_name, spec) => {
    const large = new BatchedStepModel(constantsOf(spec));
    const small = new BatchedStepModel({ ...constantsOf(spec), tableTokens: 5, tableRows: 2 });
    const wanted = new Float64Array(COST_CELLS);
    const priced = new Float64Array(COST_CELLS);
    fc.assert(
      fc.property(contexts, pieces, (batch, chunks) => {
        const decode = workOf(large, batch);
        large.priceDecode(decode, wanted);
        small.priceDecode(decode, priced);
        expect([...priced]).toEqual([...wanted]);
        const mixed = workOf(large, batch, chunks);
        large.priceMixed(mixed, wanted);
        small.priceMixed(mixed, priced);
        expect([...priced]).toEqual([...wanted]);
      }),
    );
  });
});

describe('segmentS', () => {
  it('is n*a + b*n(n-1)/2 with the product of whole numbers exact', () => {
    const step = fc.double({ min: 1e-6, max: 10, noNaN: true });
    fc.assert(
      fc.property(step, step, fc.integer({ min: 0, max: 2 ** 26 }), (stepS, growthS, steps) => {
        expect(segmentS(stepS, growthS, steps)).toBe(steps * stepS + growthS * ((steps * (steps - 1)) / 2));
      }),
    );
  });
});
