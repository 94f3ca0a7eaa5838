import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorldPlan } from '@infersim/fleet';
import { describe, expect, it } from 'vitest';
import { group, pool, traffic, workload } from '../../fleet/test/small-world.js';
import { planThreads, type RunPlan, requestBlocks, runExperiment } from '../src/index.js';
import { createLaneGroup, failGroup } from '../src/lane-group.js';
import { sharedCells } from '../src/shared-progress.js';
import { replicate, runPlan } from './small-plan.js';

// Workers load built files, as they do for users.
const workerUrl = new URL('../dist/worker.js', import.meta.url);

const sampled = { record: { requests: { mode: 'sample', sample: 40 }, timeseriesS: 60 } } as const;
const sites = (over: Partial<WorldPlan>, options: Partial<RunPlan> = {}) =>
  runPlan(
    {
      groups: [group({ count: 6 })],
      origins: [{ id: 'here', siteGroup: -1, rttS: [0.05] }],
      pools: [pool({ replicas: 2 })],
      horizonS: 40,
      ...over,
    },
    { ...sampled, ...options },
  );
const arrivals = (ratePerS: number) => workload({ arrivals: { process: 'poisson', ratePerS } });
const apart = sites({ traffic: [traffic({ workload: arrivals(50) })] });
const inWindows = sites({
  pools: [pool({ queueLimit: 0 })],
  traffic: [
    traffic({
      workload: workload({
        arrivals: { process: 'closed', users: 200, thinkS: { dist: 'exponential', mean: 1 }, rampS: 5 },
      }),
      client: { timeoutS: 2, maxRetries: 2, backoffS: 0.1, cancelOnTimeout: true },
    }),
  ],
});
const missing = workload({
  lengths: { kind: 'recorded' },
  arrivals: {
    process: 'replay',
    trace: { path: '', format: 'canonical', speed: 1, keep: 1, copies: 1, repeat: 1, badRows: 'refuse', spreadS: 0 },
  },
});

/** The request rows of a result, a line each. */
function blockRows(run: Parameters<typeof requestBlocks>[0]): string[] {
  const lines: string[] = [];
  // A block's arrays are used again for the next.
  for (const { rows, columns, ...keys } of requestBlocks(run)) {
    const cells = [...Object.values(keys), ...Object.values(columns)];
    for (let row = 0; row < rows; row++) lines.push(cells.map((column) => column[row]).join());
  }
  return lines;
}

