import { parallelism } from '@infersim/fleet';
import { openFileBytes, type RunPlan, runExperiment, runReplication } from '@infersim/runner';
import { describe, expect, it } from 'vitest';
import { figuresText, shortPlan } from '../src/shipped-scenarios.js';

/** Workers load built files, never sources through the test runner. */
const workerUrl = new URL('../../runner/dist/worker.js', import.meta.url);

const once = (plan: RunPlan, replication: number) =>
  figuresText(runReplication(plan, replication, { openBytes: openFileBytes }));

describe('the same plan and seed', () => {
  const plan = { ...shortPlan('three-grids'), replications: 4 };

  it('give the same bytes for one and for two worker threads, and in this thread', async () => {
    const one = await runExperiment(plan, { jobs: 1, workerUrl });
    const two = await runExperiment(plan, { jobs: 2, workerUrl });
    expect(one.replications).toHaveLength(4);
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(two.estimates).toEqual(one.estimates);
    expect(two.replications.map(figuresText)).toEqual(one.replications.map(figuresText));
    expect(one.replications.map(figuresText)).toEqual([1, 2, 3, 4].map((replication) => once(plan, replication)));
  });

  it('give the same bytes for several threads on the sites of one replication', async () => {
    // Rows of all requests would keep it in one thread.
    const rows = { mode: 'sample', sample: 300 } as const;
    const edge = shortPlan('edge');
    const sites = { ...edge, replications: 1, record: { ...edge.record, requests: rows } };
    expect(parallelism(sites.world).lanes).toBeGreaterThan(4);
    const here = once(sites, 1);
    for (const threads of [2, 3]) {
      const result = await runExperiment(sites, { jobs: threads, threadsPerReplication: threads, workerUrl });
      expect(result.replications.map(figuresText)).toEqual([here]);
    }
  });

  it('give the same bytes in any order of replications and after another scenario', () => {
    const inOrder = [1, 2, 3].map((replication) => once(plan, replication));
    once(shortPlan('edge'), 1);
    const shuffled = new Map([3, 1, 2].map((replication) => [replication, once(plan, replication)]));
    expect([1, 2, 3].map((replication) => shuffled.get(replication))).toEqual(inOrder);
    expect(new Set(inOrder).size).toBe(3);
  });

  it('give another world for another seed', () => {
    expect(once({ ...plan, seed: plan.seed + 1 }, 1)).not.toBe(once(plan, 1));
  });
});
