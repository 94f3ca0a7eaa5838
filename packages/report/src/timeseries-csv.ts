/** `timeseries.csv`: a row per replication, time and scope. Times are the starts of the intervals, in seconds. */

import { type ExperimentResult, TIMESERIES_COLUMNS } from '@infersim/runner';
import { type CsvCell, csvChunks } from './csv-text.js';

/** Names of the key columns of timeseries.csv. */
export const TIMESERIES_KEY_COLUMNS = ['replication', 'time_s', 'scope', 'scope_id'] as const;

/** The text of timeseries.csv in chunks; null when no time series was recorded. */
export function timeseriesCsv(result: ExperimentResult): Generator<string> | null {
  if (result.replications.every((run) => run.timeseries === null)) return null;
  return csvChunks([...TIMESERIES_KEY_COLUMNS, ...TIMESERIES_COLUMNS], timeseriesRows(result));
}

function* timeseriesRows(result: ExperimentResult): Generator<CsvCell[]> {
  const width = TIMESERIES_COLUMNS.length;
  for (const run of result.replications) {
    const series = run.timeseries;
    if (series === null) continue;
    for (let row = 0; row < series.timeS.length; row++) {
      const scope = run.scopes[series.scope[row]!];
      if (scope === undefined) throw new RangeError(`time series row ${row} names scope ${series.scope[row]}`);
      const cells: CsvCell[] = [run.replication, series.timeS[row]!, scope.kind, scope.id];
      for (let column = 0; column < width; column++) cells.push(series.cells[row * width + column]!);
      yield cells;
    }
  }
}