describe('several threads on one replication', () => {
  it.each([
    ['apart', apart],
    ['in windows', inWindows],
  ])('give the same result as this thread alone: %s', async (_, plan) => {
    const alone = replicate(plan);
    expect(alone.conservation.every((check) => check.passed)).toBe(true);
    for (const threads of [2, 3]) {
      const result = await runExperiment(plan, { jobs: threads, threadsPerReplication: threads, workerUrl });
      expect(result.replications).toEqual([alone]);
    }
  });

  it.each([
    ['apart', apart],
    ['in windows', inWindows],
  ])('write all request rows as one thread does: %s', async (_, sampling) => {
    // Long enough for rows to leave for the disk while others are still on their way.
    const plan: RunPlan = {
      ...sampling,
      world: { ...sampling.world, horizonS: 300 },
      record: { requests: { mode: 'all', sample: 0 }, timeseriesS: 60 },
    };
    const folder = mkdtempSync(join(tmpdir(), 'infersim-rows-'));
    try {
      const alone = replicate(plan);
      const result = await runExperiment(plan, {
        jobs: 3,
        threadsPerReplication: 3,
        workerUrl,
        spoolPathOf: (replication, thread) => join(folder, `${replication}-${thread}`),
      });
      const { requests, spooledRequests, ...rest } = result.replications[0]!;
      expect(requests).toBeNull();
      expect(readdirSync(folder).sort()).toEqual(['1-0', '1-1', '1-2']);
      for (const { rows } of spooledRequests!.spools) expect(rows).toBeGreaterThan(2048);
      const [together, kept] = [blockRows(result.replications[0]!), blockRows(alone)];
      expect(together).toHaveLength(kept.length);
      expect(together.filter((line, row) => line !== kept[row]).slice(0, 3)).toEqual([]);
      expect({ ...alone, ...rest }).toEqual(alone);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['apart', { ...apart, world: { ...apart.world, horizonS: 1e6 } }],
    ['in windows', { ...inWindows, world: { ...inWindows.world, horizonS: 1e6 } }],
  ])('stop at one moment when aborted, and nothing is lost: %s', async (_, plan) => {
    const controller = new AbortController();
    const result = await runExperiment(plan, {
      jobs: 2,
      threadsPerReplication: 2,
      workerUrl,
      signal: controller.signal,
      progressEveryMs: 20,
      onProgress: ({ simulatedS }) => {
        if (simulatedS > 0) controller.abort();
      },
    });
    expect(result.interrupted).toBe(true);
    expect(result.replications[0]!.reachedS).toBeGreaterThan(0);
    expect(result.replications[0]!.reachedS).toBeLessThan(1e6);
    expect(result.conserved).toBe(true);
  });

  it('do not wait for one that has died', async () => {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({ filename: workerUrl.href, minThreads: 1, maxThreads: 1 });
    try {
      // Of two threads only this one comes to the meetings.
      const laneGroup = createLaneGroup(2);
      const shared = new Float64Array(new SharedArrayBuffer(8 * sharedCells(1, 2)));
      const task = { kind: 'part', plan: inWindows, replication: 1, shared, group: laneGroup, thread: 0 } as const;
      const reply = pool.run({ ...task, fromLane: 0, toLane: 3 });
      failGroup(laneGroup);
      expect(await reply).toEqual({ groupFault: true });
    } finally {
      await pool.destroy();
    }
  });

  it('all end when one of them meets a broken trace, and the reason is told', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'infersim-')), 'late.csv');
    writeFileSync(path, 'arrival_s,prompt_tokens,output_tokens\n0,10,10\n1,ten,10\n');
    const { arrivals: replay } = missing;
    if (replay.process !== 'replay') throw new Error('no trace');
    const broken = sites({
      // The trace belongs to the first site, so that one thread alone reads it.
      groups: [group(), group({ id: 'others', count: 5 })],
      origins: [{ id: 'here', siteGroup: -1, rttS: [0.05, 0.05] }],
      pools: [pool(), pool({ group: 1 })],
      traffic: [
        traffic({ workload: { ...missing, arrivals: { ...replay, trace: { ...replay.trace, path } } } }),
        { ...inWindows.world.traffic[0]!, route: { ...traffic().route, stages: [[1]] } },
      ],
    });
    const run = runExperiment(broken, { jobs: 2, threadsPerReplication: 2, workerUrl });
    await expect(run).rejects.toMatchObject({ name: 'TraceError', line: 3 });
  });
});

describe('the plan of threads', () => {
  const busy = sites({ traffic: [traffic({ workload: arrivals(5000) })] });

  it('puts spare threads on the lanes of a replication when there is work for them', () => {
    expect(planThreads(busy, 4, 2)).toMatchObject({ workers: 4, perReplication: 2, lanes: 6 });
    expect(planThreads(busy, 16, 1)).toMatchObject({ workers: 6, perReplication: 6 });
    expect(planThreads(busy, 3, 4)).toMatchObject({ workers: 3, perReplication: 1 });
    expect(planThreads(apart, 4, 1)).toMatchObject({
      workers: 1,
      perReplication: 1,
      reason: expect.stringMatching(/too little work/),
    });
  });

  it('keeps one thread where windows are short or one site has everything', () => {
    const near = sites({
      origins: [{ id: 'here', siteGroup: -1, rttS: [0.001] }],
      traffic: [{ ...inWindows.world.traffic[0]!, workload: arrivals(5000) }],
    });
    expect(planThreads(near, 4, 1)).toMatchObject({
      perReplication: 1,
      reason: expect.stringMatching(/between two meetings/),
    });
    expect(planThreads(runPlan(), 4, 1)).toMatchObject({
      perReplication: 1,
      lanes: 1,
      reason: expect.stringMatching(/one site/),
    });
  });
});
