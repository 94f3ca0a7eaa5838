/** Rows of requests.csv from a world's request log; cost is the request's own: its device time and energy, no idle. */

import { POWER_PARTS, sumOfParts } from '@infersim/accounting';
import { IN_FLIGHT, type LogColumns, type World } from '@infersim/fleet';
import type { Accounts } from './pool-accounts.js';
import { type RequestSpool, spooledBlocks } from './request-spool.js';
import { REQUEST_COLUMNS, type ReplicationResult, type RequestRates, type RequestRows } from './results.js';

/** All rows that a world's log holds; null when it keeps none. */
export function requestRowsOf(world: World, accounts: Accounts): RequestRows | null {
  const log = world.log;
  return log === null ? null : rowsFrom(log.columns, log.rows, requestRatesOf(accounts));
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
 * read from its spool. None when no rows were recorded. Throws `RequestSpoolError` when the spool cannot be read.
 */
export function* requestBlocks(run: ReplicationResult): Generator<RequestRows> {
  if (run.requests !== null) yield run.requests;
  const spooled = run.spooledRequests;
  if (spooled !== null) yield* rowsOfSpool(spooled.spool, spooled.rates);
}

function* rowsOfSpool(spool: RequestSpool, rates: readonly RequestRates[]): Generator<RequestRows> {
  for (const { columns, rows } of spooledBlocks(spool)) yield rowsFrom(columns, rows, rates);
}

function rowsFrom(from: LogColumns, rows: number, rates: readonly RequestRates[]): RequestRows {
  const whole = (column: Float64Array) => Int32Array.from(column.subarray(0, rows));
  const columns = Object.fromEntries(
    REQUEST_COLUMNS.map((name) => [name, new Float64Array(rows).fill(Number.NaN)]),
  ) as Record<(typeof REQUEST_COLUMNS)[number], Float64Array>;
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
  const outcome = whole(from.outcome);
  for (const value of outcome) if (value < 0 || value > IN_FLIGHT) throw new RangeError(`unknown outcome ${value}`);
  return {
    rows,
    workload: whole(from.traffic),
    originSite: whole(from.originSite),
    pool: whole(from.pool),
    site: whole(from.site),
    outcome,
    columns,
  };
}
