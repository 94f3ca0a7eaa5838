import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExperimentResult,
  mergeReplications,
  REQUEST_COLUMNS,
  type RequestRows,
  type RunPlan,
  runReplication,
} from '@infersim/runner';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { deployment, engine, group, pool, traffic, workload } from '../../fleet/test/small-world.js';
import { noTraces, runPlan } from '../../runner/test/small-plan.js';
import { joinChunks, parseCsv, requestCount, requestsCsv, requestsParquet } from '../src/index.js';
import { fixtureResult, fixtureRun } from './fixture-result.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-parquet-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function bytesOf(result: ExperimentResult): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  // A chunk is only good until the next one, so each is copied.
  for (const chunk of (await requestsParquet(result))!) parts.push(chunk.slice());
  // A copy of its own size: small buffers share one with others.
  return Uint8Array.from(Buffer.concat(parts)).buffer;
}

/** Rows as requests.csv spells them: text of every cell, empty for what is not there. */
function spelt(rows: readonly Record<string, unknown>[]): string[][] {
  return rows.map((row) => Object.values(row).map((cell) => (cell === null || cell === undefined ? '' : String(cell))));
}

/** Two sites, two workloads, more than can be served: every outcome but failure, and places left empty. */
function busyPlan(): RunPlan {
  const spec = { ...deployment(), maxNumSeqs: 4 };
  const client = { timeoutS: 0.8, maxRetries: 1, backoffS: 0.5, cancelOnTimeout: true };
  const lengths = {
    kind: 'independent',
    prompt: { dist: 'lognormal', mu: 5.7, sigma: 1 },
    output: { dist: 'constant', value: 20 },
  } as const;
  const arrivals = { process: 'poisson', ratePerS: 80 } as const;
  const route = { ...traffic().route, stages: [[0, 1]] };
  return runPlan(
    {
      horizonS: 12,
      groups: [group(), group({ id: 'shops, and more', grid: 'edge', count: 2 })],
      pools: [
        pool({ deployment: spec, engine: engine(spec), queueLimit: 40 }),
        pool({ id: 'till', group: 1, deployment: spec, engine: engine(spec), queueLimit: 40 }),
      ],
      origins: [{ id: 'us-east', siteGroup: -1, rttS: [0.02, 0.03] }],
      traffic: [
        traffic({ workload: workload({ lengths, arrivals }), client, route }),
        traffic({ workload: workload({ id: 'far', lengths, arrivals, maxPromptTokens: 20_000 }), client, route }),
      ],
    },
    { replications: 2 },
  );
}

test('a run reads back from Parquet as it does from CSV, from memory and through a spool', async () => {
  const plan = busyPlan();
  const resultOf = (spool: boolean) =>
    mergeReplications(
      plan,
      [1, 2].map((replication) =>
        runReplication(plan, replication, {
          ...noTraces,
          ...(spool ? { spoolPath: join(folder, `${replication}`) } : {}),
        }),
      ),
    );
  const kept = resultOf(false);
  const csv = joinChunks(requestsCsv(kept)!);
  const told: number[] = [];
  expect(joinChunks(requestsCsv(resultOf(true), (rows) => told.push(rows))!)).toBe(csv);
  expect(told.at(-1)).toBe(requestCount(kept));
  expect(told.every((rows, at) => at === 0 || rows > told[at - 1]!)).toBe(true);
  const file = await bytesOf(kept);
  expect(Buffer.from(await bytesOf(resultOf(true))).equals(Buffer.from(file))).toBe(true);

  const [header, ...cells] = parseCsv(csv);
  const rows = await parquetReadObjects({ file });
  expect(Object.keys(rows[0]!)).toEqual(header);
  expect(spelt(rows)).toEqual(cells);
  const column = (name: string) => new Set(cells.map((row) => row[header!.indexOf(name)]));
  expect([...column('outcome')].sort()).toEqual(['completed', 'in_flight', 'rejected', 'timed_out']);
  expect(column('pool')).toContain('shops, and more/till');
  expect(column('pool')).toContain('');
  expect([...column('replication')]).toEqual(['1', '2']);
});

test('a long table comes in groups of rows with whole numbers, doubles and names from a dictionary', async () => {
  const rows = 10_000;
  const runs = [0, 1].map((replication) => fixtureRun(replication, {}, { requests: manyRequests(rows) }));
  const result = fixtureResult(runs);
  const file = await bytesOf(result);
  const { row_groups: groups, num_rows: count } = parquetMetadata(file);
  expect(count).toBe(BigInt(2 * rows));
  expect(groups.map((each) => Number(each.num_rows))).toEqual([16_384, 3_616]);
  const columns = new Map(groups[0]!.columns.map(({ meta_data: data }) => [data!.path_in_schema.join('.'), data!]));
  for (const name of ['workload', 'origin', 'pool', 'outcome']) {
    expect(columns.get(name)!.type).toBe('BYTE_ARRAY');
    expect(columns.get(name)!.encodings).toContain('RLE_DICTIONARY');
  }
  for (const name of ['replication', 'attempts', 'prompt_tokens', 'output_tokens', 'preemptions'])
    expect(columns.get(name)!.type).toBe('INT32');
  for (const name of ['request_id', 'sent_s', 'ttft_ms', 'cost_usd']) expect(columns.get(name)!.type).toBe('DOUBLE');
  const read = await parquetReadObjects({ file, rowStart: 9_990, rowEnd: 10_010 });
  const cells = parseCsv(joinChunks(requestsCsv(result)!)).slice(1 + 9_990, 1 + 10_010);
  expect(spelt(read)).toEqual(cells);
});

test('a table without rows has its columns all the same, and there is none where nothing was recorded', async () => {
  const none = fixtureResult([fixtureRun(0, {}, { requests: manyRequests(0) })]);
  const { num_rows: count, schema } = parquetMetadata(await bytesOf(none));
  expect(count).toBe(0n);
  expect(schema.slice(1).map(({ name }) => name)).toEqual(parseCsv(joinChunks(requestsCsv(none)!))[0]);
  expect(await requestsParquet(fixtureResult())).toBeNull();
});

test('a whole number that its column cannot hold is refused, not cut', async () => {
  const requests = manyRequests(3);
  requests.columns.prompt_tokens[1] = 2 ** 31;
  const result = fixtureResult([fixtureRun(0, {}, { requests })]);
  await expect(bytesOf(result)).rejects.toThrow(/prompt_tokens of request row 1 is 2147483648/);
});

/** Rows whose cells say where they stand; ids beyond 2^32, every third cell of a column not there. */
function manyRequests(rows: number): RequestRows {
  const whole = () => Int32Array.from({ length: rows }, () => 0);
  const columns = Object.fromEntries(
    REQUEST_COLUMNS.map((name, index) => [
      name,
      Float64Array.from({ length: rows }, (_, row) => {
        if (name === 'request_id') return 2 ** 40 + row;
        if ((row + index) % 3 === 0) return Number.NaN;
        return /tokens|attempts|preemptions/.test(name) ? row % 5000 : row + index / 7;
      }),
    ]),
  ) as RequestRows['columns'];
  return { rows, workload: whole(), originSite: whole(), pool: whole(), site: whole(), outcome: whole(), columns };
}
