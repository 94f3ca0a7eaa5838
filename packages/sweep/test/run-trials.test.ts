import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCsv } from '@infersim/report';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Design,
  parseAxis,
  planSweep,
  runTrials,
  type SweepPlan,
  type SweepPool,
  type SweepSource,
  startPool,
  type TrialRecord,
  WHOLE,
} from '../src/index.js';
import { SCENARIO } from './small-sweep.js';

// Workers load built files, as they do for users.
const REAL = new URL('../dist/run/worker.js', import.meta.url);
const DYING = new URL('./fixtures/dying-worker.mjs', import.meta.url);

const folder = mkdtempSync(join(tmpdir(), 'infersim-sweep-'));
const source: SweepSource = { path: join(folder, 'small.yaml'), sets: [], overrides: { timeseries: 'off' } };
beforeAll(() => {
  writeFileSync(source.path, SCENARIO);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function design(...axes: string[]): Design {
  const dimensions = axes.map((text) => {
    const axis = parseAxis('--axis', text);
    if ('message' in axis) throw new Error(axis.message);
    return [axis];
  });
  return { dimensions, draw: null };
}
const FIVE = design('workloads.chat.arrivals.rate_per_s=1,2,3,4,5');

let real: SweepPool;
let dying: SweepPool;
beforeAll(async () => {
  real = await startPool(REAL, 2);
  dying = await startPool(DYING, 2, { heapMiB: 96 });
});
afterAll(async () => {
  await Promise.all([real, dying].map((pool) => pool.close()));
});

/** Records in the order of their trials. */
async function run(
  pool: SweepPool,
  of: Design = FIVE,
  options: { failFast?: boolean; signal?: AbortSignal } = {},
): Promise<TrialRecord[]> {
  const plan = await planSweep(pool, source, of, WHOLE, '0.1.0');
  const records: TrialRecord[] = [];
  await runTrials(pool, source, plan.trials, {
    failFast: false,
    ...options,
    onRecord: (record) => records.push(record),
  });
  return records.sort((a, b) => a.trial - b.trial);
}

describe('running trials', () => {
  let whole: TrialRecord[];
  beforeAll(async () => {
    whole = await run(real);
  });

  it('gives the same records for one and for two workers', async () => {
    const pool = await startPool(REAL, 1);
    expect(await run(pool)).toEqual(whole);
    await pool.close();
    expect(whole.map(({ trial, status, replications }) => [trial, status, replications])).toEqual(
      [1, 2, 3, 4, 5].map((trial) => [trial, 'ok', 2]),
    );
  });

  it('runs every trial in the same random world: a value that changes nothing changes no figure', async () => {
    const [one, other] = await run(real, design('description=one,other'));
    expect(one!.fingerprint).toBe(other!.fingerprint);
    expect(one!.figures).toEqual(other!.figures);
    const [seed1, seed2] = await run(real, design('seed=1,2'));
    expect(seed1!.fingerprint).toBe(one!.fingerprint);
    expect(seed2!.fingerprint).not.toBe(one!.fingerprint);
  });

  it('keeps the other trials when workers die, throw or fail, and says which trial died of what', async () => {
    const records = await run(dying);
    expect(records.map(({ trial, status, error }) => [trial, status, error])).toEqual([
      [1, 'ok', ''],
      [2, 'failed', 'the worker of replication 1 died: worker exited with code: 7'],
      [3, 'failed', '(=broken in replication 1)'],
      [4, 'failed', 'the worker of replication 2 died: out of luck'],
      [5, 'ok', ''],
    ]);
    expect([records[0], records[4]]).toEqual([whole[0], whole[4]]);
    const [failed] = parseCsv(records[1]!.rows.join('\n'));
    const [sound] = parseCsv(whole[1]!.rows.join('\n'));
    expect(failed!.length).toBe(sound!.length);
    expect(failed!.slice(0, 8)).toEqual(['small', '2', '', '1', 'all', 'all', '2', 'failed']);
    expect(failed!.slice(8).join('')).toBe('');
  });

  it('fails trials whose worker runs out of memory, takes too long or throws beside its task', async () => {
    const plan = await planSweep(dying, source, design('workloads.chat.arrivals.rate_per_s=1..8:8'), WHOLE, '0.1.0');
    const records: TrialRecord[] = [];
    const onRecord = (record: TrialRecord) => records.push(record);
    const limit = { seconds: 0.5, text: '500ms' };
    await runTrials(dying, source, plan.trials.slice(6, 7), { failFast: false, limit, onRecord });
    await runTrials(
      dying,
      source,
      [4, 5, 7].map((at) => plan.trials[at]!),
      { failFast: false, onRecord },
    );
    expect(records.sort((a, b) => a.trial - b.trial).map(({ trial, error }) => [trial, error])).toEqual([
      [5, ''],
      [
        6,
        'the worker of replication 1 died: it ran out of memory (96 MiB for each worker; fewer --jobs may give each more)',
      ],
      [7, 'replication 1 took longer than 500ms'],
      [8, 'the worker of replication 1 died: nobodyDefinedThis is not defined'],
    ]);
    expect(records[0]).toEqual(whole[4]);
  });

  it('stops at the first failure when told so', async () => {
    const records = await run(dying, design('workloads.chat.arrivals.rate_per_s=1..12:12'), { failFast: true });
    expect(records.some(({ status }) => status === 'failed')).toBe(true);
    expect(records.length).toBeLessThan(12);
  });

  it('finishes no trial once it is stopped', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await run(real, FIVE, { signal: controller.signal })).toEqual([]);
  });

  it('runs the plans it has checked, and loads them again where files were touched or plans not kept', async () => {
    const path = join(folder, 'touched.yaml');
    writeFileSync(path, SCENARIO);
    const touched = { ...source, path };
    const checkedTrials = (await planSweep(real, touched, FIVE, WHOLE, '0.1.0')).trials;
    const records: TrialRecord[] = [];
    const onRecord = (record: TrialRecord) => records.push(record);
    expect(checkedTrials.every(({ packed }) => packed !== null && packed.bytes.length > 0)).toBe(true);
    await runTrials(real, touched, checkedTrials.slice(0, 2), { failFast: false, onRecord });
    await runTrials(real, touched, [{ ...checkedTrials[2]!, packed: null }], { failFast: false, onRecord });
    utimesSync(path, 1, 1);
    await runTrials(real, touched, checkedTrials.slice(3), { failFast: false, onRecord });
    expect(records.sort((a, b) => a.trial - b.trial)).toEqual(whole);
  });

  it('fails trials whose scenario was changed since it was checked', async () => {
    const path = join(folder, 'moving.yaml');
    writeFileSync(path, SCENARIO);
    const moving = { ...source, path };
    const plan = await planSweep(real, moving, FIVE, WHOLE, '0.1.0');
    writeFileSync(path, SCENARIO.replace('horizon: 60s', 'horizon: 61s'));
    const records: TrialRecord[] = [];
    await runTrials(real, moving, plan.trials.slice(0, 1), { failFast: false, onRecord: (each) => records.push(each) });
    expect(records.map(({ error }) => error)).toEqual([
      'the scenario, or a file it reads, was changed while the sweep ran',
    ]);
  });
});

