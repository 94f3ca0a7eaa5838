/** `requests.csv`: a row per request, when asked for. Ids are unique within a replication and workload origin. */

import { type ExperimentResult, REQUEST_COLUMNS, REQUEST_OUTCOMES, type RequestRows } from '@infersim/runner';
import { poolScopeId } from './confidence-grade.js';
import { type CsvCell, csvChunks } from './csv-text.js';

/** Names of the key columns of requests.csv, text and place first, before the numeric columns. */
export const REQUESTS_KEY_COLUMNS = [
  'replication',
  'workload',
  'origin',
  'origin_site',
  'pool',
  'site',
  'outcome',
] as const;

/** The text of requests.csv in chunks; null when no requests were recorded. */
export function requestsCsv(result: ExperimentResult): Generator<string> | null {
  if (result.replications.every((run) => run.requests === null)) return null;
  return csvChunks([...REQUESTS_KEY_COLUMNS, ...REQUEST_COLUMNS], requestRows(result));
}

function* requestRows(result: ExperimentResult): Generator<CsvCell[]> {
  const { world } = result.plan;
  const pools = world.pools.map((pool) => poolScopeId(world, pool));
  for (const run of result.replications) {
    const requests: RequestRows | null = run.requests;
    if (requests === null) continue;
    for (let row = 0; row < requests.rows; row++) {
      const traffic = world.traffic[requests.workload[row]!];
      if (traffic === undefined) throw new RangeError(`request row ${row} names workload ${requests.workload[row]}`);
      const pool = requests.pool[row]!;
      const cells: CsvCell[] = [
        run.replication,
        traffic.workload.id,
        world.origins[traffic.origin]?.id ?? '',
        requests.originSite[row]!,
        pool < 0 ? '' : pools[pool]!,
        pool < 0 ? '' : requests.site[row]!,
        REQUEST_OUTCOMES[requests.outcome[row]!] ?? '',
      ];
      for (const column of REQUEST_COLUMNS) cells.push(requests.columns[column][row]!);
      yield cells;
    }
  }
}
