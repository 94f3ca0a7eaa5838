/** Rows of requests.csv from a world's request log; cost is the request's own: its device time and energy, no idle. */

import { POWER_PARTS, sumOfParts } from '@infersim/accounting';
import { IN_FLIGHT, type LogColumns, type WorldRecord } from '@infersim/fleet';
import type { Accounts } from './pool-accounts.js';
import { type RequestSpool, spooledBlocks } from './request-spool.js';
import { REQUEST_COLUMNS, type ReplicationResult, type RequestRates, type RequestRows } from './results.js';

/** Columns of what a request got, empty for one that got no answer. */
const DERIVED = ['ttft_ms', 'tpot_ms', 'e2e_ms', 'queue_ms', 'cost_usd'] as const;

/** All rows that a world's log holds; null when it keeps none. */
export function requestRowsOf(world: WorldRecord, accounts: Accounts): RequestRows | null {
  const log = world.log;
  return log === null ? null : fillRows(emptyRows(log.rows), log.columns, requestRatesOf(accounts));
}

/** What a second and a joule of each pool cost the request that uses them. */
export function requestRatesOf(accounts: Accounts): RequestRates[] {
  return accounts.pools.map((account) => {
    const byEnergyUsd = sumOfParts(account.partsUsd, POWER_PARTS);
    return {
      usdPerDeviceS: account.replicaS > 0 ? (account.totalUsd - byEnergyUsd) / account.replicaS : 0,
      usdPerJ: account.itJ > 0 ? byEnergyUsd / account.itJ : 0,
    };
  });
}

/**
 * The request rows of a replication in their order, in stretches: at once where they are in memory, else as they are
 * read from its spools. A stretch is good until the next one is asked for. None when no rows were recorded. Throws
 * `RequestSpoolError` when a spool cannot be read.
 */
export function* requestBlocks(run: ReplicationResult): Generator<RequestRows> {
  if (run.requests !== null) yield run.requests;
  const spooled = run.spooledRequests;
  if (spooled !== null) yield* rowsOfSpools(spooled.spools, spooled.rates);
}

function* rowsOfSpools(spools: readonly RequestSpool[], rates: readonly RequestRates[]): Generator<RequestRows> {
  let block = emptyRows(0);
  for (const { columns, rows } of spooledBlocks(spools)) {
    // All but the last are of one length and take turns in the same arrays.
    if (block.rows !== rows) block = emptyRows(rows);
    yield fillRows(block, columns, rates);
  }
}

function emptyRows(rows: number): RequestRows {
  const whole = () => new Int32Array(rows);
  const columns = Object.fromEntries(
    REQUEST_COLUMNS.map((name) => [name, new Float64Array(rows)]),
  ) as RequestRows['columns'];
  return { rows, workload: whole(), originSite: whole(), pool: whole(), site: whole(), outcome: whole(), columns };
}

/** Fills all of `to` from the first rows of a log. */
function fillRows(to: RequestRows, from: LogColumns, rates: readonly RequestRates[]): RequestRows {
  const { rows, columns } = to;
  for (const name of DERIVED) columns[name].fill(Number.NaN);
  const copied = [
    ['request_id', from.requestId],
    ['task_id', from.taskId],
    ['session_id', from.sessionId],
    ['attempts', from.attempts],
    ['prompt_tokens', from.promptTokens],
    ['cached_tokens', from.cachedTokens],
    ['wished_tokens', from.wishedTokens],
    ['output_tokens', from.outputTokens],
    ['thinking_tokens', from.thinkingTokens],
    ['sent_s', from.sentS],
    ['admitted_s', from.admittedS],
    ['first_token_s', from.firstTokenS],
    ['last_token_s', from.lastTokenS],
    ['preemptions', from.preemptions],
    ['energy_j', from.energyJ],
    ['device_s', from.deviceS],
  ] as const;
  for (const [name, column] of copied) columns[name].set(column.subarray(0, rows));

  for (let row = 0; row < rows; row++) {
    if (from.outcome[row] !== 0) continue;
    const returnS = from.returnS[row]!;
    const output = from.outputTokens[row]!;
    const firstS = from.firstTokenS[row]!;
    const lastS = from.lastTokenS[row]!;
    columns.ttft_ms[row] = 1000 * (firstS + returnS - from.sentS[row]!);
    columns.e2e_ms[row] = 1000 * (lastS + returnS - from.sentS[row]!);
    if (output >= 2 && lastS > firstS) columns.tpot_ms[row] = (1000 * (lastS - firstS)) / (output - 1);
    columns.queue_ms[row] = 1000 * from.queueS[row]!;
    const rate = rates[from.pool[row]!]!;
    columns.cost_usd[row] = from.deviceS[row]! * rate.usdPerDeviceS + from.energyJ[row]! * rate.usdPerJ;
  }
  const whole = [
    [to.workload, from.traffic],
    [to.originSite, from.originSite],
    [to.pool, from.pool],
    [to.site, from.site],
    [to.outcome, from.outcome],
  ] as const;
  for (const [column, values] of whole) column.set(values.subarray(0, rows));
  for (const value of to.outcome) if (value < 0 || value > IN_FLIGHT) throw new RangeError(`unknown outcome ${value}`);
  return to;
}
