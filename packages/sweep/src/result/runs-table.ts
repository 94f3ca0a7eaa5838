/** `runs.csv` of a sweep: the rows of all trials in order, with `param.<path>` columns, and two columns more at the end. */

import { csvLine, runsHeader } from '@infersim/report';
import { entryRows } from '../record/journal.js';
import type { SweepResult } from './sweep-document.js';

const CHUNK_LINES = 512;

/** The text in chunks; rows are read from the journal as they are needed. Throws `ResultsError`. */
export function* sweepRunsCsv(result: SweepResult): Generator<string> {
  const header = runsHeader(result.header.axes.map(({ path }) => path));
  const inSet = new Set(result.pareto);
  yield `${csvLine([...header, 'pareto', 'error'])}\n`;
  let lines: string[] = [];
  for (const { entry, rows } of entryRows(result.entries)) {
    const { outcome } = entry;
    // Whether a failed trial is in the set is no question.
    const flag = outcome.status === 'failed' ? '' : inSet.has(outcome.trial) ? '1' : '0';
    const end = csvLine([flag, outcome.error]);
    for (const row of rows) lines.push(`${row},${end}\n`);
    if (lines.length < CHUNK_LINES) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}
