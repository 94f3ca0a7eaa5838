/**
 * `requests.csv`: a row per request, when asked for. Ids are unique within a replication and workload origin.
 *
 * Made in stretches as rows are read, so a table of any length needs no more memory than a stretch.
 */

import {
  type ExperimentResult,
  REQUEST_COLUMNS,
  REQUEST_OUTCOMES,
  type RequestRows,
  requestBlocks,
} from '@infersim/runner';
import { poolScopeId } from './confidence-grade.js';
import { csvLine } from './csv-text.js';

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

/** Rows of a chunk of text: about 75 kB. */
const CHUNK_ROWS = 256;

/** Whether requests were recorded, if only of no requests. */
export function hasRequests(result: ExperimentResult): boolean {
  return result.replications.some((run) => run.requests !== null || run.spooledRequests !== null);
}

/** Request rows of all replications. */
export function requestCount(result: ExperimentResult): number {
  let rows = 0;
  for (const { requests, spooledRequests } of result.replications) {
    rows += requests?.rows ?? 0;
    for (const spool of spooledRequests?.spools ?? []) rows += spool.rows;
  }
  return rows;
}

/** Is told after each stretch of a table of request rows how many of them have been made text or columns. */
export type RowsTold = (rows: number) => void;

/** The text keys of request rows: by workload, by pool and by outcome, as the tables name them. */
export interface RequestKeys {
  readonly workloads: readonly { readonly id: string; readonly origin: string }[];
  readonly pools: readonly string[];
  readonly outcomes: readonly string[];
}

/** Keys of a result's request rows. */
export function requestKeys({ plan: { world } }: ExperimentResult): RequestKeys {
  return {
    workloads: world.traffic.map((traffic) => ({
      id: traffic.workload.id,
      origin: world.origins[traffic.origin]?.id ?? '',
    })),
    pools: world.pools.map((pool) => poolScopeId(world, pool)),
    outcomes: REQUEST_OUTCOMES,
  };
}

/** The text of requests.csv in chunks; null when no requests were recorded. */
export function requestsCsv(result: ExperimentResult, told?: RowsTold): Generator<string> | null {
  return hasRequests(result) ? csvOf(result, told) : null;
}

function* csvOf(result: ExperimentResult, told?: RowsTold): Generator<string> {
  let rows = 0;
  const keys = requestKeys(result);
  // Text is quoted as needed once, not in every row.
  const workloads = keys.workloads.map(({ id, origin }) => `${textCell(id)},${textCell(origin)}`);
  const pools = keys.pools.map(textCell);
  yield `${csvLine([...REQUESTS_KEY_COLUMNS, ...REQUEST_COLUMNS])}\n`;
  for (const run of result.replications) {
    for (const block of requestBlocks(run)) {
      for (let from = 0; from < block.rows; from += CHUNK_ROWS) {
        const to = Math.min(from + CHUNK_ROWS, block.rows);
        let text = '';
        for (let row = from; row < to; row++) {
          const workload = workloads[block.workload[row]!];
          if (workload === undefined) throw unknownWorkload(block, row);
          const pool = block.pool[row]!;
          text += `${run.replication},${workload},${block.originSite[row]!},`;
          text += pool < 0 ? ',' : `${pools[pool]!},${block.site[row]!}`;
          text += `,${keys.outcomes[block.outcome[row]!] ?? ''}`;
          for (const name of REQUEST_COLUMNS) {
            const value = block.columns[name][row]!;
            text += Number.isFinite(value) ? `,${value}` : ',';
          }
          text += '\n';
        }
        yield text;
      }
      rows += block.rows;
      told?.(rows);
    }
  }
}

/** The error of a row whose workload the plan does not have. */
export function unknownWorkload(block: RequestRows, row: number): RangeError {
  return new RangeError(`request row ${row} names workload ${block.workload[row]}`);
}

/** A cell of text between others: a line of its own would quote the empty one. */
function textCell(text: string): string {
  return csvLine(['', text]).slice(1);
}
