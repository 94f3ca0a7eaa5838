import { METRIC_COLUMNS, REQUEST_COLUMNS, TIMESERIES_COLUMNS } from '@infersim/runner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnDocs, csvChunks, joinChunks, parseCsv, requestsCsv, runsCsv, timeseriesCsv } from '../src/index.js';
import { FIGURES, fixtureRequests, fixtureResult, fixtureRun, fixtureTimeseries, SCOPES } from './fixture-result.js';

test('any table of text and numbers reads back cell by cell', () => {
  const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ') }), fc.double());
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }), (rows) => {
      const text = joinChunks(csvChunks(['a', 'b', 'c'], rows));
      const back = parseCsv(text);
      expect(back[0]).toEqual(['a', 'b', 'c']);
      const expected = rows.map((row) =>
        row.map((item) => (typeof item === 'string' ? item : Number.isFinite(item) ? String(item) : '')),
      );
      expect(back.slice(1)).toEqual(expected);
    }),
  );
});

test('a long table is made in chunks whose sum is the table', () => {
  const rows = Array.from({ length: 5000 }, (_, index) => [index]);
  const chunks = [...csvChunks(['n'], rows)];
  expect(chunks.length).toBeGreaterThan(1);
  expect(parseCsv(chunks.join('')).length).toBe(5001);
});

test('runs.csv has a row per replication and scope, keys first, every metric, empty cells for what is not available', () => {
  const text = joinChunks(runsCsv(fixtureResult(), { trial: 3, params: { 'pools.replicas': 4 } }));
  expect(text.includes('\r')).toBe(false);
  const [header, ...rows] = parseCsv(text);
  expect(header!.slice(0, 8)).toEqual([
    'scenario',
    'trial',
    'replication',
    'seed',
    'scope',
    'scope_id',
    'param.pools.replicas',
    'status',
  ]);
  expect(header!.slice(8)).toEqual([
    ...METRIC_COLUMNS.map((column) => column.name),
    'confidence_grade',
    'band_basis',
    'ttft_ms_p95_low',
    'ttft_ms_p95_high',
    'tpot_ms_mean_low',
    'tpot_ms_mean_high',
    'tpot_ms_p95_low',
    'tpot_ms_p95_high',
    'e2e_ms_p95_low',
    'e2e_ms_p95_high',
    'output_tokens_per_s_low',
    'output_tokens_per_s_high',
    'power_kw_it_mean_low',
    'power_kw_it_mean_high',
    'cost_usd_per_1m_output_tokens_low',
    'cost_usd_per_1m_output_tokens_high',
  ]);
  expect(rows.length).toBe(2 * SCOPES.length);
  expect(rows[6]!.slice(0, 8)).toEqual(['two-grids', '3', '1', '8', 'grid', 'cloud', '4', 'ok']);
  expect(rows[0]![header!.indexOf('ttft_ms_p95')]).toBe(String(FIGURES['ttft_ms_p95']));
  expect(rows[0]![header!.indexOf('itl_ms_p95')]).toBe('');
});

test('the grade of a scope is the worst of its pools, and a workload has that of the pools it may reach', () => {
  const [header, ...rows] = parseCsv(joinChunks(runsCsv(fixtureResult([fixtureRun(0)]))));
  const grade = header!.indexOf('confidence_grade');
  expect(rows.map((row) => [row[5], row[grade]])).toEqual([
    ['all', 'assumed'],
    ['cloud', 'fitted'],
    ['edge', 'assumed'],
    ['virginia/chat-70b', 'fitted'],
    ['chat', 'fitted'],
  ]);
});

test('the status of a replication says whether it was cut off or unstable', () => {
  const runs = [
    fixtureRun(0, {}, { interrupted: true, stable: false }),
    fixtureRun(1, {}, { stable: false }),
    fixtureRun(2),
  ];
  const rows = parseCsv(joinChunks(runsCsv(fixtureResult(runs)))).filter((row) => row[4] === 'all');
  expect(rows.map((row) => row[6])).toEqual(['interrupted', 'unstable', 'ok']);
});

test('timeseries.csv and requests.csv exist only where recorded', () => {
  expect(timeseriesCsv(fixtureResult())).toBeNull();
  expect(requestsCsv(fixtureResult())).toBeNull();
});

test('timeseries.csv names replication, time and scope first', () => {
  const run = fixtureRun(0, {}, { timeseries: fixtureTimeseries() });
  const [header, first, second] = parseCsv(joinChunks(timeseriesCsv(fixtureResult([run]))!));
  expect(header).toEqual(['replication', 'time_s', 'scope', 'scope_id', ...TIMESERIES_COLUMNS]);
  expect(first!.slice(0, 7)).toEqual(['0', '0', 'all', 'all', '0', '0.25', '0.5']);
  expect(second!.slice(0, 4)).toEqual(['0', '60', 'grid', 'cloud']);
  expect(second![4 + 3]).toBe('');
});

test('requests.csv leaves the place of a request empty that was never placed', () => {
  const run = fixtureRun(0, {}, { requests: fixtureRequests() });
  const [header, first, second] = parseCsv(joinChunks(requestsCsv(fixtureResult([run]))!));
  expect(header!.slice(7)).toEqual([...REQUEST_COLUMNS]);
  expect(first!.slice(0, 8)).toEqual(['0', 'chat', 'us-east', '0', 'virginia/chat-70b', '0', 'completed', '0.5']);
  expect(second!.slice(0, 8)).toEqual(['0', 'chat', 'us-east', '0', '', '', 'rejected', '']);
});

test('every column of every file is documented, in file order', () => {
  const docs = columnDocs();
  const run = fixtureRun(0, {}, { timeseries: fixtureTimeseries(), requests: fixtureRequests() });
  const result = fixtureResult([run]);
  const names = (table: 'runs' | 'timeseries' | 'requests') =>
    docs[table].filter((doc) => doc.sweepsOnly !== true).map((doc) => doc.name);
  expect(names('runs')).toEqual(parseCsv(joinChunks(runsCsv(result)))[0]);
  expect(names('timeseries')).toEqual(parseCsv(joinChunks(timeseriesCsv(result)!))[0]);
  expect(names('requests')).toEqual(parseCsv(joinChunks(requestsCsv(result)!))[0]);
  for (const doc of Object.values(docs).flat()) expect(doc.meaning).not.toBe('');
});
