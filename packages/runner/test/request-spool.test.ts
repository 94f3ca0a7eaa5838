import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_COLUMNS, type LogColumn, World } from '@infersim/fleet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployment, engine, pool, traffic, workload } from '../../fleet/test/small-world.js';
import {
  REQUEST_COLUMNS,
  REQUEST_OUTCOMES,
  type ReplicationResult,
  RequestSpoolError,
  requestBlocks,
  runExperiment,
  runReplication,
} from '../src/index.js';
import { type RequestSpool, RequestSpoolWriter, spooledBlocks } from '../src/request-spool.js';
import { noTraces, replicate, runPlan } from './small-plan.js';

const workerUrl = new URL('../dist/worker.js', import.meta.url);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'infersim-spool-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const short = {
  kind: 'independent',
  prompt: { dist: 'constant', value: 200 },
  output: { dist: 'constant', value: 8 },
} as const;

/** Two workloads with the same ids on one pool that is too slow for both: some are refused, some give up and try again. */
function crowded(horizonS: number, cancelOnTimeout: boolean) {
  const spec = { ...deployment(), maxNumSeqs: 4 };
  const client = { timeoutS: 1, maxRetries: 2, backoffS: 0.5, cancelOnTimeout };
  const arrivals = { process: 'poisson', ratePerS: 60 } as const;
  return runPlan({
    horizonS,
    pools: [pool({ deployment: spec, engine: engine(spec), queueLimit: 100 })],
    traffic: [
      traffic({ workload: workload({ lengths: short, arrivals }), client }),
      traffic({ workload: workload({ id: 'other', lengths: short, arrivals }), client }),
    ],
  });
}

/** All rows of a result, a line each: quick to compare, and short to show where they differ. */
function rowsOf(run: ReplicationResult): string[] {
  const lines: string[] = [];
  for (const block of requestBlocks(run)) {
    for (let row = 0; row < block.rows; row++) {
      const keys = [block.workload[row], block.originSite[row], block.pool[row], block.site[row], block.outcome[row]];
      lines.push([...keys, ...REQUEST_COLUMNS.map((name) => block.columns[name][row])].join());
    }
  }
  return lines;
}

