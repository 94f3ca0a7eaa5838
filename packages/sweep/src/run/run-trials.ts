/**
 * Runs checked trials over the pool, one replication per task, and hands over a record as each trial ends.
 *
 * Tasks start in the order of the trials; trials end in any order, so whoever takes the records has to put them in order.
 * What a trial's record says does not depend on the number of workers.
 */

import type { ReplicationResult } from '@infersim/runner';
import { failedRecord, type TrialRecord } from '../record/trial-record.js';
import type { CheckedTrial } from './check-trials.js';
import { type RunReply, SHARED_STOP, type SweepSource } from './worker.js';
import type { SweepPool } from './worker-pool.js';

/** Progress of a sweep. */
export interface SweepProgress {
  /** Trials of this slice, and those that are finished; kept ones of an earlier call count as both. */
  readonly trials: number;
  readonly done: number;
  readonly failed: number;
  /** Simulated seconds of this call: so far, and in all. */
  readonly simulatedS: number;
  readonly totalS: number;
}

export interface RunTrialsOptions {
  /** Once aborted, running replications stop early; their trials are not finished. */
  readonly signal?: AbortSignal;
  readonly failFast: boolean;
  /** Wall time after which a replication is ended and its trial failed; default none. */
  readonly limit?: { readonly seconds: number; readonly text: string };
  /** Takes a finished trial. Throwing ends the sweep. */
  readonly onRecord: (record: TrialRecord) => void;
  readonly onProgress?: (progress: Pick<SweepProgress, 'simulatedS' | 'totalS'>) => void;
  /** Milliseconds between calls of `onProgress`. */
  readonly progressEveryMs?: number;
}

interface RunningTrial {
  readonly trial: CheckedTrial;
  /** Replications that have been begun, and that are under way. */
  begun: number;
  open: number;
  /** Replications that failed: number and reason. */
  readonly failures: { readonly replication: number; readonly error: string }[];
  readonly results: ReplicationResult[];
  record: TrialRecord | null;
  stopped: boolean;
}

/** Runs trials until all are finished, the signal comes, or one fails with `failFast`. */
export async function runTrials(
  pool: SweepPool,
  source: SweepSource,
  trials: readonly CheckedTrial[],
  options: RunTrialsOptions,
): Promise<void> {
  // Twice as many lanes as threads: a thread finds its next task waiting.
  const lanes = 2 * pool.jobs;
  const shared = new Float64Array(new SharedArrayBuffer(8 * (1 + lanes)));
  const totalS = trials.reduce((sum, { replications, horizonS }) => sum + replications * horizonS, 0);
  let endedS = 0;
  const stop = () => {
    shared[SHARED_STOP] = 1;
  };
  options.signal?.addEventListener('abort', stop);
  if (options.signal?.aborted) stop();
  const report = () => {
    let simulatedS = endedS;
    for (let cell = 1; cell <= lanes; cell++) simulatedS += shared[cell]!;
    options.onProgress?.({ simulatedS, totalS });
  };
  const timer = setInterval(report, options.progressEveryMs ?? 250);
  const overdue = options.limit === undefined ? null : new Overdue(options.limit, shared);

  const queue = trials[Symbol.iterator]();
  let current: RunningTrial | null = null;
  const nextTask = (): RunningTrial | null => {
    if (shared[SHARED_STOP] === 1) return null;
    if (current !== null && current.begun < current.trial.replications && current.failures.length === 0) return current;
    const next = queue.next();
    current = next.done
      ? null
      : { trial: next.value, begun: 0, open: 0, failures: [], results: [], record: null, stopped: false };
    return current;
  };

  const take = (running: RunningTrial, replication: number, reply: RunReply) => {
    if (reply.kind === 'stopped') running.stopped = true;
    else if (reply.kind === 'failed') running.failures.push({ replication, error: reply.error });
    else if (reply.kind === 'record') running.record = reply.record;
    else running.results.push(reply.result);
  };

  const finish = async (running: RunningTrial) => {
    const { trial, failures, results } = running;
    if (failures.length === 0 && results.length === trial.replications) {
      const replications = results.sort((a, b) => a.replication - b.replication);
      take(running, 0, await pool.run({ kind: 'join', source, trial, replications }));
    }
    // Which replications were under way when one failed is chance; the first that failed is not.
    const [first] = failures.sort((a, b) => a.replication - b.replication);
    const record = first === undefined ? running.record : failedRecord(trial, first.error);
    if (record === null) return;
    options.onRecord(record);
    if (record.status === 'failed' && options.failFast) stop();
  };

  const lane = async (cell: number) => {
    for (let running = nextTask(); running !== null; running = nextTask()) {
      const { trial } = running;
      const replication = ++running.begun;
      running.open++;
      const alone = trial.replications === 1;
      const task = { kind: 'replicate', source, trial, replication, alone, shared, cell } as const;
      const reply = await pool.run(task, overdue?.watch(cell));
      overdue?.leave(cell);
      running.open--;
      shared[cell] = 0;
      endedS += trial.horizonS;
      take(running, replication, reply);
      const isOver = running.begun === trial.replications || running.failures.length > 0 || running.stopped;
      if (isOver && running.open === 0) await finish(running);
    }
  };

  try {
    await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index + 1)));
    report();
  } catch (error) {
    stop();
    throw error;
  } finally {
    clearInterval(timer);
    overdue?.close();
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Milliseconds between two looks at the clock. */
const LOOK_EVERY_MS = 50;

/** Ends the threads of replications that take too long, however deep in a loop they are. */
class Overdue {
  readonly #limit: NonNullable<RunTrialsOptions['limit']>;
  readonly #shared: Float64Array;
  readonly #watched = new Map<number, { readonly controller: AbortController; startedMs: number }>();
  readonly #timer: NodeJS.Timeout;

  constructor(limit: NonNullable<RunTrialsOptions['limit']>, shared: Float64Array) {
    this.#limit = limit;
    this.#shared = shared;
    this.#timer = setInterval(() => this.#look(performance.now()), LOOK_EVERY_MS);
  }

  watch(cell: number): AbortSignal {
    const controller = new AbortController();
    this.#watched.set(cell, { controller, startedMs: Number.NaN });
    return controller.signal;
  }

  leave(cell: number): void {
    this.#watched.delete(cell);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(nowMs: number): void {
    for (const [cell, watched] of this.#watched) {
      // Time in the queue of the pool does not count.
      if (!(this.#shared[cell]! > 0)) continue;
      if (Number.isNaN(watched.startedMs)) watched.startedMs = nowMs;
      if (nowMs - watched.startedMs >= 1000 * this.#limit.seconds)
        watched.controller.abort(`took longer than ${this.#limit.text}`);
    }
  }
}
