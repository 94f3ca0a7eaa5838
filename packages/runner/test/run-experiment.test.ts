import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { traffic, workload } from '../../fleet/test/small-world.js';
import { type Progress, replicationsToRun, runExperiment, WorkersDied } from '../src/index.js';
import { replicate, runPlan } from './small-plan.js';

// Workers load built files, as they do for users.
const workerUrl = new URL('../dist/worker.js', import.meta.url);

describe('an experiment', () => {
  const plan = runPlan({}, { replications: 4 });

  it('gives the same result for one and for two workers, and as in this thread', async () => {
    const one = await runExperiment(plan, { jobs: 1, workerUrl });
    const two = await runExperiment(plan, { jobs: 2, workerUrl });
    expect(two).toEqual(one);
    expect(one.replications.map((result) => result.replication)).toEqual([1, 2, 3, 4]);
    expect(one.replications[2]!.values).toEqual(replicate(plan, 3).values);
    expect(one.estimates.some((estimate) => estimate.halfWidth > 0)).toBe(true);
  });

  it('runs a world without random parts once and does not call copies an interval', async () => {
    const still = runPlan(
      { traffic: [traffic({ workload: workload({ arrivals: { process: 'constant', ratePerS: 2 } }) })] },
      { replications: 5, deterministic: true },
    );
    expect(replicationsToRun(still)).toBe(1);
    const result = await runExperiment(still, { jobs: 2, workerUrl });
    expect(result.replications).toHaveLength(1);
    expect(result.estimates.every((estimate) => Number.isNaN(estimate.halfWidth))).toBe(true);
  });

  it('stops early when aborted, keeps what it has and marks it', async () => {
    const controller = new AbortController();
    const long = runPlan(
      { horizonS: 1e6 },
      { replications: 2, record: { requests: { mode: 'none', sample: 0 }, timeseriesS: 0 } },
    );
    let seen: Progress | undefined;
    const result = await runExperiment(long, {
      jobs: 1,
      workerUrl,
      signal: controller.signal,
      progressEveryMs: 20,
      onProgress: (progress) => {
        seen = progress;
        if (progress.simulatedS > 0) controller.abort();
      },
    });
    expect(result.interrupted).toBe(true);
    expect(result.replications.length).toBeGreaterThan(0);
    expect(result.replications[0]!.reachedS).toBeLessThan(1e6);
    expect(seen!.events).toBeGreaterThan(0);
    expect(result.conserved).toBe(true);
  });

  it('loses a replication whose worker dies, and no other', async () => {
    const dying = new URL('./fixtures/dying-worker.mjs', import.meta.url);
    const result = await runExperiment(plan, { jobs: 2, workerUrl: dying, heapMiB: 64 });
    expect(result.replications.map(({ replication }) => replication)).toEqual([1, 4]);
    expect(result.replications[1]!.values).toEqual(replicate(plan, 4).values);
    expect(result.interrupted).toBe(true);
    expect([...result.lost].sort()).toEqual([
      expect.stringMatching(/^replication 2 is lost, its worker died: worker exited with code: 7$/i),
      expect.stringMatching(
        /^replication 3 is lost, its worker died: it ran out of memory \(64 MiB for each worker; fewer --jobs/,
      ),
    ]);
    expect(result.warnings).toEqual(expect.arrayContaining([...result.lost]));
  });

  it('rejects when no worker has lived', async () => {
    const dying = new URL('./fixtures/always-dying-worker.mjs', import.meta.url);
    await expect(runExperiment(plan, { jobs: 2, workerUrl: dying })).rejects.toThrow(WorkersDied);
  });

  it('rejects with a trace error and its place when a row proves broken while it is read', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'infersim-')), 'late.csv');
    writeFileSync(path, 'arrival_s,prompt_tokens,output_tokens\n0,10,10\n1,ten,10\n');
    const broken = runPlan({
      traffic: [
        traffic({
          workload: workload({
            lengths: { kind: 'recorded' },
            arrivals: {
              process: 'replay',
              trace: {
                path,
                format: 'canonical',
                speed: 1,
                keep: 1,
                copies: 1,
                repeat: 1,
                badRows: 'refuse',
                spreadS: 0,
              },
            },
          }),
        }),
      ],
    });
    await expect(runExperiment(broken, { jobs: 1, workerUrl })).rejects.toMatchObject({
      name: 'TraceError',
      line: 3,
      message: expect.stringContaining('late.csv:3'),
    });
  });

  it('names scenario, seed and replication when the model throws', async () => {
    const broken = runPlan({
      traffic: [
        traffic({
          workload: workload({
            lengths: { kind: 'recorded' },
            arrivals: {
              process: 'replay',
              trace: {
                path: '/nowhere/trace.csv',
                format: 'canonical',
                speed: 1,
                keep: 1,
                copies: 1,
                repeat: 1,
                badRows: 'refuse',
                spreadS: 0,
              },
            },
          }),
        }),
      ],
    });
    await expect(runExperiment(broken, { jobs: 1, workerUrl })).rejects.toThrow(
      /scenario small, seed 1, replication 1: .*nowhere/,
    );
  });
});
