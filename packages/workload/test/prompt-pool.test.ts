/** Recycled prompts of a benchmark client. */

import { RandomStreams } from '@infersim/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrefixChain } from '../src/prefix.js';
import { constant, uniform } from '../src/profile/distribution-shapes.js';
import type { PromptPoolSpec, WorkloadPlan } from '../src/workload-plan.js';
import { drain, plan, source, type Taken } from './drained.js';

const POOL: PromptPoolSpec = { beginnings: 3, beginningTokens: 100, promptsPerBeginning: 4, order: 'cycle' };
const poolPlan = (pool: Partial<PromptPoolSpec> = {}, more: Partial<WorkloadPlan> = {}) =>
  plan({ process: 'constant', ratePerS: 1 }, { promptPool: { ...POOL, ...pool }, ...more });
const chainOf = (taken: Taken) => taken.chain as PrefixChain;
const taken = (of: WorkloadPlan, most: number, seed = 1) => drain(source(of, {}, seed), most);

describe('a prompt pool', () => {
  it('has chains that cover the whole prompt and stay the same over passes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 1_500 }),
        fc.constantFrom('cycle' as const, 'shuffled' as const),
        fc.integer({ min: 1, max: 500 }),
        (beginnings, promptsPerBeginning, beginningTokens, order, seed) => {
          const size = beginnings * promptsPerBeginning;
          const of = poolPlan({ beginnings, promptsPerBeginning, beginningTokens, order });
          const requests = taken(of, 3 * size, seed);
          const first = requests.slice(0, size);
          for (const [k, request] of requests.entries()) {
            const chain = chainOf(request);
            expect(chain.totalTokens).toBe(request.prompt);
            expect(chain.tokens.reduce((sum, tokens) => sum + tokens, 0)).toBe(request.prompt);
            expect(chain).toBe(chainOf(first[k % size]!));
            expect([request.prompt, request.wish]).toEqual([first[k % size]!.prompt, first[k % size]!.wish]);
          }
          // Every prompt once a pass, each with a last segment that no other has.
          expect(new Set(first.map((request) => request.segments.at(-1))).size).toBe(size);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the prompts of a beginning the same first segment, and others another', () => {
    const requests = taken(
      poolPlan({}, { lengths: { kind: 'independent', prompt: constant(500), output: constant(5) } }),
      12,
    );
    expect(requests.map(({ segments }) => segments.length)).toEqual(new Array(12).fill(2));
    const firsts = requests.map(({ segments }) => segments[0]);
    expect(new Set(firsts).size).toBe(3);
    for (let k = 0; k < 12; k++) expect(firsts[k]).toBe(firsts[Math.floor(k / 4) * 4]);
    expect(chainOf(requests[0]!).tokens).toEqual(Int32Array.of(100, 400));
  });

  it('has prompts of their own only where they are not longer than the beginning', () => {
    const [request] = taken(
      poolPlan({}, { lengths: { kind: 'independent', prompt: constant(100), output: constant(5) } }),
      1,
    );
    expect(chainOf(request!).tokens).toEqual(Int32Array.of(100));
  });

  it('goes through a shuffled pool in one order, another one for another seed', () => {
    const order = (seed: number) =>
      taken(poolPlan({ order: 'shuffled' }), 12, seed).map(({ segments }) => segments.at(-1));
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect([...order(1)].sort()).toEqual([...order(2)].sort());
  });

  it('picks evenly at random', () => {
    const counts = new Map<unknown, number>();
    for (const { segments } of drain(source(poolPlan({ order: 'random' }), { horizonS: 12_000 })))
      counts.set(segments.at(-1), (counts.get(segments.at(-1)) ?? 0) + 1);
    expect(counts.size).toBe(12);
    const deviation = [...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    expect(deviation).toBeLessThan(31.3); // chi-square, 11 degrees of freedom, 0.1 %
  });

  it('is the same at every site of a workload, and another one in another workload', () => {
    const of = poolPlan({ order: 'shuffled' });
    const [a] = drain(source(of, { name: 'w/0', sourceIndex: 0, sourceCount: 2 }), 1);
    const [b] = drain(source(of, { name: 'w/1', sourceIndex: 1, sourceCount: 2 }), 1);
    expect([b!.segments, b!.prompt]).toEqual([a!.segments, a!.prompt]);
    const [c] = drain(source({ ...of, id: 'v' }, { workloadIndex: 1 }), 1);
    expect(c!.segments).not.toEqual(a!.segments);
  });

  it('is shared by workloads that are stages of one load test, whatever their order', () => {
    const streams = new RandomStreams(1, 0);
    const first = drain(source(poolPlan(), { streams }), 12);
    const owner = { workloadId: 'w', workloadIndex: 0 };
    for (const order of ['cycle', 'shuffled'] as const) {
      const of = { ...poolPlan({ owner, order }), id: 'stage-2' };
      const second = drain(source(of, { streams, workloadIndex: 1, name: 'stage-2/site' }), 12);
      const prompts = (requests: readonly Taken[]) =>
        requests.map(({ segments, prompt, wish }) => [segments.at(-1)!, prompt, wish]).sort((a, b) => a[0]! - b[0]!);
      expect(prompts(second)).toEqual(prompts(first));
    }
  });

  it('keeps chains within a capped prompt, and counts each cut', () => {
    const of = poolPlan(
      {},
      { lengths: { kind: 'independent', prompt: constant(800), output: constant(5) }, maxPromptTokens: 300 },
    );
    const stream = source(of);
    for (const request of drain(stream, 24)) expect([request.prompt, chainOf(request).totalTokens]).toEqual([300, 300]);
    expect(stream.counts.promptCutRequests).toBe(24);
  });

  it('hands prompts out in order of sending in a closed loop', () => {
    const closed = plan(
      { process: 'closed', users: 2, thinkS: constant(0), rampS: 1 },
      { promptPool: POOL, lengths: { kind: 'independent', prompt: uniform(200, 400), output: constant(5) } },
    );
    const [first, second] = drain(source(closed));
    expect([first!.segments.at(-1)! + 1, first!.segments[0]]).toEqual([second!.segments.at(-1), second!.segments[0]]);
  });

  it('draws prompts from its own law of lengths', () => {
    const lengths = drain(source(poolPlan({ beginnings: 1, promptsPerBeginning: 900, beginningTokens: 0 })), 900).map(
      ({ prompt }) => prompt,
    );
    expect(Math.min(...lengths)).toBeLessThan(60);
    expect(Math.max(...lengths)).toBeGreaterThan(1_950);
    expect(lengths.reduce((sum, length) => sum + length, 0) / 900).toBeCloseTo(1_005, -2);
  });

  it.each<[Partial<PromptPoolSpec>, Partial<WorkloadPlan>, RegExp]>([
    [{ beginnings: 0 }, {}, /beginnings/],
    [{ promptsPerBeginning: 1.5 }, {}, /prompts per beginning/],
    [{ beginningTokens: -1 }, {}, /tokens of a beginning/],
    [{ beginnings: 1_001, promptsPerBeginning: 1_000 }, {}, /at most 1000000/],
    [{}, { prefix: { groups: 1, tokens: 1, zipf: 1 } }, /takes the place/],
  ])('refuses %j %j', (pool, more, message) => {
    expect(() => source(poolPlan(pool, more))).toThrow(message);
  });
});
