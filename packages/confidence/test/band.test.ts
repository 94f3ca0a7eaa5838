import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BAND_BASES,
  type BandQuery,
  bandFor,
  bandGrade,
  buildErrorRecord,
  DEFAULT_WIDTHS,
  ERROR_RECORD,
  type ErrorRecord,
  errorGroups,
  fewRowsFactor,
  NOISE_FLOOR_LOG,
  UNKNOWN_SIDE_LOG,
  unknownBand,
} from '../src/index.js';
import { evenRows, row } from './synthetic-errors.js';

const query: BandQuery = {
  deviceId: 'h100-sxm',
  deviceClass: 'datacentre-gpu',
  family: 'llama-3',
  isMoe: false,
  engineId: 'vllm',
  metricKind: 'ttft',
};

/** A query as far from what was measured as each basis says. */
const FAR_QUERIES: readonly BandQuery[] = [
  query,
  { ...query, family: 'new' },
  { ...query, family: 'new', engineId: 'new' },
  { ...query, family: 'new', engineId: 'new', deviceId: 'new' },
  { ...query, family: 'new', engineId: 'new', deviceId: 'new', deviceClass: 'new' },
];

const EMPTY: ErrorRecord = { groups: [], ranges: [], widths: DEFAULT_WIDTHS };

function recordOf(rows: Parameters<typeof errorGroups>[0], widths = DEFAULT_WIDTHS): ErrorRecord {
  return { groups: errorGroups(rows), ranges: [], widths };
}

const logs = (band: { lowFactor: number; highFactor: number }) => [Math.log(band.lowFactor), Math.log(band.highFactor)];

test('an empty record gives the band of simulators nobody calibrated, graded assumed', () => {
  const band = bandFor(query, EMPTY);
  expect(band).toEqual(unknownBand('ttft', EMPTY));
  expect(band).toMatchObject({ basis: 'none', n: 0, nominal: 0.8 });
  expect(bandGrade(band)).toBe('assumed');
  expect(UNKNOWN_SIDE_LOG).toBe(0.45);
  expect(logs(band)[0]).toBeCloseTo(-0.45, 12);
  expect(logs(band)[1]).toBeCloseTo(0.45, 12);
});

test('the record that ships answers every query', () => {
  for (const far of FAR_QUERIES) expect(bandFor(far, ERROR_RECORD).highFactor).toBeGreaterThan(1);
});

test('each query falls to the closest level with at least eight rows', () => {
  const record = recordOf(evenRows(8, 0, 0.1, 0.1));
  expect(FAR_QUERIES.map((far) => bandFor(far, record).basis)).toEqual(BAND_BASES);
  expect(FAR_QUERIES.map((far) => bandFor(far, recordOf(evenRows(7, 0, 0.1, 0.1))).basis)).toEqual(
    BAND_BASES.map(() => 'none'),
  );
});

test('other figures and the other kind of model are no neighbours, save in a class without its own kind', () => {
  const record = recordOf(evenRows(20, 0, 0.1, 0.1));
  expect(bandFor({ ...query, metricKind: 'power' }, record).basis).toBe('none');
  expect(bandFor({ ...query, isMoe: true }, record).basis).toBe('class');
});

test('with many rows of its own the band is their 10 % and 90 % quantiles, bias and all', () => {
  const band = bandFor(query, recordOf(evenRows(4000, 0.05, 0.1, 0.2)));
  const z90 = 1.2816;
  expect(logs(band)[0]).toBeCloseTo(0.05 - 0.1 * z90, 2);
  expect(logs(band)[1]).toBeCloseTo(0.05 + 0.2 * z90, 2);
});

test('a band always holds the prediction, and no side is narrower than measurements repeat', () => {
  const biased = bandFor(query, recordOf(evenRows(50, 0.4, 0.01, 0.01)));
  expect(logs(biased)[0]).toBeCloseTo(-NOISE_FLOOR_LOG, 12);
  expect(logs(biased)[1]).toBeGreaterThan(0.4);
  const exact = bandFor(query, recordOf(evenRows(50, 0, 0, 0)));
  expect(exact.lowFactor).toBeLessThanOrEqual(1 / 1.03 + 1e-9);
  expect(exact.highFactor).toBeGreaterThanOrEqual(1.03 - 1e-9);
});