describe('request rows through a spool', () => {
  it.each([true, false])(
    'are those of a run that keeps them, in the same order (withdrawn on time-out: %s)',
    (cancel) => {
      const plan = crowded(60, cancel);
      const spoolPath = join(folder, 'spool');
      const spooled = runReplication(plan, 1, { ...noTraces, spoolPath });
      const kept = replicate(plan);
      expect(spooled.requests).toBeNull();
      expect(kept.spooledRequests).toBeNull();
      expect(spooled.values).toEqual(kept.values);
      expect(rowsOf(spooled)).toEqual(rowsOf(kept));
      // Read once more: a spool is not used up.
      expect(rowsOf(spooled)).toHaveLength(kept.requests!.rows);
      const outcomes = new Set(Array.from(kept.requests!.outcome, (outcome) => REQUEST_OUTCOMES[outcome]));
      expect([...outcomes].sort()).toEqual(['completed', 'in_flight', 'rejected', 'timed_out']);
      expect(Math.max(...kept.requests!.columns.attempts)).toBe(3);
    },
  );

  it('are those until a run was stopped', () => {
    const plan = crowded(1e5, true);
    const stopAfter = () => {
      let checkpoints = 0;
      return { ...noTraces, onProgress: () => ++checkpoints === 3 };
    };
    const spooled = runReplication(plan, 1, { ...stopAfter(), spoolPath: join(folder, 'spool') });
    expect(spooled.interrupted).toBe(true);
    const kept = runReplication(plan, 1, stopAfter());
    expect(rowsOf(spooled)).toEqual(rowsOf(kept));
    expect(kept.requests!.rows).toBeGreaterThan(2048);
  });

  it('are the sample that a run would keep', () => {
    const plan = {
      ...crowded(60, true),
      record: { requests: { mode: 'sample', sample: 50 }, timeseriesS: 0 },
    } as const;
    const spooled = runReplication(plan, 1, { ...noTraces, spoolPath: join(folder, 'spool') });
    expect(rowsOf(spooled)).toEqual(rowsOf(replicate(plan)));
    expect(spooled.spooledRequests!.spools.map(({ rows }) => rows)).toEqual([50]);
  });

  it('leave no file where none are asked for', () => {
    const plan = { ...crowded(5, true), record: { requests: { mode: 'none', sample: 0 }, timeseriesS: 0 } } as const;
    const result = runReplication(plan, 1, { ...noTraces, spoolPath: join(folder, 'spool') });
    expect(result.spooledRequests).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('do not pile up in memory: what a world holds follows what is on its way, not how long it runs', () => {
    const { world } = runPlan({
      horizonS: 1200,
      traffic: [traffic({ workload: workload({ lengths: short, arrivals: { process: 'poisson', ratePerS: 40 } }) })],
    });
    let rows = 0;
    let lastSentS = 0;
    const served = new World({
      ...noTraces,
      plan: world,
      seed: 1,
      replication: 1,
      requestRows: Number.POSITIVE_INFINITY,
      rowSink: (columns, order, count) => {
        for (let row = 0; row < count; row++) {
          expect(columns.sentS[order[row]!]!).toBeGreaterThanOrEqual(lastSentS);
          lastSentS = columns.sentS[order[row]!]!;
        }
        rows += count;
      },
      series: false,
      stepByStep: false,
    });
    served.run(() => false);
    expect(rows).toBe(served.statistics.offeredByTraffic[0]);
    // The world looks every 20,000 events, and a request takes at least two.
    expect(served.log!.peakRows).toBeLessThanOrEqual(1024 + 10_000);
    expect(rows).toBeGreaterThan(4 * served.log!.peakRows);
  });
});

it('rows of several spools come out as if they had lain in one', () => {
  const rows = 20_000;
  const whole = logOf(Array.from({ length: rows }, (_, row) => row));
  // Parts as threads leave them: each in order, of very different length, one empty.
  const parts = [0, 1, 2, 3].map((part) =>
    logOf(Array.from({ length: rows }, (_, row) => row).filter((row) => [0, 0, 0, 0, 1, 3][(row * 7919) % 6] === part)),
  );
  const spools = parts.map((log, part) => spoolOf(join(folder, `${part}`), log));
  expect(spools.map((spool) => spool.rows)).toEqual(parts.map((log) => log.sentS.length));
  expect(spools[2]!.rows).toBe(0);
  for (const some of [[spoolOf(join(folder, 'whole'), whole)], spools]) {
    let row = 0;
    for (const block of spooledBlocks(some)) {
      const differs = LOG_COLUMNS.filter((name) =>
        block.columns[name].subarray(0, block.rows).some((value, at) => value !== whole[name][row + at]),
      );
      expect(differs).toEqual([]);
      row += block.rows;
    }
    expect(row).toBe(rows);
  }
  expect([...spooledBlocks([])]).toEqual([]);
});

/** Log columns of some requests; three are sent at a time. */
function logOf(requests: readonly number[]): Record<LogColumn, Float64Array> {
  return Object.fromEntries(
    LOG_COLUMNS.map((name, index) => [
      name,
      Float64Array.from(requests, (request) =>
        name === 'sentS' ? Math.floor(request / 3) : name === 'requestId' ? request : request + index / 100,
      ),
    ]),
  ) as Record<LogColumn, Float64Array>;
}

function spoolOf(path: string, log: Record<LogColumn, Float64Array>): RequestSpool {
  const writer = new RequestSpoolWriter(path);
  const order = Uint32Array.from(log.sentS, (_, row) => row);
  // In stretches that fit no block.
  for (let from = 0; from < order.length; from += 777)
    writer.append(log, order.subarray(from, from + 777), Math.min(777, order.length - from));
  return writer.finish();
}

describe('a spool that the file system refuses', () => {
  // Links, because the file of a failed run is removed.
  it.runIf(existsSync('/dev/full'))('stops the run when the disk is full, and is gone', () => {
    const spoolPath = join(folder, 'spool');
    symlinkSync('/dev/full', spoolPath);
    const start = () => runReplication(crowded(60, true), 1, { ...noTraces, spoolPath });
    expect(start).toThrow(RequestSpoolError);
    expect(existsSync('/dev/full')).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is told by its class from workers too', async () => {
    const plan = { ...crowded(5, true), replications: 2 };
    const spoolPathOf = (replication: number) => join(folder, 'missing', `${replication}`);
    await expect(runExperiment(plan, { jobs: 1, workerUrl, spoolPathOf })).rejects.toMatchObject({
      name: 'RequestSpoolError',
      path: join(folder, 'missing', '1'),
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('says so when the file was cut short behind its back', () => {
    const spoolPath = join(folder, 'spool');
    const result = runReplication(crowded(60, true), 1, { ...noTraces, spoolPath });
    truncateSync(spoolPath, 1000);
    expect(() => rowsOf(result)).toThrow(/ends after 0 of \d+ rows/);
  });
});

it('replications over workers leave a spool each, with the rows of replications run here', async () => {
  const plan = { ...crowded(10, true), replications: 3 };
  const spoolPathOf = (replication: number) => join(folder, `${replication}`);
  const { replications } = await runExperiment(plan, { jobs: 2, workerUrl, spoolPathOf });
  expect(readdirSync(folder).sort()).toEqual(['1', '2', '3']);
  for (const run of replications) expect(rowsOf(run)).toEqual(rowsOf(replicate(plan, run.replication)));
});
