import { expect, test } from 'vitest';
import { buildErrorRecord, calibrateWidths, coverageByLeaveOut, DEFAULT_WIDTHS, leaveOutBands } from '../src/index.js';
import { row, syntheticRows } from './synthetic-errors.js';

test('on families left out, bands cover 70 to 90 % of errors, whatever share of the error is the family', () => {
  for (const [familySigma, rowSigma, seed] of [
    [0.08, 0.08, 7],
    [0.15, 0.04, 11],
    [0.02, 0.2, 13],
  ] as const) {
    const coverage = coverageByLeaveOut(syntheticRows({ familySigma, rowSigma, seed }));
    expect(coverage.overall.rows).toBe(2 * 2 * 10 * 20);
    for (const share of [coverage.overall.share, coverage.overall.groupShare]) {
      expect(share).toBeGreaterThanOrEqual(0.7);
      expect(share).toBeLessThanOrEqual(0.9);
    }
  }
});

test('uneven groups and errors larger one way are covered too', () => {
  const rows = syntheticRows({ seed: 5 })
    .filter((each, index) => each.family !== 'family-3' || index % 10 === 0)
    .map((each) => ({ ...each, logError: each.logError > 0 ? 3 * each.logError : each.logError }));
  const { overall } = coverageByLeaveOut(rows);
  expect(overall.groupShare).toBeGreaterThanOrEqual(0.7);
  expect(overall.groupShare).toBeLessThanOrEqual(0.9);
});

test('cells add up: by family, by figure, by basis', () => {
  const rows = [
    ...syntheticRows({ families: 3, rowsPerGroup: 9 }),
    ...syntheticRows({ families: 3, rowsPerGroup: 9, seed: 3 }).map((each) => ({
      ...each,
      metricKind: 'power' as const,
    })),
  ];
  const coverage = coverageByLeaveOut(rows);
  for (const lines of [coverage.byFamily, coverage.byMetric, coverage.byBasis, coverage.lines]) {
    expect(lines.reduce((sum, line) => sum + line.rows, 0)).toBe(rows.length);
    expect(lines.reduce((sum, line) => sum + line.covered, 0)).toBe(coverage.overall.covered);
  }
  expect(coverage.byMetric.map((line) => line.metricKind)).toEqual(['power', 'ttft']);
  expect(coverage.byFamily.map((line) => line.family)).toEqual(['family-0', 'family-1', 'family-2']);
});

test('nothing measured leaves the default widths and nothing to cover', () => {
  expect(calibrateWidths([])).toEqual(DEFAULT_WIDTHS);
  expect(calibrateWidths([row()])).toEqual(DEFAULT_WIDTHS);
  expect(coverageByLeaveOut([]).overall).toEqual({ rows: 0, covered: 0, share: Number.NaN, groupShare: Number.NaN });
});

test('calibrated widths never shrink with distance, and grow where other families differ more than their rows', () => {
  const { widths } = buildErrorRecord(syntheticRows({ familySigma: 0.15, rowSigma: 0.03 }));
  const values = [widths['device+family+engine'], widths['device+engine'], widths.device, widths.class];
  expect([...values].sort((a, b) => a - b)).toEqual(values);
});

test('bands for a left-out family know nothing of it, and those of rates are those of times turned over', () => {
  const rows = syntheticRows().map((each) => ({ ...each, metricKind: 'tpot' as const }));
  const spoiled = rows.map((each) => (each.family === 'family-0' ? { ...each, logError: 3 } : each));
  const who = { ...rows[0]!, family: 'family-0' };
  const time = leaveOutBands(rows)('tpot_mean_ms', who)!;
  expect(leaveOutBands(spoiled)('tpot_mean_ms', who)).toEqual(time);
  expect(time.basis).toBe('device+engine');
  const rate = leaveOutBands(rows)('decode_tok_s', who)!;
  expect([rate.lowFactor, rate.highFactor]).toEqual([1 / time.highFactor, 1 / time.lowFactor]);
  expect(leaveOutBands(rows)('kernel_ms', who)).toBeNull();
});