test('fewer rows make a wider band, and the factor goes to one', () => {
  const halfWidths = [8, 16, 64, 512].map((n) => {
    // The same three quantiles whatever the count.
    const [group] = errorGroups(evenRows(1000, 0, 0.1, 0.1));
    return logs(bandFor(query, { ...EMPTY, groups: [{ ...group!, n }] }))[1]!;
  });
  expect([...halfWidths].sort((a, b) => b - a)).toEqual(halfWidths);
  expect(halfWidths[0]! / halfWidths[3]!).toBeGreaterThan(1.1);
  expect(fewRowsFactor(1e6)).toBeCloseTo(1, 5);
});

test('closer neighbours never make a wider band than farther ones with the same spread', () => {
  const spread = fc.record({
    bias: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    below: fc.double({ min: 0, max: 0.4, noNaN: true }),
    above: fc.double({ min: 0, max: 0.4, noNaN: true }),
  });
  const counts = fc.record({
    own: fc.integer({ min: 8, max: 200 }),
    engine: fc.array(fc.integer({ min: 8, max: 200 }), { maxLength: 6 }),
    device: fc.array(fc.integer({ min: 8, max: 200 }), { maxLength: 6 }),
    class: fc.array(fc.integer({ min: 8, max: 200 }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(spread, counts, ({ bias, below, above }, n) => {
      const [shape] = errorGroups(evenRows(400, bias, below, above));
      const groups = [
        { ...shape!, n: n.own },
        ...n.engine.map((count, index) => ({ ...shape!, n: count, family: `engine-${index}` })),
        ...n.device.map((count, index) => ({ ...shape!, n: count, engineId: `device-${index}` })),
        ...n.class.map((count, index) => ({ ...shape!, n: count, deviceId: `class-${index}` })),
      ];
      const bands = FAR_QUERIES.map((far) => logs(bandFor(far, { ...EMPTY, groups })));
      for (let level = 1; level < bands.length; level++) {
        expect(bands[level]![0]).toBeLessThanOrEqual(bands[level - 1]![0]! + 1e-9);
        expect(bands[level]![1]).toBeGreaterThanOrEqual(bands[level - 1]![1]! - 1e-9);
      }
    }),
    { numRuns: 50 },
  );
});

test('a spread seen close by is kept though farther neighbours are tight', () => {
  const own = evenRows(200, 0, 0.3, 0.3);
  const others = [1, 2, 3, 4].flatMap((index) => evenRows(200, 0, 0.02, 0.02, { family: `other-${index}` }));
  expect(bandFor(query, recordOf([...own, ...others])).highFactor).toBeGreaterThan(1.4);
});

test('the time of a request takes the band of its tokens where only those were measured close by', () => {
  const tpot = evenRows(40, 0.02, 0.05, 0.08, { metricKind: 'tpot' });
  const record = recordOf(tpot);
  const own = bandFor({ ...query, metricKind: 'tpot' }, record);
  expect(bandFor({ ...query, metricKind: 'e2e' }, record)).toEqual(own);
  const throughput = bandFor({ ...query, metricKind: 'throughput' }, record);
  expect(throughput.lowFactor).toBeCloseTo(1 / own.highFactor, 12);
  expect(throughput.highFactor).toBeCloseTo(1 / own.lowFactor, 12);
  // What was measured directly and as close comes first.
  const both = recordOf([...tpot, ...evenRows(40, 0, 0.2, 0.2, { metricKind: 'e2e' })]);
  expect(bandFor({ ...query, metricKind: 'e2e' }, both).highFactor).toBeGreaterThan(own.highFactor);
});

test('the order of rows does not matter to the record', () => {
  const rows = [...evenRows(30, 0.1, 0.1, 0.2), ...evenRows(20, 0, 0.1, 0.1, { family: 'b' }), row({ family: 'c' })];
  expect(buildErrorRecord([...rows].reverse())).toEqual(buildErrorRecord(rows));
});