describe('a design is checked before it runs', () => {
  const plan = (of: Design): Promise<SweepPlan> => planSweep(real, source, of, WHOLE, '0.1.0');

  it('and refused with every problem once, and the trials that have it', async () => {
    const { header, checked } = await plan(
      design('grids.cloud.sites.virginia.pools.chat.replicas=1,0,many', 'workloads.chat.arrivals.rate_per_s=1,2'),
    );
    expect(header).toBeNull();
    expect(checked.refused).toBe(4);
    expect(checked.problems.map(({ code, file, notes }) => [code, file, notes])).toEqual([
      ['SCENARIO_RANGE', '--axis', ['in 2 of 6 trials, first in 3']],
      ['SCENARIO_TYPE', '--axis', ['in 2 of 6 trials, first in 5']],
    ]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    [
      'under two spellings',
      ['workloads[0].arrivals.rate_per_s=1,2', 'workloads.chat.arrivals.rate_per_s=3,4'],
      ['changes nothing: `workloads.chat.arrivals.rate_per_s` is laid over the same place'],
    ],
    [
      'inside of what another replaces',
      [
        'workloads.chat.arrivals.rate_per_s=1,2',
        'workloads[0].arrivals={ process: poisson, rate_per_s: 3 },{ process: poisson, rate_per_s: 4 }',
      ],
      ['changes nothing: `workloads[0].arrivals` is laid over the same place'],
    ],
    ['with equal values', ['horizon=60s,1min', 'seed=1,2'], ['changes nothing: its 2 values make the same scenario']],
    [
      'of what sweeps do not record',
      ['record.requests=none,all'],
      ['changes nothing: its 2 values make the same scenario'],
    ],
    ['that is a list item', ['workloads[0].route.prefer[0]=chat,cloud'], []],
    ['of a single value', ['seed=1', 'horizon=60s,70s'], []],
  ])('and for axes %s', async (_, axes, messages) => {
    const { header, idle } = await plan(design(...axes));
    expect(idle.map(({ message }) => message)).toEqual(messages);
    expect(header === null).toBe(messages.length > 0);
  });

  it('and trials told that are written differently and are the same', async () => {
    expect((await plan(design('horizon=60s,1min,70s', 'seed=1,2'))).twins).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect((await plan(FIVE)).twins).toEqual([]);
  });

  it('hashes what a trial is, wherever its files lie', async () => {
    const first = await plan(FIVE);
    const elsewhere = join(folder, 'elsewhere.yaml');
    writeFileSync(elsewhere, SCENARIO);
    const moved = await planSweep(real, { ...source, path: elsewhere }, FIVE, WHOLE, '0.1.0');
    expect(moved.header).toEqual(first.header);
    const shard = await planSweep(real, source, FIVE, { index: 2, count: 3 }, '0.1.0');
    expect(shard.header).toEqual({ ...first.header, shard: { index: 2, count: 3 } });
    expect(shard.trials).toEqual(first.trials.filter(({ trial }) => trial === 2 || trial === 5));
    const other = await plan(design('workloads.chat.arrivals.rate_per_s=1,2,3,4,6'));
    expect(other.header!.design).not.toBe(first.header!.design);
    expect(other.header!.content).toBe(first.header!.content);
  });
});
