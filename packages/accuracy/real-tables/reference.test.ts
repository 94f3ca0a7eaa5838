/**
 * The built-in table against the measured tables it was taken from: the rows are those that the rule picks, and each says what
 * its row says. Needs the folder of the tables in INFERSIM_MEASURED.
 */

import { expect, it } from 'vitest';
import type { MeasuredCase, MetricName } from '../src/cases/measured-case.js';
import { referenceTables } from '../src/reference/reference-tables.js';
import { keptMetrics, REFERENCE_SHARES, sampleOfLine } from '../src/reference/selection.js';
import { measuredFiles, readMeasuredTables } from '../src/tables/read-tables.js';

/** The table's figures are rounded to as many digits. */
const DIGITS = 6;

const folder = process.env['INFERSIM_MEASURED'] ?? '';

/** Everything a case says but its place, with these of its figures, numbers rounded, as text. */
function textOf(measured: MeasuredCase, metrics: readonly MetricName[]): string {
  const { id: _id, file: _file, line: _line, measured: figures, ...said } = measured;
  const kept = [...metrics].sort().map((metric) => [metric, figures[metric]]);
  return JSON.stringify({ ...said, kept }, (_key, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value,
  );
}

it('holds the rows and figures that the rule picks from the measured tables', async () => {
  const { cases } = await readMeasuredTables(await measuredFiles(folder));
  const picked = REFERENCE_SHARES.flatMap((share) => sampleOfLine(cases, share));
  const kept = keptMetrics(picked);
  const wanted = picked.map((measured) => textOf(measured, kept.get(measured.id)!));
  const held = referenceTables().cases.map((measured) =>
    textOf(measured, Object.keys(measured.measured) as MetricName[]),
  );
  expect({
    missing: wanted.filter((text) => !held.includes(text)),
    extra: held.filter((text) => !wanted.includes(text)),
  }).toEqual({ missing: [], extra: [] });
  expect(held).toHaveLength(wanted.length);
});
